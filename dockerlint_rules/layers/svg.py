"""The layers as a drawing: stages are columns, layers are bricks on top of the base image."""

from __future__ import annotations

from math import log10

from dockerlint_rules.formats.terminal_text import commands_as_entities, cut, printable_text
from dockerlint_rules.layers.layer_map import ServerDirectory, human_size
from dockerlint_rules.layers.summary import sentences

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.layers.layer_map import LayerMap, MapStep, StageColumn

_GAP, _MARGIN = 64, 24  # between columns, around all
_WIDTHS = (560, 420)  # of a column where there is one, or two
_NARROW = 340
_BRICK, _THIN, _SPACE = 34, 18, 4  # heights of a layer, of metadata, between them
_TALLEST = 96
_TITLE = 46
_DRUM = 40
_CHAR = 7.0  # pixels of a letter in the monospaced font at 12 px
STYLE = """
.page{fill:#fff}.ink,text{fill:#1c2530}text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.head{font:600 14px system-ui,sans-serif}.sentence{font:13px system-ui,sans-serif}.small{font-size:10.5px;fill:#5b6775}
.brick rect{fill:#dbe7f3;stroke:#7f9bb8}.base rect{fill:#33475b;stroke:#33475b}.base text{fill:#fff}
.meta rect{fill:none;stroke:#b9c4d0;stroke-dasharray:2 3}.meta text{fill:#5b6775;font-size:10.5px}
.lit rect{fill:#ffc94d;stroke:#a36b00;stroke-width:2}.lit text{fill:#2b1d00}.meta.lit rect{fill:none;stroke-width:1}
.meta.lit text{fill:#8a5a00}.unneeded{opacity:.45}.run rect{fill:none;stroke:#b3261e;stroke-width:1.5;stroke-dasharray:6 4}
.run text,.lost text{fill:#b3261e}.lost ellipse,.lost path{fill:none;stroke:#b3261e;stroke-dasharray:4 3}
.held text{fill:#1e6b3a}.held ellipse,.held path{fill:#e2f3e7;stroke:#1e6b3a}.arrow{fill:none;stroke:#7a8794;stroke-width:1.5}
.tip{fill:#7a8794}
@media(prefers-color-scheme:dark){.page{fill:#12181f}.ink,text{fill:#e4ebf2}.small{fill:#9aa8b6}
.brick rect{fill:#23364a;stroke:#5a7a9c}.base rect{fill:#8aa4bf;stroke:#8aa4bf}.base text{fill:#10161d}
.meta rect{fill:none;stroke:#4a5866}.meta text{fill:#9aa8b6}.lit rect{fill:#b57b00;stroke:#ffd479}.lit text{fill:#fff}
.meta.lit rect{fill:none}.meta.lit text{fill:#ffd479}.run rect{stroke:#ff8a80}.run text,.lost text{fill:#ff8a80}
.lost ellipse,.lost path{stroke:#ff8a80}.held text{fill:#8fd6a6}.held ellipse,.held path{fill:#173524;stroke:#8fd6a6}}
"""


def as_svg(layer_map: LayerMap) -> str:
    """A whole SVG file, with a title and a description for screen readers."""
    texts = sentences(layer_map)
    body, width, height = drawing(layer_map, texts)
    title = f"Layers of {layer_map.path}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-labelledby="t d">\n<title id="t">{escape(title)}</title>\n'
        f'<desc id="d">{escape(" ".join(texts))}</desc>\n<style>{STYLE}</style>\n'
        f'<rect class="page" width="{width}" height="{height}"/>\n{body}</svg>\n'
    )


def drawing(layer_map: LayerMap, texts: list[str]) -> tuple[str, int, int]:
    """The content of the drawing with sentences below it, its width and its height."""
    columns = layer_map.columns
    wide = _WIDTHS[len(columns) - 1] if 0 < len(columns) <= len(_WIDTHS) else _NARROW
    piles = [_pile(column) for column in columns]
    tallest = max((sum(high + _SPACE for high in pile) for pile in piles), default=0)
    top = _MARGIN + 52
    crown = max((_crown(column) for column in columns), default=0)
    floor = top + _TITLE + crown + tallest
    drums = max((len(_drums(column)) for column in columns), default=0)
    count = max(len(columns), 1)
    width = 2 * _MARGIN + count * wide + (count - 1) * _GAP + (250 if drums else 0)
    width = max(width, 620)
    height = int(floor + 34 + 20 * len(texts) + _MARGIN)
    out = [
        f'<text class="head" x="{_MARGIN}" y="{_MARGIN + 8}">{escape(_cut(layer_map.path, width - 240, 8))}</text>'
    ]
    out.append(_legend(layer_map))
    places: dict[tuple[int, int], tuple[float, float, float]] = {}
    for column, pile in zip(columns, piles, strict=True):
        left = _MARGIN + column.index * (wide + _GAP)
        out.append(_column(layer_map, column, pile, (left, wide), floor, places))
    out += _arrows(layer_map, places)
    for number, text in enumerate(texts):
        out.append(
            f'<text class="sentence" x="{_MARGIN}" y="{floor + 40 + 20 * number:.0f}">{escape(text)}</text>'
        )
    return "\n".join(out) + "\n", int(width), height


def _pile(column: StageColumn) -> list[float]:
    """Heights of the bricks: by size where it is known, on a logarithmic scale."""
    return [_height(place, step) for place, step in enumerate(column.steps)]


def _height(place: int, step: MapStep) -> float:
    if place == 0:
        return _BRICK + 4
    if not step.is_layer:
        return _THIN
    if not step.size:
        return _BRICK
    # From 100 kB, which is negligible, to 1 GB.
    return _BRICK + max(0.0, min(1.0, (log10(step.size) - 5) / 4)) * (_TALLEST - _BRICK)


def _crown(column: StageColumn) -> float:
    return _BRICK + 14 if column.is_final else 0


def _column(
    layer_map: LayerMap,
    column: StageColumn,
    pile: list[float],
    box: tuple[float, float],
    floor: float,
    places: dict[tuple[int, int], tuple[float, float, float]],
) -> str:
    """One stage.  Records in *places* the middle of each brick's left and right edge."""
    left, wide = box
    what = "final stage" if column.is_final else "stage"
    name = column.name or ("" if column.is_final else str(column.index))
    unneeded = "" if column.is_needed else " unneeded"
    out = [f'<g class="stage{unneeded}">']
    bottom = floor
    for place, high in enumerate(pile):
        y = bottom - high
        out.append(_brick(layer_map, column, place, (left, y, wide, high)))
        places[column.index, place] = (left, left + wide, y + high / 2)
        bottom = y - _SPACE
    if column.is_final:
        bottom = _writable(column, out, (left, wide), bottom)
    title = printable_text(f"{what} {name}".strip()) + ("" if column.is_needed else " (not needed)")
    out.append(
        f'<text class="head" x="{left}" y="{bottom - 12:.0f}">{escape(_cut(title, wide, 8))}</text>'
    )
    out.append("</g>")
    return "\n".join(out)


def _brick(
    layer_map: LayerMap, column: StageColumn, place: int, box: tuple[float, float, float, float]
) -> str:
    left, y, wide, high = box
    step = column.steps[place]
    kind = "base" if place == 0 else "brick" if step.is_layer else "meta"
    lit = " lit" if layer_map.is_highlighted(column.index, place) else ""
    facts = _facts(step)
    room = wide - 20 - (len(facts) + 2) * 6.4 * bool(facts)
    text = _cut(f"{step.line} {step.text}", room, _CHAR if kind != "meta" else 6.2)
    title = f"line {step.line}: {step.text}" + (f"\n{step.because}" if step.because else "")
    base = y + high / 2 + 4
    more = (
        f'<text class="small" x="{left + wide - 8}" y="{base:.1f}" text-anchor="end">{escape(facts)}</text>'
        if facts
        else ""
    )
    return (
        f'<g class="{kind}{lit}" data-brick="{column.index}.{place}"><title>{escape(title)}</title>'
        f'<rect x="{left}" y="{y:.1f}" width="{wide}" height="{high:.1f}" rx="3"/>'
        f'<text x="{left + 8}" y="{base:.1f}">{escape(text)}</text>{more}</g>'
    )


def _facts(step: MapStep) -> str:
    facts = []
    if step.size is not None:
        facts.append(human_size(step.size))
    if step.seconds is not None:
        facts.append(f"{step.seconds:.1f} s")
    return " · ".join(facts)


def _writable(
    column: StageColumn, out: list[str], box: tuple[float, float], bottom: float
) -> float:
    """The container's own layer on top, and beside it the data and the volumes."""
    left, wide = box
    high = _BRICK
    y = bottom - high - 8
    lost = [data.folder for data in column.data if not data.is_covered]
    text = "writable container layer: removed with the container"
    if lost:
        text = f"writable layer, lost with the container: {', '.join(lost)}"
    out.append(
        f'<g class="run"><title>{escape(text)}</title><rect x="{left}" y="{y:.1f}" width="{wide}" height="{high}" rx="3"/>'
        f'<text x="{left + 8}" y="{y + high / 2 + 4:.1f}">{escape(_cut(text, wide - 16, _CHAR))}</text></g>'
    )
    for number, data in enumerate(_drums(column)):
        out.append(_drum(data, left + wide + 24, y + number * (_DRUM + 26)))
    return y


def _drums(column: StageColumn) -> list[ServerDirectory]:
    """The data, and the volumes that hold no known data."""
    known = {data.folder for data in column.data}
    others = [
        ServerDirectory("", path, 0, is_covered=True)
        for path in column.volumes
        if path not in known
    ]
    return [*column.data, *others]


def _drum(data: ServerDirectory, x: float, y: float) -> str:
    kind = "held" if data.is_covered else "lost"
    held = "on a volume" if data.is_covered else "no volume"
    note = f"{data.owner}: {held}" if data.owner else "a volume"
    whole = f"{data.owner} keeps its data in {data.folder}: {held}" if data.owner else data.folder
    return (
        f'<g class="{kind}"><title>{escape(whole)}</title>'
        f'<path d="M{x} {y + 7:.1f}v{_DRUM - 14}a22 7 0 0 0 44 0v-{_DRUM - 14}"/>'
        f'<ellipse cx="{x + 22}" cy="{y + 7:.1f}" rx="22" ry="7"/>'
        f'<text x="{x + 54}" y="{y + 16:.1f}">{escape(_cut(data.folder, 170, _CHAR))}</text>'
        f'<text x="{x + 54}" y="{y + 32:.1f}">{escape(_cut(note, 170, _CHAR))}</text></g>'
    )


def _arrows(
    layer_map: LayerMap, places: dict[tuple[int, int], tuple[float, float, float]]
) -> list[str]:
    """Arrows from the top of a stage to the brick that copies files from it or builds on it."""
    out = []
    for column in layer_map.columns:
        taken = [(place, number) for place, used in column.used.items() for number in used]
        if column.parent is not None:
            taken.append((0, column.parent))
        for place, number in taken:
            source = layer_map.columns[number]
            last = len(source.steps) - 1
            if (number, last) not in places or (column.index, place) not in places:
                continue
            _, x1, y1 = places[number, last]
            x2, _, y2 = places[column.index, place]
            bend = max(30.0, min(60.0, (x2 - x1) / 2))
            out.append(
                f'<path class="arrow" d="M{x1:.1f} {y1:.1f}C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} {x2 - 7:.1f} {y2:.1f}"/>'
                f'<path class="tip" d="M{x2 - 1:.1f} {y2:.1f}l-8 -4v8z"/>'
            )
    return out


def _legend(layer_map: LayerMap) -> str:
    if layer_map.highlighted is None:
        return ""
    words = _cut(f"rebuilt after changing {layer_map.highlighted.words}", 480, 6.6)
    return (
        f'<g class="brick lit" data-legend="1"><rect x="{_MARGIN}" y="{_MARGIN + 20}" width="14" height="14" rx="2"/></g>'
        f'<text class="sentence" data-legend-words="1" x="{_MARGIN + 20}" y="{_MARGIN + 32}">{escape(words)}</text>'
    )


def _cut(text: str, room: float, char: float) -> str:
    """Text cut to fit *room* pixels, where a character takes *char* of them."""
    return cut(printable_text(text), int(room / char))


def escape(text: str) -> str:
    """Text of the linted file for SVG and HTML, without markup and characters that XML forbids."""
    safe = "".join(
        char if char == "\n" or char.isprintable() else printable_text(char) for char in text
    )
    safe = safe.replace("&", "&amp;")
    safe = commands_as_entities(safe)
    for char, entity in (("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):  # fmt: skip
        safe = safe.replace(char, entity)
    return safe
