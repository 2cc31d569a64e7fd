"""Find the heredocs of a shell script and blank out their bodies.

The bodies are blanked and ``<<`` becomes ``<``, character for character, so that what remains is a
script without heredocs in which every index still holds.
"""

from __future__ import annotations

from dockerlint_rules.syntax.source import LogicalText


class ShellHeredoc:
    """One heredoc, by indices into the script's text."""

    __slots__ = ("body_end", "body_start", "expands", "name", "operator", "operator_at", "word_at")

    def __init__(
        self, operator_at: int, operator: str, word_at: int, name: str, expands: bool
    ) -> None:
        self.operator_at = operator_at
        self.operator = operator
        """``<<`` or ``<<-``."""
        self.word_at = word_at
        self.name = name
        """The delimiter without its quotes."""
        self.expands = expands
        """Whether the shell expands variables in the body."""
        self.body_start = self.body_end = 0

    def script(self, text: LogicalText) -> LogicalText:
        """The body as the command reads it: without leading tabs and, in an expanded body, without escaping
        backslashes.
        """
        body = text.text
        pieces: list[tuple[str, int]] = []
        at = self.body_start
        while at < self.body_end:
            end = body.find("\n", at, self.body_end) + 1 or self.body_end
            if self.operator == "<<-":
                while at < end and body[at] == "\t":
                    at += 1
            if self.expands:
                at = self._unescaped(text, at, end, pieces)
            pieces += text.pieces(at, end)
            at = end
        return LogicalText(pieces, text.offset(self.body_end))

    @staticmethod
    def _unescaped(text: LogicalText, at: int, end: int, pieces: list[tuple[str, int]]) -> int:
        """Append the line up to its last escape to *pieces*; return where the rest begins."""
        body = text.text
        slash = body.find("\\", at, end)
        while slash >= 0:
            # POSIX 2.7.4: in a body that is expanded a backslash escapes only these.
            if body[slash + 1 : slash + 2] in ("$", "`", "\\"):
                pieces += text.pieces(at, slash)
                at = slash + 1
            slash = body.find("\\", slash + 2, end)
        return at


def find_heredocs(text: str) -> list[ShellHeredoc]:
    """The heredocs of a script that have a body, in order of their bodies."""
    return _Finder(text).find()


def without_heredocs(text: str, heredocs: list[ShellHeredoc]) -> str:
    """The text of the same length with ``<`` for each ``<<`` and spaces for each body."""
    parts: list[str] = []
    at = 0
    edits: list[tuple[int, int, str]] = []
    for one in heredocs:
        width = len(one.operator)
        edits.append((one.operator_at, one.operator_at + width, "<".ljust(width)))
        edits.append((one.body_start, _line_end(text, one.body_end), ""))
    for start, end, new in sorted(edits):
        parts += (text[at:start], new or " " * (end - start))
        at = end
    return "".join([*parts, text[at:]])


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


class _Finder:
    """Reads a script as far as needed to find each ``<<`` outside quotes."""

    __slots__ = ("at", "done", "nesting", "pending", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.done: list[ShellHeredoc] = []
        self.pending: list[ShellHeredoc] = []
        self.nesting: list[str] = []

    def find(self) -> list[ShellHeredoc]:
        text, size = self.text, len(self.text)
        while self.at < size:
            char = text[self.at]
            if char == "\\":
                self.at += 2
            elif char == '"':
                if self.nesting and self.nesting[-1] == '"':
                    self.nesting.pop()
                else:
                    self.nesting.append('"')
                self.at += 1
            elif self.nesting and self.nesting[-1] == '"':
                opens = text.startswith("$(", self.at)
                self.at += 1
                if opens:
                    self._parenthesis()
            else:
                self._code(char)
        return self.done

    def _code(self, char: str) -> None:
        text = self.text
        if char == "'":
            end = text.find("'", self.at + 1)
            self.at = len(text) if end < 0 else end + 1
        elif char == "(":
            self._parenthesis()
        elif char == ")":
            if self.nesting:
                self.nesting.pop()
            self.at += 1
        elif char == "#" and (self.at == 0 or text[self.at - 1] in " \t\n;&|("):
            self.at = _line_end(text, self.at)
        elif char == "\n" and self.pending:
            self._bodies()
        elif char == "<" and text.startswith("<<", self.at):
            self._operator()
        else:
            self.at += 1

    def _parenthesis(self) -> None:
        """Enter ``(``, or ``((``, where ``<<`` is a shift."""
        if self.text.startswith("((", self.at):
            self.nesting += ("((", "((")
            self.at += 2
        else:
            self.nesting.append("(")
            self.at += 1

    def _operator(self) -> None:
        text = self.text
        start = self.at
        if text.startswith("<<<", start):
            self.at += 3
            return
        operator = "<<-" if text.startswith("<<-", start) else "<<"
        at = start + len(operator)
        while text[at : at + 1] in (" ", "\t"):
            at += 1
        name, end = _delimiter(text, at)
        self.at = max(end, start + 2)
        if end > at and not (self.nesting and self.nesting[-1] == "(("):
            expands = not any(char in text[at:end] for char in "'\"\\")
            self.pending.append(ShellHeredoc(start, operator, at, name, expands))

    def _bodies(self) -> None:
        text, size = self.text, len(self.text)
        at = self.at + 1
        for one in self.pending:
            if at > size:
                break
            one.body_start = one.body_end = at
            while at <= size:
                end = _line_end(text, at)
                line = text[at:end]
                one.body_end = at
                at = end + 1
                if (line.lstrip("\t") if one.operator == "<<-" else line) == one.name:
                    break
            else:
                one.body_end = size
            self.done.append(one)
        self.pending = []
        # The newline after the last terminator ends the command.
        self.at = min(at - 1, size)


def _delimiter(text: str, at: int) -> tuple[str, int]:
    """The delimiter's name without quotes, and the index after the word."""
    name: list[str] = []
    while at < len(text):
        char = text[at]
        if char in " \t\n;&|<>()":
            break
        if char in "'\"":
            end = text.find(char, at + 1)
            if end < 0:
                break
            name.append(text[at + 1 : end])
            at = end + 1
        elif char == "\\":
            name.append(text[at + 1 : at + 2])
            at += 2
        else:
            name.append(char)
            at += 1
    return "".join(name), min(at, len(text))
