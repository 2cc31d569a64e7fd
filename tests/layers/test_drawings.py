"""The drawings: whole, well formed, and with nothing of the linted file in force."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

from dockerlint_rules.layers.html import as_html
from dockerlint_rules.layers.json_output import as_json
from dockerlint_rules.layers.layer_map import LayerMap, map_layers
from dockerlint_rules.layers.mermaid import as_mermaid
from dockerlint_rules.layers.svg import as_svg
from dockerlint_rules.layers.table import as_table
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.source import Source

TEXT = """\
FROM node:24 AS web
COPY package.json package-lock.json ./
RUN npm ci
COPY web ./
RUN npm run build
FROM debian:12 AS spare
RUN make
FROM debian:12
RUN apt-get update && apt-get install -y redis-server postgresql
COPY --from=web /dist /srv
VOLUME /var/lib/postgresql
CMD ["redis-server"]
"""
HOSTILE = """\
FROM debian:12 AS a"]:::lost%%<script>alert(1)</script>
COPY "x</script><img src=q>&amp;`#`" /'
RUN echo "\x1b[31m \u202e ]]> --> {{x}} <svg onload=1>"
ARG A</script>
RUN b
"""


def drawn(text: str, changed: list[str] | None = None) -> LayerMap:
    return map_layers(Dockerfile(Document(Source(text, "Dockerfile"))), changed, files=True)


def test_table() -> None:
    assert (
        as_table(drawn(TEXT), 120)
        == """\
stage web   FROM node:24 AS web
line  layer   instruction                                                     base  manifest  source
   2    ■     COPY package.json package-lock.json ./                           ●       ●        ·      copies 'package.jso…
   3    ■     RUN npm ci                                                       ●       ●        ·
   4    ■     COPY web ./                                                      ●       ●        ●      copies 'web'
   5    ■     RUN npm run build                                                ●       ●        ●

stage spare   FROM debian:12 AS spare   (not needed for the result)
line  layer   instruction                                                     base  manifest  source
   7    ■     RUN make                                                         ●       ·        ·

final stage   FROM debian:12
line  layer   instruction                                                     base  manifest  source
   9    ■     RUN apt-get update && apt-get install -y redis-server postgre…   ●       ·        ·
  10    ■     COPY --from=web /dist /srv                                       ●       ●        ●      copies files from s…
  11    ·     VOLUME /var/lib/postgresql                                       ●       ●        ●
  12    ·     CMD ["redis-server"]                                             ●       ●        ●
    ░░░       writable container layer: lost when the container is removed
              /var/lib/redis   redis-server (line 9)   no volume
              /var/lib/postgresql   postgresql (line 9)   on a volume
    ⛁         volumes: /var/lib/postgresql

2 layers on top of the base image.
Changing a source file rebuilds 3 layers (lines 4, 5, 10).
Changing a dependency manifest rebuilds 5 layers (lines 2–5, 10).
Not needed for the result: spare.
The data of redis-server (line 9) in /var/lib/redis is lost when the container is removed: no volume holds it.
"""
    )


def test_table_of_a_change() -> None:
    table = as_table(drawn(TEXT, ["web/a.js"]), 100)
    marked = re.findall(r"^ *(\d+) .*← rebuilt$", table, re.M)
    assert marked == ["4", "5", "10", "11", "12"]
    assert "Changing web/a.js rebuilds 3 layers (lines 4, 5, 10)." in table


def test_no_stage() -> None:
    assert as_table(drawn("RUN x\n")).strip() == "The file has no build stage, so it has no layers."
    for draw in (as_svg, as_html, as_mermaid, as_json):
        assert draw(drawn(""))


def test_json_is_the_contract() -> None:
    said = json.loads(as_json(drawn(TEXT)))
    assert list(said) == ["path", "stages"]
    assert [(one["name"], one["index"], one["needed"]) for one in said["stages"]] == [
        ("web", 0, True),
        ("spare", 1, False),
        (None, 2, True),
    ]
    assert said["stages"][2]["instructions"][:3] == [
        {
            "keyword": "FROM",
            "line": 8,
            "layer": False,
            "rebuilt_on": ["base"],
            "because": "'debian:12' may point to a newer image",
        },
        {
            "keyword": "RUN",
            "line": 9,
            "layer": True,
            "rebuilt_on": ["base"],
            "because": "below line 8 (base)",
        },
        {
            "keyword": "COPY",
            "line": 10,
            "layer": True,
            "rebuilt_on": ["base", "stage:web"],
            "because": "copies files from stage 'web'; below line 8 (base)",
        },
    ]
    changed = json.loads(as_json(drawn(TEXT, ["web/a.js"])))
    flags = [one["rebuilt"] for one in changed["stages"][0]["instructions"]]
    assert flags == [False, False, False, True, True]


def test_mermaid() -> None:
    chart = as_mermaid(drawn(TEXT))
    assert chart.startswith("flowchart TB\n")
    assert '    s0b3["4: COPY web ./"]:::lit\n' in chart
    assert "  s0b4 -. files .-> s2b2\n" in chart
    assert '(["' not in chart
    assert 'd0[("/var/lib/redis · redis-server")]:::lost' in chart
    assert chart.count("subgraph") == 3


@pytest.mark.parametrize("text", [TEXT, HOSTILE, "FROM a\n" * 30], ids=["real", "hostile", "many"])
def test_svg_is_xml(text: str) -> None:
    root = ET.fromstring(as_svg(drawn(text)))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    tags = {one.tag.rpartition("}")[2] for one in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "rect", "text", "g", "path", "ellipse"}
    assert not any(
        name.startswith("on") or "href" in name for one in root.iter() for name in one.attrib
    )


def test_svg_highlights_what_a_change_rebuilds() -> None:
    root = ET.fromstring(as_svg(drawn(TEXT, ["web/a.js"])))
    lit = {
        one.attrib["data-brick"]
        for one in root.iter()
        if "data-brick" in one.attrib and "lit" in one.attrib["class"].split()
    }
    assert lit == {"0.3", "0.4", "2.2", "2.3", "2.4"}


class Tags(HTMLParser):
    """What a browser sees."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


@pytest.mark.parametrize("text", [TEXT, HOSTILE], ids=["real", "hostile"])
def test_html_holds_nothing_of_the_file_in_force(text: str) -> None:
    page = as_html(drawn(text))
    seen = Tags()
    seen.feed(page)
    assert seen.tags.count("script") == 2
    assert "img" not in seen.tags
    assert not [name for name, _ in seen.attributes if name.startswith("on")]
    assert not [value for name, value in seen.attributes if name in ("src", "href")]
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_html_knows_what_each_change_rebuilds() -> None:
    page = as_html(drawn(TEXT))
    (said,) = re.findall(r'<script type="application/json" id="causes">(.*?)</script>', page)
    causes = {one["words"]: one["bricks"] for one in json.loads(said)}
    assert causes["web"] == ["0.3", "0.4", "2.2", "2.3", "2.4"]
    assert "0.1" in causes["package.json"]
    assert set(causes) == {
        "a source file", "a dependency manifest", "the base image", "package-lock.json", "package.json", "web",
        "line 2", "line 3", "line 4", "line 5", "line 7", "line 9", "line 10",
    }  # fmt: skip
    # A layer that is chosen comes first among what it rebuilds.
    assert causes["line 3"] == ["0.2", "0.3", "0.4", "2.2", "2.3", "2.4"]
    assert page.count("<button") == 6
    assert 'aria-pressed="true" disabled>a source file' in page


def test_terminal_gets_no_escape_sequences() -> None:
    table = as_table(drawn(HOSTILE), 100)
    assert "\x1b" not in table
    assert "\u202e" not in table


def test_colours_only_when_asked() -> None:
    assert "\x1b[33m" in as_table(drawn(TEXT, ["web/a"]), 100, color=True)
    assert "\x1b" not in as_table(drawn(TEXT, ["web/a"]), 100)
