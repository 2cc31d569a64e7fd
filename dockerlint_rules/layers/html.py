"""The layers as one page: the drawing, and buttons that highlight what each change rebuilds."""

from __future__ import annotations

from dockerlint_rules.layers.layer_map import human_size
from dockerlint_rules.layers.summary import sentences
from dockerlint_rules.layers.svg import STYLE, drawing, escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.layers.layer_map import LayerChange, LayerMap, StageColumn

_PAGE = """
:root{color-scheme:light dark;--ink:#1c2530;--page:#fff;--line:#c9d3dd;--soft:#f3f6f9;--lit:#ffc94d}
@media(prefers-color-scheme:dark){:root{--ink:#e4ebf2;--page:#12181f;--line:#3a4855;--soft:#1a232c;--lit:#b57b00}}
body{margin:0;padding:1.5rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page)}
h1{font-size:1.4rem;margin:0 0 .5rem;overflow-wrap:anywhere}h2{font-size:1.1rem;margin:1.5rem 0 .5rem}
.causes{display:flex;flex-wrap:wrap;gap:.4rem;margin:.5rem 0 1rem;padding:0;list-style:none}
button{font:inherit;font-size:.9rem;padding:.25rem .7rem;border:1px solid var(--line);border-radius:1rem;background:var(--soft);
color:var(--ink);cursor:pointer;max-width:100%;overflow-wrap:anywhere}button[aria-pressed=true]{background:var(--lit);border-color:var(--lit);
color:#1c1300}button:focus-visible,.drawing:focus-visible,svg [role=button]:focus-visible rect{outline:3px solid #4a90e2;outline-offset:2px}
.drawing{overflow:auto;border:1px solid var(--line);border-radius:.5rem}.drawing svg{display:block}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;
border-bottom:1px solid var(--line)}td code{overflow-wrap:anywhere}.table{overflow-x:auto}tr.lit td:first-child{box-shadow:inset 4px 0 var(--lit)}
tr.meta{opacity:.75}caption{text-align:left;font-weight:600;padding:.8rem 0 .2rem}#effect{min-height:1.5em;font-weight:600}
@media print{.causes{display:none}}
"""
_SCRIPT = """
const causes=JSON.parse(document.getElementById('causes').textContent);
const effect=document.getElementById('effect');
const words=document.querySelector('[data-legend-words]');
function light(number){
  const cause=causes[number],on=new Set(cause.bricks);
  for(const one of document.querySelectorAll('button[data-cause]'))one.setAttribute('aria-pressed',one.dataset.cause===String(number));
  for(const one of document.querySelectorAll('[data-brick]'))one.classList.toggle('lit',on.has(one.dataset.brick));
  effect.textContent=cause.effect;
  if(words)words.textContent='rebuilt after changing '+cause.words;
}
for(const button of document.querySelectorAll('button[data-cause]')){
  button.disabled=false;
  button.addEventListener('click',()=>light(button.dataset.cause));
}
causes.forEach((cause,number)=>{
  if(cause.kind!=='step')return;
  const brick=document.querySelector('svg [data-brick="'+cause.bricks[0]+'"]');
  if(!brick)return;
  brick.setAttribute('tabindex','0');
  brick.setAttribute('role','button');
  brick.style.cursor='pointer';
  brick.addEventListener('click',()=>light(number));
  brick.addEventListener('keydown',event=>{if(event.key==='Enter'||event.key===' '){event.preventDefault();light(number);}});
});
"""


def as_html(layer_map: LayerMap) -> str:
    """One file without outside resources.  Without scripts it shows the drawing and a plain table."""
    body, width, height = drawing(layer_map, [])
    title = escape(f"Layers of {layer_map.path}")
    items = "".join(f"<li>{escape(one)}</li>" for one in sentences(layer_map))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
        f"<title>{title}</title>\n<style>{_PAGE}{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<ul>{items}</ul>\n"
        '<h2 id="what">Layers rebuilt after changing …</h2>\n'
        f'{_buttons(layer_map)}<p id="effect" role="status">{escape(_first(layer_map))}</p>\n'
        f'<div class="drawing" tabindex="0" role="group" aria-label="Drawing of the layers"><svg xmlns="http://www.w3.org/2000/svg" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="{title}">\n{body}</svg></div>\n'
        f"<h2>Instruction by instruction</h2>\n{_tables(layer_map)}"
        f'</main>\n<script type="application/json" id="causes">{_causes(layer_map)}</script>\n<script>{_SCRIPT}</script>\n</body>\n</html>\n'
    )


def _buttons(layer_map: LayerMap) -> str:
    if not layer_map.causes:
        return ""
    first = layer_map.highlighted
    items = "".join(
        f'<li><button type="button" data-cause="{number}" aria-pressed="{"true" if one is first else "false"}" disabled>'
        f"{escape(_label(one))}</button></li>"
        for number, one in enumerate(layer_map.causes)
        if one.kind != "step"
    )
    return f'<ul class="causes" aria-labelledby="what">{items}</ul>\n'


def _label(cause: LayerChange) -> str:
    return f"ARG {cause.kind[4:]}" if cause.kind.startswith("arg:") else cause.words


def _first(layer_map: LayerMap) -> str:
    return _effect(layer_map, layer_map.highlighted) if layer_map.highlighted is not None else ""


def _effect(layer_map: LayerMap, cause: LayerChange) -> str:
    """How much a change rebuilds, in words."""
    hit = [
        (column, step)
        for column in layer_map.columns
        for place, step in enumerate(column.steps)
        if step.is_layer and (column.index, place) in cause.steps
    ]
    layers = [step for column, step in hit if column.is_needed]
    count = "no layer" if not layers else "1 layer" if len(layers) == 1 else f"{len(layers)} layers"
    seconds = sum(step.seconds or 0 for step in layers)
    size = sum(step.size or 0 for step in layers)
    more = f", {human_size(size)}" if size else ""
    more += f", {seconds:.1f} s" if seconds else ""
    others = len(hit) - len(layers)
    aside = f" ({others} more in stages that the result does not need)" if others else ""
    return f"Changing {cause.words} rebuilds {count}{more}{aside}."


def _causes(layer_map: LayerMap) -> str:
    """The causes for the script.  No text in them can end the element."""
    import json

    from dockerlint_rules.formats.terminal_text import json_without_commands

    causes = [
        {
            "effect": _effect(layer_map, one),
            "words": one.words,
            "kind": one.kind,
            "bricks": [f"{stage}.{place}" for stage, place in sorted(one.steps)],
        }
        for one in layer_map.causes
    ]
    return json_without_commands(json.dumps(causes)).replace("<", "\\u003c").replace("&", "\\u0026")


def _tables(layer_map: LayerMap) -> str:
    steps = [step for one in layer_map.columns for step in one.steps]
    sized = any(step.size is not None for step in steps)
    timed = any(step.seconds is not None for step in steps)
    return "".join(
        _table(layer_map, column, sized=sized, timed=timed) for column in layer_map.columns
    )


def _table(layer_map: LayerMap, column: StageColumn, *, sized: bool, timed: bool) -> str:
    heads = ["Line", "Type", "Instruction", "Rebuilt on", "Reason"]
    heads += ["Size"] * sized + ["Time"] * timed
    rows = []
    for place, step in enumerate(column.steps):
        lit = layer_map.is_highlighted(column.index, place)
        is_meta = place > 0 and not step.is_layer
        names = " ".join(["meta"] * is_meta + ["lit"] * lit)
        what = "base" if not place else "layer" if step.is_layer else "metadata"
        cells = [str(step.line), what, f"<code>{escape(step.text)}</code>"]
        cells += [escape(", ".join(step.kinds)), escape(step.because)]
        cells += [human_size(step.size) if step.size is not None else ""] * sized
        cells += [f"{step.seconds:.1f} s" if step.seconds is not None else ""] * timed
        row = "".join(f"<td>{cell}</td>" for cell in cells)
        rows.append(f'<tr class="{names}" data-brick="{column.index}.{place}">{row}</tr>')
    name = column.name or str(column.index)
    needed = "" if column.is_needed else ", not needed for the result"
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    return (
        f'<div class="table"><table><caption>Stage {escape(name)}{needed}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>\n"
    )
