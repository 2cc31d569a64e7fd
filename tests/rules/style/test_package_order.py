"""Sorted lists of packages."""

from __future__ import annotations

import pytest
from one_rule import fixed, run


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("apk add c a b", "apk add a b c", id="one-line"),
        pytest.param("apk add a B c", "apk add a B c", id="case-counts-last"),
        pytest.param("apk add \\\n    b=1 \\\n    a", "apk add \\\n    a \\\n    b=1", id="lines"),
        pytest.param("apk add -t x b a", "apk add -t x a b", id="value-of-a-flag-stays"),
        pytest.param("apk add b 'a'", "apk add 'a' b", id="quotes-go-along"),
        pytest.param("apk add b $A", "apk add b $A", id="variable"),
        pytest.param("pip install -e . a", "pip install -e . a", id="no-package"),
        pytest.param("apk del b a", "apk del b a", id="no-install"),
        pytest.param(
            "apk add \\\n    b \\\n# why a\n    a",
            "apk add \\\n    b \\\n# why a\n    a",
            id="comment",
        ),
    ],
)
def test_df907_sorted_packages(before: str, after: str) -> None:
    assert fixed("DF907", f"FROM a\nRUN {before}\n") == f"FROM a\nRUN {after}\n"


def test_df907_the_comment_stops_the_fix_only() -> None:
    (finding,) = run("DF907", "FROM a\nRUN apk add b \\\n# why\n a\n").findings
    assert finding.fix is None
    assert (finding.line, finding.column) == (4, 2)
