"""Rare selectors, each of which once went wrong."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from dockerlint_rules.config.values import merge_options
from dockerlint_rules.engine.selection import Catalog, Selection, SelectorError
from dockerlint_rules.findings.finding import Finding


class Known(NamedTuple):
    """As much of a rule as selection looks at."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    default: bool = True
    preview: bool = False
    profiles: tuple[str, ...] = ()
    gives_own_codes: bool = False


INDEX: Any = Known("DF201", "stale-package-index", ("DL3009", "StaleIndex"))
SHELLCHECK: Any = Known("SC", "shellcheck")


def selection(**given: Any) -> Selection:
    return Selection(Catalog([INDEX, SHELLCHECK]), merge_options({}, given))


@pytest.mark.parametrize("said", ["Stale-Package-Index", "dl3009", "staleindex"])
def test_names_and_aliases_may_be_in_any_case(said: str) -> None:
    assert selection(select=[said]).is_on(INDEX)


def test_codes_may_not() -> None:
    with pytest.raises(SelectorError, match="did you mean 'DF201'"):
        selection(select=["df201"])


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        pytest.param({}, ["SC1091"], id="nothing-said"),
        pytest.param({"select": ["SC2086"]}, ["SC2086"], id="one"),
        pytest.param({"select": ["SC"], "ignore": ["SC2086"]}, ["SC1091", "SC2154"], id="all-but-one"),
        pytest.param({"ignore": ["SC"], "extend_select": ["SC2086"]}, ["SC2086"], id="none-but-one"),
        pytest.param({"ignore": ["SC2"]}, ["SC1091"], id="prefix"),
        pytest.param({"ignore": ["SC2"], "extend_select": ["SC208"]}, ["SC1091", "SC2086"], id="longer-prefix"),
        pytest.param({"select": ["shellcheck"]}, ["SC1091", "SC2086", "SC2154"], id="by-name"),
        pytest.param({"ignore": ["SC"]}, [], id="ignored"),
        pytest.param({"select": ["DF2"]}, [], id="not-selected"),
        pytest.param({"select": ["SC2086"], "ignore": ["SC2086"]}, [], id="a-tie"),
    ],
)  # fmt: skip
def test_each_code_of_shellcheck_is_decided_on_its_own(
    given: dict[str, Any], wanted: list[str]
) -> None:
    chosen = selection(**given)
    shown = []
    for code in ("SC1091", "SC2086", "SC2154"):
        finding = Finding.at(1, "…", aliases=())
        finding.code = code
        if chosen.allows(SHELLCHECK, finding):
            shown.append(code)
    assert shown == wanted
    assert chosen.is_on(SHELLCHECK) is bool(wanted)


def test_the_best_of_many_selectors_is_that_of_each_alone() -> None:
    import random

    from dockerlint_rules.engine.selection import NONE, _rank_of_best, rank

    words = [
        "ALL",
        "ALLA1",
        "D",
        "DF",
        "DF2",
        "DF20",
        "DF201",
        "SC",
        "SC2",
        "stale-package-index",
        "DL3009",
        "StageNameCasing",
    ]
    rng = random.Random(0)
    for _ in range(500):
        selectors = dict.fromkeys(rng.sample(words, rng.randint(0, 6)))
        for word in words[2:]:
            ranks = [rank(one, word) for one in selectors]
            assert _rank_of_best(selectors, word, prefixes=True) == max(ranks, default=NONE)
            whole = [one for one in ranks if not 0 < one < 1000]
            assert _rank_of_best(selectors, word, prefixes=False) == max(whole, default=NONE)
