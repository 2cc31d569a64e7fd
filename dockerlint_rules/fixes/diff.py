"""Fixes as a diff."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockerlint_rules.syntax.source import Source

    Opcode = tuple[str, int, int, int, int]


def unified_diff(before: Source, after: Source) -> str:
    """A unified diff that ``patch`` and ``git apply`` accept; empty where the texts are equal."""
    old, new = _lines(before.text), _lines(after.text)
    if old == new:
        return ""
    path = before.filename.lstrip("/")
    out = [f"--- {_quoted(f'a/{path}')}\n", f"+++ {_quoted(f'b/{path}')}\n"]
    for group in _hunks(old, new):
        (_, first, _, new_first, _), (_, _, last, _, new_last) = group[0], group[-1]
        out.append(f"@@ -{_range(first, last)} +{_range(new_first, new_last)} @@\n")
        for tag, low, high, new_low, new_high in group:
            if tag == "equal":
                out += [" " + line for line in old[low:high]]
            else:
                out += ["-" + line for line in old[low:high]]
                out += ["+" + line for line in new[new_low:new_high]]
    end = "\n\\ No newline at end of file\n"
    return "".join(line if line.endswith("\n") else line + end for line in out)


def _range(first: int, last: int) -> str:
    """The lines from *first* up to *last*, counted from 0, as ``@@`` names them."""
    count = last - first
    if count == 1:
        return str(first + 1)
    return f"{first + 1 if count else first},{count}"


def _hunks(old: list[str], new: list[str]) -> Iterable[list[Opcode]]:
    """The changes with three lines around them, as difflib groups them."""
    from difflib import SequenceMatcher

    matcher: SequenceMatcher[str] = SequenceMatcher(None, "", "")
    matcher.opcodes = _opcodes(old, new)  # type: ignore[attr-defined]
    return matcher.get_grouped_opcodes(3)


def _opcodes(old: list[str], new: list[str]) -> list[Opcode]:
    """What to do with which lines, as difflib says it.

    difflib takes cubic time for some long texts, so it only gets what is between lines that both texts have once.  Two
    long parts without such a line count as replaced.
    """
    from difflib import SequenceMatcher

    opcodes: list[Opcode] = []

    def add(tag: str, low: int, high: int, new_low: int, new_high: int) -> None:
        if low == high and new_low == new_high:
            return
        if tag != "equal":
            tag = "insert" if low == high else "delete" if new_low == new_high else "replace"
        if opcodes and opcodes[-1][0] == tag == "equal":
            _, low, _, new_low, _ = opcodes.pop()
        opcodes.append((tag, low, high, new_low, new_high))

    at = new_at = 0
    left = _MOST_COMPARED_IN_ALL
    for end, new_end in [*_anchors(old, new), (len(old), len(new))]:
        while at < end and new_at < new_end and old[at] == new[new_at]:
            add("equal", at, at + 1, new_at, new_at + 1)
            at, new_at = at + 1, new_at + 1
        part, new_part = old[at:end], new[new_at:new_end]
        left -= len(part) * len(new_part)
        if len(part) * len(new_part) <= _MOST_COMPARED and left >= 0:
            matcher = SequenceMatcher(None, part, new_part, autojunk=False)
            for tag, low, high, new_low, new_high in matcher.get_opcodes():
                add(tag, at + low, at + high, new_at + new_low, new_at + new_high)
        else:
            add("replace", at, end, new_at, new_end)
        if end < len(old) and new_end < len(new):
            add("equal", end, end + 1, new_end, new_end + 1)
        at, new_at = end + 1, new_end + 1
    return opcodes


_MOST_COMPARED, _MOST_COMPARED_IN_ALL = 40_000, 1_000_000  # pairs of lines


def _anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """The places of lines that both texts have once and in the same order: as many as possible (patience sorting)."""
    if len(old) * len(new) <= _MOST_COMPARED:
        return []
    from bisect import bisect_left

    new_places = _unique(new)
    pairs = [(at, new_places[line]) for line, at in _unique(old).items() if line in new_places]
    ends: list[int] = []  # the smallest last place of an increasing sequence of each length
    last: list[int] = []  # the index in pairs of that place
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        if length == len(ends):
            ends.append(place)
            last.append(index)
        else:
            ends[length], last[length] = place, index
    anchors = []
    index = last[-1] if last else -1
    while index >= 0:
        anchors.append(pairs[index])
        index = before[index]
    return anchors[::-1]


def _unique(lines: list[str]) -> dict[str, int]:
    """The lines that occur once, in order, with their places."""
    counts: dict[str, int] = {}
    for line in lines:
        counts[line] = counts.get(line, 0) + 1
    return {line: at for at, line in enumerate(lines) if counts[line] == 1}


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
