"""Eight times the input takes at most nine times the work: of every construct and of every rule's examples.

``benchmarks/growth.py`` does the same for larger texts and for all variants, and names the lines that grow faster.
"""

from __future__ import annotations

import re
from functools import cache

import pytest
from constructs import CONSTRUCTS, Construct
from growth import MOST_GROWTH, all_constructs, growth_of

SIZE = 8
# n aliases of n keys are n² values: refused from 50,000 on (tests/project/test_services.py).
REFUSED = ("compose-merge-large-in-services", "compose-alias-large-in-services")
# Variants of one command that differ in what joins them: each command has one of them here, and all in the benchmark.
_VARIANT = re.compile(r"((?:command|packages)-.*)-(and|semicolon|continued|heredoc|runs)\Z")
_LIST = re.compile(r"(packages-list-(?!apt-get-|pip-).*)-\w+\Z")


def chosen() -> dict[str, Construct]:
    """Each construct, but one variant of each command, and one text for each rule."""
    groups: dict[str, list[str]] = {}
    for name in CONSTRUCTS:
        found = _VARIANT.match(name) or _LIST.match(name)
        groups.setdefault(found[1] if found else name, []).append(name)
    names = [group[at % len(group)] for at, group in enumerate(groups.values())]
    return {name: CONSTRUCTS[name] for name in names if name not in REFUSED}


@pytest.mark.parametrize("name", chosen())
def test_work_grows_with_the_text(name: str) -> None:
    growth, result = growth_of(CONSTRUCTS[name], SIZE)
    assert not result.failures, result.failures[0].error
    assert growth <= MOST_GROWTH


@cache
def examples() -> dict[str, str]:
    """By code: the name of the construct that repeats the rule's first example, in one stage if it can be."""
    names: dict[str, str] = {}
    for name in all_constructs():
        found = re.match(r"([A-Z]+\d+)-Bad-\d+-(body|whole|services|containers)\Z", name)
        if found and (
            found[1] not in names or (found[2] == "body" and "-whole" in names[found[1]])
        ):
            names[found[1]] = name
    return names


@pytest.mark.parametrize("code", examples())
def test_work_grows_with_the_findings_of_a_rule(code: str) -> None:
    growth, result = growth_of(all_constructs()[examples()[code]], SIZE)
    assert not result.failures, result.failures[0].error
    assert growth <= MOST_GROWTH
