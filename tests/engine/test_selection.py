"""Selectors: which rule is on, which finding is shown; differential against flake8's decision engine."""

from __future__ import annotations

import argparse
import itertools

import pytest

from dockerlint_rules.config.options import Options
from dockerlint_rules.engine.selection import (
    Catalog,
    Selection,
    SelectorError,
    file_ignores,
    may_select,
)
from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import Rule


def make(code: str, name: str = "", aliases: tuple[str, ...] = (), **more: object) -> Rule:
    """A rule that says nothing."""
    told: dict[str, object] = {
        "severity": Severity.WARNING, "fix": None, "default": True, "preview": False, "profiles": (), "tags": (),
        "on": (), "security_severity": None, **more,
    }  # fmt: skip

    def function(dockerfile: object) -> None:
        """Say nothing."""

    return Rule(function, code, name or f"rule-{code.lower()}", aliases=aliases, **told)  # type: ignore[arg-type]


RULES = {
    rule.code: rule
    for rule in (
        make("DF201", "stale-index", ("DL3009", "DL3015")),
        make("DF202", "unpinned", ("DL3008",)),
        make("DF301", "casing", ("StageNameCasing",)),
        make("DF401", "off-rule", default=False),
        make("DF402", "new-rule", preview=True),
        make("DF601", "beanstalk", profiles=("elastic-beanstalk",)),
    )
}
CATALOG = Catalog(RULES.values())


def on(**options: object) -> list[str]:
    """Codes of the rules that are on."""
    selection = Selection(CATALOG, Options(**options))
    return [code for code, rule in RULES.items() if selection.is_on(rule)]


def shown(code: str, aliases: tuple[str, ...] | None, **options: object) -> bool:
    """Whether a finding with these aliases is shown."""
    rule = RULES[code]
    finding = Finding.at(1, "…", aliases=aliases)
    finding.code, finding.name = rule.code, rule.name
    return Selection(CATALOG, Options(**options)).allows(rule, finding)


DEFAULT = ["DF201", "DF202", "DF301"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, DEFAULT),
        ({"preview": True}, [*DEFAULT, "DF402"]),
        ({"profile": "elastic-beanstalk"}, [*DEFAULT, "DF601"]),
        ({"profile": "compose"}, DEFAULT),
        ({"select": ["ALL"]}, list(RULES)),
        ({"select": ["DF"]}, [*DEFAULT, "DF401", "DF601"]),
        ({"select": ["DF4"]}, ["DF401"]),
        ({"select": ["DF4"], "preview": True}, ["DF401", "DF402"]),
        ({"select": ["DF402"]}, ["DF402"]),
        ({"select": ["DF2"], "profile": "elastic-beanstalk"}, ["DF201", "DF202"]),
        ({"select": ["stale-index"]}, ["DF201"]),
        ({"select": ["DL3008"]}, ["DF202"]),
        ({"select": ["DL30"]}, ["DF201", "DF202"]),
        ({"select": ["StageNameCasing"]}, ["DF301"]),
        ({"select": ["SC"]}, []),
        ({"select": ["SC2086"]}, []),
        ({"extend_select": ["DF401"]}, [*DEFAULT, "DF401"]),
        ({"extend_select": ["DF6"]}, [*DEFAULT, "DF601"]),
        ({"ignore": ["ALL"]}, []),
        ({"ignore": ["ALL"], "extend_select": ["DF401"]}, ["DF401"]),
        ({"ignore": ["DF2"]}, ["DF301"]),
        ({"ignore": ["DF2"], "extend_ignore": ["casing"]}, []),
        ({"select": ["ALL"], "ignore": ["DF"]}, []),
        ({"select": ["DF2"], "ignore": ["DF201"]}, ["DF202"]),
        ({"select": ["DF201"], "ignore": ["DF2"]}, ["DF201"]),
        ({"select": ["DF201"], "ignore": ["stale-index"]}, []),
        ({"select": ["DF2"], "ignore": ["DF2"]}, []),
        ({"select": ["DF2"], "ignore": ["DF"]}, ["DF201", "DF202"]),
        ({"ignore": ["DL3008"]}, ["DF201", "DF202", "DF301"]),  # a finding may not carry the alias
    ],
)
def test_rules_that_are_on(options: dict[str, object], expected: list[str]) -> None:
    assert on(**options) == expected


@pytest.mark.parametrize(
    ("code", "aliases", "options", "expected"),
    [
        ("DF201", None, {}, True),
        ("DF201", (), {}, True),
        ("DF201", ("DL3009",), {"select": ["DL3009"]}, True),
        ("DF201", ("DL3015",), {"select": ["DL3009"]}, False),
        ("DF201", (), {"select": ["DL3009"]}, False),
        ("DF201", (), {"select": ["DL30"]}, False),
        ("DF201", None, {"select": ["DL30"]}, True),
        ("DF201", None, {"ignore": ["DL3009"]}, False),
        ("DF201", ("DL3015",), {"ignore": ["DL3009"]}, True),
        ("DF201", (), {"ignore": ["DL3"]}, True),
        ("DF201", ("DL3015",), {"ignore": ["DL3"]}, False),
        ("DF201", ("DL3009",), {"select": ["DF201"], "ignore": ["DL3009"]}, False),
        ("DF201", (), {"select": ["DF201"], "ignore": ["DL3009"]}, True),
        ("DF202", None, {"ignore": ["DL3008"]}, False),
        ("DF301", None, {"ignore": ["StageNameCasing"]}, False),
    ],
)
def test_findings_go_by_the_aliases_they_carry(
    code: str, aliases: tuple[str, ...] | None, options: dict[str, object], expected: bool
) -> None:
    assert shown(code, aliases, **options) is expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"select": ["DF999"]}, "unknown rule 'DF999' in select; did you mean"),
        (
            {"ignore": ["stale-indx"]},
            "unknown rule 'stale-indx' in ignore; did you mean 'stale-index'?",
        ),
        ({"extend_select": ["df201"]}, "did you mean 'DF201'?"),
        ({"ignore": ["stale"]}, "unknown rule 'stale' in ignore"),
        ({"ignore": ["Stage"]}, "unknown rule 'Stage'"),
        ({"per_file_ignores": [("*", ["QQ1"])]}, "unknown rule 'QQ1' in per-file-ignores"),
        ({"severity": {"DF20x": "info"}}, "unknown rule 'DF20x' in severity"),
    ],
)
def test_unknown_selectors(options: dict[str, object], message: str) -> None:
    with pytest.raises(SelectorError) as caught:
        Selection(CATALOG, Options(**options))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("pattern", "path", "hit"),
    [
        ("Dockerfile", "deploy/Dockerfile", True),
        ("*.dev", "deploy/Dockerfile.dev", True),
        ("deploy/*", "deploy/Dockerfile", True),
        ("deploy/*", "deploy/a/Dockerfile", False),
        ("deploy/**", "deploy/a/Dockerfile", True),
        ("**/Dockerfile", "Dockerfile", True),
        ("Dockerfile.?", "Dockerfile.ab", False),
        ("!deploy/**", "deploy/Dockerfile", False),
        ("!deploy/**", "Dockerfile", True),
        ("deploy/*", "./deploy/Dockerfile", True),
    ],
)
def test_per_file_ignores(pattern: str, path: str, hit: bool) -> None:
    options = Options(per_file_ignores=[(pattern, ["DF201"]), ("never", ["DF202"])])
    assert file_ignores(options, path) == (["DF201"] if hit else [])


# -- against flake8 ----------------------------------------------------------------------------------

E501, W503 = make("E501"), make("W503")
# Select, ignore, extend-select, extend-ignore; whether E501 is reported.
MEASURED = [
    ((["E"], ["E501"], [], []), False),
    ((["E501"], ["E"], [], []), True),
    ((["E501"], ["E501"], [], []), False),
    ((None, [], ["E"], ["E501"]), False),
    ((None, [], ["E501"], ["E"]), True),
    ((None, [], [], []), True),
    ((["W"], [], [], []), False),
    ((["W"], [], ["E"], []), True),
    ((None, ["E501"], [], []), False),
    ((["E5"], ["E50"], [], []), False),
]


def ours(select: list[str] | None, ignore: list[str], more: list[str], less: list[str]) -> bool:
    """Our decision about E501."""
    options = Options(select=select, ignore=ignore, extend_select=more, extend_ignore=less)
    return Selection(Catalog([E501, W503]), options).is_on(E501)


def flake8s(select: list[str] | None, ignore: list[str], more: list[str], less: list[str]) -> bool:
    """flake8's decision about E501."""
    guide = pytest.importorskip("flake8.style_guide")
    options = argparse.Namespace(
        select=select, ignore=ignore or None, extend_select=more, extend_ignore=less,
        extended_default_select=["E", "W"], extended_default_ignore=[],
    )  # fmt: skip
    return bool(guide.DecisionEngine(options).decision_for("E501") is guide.Decision.Selected)


@pytest.mark.parametrize(("case", "expected"), MEASURED)
def test_measured_cases(
    case: tuple[list[str] | None, list[str], list[str], list[str]], expected: bool
) -> None:
    assert ours(*case) is expected
    assert flake8s(*case) is expected


def test_every_pair_as_flake8_decides() -> None:
    words: list[list[str]] = [[], ["E"], ["E5"], ["E501"], ["W"]]
    for select, ignore, more, less in itertools.product([None, *words[1:]], words, words, words):
        case = select, ignore, more, less
        assert ours(*case) is flake8s(*case), case


def test_codes_of_a_plugin_as_flake8_decides() -> None:
    """A rule whose codes nobody knows beforehand: it is on whenever one of its findings is shown."""
    rule = make("E")
    rule.gives_own_codes = True
    finding = Finding.at(1, "…")
    finding.code, finding.name = "E501", rule.name
    words: list[list[str]] = [[], ["E"], ["E5"], ["E501"], ["E502"], ["W"], ["E501", "E"]]
    shown_once = False
    for select, ignore, more, less in itertools.product([None, *words[1:]], words, words, words):
        case = select, ignore, more, less
        options = Options(select=select, ignore=ignore, extend_select=more, extend_ignore=less)
        selection = Selection(Catalog([rule, W503], ["E"]), options)
        assert selection.allows(rule, finding) is flake8s(*case), case
        if flake8s(*case):
            shown_once = True
            assert selection.is_on(rule), case
            assert may_select("E", options), case
    assert shown_once
