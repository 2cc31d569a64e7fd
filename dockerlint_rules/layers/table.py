"""The layers as a table for the terminal."""

from __future__ import annotations

from dockerlint_rules.formats.terminal_text import cells, cut, visible
from dockerlint_rules.layers.layer_map import human_size
from dockerlint_rules.layers.summary import sentences

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.layers.layer_map import Brick, Column, Picture

_BOLD, _DIM, _LIT, _LOST = "1", "2", "33", "31"
_MOST_KINDS = 8  # columns of dots; the rest is named behind


class _Sheet:
    """Widths of the columns and colours, fixed for a whole table."""

    def __init__(self, picture: Picture, width: int, *, color: bool) -> None:
        self.picture = picture
        self.color = color
        self.lit = {
            one.kind: one.bricks for one in picture.causes if one.kind not in ("file", "step")
        }
        self.kinds = ["base", "manifest", "source"]
        self.kinds += [kind for kind in self.lit if kind not in self.kinds]
        self.kinds = self.kinds[:_MOST_KINDS]
        self.sized = any(b.size is not None for one in picture.columns for b in one.bricks)
        self.timed = any(b.seconds is not None for one in picture.columns for b in one.bricks)
        self.heads = [visible(kind.removeprefix("arg:"))[:14] for kind in self.kinds]
        taken = 14 + sum(len(head) + 2 for head in self.heads) + 9 * (self.sized + self.timed)
        longest = max((len(b.text) for one in picture.columns for b in one.bricks), default=20)
        self.text = max(24, min(longest, width - taken - 20, 64))
        self.because = max(20, width - taken - self.text)

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color else text


def as_table(picture: Picture, width: int = 120, *, color: bool = False) -> str:
    """The table of all stages, then the summary."""
    sheet = _Sheet(picture, width, color=color)
    out: list[str] = []
    for column in picture.columns:
        out += _stage(sheet, column)
        out.append("")
    out += sentences(picture)
    return "\n".join(line.rstrip() for line in out) + "\n"


def _stage(sheet: _Sheet, column: Column) -> list[str]:
    what = "final stage" if column.is_final else "stage"
    note = "" if column.is_needed else "   (not needed for the result)"
    name = f" {column.name}" if column.name else "" if column.is_final else f" {column.index}"
    title = visible(f"{what}{name}   {column.bricks[0].text}{note}")
    out = [sheet.paint(title, _BOLD), sheet.paint(_header(sheet), _DIM)]
    out += [
        _row(sheet, brick, (column.index, place))
        for place, brick in enumerate(column.bricks)
        if place
    ]
    if column.is_final:
        out += _state(sheet, column)
    return out


def _header(sheet: _Sheet) -> str:
    kinds = "".join(f"  {head}" for head in sheet.heads)
    more = ("     size" if sheet.sized else "") + ("     time" if sheet.timed else "")
    return f"line  layer   {'instruction'.ljust(sheet.text)}{kinds}{more}"


def _row(sheet: _Sheet, brick: Brick, place: tuple[int, int]) -> str:
    mark = "■" if brick.is_layer else "·"
    dots = ""
    for kind, head in zip(sheet.kinds, sheet.heads, strict=True):
        dots += "  " + ("●" if place in sheet.lit.get(kind, ()) else "·").center(len(head))
    more = ""
    if sheet.sized:
        more += (human_size(brick.size) if brick.size is not None else "").rjust(9)
    if sheet.timed:
        more += (f"{brick.seconds:.1f}s" if brick.seconds is not None else "").rjust(9)
    why = cut("; ".join(dict.fromkeys(brick.own.values())), sheet.because)
    line = f"{brick.line:4}    {mark}     {_padded(brick.text, sheet.text)}{dots}{more}   {why}"
    if brick.is_rebuilt:
        return sheet.paint(line.rstrip() + "   ← built anew", _LIT)
    return line if brick.is_layer else sheet.paint(line, _DIM)


def _state(sheet: _Sheet, column: Column) -> list[str]:
    out = ["    ░░░       writable container layer: gone when the container is removed"]
    for data in column.data:
        held = "a volume holds it" if data.is_covered else "no volume"
        text = visible(f"{data.folder}   {data.owner} (line {data.line})   {held}")
        out.append("              " + (text if data.is_covered else sheet.paint(text, _LOST)))
    if column.volumes:
        out.append(f"    ⛁         volumes: {visible(', '.join(column.volumes))}")
    return out


def _padded(text: str, width: int) -> str:
    shown = cut(text, width)
    return shown + " " * (width - sum(cell.width for cell in cells(shown)))
