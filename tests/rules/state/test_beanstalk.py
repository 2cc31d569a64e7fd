"""Volumes on Elastic Beanstalk, beyond the examples on the page."""

from __future__ import annotations

import pytest

from dockerlint_rules.rules.state.beanstalk import volume_on_beanstalk_instance
from dockerlint_rules.testing import lint_alone


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("DF416", "FROM x\nvolume \\\n  /data /other", [3]),
        ("DF416", 'FROM x\r\nVOLUME ["/data"]\r\nVOLUME /other', [2]),
        ("DF416", "FROM x AS a\nVOLUME /data\nFROM a\nCMD b", [2]),
        ("DF416", "FROM x AS a\nVOLUME /data\nFROM y\nCMD b", []),
        ("DF416", "FROM x\nRUN mkdir /data", []),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    found = lint_alone(
        volume_on_beanstalk_instance, f"{text}\n", profile="elastic-beanstalk"
    ).findings
    assert [(finding.code, finding.line) for finding in found] == [
        (code, line) for line in expected
    ]
