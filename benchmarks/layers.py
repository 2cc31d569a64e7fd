"""Measure the time to draw a file's layer map, for the files of a directory: median, 99th percentile, maximum.

    python benchmarks/layers.py DIRECTORY [--format html]

The drawings are not written.  Exceptions are counted and printed.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from dockerlint_rules.layers.html import as_html
from dockerlint_rules.layers.layer_map import map_layers
from dockerlint_rules.layers.table import as_table
from dockerlint_rules.model.build import Build
from dockerlint_rules.model.context.build_context import BuildContext
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.source import Source


def milliseconds(path: Path, kind: str) -> float:
    """Time to parse, analyse and draw one file."""
    data = path.read_bytes()
    begin = time.perf_counter()
    build = Build()
    build.context = BuildContext(None)
    dockerfile = Dockerfile(Document(Source.from_bytes(data, str(path))), build)
    layer_map = map_layers(dockerfile, files=kind == "html")
    _ = as_html(layer_map) if kind == "html" else as_table(layer_map)
    return (time.perf_counter() - begin) * 1000


def main() -> int:
    """Draw every file of the directory."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--format", choices=("default", "html"), default="default")
    options = parser.parse_args()
    times, errors = [], 0
    for path in sorted(each for each in options.directory.rglob("*") if each.is_file()):
        try:
            times.append((milliseconds(path, options.format), path.name))
        except Exception as error:
            errors += 1
            print(f"{path}: {type(error).__name__}: {error}")
    times.sort()
    count = len(times)
    print(
        f"{count} files, {errors} errors; median {times[count // 2][0]:.1f} ms, "
        f"99th percentile {times[count * 99 // 100][0]:.1f} ms, maximum {times[-1][0]:.1f} ms ({times[-1][1]})"
    )
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
