"""What a reviewer wants changed in real files, and how much of it the default rules say.

Runs where the open corpus is at hand.  A concept counts as found where one of its rules speaks in the same
file, which is how the corpus' own page counts the peer's findings.
"""

from __future__ import annotations

from collections import defaultdict

import open_corpus
import pytest

from dockerlint_rules import lint

if open_corpus.folder() is None:
    pytest.skip("the open corpus is not at hand", allow_module_level=True)

# The reviewers' concepts in our codes.  An empty tuple: no rule can know it from the file alone, or none does yet.
RULES_OF: dict[str, tuple[str, ...]] = {
    "add-instead-of-copy": ("DF303",),
    "apt-not-apt-get": ("DF212",),
    "build-tools-in-final": ("DF221",),
    "deprecated-maintainer": ("DF801",),
    "eol-base": ("DF110", "DF111"),
    "eol-runtime": ("DF110", "DF111"),
    "missing-cmd": ("DF602",),
    "missing-expose": ("DF610",),
    "no-install-recommends": ("DF206",),
    "no-lists-cleanup": ("DF205",),
    "no-yum-clean": ("DF209",),
    "npm-install-not-ci": ("DF236",),
    "npm-install-without-lock": ("DF236",),
    "overridden-cmd": ("DF603",),
    "pip-cache-kept": ("DF230",),
    "relative-workdir": ("DF611", "DF614"),
    "root-user": ("DF501", "DF502"),
    "secret-in-env": ("DF504",),
    "shell-form-entrypoint": ("DF601",),
    "source-before-deps": ("DF301",),
    "stale-apt-update": ("DF201",),
    "unpinned-base": ("DF101", "DF102"),
    "unpinned-language-packages": ("DF231", "DF232", "DF233", "DF234", "DF235"),
}
GOALS = {"must": 0.70, "should": 0.55}


def test_the_default_rules_say_what_the_reviewers_want() -> None:
    found: dict[str, list[bool]] = defaultdict(list)
    missed: list[str] = []
    codes: dict[str, set[str]] = {}
    for one in open_corpus.reviewed():
        if one["id"] not in codes:
            findings = lint(open_corpus.file_of(one["id"]), config={"today": "2026-11-25"})
            codes[one["id"]] = {finding.code for finding in findings}
        hit = not codes[one["id"]].isdisjoint(RULES_OF.get(one["concept"], ()))
        found[one["severity"]].append(hit)
        if not hit:
            missed.append(
                f"{one['severity']} {one['id']}:{one['line']} {one['concept']}: {one['why']}"
            )
    print("\n".join(sorted(missed)))
    reached = {severity: sum(hits) / len(hits) for severity, hits in found.items()}
    print(
        {severity: f"{share:.0%} of {len(found[severity])}" for severity, share in reached.items()}
    )
    assert all(reached[severity] >= goal for severity, goal in GOALS.items()), reached
