"""Arguments that BuildKit rejects."""

from __future__ import annotations

import pytest
from syntax_rules import found, lint

CASES: dict[str, tuple[str, list[tuple[str, int, int]]]] = {
    "DF004-from-two": ("FROM a b\n", [("DF004", 1, 1)]),
    "DF004-env-word": ("FROM a\nENV A=1 B\n", [("DF004", 2, 9)]),
    "DF004-env-one": ("FROM a\nENV A\n", [("DF004", 2, 5)]),
    "DF004-blank-name": ("FROM a\nENV =1\n", [("DF004", 2, 5)]),
    "DF004-continued": ("FROM a\nenv A=1 \\\r\n  B\n", [("DF004", 3, 3)]),
    "DF004-legacy-env": ("FROM a\nENV A b c\n", []),
    "DF008-stage-name": ("FROM a AS 1b\n", [("DF008", 1, 11)]),
    "DF008-json": ('FROM a\nCMD ["b", 1]\n', [("DF008", 2, 5)]),
    "DF008-shell": ("FROM a\nSHELL bash -c\n", [("DF008", 2, 1)]),
    "DF008-duration": (
        "FROM a\nHEALTHCHECK --interval=1m30s --timeout=.5h --retries=3 CMD b\n",
        [],
    ),
    "DF009-onbuild": ("FROM a\nONBUILD FROM b\n", [("DF009", 2, 9)]),
    "DF009-onbuild-copy": ("FROM a\nONBUILD COPY b c\n", []),
}


@pytest.mark.parametrize(("text", "want"), CASES.values(), ids=CASES)
def test_place(text: str, want: list[tuple[str, int, int]]) -> None:
    assert found(text) == want


@pytest.mark.parametrize(
    ("instruction", "message"),
    [
        ("COPY <<EOF", "COPY has no destination. Write 'COPY source destination'."),
        ("USER", "USER has no argument. Write 'USER name'."),
        ("HEALTHCHECK CMD", "HEALTHCHECK CMD has no command."),
        ("LABEL =b", "LABEL has no name before '='."),
    ],
    ids=["heredoc-alone", "one-argument", "command", "name"],
)
def test_df004_message_says_what_is_missing(instruction: str, message: str) -> None:
    assert lint(f"FROM a\n{instruction}\nEOF\n").findings[0].message.startswith(message)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("30", "'--interval=30' has no unit."),
        ("3x", "'--interval=3x' has an unknown unit."),
        ("-", "'--interval=-' is not a duration."),
        ("1us", "'--interval=1us' is shorter than the minimum of 1ms."),
    ],
)
def test_df008_message_says_what_is_wrong_with_a_duration(value: str, message: str) -> None:
    (finding,) = lint(f"FROM a\nHEALTHCHECK --interval={value} CMD b\n").findings
    assert finding.message.startswith(message)
