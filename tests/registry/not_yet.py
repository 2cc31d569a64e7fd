"""Rules whose pages, tests or words do not have yet what is asked of every rule; each list may only get shorter.

``python tests/registry/not_yet.py`` takes away what is done, and deletes a list that is empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

LISTS = Path(__file__).parent / "not_yet"


def excused(name: str) -> frozenset[str]:
    """The codes on a list; none when the list is gone."""
    path = LISTS / f"{name}.txt"
    return frozenset(path.read_text(encoding="utf-8").split()) if path.exists() else frozenset()


def shorten(name: str, offending: Iterable[str]) -> None:
    """Leave only those codes on a list that still have to be there."""
    before = excused(name)
    left = sorted(before & {*offending})
    path = LISTS / f"{name}.txt"
    if left:
        path.write_text("".join(f"{code}\n" for code in left), encoding="utf-8")
    else:
        path.unlink(missing_ok=True)
    print(f"{name}: {len(before)} → {len(left)}")


def main() -> None:
    """Shorten every list."""
    import sys

    sys.path.insert(0, str(LISTS.parent.parent))
    from registry.test_messages import offending_codes
    from registry.test_rule_tests import CODES, codes_with_tests

    from dockerlint_rules.registry.indexed import builtin_rules
    from dockerlint_rules.testing import page_problems
    from dockerlint_rules.testing.pages import CARET_TEXT, FIX

    problems = [problem for rule in builtin_rules() for problem in page_problems(rule)]
    for name, kind in (("caret_texts", CARET_TEXT), ("fixes", FIX)):
        shorten(name, (one.rule.code for one in problems if one.kind == kind))
    shorten("further_tests", {*CODES} - codes_with_tests())
    shorten("messages", offending_codes())


if __name__ == "__main__":
    main()
