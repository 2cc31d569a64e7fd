"""Completion items: what one says of itself, and the text that it replaces."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.server.session import OpenFile, Session

# Kinds of items.  Source: the protocol's CompletionItemKind.
VARIABLE, MODULE, PROPERTY, VALUE, KEYWORD, SNIPPET = 6, 9, 10, 12, 14, 15
FILE, REFERENCE, FOLDER, ENUM_MEMBER, CONSTANT = 17, 18, 19, 20, 21
_SNIPPET_FORMAT = 2


class Items:
    """The items for one place, in the order in which they are to be shown."""

    __slots__ = ("_asked", "_file", "_offset", "_ranges", "_seen", "found")

    def __init__(self, file: OpenFile, session: Session, offset: int) -> None:
        self._file = file
        self._offset = min(max(offset, 0), len(file.text.text))
        self._asked = _asked_for(session)
        self._ranges: dict[str, dict[str, Any] | None] = {}
        self._seen: set[str] = set()
        self.found: list[dict[str, Any]] = []

    @property
    def takes_snippets(self) -> bool:
        """Whether the client can be given texts with holes."""
        return self._asked.get("snippetSupport") is True

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
        """Offer *text* (or else the label) for what is typed; what is offered already is not offered again."""
        place = self._range(typed)
        if place is None or label in self._seen:
            return
        self._seen.add(label)
        item: dict[str, Any] = {
            "label": label,
            "kind": kind,
            "detail": detail,
            # Clients sort by name unless they are told otherwise.
            "sortText": f"{len(self.found):04}",
            "textEdit": {"range": place, "newText": label if text is None else text},
        }
        if documentation:
            item["documentation"] = self._documentation(documentation)
        if is_snippet:
            item["insertTextFormat"] = _SNIPPET_FORMAT
        self.found.append(item)

    def _range(self, typed: str) -> dict[str, Any] | None:
        """The place of what is typed; None where a line break parts it, which no edit may replace."""
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
        formats = self._asked.get("documentationFormat")
        if isinstance(formats, list) and "markdown" in formats:
            return {"kind": "markdown", "value": text}
        plain = text.replace("`", "").replace("**", "")
        return plain if not isinstance(formats, list) else {"kind": "plaintext", "value": plain}


def _asked_for(session: Session) -> dict[str, Any]:
    """What the client says of the items that it takes."""
    said: Any = session.capabilities
    for name in ("textDocument", "completion", "completionItem"):
        said = said.get(name) if isinstance(said, dict) else None
    return said if isinstance(said, dict) else {}
