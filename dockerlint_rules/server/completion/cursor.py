"""Where completion is asked for: in a comment, in a here-document, at a keyword, or behind one."""

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
    from dockerlint_rules.server.open_file import OpenFile
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.dockerfile.logical_lines import Heredoc, LogicalLine, Reader

# Stands for what is typed next: a character that no file holds, neither a blank nor the end of a here-document.
_MARK = "\ufdd0"
_BLANK = "[\t\v\f\r ]"
_WORD = "[^\t\v\f\r \n]"
_AT_KEYWORD = re.compile(rf"(onbuild{_BLANK}+)?({_WORD}*)\Z", re.I)
_BEHIND_KEYWORD = re.compile(rf"(onbuild{_BLANK}+)?({_WORD}+){_BLANK}+", re.I)
_REST_OF_WORD = re.compile(rf"{_WORD}*")


class Cursor:
    """A place in a file.  ``line`` is where its comment or instruction begins, ``before`` the text up to the cursor."""

    __slots__ = ("before", "dockerfile", "line", "offset", "text")

    def __init__(self, dockerfile: Dockerfile, offset: int, line: int, before: str) -> None:
        self.dockerfile = dockerfile
        self.text = dockerfile.source.text
        self.offset = offset
        self.line = line
        self.before = before

    @property
    def after(self) -> str:
        """The rest of the line."""
        end = self.text.find("\n", self.offset)
        return self.text[self.offset : end if end >= 0 else len(self.text)]

    @property
    def stages_above(self) -> list[Stage]:
        """The stages that begin above."""
        return [one for one in self.dockerfile.stages if one.from_.line < self.line]

    @property
    def instruction(self) -> Instruction | None:
        """The instruction that begins on the line; None if there is none yet."""
        found = self.dockerfile.instructions
        at = bisect_right(found, self.line, key=lambda one: one.line) - 1
        return found[at] if at >= 0 and found[at].line == self.line else None


class CommentCursor(Cursor):
    """In a comment; ``before`` starts at its ``#``."""

    __slots__ = ("directives", "is_in_heredoc", "is_inside")

    def __init__(self, dockerfile: Dockerfile, offset: int, line: int, before: str) -> None:
        super().__init__(dockerfile, offset, line, before)
        self.is_inside = False  # inside an instruction that continues below
        self.is_in_heredoc = False
        self.directives: frozenset[str] | None = None
        """Names of the parser directives above; None where a directive is no longer possible."""


class HeredocCursor(Cursor):
    """In the body of a here-document; ``before`` starts where the body does."""

    __slots__ = ("expands", "is_script")

    def __init__(self, dockerfile: Dockerfile, offset: int, line: int, before: str) -> None:
        super().__init__(dockerfile, offset, line, before)
        self.is_script = False  # it is the script of a RUN, not the input of a program
        self.expands = True


class KeywordCursor(Cursor):
    """In the keyword of an instruction, or of an instruction behind ONBUILD."""

    __slots__ = ("is_trigger", "typed")

    def __init__(self, dockerfile: Dockerfile, offset: int, line: int, before: str) -> None:
        super().__init__(dockerfile, offset, line, before)
        found = _AT_KEYWORD.match(before)
        assert found is not None
        self.is_trigger = found[1] is not None
        self.typed = found[2]


class ArgumentCursor(Cursor):
    """Behind a keyword: in a flag, or in a word behind the flags."""

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
        """The flag that the cursor is in, up to the cursor."""
        if before[-1] in "\t\v\f\r ":
            pass
        elif flags and flags[-1][2] == len(before):
            at = flags.pop()[1]
            self.flag = before[at:]
        elif at == len(before) and before.endswith("--"):
            # A bare "--" ends the flags, but the word may go on.
            at -= 2
            self.flag = "--"
        elif before[at:] == "-":
            self.flag = "-"
        self.flags = [text[2:].partition("=") for text, _, _ in flags]
        """The complete flags in front of the cursor: name, equals sign, value."""
        self.args = before[at:]
        """The text between the flags and the cursor."""

    @property
    def words(self) -> list[str]:
        """The words of ``args``.  The cursor is in the last one, which is empty after a blank."""
        words = [self.args[a:b] for a, b in lexing.blank_words(self.args, 0, len(self.args))]
        return words if words and self.args[-1] not in "\t\v\f\r " else [*words, ""]

    @property
    def flag_names(self) -> set[str]:
        """Names of the flags before and behind the cursor."""
        names = {name for name, _, _ in self.flags}
        after = self.after if self.flag is None else _REST_OF_WORD.sub("", self.after, count=1)
        for word in after.split():
            if not word.startswith("--"):
                break
            names.add(word[2:].partition("=")[0])
        return names

    def in_keyword_case(self, word: str) -> str:
        """An upper-case word in the case of the keyword."""
        return word.lower() if self.keyword_text.islower() else word


def dockerfile_of(file: OpenFile) -> Dockerfile:
    """The parsed file; parsed here if linting has left the file out."""
    known = file.dockerfile
    if known is not None and known.source.text == file.text.text:
        return known
    return Dockerfile(Document(Source(file.text.text, file.path)))


def cursor_at(dockerfile: Dockerfile, offset: int) -> Cursor | None:
    """What the parser makes of the text up to an offset; None if that is unknown.

    The text is cut at the cursor, so half-typed text below does not matter.
    """
    one = _instruction_above(dockerfile, offset)
    if one is not None:
        for heredoc in one.heredocs:
            # Its end is below the cursor.
            if heredoc.terminated and heredoc.start <= offset <= heredoc.terminator.end:
                return _in_heredoc(dockerfile, offset, one, heredoc)
    reader = _read_up_to(dockerfile, offset, one)
    end = len(reader.source.text)
    line = reader.lines[-1] if reader.lines else None
    if reader.directives and reader.directives[-1].end == end:
        return _in_comment(dockerfile, offset, reader, reader.directives[-1].start)
    if reader.comments and reader.comments[-1].end == end:
        cursor = _in_comment(dockerfile, offset, reader, reader.comments[-1].start)
        cursor.is_inside = line is not None and reader.comments[-1] in line.inner
        return cursor
    return _in_line(dockerfile, offset, reader, line) if line is not None else None


def _instruction_above(dockerfile: Dockerfile, offset: int) -> Instruction | None:
    """The last instruction that begins at or above an offset."""
    found = dockerfile.instructions
    at = bisect_right(found, offset, key=lambda one: one.start) - 1
    return found[at] if at >= 0 else None


def _read_up_to(dockerfile: Dockerfile, offset: int, one: Instruction | None) -> Reader:
    """Read from an instruction (or from the top) to an offset."""
    reader = reader_of(Source(dockerfile.source.text[:offset] + _MARK))
    if one is not None:
        reader.go_to(one.line - 1, dockerfile.document.escape)
    reader.read()
    return reader


def _in_comment(dockerfile: Dockerfile, offset: int, reader: Reader, start: int) -> CommentCursor:
    line = reader.source.line_of(start)
    cursor = CommentCursor(dockerfile, offset, line, reader.source.text[start:-1])
    above = {one.line: one.name for one in reader.directives if one.line < line}
    if len(above) == line - 1:
        cursor.directives = frozenset(above.values())
    return cursor


def _in_line(
    dockerfile: Dockerfile, offset: int, reader: Reader, line: LogicalLine
) -> Cursor | None:
    end = len(reader.source.text)
    for heredoc in line.heredocs:
        if heredoc.start < end <= heredoc.end:
            one = make_instruction(reader.source, line, line.logical, reader.escape)
            return _in_heredoc(dockerfile, offset, one, heredoc)
    if not line.logical.text.endswith(_MARK):
        return None
    before = line.logical.text[:-1].lstrip(SPACES)
    if _AT_KEYWORD.match(before):
        return KeywordCursor(dockerfile, offset, line.start_line, before)
    return ArgumentCursor(dockerfile, offset, line.start_line, before, reader.escape)


def _in_heredoc(dockerfile: Dockerfile, offset: int, one: Instruction, heredoc: Heredoc) -> Cursor:
    body = dockerfile.source.text[heredoc.start : offset]
    inner = one.trigger if isinstance(one, Onbuild) and one.trigger is not None else one
    last = body.rpartition("\n")[2].lstrip(" \t")
    if isinstance(inner, Run) and last.startswith("#"):
        comment = CommentCursor(dockerfile, offset, dockerfile.source.line_of(offset), last)
        comment.is_inside = comment.is_in_heredoc = True
        return comment
    cursor = HeredocCursor(dockerfile, offset, one.line, body)
    cursor.is_script = isinstance(inner, Run) and inner.file_heredoc is not None
    cursor.expands = heredoc.expand or cursor.is_script
    return cursor
