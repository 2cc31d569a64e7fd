"""Variables that an ENV sets and uses."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "FROM debian\nENV HOME_DIR=/a BIN=$HOME_DIR/bin\n",
            "FROM debian\nENV HOME_DIR=/a\nENV BIN=$HOME_DIR/bin\n",
            id="env-of-its-own",
        ),
        pytest.param(
            "FROM debian\nenv A=/a \\\n    B=$A/b \\\n    C=$B/c\n",
            "FROM debian\nenv A=/a\nenv B=$A/b\nenv C=$B/c\n",
            id="env-on-lines",
        ),
        pytest.param(
            "FROM debian\nENV A=/a \\\n# the tools\n    B=$A/b\n",
            "FROM debian\nENV A=/a \\\n# the tools\n    B=$A/b\n",
            id="env-with-comment",
        ),
        pytest.param(
            "FROM debian\nENV B=$A/b A=/a\n",
            "FROM debian\nENV B=$A/b A=/a\n",
            id="env-in-wrong-order",
        ),
    ],
)
def test_df709_fix(before: str, after: str) -> None:
    assert fixed("DF709", before) == after


@pytest.mark.parametrize(
    ("env", "count"),
    [
        ("ENV A=/a B=$A", 1),
        ("env A=/a \\\r\n  B=${A}/b", 1),
        ("ENV A=/a A=$A/b", 1),
        ("ENV PATH=/a:$PATH B=c", 0),
        ("ENV A=$A:/a B=c", 0),
        ("ENV A=/a B=\\$A", 0),
        ("ENV A=/a", 0),
        ("ENV A=1\nENV A=2 B=$A", 0),
    ],
)
def test_df709_variable_from_same_env(env: str, count: int) -> None:
    assert len(lines("DF709", f"FROM debian\n{env}\n")) == count
