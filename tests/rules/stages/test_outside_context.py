"""Sources outside the build context."""

from __future__ import annotations

import pytest
from one_rule import lines


@pytest.mark.parametrize(
    ("instruction", "count"),
    [
        ("COPY ../a /b", 1),
        ("add ../a /b", 1),
        ("COPY a/../../b /c", 1),
        ("COPY ./../a ../b /c", 2),
        ('COPY ["../a", "/b"]', 1),
        ("COPY ..\\\\a /b", 1),
        ("ADD a \\\r\n  ../b /c", 1),
        ("COPY a/../b /c", 0),
        ("COPY a ../b", 0),
        ("COPY ..a /b", 0),
        ("COPY --from=c ../a /b", 0),
    ],
)
def test_df712_source_outside_context(instruction: str, count: int) -> None:
    assert len(lines("DF712", f"FROM a\n{instruction}\n")) == count
