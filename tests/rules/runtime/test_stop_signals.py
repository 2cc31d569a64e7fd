"""STOPSIGNAL."""

from __future__ import annotations

import pytest
from one_rule import lines


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("STOPSIGNAL SIGKILL", [2]),
        ("stopsignal kill\r", [2]),
        ("STOPSIGNAL 9", [2]),
        ("STOPSIGNAL \\\n  SIGSTOP", [3]),
        ("STOPSIGNAL SIGQUIT", []),
        ("STOPSIGNAL 15", []),
        ("STOPSIGNAL $SIGNAL", []),
    ],
)
def test_df638_signal(text: str, found: list[int]) -> None:
    assert lines("DF638", f"FROM a\n{text}\n") == found
