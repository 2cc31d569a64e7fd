"""Build stages that nothing uses."""

from __future__ import annotations

import pytest

from dockerlint_rules.rules.stages import unused_stages
from dockerlint_rules.testing import lint_alone

STAGES = {
    "unused": ("FROM a AS x\nFROM b\n", [1]),
    "unnamed": ("from a\r\nfrom b\r\n", [1]),
    "copied-from": ("FROM a AS x\nFROM b\nCOPY --from=X /c /\n", []),
    "mounted": ("FROM a AS x\nFROM b\nRUN --mount=from=x,target=/c d\n", []),
    "base": ("FROM a AS x\nFROM x\n", []),
    "target-name": ("FROM a AS unit_test\nFROM b\n", []),
    "several": ("FROM a AS x\nFROM b AS y\nFROM c\n", []),
    "used-by-an-unused-stage": ("FROM a AS x\nFROM x AS y\nFROM c\n", [2]),
    "single": ("FROM a AS x\n", []),
}


@pytest.mark.parametrize(("text", "lines"), STAGES.values(), ids=STAGES)
def test_df706_unused_stage(text: str, lines: list[int]) -> None:
    found = lint_alone(unused_stages.unused_stage, text).findings
    assert [finding.line for finding in found] == lines


def test_df706_a_chosen_target_may_be_any_stage() -> None:
    assert not lint_alone(unused_stages.unused_stage, "FROM a AS x\nFROM b\n", target="x").findings
