"""Images without a health check."""

from __future__ import annotations

import pytest
from one_rule import lines


@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        pytest.param("DF816", "FROM a\nCMD b\n", [1], id="DF816-none"),
        pytest.param(
            "DF816",
            "FROM --platform=linux/arm64 \\\n  a\nCMD b\n",
            [2],
            id="DF816-flag-and-continued",
        ),
        pytest.param("DF816", "from a\nhealthcheck cmd b\n", [], id="DF816-lowercase"),
        pytest.param("DF816", "FROM a\nHEALTHCHECK NONE\n", [], id="DF816-turned-off"),
        pytest.param(
            "DF816", "FROM a AS b\nHEALTHCHECK CMD c\nFROM b\n", [], id="DF816-set-in-the-parent"
        ),
        pytest.param(
            "DF816",
            "FROM a AS b\nHEALTHCHECK CMD c\nFROM d\n",
            [3],
            id="DF816-set-in-another-stage",
        ),
    ],
)
def test_stages(code: str, text: str, found: list[int]) -> None:
    assert lines(code, text) == found
