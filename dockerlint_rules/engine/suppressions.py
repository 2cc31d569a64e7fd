"""Pragmas: comments that silence findings, in our own form, as ``noqa``, and in those of other linters."""

from __future__ import annotations

import re
from bisect import bisect_right

from dockerlint_rules.engine.selection import ALL, NONE, rank
from dockerlint_rules.model.check_directive import BUILD_ARGUMENT, options_of
from dockerlint_rules.syntax.dockerfile.logical_lines import Comment
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dockerlint_rules.engine.selection import Catalog
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction

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
_SKIP = re.compile(rf"(?:.*;)?[ \t]*skip[ \t]*=[ \t]*{_CODES}", re.I)
_CODE = re.compile(r"[A-Za-z][\w-]*")
# hadolint leaves out the whole pragma when a code is none or when a text has no "#" in front.
_HADOLINT_CODES = re.compile(r"[DLSC0-9]+(?:[ \t]*,[ \t]*[DLSC0-9]+)*[ \t]*(?:#|\Z)")
_MORE_NOQA = re.compile(r"[ \t,]*([A-Z]+[0-9]+)(?![\w-])")
_PEER = re.compile(r"(?:DL|SC)[0-9]+\Z")
_BUILDKIT = re.compile(r"[A-Z][A-Za-z]*[a-z]\Z")
_END = 1 << 60


class Silencer(Span):
    """One code of one pragma: what it silences on which lines, and whether it did.

    Its span is that of the code.  *form* is the tool whose way of writing it is, *selector* the code
    as rules spell it.  A *void* one stands in a pragma that its own tool cannot read: it silences nothing.
    """

    __slots__ = ("code", "first", "form", "last", "line", "selector", "used", "void")

    def __init__(self, code: str, form: str, line: int, start: int, selector: str = "") -> None:
        super().__init__(start, start + len(code))
        self.code = code
        self.selector = selector or code
        self.void = False
        self.form = form
        self.line = line
        self.first = 1
        self.last = _END
        self.used = False

    def matches(self, finding: Finding) -> bool:
        """Whether it stands for the finding, wherever that is."""
        aliases = finding.aliases or ()
        if self.void:
            return False
        # No other tool lets its comments silence what it cannot parse.
        if self.form != DOCKERLINT and SYNTAX_ERROR in aliases and finding.code.startswith("DF0"):
            return False
        if self.form == CHECK:
            every = self.code.lower() == "all"
            return any(_BUILDKIT.match(one) and (every or one == self.code) for one in aliases)
        if self.form == HADOLINT:
            return self.code != SYNTAX_ERROR and any(
                _PEER.match(one) and one == self.code for one in (finding.code, *aliases)
            )
        if self.code.upper() == ALL:
            return True
        return any(
            rank(self.selector, one) > NONE for one in (finding.code, finding.name, *aliases)
        )


class Pragmas:
    """The pragmas of one file."""

    __slots__ = ("_by_line", "_lines", "_starts", "catalog", "dockerfile", "silencers")

    def __init__(self, dockerfile: Dockerfile, catalog: Catalog | None = None) -> None:
        self.dockerfile = dockerfile
        self.catalog = catalog
        self.silencers: list[Silencer] = []
        self._by_line: dict[int, list[Silencer]] | None = None
        self._starts = [one.line for one in dockerfile.instructions]
        self._lines = {one.line for one in dockerfile.comments}
        if BUILD_ARGUMENT in dockerfile.build.arguments:
            # It replaces the directive, and is no comment that could be unused.
            for code in options_of(dockerfile).skip:
                one = self._silencer(code, CHECK, 0, 0)
                one.used = True
                self.silencers.append(one)
        else:
            for directive in dockerfile.directives:
                if directive.name == "check" and not directive.indented:
                    self._directive(directive.line, directive.start, directive.end)
        for comment in dockerfile.comments:
            self._read(comment)
        for instruction in dockerfile.instructions:
            if instruction.heredocs and instruction.keyword == "RUN":
                self._script(instruction)

    # -- reading -----------------------------------------------------------------------------------

    def _directive(self, line: int, start: int, end: int) -> None:
        text = self.dockerfile.source.text[start:end]
        at = text.index("=") + 1
        value = text[at:].lstrip()
        at = len(text) - len(value)
        found = _SKIP.match(value)
        if found:
            self._add(found, CHECK, line, start + at, lambda one: None)

    def _script(self, instruction: Instruction) -> None:
        """The comment lines of a here-document that is a script: each holds for the line below."""
        source = self.dockerfile.source
        for heredoc in instruction.heredocs:
            if "#" not in heredoc.content:
                continue
            line = source.line_of(heredoc.start)
            while line <= source.line_count and source.offset(line) < heredoc.end:
                text = source.line(line)
                bare = text.lstrip(" \t")
                if bare.startswith("#"):
                    start = source.offset(line) + len(text) - len(bare)
                    comment = Comment(bare, line, start, start + len(bare))
                    comment.inside = instruction
                    self._lines.add(line)
                    self._read(comment)
                line += 1

    def _read(self, comment: Comment) -> None:
        text = comment.text
        lowered = text.lower()
        if not ("ignore" in lowered or "noqa" in lowered or "skip" in lowered):
            return
        for form, pattern in _FORMS:
            found = pattern.match(text)
            if found:
                scope = (found.groupdict().get("scope") or "").lower()
                before = len(self.silencers)
                self._add(found, form, comment.line, comment.start, self._placer(comment, scope))
                if form == HADOLINT and (
                    not _HADOLINT_CODES.match(text, found.start("codes"))
                    or (not scope and self._is_out_of_reach(comment))
                ):
                    for one in self.silencers[before:]:
                        one.void = True
                elif form == NOQA:
                    self._more(text, found.end(), comment)
                return
        if _BARE_NOQA.match(text):
            one = Silencer(ALL, NOQA, comment.line, comment.start)
            one.end = comment.end
            self._placer(comment, "")(one)
            self.silencers.append(one)

    def _is_out_of_reach(self, comment: Comment) -> bool:
        """Whether hadolint passes a comment over: inside an instruction, or with a blank line below."""
        if comment.inside is not None:
            return True
        source = self.dockerfile.source
        line = comment.line + 1
        while line in self._lines:
            line += 1
        return line <= source.line_count and not source.line(line).strip()

    def _more(self, text: str, at: int, comment: Comment) -> None:
        """The codes of a ``noqa`` that blanks set apart, as flake8 takes them."""
        place = self._placer(comment, "")
        while found := _MORE_NOQA.match(text, at):
            one = self._silencer(found[1], NOQA, comment.line, comment.start + found.start(1))
            place(one)
            self.silencers.append(one)
            at = found.end()

    def _silencer(self, code: str, form: str, line: int, start: int) -> Silencer:
        selector = self.catalog.canonical(code) if self.catalog else code
        return Silencer(code, form, line, start, selector)

    def _add(
        self,
        found: re.Match[str],
        form: str,
        line: int,
        base: int,
        place: Callable[[Silencer], None],
    ) -> None:
        for code in _CODE.finditer(found["codes"]):
            one = self._silencer(code[0], form, line, base + found.start("codes") + code.start())
            place(one)
            self.silencers.append(one)

    def _placer(self, comment: Comment, scope: str) -> Callable[[Silencer], None]:
        """What gives a silencer of this comment its lines."""
        if scope in ("-file", "global"):
            first, last = 0, _END
        elif scope == "stage":
            first, last = comment.line, self._end_of_stage(comment.line)
        elif comment.inside is not None:
            first = last = self._next_line(comment.line)
        else:
            first, last = self._next_instruction(comment.line)

        def place(one: Silencer) -> None:
            one.first, one.last = first, last

        return place

    def _next_instruction(self, line: int) -> tuple[int, int]:
        at = bisect_right(self._starts, line)
        if at == len(self._starts):
            return 0, 0
        one = self.dockerfile.instructions[at]
        return one.line, one.end_line

    def _next_line(self, line: int) -> int:
        source = self.dockerfile.source
        line += 1
        while line <= source.line_count and (line in self._lines or not source.line(line).strip()):
            line += 1
        return line

    def _end_of_stage(self, line: int) -> int:
        # Right above a FROM it speaks of the stage that begins there.
        above = self._next_instruction(line)[0]
        for stage in self.dockerfile.stages:
            if stage.from_.line > line and stage.from_.line != above:
                return stage.from_.line - 1
        return _END

    # -- asking ------------------------------------------------------------------------------------

    def suppresses(self, finding: Finding, instruction: Instruction | None = None) -> bool:
        """Whether a pragma silences the finding; each that does is marked as used."""
        if self._by_line is None:
            self._by_line = {}
            starts = set(self._starts)
            for one in self.silencers:
                # By the line of its instruction, or the one line; those of a stage or the file under 0.
                narrow = one.first == one.last or one.first in starts
                self._by_line.setdefault(one.first if narrow else 0, []).append(one)
        at = bisect_right(self._starts, finding.line)
        begins = {0, finding.line, self._starts[at - 1] if at else 0}
        silent = False
        for line in begins:
            for one in self._by_line.get(line, ()):
                if one.first <= finding.line <= one.last and one.matches(finding):
                    one.used = silent = True
        return silent

    def raises(self, finding: Finding) -> bool:
        """Whether ``error=true`` makes this finding an error: one of BuildKit's own checks."""
        return options_of(self.dockerfile).error and any(
            _BUILDKIT.match(one) for one in finding.aliases or ()
        )

    def unused(self) -> list[Silencer]:
        """Codes that silenced nothing, once every finding has been asked about."""
        return [one for one in self.silencers if not one.used]

    def unknown(self, catalog: Catalog) -> list[Silencer]:
        """Codes that stand for no rule."""
        return list(_unknown(self.silencers, catalog))


def _unknown(silencers: Iterable[Silencer], catalog: Catalog) -> Iterator[Silencer]:
    for one in silencers:
        if one.line == 0:
            continue  # given on the command line, where other tools' names may stand
        if one.void or (one.code.upper() != ALL and not catalog.knows(one.code)):
            yield one
