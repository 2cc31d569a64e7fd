"""Fixes of single rules: what they write, and where they hold back."""

from __future__ import annotations

import pytest
from one_rule import fixed


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param(
            "DF512",
            'FROM python:3.13\nRUN useradd -m web\nCMD ["python", "/a.py"]\n',
            'FROM python:3.13\nRUN useradd -m web\nUSER web\nCMD ["python", "/a.py"]\n',
            id="DF512-user",
        ),
    ],
)
def test_fix(code: str, before: str, after: str) -> None:
    assert fixed(code, before) == after
