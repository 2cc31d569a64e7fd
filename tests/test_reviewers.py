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
    "allow-untrusted": ("DF243",),
    "apt-cache-docker-clean": ("DF216",),
    "apt-key-deprecated": ("DF247",),
    "apt-not-apt-get": ("DF212",),
    "archive-left-in-image": ("DF302", "DF307", "DF308"),
    "arg-without-default": ("DF732",),
    "build-tools-in-final": ("DF221",),
    "cd-instead-of-workdir": ("DF612",),
    "chmod-separate-layer": ("DF304",),
    "copy-context-to-root": ("DF514",),
    "copy-from-index": ("DF705",),
    "curl-no-fail": ("DF248",),
    "curl-pipe-no-pipefail": ("DF240", "DF623"),
    "debian-frontend-env": ("DF213",),
    "deprecated-maintainer": ("DF801",),
    "eol-base": ("DF110", "DF111"),
    "eol-runtime": ("DF110", "DF111"),
    "failure-masked": ("DF629",),
    "from-as-casing": ("DF902",),
    "host-key-check-disabled": ("DF511",),
    "host-key-in-image": ("DF510",),
    "insecure-http": ("DF241",),
    "install-failure-ignored": ("DF226",),
    "legacy-env-syntax": ("DF904",),
    "legacy-label-syntax": ("DF904",),
    "missing-cmd": ("DF602",),
    "missing-expose": ("DF610",),
    "missing-workdir": ("DF306",),
    "mixed-repo-version": ("DF214",),
    "no-cache-dir-with-cache-mount": ("DF215",),
    "no-install-recommends": ("DF206",),
    "no-lists-cleanup": ("DF205",),
    "no-yum-clean": ("DF209",),
    "npm-install-not-ci": ("DF236",),
    "npm-install-without-lock": ("DF236", "DF237"),
    "overridden-cmd": ("DF603",),
    "pip-cache-kept": ("DF230",),
    "redundant-apk-update": ("DF229",),
    "relative-workdir": ("DF611", "DF614"),
    "remote-script-unverified": ("DF240",),
    "removed-in-later-layer": ("DF302",),
    "rolling-base": ("DF103",),
    "rolling-package-repo": ("DF214",),
    "root-user": ("DF501", "DF502"),
    "secret-in-env": ("DF504",),
    "secret-in-image": ("DF509", "DF515"),
    "semicolon-hides-failure": ("DF628",),
    "shell-form-entrypoint": ("DF601",),
    "source-before-deps": ("DF301", "DF341"),
    "source-no-effect": ("DF630",),
    "stage-name-casing": ("DF903",),
    "stale-apt-update": ("DF201",),
    "ulimit-no-effect": ("DF630",),
    "undefined-variable": ("DF730",),
    "unneeded-packages": ("DF225",),
    "unneeded-services": ("DF228",),
    "unpinned-base": ("DF101", "DF102"),
    "unpinned-git-clone": ("DF246",),
    "unpinned-language-packages": (
        "DF226", "DF227", "DF231", "DF232", "DF233", "DF234", "DF235", "DF239",
    ),
    "unused-version-variable": ("DF114",),
    "unverified-download": ("DF241", "DF242", "DF240"),
}  # fmt: skip
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
