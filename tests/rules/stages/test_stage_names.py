"""Names of build stages."""

from __future__ import annotations

import pytest

from dockerlint_rules.rules.stages import stage_names
from dockerlint_rules.testing import lint_alone

BOTH = ("DL3024", "DuplicateStageName")
NAMES = {
    "same": ("FROM a AS b\nFROM c AS b\n", [(2, 11, BOTH)]),
    "platform": ("FROM a AS b\nFROM --platform=linux/amd64 c AS b\n", [(2, 34, BOTH)]),
    "capitals": ("FROM a AS b\nFROM c AS B\n", [(2, 11, ("DuplicateStageName",))]),
    "three": ("FROM a AS b\nFROM c AS B\nFROM d AS b\n", [(2, 11, BOTH[1:]), (3, 11, BOTH)]),
    "different": ("FROM a AS b\nFROM c AS d\n", []),
    "unnamed": ("FROM a\nFROM a\n", []),
}


@pytest.mark.parametrize(("text", "want"), NAMES.values(), ids=NAMES)
def test_df701_duplicate_name(text: str, want: list[tuple[int, int, tuple[str, ...]]]) -> None:
    result = lint_alone(stage_names.duplicate_stage_name, text)
    assert [(finding.line, finding.column, finding.aliases) for finding in result.findings] == want


RESERVED = {
    "scratch": ("FROM a AS scratch\n", ["scratch"]),
    "context": ("from a as Context\r\n", ["Context"]),
    "base": ("FROM scratch AS base\n", []),
    "part-of-a-name": ("FROM a AS scratch-2\n", []),
    "unnamed": ("FROM scratch\n", []),
}


@pytest.mark.parametrize(("text", "names"), RESERVED.values(), ids=RESERVED)
def test_df702_reserved_name(text: str, names: list[str]) -> None:
    found = lint_alone(stage_names.reserved_stage_name, text).findings
    assert [finding.message.split("'")[1] for finding in found] == names
