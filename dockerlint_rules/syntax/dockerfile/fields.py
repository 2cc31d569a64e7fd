"""Split one logical line: command word, flags, JSON arrays, name=value words.

Each function answers in indices of the text it was given.  Source: BuildKit's ``splitCommand``,
``extractBuilderFlags``, ``parseWords`` and ``parseJSON``.
"""

from __future__ import annotations

import re

from dockerlint_rules.syntax.dockerfile.directives import SPACES
from dockerlint_rules.syntax.source import encode

_WORD_BREAK = re.compile(r"[\t\v\f\r ]+")
_WORD = re.compile(r"[^\t\v\f\r ]+")
_FLAG_SPACES = frozenset("\t\n\v\f\r \x85\xa0")
_JSON_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)"')
_JSON_BLANK = re.compile(r"[ \t\n\r]*")
_JSON_ESCAPE = re.compile(r'\\(u[0-9a-fA-F]{4}|["\\/bfnrt])')
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class NotAStringArray(Exception):
    """A JSON array with items that are not strings."""


def split_command(text: str) -> tuple[int, int, int, int]:
    """Start and end of the command word, then of the trimmed rest."""
    start = len(text) - len(text.lstrip(SPACES))
    stop = len(text.rstrip(SPACES))
    found = _WORD_BREAK.search(text, start, stop)
    if not found:
        return start, stop, stop, stop
    return (start, found.start(), *trim(text, found.end(), stop))


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The range without what Go counts as whitespace at both ends."""
    while start < end and text[start] in SPACES:
        start += 1
    while end > start and text[end - 1] in SPACES:
        end -= 1
    return start, end


def split_flags(
    text: str, start: int, end: int, escape: str
) -> tuple[list[tuple[str, int, int]], int]:
    """The leading ``--flag`` words as (text, start, end), and where the arguments begin.

    BuildKit scans bytes here and takes each for a Latin-1 letter, so that in text beyond ASCII two
    bytes count as blanks.  That is kept, because it decides what is accepted.
    """
    part = text[start:end]
    if not part.startswith("--"):
        return [], start
    if part.isascii():
        flags, at = _scan_flags(part, escape)
        return [(word, start + a, start + b) for word, a, b in flags], start + at
    data = encode(part)
    flags, at = _scan_flags(data.decode("latin-1"), escape)

    def index(byte: int) -> int:
        return start + len(data[:byte].decode("utf-8", "surrogateescape"))

    return [(word, index(a), index(b)) for word, a, b in flags], index(at)


def _scan_flags(text: str, escape: str) -> tuple[list[tuple[str, int, int]], int]:
    flags: list[tuple[str, int, int]] = []
    at, end = 0, len(text)
    while at < end:
        if text[at] in _FLAG_SPACES:
            at += 1
            continue
        if not text.startswith("--", at):
            return flags, at
        begin = at
        word, at = _scan_flag(text, at, escape)
        if word == "--":
            return flags, at
        flags.append((word, begin, at))
    return flags, end


def _scan_flag(text: str, at: int, escape: str) -> tuple[str, int]:
    out: list[str] = []
    quote = ""
    end = len(text)
    while at < end:
        char = text[at]
        if char == escape:
            at += 1
            if at < end:
                out.append(text[at])
        elif quote:
            if char == quote:
                quote = ""
            else:
                out.append(char)
        elif char in _FLAG_SPACES:
            break
        elif char in "'\"":
            quote = char
        else:
            out.append(char)
        at += 1
    return "".join(out), min(at, end)


def blank_words(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Ranges of the words between whitespace."""
    return [found.span() for found in _WORD.finditer(text, start, end)]


def quoted_words(text: str, start: int, end: int, escape: str) -> list[tuple[str, int, int]]:
    """Words of ENV, LABEL and ARG: spaces in quotes do not split, and quotes are kept; an escape keeps the next
    character.
    """
    words: list[tuple[str, int, int]] = []
    at = start
    while at < end:
        if text[at] in SPACES:
            at += 1
            continue
        begin = at
        word, at = _quoted_word(text, at, end, escape)
        if word:
            words.append((word, begin, at))
    return words


def _quoted_word(text: str, at: int, end: int, escape: str) -> tuple[str, int]:
    out: list[str] = []
    quote = ""
    while at < end:
        char = text[at]
        if quote:
            if char == quote:
                quote = ""
            elif char == escape and quote != "'":
                at += 1
                if at >= end:
                    break
                out.append(char)
                char = text[at]
        elif char in SPACES:
            break
        elif char in "'\"":
            quote = char
        elif char == escape:
            at += 1
            if at >= end:
                break
            out.append(char)
            char = text[at]
        out.append(char)
        at += 1
    return "".join(out), min(at, end)


def json_strings(text: str, start: int, end: int) -> list[tuple[str, int, int]] | None:
    """Items of a JSON array of strings as (value, start, end with quotes), None if it is not JSON.

    Raises NotAStringArray if it is JSON with other items.
    """
    if not text.startswith("[", start):
        return None
    items: list[tuple[str, int, int]] = []
    at = _blank(text, start + 1, end)
    if text.startswith("]", at):
        return items if _blank(text, at + 1, end) == end else None
    while True:
        found = _JSON_STRING.match(text, at, end)
        if not found:
            _other_json(text[start:end])
            return None
        items.append((json_value(found[1]), found.start(), found.end()))
        at = _blank(text, found.end(), end)
        if text.startswith("]", at) and at < end:
            return items if _blank(text, at + 1, end) == end else None
        if at >= end or text[at] != ",":
            return None
        at = _blank(text, at + 1, end)


def _blank(text: str, at: int, end: int) -> int:
    found = _JSON_BLANK.match(text, at, end)
    return found.end() if found else at


def _other_json(text: str) -> None:
    """Raise NotAStringArray for JSON with other items; a text that is not JSON is the shell form."""
    import json

    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        return
    raise NotAStringArray


def json_value(body: str) -> str:
    """The value of the text inside a JSON string; invalid code points become U+FFFD, as in Go."""
    if "\\" in body:
        body = _JSON_ESCAPE.sub(_unescape, body)
        body = body.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if any("\ud800" <= char <= "\udfff" for char in body):
        body = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in body)
    return body


def _unescape(found: re.Match[str]) -> str:
    escape_text = found[1]
    if escape_text[0] == "u":
        return chr(int(escape_text[1:], 16))
    return _ESCAPED.get(escape_text, escape_text)


def json_pieces(body: str, offset: int) -> list[tuple[str, int]]:
    """The text inside a JSON string as pieces of its value, each with its offset."""
    pieces: list[tuple[str, int]] = []
    at = 0
    for found in _JSON_ESCAPE.finditer(body):
        if found.start() > at:
            pieces.append((body[at : found.start()], offset + at))
        pieces.append((_unescape(found), offset + found.start()))
        at = found.end()
    if at < len(body):
        pieces.append((body[at:], offset + at))
    return pieces
