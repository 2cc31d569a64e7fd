"""Case of keywords and stage names, and pairs in the old form; what the fixes make of them."""

from __future__ import annotations

import pytest

from dockerlint_rules.fixes.apply import apply_fixes
from dockerlint_rules.rules.style import casing, key_value_pairs
from dockerlint_rules.syntax.source import Source
from dockerlint_rules.testing import lint_alone


def mended(rule: object, text: str) -> str:
    """The text with the rule's safe fixes in it."""
    source = Source(text, "Dockerfile")
    return apply_fixes(
        source, lambda now: lint_alone(rule, now.text).findings, unsafe=False
    ).source.text  # type: ignore[arg-type]


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
    assert mended(casing.uppercase_stage_name, text) == text.replace("Build", "build")


def test_df903_stage_name_without_an_edit_where_it_would_be_a_guess() -> None:
    text = "FROM a AS Build\nFROM b\nRUN --mount=from=Build,target=/y z\n"
    (finding,) = lint_alone(casing.uppercase_stage_name, text).findings
    assert finding.fix is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ENV A b", "ENV A=b"),
        ("ENV A b c", 'ENV A="b c"'),
        ("ENV A   $B/c", "ENV A=$B/c"),
        ('LABEL maintainer "Ann <ann@example.com>"', 'LABEL maintainer="Ann <ann@example.com>"'),
        ("ENV A 'b c'", "ENV A='b c'"),
        ('ENV A say "b" now', None),  # where the quotes belong is not known
        ("ENV A b\\ c d", None),
        ("ENV A b \\\n  c", None),
    ],
)
def test_df904_old_pairs(old: str, new: str | None) -> None:
    text = f"FROM x\n{old}\n"
    assert len(lint_alone(key_value_pairs.legacy_key_value_format, text).findings) == 1
    assert mended(key_value_pairs.legacy_key_value_format, text) == f"FROM x\n{new or old}\n"
