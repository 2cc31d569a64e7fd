"""A diff as it is shown: each line keeps its place and its mark."""

from __future__ import annotations

from dockerlint_rules.formats.terminal_text import printable_char, without_commands


def safe_diff(text: str, *, keep_bytes: bool) -> str:
    """The diff without what a terminal or a CI server would obey.

    Tabs, a byte order mark at the start of a line and carriage returns at its end stay, so that the diff of an ordinary
    file is unchanged; with *keep_bytes* also bytes that are not UTF-8, which a terminal could take for commands.
    """
    return "\n".join(_safe_line(line, keep_bytes=keep_bytes) for line in text.split("\n"))


def _safe_line(line: str, *, keep_bytes: bool) -> str:
    end = "\r" if line.endswith("\r") else ""
    body = line.removesuffix(end)
    if not (body.isascii() and body.isprintable()):
        body = "".join(
            char
            if char == "\t"
            or (char == "\ufeff" and at == 1)
            or (keep_bytes and "\udc80" <= char <= "\udcff")
            else printable_char(char)
            for at, char in enumerate(body)
        )
    return without_commands(body) + end
