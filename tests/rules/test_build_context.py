"""BuildKit's options for its checks."""

from __future__ import annotations

import pytest

from dockerlint_rules.api import lint_text


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
def test_df902_df903_directive(directive: str, found: list[tuple[str, str]]) -> None:
    assert _severities(directive + BOTH) == found


def test_df902_df903_build_argument_replaces_the_directive() -> None:
    said = {"build_arg": {"BUILDKIT_DOCKERFILE_CHECK": "skip=StageNameCasing"}}
    text = f"# check=skip=FromAsCasing;error=true\n{BOTH}"
    assert _severities(text, **said) == [("DF902", "style")]
