"""Parser directives: ``# syntax=``, ``# escape=`` and ``# check=`` at the top of a file.

Source: the behaviour of BuildKit's ``DirectiveParser`` and ``ParseDirective``.  The line parser
looks at lines without their leading blanks; the second pass, which finds ``syntax`` and ``check``,
does not, and skips one leading ``#!`` line.
"""

from __future__ import annotations

import re

from dockerlint_rules.syntax.source import Span

# What Go's unicode.IsSpace calls a space; str.strip() alone would also cut U+001C to U+001F.
SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004"
    "\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)

_BLANKS = "\t\n\f\r "
_DIRECTIVE = re.compile(rf"#[{SPACES}]*+([A-Za-z][A-Za-z0-9]*+)[{_BLANKS}]*+=([{_BLANKS}]*+)")
_NAMES = frozenset({"syntax", "escape", "check"})


class Directive(Span):
    """One ``# name=value`` line at the top; *value* as written, without surrounding whitespace."""

    __slots__ = ("indented", "line", "name", "value")

    def __init__(
        self, name: str, value: str, line: int, start: int, end: int, *, indented: bool
    ) -> None:
        super().__init__(start, end)
        self.name = name
        self.value = value
        self.line = line
        self.indented = indented

    @property
    def effective(self) -> str:
        """The value up to its first space: ``syntax`` and ``check`` ignore the rest."""
        return self.value.split(" ", 1)[0]


def read_directive(line: str) -> tuple[str, str] | None:
    """Name (lower case) and value if *line*, without leading whitespace, is a known directive."""
    found = _DIRECTIVE.match(line)
    if not found:
        return None
    name = found[1].lower()
    # A value of blanks alone is the last of them.
    value = line[found.end() :].rstrip(_BLANKS) or found[2].rstrip("\n")[-1:]
    return (name, value) if name in _NAMES and value and "\n" not in value else None
