"""Where a shell script uses variables, and which of them it has set before.

One pass over the text with the open quotes and substitutions on a list.  Loops, functions and
heredocs count in text order: what is set further up is set.  Never raises; a
text that breaks off is read up to there.  All positions are indices of the text.

Source: POSIX.1-2024, "Shell Command Language", sections 2.2 (quoting), 2.6 (expansions), 2.7.4.
"""

from __future__ import annotations

import re

from dockerlint_rules.syntax.shell.heredocs import ShellHeredoc, find_heredocs

# Maximum depth of nested quotes and substitutions.
MAX_DEPTH = 1000

_CODE, _QUOTED, _PARAMETER, _ARITHMETIC, _BODY = "code", "quoted", "parameter", "arithmetic", "body"
_PLAIN = {
    _CODE: re.compile(r"[^\\'\"$`()\s;&|<>]+"),
    _QUOTED: re.compile(r"[^\\\"$`]+"),
    _PARAMETER: re.compile(r"[^\\'\"$`}]+"),
    _ARITHMETIC: re.compile(r"[^\\A-Za-z_0-9$`()\"]+|[0-9]\w*(?:#\w*)?"),
    _BODY: re.compile(r"[^\\$`]+"),
}
_BLANKS = re.compile(r"[ \t\r\f\v<>]+")
_NAME = re.compile(r"[A-Za-z_]\w*", re.A)
_SPECIAL = re.compile(r"[@*#?$!-]|[0-9]")
_PARAMETER_NAME = re.compile(r"[#!]?(?:[A-Za-z_]\w*|[0-9]+|[@*#?$!-])", re.A)
# Subscripts are short; without a bound, each unclosed one would be searched for to the end.
_OPERATOR = re.compile(r"(?:\[[^]}]{0,200}\])?(:?[-+?=]|##?|%%?|//?|[:^,@])")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(?:\[[^]\s]{0,200}\])?\+?=", re.A)
_WORD = re.compile(r"[^\\'\"$`()\s;&|<>]+(?=[\s;&|()<>]|\Z)")
_SETS = re.compile(r"\s*(?:=(?!=)|[-+*/%&|^]=|<<=|>>=|\+\+|--)")
_BREAKS = " \t\r\n;&|()<>`"
# After these, the next word is a command again.
_RESERVED = frozenset(
    {"!", "{", "}", "if", "then", "elif", "else", "fi", "while", "until", "do", "done", "time"}
)
_LOOPS = frozenset({"for", "select"})
_DECLARING = frozenset({"export", "declare", "typeset", "local", "readonly"})
_READING = frozenset({"read", "mapfile", "readarray", "getopts", "unset", "let"})


class ShellVariableUse:
    """One ``$x``, ``${x…}`` or ``x`` in arithmetic, from *start* to *end*; the name begins at *name_start*.

    *operator* is as in ``words.VariableUse``.  *is_own*: the script has set it before.
    """

    __slots__ = ("end", "is_own", "name", "name_start", "operator", "start")

    def __init__(self, name: str, name_start: int, start: int, end: int, *, is_own: bool) -> None:
        self.name = name
        self.name_start = name_start
        self.start = start
        self.end = end
        self.operator = ""
        self.is_own = is_own

    def __repr__(self) -> str:
        return f"ShellUse({self.name!r}, {self.start}, {self.end}, {self.operator!r})"


class ShellVariables:
    """What ``read_variables`` found: uses in order, names that are set with their places, quoted heredocs."""

    __slots__ = ("quoted_heredocs", "sets", "uses")

    def __init__(self) -> None:
        self.uses: list[ShellVariableUse] = []
        self.sets: list[tuple[str, int]] = []
        self.quoted_heredocs: list[ShellHeredoc] = []


def read_variables(text: str) -> ShellVariables:
    """The variables of a script for a Unix shell."""
    reader = _Reader(text)
    if "$" in text or "((" in text:
        reader.read()
        reader.found.uses.sort(key=_start_of)
    return reader.found


def _start_of(use: ShellVariableUse) -> int:
    return use.start


class _Frame:
    """A part of the text that ends at *stop*; for code, with the current command."""

    __slots__ = (
        "cases",
        "command",
        "depth",
        "end",
        "is_name_next",
        "kind",
        "names",
        "pending",
        "resume",
        "stop",
        "use",
        "word_start",
    )

    def __init__(self, kind: str, stop: str = "", use: ShellVariableUse | None = None) -> None:
        self.kind = kind
        self.stop = stop
        self.use = use
        self.depth = 0  # of parentheses in arithmetic
        self.end = self.resume = 0  # of a heredoc's body
        self.names: list[str] = []  # set inside, forgotten at its end
        self.command: str | None = None
        self.pending: list[str] = []
        self.is_name_next = False
        self.cases = 0
        self.word_start = -1


class _Reader:
    __slots__ = ("at", "bodies", "codes", "found", "frames", "owned", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found = ShellVariables()
        self.frames = [_Frame(_CODE)]
        self.codes = [self.frames[0]]  # the frames that are code
        self.owned: dict[str, int] = {}
        self.bodies: dict[int, list[ShellHeredoc]] = {}

    def read(self) -> None:
        text, size = self.text, len(self.text)
        if "<<" in text:
            self._note_bodies()
        while self.at < size and len(self.frames) < MAX_DEPTH:
            frame = self.frames[-1]
            if frame.kind == _BODY and self.at >= frame.end:
                self.at = max(self.at, frame.resume)
                self.frames.pop()
                continue
            if frame.kind == _CODE:
                blanks = _BLANKS.match(text, self.at)
                if blanks:
                    self.at = blanks.end()
                    continue
                if self._word(frame):
                    continue
            limit = frame.end if frame.kind == _BODY else size
            plain = _PLAIN[frame.kind].match(text, self.at, limit)
            if plain:
                self.at = plain.end()
            else:
                self._special(frame, text[self.at])

    def _note_bodies(self) -> None:
        """The heredocs that start after each line; several on one line follow each other."""
        first = after = -1
        for one in find_heredocs(self.text):
            if one.body_start != after:
                first = one.body_start
            self.bodies.setdefault(first, []).append(one)
            after = _after(self.text, "\n", one.body_end)

    def _special(self, frame: _Frame, char: str) -> None:
        kind = frame.kind
        if char == "\\":
            self.at += 2
        elif char == "$":
            self._dollar(frame)
        elif char == "`":
            self._backtick()
        elif kind == _ARITHMETIC:
            self._arithmetic(frame, char)
        elif char == frame.stop and kind != _CODE:
            self.at += 1
            self._close()
        elif char == '"':
            self.at += 1
            self.frames.append(_Frame(_QUOTED, '"'))
        elif char == "'":
            # Inside "${x:-…}" it is an ordinary character.
            is_plain = kind == _PARAMETER and any(
                one.kind in (_QUOTED, _BODY) for one in self.frames[-3:]
            )
            self.at = self.at + 1 if is_plain else _after(self.text, "'", self.at + 1)
        else:
            self._operator(frame, char)

    # -- code ----------------------------------------------------------------------------------------

    def _word(self, frame: _Frame) -> bool:
        """Look at a word where it begins; return whether something was read."""
        text, at = self.text, self.at
        if frame.depth or frame.word_start == at or (at and text[at - 1] not in _BREAKS):
            return False
        frame.word_start = at
        if text.startswith("\\\n", at):
            self.at += 2
            return True
        if text[at] == "#":
            end = text.find("\n", at)
            self.at = len(text) if end < 0 else end
            return True
        assignment = _ASSIGNMENT.match(text, at)
        if assignment and (frame.command is None or frame.command in _DECLARING):
            frame.pending.append(assignment[1])
            self.at = assignment.end()
            if text.startswith("(", self.at):
                self.at += 1
                frame.depth += 1  # the list of an array
            return True
        found = _WORD.match(text, at)
        if found is None:
            if text[at] not in _BREAKS and frame.command is None:
                frame.command = ""  # a program whose name is not plain
            return False
        self._plain_word(frame, found[0])
        self.at = found.end()
        return True

    def _plain_word(self, frame: _Frame, word: str) -> None:
        if frame.is_name_next:
            frame.is_name_next = False
            if _NAME.fullmatch(word):
                self._set(frame, word)
            frame.command = ""
        elif frame.command is None:
            if word in _LOOPS:
                frame.is_name_next = True
            elif word == "case":
                frame.cases += 1
                frame.command = ""
            elif word == "esac":
                frame.cases = max(frame.cases - 1, 0)
            elif word not in _RESERVED:
                frame.command = word
        elif frame.command in _READING or (frame.command == "printf" and word == "-v"):
            if word == "-v":
                frame.command = "read"
            elif _NAME.fullmatch(word):
                frame.pending.append(word)
        elif word == "in" and frame.cases:
            frame.command = None

    def _operator(self, frame: _Frame, char: str) -> None:
        self.at += 1
        if char == ")" and frame.depth:
            frame.depth -= 1
            return
        if char == "(" and self.text.startswith(")", self.at) and frame.command:
            self.at += 1
            frame.command = None  # a function's body follows
            return
        if char == "(":
            if self.text.startswith("(", self.at) and frame.command is None:
                self.at += 1
                self.frames.append(_Frame(_ARITHMETIC))
            else:
                self._code(")")
            return
        self._end_command(frame)
        if char == ")" and frame.stop == ")" and not frame.cases:
            self._close()
        elif char == "\n" and self.at in self.bodies:
            self._enter(self.bodies[self.at])

    def _end_command(self, frame: _Frame) -> None:
        """Assignments before a program end with it; all others stay."""
        if frame.command is None or frame.command in _DECLARING or frame.command in _READING:
            for name in frame.pending:
                self._set(frame, name)
        frame.pending = []
        frame.command = None
        frame.is_name_next = False

    def _set(self, frame: _Frame, name: str) -> None:
        frame.names.append(name)
        self.owned[name] = self.owned.get(name, 0) + 1
        self.found.sets.append((name, self.at))

    def _enter(self, heredocs: list[ShellHeredoc]) -> None:
        """Read the bodies that expand and continue after the last one."""
        self.found.quoted_heredocs += [one for one in heredocs if not one.expands]
        following = _after(self.text, "\n", heredocs[-1].body_end)
        for one in reversed(heredocs):
            if one.expands:
                body = _Frame(_BODY)
                body.end, body.resume = one.body_end, following
                following = one.body_start
                self.frames.append(body)
        self.at = following

    def _code(self, stop: str) -> None:
        self.frames.append(_Frame(_CODE, stop))
        self.codes.append(self.frames[-1])

    def _close(self) -> None:
        frame = self.frames.pop()
        if frame.kind == _CODE:
            self.codes.pop()
        for name in frame.names:
            self.owned[name] -= 1
        if frame.use is not None:
            frame.use.end = self.at

    def _backtick(self) -> None:
        self.at += 1
        inner = self.codes[-1]
        if inner.stop != "`":
            self._code("`")
            return
        while self.frames[-1] is not inner:
            self._close()
        self._end_command(inner)
        self._close()

    # -- expansions ----------------------------------------------------------------------------------

    def _dollar(self, frame: _Frame) -> None:
        text, start = self.text, self.at
        following = text[start + 1 : start + 2]
        if following == "(":
            is_arithmetic = text.startswith("((", start + 1)
            self.at = start + (3 if is_arithmetic else 2)
            if is_arithmetic:
                self.frames.append(_Frame(_ARITHMETIC))
            else:
                self._code(")")
        elif following == "{":
            self._braces(start)
        elif following == "'" and frame.kind in (_CODE, _PARAMETER):
            self.at = _behind_escaped(text, start + 2)
        else:
            found = _NAME.match(text, start + 1) or _SPECIAL.match(text, start + 1)
            self.at = found.end() if found else start + 1
            if found:
                self._use(found[0], start + 1, start, self.at)

    def _braces(self, start: int) -> None:
        text = self.text
        self.at = start + 2
        found = _PARAMETER_NAME.match(text, self.at)
        if found is None:
            return
        name, name_start = found[0], found.start()
        self.at = found.end()
        if len(name) > 1 and name[0] in "#!":
            name, name_start = name[1:], name_start + 1
            prefix = found[0][0]
        else:
            prefix = ""
        if text.startswith("}", self.at):
            self.at += 1
            self._use(name, name_start, start, self.at).operator = prefix
            return
        operator = _OPERATOR.match(text, self.at)
        self.at = operator.end() if operator else self.at
        use = self._use(name, name_start, start, self.at)
        use.operator = operator[1] if operator and not prefix else "?" + prefix
        self.frames.append(_Frame(_PARAMETER, "}", use))

    def _arithmetic(self, frame: _Frame, char: str) -> None:
        text = self.text
        if char == "(":
            frame.depth += 1
            self.at += 1
        elif char == ")":
            if frame.depth:
                frame.depth -= 1
                self.at += 1
            else:
                self.at += 2 if text.startswith("))", self.at) else 1
                self._close()
        else:
            found = _NAME.match(text, self.at)
            if found is None:
                self.at += 1
                return
            self.at = found.end()
            sets = _SETS.match(text, self.at)
            if sets is None or sets[0].strip() != "=":
                self._use(found[0], found.start(), found.start(), self.at)
            if sets is not None:
                self._set(self.codes[-1], found[0])

    def _use(self, name: str, name_start: int, start: int, end: int) -> ShellVariableUse:
        use = ShellVariableUse(name, name_start, start, end, is_own=bool(self.owned.get(name)))
        self.found.uses.append(use)
        return use


def _after(text: str, mark: str, at: int) -> int:
    end = text.find(mark, at)
    return len(text) if end < 0 else end + 1


def _behind_escaped(text: str, at: int) -> int:
    """Index after the quote that ends ``$'…'``, where a backslash escapes a quote."""
    while at < len(text) and text[at] != "'":
        at += 2 if text[at] == "\\" else 1
    return min(at + 1, len(text))
