"""``python -m dockerlint_rules.knowledge``: compile the tables to Python modules; ``--check`` only compares."""

from __future__ import annotations

import sys

from dockerlint_rules.knowledge.compiler import compiled_files, write_all

if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        stale = [
            path.name
            for path, text in compiled_files()
            if not path.exists() or path.read_text(encoding="utf-8") != text
        ]
        sys.exit(f"stale: {', '.join(stale)}" if stale else 0)
    write_all()
