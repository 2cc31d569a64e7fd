"""ENV and LABEL without an equals sign."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines


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
def test_df904_fix(old: str, new: str | None) -> None:
    text = f"FROM x\n{old}\n"
    assert len(lines("DF904", text)) == 1
    assert fixed("DF904", text) == f"FROM x\n{new or old}\n"
