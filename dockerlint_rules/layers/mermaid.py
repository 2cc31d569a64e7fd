"""The layers as a mermaid flowchart, which GitHub and GitLab draw in a comment."""

from __future__ import annotations

from dockerlint_rules.formats.terminal_text import visible
from dockerlint_rules.layers.layer_map import human_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.layers.layer_map import Brick, Column, Picture

_LONGEST = 60


def as_mermaid(picture: Picture) -> str:
    """A chart with a subgraph for each stage; what a source edit builds anew is marked."""
    out = ["flowchart TB"]
    for column in picture.columns:
        note = "" if column.is_needed else " (not needed)"
        out.append(f'  subgraph stage{column.index}["{_text(column.label)}{note}"]')
        out.append("    direction BT")
        before = None
        for place, brick in enumerate(column.bricks):
            if not (brick.is_layer or place == 0):
                continue
            name = f"s{column.index}b{place}"
            lit = ":::lit" if picture.is_lit(column.index, place) else ""
            out.append(f'    {name}["{_label(brick)}"]{lit}')
            if before:
                out.append(f"    {before} --> {name}")
            before = name
        out.append("  end")
    out += _arrows(picture)
    if picture.final is not None:
        out += _data(picture.final)
    out.append("  classDef lit fill:#f6c344,stroke:#8a5a00,color:#000")
    out.append("  classDef lost stroke-dasharray:4 3,fill:#fbd5d5,stroke:#a11,color:#000")
    return "\n".join(out) + "\n"


def _label(brick: Brick) -> str:
    text = brick.text if len(brick.text) <= _LONGEST else brick.text[: _LONGEST - 1] + "…"
    size = f" · {human_size(brick.size)}" if brick.size else ""
    return f"{brick.line}: {_text(text)}{size}"


def _arrows(picture: Picture) -> list[str]:
    out = []
    for column in picture.columns:
        for place, used in column.used.items():
            for number in used:
                last = _last(picture.columns[number])
                if last is not None and column.bricks[place].is_layer:
                    out.append(f"  s{number}b{last} -. files .-> s{column.index}b{place}")
        if column.parent is not None:
            last = _last(picture.columns[column.parent])
            out.append(f"  s{column.parent}b{last} ==> s{column.index}b0")
    return out


def _last(column: Column) -> int | None:
    places = [place for place, brick in enumerate(column.bricks) if brick.is_layer or place == 0]
    return places[-1] if places else None


def _data(final: Column) -> list[str]:
    out = []
    for number, data in enumerate(final.data):
        shape = f'd{number}[("{_text(data.folder)} · {_text(data.owner)}")]'
        lost = "" if data.is_covered else ":::lost"
        out.append(f"  s{final.index}b{_last(final)} --- {shape}{lost}")
    return out


def _text(text: str) -> str:
    """Text of the file as mermaid's: nothing in it ends a label or begins markup."""
    safe = visible(text)
    for char, entity in (("#", "#35;"), ("&", "#amp;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("`", "#96;")):  # fmt: skip
        safe = safe.replace(char, entity)
    return safe
