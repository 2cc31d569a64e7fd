"""Copies of a whole filesystem, and copies from a stage without files."""

from __future__ import annotations

import pytest

from dockerlint_rules.rules.stages import copied_filesystems
from dockerlint_rules.testing import lint_alone

WHOLE = {
    "stage": ("FROM a AS x\nRUN y\nFROM b\nCOPY --from=x / /\n", 1, 1),
    "pattern": ("from a AS x\r\nrun y\r\nfrom b\r\ncopy --from=x /* /\r\n", 1, 1),
    "continued": ("FROM a AS x\nRUN y\nFROM b\nCOPY --from=x \\\n  / /.\n", 1, 1),
    "run-in-an-ancestor": ("FROM a AS w\nRUN y\nFROM w AS x\nFROM b\nCOPY --from=x / /\n", 1, 1),
    "stage-without-run": ("FROM a AS x\nFROM b\nCOPY --from=x / /\n", 0, 1),
    "into-scratch": ("FROM a AS x\nRUN y\nFROM scratch\nCOPY --from=x / /\n", 0, 1),
    "same-base": ("FROM a AS x\nRUN y\nFROM a\nCOPY --from=x / /\n", 0, 1),
    "image": ("FROM a\nCOPY --from=b:1 / /\n", 0, 1),
    "one-folder": ("FROM a AS x\nRUN y\nFROM b\nCOPY --from=x /c /\n", 0, 0),
    "into-a-folder": ("FROM a AS x\nRUN y\nFROM b\nCOPY --from=x / /c\n", 0, 0),
    "build-context": ("FROM a\nCOPY / /\n", 0, 0),
}


@pytest.mark.parametrize(("text", "of_stage", "of_any"), WHOLE.values(), ids=WHOLE)
def test_df707_and_df713_whole_filesystem(text: str, of_stage: int, of_any: int) -> None:
    assert len(lint_alone(copied_filesystems.copy_of_whole_stage, text).findings) == of_stage
    assert len(lint_alone(copied_filesystems.copy_of_whole_filesystem, text).findings) == of_any


EMPTY = {
    "empty": ("FROM scratch AS e\nFROM b\nCOPY --from=e /c /\n", 1),
    "by-number": ("FROM scratch\nFROM b\nCOPY --from=0 /c /\n", 1),
    "only-settings": ("FROM scratch AS e\nENV A=1\nLABEL b=c\nFROM b\nCOPY --from=e /c /\n", 1),
    "empty-through-two": ("FROM scratch AS d\nFROM d AS e\nFROM b\nCOPY --from=e /c /\n", 1),
    "filled": ("FROM scratch AS e\nCOPY c /\nFROM b\nCOPY --from=e /c /\n", 0),
    "filled-below": ("FROM scratch AS d\nADD c /\nFROM d AS e\nFROM b\nCOPY --from=e /c /\n", 0),
    "root": ("FROM scratch AS e\nFROM b\nCOPY --from=e / /\n", 0),
    "pattern": ("FROM scratch AS e\nFROM b\nCOPY --from=e /c* /\n", 0),
    "folder-of-workdir": ("FROM scratch AS e\nWORKDIR /c\nFROM b\nCOPY --from=e /c /\n", 0),
    "image": ("FROM scratch AS e\nFROM b\nCOPY --from=busybox:1 /c /\n", 0),
    "base-in-a-variable": ("ARG B=scratch\nFROM $B AS e\nFROM b\nCOPY --from=e /c /\n", 1),
}


@pytest.mark.parametrize(("text", "count"), EMPTY.values(), ids=EMPTY)
def test_df714_empty_source_stage(text: str, count: int) -> None:
    assert len(lint_alone(copied_filesystems.empty_source_stage, text).findings) == count
