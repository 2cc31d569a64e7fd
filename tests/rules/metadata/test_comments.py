"""Comments that describe stages and build arguments."""

from __future__ import annotations

import pytest

from dockerlint_rules.api import lint_text

CHECK = "# check=experimental=InvalidDefinitionDescription\n"


@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        pytest.param("DF830", f"{CHECK}# A base.\nFROM a AS base\n", [3], id="DF830-stage"),
        pytest.param(
            "DF830", f"{CHECK}# base image\r\nfrom a as base\r\n", [], id="DF830-crlf-and-lowercase"
        ),
        pytest.param(
            "DF830", f"{CHECK}# B is it.\nARG A=1 B=2\nFROM a\n", [], id="DF830-second-argument"
        ),
        pytest.param(
            "DF830", f"{CHECK}# Both.\nARG A=1 B=2\nFROM a\n", [3], id="DF830-two-arguments"
        ),
        pytest.param(
            "DF830", f"{CHECK}# Not a description.\n#\nARG A=1\nFROM a\n", [], id="DF830-set-apart"
        ),
        pytest.param("DF830", f"{CHECK}# No name.\nFROM a\n", [], id="DF830-stage-without-a-name"),
        pytest.param("DF830", "# A base.\nFROM a AS base\n", [], id="DF830-not-turned-on"),
    ],
)
def test_descriptions(code: str, text: str, found: list[int]) -> None:
    findings = lint_text(text)
    assert [finding.line for finding in findings if finding.code == code] == found


@pytest.mark.parametrize("selector", ["DF830", "ALL", "invalid-definition-description"])
def test_df830_selected_by_code_or_name(selector: str) -> None:
    findings = lint_text("# A base.\nFROM a AS base\n", config={"select": [selector]})
    assert [finding.line for finding in findings if finding.code == "DF830"] == [2]
