"""How long the picture of a file's layers takes, over a folder of files: median, 99 of 100, the longest.

    python benchmarks/layers.py FOLDER [--format html]

Every drawing is made and dropped; what raises is an error of ours and is printed.
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
from dockerlint_rules.model.context.build_context import Context
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.source import Source


def milliseconds(path: Path, kind: str) -> float:
    """Read, analyse and draw one file."""
    data = path.read_bytes()
    begin = time.perf_counter()
    build = Build()
    build.context = Context(None)
    dockerfile = Dockerfile(Document(Source.from_bytes(data, str(path))), build)
    found = map_layers(dockerfile, files=kind == "html")
    _ = as_html(found) if kind == "html" else as_table(found)
    return (time.perf_counter() - begin) * 1000


def main() -> int:
    """Draw every file of the folder."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--format", choices=("default", "html"), default="default")
    options = parser.parse_args()
    taken, errors = [], 0
    for path in sorted(one for one in options.folder.rglob("*") if one.is_file()):
        try:
            taken.append((milliseconds(path, options.format), path.name))
        except Exception as error:
            errors += 1
            print(f"{path}: {type(error).__name__}: {error}")
    taken.sort()
    count = len(taken)
    print(
        f"{count} files, {errors} errors; median {taken[count // 2][0]:.1f} ms, "
        f"99 of 100 within {taken[count * 99 // 100][0]:.1f} ms, the longest {taken[-1][0]:.1f} ms ({taken[-1][1]})"
    )
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
