"""The layers as a mermaid flowchart, which GitHub and GitLab draw in a comment."""

from __future__ import annotations

from dockerlint_rules.formats.terminal_text import printable_text
from dockerlint_rules.layers.layer_map import human_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.layers.layer_map import LayerMap, MapStep, StageColumn

_LONGEST = 60


def as_mermaid(layer_map: LayerMap) -> str:
    """A chart with a subgraph for each stage; what a change of the source rebuilds is marked."""
    out = ["flowchart TB"]
    for column in layer_map.columns:
        note = "" if column.is_needed else " (not needed)"
        out.append(f'  subgraph stage{column.index}["{_text(column.label)}{note}"]')
        out.append("    direction BT")
        before = None
        for place, step in enumerate(column.steps):
            if not (step.is_layer or place == 0):
                continue
            name = f"s{column.index}b{place}"
            lit = ":::lit" if layer_map.is_highlighted(column.index, place) else ""
            out.append(f'    {name}["{_label(step)}"]{lit}')
            if before:
                out.append(f"    {before} --> {name}")
            before = name
        out.append("  end")
    out += _arrows(layer_map)
    if layer_map.final is not None:
        out += _data(layer_map.final)
    out.append("  classDef lit fill:#f6c344,stroke:#8a5a00,color:#000")
    out.append("  classDef lost stroke-dasharray:4 3,fill:#fbd5d5,stroke:#a11,color:#000")
    return "\n".join(out) + "\n"


def _label(step: MapStep) -> str:
    text = step.text if len(step.text) <= _LONGEST else step.text[: _LONGEST - 1] + "…"
    size = f" · {human_size(step.size)}" if step.size else ""
    return f"{step.line}: {_text(text)}{size}"


def _arrows(layer_map: LayerMap) -> list[str]:
    out = []
    for column in layer_map.columns:
        for place, used in column.used.items():
            for number in used:
                last = _last(layer_map.columns[number])
                if last is not None and column.steps[place].is_layer:
                    out.append(f"  s{number}b{last} -. files .-> s{column.index}b{place}")
        if column.parent is not None:
            last = _last(layer_map.columns[column.parent])
            out.append(f"  s{column.parent}b{last} ==> s{column.index}b0")
    return out


def _last(column: StageColumn) -> int | None:
    places = [place for place, step in enumerate(column.steps) if step.is_layer or place == 0]
    return places[-1] if places else None


def _data(final: StageColumn) -> list[str]:
    out = []
    for number, data in enumerate(final.data):
        shape = f'd{number}[("{_text(data.folder)} · {_text(data.owner)}")]'
        lost = "" if data.is_covered else ":::lost"
        out.append(f"  s{final.index}b{_last(final)} --- {shape}{lost}")
    return out


def _text(text: str) -> str:
    """Text of the file for mermaid: nothing in it can end a label or start markup."""
    safe = printable_text(text)
    for char, entity in (
        ("#", "#35;"),
        ("&", "#amp;"),
        ('"', "#quot;"),
        ("<", "#lt;"),
        (">", "#gt;"),
        ("`", "#96;"),
    ):
        safe = safe.replace(char, entity)
    return safe
