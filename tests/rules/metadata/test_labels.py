"""Keys of labels, and labels that are set twice."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines


@pytest.mark.parametrize(
    ("code", "label", "found"),
    [
        pytest.param("DF810", "LABEL Vendor=a", [2], id="DF810-uppercase"),
        pytest.param(
            "DF810", "label vendor=a \\\n  1st=b", [3], id="DF810-continued-and-lowercase"
        ),
        pytest.param("DF810", "LABEL a..b=c", [2], id="DF810-two-dots"),
        pytest.param("DF810", "LABEL a-=c", [2], id="DF810-last-character"),
        pytest.param("DF810", "LABEL io.docker.a=b", [2], id="DF810-reserved"),
        pytest.param("DF810", 'LABEL "com.example.a"="b"', [], id="DF810-quoted"),
        pytest.param("DF810", "LABEL com.example/a_b-c=d", [], id="DF810-all-characters"),
        pytest.param("DF810", "LABEL $KEY=b", [], id="DF810-variable"),
    ],
)
def test_keys(code: str, label: str, found: list[int]) -> None:
    assert lines(code, f"FROM a\n{label}\n") == found


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param("DF811", "LABEL a=1\nLABEL a=2\n", "LABEL a=2\n", id="DF811-two-instructions"),
        pytest.param(
            "DF811",
            "label a=1\r\nRUN b\r\nlabel a=2\r\n",
            "RUN b\r\nlabel a=2\r\n",
            id="DF811-crlf",
        ),
        pytest.param("DF811", "LABEL a=1 b=1 a=2\n", "LABEL b=1 a=2\n", id="DF811-one-instruction"),
        pytest.param("DF811", "LABEL a=1 a=2 a=3\n", "LABEL a=3\n", id="DF811-three"),
        pytest.param("DF811", 'LABEL "a"=1\nLABEL a=2\n', "LABEL a=2\n", id="DF811-quoted"),
        pytest.param("DF811", "LABEL a 1\nLABEL a 2\n", "LABEL a 2\n", id="DF811-legacy-format"),
        pytest.param(
            "DF811",
            "LABEL a=1 \\\n  b=1\nLABEL a=2\n",
            "LABEL b=1\nLABEL a=2\n",
            id="DF811-first-line",
        ),
        pytest.param(
            "DF811",
            "LABEL b=1 \\\n  a=1\nLABEL a=2\n",
            "LABEL b=1\nLABEL a=2\n",
            id="DF811-last-line",
        ),
        pytest.param(
            "DF811",
            "LABEL b=1 \\\n  a=1 \\\n  c=1\nLABEL a=2\n",
            "LABEL b=1 \\\n  c=1\nLABEL a=2\n",
            id="DF811-middle-line",
        ),
        pytest.param(
            "DF811",
            'LABEL a="#fff" b=1\nLABEL a=2\n',
            "LABEL b=1\nLABEL a=2\n",
            id="DF811-hash-in-the-value",
        ),
    ],
)
def test_duplicates(code: str, before: str, after: str) -> None:
    assert fixed(code, f"FROM x\n{before}") == f"FROM x\n{after}"


@pytest.mark.parametrize(
    ("code", "label"),
    [
        pytest.param("DF811", "LABEL $A=1\nLABEL $A=2\n", id="DF811-variable"),
        pytest.param("DF811", "LABEL a=1 \\\n# why\n  b=1\nLABEL a=2\n", id="DF811-comment"),
    ],
)
def test_duplicates_without_a_fix(code: str, label: str) -> None:
    text = f"FROM x\n{label}"
    assert lines(code, text) == [2]
    assert fixed(code, text) == text


def test_df811_another_stage_may_set_the_label_again() -> None:
    assert lines("DF811", "FROM x AS a\nLABEL a=1\nFROM a\nLABEL a=2\n") == []
