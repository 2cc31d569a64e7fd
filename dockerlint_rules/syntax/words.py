"""BuildKit's word lexer: quotes, escapes and ``${…}``, in one word or split into several.

Source: the behaviour of BuildKit's ``shell.Lex``.  In short: outside quotes the escape drops itself
and keeps what follows; ``'…'`` is literal; inside ``"…"`` variables are expanded and the escape is
dropped only before a quote, a dollar sign or itself.  Words after an operator (``${a:-word}``) are
expanded before the test, always.
"""

from __future__ import annotations

import re

from dockerlint_rules.syntax.directives import SPACES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

DEPTH_LIMIT = 100  # nested ${…}; Go has no limit, hostile text must not exhaust our stack
_SPECIAL = frozenset("@*#?-$!0")


class ExpansionError(Exception):
    """A text that cannot be expanded; the message is BuildKit's."""


class Result:
    """What came out: the text as one word, the words, and the variables that were not set."""

    __slots__ = ("text", "unmatched", "words")

    def __init__(self, text: str, words: list[str], unmatched: list[str]) -> None:
        self.text = text
        self.words = words
        self.unmatched = unmatched


class VariableUse:
    """One ``$name`` or ``${name…}``; *start* and *end* are indices into the text."""

    __slots__ = ("end", "name", "operator", "start", "word")

    def __init__(self, name: str, start: int, end: int, operator: str, word: str | None) -> None:
        self.name = name
        self.start = start
        self.end = end
        self.operator = operator
        self.word = word

    def __repr__(self) -> str:
        return f"VariableUse({self.name!r}, {self.start}, {self.end}, {self.operator!r}, {self.word!r})"


def expand(text: str, env: Mapping[str, str], escape: str = "\\") -> str:
    """The text as one word, expanded.  Raises ExpansionError."""
    return process(text, env, escape).text


def split(text: str, env: Mapping[str, str], escape: str = "\\") -> list[str]:
    """The words of the text, expanded; quoted blanks do not split.  Raises ExpansionError."""
    return process(text, env, escape).words


def process(
    text: str,
    env: Mapping[str, str],
    escape: str = "\\",
    *,
    raw_quotes: bool = False,
    raw_escapes: bool = False,
    skip_unset: bool = False,
) -> Result:
    """Expand with BuildKit's switches: keep quotes, keep escapes, leave unset variables as written."""
    clean = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text) if not text.isascii() else text
    lexer = _Lexer(clean, env, escape, raw_quotes=raw_quotes, raw_escapes=raw_escapes, skip_unset=skip_unset)
    try:
        out, words = lexer.until("", raw_escapes=False)
    except ExpansionError as error:
        from dockerlint_rules.syntax.instructions import go_quote

        raise ExpansionError(f"failed to process {go_quote(text)}: {error}") from None
    return Result(out, words, lexer.unmatched)


def variables(text: str, escape: str = "\\") -> list[VariableUse]:
    """Every variable that the text uses, nested ones included, up to the first error.  Never raises."""
    if "$" not in text:
        return []
    lexer = _Lexer(text, {}, escape, raw_quotes=False, raw_escapes=False, skip_unset=False)
    try:
        lexer.until("", raw_escapes=False)
    except ExpansionError:
        pass
    return sorted(lexer.uses, key=lambda use: use.start)


class _Words:
    """Words as they are put together; blanks from outside quotes end one."""

    __slots__ = ("done", "glue", "open", "word")

    def __init__(self, *, glue: bool) -> None:
        self.done: list[str] = []
        self.word: list[str] = []
        self.open = False
        self.glue = glue

    def add(self, text: str) -> None:
        for char in text:
            if char not in SPACES:
                self.raw(char)
            elif self.open and self.word:
                # The blanks between << and a heredoc's name belong to the word.
                if self.glue and self._after_operator():
                    self.word.append(char)
                    continue
                self.done.append("".join(self.word))
                self.word, self.open = [], False

    def _after_operator(self) -> bool:
        tail = "".join(self.word[-40:]).rstrip(SPACES)
        return tail.endswith("<<")

    def raw(self, text: str) -> None:
        if text:
            self.word.append(text)
        self.open = True

    def finish(self) -> list[str]:
        if self.word:
            self.done.append("".join(self.word))
            self.word = []
        return self.done


class _Lexer:
    def __init__(
        self, text: str, env: Mapping[str, str], escape: str, *, raw_quotes: bool, raw_escapes: bool, skip_unset: bool
    ) -> None:
        self.text = text
        self.at = 0
        self.env = env
        self.escape = escape
        self.raw_quotes = raw_quotes
        self.raw_escapes = raw_escapes
        self.skip_unset = skip_unset
        self.unmatched: list[str] = []
        self.uses: list[VariableUse] = []
        self.depth = 0
        self.forgets = not (raw_quotes or raw_escapes)
        self.had_operator = False

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def next(self) -> str:
        char = self.text[self.at : self.at + 1]
        self.at += 1
        return char

    def until(self, stop: str, *, raw_escapes: bool) -> tuple[str, list[str]]:
        """Read up to *stop*, or to the end when it is empty."""
        out: list[str] = []
        words = _Words(glue=self.raw_quotes and self.raw_escapes)
        text, end = self.text, len(self.text)
        keep_escape = raw_escapes or self.raw_escapes
        while self.at < end:
            char = text[self.at]
            if char == stop:
                self.at += 1
                return "".join(out), words.finish()
            if char == "'":
                part = self.single()
                words.raw(part)
            elif char == '"':
                part = self.double()
                words.raw(part)
            elif char == "$":
                part = self.dollar(words)
                words.add(part)
            elif char == self.escape:
                self.at += 1
                part = char if keep_escape else ""
                following = self.next()
                if not following:
                    out.append(part)
                    words.raw(part)
                    break
                part += following
                words.raw(part)
            else:
                part = char
                self.at += 1
                words.add(char)
            out.append(part)
        if stop:
            raise ExpansionError(f"unexpected end of statement while looking for matching {stop}")
        return "".join(out), words.finish()

    def single(self) -> str:
        close = self.text.find("'", self.at + 1)
        if close < 0:
            raise ExpansionError("unexpected end of statement while looking for matching single-quote")
        body = self.text[self.at + 1 : close]
        self.at = close + 1
        return f"'{body}'" if self.raw_quotes else body

    def double(self) -> str:
        out = ['"'] if self.raw_quotes else []
        self.at += 1
        while True:
            char = self.peek()
            if not char:
                raise ExpansionError("unexpected end of statement while looking for matching double-quote")
            if char == '"':
                self.at += 1
                if self.raw_quotes:
                    out.append('"')
                return "".join(out)
            if char == "$":
                out.append(self.dollar())
                continue
            self.at += 1
            if char == self.escape:
                if self.raw_escapes:
                    out.append(char)
                following = self.peek()
                if not following:
                    continue
                if following in ('"', "$", self.escape):
                    self.at += 1
                    out.append(following)
                elif not self.raw_escapes:
                    out.append(char)
                continue
            out.append(char)

    def dollar(self, words: _Words | None = None) -> str:
        start = self.at
        self.at += 1
        if self.peek() != "{":
            name = self.name()
            if not name:
                return "$"
            self.uses.append(VariableUse(name, start, self.at, "", None))
            value = self.lookup(name)
            return f"${name}" if value is None and self.skip_unset else value or ""
        self.at += 1
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise ExpansionError("syntax error: variables are nested too deeply")
        value = self.braced(start)
        self.depth -= 1
        # BuildKit, splitting, forgets what stood in the word before an operator: x${A:-b}c gives "bc".
        if words is not None and self.forgets and self.had_operator:
            words.word = []
        return value

    def braced(self, start: int) -> str:
        following = self.peek()
        if not following:
            raise ExpansionError("syntax error: missing '}'")
        if following in ("{", "}", ":"):
            raise ExpansionError("syntax error: bad substitution")
        name = self.name()
        char = self.next()
        if not char:
            raise ExpansionError("syntax error: missing '}'")
        if char == "}":
            self.uses.append(VariableUse(name, start, self.at, "", None))
            self.had_operator = False
            value = self.lookup(name)
            return f"${{{name}}}" if value is None and self.skip_unset else value or ""
        if char == ":":
            return self.modified(start, name, ":", self.next())
        if char in "+-?#%":
            return self.modified(start, name, "", char)
        if char == "/":
            return self.replaced(start, name)
        raise ExpansionError(f"unsupported modifier ({char}) in substitution")

    def modified(self, start: int, name: str, colon: str, char: str) -> str:
        if char not in "+-?#%" or not char or (colon and char in "#%"):
            raise ExpansionError(f"unsupported modifier ({colon}{char}) in substitution")
        operator = colon + char
        if char in "#%" and self.peek() == char:
            self.at += 1
            operator += char
        use = VariableUse(name, start, start, operator, None)
        self.uses.append(use)
        begin = self.at
        word = self.word("}", raw=char in "#%")
        use.end, use.word = self.at, self.text[begin : self.at - 1]
        self.had_operator = True
        value = self.lookup(name)
        if value is None and self.skip_unset:
            return self.text[start : self.at]
        unset = value is None or (bool(colon) and not value)
        if char == "-":
            return word if unset else value or ""
        if char == "+":
            return "" if unset else word
        if char == "?":
            if unset:
                state = "empty" if colon and value is not None else "unset"
                raise ExpansionError(f"{name}: {word or f'is not allowed to be {state}'}")
            return value or ""
        return _cut(value or "", word, operator)

    def replaced(self, start: int, name: str) -> str:
        every = self.peek() == "/"
        if every:
            self.at += 1
        use = VariableUse(name, start, start, "//" if every else "/", None)
        self.uses.append(use)
        try:
            pattern = self.word("/", raw=True)
        except ExpansionError as error:
            if "matching /" in str(error):
                raise ExpansionError("syntax error: missing '/' in ${}") from None
            raise
        begin = self.at
        with_ = self.word("}", raw=True)
        use.end, use.word = self.at, self.text[begin : self.at - 1]
        self.had_operator = True
        value = self.lookup(name)
        if value is None and self.skip_unset:
            return self.text[start : self.at]
        return _replace(value or "", pattern, with_, every=every)

    def word(self, stop: str, *, raw: bool) -> str:
        try:
            return self.until(stop, raw_escapes=raw)[0]
        except ExpansionError as error:
            if str(error).endswith("matching }"):
                raise ExpansionError("syntax error: missing '}'") from None
            raise

    def name(self) -> str:
        start, text = self.at, self.text
        first = self.peek()
        if first.isdecimal():
            while self.peek().isdecimal() and self.peek():
                self.at += 1
        elif first in _SPECIAL and first:
            self.at += 1
        else:
            while self.at < len(text) and (text[self.at] == "_" or text[self.at].isalnum()):
                self.at += 1
        return text[start : self.at]

    def lookup(self, name: str) -> str | None:
        value = self.env.get(name)
        if value is None:
            self.unmatched.append(name)
        return value


def _pattern(text: str, *, greedy: bool) -> str:
    """A regular expression for a pattern: ``*`` any, ``?`` one, a backslash before ``* ? \\ / }``."""
    out: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        at += 1
        if char == "*":
            out.append(".*" if greedy else ".*?")
        elif char == "?":
            out.append(".")
        elif char == "\\":
            following = text[at : at + 1]
            if following not in ("*", "?", "\\", "/", "}"):
                raise ExpansionError(f"invalid pattern ({text}) in substitution: invalid escape '\\{following}'")
            out.append(re.escape(following))
            at += 1
        else:
            out.append(re.escape(char))
    return "".join(out)


def _cut(value: str, word: str, operator: str) -> str:
    greedy = len(operator) == 2
    if operator[0] == "#":
        found = re.match(_pattern(word, greedy=greedy), value)
        return value[found.end() :] if found else value
    # A suffix is matched backwards, as BuildKit does, so that "shortest" means what it says.
    backwards = _pattern(word, greedy=greedy)
    return _cut_suffix(value, word, backwards, greedy=greedy)


def _cut_suffix(value: str, word: str, pattern: str, *, greedy: bool) -> str:
    reversed_word = _reverse_pattern(word)
    found = re.match(_pattern(reversed_word, greedy=greedy), value[::-1])
    return value[: len(value) - found.end()] if found else value


def _reverse_pattern(text: str) -> str:
    parts = re.findall(r"\\.|.", text, re.S)
    return "".join(reversed(parts))


def _replace(value: str, pattern: str, with_: str, *, every: bool) -> str:
    expression = _pattern(pattern, greedy=True)
    if every:
        return re.sub(expression, lambda found: _go_template(with_, found), value)
    found = re.search(expression, value)
    if not found:
        return value
    return value[: found.start()] + with_ + value[found.end() :]


def _go_template(text: str, found: re.Match[str]) -> str:
    """Go's ``Regexp.Expand``: ``$0`` is the match, ``$$`` a dollar sign, any other ``$name`` is empty."""

    def one(use: re.Match[str]) -> str:
        if use[0] == "$$":
            return "$"
        return found[0] if (use[1] or use[2]) == "0" else ""

    return re.sub(r"\$\$|\$\{(\w+)\}|\$(\w+)", one, text)
