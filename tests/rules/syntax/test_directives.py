"""Parser directives that BuildKit rejects."""

from __future__ import annotations

import pytest
from syntax_rules import found

from dockerlint_rules.rules.syntax import directives
from dockerlint_rules.testing import lint_alone

CASES: dict[str, tuple[str, list[tuple[str, int, int]]]] = {
    "DF007-twice": ("# escape=`\n# escape=`\nFROM a\n", [("DF007", 2, 1)]),
    "DF007-value": ("# escape=x\nFROM a\n", [("DF007", 1, 1)]),
    "DF007-twice-crlf": ("# Syntax=a\r\n#syntax = b\r\nFROM a\r\n", [("DF007", 2, 1)]),
    "DF007-comment-below-an-instruction": ("FROM a\n# escape=x\n", []),
}


@pytest.mark.parametrize(("text", "want"), CASES.values(), ids=CASES)
def test_place(text: str, want: list[tuple[str, int, int]]) -> None:
    assert found(text) == want


def test_df007_message_names_the_directive() -> None:
    (finding,) = lint_alone(
        directives.invalid_parser_directive, "# Syntax=a\n#syntax = b\nFROM a\n"
    ).findings
    assert "'syntax' appears more than once" in finding.message


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("skip=all", 0), ("skip=A,B;error=true", 0), ("experimental=all;skip=X;error=0", 0), ("skip=A // why", 0),
        ("ignore=A", 1), ("skip", 1), ("error=yes", 1), ("skip=A;;error=true", 1), ("error=maybe;foo", 2),
    ],
)  # fmt: skip
def test_df021_check_options(value: str, count: int) -> None:
    result = lint_alone(directives.invalid_check_directive, f"# check={value}\nFROM alpine:3.22\n")
    assert not result.failures
    assert len(result.findings) == count
