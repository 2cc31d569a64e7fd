"""Whitespace at the end of lines, and the last newline."""

from __future__ import annotations

import pytest
from one_rule import fixed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("FROM a  \nRUN b\t\n", "FROM a\nRUN b\n", id="blanks-and-tabs"),
        pytest.param("FROM a \r\nRUN b\r\n", "FROM a\r\nRUN b\r\n", id="crlf"),
        pytest.param("# c  \nFROM a\n  \n", "# c\nFROM a\n\n", id="comments-and-empty-lines"),
        pytest.param(
            "FROM a\nRUN b \\ \n  c\n", "FROM a\nRUN b \\\n  c\n", id="behind-continuation"
        ),
        pytest.param(
            "FROM a\nRUN <<E\nb  \nE\nRUN c \n",
            "FROM a\nRUN <<E\nb  \nE\nRUN c\n",
            id="heredoc-is-kept",
        ),
    ],
)
def test_df905_trailing_blanks(before: str, after: str) -> None:
    assert fixed("DF905", before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("FROM a", "FROM a\n", id="unix"),
        pytest.param("FROM a\r\nRUN b", "FROM a\r\nRUN b\r\n", id="crlf"),
        pytest.param("FROM a\n", "FROM a\n", id="there"),
    ],
)
def test_df906_final_newline(before: str, after: str) -> None:
    assert fixed("DF906", before) == after
