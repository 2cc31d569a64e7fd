"""Ignore comments: comments that suppress findings, in our own form, as ``noqa``, and in those of other linters."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from dockerlint_rules.engine.selection import ALL, NONE, rank
from dockerlint_rules.model.check_directive import BUILD_ARGUMENT, options_of
from dockerlint_rules.syntax.kinds import LAST_LINE
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockerlint_rules.engine.selection import Catalog
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.syntax.dockerfile.logical_lines import Comment
    from dockerlint_rules.syntax.kinds import LintedDocument

SYNTAX_ERROR = "DL1000"
DOCKERLINT, NOQA, HADOLINT, CHECK = "dockerlint", "noqa", "hadolint", "check"

_CODES = r"(?P<codes>[A-Za-z][\w-]*(?:[ \t]*,[ \t]*[A-Za-z][\w-]*)*)"
_FORMS = (
    (
        DOCKERLINT,
        re.compile(
            rf"#+[ \t]*dockerlint[ \t]*:[ \t]*ignore(?P<scope>-file)?[ \t]*=[ \t]*{_CODES}", re.I
        ),
    ),
    (
        HADOLINT,
        re.compile(
            rf"#+[ \t]*hadolint[ \t]+(?:(?P<scope>global|stage)[ \t]+)?ignore[ \t]*=[ \t]*{_CODES}",
        ),
    ),
    (CHECK, re.compile(rf"#+[ \t]*check[ \t]*=(?:[^\n]*?;)?[ \t]*skip[ \t]*=[ \t]*{_CODES}", re.I)),
    (NOQA, re.compile(rf"#+[ \t]*noqa[ \t]*:[ \t]*{_CODES}", re.I)),
    # Without the colon only what looks like a code is one; other words are a reason.
    (
        NOQA,
        re.compile(r"#+[ \t]*(?i:noqa)[ \t]+(?P<codes>[A-Z]+[0-9]+(?:[ \t]*,[ \t]*[A-Z]+[0-9]+)*)"),
    ),
)
# One blank and then anything: two runs that could share blanks would take quadratic time.
_BARE_NOQA = re.compile(r"#+[ \t]*noqa(?:[ \t][^:]*)?\Z", re.I)
_DIRECTIVE_SKIP = re.compile(rf"(?:.*;)?[ \t]*skip[ \t]*=[ \t]*{_CODES}", re.I)
_CODE = re.compile(r"[A-Za-z][\w-]*")
# hadolint ignores the whole comment when one code is not a code, or when a text follows without a "#".
_HADOLINT_CODES = re.compile(r"[DLSC0-9]+(?:[ \t]*,[ \t]*[DLSC0-9]+)*[ \t]*(?:#|\Z)")
_FURTHER_NOQA_CODE = re.compile(r"[ \t,]*([A-Z]+[0-9]+)(?![\w-])")
_HADOLINT_CODE = re.compile(r"(?:DL|SC)[0-9]+\Z")
_BUILDKIT_CHECK = re.compile(r"[A-Z][A-Za-z]*[a-z]\Z")


class IgnoreComment(Span):
    """One code of one ignore comment: what it suppresses on which lines, and whether it did.

    Its span is that of the code.  *form* is the tool whose notation it uses, *selector* the code as rules spell it.
    An *unreadable* one is part of a comment that its own tool cannot read: it suppresses nothing.
    """

    __slots__ = ("code", "first", "form", "is_unreadable", "is_used", "last", "line", "selector")

    def __init__(self, code: str, form: str, line: int, start: int, selector: str = "") -> None:
        super().__init__(start, start + len(code))
        self.code = code
        self.selector = selector or code
        self.is_unreadable = False
        self.form = form
        self.line = line
        self.first = 1
        self.last = LAST_LINE
        self.is_used = False

    def matches(self, finding: Finding) -> bool:
        """Whether its code stands for the finding, on whatever line that is."""
        aliases = finding.aliases or ()
        if self.is_unreadable:
            return False
        # Other tools never let their comments suppress what they cannot parse.
        if self.form != DOCKERLINT and SYNTAX_ERROR in aliases and finding.code.startswith("DF0"):
            return False
        if self.form == CHECK:
            every = self.code.lower() == "all"
            return any(
                _BUILDKIT_CHECK.match(one) and (every or one == self.code) for one in aliases
            )
        if self.form == HADOLINT:
            return self.code != SYNTAX_ERROR and any(
                _HADOLINT_CODE.match(one) and one == self.code for one in (finding.code, *aliases)
            )
        if self.code.upper() == ALL:
            return True
        return any(
            rank(self.selector, one) > NONE for one in (finding.code, finding.name, *aliases)
        )


class _SameCode:
    """Ignore comments of one code and form, in order of the lines that they cover: none ends before the one above."""

    __slots__ = ("all", "unused")

    def __init__(self) -> None:
        self.all: list[IgnoreComment] = []
        self.unused: list[IgnoreComment] = []

    def suppress(self, line: int) -> bool:
        """Whether one of them covers a line; all that do are marked as used."""
        found = _covering(self.all, line)
        if not found:
            return False
        # perf: each is marked once; n findings below n comments would take quadratic time.
        marked = _covering(self.unused, line)
        for one in self.unused[marked.start : marked.stop]:
            one.is_used = True
        if marked:
            del self.unused[marked.start : marked.stop]
        return True


def _covering(ignores: list[IgnoreComment], line: int) -> range:
    """The places of those that cover a line, in a list that is in order of first and last lines."""
    stop = bisect_right(ignores, line, key=lambda one: one.first)
    start = bisect_left(ignores, line, hi=stop, key=lambda one: one.last)
    return range(start, stop)


class _OneLine:
    """The ignore comments that are looked up under one line."""

    __slots__ = ("_by_code", "_matching")

    def __init__(self) -> None:
        self._by_code: dict[object, _SameCode] = {}
        # By code, name and aliases of a finding.
        self._matching: dict[object, list[_SameCode]] = {}

    def add(self, ignore: IgnoreComment) -> None:
        """Add an ignore comment; they come in the order of the lines that they cover."""
        key = ignore.form, ignore.selector, ignore.code, ignore.is_unreadable
        depth = 0  # a range inside the one before, such as an instruction's in a stage's, is in a group of its own
        same = self._by_code.setdefault((key, depth), _SameCode())
        while same.all and same.all[-1].last > ignore.last:
            depth += 1
            same = self._by_code.setdefault((key, depth), _SameCode())
        same.all.append(ignore)
        same.unused.append(ignore)

    def suppress(self, finding: Finding) -> bool:
        """Whether one of them suppresses the finding; each that does is marked as used."""
        key = finding.code, finding.name, tuple(finding.aliases or ())
        matching = self._matching.get(key)
        if matching is None:
            same_codes = self._by_code.values()
            matching = [same for same in same_codes if same.all[0].matches(finding)]
            self._matching[key] = matching
        suppressed = False
        for same in matching:
            suppressed = same.suppress(finding.line) or suppressed
        return suppressed


class Suppressions:
    """The ignore comments of one file."""

    __slots__ = ("_by_line", "catalog", "document", "ignores")

    def __init__(self, document: LintedDocument, catalog: Catalog | None = None) -> None:
        self.document = document
        self.catalog = catalog
        self.ignores: list[IgnoreComment] = []
        self._by_line: dict[int, _OneLine] | None = None
        if BUILD_ARGUMENT in document.build.arguments:
            # It replaces the directive.  As it is not a comment, it cannot be an unused one.
            for code in options_of(document).skip:
                self._new(code, CHECK, 0, 0).is_used = True
        else:
            for directive in document.ignore_directives():
                self._read_directive(directive.line, directive.start, directive.end)
        for comment in document.ignore_comments():
            self._read_comment(comment)

    # -- reading -----------------------------------------------------------------------------------

    def _new(self, code: str, form: str, line: int, start: int) -> IgnoreComment:
        """Add a code, which covers the whole file at first."""
        selector = self.catalog.canonical(code) if self.catalog else code
        made = IgnoreComment(code, form, line, start, selector)
        self.ignores.append(made)
        return made

    def _add_codes(
        self, found: re.Match[str], form: str, line: int, offset: int
    ) -> list[IgnoreComment]:
        """Add the codes of a match that begins at *offset*."""
        offset += found.start("codes")
        return [
            self._new(code[0], form, line, offset + code.start())
            for code in _CODE.finditer(found["codes"])
        ]

    def _read_directive(self, line: int, start: int, end: int) -> None:
        text = self.document.source.text[start:end]
        value = text[text.index("=") + 1 :].lstrip()
        found = _DIRECTIVE_SKIP.match(value)
        if found:
            self._add_codes(found, CHECK, line, start + len(text) - len(value))

    def _read_comment(self, comment: Comment) -> None:
        text = comment.text
        lowered = text.lower()
        if not ("ignore" in lowered or "noqa" in lowered or "skip" in lowered):
            return
        for form, pattern in _FORMS:
            found = pattern.match(text)
            if found:
                scope = (found.groupdict().get("scope") or "").lower()
                made = self._add_codes(found, form, comment.line, comment.start)
                if form == NOQA:
                    made += self._further_noqa_codes(text, found.end(), comment)
                self._give_lines(made, comment, scope)
                if form == HADOLINT and not self._can_hadolint_read(comment, found, scope):
                    for one in made:
                        one.is_unreadable = True
                return
        if _BARE_NOQA.match(text):
            one = self._new(ALL, NOQA, comment.line, comment.start)
            one.end = comment.end
            self._give_lines([one], comment, "")

    def _further_noqa_codes(self, text: str, at: int, comment: Comment) -> list[IgnoreComment]:
        """The codes of a ``noqa`` that are separated by blanks, as flake8 allows."""
        made = []
        while found := _FURTHER_NOQA_CODE.match(text, at):
            made.append(self._new(found[1], NOQA, comment.line, comment.start + found.start(1)))
            at = found.end()
        return made

    def _can_hadolint_read(self, comment: Comment, found: re.Match[str], scope: str) -> bool:
        """Whether hadolint obeys the comment: not inside an instruction, and not above a blank line."""
        if not _HADOLINT_CODES.match(comment.text, found.start("codes")):
            return False
        if scope:
            return True
        if comment.inside is not None or not self.document.is_read_by_hadolint:
            return False
        source = self.document.source
        line = source.line_after_comments(comment.line + 1, blank=False)
        return line > source.line_count or bool(source.line(line).strip())

    def _give_lines(self, ignores: list[IgnoreComment], comment: Comment, scope: str) -> None:
        """Have the codes of a comment cover the lines that its scope names."""
        if scope in ("-file", "global"):
            first, last = 0, LAST_LINE
        else:
            first, last = self.document.lines_of_comment(comment, whole_stage=scope == "stage")
        for one in ignores:
            one.first, one.last = first, last

    # -- asking ------------------------------------------------------------------------------------

    def suppresses(self, finding: Finding) -> bool:
        """Whether an ignore comment suppresses the finding.  Each that does is marked as used."""
        if self._by_line is None:
            self._by_line = {}
            for one in sorted(self.ignores, key=lambda one: (one.first, one.last)):
                self._by_line.setdefault(self._line_to_find(one), _OneLine()).add(one)
        element = self.document.element_at(finding.line)
        suppressed = False
        for line in {0, finding.line, element.line if element is not None else 0}:
            here = self._by_line.get(line)
            if here is not None and here.suppress(finding):
                suppressed = True
        return suppressed

    def _line_to_find(self, ignore: IgnoreComment) -> int:
        """The line under which a code is looked up: its only one, that of the element that it covers, else 0."""
        if ignore.first == ignore.last:
            return ignore.first
        element = self.document.element_at(ignore.first)
        is_one_element = (
            element is not None and element.line == ignore.first and element.end_line >= ignore.last
        )
        return ignore.first if is_one_element else 0

    def makes_error(self, finding: Finding) -> bool:
        """Whether ``error=true`` makes this finding an error: one of BuildKit's own checks."""
        return options_of(self.document).error and any(
            _BUILDKIT_CHECK.match(one) for one in finding.aliases or ()
        )

    def unused(self) -> list[IgnoreComment]:
        """Codes that suppressed nothing, once every finding has been asked about."""
        return [one for one in self.ignores if not one.is_used]

    def unknown(self, catalog: Catalog) -> list[IgnoreComment]:
        """Codes that stand for no rule."""
        return list(_unknown(self.ignores, catalog))


def _unknown(ignores: Iterable[IgnoreComment], catalog: Catalog) -> Iterator[IgnoreComment]:
    for one in ignores:
        if one.line == 0:
            continue  # from the command line, where other tools' names are allowed
        if one.is_unreadable or (one.code.upper() != ALL and not catalog.knows(one.code)):
            yield one
