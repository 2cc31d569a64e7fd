"""Rules whose pages, tests or words do not have yet what is asked of every rule; each list may only get shorter.

``python tests/registry/not_yet.py`` takes away what is done.  A list that is empty is deleted, with the test's
exception for it.
"""

from __future__ import annotations

from pathlib import Path

LISTS = Path(__file__).parent / "not_yet"


def excused(name: str) -> frozenset[str]:
    """The codes on a list; none when the list is gone."""
    path = LISTS / f"{name}.txt"
    return frozenset(path.read_text(encoding="utf-8").split()) if path.exists() else frozenset()
