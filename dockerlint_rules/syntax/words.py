"""Variables and quotes in a word, read as BuildKit reads them.

``expand`` makes one word of a text, ``split`` several; ``expand_and_split`` gives both and what was not
set.  All positions are indices of the text given.

Source: the behaviour of BuildKit's ``frontend/dockerfile/shell`` lexer (v0.32), its oddities
included, since a value or a port is what BuildKit makes of it:

* Whitespace after ``<<`` outside quotes belongs to the next word (the name of a heredoc).
* The word after an operator is expanded even if it is not used, so an error in it counts.
* In splitting mode ``${x:-y}`` (any operator) drops the text before it in the same word:
  ``a${x:-y}b`` is one text ``ayb`` but splits into the single word ``yb``.
* In ``${x//pattern/text}`` the text is a Go regular expression template: ``$0`` in it is the match.

Nesting is kept on a list, not on the call stack, and ``MAX_DEPTH`` and ``MAX_COST`` bound the cost of a
hostile text; both raise ``ExpansionError``, which BuildKit would not.
"""

from __future__ import annotations

import re

from dockerlint_rules.syntax.dockerfile.directives import SPACES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockerlint_rules.syntax.word_patterns import ShellPattern

# Levels of ${…:-…} and "…" inside one another.
MAX_DEPTH = 1000
# Total cost of the substitutions in one text: each resulting code point costs one, each pattern costs
# what _pattern computes.  ${x//?/$x} nested in itself grows exponentially with its depth.
MAX_COST = 1 << 20

_SPECIAL_NAMES = frozenset("@*#?-$!0")
_HEREDOC_BLANKS = (" ", "\t", "\r")
_UNQUOTED = 0  # splits at whitespace
_QUOTED = 1
_DROP = 2  # the word read so far is dropped (see above)

_END = "\ufffd"  # what BuildKit's messages show at the end of the text

_blanks = re.compile(f"[{SPACES}]+")
_plain_patterns: dict[str, re.Pattern[str]] = {}


class ExpansionError(Exception):
    """A text that cannot be expanded, with BuildKit's message (``failed to process "…": …``)."""


class Expansion:
    """The result of ``expand_and_split``.

    *text* is the whole as one word, *words* the same split at blanks outside quotes, *unmatched*
    the names that were asked for and not set: each once, in the order they were looked up (a name
    in a default before the name whose default it is).
    """

    __slots__ = ("text", "unmatched", "words")

    def __init__(self, text: str, words: list[str], unmatched: list[str]) -> None:
        self.text = text
        self.words = words
        self.unmatched = unmatched


def expand(text: str, env: Mapping[str, str], escape: str = "\\") -> str:
    """The text as one word: variables replaced, quotes and escapes removed.

    *escape* is the file's escape character.  Raises ``ExpansionError``.
    """
    if "$" not in text and "'" not in text and '"' not in text and escape not in text:
        return text.removeprefix("\ufeff")
    lexer = Lexer(text, env, escape)
    return lexer.run().text()


def split(text: str, env: Mapping[str, str], escape: str = "\\") -> list[str]:
    """The words of the expanded text; quoted whitespace does not split.  Raises ``ExpansionError``."""
    return Lexer(text, env, escape).run().words()


def expand_and_split(
    text: str,
    env: Mapping[str, str],
    escape: str = "\\",
    *,
    raw_quotes: bool = False,
    raw_escapes: bool = False,
    skip_unset: bool = False,
    skip_quotes: bool = False,
) -> Expansion:
    """Expand and split in one pass, and list the variables that were not set.

    *raw_quotes* keeps quotes, *raw_escapes* keeps escape characters, *skip_unset* leaves variables
    that are not set as they are written (the word after an operator is expanded nevertheless).
    *skip_quotes* gives quotes no meaning at all, as in the body of a here-document.  Raises
    ``ExpansionError``.
    """
    lexer = Lexer(text, env, escape)
    lexer.raw_quotes = raw_quotes
    lexer.skip_unset = skip_unset
    lexer.skip_quotes = skip_quotes
    frame = lexer.run(raw_escapes=raw_escapes)
    return Expansion(frame.text(), frame.words(), list(lexer.unmatched))


class Substitution:
    """A ``${name<operator>`` that waits for its closing brace."""

    __slots__ = ("name", "operator", "pattern", "start", "word_start")

    def __init__(self, name: str, operator: str, start: int, word_start: int) -> None:
        self.name = name
        self.operator = operator
        self.start = start
        self.word_start = word_start
        self.pattern: str | None = None  # known once the stroke between the two parts is read


class _Frame:
    """A part of the text that ends at *stop* ("" for the end of the text), and its result so far."""

    __slots__ = ("_kinds", "_parts", "plain", "raw_escapes", "stop", "substitution")

    def __init__(
        self,
        stop: str,
        plain: re.Pattern[str],
        *,
        raw_escapes: bool,
        substitution: Substitution | None,
    ) -> None:
        self.stop = stop
        self.plain = plain
        self.raw_escapes = raw_escapes
        self.substitution = substitution
        self._parts: list[str] = []
        self._kinds: list[int] = []

    def add(self, text: str, kind: int) -> None:
        """Append a piece that splits at whitespace (``_UNQUOTED``) or does not (``_QUOTED``)."""
        self._parts.append(text)
        self._kinds.append(kind)

    def text(self) -> str:
        """All pieces as one word."""
        return "".join(self._parts)

    def words(self) -> list[str]:
        """The pieces as words; empty ones are dropped, quoted or not."""
        words = []
        word: list[str] = []
        for text, kind in zip(self._parts, self._kinds, strict=True):
            if kind == _DROP:
                word.clear()
            elif kind == _QUOTED:
                word.append(text)
            else:
                first, *others = _blanks.split(text)
                word.append(first)
                for part in others:
                    words.append("".join(word))
                    word = [part]
        words.append("".join(word))
        return [one for one in words if one]


def _plain(stop: str, escape: str, *, skip_quotes: bool) -> re.Pattern[str]:
    """Matches text without special characters in a frame; cached for each kind of frame."""
    if stop == '"':
        special = f'$"{escape}'
    else:
        special = f"$<{escape}{stop}" if skip_quotes else f"$<{escape}{stop}\"'"
    if special not in _plain_patterns:
        _plain_patterns[special] = re.compile(f"[^{re.escape(special)}]+")
    return _plain_patterns[special]


class Lexer:
    """One pass over a text; open quotes and substitutions are frames on a list."""

    __slots__ = (
        "_at",
        "_env",
        "_escape",
        "_frames",
        "_left",
        "_text",
        "raw_quotes",
        "skip_quotes",
        "skip_unset",
        "unmatched",
    )

    def __init__(self, text: str, env: Mapping[str, str], escape: str) -> None:
        self._text = text
        self._env = env
        self._escape = escape
        self._at = 1 if text.startswith("\ufeff") else 0  # Go's scanner skips the byte order mark
        self._frames: list[_Frame] = []
        self._left = MAX_COST
        self.raw_quotes = False
        self.skip_quotes = False
        self.skip_unset = False
        self.unmatched: dict[str, None] = {}  # a set that keeps its order

    def run(self, *, raw_escapes: bool = False) -> _Frame:
        """Read the whole text and return the outermost frame.  Raises ``ExpansionError``."""
        text, end = self._text, len(self._text)
        self._open("", raw_escapes=raw_escapes)
        while True:
            frame = self._frames[-1]
            plain = frame.plain.match(text, self._at)
            if plain:
                frame.add(plain[0], _UNQUOTED)
                self._at = plain.end()
            if self._at < end:
                self._special(frame, text[self._at])
            elif len(self._frames) > 1:
                raise self._error(
                    "unexpected end of statement while looking for matching double-quote"
                )
            else:
                return frame

    def _special(self, frame: _Frame, char: str) -> None:
        if char == frame.stop:
            self._at += 1
            self._close()
        elif char == "$":
            self._dollar(frame)
        elif char == self._escape:
            self._escaped(frame)
        elif char == '"':
            self._at += 1
            self._open('"', raw_escapes=frame.raw_escapes)
        elif char == "'":
            self._single_quote(frame)
        else:
            self._angle(frame)

    def _open(
        self, stop: str, *, raw_escapes: bool, substitution: Substitution | None = None
    ) -> None:
        if len(self._frames) > MAX_DEPTH:
            raise ExpansionError(f"failed to process a word: nested deeper than {MAX_DEPTH} levels")
        plain = _plain(stop, self._escape, skip_quotes=self.skip_quotes)
        frame = _Frame(stop, plain, raw_escapes=raw_escapes, substitution=substitution)
        self._frames.append(frame)
        if substitution:
            self._frames[0].add("", _DROP)

    def _close(self) -> None:
        """Close the innermost frame and append its text to the one around it."""
        frame = self._frames.pop()
        text = frame.text()
        substitution = frame.substitution
        if substitution is None:
            quote = '"' if self.raw_quotes else ""
            self._frames[-1].add(f"{quote}{text}{quote}", _QUOTED)
        elif frame.stop == "/":
            substitution.pattern = text
            self._open("}", raw_escapes=True, substitution=substitution)
        else:
            self._give(self._substitute(substitution, text))

    def _give(self, value: str) -> None:
        """Append a substitution's value to the innermost frame."""
        self._spend(len(value))
        self._frames[-1].add(value, _UNQUOTED)

    def _spend(self, cost: int) -> None:
        """Stop a text that expands without bound."""
        self._left -= cost
        if self._left < 0:
            raise ExpansionError(
                "failed to process a word: the substitutions produce too much text"
            )

    def _single_quote(self, frame: _Frame) -> None:
        close = self._text.find("'", self._at + 1)
        if close < 0:
            self._at = len(self._text)
            raise self._error("unexpected end of statement while looking for matching single-quote")
        keep = 0 if self.raw_quotes else 1
        frame.add(self._text[self._at + keep : close + 1 - keep], _QUOTED)
        self._at = close + 1

    def _angle(self, frame: _Frame) -> None:
        """``<``; whitespace after two of them belongs to the word, as in ``<< EOF``."""
        text = self._text
        end = self._at + 1
        if text.startswith("<", end):
            end += 1
            while text[end : end + 1] in _HEREDOC_BLANKS:
                end += 1
        frame.add(text[self._at : end], _QUOTED)
        self._at = end

    def _escaped(self, frame: _Frame) -> None:
        """An escape character and the next character; at the end of the text it is dropped."""
        self._at += 1
        if frame.raw_escapes:
            frame.add(self._escape, _QUOTED)
        if self._at == len(self._text):
            return
        char = self._text[self._at]
        if frame.stop == '"' and char not in ('"', "$", self._escape):
            # BuildKit writes a kept one twice, which shows in patterns.  Outside them it is only
            # kept for a second reading, which takes both for one; words then stay as written.
            if not frame.raw_escapes or len(self._frames) > 2:
                frame.add(self._escape, _QUOTED)
            return
        frame.add(char, _QUOTED)
        self._at += 1

    def _dollar(self, frame: _Frame) -> None:
        start = self._at
        self._at += 1
        if not self._text.startswith("{", self._at):
            name = self._name()
            if name:
                self._give(self._value(name, start))
            else:
                frame.add("$", _UNQUOTED)
            return
        self._at += 1
        following = self._text[self._at : self._at + 1]
        if not following:
            raise self._error("syntax error: missing '}'")
        if following in "{}:":
            raise self._error("syntax error: bad substitution")
        self._operator(self._name(), start)

    def _operator(self, name: str, start: int) -> None:
        """The rest of a substitution after ``${name``."""
        operator = self._next()
        if operator == "}":
            self._give(self._value(name, start))
            return
        stop = "}"
        if operator == "/":
            stop = "/"
            if self._text.startswith("/", self._at):
                operator += self._next()
        elif operator == ":":
            operator += self._next()
        elif operator not in "+-?#%":
            raise self._error(f"unsupported modifier ({operator}) in substitution")
        substitution = Substitution(name, operator, start, self._at)
        self._open(stop, raw_escapes=operator[-1] in "#%/", substitution=substitution)

    def _next(self) -> str:
        if self._at == len(self._text):
            return _END
        self._at += 1
        return self._text[self._at - 1]

    def _name(self) -> str:
        """Digits; or one special character; or letters, digits and underscores; or nothing."""
        text, start, end = self._text, self._at, len(self._text)
        at = start
        if at < end and text[at].isdecimal():
            while at < end and text[at].isdecimal():
                at += 1
        elif at < end and text[at] in _SPECIAL_NAMES:
            at += 1
        else:
            while at < end and (text[at].isalpha() or text[at].isdecimal() or text[at] == "_"):
                at += 1
        self._at = at
        return text[start:at]

    def _look_up(self, name: str) -> str | None:
        value = self._env.get(name)
        if value is None:
            self.unmatched[name] = None
        return value

    def _value(self, name: str, start: int) -> str:
        """The value of a variable without an operator that ends at the lexer's position."""
        value = self._look_up(name)
        if value is not None:
            return value
        return self._text[start : self._at] if self.skip_unset else ""

    def _substitute(self, substitution: Substitution, word: str) -> str:
        """The value of ``${name<operator>word}``; *word* is expanded already."""
        name, operator, pattern = substitution.name, substitution.operator, substitution.pattern
        value = self._look_up(name)
        if value is None and self.skip_unset:
            middle = operator if pattern is None else f"/{pattern}/"
            return f"${{{name}{middle}{word}}}"
        if pattern is not None:
            return self._replaced(value or "", pattern, word, everywhere=operator == "//")
        if operator in ("#", "%"):
            return self._trimmed(value or "", operator, word)
        present = bool(value) if operator[0] == ":" else value is not None
        if operator in ("-", ":-"):
            return (value or "") if present else word
        if operator in ("+", ":+"):
            return word if present else ""
        if operator not in ("?", ":?"):
            raise self._error(f"unsupported modifier ({operator}) in substitution")
        if present:
            return value or ""
        state = "unset" if value is None else "empty"
        raise self._error(f"{name}: {word or f'is not allowed to be {state}'}")

    def _trimmed(self, value: str, operator: str, word: str) -> str:
        """``#`` and ``%``; doubled if the expanded word begins with the same character."""
        greedy = word.startswith(operator)
        pattern = word[1:] if greedy else word
        # The shortest match at the end is found as the shortest at the start of the text reversed.
        suffix = operator == "%"
        if suffix:
            from dockerlint_rules.syntax.word_patterns import reversed_pattern  # perf: rare

            pattern, value = reversed_pattern(pattern), value[::-1]
        found = self._pattern(pattern, value, greedy=greedy).match(value)
        rest = value[found[1] :] if found else value
        return rest[::-1] if suffix else rest

    def _replaced(self, value: str, pattern: str, word: str, *, everywhere: bool) -> str:
        """``/`` and ``//``."""
        compiled = self._pattern(pattern, value, greedy=True)
        if everywhere:
            return self._replaced_all(value, compiled, word)
        found = compiled.search(value)
        return value[: found[0]] + word + value[found[1] :] if found else value

    def _replaced_all(self, value: str, pattern: ShellPattern, template: str) -> str:
        """As Go's ``ReplaceAllString`` does it: no empty match right after another match."""
        from dockerlint_rules.syntax.word_patterns import template_pieces  # perf: rare

        pieces = template_pieces(template)
        out: list[str] = []
        at = last = 0
        while at <= len(value):
            found = pattern.search(value, at)
            if not found:
                break
            start, end = found
            out.append(value[last:start])
            if end > last or start == 0:
                out.append(value[start:end].join(pieces))
                self._spend(len(out[-1]) + len(pieces))
            last = end
            at = max(end, at + 1)
        out.append(value[last:])
        return "".join(out)

    def _pattern(self, pattern: str, value: str, *, greedy: bool) -> ShellPattern:
        """The pattern to try on *value*, which takes time proportional to the product of their lengths."""
        self._spend(16 * len(pattern) + len(value) * (1 + len(pattern) // 64))
        from dockerlint_rules.syntax.word_patterns import ShellPattern  # perf: rare

        try:
            return ShellPattern(pattern, greedy=greedy)
        except ValueError as problem:
            raise self._error(f"invalid pattern ({pattern}) in substitution: {problem}") from None

    def _error(self, reason: str) -> ExpansionError:
        """The error with BuildKit's message.

        At the end of the text every substitution that is still open puts its own complaint in the
        place of the reason, so the outermost one is heard.
        """
        from dockerlint_rules.syntax.go_text import go_quote

        if self._at == len(self._text):
            for frame in self._frames:
                if frame.substitution:
                    missing = "'/' in ${}" if frame.stop == "/" else "'}'"
                    reason = f"syntax error: missing {missing}"
                    break
        # Go writes U+FFFD where a byte is not UTF-8 (a lone surrogate here).
        shown = reason.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return ExpansionError(f"failed to process {go_quote(self._text)}: {shown}")
