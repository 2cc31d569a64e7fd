"""A whole file: its directives, comments, instructions and errors, and the pieces that make up its text."""

from __future__ import annotations

from dockerlint_rules.syntax.dockerfile import fields as lexing
from dockerlint_rules.syntax.dockerfile.checks import check_arguments
from dockerlint_rules.syntax.dockerfile.instruction import Instruction
from dockerlint_rules.syntax.dockerfile.instructions import Arg, From, make_instruction
from dockerlint_rules.syntax.dockerfile.logical_lines import (
    Comment,
    LogicalLine,
    Reader,
    SyntaxProblem,
)
from dockerlint_rules.syntax.source import LogicalText, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.directives import Directive


class Piece:
    """Some whole lines of the file: ``directive``, ``comment``, ``blank``, ``instruction`` or ``unread``."""

    __slots__ = ("end_line", "kind", "line", "text")

    def __init__(self, kind: str, line: int, end_line: int, text: str) -> None:
        self.kind = kind
        self.line = line
        self.end_line = end_line
        self.text = text


class Document:
    """One file as BuildKit reads it; reading goes on where BuildKit stops."""

    __slots__ = ("comments", "directives", "errors", "escape", "instructions", "line_errors", "source")  # fmt: skip

    def __init__(self, source: Source) -> None:
        reader = reader_of(source)
        reader.read()
        self.take(reader, [instruction_of(line, reader) for line in reader.lines])

    def take(self, reader: Reader, instructions: list[Instruction]) -> None:
        """Take over what a reader found and the instructions made from it."""
        self.source = reader.source
        self.escape = reader.escape
        self.directives: list[Directive] = reader.directives
        self.comments: list[Comment] = reader.comments
        self.instructions = instructions
        self.line_errors = reader.errors
        self.errors: list[SyntaxProblem] = list(reader.errors)
        # A file that is a single overlong line has no instructions either; one error is enough.
        if self.instructions or not any(problem.kind == "long-line" for problem in reader.errors):
            self.errors += self._structure()
        for instruction in self.instructions:
            self.errors += instruction.errors
        self.errors.sort(key=lambda problem: (problem.start, problem.stage))

    def _structure(self) -> list[SyntaxProblem]:
        """Errors in the order of instructions: no FROM, or another instruction before it."""
        if not self.instructions:
            return [SyntaxProblem("file with no instructions", 1, 0, 0, "empty", 1)]
        problems: list[SyntaxProblem] = []
        for instruction in self.instructions:
            if isinstance(instruction, From):
                return problems
            if isinstance(instruction, Arg) or instruction.errors:
                continue
            word = instruction.keyword_word
            message = "no build stage in current context"
            problems.append(
                SyntaxProblem(message, instruction.line, word.start, word.end, "before-from", 2)
            )
        if not problems and not any(one.errors for one in self.instructions):
            first = self.instructions[0].keyword_word
            message = "dockerfile contains no stages to build"
            problems.append(SyntaxProblem(message, 1, first.start, first.end, "no-from", 2))
        return problems

    @property
    def refusal(self) -> SyntaxProblem | None:
        """The error at which BuildKit's parser stops: errors of the line parser come before those of instructions."""
        if not self.errors:
            return None
        return min(self.errors, key=lambda problem: (problem.stage, problem.start))

    @property
    def accepted(self) -> bool:
        """Whether BuildKit's parser accepts the file (lines and instructions, not its lint checks)."""
        return not self.errors

    def directive(self, name: str) -> str | None:
        """Effective value of ``syntax`` or ``check``."""
        for directive in self.directives:
            if directive.name == name and not directive.indented:
                return directive.effective
        return None

    def pieces(self) -> Iterator[Piece]:
        """The file as groups of whole lines, each of one kind; joined, they are the text."""
        starts, text = self.source.line_starts, self.source.text
        kinds: dict[int, str] = {comment.line: "comment" for comment in self.comments}
        kinds.update({directive.line: "directive" for directive in self.directives})
        ends = {instruction.line: instruction.end_line for instruction in self.instructions}
        line, count = 1, self.source.line_count
        while line <= count and text:
            end = ends.get(line, line)
            part = text[starts[line - 1] : starts[end] if end < len(starts) else len(text)]
            kind = (
                "instruction"
                if line in ends
                else kinds.get(line) or ("unread" if part.strip() else "blank")
            )
            yield Piece(kind, line, end, part)
            line = end + 1


def reader_of(source: Source) -> Reader:
    """A reader at the start of a source."""
    return Reader(source, _accepts_heredoc)


def instruction_of(line: LogicalLine, reader: Reader) -> Instruction:
    """The instruction on one of the reader's lines, with its errors noted."""
    instruction = make_instruction(reader.source, line, line.logical, reader.escape)
    check_arguments(instruction)
    for comment in line.inner:
        comment.inside = instruction
    return instruction


def _accepts_heredoc(logical: LogicalText, escape: str) -> bool:
    """Whether the line may open heredocs: RUN, COPY and ADD, also inside ONBUILD, unless the arguments are JSON."""
    text = logical.text
    start, stop, rest, end = lexing.split_command(text)
    keyword = text[start:stop].upper()
    _, rest = lexing.split_flags(text, rest, end, escape)
    rest, end = lexing.trim(text, rest, end)
    if keyword == "ONBUILD":
        return _accepts_heredoc(logical.slice(rest, end), escape) if rest < end else False
    if keyword not in ("RUN", "COPY", "ADD"):
        return False
    try:
        return lexing.json_strings(text, rest, end) is None
    except lexing.NotAStringArray:
        return False


def read(source: Source) -> Document:
    """Read a source.  Never raises, whatever the file contains."""
    return Document(source)
