"""Measure how the work grows with the input: of every construct and every rule's examples, for n and 8n elements.

    python benchmarks/growth.py [NAME…] [--size 60] [--time] [--layers] [--part 1/2]

Prints the constructs that grow more than ninefold for eight times the text, and the lines that do.  The work is counted
as the tests do (``tests/support/counted_work.py``).  ``--time`` measures processor time instead, which also shows what
other libraries do; then use ``--size 2000`` or more.  ``--layers`` draws the layer map instead of linting.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from constructs import Construct
from counted_work import counted_package, work, work_by_line
from growth import FACTOR, MOST_GROWTH, all_constructs, linter

LEAST_SHARE = 0.005
"""Lines that do less of the work are not printed."""
LEAST_SECONDS = 0.05
"""Shorter times say nothing about growth."""


def layers(construct: Construct, count: int) -> object:
    """Draw the layer map of a Dockerfile in every format."""
    from dockerlint_rules.layers.html import as_html
    from dockerlint_rules.layers.json_output import as_json
    from dockerlint_rules.layers.layer_map import map_layers
    from dockerlint_rules.layers.mermaid import as_mermaid
    from dockerlint_rules.layers.svg import as_svg
    from dockerlint_rules.layers.table import as_table
    from dockerlint_rules.model.build import Build
    from dockerlint_rules.model.context.build_context import BuildContext
    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.syntax.dockerfile.document import Document
    from dockerlint_rules.syntax.source import Source

    build = Build()
    build.context = BuildContext(None)
    dockerfile = Dockerfile(Document(Source(construct.text(count), "/w/Dockerfile")), build)
    found = map_layers(dockerfile)
    return [draw(found) for draw in (as_table, as_json, as_mermaid, as_svg, as_html)]


def counted(draw: Any, construct: Construct, size: int) -> tuple[float, list[str]]:
    """The growth of the counted work, and the lines that grow more than ninefold."""
    draw(construct, 2)
    before = work(draw, construct, size)
    lines_before = work_by_line()
    after = work(draw, construct, FACTOR * size)
    lines = [
        f"    {place}: {lines_before.get(place, 0):,} → {count:,}"
        for place, count in sorted(work_by_line().items(), key=lambda item: -item[1])
        if count > LEAST_SHARE * after and count > MOST_GROWTH * max(lines_before.get(place, 0), 1)
    ]
    return after / before, lines


def timed(draw: Any, construct: Construct, size: int) -> tuple[float, list[str]]:
    """The growth of the processor time."""
    seconds = []
    draw(construct, 2)
    for count in (size, FACTOR * size):
        begin = time.process_time()
        draw(construct, count)
        seconds.append(time.process_time() - begin)
    if seconds[1] < LEAST_SECONDS:
        return 0.0, []
    return seconds[1] / max(seconds[0], 0.001), [f"    {seconds[0]:.2f} s → {seconds[1]:.2f} s"]


def main() -> int:
    """Measure the constructs whose names contain one of the words, or all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--size", type=int, default=60)
    parser.add_argument("--time", action="store_true")
    parser.add_argument("--layers", action="store_true")
    parser.add_argument("--part", default="1/1")
    options = parser.parse_args()
    part, parts = map(int, options.part.split("/"))
    constructs = all_constructs()
    chosen = [
        name
        for name, construct in constructs.items()
        if (not options.names or any(one in name for one in options.names))
        and (not options.layers or construct.filename == "Dockerfile")
    ][part - 1 :: parts]
    failed = 0
    if options.time:
        measure, draw = timed, layers if options.layers else linter()[0]
    else:
        measure = counted
        with counted_package():
            draw = layers if options.layers else linter()[0]
    for name in chosen:
        if options.time:
            growth, lines = measure(draw, constructs[name], options.size)
        else:
            with counted_package():
                growth, lines = measure(draw, constructs[name], options.size)
        if growth > MOST_GROWTH or (lines and not options.time):
            print(f"{name}: {growth:.1f}", *lines, sep="\n", flush=True)
        failed += growth > MOST_GROWTH
    print(f"{failed} of {len(chosen)} constructs grow more than {MOST_GROWTH:.0f}-fold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
