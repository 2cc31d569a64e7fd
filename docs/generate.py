"""Write docs/rules/: a page for each rule and a table of all; ``--check`` only says what is stale."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from dockerlint_rules.cli.rules import default_state  # noqa: E402
from dockerlint_rules.config.schema import generated_files  # noqa: E402
from dockerlint_rules.registry.rule import builtin_rules  # noqa: E402


def pages() -> dict[Path, str]:
    """Path to text of everything under docs/rules/."""
    folder = ROOT / "docs" / "rules"
    rules = builtin_rules()
    texts = {folder / f"{rule.code}.md": rule.page_markdown for rule in rules}
    rows = [
        f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity} | {default_state(rule)} | {rule.fix or ''} "
        f"| {', '.join(rule.aliases)} | {rule.title} |\n"
        for rule in rules
    ]
    head = "# Rules\n\n| code | name | severity | default | fix | known as | |\n| --- | --- | --- | --- | --- | --- | --- |\n"
    texts[folder / "README.md"] = head + "".join(rows)
    return texts | generated_files(ROOT)


def main(check: bool) -> int:
    """Write or compare; 1 when something is stale."""
    texts = pages()
    folder = ROOT / "docs" / "rules"
    stale = [
        path
        for path, text in texts.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    left = [path for path in folder.glob("*.md") if path not in texts]
    if check:
        for path in [*stale, *left]:
            print(f"stale: {path.relative_to(ROOT)} (run python docs/generate.py)")
        return 1 if stale or left else 0
    folder.mkdir(exist_ok=True)
    for path in stale:
        path.write_text(texts[path], encoding="utf-8")
    for path in left:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
