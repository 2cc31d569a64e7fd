"""Read the plain part of the shell's language: words, quotes, variables, lists and pipelines.

Most RUN instructions need no more, and loading a grammar for them would cost more than reading
them.  Whatever is not plain (reserved words, parentheses, substitutions) makes ``read_plain`` give
up and leave the script to ``shell_grammar``; on what both read, both give the same commands.

Indices here are places in the script's own text; ``shell`` turns them into offsets.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    Mark = tuple[int, int, str]
    """An expansion: from, to, and its placeholder in a word's value."""
    Spot = tuple[int, int, list[Mark] | None]
    """A word: from, to, its expansions in order (None for a word without quotes and expansions)."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_NAME = frozenset(_LETTERS + "0123456789_")
_PLAIN = frozenset(_LETTERS + "0123456789_-./:=,+@%^~*?[]{}!")
_OPERATORS = frozenset(("&&", "||", "|", ";", "&"))
_RESERVED = frozenset(
    [
        "if",
        "then",
        "elif",
        "else",
        "fi",
        "for",
        "while",
        "until",
        "do",
        "done",
        "case",
        "esac",
        "select",
        "function",
        "coproc",
        "{",
        "}",
        "!",
        "[[",
        "]]",
    ]
)
_SPECIAL = frozenset("?@*#!$-0123456789")

_LONGEST = 256
"""Maximum length of a chunk that is searched for a word's end; keeps the time linear."""


class PlainCommand:
    """One simple command, by indices into the script's text."""

    __slots__ = (
        "after",
        "assignments",
        "before",
        "conditional",
        "function",
        "group",
        "nested",
        "outer_group",
        "redirects",
        "words",
    )

    def __init__(
        self,
        before: str = "",
        after: str = "",
        group: list[PlainCommand] | None = None,
        *,
        conditional: bool = False,
        nested: bool = False,
        function: bool = False,
    ) -> None:
        self.before = before
        self.after = after
        self.assignments: list[Spot] = []
        self.words: list[Spot] = []
        self.redirects: list[tuple[int, str, Spot]] = []
        """(index of the operator, operator with its descriptor, target)"""
        self.conditional = conditional
        self.nested = nested
        self.function = function
        self.group: list[PlainCommand] = [] if group is None else group
        self.outer_group: list[PlainCommand] | None = None

    @property
    def first(self) -> int:
        """Index of the first character, assignments and redirects included."""
        starts = [one[0][0] for one in (self.assignments, self.words) if one]
        if self.redirects:
            starts.append(self.redirects[0][0])
        return min(starts)

    @property
    def last(self) -> int:
        """Index after the last character, redirects included."""
        ends = [one[-1][1] for one in (self.assignments, self.words) if one]
        if self.redirects:
            ends.append(self.redirects[-1][2][1])
        return max(ends)


class NotPlain(Exception):
    """The script needs the grammar."""


def read_plain(text: str) -> list[PlainCommand] | None:
    """The simple commands of a plain script in order; None if it is not plain.

    Bare assignments come as a ``Simple`` without words.
    """
    reader = _Reader(text)
    try:
        reader.read()
    except NotPlain:
        return None
    return reader.done


class _Reader:
    __slots__ = ("current", "done", "redirect", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.done: list[PlainCommand] = []
        self.current = PlainCommand()
        self.redirect: tuple[int, str] | None = None

    def read(self) -> None:
        text, size, at = self.text, len(self.text), 0
        while at < size:
            # perf: most of a RUN is words of plain characters; this reads one in 0.5 µs instead of 3 µs
            # character by character.
            stop = text.find(" ", at, at + _LONGEST)
            if stop < 0:
                stop = min(size, at + _LONGEST)
                if stop < size:
                    at = self._other(at)
                    continue
            if stop == at:
                at += 1
                continue
            chunk = text[at:stop]
            if _PLAIN.issuperset(chunk):
                self._word(at, stop, None, chunk)
                at = stop
            elif chunk in _OPERATORS:
                self._operator(chunk)
                at = stop
            else:
                at = self._other(at)
        self._finish()

    def _word(self, start: int, end: int, marks: list[Mark] | None, chunk: str) -> None:
        """Add a word; *chunk* is its text if it may be reserved or an assignment, else ""."""
        current = self.current
        spot = (start, end, marks)
        if self.redirect is not None:
            current.redirects.append((*self.redirect, spot))
            self.redirect = None
            return
        if not current.words:
            if chunk in _RESERVED or ("[" in chunk and chunk != "["):
                raise NotPlain
            if "=" in chunk and is_assignment(chunk):
                current.assignments.append(spot)
                return
        current.words.append(spot)

    def _operator(self, operator: str) -> None:
        current = self.current
        if self.redirect is not None:
            raise NotPlain
        if not (current.words or current.assignments or current.redirects):
            # Only a newline may follow another operator.
            if operator == "\n":
                return
            raise NotPlain
        current.after = operator
        self._close(current)
        self.current = PlainCommand(operator)

    def _close(self, simple: PlainCommand) -> None:
        if simple.before == "|":
            head = self.done[-1]
            simple.group = head.group
            simple.conditional = head.conditional
        else:
            simple.conditional = simple.before == "||"
        simple.group.append(simple)
        self.done.append(simple)

    def _finish(self) -> None:
        current = self.current
        if self.redirect is not None:
            raise NotPlain
        if current.words or current.assignments or current.redirects:
            self._close(current)
        elif current.before in ("&&", "||", "|"):
            raise NotPlain
        elif current.before == "\n":
            self.done[-1].after = ""

    def _other(self, at: int) -> int:
        """Read an operator, a comment or a word that is not plain; return the index after it."""
        text = self.text
        char = text[at]
        following = text[at + 1 : at + 2]
        if char == "\t":
            return at + 1
        if char == "\n":
            self._operator("\n")
            return at + 1
        if char == "\\" and following == "\n":
            return at + 2
        if char == "#":
            end = text.find("\n", at)
            return len(text) if end < 0 else end
        if char == ";":
            if following in (";", "&"):
                raise NotPlain
            self._operator(";")
            return at + 1
        if char == "|":
            operator = "||" if following == "|" else "|"
            self._operator(operator)
            return at + (2 if following and following in "|&" else 1)
        if char in "<>" or (char == "&" and following == ">"):
            return self._redirect(at, at)
        if char == "&":
            self._operator("&&" if following == "&" else "&")
            return at + (2 if following == "&" else 1)
        return self._rich_word(at)

    def _redirect(self, start: int, at: int) -> int:
        """Read a redirect operator at *at*; its file descriptor begins at *start*."""
        text = self.text
        operator = text[at : at + 2]
        if text[at : at + 3] == "&>>":
            operator = "&>>"
        elif operator in ("<<", "<(", ">("):
            raise NotPlain
        elif operator not in (">>", ">&", ">|", "<&", "<>", "&>"):
            operator = text[at]
        if self.redirect is not None:
            raise NotPlain
        end = at + len(operator)
        self.redirect = (start, text[start:end])
        return end

    def _rich_word(self, start: int) -> int:
        """Read a word with quotes, escapes, variables or an operator after it."""
        text, size, at = self.text, len(self.text), start
        marks: list[Mark] = []
        plain = True
        while at < size:
            char = text[at]
            if char in _PLAIN or char == "#":
                at += 1
                continue
            if char in " \t\n;|&<>":
                break
            plain = False
            if char == "'":
                at = self._behind("'", at + 1)
            elif char == '"':
                at = self._double(at + 1, marks)
            elif char == "\\":
                at = self._escaped(at)
            elif char == "$":
                at = self._variable(at, marks)
            elif char > "\x7f" and char.isalnum():
                at += 1
            else:
                raise NotPlain
        word = text[start:at]
        if plain and word.isdigit() and text[at : at + 1] in ("<", ">"):
            return self._redirect(start, at)
        self._word(start, at, None if plain else marks, self._checked(word, plain))
        return at

    def _checked(self, word: str, plain: bool) -> str:
        """The word if it may be an assignment; raises for a subscript in a first word."""
        if plain or "=" not in word:
            if not plain and "[" in word and not self.current.words and self.redirect is None:
                raise NotPlain
            return word if plain else ""
        return word

    def _behind(self, mark: str, at: int) -> int:
        end = self.text.find(mark, at)
        if end < 0:
            raise NotPlain
        return end + 1

    def _escaped(self, at: int) -> int:
        following = self.text[at + 1 : at + 2]
        # A continuation inside a word joins it: rare enough for the grammar.
        if not following or following in "\n\r" or following > "\x7f":
            raise NotPlain
        return at + 2

    def _double(self, at: int, marks: list[Mark]) -> int:
        """Read the inside of double quotes from *at*; return the index after the closing quote."""
        text = self.text
        end = self._behind('"', at)
        inside = text[at : end - 1]
        if "\\" not in inside and "$" not in inside and "`" not in inside:
            return end
        size = len(text)
        while at < size:
            char = text[at]
            if char == '"':
                return at + 1
            if char == "\\":
                if at + 1 >= size:
                    raise NotPlain
                at += 2
            elif char == "$":
                at = self._variable(at, marks)
            elif char == "`":
                raise NotPlain
            else:
                at += 1
        raise NotPlain

    def _variable(self, at: int, marks: list[Mark]) -> int:
        """Read ``$NAME``, ``${NAME}`` or a special parameter at *at*."""
        text = self.text
        if text[at + 1 : at + 2] != "{":
            name = variable_name(text, at + 1)
            end = at + 1 + len(name)
            if not name:
                raise NotPlain
        else:
            end = text.find("}", at)
            name = text[at + 2 : end] if end > 0 else ""
            end += 1
            if not (name and _NAME.issuperset(name)) or (name[0].isdigit() and not name.isdigit()):
                raise NotPlain
        marks.append((at, end, f"${{{name}}}"))
        return end


def variable_name(text: str, at: int) -> str:
    """The name or special parameter at *at*, after a ``$``; empty if there is none."""
    end = at
    while text[end : end + 1] in _NAME:
        end += 1
    if end > at and not text[at].isdigit():
        return text[at:end]
    # "$10" is "$1" and "0".
    char = text[at : at + 1]
    return char if char in _SPECIAL else ""


def is_assignment(word: str) -> bool:
    """Whether a word as written begins with ``NAME=`` or ``NAME+=``."""
    name = word.partition("=")[0].removesuffix("+")
    return name.isidentifier() and name.isascii() and "=" in word
