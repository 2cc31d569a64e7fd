"""The documents that are generated from the rules and the option table: ``documents()``.

``python -m dockerlint_rules.rules`` writes them, with the index of rules.  Running this file does the same, and
``--check`` only says what is stale.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from dockerlint_rules.cli.rules import default_state  # noqa: E402
from dockerlint_rules.config.schema import generated_files  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockerlint_rules.registry.rule import Rule

# In a document a marker before a number names what it counts: <!-- rules -->241.
MARKER = re.compile(r"<!-- (rules|fixes) -->\d*")


def documents(rules: Sequence[Rule]) -> dict[Path, str]:
    """Path to text of the pages and the table of all rules, and of the documents that say how many there are."""
    folder = ROOT / "docs" / "rules"
    texts = {folder / f"{rule.code}.md": page(rule) for rule in rules}
    texts[folder / "README.md"] = table(rules)
    numbers = {"rules": len(rules), "fixes": sum(rule.fix is not None for rule in rules)}
    for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if MARKER.search(text):
            texts[path] = MARKER.sub(lambda found: f"<!-- {found[1]} -->{numbers[found[1]]}", text)
    return texts | generated_files(ROOT)


def page(rule: Rule) -> str:
    """A rule's page, with the module that has the rule."""
    module = rule.module.replace(".", "/") + ".py"
    return f"{rule.page_markdown}\nDefined in [`{module}`](../../{module}).\n"


def table(rules: Sequence[Rule]) -> str:
    """All rules in one table."""
    head = "| code | name | severity | default | fix | known as | |\n| --- | --- | --- | --- | --- | --- | --- |\n"
    rows = [
        f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity} | {default_state(rule)} | {rule.fix or ''} "
        f"| {', '.join(rule.aliases)} | {rule.title} |\n"
        for rule in rules
    ]
    return "# Rules\n\n" + head + "".join(rows)


if __name__ == "__main__":
    from dockerlint_rules.rules.__main__ import main

    sys.exit(main(sys.argv[1:]))
