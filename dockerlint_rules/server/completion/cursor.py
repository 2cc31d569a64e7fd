"""Where completion is asked for: in a comment, a here-document, at a keyword, or behind one."""

from __future__ import annotations

import re
from bisect import bisect_right

from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.syntax.dockerfile import fields as lexing
from dockerlint_rules.syntax.dockerfile.directives import SPACES
from dockerlint_rules.syntax.dockerfile.document import Document, reader_of
from dockerlint_rules.syntax.dockerfile.instructions import Onbuild, Run, make_instruction
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.server.session import OpenFile
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.dockerfile.logical_lines import Heredoc, LogicalLine, Reader

# Stands for what is typed next.  No file holds it, and it is neither a blank nor the end of a heredoc.
_MARK = "\ufdd0"
_BLANK = "[\t\v\f\r ]"
_WORD = "[^\t\v\f\r \n]"
_AT_KEYWORD = re.compile(rf"(onbuild{_BLANK}+)?({_WORD}*)\Z", re.I)
_BEHIND_KEYWORD = re.compile(rf"(onbuild{_BLANK}+)?({_WORD}+){_BLANK}+", re.I)
_REST_OF_WORD = re.compile(rf"{_WORD}*")


class Place:
    """A place of a file; *line* is where its comment or instruction begins, *before* the text up to the place."""

    __slots__ = ("before", "dockerfile", "line", "offset", "text")

    def __init__(self, dockerfile: Dockerfile, offset: int, line: int, before: str) -> None:
        self.dockerfile = dockerfile
        self.text = dockerfile.source.text
        self.offset = offset
        self.line = line
        self.before = before

    @property
    def after(self) -> str:
        """What stands behind the place on its line."""
        end = self.text.find("\n", self.offset)
        return self.text[self.offset : end if end >= 0 else len(self.text)]

    @property
    def stages_above(self) -> list[Stage]:
        """The stages whose FROM stands above."""
        return [one for one in self.dockerfile.stages if one.from_.line < self.line]

    @property
    def instruction(self) -> Instruction | None:
        """What the model has on the line; None where nothing is yet."""
        found = self.dockerfile.instructions
        at = bisect_right(found, self.line, key=lambda one: one.line) - 1
        return found[at] if at >= 0 and found[at].line == self.line else None


class CommentPlace(Place):
    """In a comment, from its ``#`` on."""

    __slots__ = ("directives", "is_in_heredoc", "is_inside")

    def __init__(self, dockerfile: Dockerfile, offset: int, line: int, before: str) -> None:
        super().__init__(dockerfile, offset, line, before)
        self.is_inside = False  # of an instruction that goes on below
        self.is_in_heredoc = False
        self.directives: frozenset[str] | None = None
        """Names of the parser directives above; None where one can no longer stand."""


class HeredocPlace(Place):
    """In the body of a heredoc, from its beginning on."""

    __slots__ = ("expands", "is_script")

    def __init__(self, dockerfile: Dockerfile, offset: int, line: int, before: str) -> None:
        super().__init__(dockerfile, offset, line, before)
        self.is_script = False  # the whole of a RUN, and not the input of one of its programs
        self.expands = True


class KeywordPlace(Place):
    """In the first word of an instruction, or of the one that ONBUILD is about."""

    __slots__ = ("is_trigger", "typed")

    def __init__(self, dockerfile: Dockerfile, offset: int, line: int, before: str) -> None:
        super().__init__(dockerfile, offset, line, before)
        found = _AT_KEYWORD.match(before)
        assert found is not None
        self.is_trigger = found[1] is not None
        self.typed = found[2]


class ArgumentPlace(Place):
    """Behind a keyword: in a flag, or in one of the words behind the flags."""

    __slots__ = ("args", "escape", "flag", "flags", "is_trigger", "keyword", "keyword_text")

    def __init__(
        self, dockerfile: Dockerfile, offset: int, line: int, before: str, escape: str
    ) -> None:
        super().__init__(dockerfile, offset, line, before)
        found = _BEHIND_KEYWORD.match(before)
        assert found is not None
        self.escape = escape
        self.is_trigger = found[1] is not None
        self.keyword_text = found[2]
        self.keyword = found[2].upper()
        flags, at = lexing.split_flags(before, found.end(), len(before), escape)
        self.flag: str | None = None
        """The flag that the place is in, as far as it is written."""
        if before[-1] in "\t\v\f\r ":
            pass
        elif flags and flags[-1][2] == len(before):
            at = flags.pop()[1]
            self.flag = before[at:]
        elif at == len(before) and before.endswith("--"):
            # Two strokes alone end the flags, but more of the word is to come.
            at -= 2
            self.flag = "--"
        elif before[at:] == "-":
            self.flag = "-"
        self.flags = [text[2:].partition("=") for text, _, _ in flags]
        """The whole flags in front of the place: name, equals sign, value."""
        self.args = before[at:]
        """What stands between the flags and the place."""

    @property
    def words(self) -> list[str]:
        """The words of ``args``; the place is in the last one, which is empty behind a blank."""
        words = [self.args[a:b] for a, b in lexing.blank_words(self.args, 0, len(self.args))]
        return words if words and self.args[-1] not in "\t\v\f\r " else [*words, ""]

    @property
    def flag_names(self) -> set[str]:
        """Names of the flags that are there already, before and behind the place."""
        names = {name for name, _, _ in self.flags}
        after = self.after if self.flag is None else _REST_OF_WORD.sub("", self.after, count=1)
        for word in after.split():
            if not word.startswith("--"):
                break
            names.add(word[2:].partition("=")[0])
        return names

    def cased(self, word: str) -> str:
        """An upper-case word in the case of the keyword."""
        return word.lower() if self.keyword_text.islower() else word


def dockerfile_of(file: OpenFile) -> Dockerfile:
    """The file as it was read; read here where linting has left it out."""
    known = file.dockerfile
    if known is not None and known.source.text == file.text.text:
        return known
    return Dockerfile(Document(Source(file.text.text, file.path)))


def place_of(dockerfile: Dockerfile, offset: int) -> Place | None:
    """What the parser makes of the text up to an offset; None where nothing can be said.

    The text is cut at the place, so that it does not matter what stands below and may be half typed.
    """
    one = _instruction_above(dockerfile, offset)
    if one is not None:
        for heredoc in one.heredocs:
            # Whether it has an end stands below.
            if heredoc.terminated and heredoc.start <= offset <= heredoc.terminator.end:
                return _in_heredoc(dockerfile, offset, one, heredoc)
    reader = _read_up_to(dockerfile, offset, one)
    end = len(reader.source.text)
    line = reader.lines[-1] if reader.lines else None
    if reader.directives and reader.directives[-1].end == end:
        return _in_comment(dockerfile, offset, reader, reader.directives[-1].start)
    if reader.comments and reader.comments[-1].end == end:
        place = _in_comment(dockerfile, offset, reader, reader.comments[-1].start)
        place.is_inside = line is not None and reader.comments[-1] in line.inner
        return place
    return _in_line(dockerfile, offset, reader, line) if line is not None else None


def _instruction_above(dockerfile: Dockerfile, offset: int) -> Instruction | None:
    """The last instruction that begins at or above an offset."""
    found = dockerfile.instructions
    at = bisect_right(found, offset, key=lambda one: one.start) - 1
    return found[at] if at >= 0 else None


def _read_up_to(dockerfile: Dockerfile, offset: int, one: Instruction | None) -> Reader:
    """Read from an instruction, or else from the top, to an offset."""
    reader = reader_of(Source(dockerfile.source.text[:offset] + _MARK))
    if one is not None:
        reader.go_to(one.line - 1, dockerfile.document.escape)
    reader.read()
    return reader


def _in_comment(dockerfile: Dockerfile, offset: int, reader: Reader, start: int) -> CommentPlace:
    line = reader.source.line_of(start)
    place = CommentPlace(dockerfile, offset, line, reader.source.text[start:-1])
    above = {one.line: one.name for one in reader.directives if one.line < line}
    if len(above) == line - 1:
        place.directives = frozenset(above.values())
    return place


def _in_line(
    dockerfile: Dockerfile, offset: int, reader: Reader, line: LogicalLine
) -> Place | None:
    end = len(reader.source.text)
    for heredoc in line.heredocs:
        if heredoc.start < end <= heredoc.end:
            one = make_instruction(reader.source, line, line.logical, reader.escape)
            return _in_heredoc(dockerfile, offset, one, heredoc)
    if not line.logical.text.endswith(_MARK):
        return None
    before = line.logical.text[:-1].lstrip(SPACES)
    if _AT_KEYWORD.match(before):
        return KeywordPlace(dockerfile, offset, line.start_line, before)
    return ArgumentPlace(dockerfile, offset, line.start_line, before, reader.escape)


def _in_heredoc(dockerfile: Dockerfile, offset: int, one: Instruction, heredoc: Heredoc) -> Place:
    body = dockerfile.source.text[heredoc.start : offset]
    inner = one.trigger if isinstance(one, Onbuild) and one.trigger is not None else one
    last = body.rpartition("\n")[2].lstrip(" \t")
    if isinstance(inner, Run) and last.startswith("#"):
        comment = CommentPlace(dockerfile, offset, dockerfile.source.line_of(offset), last)
        comment.is_inside = comment.is_in_heredoc = True
        return comment
    place = HeredocPlace(dockerfile, offset, one.line, body)
    place.is_script = isinstance(inner, Run) and inner.file_heredoc is not None
    place.expands = heredoc.expand or place.is_script
    return place
