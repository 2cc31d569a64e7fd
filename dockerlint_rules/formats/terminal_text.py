"""Text that is safe to show on a terminal, and how wide it is there.

A linted file may be hostile: an escape sequence recolours or rewrites the screen, a bidirectional override reorders it,
a newline forges a finding.  None of these reaches the terminal.
"""

from __future__ import annotations

_JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiner: ordinary parts of Persian, Indic and emoji text."""

TAB_STOP = 4


def printable_text(text: str) -> str:
    """Replace every character that a terminal would obey or hide; a tab becomes one space."""
    # perf: nearly every text is printable, and this is one check instead of one for each character.
    if text.isprintable():
        return text
    return "".join(" " if char == "\t" else printable_char(char) for char in text)


def safe_line(text: str) -> str:
    """The text as one line that neither a terminal nor a CI server obeys."""
    # perf: nearly every line is plain and has no mark of a command.
    if text.isascii() and text.isprintable() and "##" not in text and "::" not in text:
        return text
    return without_commands(printable_text(text))


def safe_columns(line: str) -> str:
    """A line of a file as :func:`safe_line` makes it, with each character in its column."""
    if line.isascii() and line.isprintable():
        return _broken_start(without_commands_in_place(line))
    shown = "".join(
        char if char == "\t" else made if len(made := printable_char(char)) == 1 else "\ufffd"
        for char in line
    )
    return _broken_start(without_commands_in_place(shown))


def _broken_start(line: str) -> str:
    """A line that does not start with a command, at the price of a column."""
    broken = without_commands(line)
    return broken if broken.lstrip().startswith("\\::") else line


def without_commands(line: str) -> str:
    """A line of printable text without what CI servers obey in a job's log.

    GitHub's runner takes ``::error::`` after any white space at the start of a line and ``##[error]`` anywhere in it,
    Azure Pipelines ``##vso[`` and ``##[``, TeamCity ``##teamcity[`` (actions/runner, ``ActionCommand.TryParseV2`` and
    ``TryParse``).  A backslash breaks each of them.
    """
    if not line.isascii():
        # The runner compares as .NET does for people: characters without width do not count.
        import re

        bare = re.sub(_WITHOUT_WIDTH, "", line)
        if bare != line and _broken_commands(bare) != bare:
            line = bare
    return _broken_commands(line)


def without_commands_in_place(line: str) -> str:
    """A line without what CI servers obey, as long as it was: a backslash takes the place of a character.

    For a line that does not start the line of the output, so that only marks that count anywhere in it matter.
    """
    if "#" not in line or not ("##" in line or not line.isascii()):
        return line
    import re

    pattern = f"(#{_WITHOUT_WIDTH}*)#(?={_WITHOUT_WIDTH}*(?:\\[|vso\\[|teamcity\\[))"
    return re.sub(pattern, r"\1\\", line, flags=re.I)


_WITHOUT_WIDTH = (
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\U000e0000-\U000e0fff]"
)


def _broken_commands(line: str) -> str:
    if "##" in line:
        import re

        line = re.sub(r"##(?=\[|vso\[|teamcity\[)", r"##\\", line, flags=re.I)
    if "::" in line and line.lstrip().startswith("::"):
        line = line.replace("::", "\\::", 1)
    return line


def commands_as_entities(text: str) -> str:
    """XML or HTML without the marks of commands, with the same meaning; ``&`` is escaped already."""
    if "#" not in text and ":" not in text:
        return text
    import re

    for mark in "#:":
        text = re.sub(f"{mark}({_WITHOUT_WIDTH}*){mark}", rf"{mark}\1&#{ord(mark)};", text)
    return text


def json_without_commands(text: str) -> str:
    """JSON without the marks of commands, with the same meaning: ``##`` can only be in a string."""
    return text.replace("##", "#\\u0023") if "##" in text else text


def well_formed(text: str) -> str:
    """Replace each lone surrogate (a byte that is not UTF-8) with U+FFFD."""
    if text.isascii():
        return text
    import re

    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def printable_char(char: str) -> str:
    """Return the character, or its replacement when it is not printable.

    Control characters become Unicode's pictures of them, an undecodable byte ``<80>``, another
    invisible character ``<U+202E>``.
    """
    if char.isprintable():
        return char
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0xDC80 <= code <= 0xDCFF:
        return f"<{code - 0xDC00:02X}>"
    if code >= 0xA0 and (char in _JOINERS or _is_harmless(char)):
        return char
    return f"<U+{code:04X}>"


def _is_harmless(char: str) -> bool:
    """Whether an unprintable character is a space, or one that this Python does not know yet."""
    from unicodedata import category

    return category(char) in ("Zs", "Cn", "Co")


class Cell:
    """One character of a source line as it is shown, and how many columns it takes."""

    __slots__ = ("text", "width")

    def __init__(self, text: str, width: int) -> None:
        self.text = text
        self.width = width


def cells(line: str) -> list[Cell]:
    """Return one cell for each code point of *line*, which has no line end."""
    # perf: plain ASCII needs neither replacements nor the Unicode tables.
    if line.isascii() and line.isprintable():
        return [Cell(char, 1) for char in line]
    drawn: list[Cell] = []
    at = 0
    for index, char in enumerate(line):
        cell = _cell(char, at, index)
        drawn.append(cell)
        at += cell.width
    return drawn


def cut(text: str, columns: int) -> str:
    """The text cut to so many columns and safe to show; an ellipsis marks the cut."""
    # perf: this reads little more than can be shown; the factor is for marks without width.
    drawn = cells(text[: 4 * columns])
    if len(text) <= 4 * columns and sum(cell.width for cell in drawn) <= columns:
        return "".join(cell.text for cell in drawn)
    pieces: list[str] = []
    at = 0
    for cell in drawn:
        if at + cell.width > columns - 1:
            break
        pieces.append(cell.text)
        at += cell.width
    return "".join(pieces) + "…"


def _cell(char: str, at: int, index: int) -> Cell:
    if char == "\t":
        width = TAB_STOP - at % TAB_STOP
        return Cell(" " * width, width)
    if char == "\ufeff" and index == 0:
        # A byte order mark is a column of the file but invisible.
        return Cell("", 0)
    text = printable_char(char)
    if text != char:
        return Cell(text, len(text))
    return Cell(char, 1 if char.isascii() else _width(char))


def _width(char: str) -> int:
    """Columns of a printable character on a terminal: 0, 1 or 2."""
    from unicodedata import category, east_asian_width

    if category(char) in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


_SGR = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "style": "1;35",
    "path": "1",
    "gutter": "34",
    "safe": "32",
    "unsafe": "33",
}


class Paint:
    """Adds terminal colours to text, or leaves it unchanged."""

    __slots__ = ("on",)

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, what: str, text: str) -> str:
        """Return *text* in the colour of *what*."""
        return f"\x1b[{_SGR[what]}m{text}\x1b[0m" if self.on and text else text
