"""The layers as one page: the drawing, and buttons that light what each change builds anew."""

from __future__ import annotations

from dockerlint_rules.layers.layer_map import human_size
from dockerlint_rules.layers.summary import sentences
from dockerlint_rules.layers.svg import STYLE, drawing, escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.layers.layer_map import Cause, Column, Picture

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
tr.meta{opacity:.75}caption{text-align:left;font-weight:600;padding:.8rem 0 .2rem}#told{min-height:1.5em;font-weight:600}
@media print{.causes{display:none}}
"""
_SCRIPT = """
const causes=JSON.parse(document.getElementById('causes').textContent);
const told=document.getElementById('told');
const words=document.querySelector('[data-legend-words]');
function light(number){
  const cause=causes[number],on=new Set(cause.bricks);
  for(const one of document.querySelectorAll('button[data-cause]'))one.setAttribute('aria-pressed',one.dataset.cause===String(number));
  for(const one of document.querySelectorAll('[data-brick]'))one.classList.toggle('lit',on.has(one.dataset.brick));
  told.textContent=cause.said;
  if(words)words.textContent='built anew by a change of '+cause.words;
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


def as_html(picture: Picture) -> str:
    """One file without any outside resource; without a script it is the drawing and a plain table."""
    body, width, height = drawing(picture, [])
    title = escape(f"Layers of {picture.path}")
    said = "".join(f"<li>{escape(one)}</li>" for one in sentences(picture))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
        f"<title>{title}</title>\n<style>{_PAGE}{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<ul>{said}</ul>\n"
        '<h2 id="what">What does a change build anew?</h2>\n'
        f'{_buttons(picture)}<p id="told" role="status">{escape(_first(picture))}</p>\n'
        f'<div class="drawing" tabindex="0" role="group" aria-label="Drawing of the layers"><svg xmlns="http://www.w3.org/2000/svg" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="{title}">\n{body}</svg></div>\n'
        f"<h2>Instruction by instruction</h2>\n{''.join(_table(picture, column) for column in picture.columns)}"
        f'</main>\n<script type="application/json" id="causes">{_causes(picture)}</script>\n<script>{_SCRIPT}</script>\n</body>\n</html>\n'
    )


def _buttons(picture: Picture) -> str:
    if not picture.causes:
        return ""
    first = picture.shown
    items = "".join(
        f'<li><button type="button" data-cause="{number}" aria-pressed="{"true" if one is first else "false"}" disabled>'
        f"{escape(_label(one))}</button></li>"
        for number, one in enumerate(picture.causes)
        if one.kind != "step"
    )
    return f'<ul class="causes" aria-labelledby="what">{items}</ul>\n'


def _label(cause: Cause) -> str:
    return f"ARG {cause.kind[4:]}" if cause.kind.startswith("arg:") else cause.words


def _first(picture: Picture) -> str:
    return _said(picture, picture.shown) if picture.shown is not None else ""


def _said(picture: Picture, cause: Cause) -> str:
    """How much a change builds anew, in words."""
    hit = [
        (column, brick)
        for column in picture.columns
        for place, brick in enumerate(column.bricks)
        if brick.is_layer and (column.index, place) in cause.bricks
    ]
    layers = [brick for column, brick in hit if column.is_needed]
    count = "no layer" if not layers else "1 layer" if len(layers) == 1 else f"{len(layers)} layers"
    seconds = sum(brick.seconds or 0 for brick in layers)
    size = sum(brick.size or 0 for brick in layers)
    more = f", {human_size(size)}" if size else ""
    more += f", {seconds:.1f} s" if seconds else ""
    others = len(hit) - len(layers)
    aside = f" ({others} more in stages that the result does not need)" if others else ""
    return f"A change of {cause.words} builds {count} anew{more}{aside}."


def _causes(picture: Picture) -> str:
    """The causes for the script; nothing in them can end the element."""
    import json

    said = [
        {
            "said": _said(picture, one),
            "words": one.words,
            "kind": one.kind,
            "bricks": [f"{stage}.{place}" for stage, place in sorted(one.bricks)],
        }
        for one in picture.causes
    ]
    return json.dumps(said).replace("<", "\\u003c").replace("&", "\\u0026")


def _table(picture: Picture, column: Column) -> str:
    bricks = [brick for one in picture.columns for brick in one.bricks]
    sized = any(brick.size is not None for brick in bricks)
    timed = any(brick.seconds is not None for brick in bricks)
    heads = ["Line", "Is", "Instruction", "Built anew on", "Because"]
    heads += ["Size"] * sized + ["Time"] * timed
    rows = []
    for place, brick in enumerate(column.bricks):
        lit = picture.is_lit(column.index, place)
        is_meta = place > 0 and not brick.is_layer
        names = " ".join(["meta"] * is_meta + ["lit"] * lit)
        what = "base" if not place else "layer" if brick.is_layer else "metadata"
        cells = [str(brick.line), what, f"<code>{escape(brick.text)}</code>"]
        cells += [escape(", ".join(brick.kinds)), escape(brick.because)]
        cells += [human_size(brick.size) if brick.size is not None else ""] * sized
        cells += [f"{brick.seconds:.1f} s" if brick.seconds is not None else ""] * timed
        row = "".join(f"<td>{cell}</td>" for cell in cells)
        rows.append(f'<tr class="{names}" data-brick="{column.index}.{place}">{row}</tr>')
    name = column.name or str(column.index)
    needed = "" if column.is_needed else ", not needed for the result"
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    return (
        f'<div class="table"><table><caption>Stage {escape(name)}{needed}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>\n"
    )
