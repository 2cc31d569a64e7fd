"""Names of stages."""

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
def test_duplicate_name(text: str, want: list[tuple[int, int, tuple[str, ...]]]) -> None:
    result = lint_alone(stage_names.duplicate_stage_name, text)
    assert [(one.line, one.column, one.aliases) for one in result.findings] == want
