"""Ignore comments that suppress nothing, and those that should not be there."""

from __future__ import annotations

import pytest

from dockerlint_rules.rules.syntax import ignore_comments
from dockerlint_rules.testing import assert_fix, lint_alone


@pytest.mark.parametrize(
    ("comment", "unknown"),
    [
        ("# dockerlint: ignore=DF102", []),
        ("# dockerlint: ignore=DF1O2,DF102", ["DF1O2"]),
        ("# dockerlint: ignore=DF102, latst-base-image", ["latst-base-image"]),
        ("# dockerlint: ignore-file=DF1O2", ["DF1O2"]),
        ("# hadolint ignore=DL9999", []),
    ],
)
def test_df090_unknown_rule(comment: str, unknown: list[str]) -> None:
    text = f"{comment}\r\nFROM debian:latest\r\n"
    findings = lint_alone(ignore_comments.unknown_rule_in_ignore_comment, text).findings
    assert [finding.message.split("'")[1] for finding in findings] == unknown


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("# dockerlint: ignore=DF101,DF102 why", "# dockerlint: ignore=DF102 why\n"),
        ("# dockerlint: ignore=DF102, DF101 why", "# dockerlint: ignore=DF102 why\n"),
        ("# dockerlint: ignore=DF101 why", ""),
        ("# dockerlint: ignore=DF102 why", "# dockerlint: ignore=DF102 why\n"),
    ],
    ids=["first-of-two", "last-of-two", "only-one", "used"],
)
def test_df091_removes_an_unused_code(comment: str, left: str) -> None:
    before = f"{comment}\nFROM debian:latest\n"
    assert_fix(
        ignore_comments.unused_ignore_comment, before, f"{left}FROM debian:latest\n", unsafe=False
    )


@pytest.mark.parametrize(
    ("comment", "count"),
    [
        ("# hadolint ignore=DL3007", 0),
        ("# hadolint ignore=DL3006", 1),
        ("# hadolint ignore=DL9999", 1),
        ("# dockerlint: ignore=DF101", 0),
    ],
)
def test_df092_comment_of_another_tool(comment: str, count: int) -> None:
    text = f"{comment}\nFROM debian:latest\n"
    findings = lint_alone(ignore_comments.unused_foreign_ignore_comment, text).findings
    assert len(findings) == count


@pytest.mark.parametrize(
    ("comment", "aliases"),
    [
        ("# hadolint ignore=DL3006", [("DL1001",)]),
        ("#dockerlint: ignore=DF101 why", [()]),
        ("# noqa: DF101", [()]),
        ("# no quality assurance", []),
    ],
)
def test_df093_any_ignore_comment(comment: str, aliases: list[tuple[str, ...]]) -> None:
    findings = lint_alone(ignore_comments.ignore_comment, f"{comment}\nFROM debian\n").findings
    assert [finding.aliases for finding in findings] == aliases
