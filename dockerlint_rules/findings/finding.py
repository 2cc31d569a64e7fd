"""What a rule reports: findings, their severity, and the edits that fix them."""

from __future__ import annotations

from enum import StrEnum

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, Protocol

    class Spanned(Protocol):
        """Anything with a place in the file: half-open offsets into the source's text."""

        @property
        def start(self) -> int:
            """Offset of the first character."""

        @property
        def end(self) -> int:
            """Offset after the last one."""

    Target = Spanned | int

MOST_RELATED = 8
"""Other places that a finding names.  A finding for each of n places that names the n others would be n² lines."""


class Severity(StrEnum):
    """How serious a finding is.  It compares equal to its own name in lower case."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    STYLE = "style"

    @property
    def rank(self) -> int:
        """From 0 for error to 3 for style: the order in which findings are shown and counted."""
        return _RANKS[self.value]


SEVERITIES = ("error", "warning", "info", "style")
"""Names of the severities, the worst first."""
_RANKS = {name: rank for rank, name in enumerate(SEVERITIES)}


class Edit:
    """Replace the source's text from offset *start* up to *end* with *text*."""

    __slots__ = ("end", "start", "text")

    def __init__(self, start: int, end: int, text: str) -> None:
        self.start = start
        self.end = end
        self.text = text

    @classmethod
    def replace(cls, target: Spanned, text: str) -> Edit:
        """Replace *target* with *text*."""
        return cls(target.start, target.end, text)

    @classmethod
    def before(cls, target: Spanned, text: str) -> Edit:
        """Insert *text* right before *target*."""
        return cls(target.start, target.start, text)

    @classmethod
    def after(cls, target: Spanned, text: str) -> Edit:
        """Insert *text* right after *target*."""
        return cls(target.end, target.end, text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Edit) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def key(self) -> tuple[int, int, str]:
        """What makes two edits the same."""
        return self.start, self.end, self.text

    def __repr__(self) -> str:
        return f"Edit({self.start}, {self.end}, {self.text!r})"


class Fix:
    """Edits that fix a finding.  A ``safe`` fix leaves the image as it is, after an ``unsafe`` one it may differ.

    A fix that ``holds_secret`` is applied like any other, and reports leave it out.
    """

    __slots__ = ("edits", "holds_secret", "message", "safety")

    def __init__(self, message: str, edits: Iterable[Edit], *, safe: bool) -> None:
        self.message = message
        self.edits = sorted(edits, key=lambda edit: edit.key)
        self.safety = "safe" if safe else "unsafe"
        self.holds_secret = False


class Related:
    """Another place that a finding refers to."""

    __slots__ = ("end", "message", "start")

    def __init__(self, target: Spanned, message: str) -> None:
        self.start = target.start
        self.end = target.end
        self.message = message


class Finding:
    """One problem at one place.

    A rule makes it with :meth:`at`; the engine then fills in what only it knows: path, lines and columns, and the
    rule's code, name, severity and URL.  Lines and columns count from 1, columns in code points, and the end is
    exclusive.  ``start`` and ``end`` are the offsets in the source.
    """

    __slots__ = (
        "aliases",
        "code",
        "column",
        "end",
        "end_column",
        "end_line",
        "fix",
        "instruction",
        "line",
        "message",
        "name",
        "path",
        "related",
        "severity",
        "stage",
        "start",
        "target",
        "url",
    )

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int
    code: str
    name: str
    severity: Severity
    aliases: tuple[str, ...] | None
    instruction: dict[str, Any] | None
    stage: str | None
    url: str

    def __init__(self, target: Target, message: str) -> None:
        self.target = target
        self.message = message
        self.fix: Fix | None = None
        self.aliases = None
        self.related: tuple[Related, ...] = ()
        self.instruction = None
        self.stage = None

    @classmethod
    def at(
        cls,
        target: Target,
        message: str,
        *,
        fix: Fix | None = None,
        aliases: Sequence[str] | None = None,
        related: Iterable[Related] = (),
        severity: Severity | None = None,
    ) -> Finding:
        """Report *message* at an instruction, command, word, stage, span or line number.

        *aliases* narrows the rule's list to the codes of other linters whose own condition holds here;
        *severity* is given where it differs from the rule's.
        """
        made = cls(target, message)
        made.fix = fix
        if aliases is not None:
            made.aliases = tuple(aliases)
        if related:
            made.related = tuple(related)[:MOST_RELATED]
        if severity is not None:
            made.severity = severity
        return made

    def moved(self, to: Callable[[int], int]) -> Finding:
        """The same finding with each offset replaced by what *to* says; lines and columns stay as they were."""

        def span(one: Spanned) -> Edit:  # the only class with a place in this module
            return Edit(to(one.start), to(one.end), "")

        made = Finding.__new__(Finding)
        for name in self.__slots__:
            if hasattr(self, name):
                setattr(made, name, getattr(self, name))
        made.target = span(self)
        made.start, made.end = made.target.start, made.target.end
        made.related = tuple(Related(span(one), one.message) for one in self.related)
        if self.fix is not None:
            edits = [Edit.replace(span(one), one.text) for one in self.fix.edits]
            made.fix = Fix(self.fix.message, edits, safe=self.fix.safety == "safe")
        return made

    @property
    def texts(self) -> list[str]:
        """What the finding says, which may quote the file."""
        texts = [self.message, *(related.message for related in self.related)]
        if self.fix is not None:
            texts.append(self.fix.message)
        if self.stage is not None:
            texts.append(self.stage)
        return texts

    @property
    def sort_key(self) -> tuple[str, int, int, str, int, int, str]:
        """Order of findings everywhere: path, line, column, code, then what tells them apart."""
        return (
            self.path,
            self.line,
            self.column,
            self.code,
            self.end_line,
            self.end_column,
            self.message,
        )

    def __repr__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if hasattr(self, "line") else self.target
        return f"<Finding {place} {getattr(self, 'code', '')} {self.message!r}>"
