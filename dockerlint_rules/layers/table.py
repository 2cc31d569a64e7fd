"""The layers as a table for the terminal."""

from __future__ import annotations

from dockerlint_rules.formats.terminal_text import cells, cut, printable_text, without_commands
from dockerlint_rules.layers.layer_map import human_size
from dockerlint_rules.layers.summary import sentences

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.layers.layer_map import LayerMap, MapStep, StageColumn

_BOLD, _DIM, _LIT, _LOST = "1", "2", "33", "31"
_MOST_KINDS = 8  # columns of dots; the text of the reason names the rest


class _TableLayout:
    """Widths of the columns and colours of a whole table."""

    def __init__(self, layer_map: LayerMap, width: int, *, color: bool) -> None:
        self.layer_map = layer_map
        self.color = color
        self.affected = {
            one.kind: one.steps for one in layer_map.causes if one.kind not in ("file", "step")
        }
        self.kinds = ["base", "manifest", "source"]
        self.kinds += [kind for kind in self.affected if kind not in self.kinds]
        self.kinds = self.kinds[:_MOST_KINDS]
        self.sized = any(b.size is not None for one in layer_map.columns for b in one.steps)
        self.timed = any(b.seconds is not None for one in layer_map.columns for b in one.steps)
        self.heads = [printable_text(kind.removeprefix("arg:"))[:14] for kind in self.kinds]
        taken = 14 + sum(len(head) + 2 for head in self.heads) + 9 * (self.sized + self.timed)
        longest = max((len(b.text) for one in layer_map.columns for b in one.steps), default=20)
        self.text = max(24, min(longest, width - taken - 20, 64))
        self.because = max(20, width - taken - self.text)

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color else text


def as_table(layer_map: LayerMap, width: int = 120, *, color: bool = False) -> str:
    """The table of all stages, then the summary."""
    layout = _TableLayout(layer_map, width, color=color)
    out: list[str] = []
    for column in layer_map.columns:
        out += _stage(layout, column)
        out.append("")
    out += [printable_text(sentence) for sentence in sentences(layer_map)]
    return "\n".join(without_commands(line.rstrip()) for line in out) + "\n"


def _stage(layout: _TableLayout, column: StageColumn) -> list[str]:
    what = "final stage" if column.is_final else "stage"
    note = "" if column.is_needed else "   (not needed for the result)"
    name = f" {column.name}" if column.name else "" if column.is_final else f" {column.index}"
    title = printable_text(f"{what}{name}   {column.steps[0].text}{note}")
    out = [layout.paint(title, _BOLD), layout.paint(_header(layout), _DIM)]
    out += [
        _row(layout, step, (column.index, place))
        for place, step in enumerate(column.steps)
        if place
    ]
    if column.is_final:
        out += _state(layout, column)
    return out


def _header(layout: _TableLayout) -> str:
    kinds = "".join(f"  {head}" for head in layout.heads)
    more = ("     size" if layout.sized else "") + ("     time" if layout.timed else "")
    return f"line  layer   {'instruction'.ljust(layout.text)}{kinds}{more}"


def _row(layout: _TableLayout, step: MapStep, place: tuple[int, int]) -> str:
    mark = "■" if step.is_layer else "·"
    dots = ""
    for kind, head in zip(layout.kinds, layout.heads, strict=True):
        dots += "  " + ("●" if place in layout.affected.get(kind, ()) else "·").center(len(head))
    more = ""
    if layout.sized:
        more += (human_size(step.size) if step.size is not None else "").rjust(9)
    if layout.timed:
        more += (f"{step.seconds:.1f}s" if step.seconds is not None else "").rjust(9)
    why = cut("; ".join(dict.fromkeys(step.own.values())), layout.because)
    line = f"{step.line:4}    {mark}     {_padded(step.text, layout.text)}{dots}{more}   {why}"
    if step.is_rebuilt:
        return layout.paint(line.rstrip() + "   ← rebuilt", _LIT)
    return line if step.is_layer else layout.paint(line, _DIM)


def _state(layout: _TableLayout, column: StageColumn) -> list[str]:
    out = ["    ░░░       writable container layer: lost when the container is removed"]
    for data in column.data:
        held = "on a volume" if data.is_covered else "no volume"
        text = printable_text(f"{data.folder}   {data.owner} (line {data.line})   {held}")
        out.append("              " + (text if data.is_covered else layout.paint(text, _LOST)))
    if column.volumes:
        out.append(f"    ⛁         volumes: {printable_text(', '.join(column.volumes))}")
    return out


def _padded(text: str, width: int) -> str:
    shown = cut(text, width)
    return shown + " " * (width - sum(cell.width for cell in cells(shown)))
