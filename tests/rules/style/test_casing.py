"""Case of keywords and stage names."""

from __future__ import annotations

import pytest
from one_rule import fixed

from dockerlint_rules.api import lint_text
from dockerlint_rules.rules.style import casing
from dockerlint_rules.testing import lint_alone


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("FROM a\ncopy b c\nRUN d\n", [2]),
        ("from a\ncopy b c\nRUN d\n", [3]),
        ("FROM a\ncopy b c\n", [2]),  # a tie is decided for upper case
        ("From a\n", [1]),
        ("from a\nrun b\n", []),
        ("arg A=b\nFROM a\nRUN c\n", []),  # before the first FROM nothing counts
        ("FROM a\nONBUILD run b\n", []),
    ],
)
def test_df901_majority(text: str, lines: list[int]) -> None:
    assert [
        one.line for one in lint_alone(casing.inconsistent_instruction_casing, text).findings
    ] == lines


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("FROM a as b\n", 1), ("from a AS b\n", 1), ("FROM a As b\n", 1), ("From a as b\n", 0), ("FROM a AS b\n", 0), ("FROM a\n", 0),
    ],
)  # fmt: skip
def test_df902_as(text: str, count: int) -> None:
    assert len(lint_alone(casing.inconsistent_as_casing, text).findings) == count


def test_df903_stage_name_with_its_references() -> None:
    text = "FROM a AS Build\nFROM b\nCOPY --from=Build /x /x\nRUN --mount=from=build,target=/y z\n"
    assert fixed("DF903", text) == text.replace("Build", "build")


def test_df903_stage_name_without_a_fix_where_an_edit_would_guess() -> None:
    text = "FROM a AS Build\nFROM b\nRUN --mount=from=Build,target=/y z\n"
    (finding,) = lint_alone(casing.uppercase_stage_name, text).findings
    assert finding.fix is None


def _severities(text: str, **config: object) -> list[tuple[str, str]]:
    found = lint_text(text, config={"select": ["FromAsCasing", "DF903"], **config})
    return [(one.code, str(one.severity)) for one in found]


BOTH = "FROM debian:12 as Build\n"


@pytest.mark.parametrize(
    ("directive", "found"),
    [
        ("", [("DF902", "style"), ("DF903", "style")]),
        ("# check=error=true\n", [("DF902", "error"), ("DF903", "error")]),
        ("# check=skip=FromAsCasing;error=true\n", [("DF903", "error")]),
        ("# check=skip=all\n", []),
        ("# check=skip=NoSuchCheck\n", [("DF902", "style"), ("DF903", "style")]),
    ],
)
def test_df902_df903_check_directive(directive: str, found: list[tuple[str, str]]) -> None:
    assert _severities(directive + BOTH) == found


def test_df902_df903_build_argument_replaces_the_directive() -> None:
    config = {"build_arg": {"BUILDKIT_DOCKERFILE_CHECK": "skip=StageNameCasing"}}
    text = f"# check=skip=FromAsCasing;error=true\n{BOTH}"
    assert _severities(text, **config) == [("DF902", "style")]
