"""Parse a text again after a small change: unchanged instructions are kept and moved to their new place.

Lines below an instruction cannot change it, so parsing starts at the last instruction above the change and stops
where an
instruction ends that also ended there before.  The old document gives up its parts and cannot be used afterwards.
"""

from __future__ import annotations

from dockerlint_rules.syntax.dockerfile.document import Document, instruction_of, reader_of
from dockerlint_rules.syntax.dockerfile.instruction import Instruction
from dockerlint_rules.syntax.dockerfile.instructions import Healthcheck, Onbuild, Pairs, Program
from dockerlint_rules.syntax.dockerfile.logical_lines import SyntaxProblem
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.logical_lines import Comment
    from dockerlint_rules.syntax.shell.command import Command, ShellWord
    from dockerlint_rules.syntax.shell.script import Script
    from dockerlint_rules.syntax.source import LogicalText, Source


def reparse(old: Document, source: Source) -> Document:
    """The document of *source*, made from the parts of *old* that did not change."""
    if old.line_errors:  # an unterminated heredoc may reach any line
        return Document(source)
    before, after = old.source.text, source.text
    same = same_before(before, after)
    first = old.source.line_of(same)
    # One more than seems necessary: the last instruction of a file may continue in added lines.
    head = [one for one in old.instructions if one.end_line < first][:-1]
    reader = reader_of(source)
    if head:
        reader.directives = old.directives
        reader.go_to(head[-1].end_line, old.escape)
    by = len(after) - len(before)
    down = len(source.line_starts) - len(old.source.line_starts)
    last = old.source.line_of(len(before) - same_behind(before, after, same))
    ends = {
        one.end_line + down: at for at, one in enumerate(old.instructions) if one.end_line >= last
    }
    tail: list[Instruction] | None = None  # None: no instruction ends where one ended before
    done = 0
    while reader.read_one():
        if len(reader.lines) > done:
            done = len(reader.lines)
            at = ends.get(reader.line)
            if at is not None and reader.escape == old.escape:
                tail = old.instructions[at + 1 :]
                break
    middle = [instruction_of(line, reader) for line in reader.lines]
    reader.comments = [
        *(_comments(old, 0, head[-1].end_line) if head else ()),
        *reader.comments,
        *(_moved_comments(old, reader.line - down, by, down) if tail is not None else ()),
    ]
    tail = tail or []
    for one in tail:
        _move(one, by, down)
    for one in (*head, *tail):
        _is_of(one, source)
    document = Document.__new__(Document)
    document.take(reader, [*head, *middle, *tail])
    return document


def same_before(before: str, after: str) -> int:
    """Length of the common prefix of two texts."""
    low, high = 0, min(len(before), len(after))
    while low < high:
        middle = (low + high + 1) // 2
        if before[low:middle] == after[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def same_behind(before: str, after: str, same: int) -> int:
    """Length of their common suffix, without the characters of the prefix *same*."""
    low, high = 0, min(len(before), len(after)) - same
    while low < high:
        middle = (low + high + 1) // 2
        if before[len(before) - middle :] == after[len(after) - middle :]:
            low = middle
        else:
            high = middle - 1
    return low


def _comments(old: Document, above: int, to: int) -> Iterator[Comment]:
    return (one for one in old.comments if above < one.line <= to)


def _moved_comments(old: Document, above: int, by: int, down: int) -> Iterator[Comment]:
    for one in old.comments:
        if one.line > above:
            one.move(by)
            one.line += down
            yield one


def _is_of(one: Instruction, source: Source) -> None:
    """Attach an instruction to another source and drop what rules stored in it."""
    one.source = source
    if isinstance(one, Program):
        one.facts = {}
    elif isinstance(one, Onbuild) and one.trigger is not None:
        one.trigger.stage = None
        _is_of(one.trigger, source)


class _Places:
    """Every part of an instruction that has a position, each once.  perf: collected once, moved at each edit above
    it.
    """

    __slots__ = ("errors", "others", "read", "script", "spans")

    def __init__(self, one: Instruction) -> None:
        self.read: list[Instruction] = [one]
        while isinstance(self.read[-1], Onbuild) and self.read[-1].trigger is not None:
            self.read.append(self.read[-1].trigger)
        self.script = _script_of(self.read[-1])
        places = {id(place): place for place in _places(one)}.values()
        self.spans = [place for place in places if isinstance(place, Span)]
        self.others = [place for place in places if not isinstance(place, Span)]
        self.errors = [place for place in self.spans if isinstance(place, SyntaxProblem)]


def _script_of(one: Instruction) -> Script | None:
    return one.known_script if isinstance(one, Program) else None


def _move(one: Instruction, by: int, down: int) -> None:
    """Move an instruction without its comments by so many characters and lines."""
    line = one.raw_line
    places = line.places
    if places is None or places.script is not _script_of(places.read[-1]):
        places = line.places = _Places(one)
    if by:
        for span in places.spans:
            span.start += by
            span.end += by
        for place in places.others:
            place.move(by)
    if down:
        line.start_line += down
        line.end_line += down
        line.text_end_line += down
        if line.empty_continuation:
            line.empty_continuation = [number + down for number in line.empty_continuation]
        for problem in places.errors:
            problem.line += down
        for each in places.read:
            each.line += down
            each.end_line += down


def _places(one: Instruction) -> Iterator[Span | LogicalText | ShellWord | Command]:
    """Every part that has a position; some appear more than once."""
    yield one
    yield one.logical
    yield one.raw_line.logical
    yield one.keyword_word
    yield from one.flags
    yield from one.errors
    for word in one.words:
        yield word
        if word.logical is not None:
            yield word.logical
    for heredoc in one.heredocs:
        yield from (heredoc, heredoc.operator, heredoc.terminator)
    if isinstance(one, Pairs):
        for pair in one.pairs:
            yield from (pair, pair.key)
            if pair.value is not None:
                yield pair.value
    elif isinstance(one, Onbuild) and one.trigger is not None:
        yield from _places(one.trigger)
    elif isinstance(one, Program):
        if isinstance(one, Healthcheck) and one.kind_word is not None:
            yield one.kind_word
        yield from _places_in_script(one)


def _places_in_script(one: Program) -> Iterator[LogicalText | ShellWord | Command]:
    script = one.known_script
    if script is None:
        return
    if one.form == "shell":  # the words of an exec form are not part of a script
        yield script.logical
    for word in script.assignments:
        yield word
        yield from word.texts()
    for command in script.commands:
        yield command
        if command.place is not None:
            yield command.place
        for word in command.all_words():
            yield word
            yield from word.texts()
