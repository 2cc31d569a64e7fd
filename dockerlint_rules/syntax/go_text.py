"""Text that Go's standard library reads and writes: quoted strings, CSV, durations."""

from __future__ import annotations

import re

_GO_ESCAPES = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
}


def go_quote(text: str) -> str:
    """The text in double quotes as Go's ``%q`` writes it, for messages equal to BuildKit's."""
    out = ['"']
    for char in text:
        code = ord(char)
        if char in '"\\':
            out.append("\\" + char)
        elif char in _GO_ESCAPES:
            out.append(_GO_ESCAPES[char])
        elif 0xDC80 <= code <= 0xDCFF:
            out.append(f"\\x{code - 0xDC00:02x}")
        elif char.isprintable():
            out.append(char)
        else:
            out.append(
                f"\\x{code:02x}"
                if code < 0x80
                else f"\\u{code:04x}"
                if code < 0x10000
                else f"\\U{code:08x}"
            )
    return "".join([*out, '"'])


def csv_fields(text: str) -> list[str] | None:
    """Fields of one CSV line as Go's ``encoding/csv`` reads it; None where it refuses."""
    fields, at, end = [], 0, len(text)
    while True:
        if at < end and text[at] == '"':
            stop = at + 1
            out = []
            while True:
                close = text.find('"', stop)
                if close < 0:
                    return None
                out.append(text[stop:close])
                if not text.startswith('""', close):
                    break
                out.append('"')
                stop = close + 2
            at = close + 1
            if at < end and text[at] != ",":
                return None
            fields.append("".join(out))
        else:
            close = text.find(",", at)
            close = end if close < 0 else close
            field = text[at:close]
            if '"' in field:
                return None
            fields.append(field)
            at = close
        if at >= end:
            return fields
        at += 1


_DURATION_UNITS = {
    "ns": 1e-6,
    "us": 1e-3,
    "µs": 1e-3,
    "μs": 1e-3,
    "ms": 1.0,
    "s": 1e3,
    "m": 6e4,
    "h": 3.6e6,
}
_DURATION_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)([^\d.]*)")


def parse_duration(text: str) -> float | str:
    """Milliseconds of a Go duration (``1m30s``), or the error that Go gives."""
    rest = text[1:] if text[:1] in ("-", "+") else text
    sign = -1 if text.startswith("-") else 1
    if rest == "0":
        return 0.0
    total, at = 0.0, 0
    if not rest:
        return f"time: invalid duration {go_quote(text)}"
    while at < len(rest):
        found = _DURATION_PART.match(rest, at)
        if not found:
            return f"time: invalid duration {go_quote(text)}"
        if not found[2]:
            return f"time: missing unit in duration {go_quote(text)}"
        if found[2] not in _DURATION_UNITS:
            return f"time: unknown unit {go_quote(found[2])} in duration {go_quote(text)}"
        total += float(found[1]) * _DURATION_UNITS[found[2]]
        at = found.end()
    return sign * total
