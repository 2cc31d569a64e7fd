"""Completion items: what each one shows, and the text that it replaces."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.server.open_file import OpenFile
    from dockerlint_rules.server.session import Session

# Source: the protocol's CompletionItemKind.
VARIABLE, MODULE, PROPERTY, VALUE, KEYWORD, SNIPPET = 6, 9, 10, 12, 14, 15
FILE, REFERENCE, FOLDER, ENUM_MEMBER, CONSTANT = 17, 18, 19, 20, 21
_SNIPPET_FORMAT = 2


class Items:
    """The items for one cursor, in the order in which the client shows them."""

    __slots__ = ("_file", "_offset", "_ranges", "_seen", "_supported", "found")

    def __init__(self, file: OpenFile, session: Session, offset: int) -> None:
        self._file = file
        self._offset = min(max(offset, 0), len(file.text.text))
        self._supported = _supported(session)
        self._ranges: dict[str, dict[str, Any] | None] = {}
        self._seen: set[str] = set()
        self.found: list[dict[str, Any]] = []

    @property
    def takes_snippets(self) -> bool:
        """Whether the client accepts snippets: texts with places to fill in."""
        return self._supported.get("snippetSupport") is True

    def add(
        self,
        label: str,
        kind: int,
        typed: str,
        detail: str,
        *,
        text: str | None = None,
        documentation: str = "",
        is_snippet: bool = False,
    ) -> None:
        """Offer *text* (by default the label) in place of what is typed; each label is offered once."""
        place = self._range(typed)
        if place is None or label in self._seen:
            return
        self._seen.add(label)
        item: dict[str, Any] = {
            "label": label,
            "kind": kind,
            "detail": detail,
            # Otherwise clients sort by label.
            "sortText": f"{len(self.found):04}",
            "textEdit": {"range": place, "newText": label if text is None else text},
        }
        if documentation:
            item["documentation"] = self._documentation(documentation)
        if is_snippet:
            item["insertTextFormat"] = _SNIPPET_FORMAT
        self.found.append(item)

    def _range(self, typed: str) -> dict[str, Any] | None:
        """The range of what is typed; None if a line break cuts it, because no edit may replace a line break."""
        if typed not in self._ranges:
            start = self._offset - len(typed)
            is_whole = start >= 0 and self._file.text.text[start : self._offset] == typed
            self._ranges[typed] = (
                self._file.text.range(start, self._offset)
                if is_whole and not set(typed) & {"\n", "\r"}
                else None
            )
        return self._ranges[typed]

    def _documentation(self, text: str) -> str | dict[str, str]:
        formats = self._supported.get("documentationFormat")
        if isinstance(formats, list) and "markdown" in formats:
            return {"kind": "markdown", "value": text}
        plain = text.replace("`", "").replace("**", "")
        return plain if not isinstance(formats, list) else {"kind": "plaintext", "value": plain}


def _supported(session: Session) -> dict[str, Any]:
    """The client's capabilities for completion items."""
    found: Any = session.capabilities
    for name in ("textDocument", "completion", "completionItem"):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}
