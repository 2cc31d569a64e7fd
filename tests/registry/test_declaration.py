"""``rule()`` refuses what it cannot mean, and names the code, the argument and the nearest right value."""

from __future__ import annotations

from typing import Any

import pytest

from dockerlint_rules.config.options import PROFILES
from dockerlint_rules.knowledge.compiled.package_managers import MANAGERS
from dockerlint_rules.registry import declaration
from dockerlint_rules.registry.rule import RULES, Rule, rule
from dockerlint_rules.registry.units import KEYWORD_UNITS, RuleError
from dockerlint_rules.rules.__main__ import registered_rules

WARNING: Any = "warning"


def declare(parameter: str = "from_", code: str = "ACM001", *, ours: bool = False, **arguments: Any) -> Rule:  # fmt: skip
    """A rule that asks for one parameter, declared so; the registry is afterwards what it was."""
    namespace: dict[str, Any] = {
        "__name__": "dockerlint_rules.rules.packages.made" if ours else "acme"
    }
    exec(f"def made({parameter}): pass", namespace)
    before = dict(RULES)
    try:
        rule(code, **{"severity": WARNING, **arguments})(namespace["made"])
        return RULES[code]
    finally:
        RULES.clear()
        RULES.update(before)


def refusal(parameter: str = "from_", code: str = "ACM001", **arguments: Any) -> str:
    with pytest.raises(RuleError) as caught:
        declare(parameter, code, **arguments)
    return str(caught.value)


WRONG = {
    "severity": ({"severity": "warn"}, "severity='warn' is unknown. Known: error, warning, info, style"),
    "severity-typo": ({"severity": "eror"}, "severity='eror' is unknown; did you mean 'error'? Known: error, "),
    "severity-case": ({"severity": "Error"}, "severity='Error' is unknown; did you mean 'error'?"),
    "fix": ({"fix": "save"}, "fix='save' is unknown; did you mean 'safe'? Known: safe, unsafe or None"),
    "fix-true": ({"fix": True}, "fix=True is unknown. Known: safe, unsafe or None"),
    "default": ({"default": "no"}, "default='no' must be True or False"),
    "preview": ({"preview": 1}, "preview=1 must be True or False"),
    "profiles": ({"profiles": ("kubernets",)}, "profiles='kubernets' is unknown; did you mean 'kubernetes'?"),
    "profiles-text": ({"profiles": "compose"}, "profiles is a text; write profiles=('compose',)"),
    "words-case": ({"words": ("WORKDIR",)}, "words='WORKDIR' never occurs: rules search the file in lower case; did you mean 'workdir'?"),
    "words-empty": ({"words": ("",)}, "words='' never occurs"),
    "words-text": ({"words": "sudo"}, "words is a text; write words=('sudo',)"),
    "words-number": ({"words": (1,)}, "words=(1,) must be a tuple of texts"),
    "aliases-text": ({"aliases": "DL3007"}, "aliases is a text; write aliases=('DL3007',)"),
    "aliases-blank": ({"aliases": ("DL 3007",)}, "aliases='DL 3007' is not a code or name of another linter's rule"),
    "aliases-case": ({"aliases": ("dl3007",)}, "aliases='dl3007' is not a code; did you mean 'DL3007'?"),
    "tags-form": ({"tags": ("Base Image",)}, "tags='Base Image' is not kebab-case; did you mean 'base-image'?"),
    "name": ({"name": "Latest_tag"}, "name='Latest_tag' is not kebab-case; did you mean 'latest-tag'?"),
    "name-number": ({"name": 3}, "name=3 must be a text"),
    "security-severity": ({"security_severity": 7.5}, "security_severity=7.5 must be a text; did you mean '7.5'?"),
    "security-severity-high": ({"security_severity": "11"}, "security_severity='11' must be a number from 0.0 to 10.0 as text"),
    "security-severity-word": ({"security_severity": "high"}, "must be a number from 0.0 to 10.0 as text"),
    "security-severity-comma": ({"security_severity": "7,5"}, "as text; did you mean '7.5'?"),
    "option": ({"option": "label-schema"}, "option='label-schema' is not the name of an option; did you mean 'label_schema'?"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "text"), WRONG.values(), ids=WRONG)
def test_a_wrong_value(arguments: dict[str, Any], text: str) -> None:
    said = refusal(**arguments)
    assert said.startswith("ACM001: ")
    assert text in said


WRONG_ON = {
    "keyword-case": ("instruction", "workdir", "on='workdir' is unknown; did you mean 'WORKDIR'? Known: FROM, RUN"),
    "keyword-typo": ("instruction", "WORKDR", "did you mean 'WORKDIR'?"),
    "keyword-nothing-near": ("instruction", "sudo", "on='sudo' is unknown. Known: FROM, RUN"),
    "family-case": ("install", "APT", "on='APT' is unknown; did you mean 'apt'? Known: apk, apt"),
    "family-typo": ("install", "pipp", "did you mean 'pip'?"),
    "program-keyword": ("command", "RUN", "on='RUN' is a keyword, and a rule that asks for 'command' takes program names"),
    "program-path": ("command", "/usr/bin/curl", "on='/usr/bin/curl' is not the name of a program; did you mean 'curl'?"),
    "program-arguments": ("command", "apt-get install", "is not the name of a program; did you mean 'apt-get'?"),
    "stage": ("stage", "RUN", "on='RUN' has no effect: the rule asks for 'stage'; on narrows 'instruction' (keywords)"),
    "service": ("service", "redis", "on='redis' has no effect: the rule asks for 'service'"),
    "own-keyword": ("run", "RUN", "on='RUN' has no effect: 'run' is each RUN already; remove it"),
    "other-keyword": ("copy", "ADD", "on='ADD' has no effect: 'copy' is each COPY already; remove it"),
}  # fmt: skip


@pytest.mark.parametrize(("unit", "name", "text"), WRONG_ON.values(), ids=WRONG_ON)
def test_a_name_in_on_that_the_unit_never_meets(unit: str, name: str, text: str) -> None:
    said = refusal(unit, on=(name,))
    assert said.startswith("ACM001: on=")
    assert text in said


def test_on_as_a_text() -> None:
    assert refusal("instruction", on="COPY") == "ACM001: on is a text; write on=('COPY',)"


@pytest.mark.parametrize(
    ("ours", "code", "text"),
    [
        (True, "DF24", "DF24: a code is 'DF' and three digits; did you mean 'DF024'?"),
        (True, "DL3007", "DL3007: a code is 'DF' and three digits"),
        (True, "df240", "df240: a code is 'DF' and three digits; did you mean 'DF240'?"),
        (False, "acm001", "did you mean 'ACM001'?"),
        (False, "ACME001", "ACME001: a code is one to three capital letters and up to three digits; did you mean 'ACM001'?"),
        (False, "ACM0001", "a code is one to three capital letters and up to three digits; did you mean 'ACM000'?"),
        (False, "001", "a code is one to three capital letters"),
    ],
)  # fmt: skip
def test_a_wrong_code(ours: bool, code: str, text: str) -> None:
    assert text in refusal(code=code, ours=ours)


def test_a_code_that_is_not_a_text() -> None:
    assert "the first argument of rule() is the code as text" in refusal(code=240)  # type: ignore[arg-type]


def test_tags_of_our_own_rules_are_the_families() -> None:
    assert "tags='secrity' is unknown; did you mean 'security'?" in refusal(
        code="DF299", ours=True, tags=("secrity",)
    )
    assert declare(tags=("house-rules",)).tags == ("house-rules",)


WRONG_PARAMETERS = {
    "typo": ("instructon", "unknown parameter 'instructon'; did you mean 'instruction'? Known: install"),
    "nothing-near": ("everything", "unknown parameter 'everything'. Known: install"),
    "flake8": ("logical_line", "unknown parameter 'logical_line'; did you mean 'instruction'?"),
    "keywords": ("run, copy", "asks for both 'run' and 'copy', which never exist together; ask for \"instruction\" with on=(\"RUN\", \"COPY\")"),
    "command-copy": ("command, copy", "asks for both 'command' and 'copy', which never exist together; beside 'command' a rule can ask for dockerfile, instruction, run, stage"),
    "comment-stage": ("comment, stage", "asks for both 'comment' and 'stage', which never exist together"),
    "service-stage": ("service, run", "asks for both 'run' and 'service', which never exist together"),
    "line-number": ("run, line_number", "asks for both 'run' and 'line_number', which never exist together"),
    "keyword-only": ("*, run", "takes 'run' by keyword only; drop the '*'"),
}  # fmt: skip


@pytest.mark.parametrize(("parameters", "text"), WRONG_PARAMETERS.values(), ids=WRONG_PARAMETERS)
def test_a_wrong_parameter(parameters: str, text: str) -> None:
    assert f"ACM001: {text}" in refusal(parameters)


RIGHT: dict[str, tuple[str, dict[str, Any]]] = {
    "everything": ("instruction, stage, options, source", {
        "name": "kebab-case-2", "severity": "style", "fix": "unsafe", "default": False, "preview": True, "profiles": ["compose"],
        "tags": ("a-b",), "on": ["RUN", "ONBUILD"], "security_severity": "10.0", "words": ["#", "run"], "option": "label_schema",
        "aliases": ("DL3007", "SC2086", "NoEmptyContinuation", "CKV_DOCKER_1"),
    }),
    "programs": ("command, run, stage", {"on": ("R", "apt-key", ".", "python3.12")}),
    "families": ("install, command", {"on": ("apt", "php-ext")}),
    "line": ("physical_line, line_number", {}),
    "line-number-alone": ("line_number, lines", {}),
    "service": ("service, deployment, options", {}),
    "state": ("service, checker_state", {}),
    "none": ("", {}),
    "zero": ("run", {"security_severity": "0"}),
}  # fmt: skip


@pytest.mark.parametrize(("parameters", "arguments"), RIGHT.values(), ids=RIGHT)
def test_right_values(parameters: str, arguments: dict[str, Any]) -> None:
    assert declare(parameters, **arguments).code == "ACM001"


def test_a_code_of_ours_that_is_taken_names_its_owner() -> None:
    said = refusal(code="DF240")
    assert said.startswith("DF240 is taken by dockerlint_rules.rules.packages.")


def test_the_same_module_imported_again_declares_its_rules_again() -> None:
    def made(from_: object) -> None:
        """Nothing."""

    try:
        rule("ACM001", severity=WARNING)(made)
        rule("ACM001", severity=WARNING)(made)
    finally:
        RULES.pop("ACM001", None)


# -- what this room cannot import ----------------------------------------------------------------------


def test_profiles_are_those_of_the_configuration() -> None:
    assert declaration.PROFILES == PROFILES


def test_families_are_those_of_the_package_managers() -> None:
    assert {*declaration.FAMILIES} == {dict(record)["family"] for record in MANAGERS.values()}
    assert list(declaration.FAMILIES) == sorted(declaration.FAMILIES)


def test_keywords_are_those_of_the_units() -> None:
    assert tuple(KEYWORD_UNITS.values()) == declaration.KEYWORDS


@pytest.mark.parametrize("one", registered_rules(), ids=lambda one: one.code)
def test_a_security_severity_is_of_a_rule_tagged_security(one: Rule) -> None:
    assert one.security_severity is None or "security" in one.tags
