"""Fixes as a diff."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.syntax.source import Source


def unified_diff(before: Source, after: Source) -> str:
    """A unified diff that ``patch`` and ``git apply`` accept; empty where the texts are equal."""
    import difflib

    path = before.filename.lstrip("/")
    names = _quoted(f"a/{path}"), _quoted(f"b/{path}")
    out = []
    for line in difflib.unified_diff(_lines(before.text), _lines(after.text), *names):
        out.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(out)


def _lines(text: str) -> list[str]:
    """The lines with their ends; only a line feed ends one, as for ``patch``."""
    lines = text.split("\n")
    last = lines.pop()
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def _quoted(name: str) -> str:
    """A file name as Git writes it in a diff: in C's quotes where it has characters that are not printable."""
    if not any(_is_control(char) for char in name):
        return name
    out = []
    for char in name:
        if char in '"\\':
            out.append(f"\\{char}")
        elif _is_control(char):
            out += [f"\\{byte:03o}" for byte in char.encode("utf-8", "surrogateescape")]
        else:
            out.append(char)
    return f'"{"".join(out)}"'


def _is_control(char: str) -> bool:
    """Whether a terminal would obey a character or hide it.  Bytes that are not UTF-8 (surrogates) are data."""
    if char.isprintable() or "\udc80" <= char <= "\udcff":
        return False
    from unicodedata import category

    return category(char) not in ("Zs", "Cn", "Co")


def color_diff(text: str) -> str:
    """The diff in the colours of ``git diff``."""
    colors = {"+": "32", "-": "31", "@": "36"}
    out = []
    for line in text.split("\n"):
        if line.startswith(("--- ", "+++ ")):
            out.append(f"\x1b[1m{line}\x1b[0m")
        elif line[:1] in colors:
            out.append(f"\x1b[{colors[line[0]]}m{line}\x1b[0m")
        else:
            out.append(line)
    return "\n".join(out)
