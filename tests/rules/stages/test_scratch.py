"""Stages that start from scratch."""

from __future__ import annotations

import pytest

from dockerlint_rules.rules.stages import scratch
from dockerlint_rules.testing import lint_alone

RUNS = {
    "shell-form": ("FROM scratch\nRUN a\n", [2]),
    "lower-case-and-crlf": ("from scratch\r\nrun a \\\r\n  b\r\n", [2]),
    "heredoc": ("FROM scratch\nRUN <<EOF\na\nEOF\n", [2]),
    "through-a-stage": ("FROM scratch AS a\nFROM a\nRUN b\n", [3]),
    "base-in-a-variable": ("ARG B=scratch\nFROM $B\nRUN a\n", [3]),
    "copied-below": ("FROM scratch\nRUN a\nCOPY b /\n", [2]),
    "exec-form": ('FROM scratch\nRUN ["a"]\n', []),
    "copied-before": ("FROM scratch\nADD rootfs.tar /\nRUN a\n", []),
    "copied-in-the-parent": ("FROM scratch AS a\nCOPY b /\nFROM a\nRUN c\n", []),
    "mount": ("FROM scratch\nRUN --mount=from=busybox:1,target=/bin a\n", []),
    "other-base": ("FROM alpine:3.22\nRUN a\n", []),
}


@pytest.mark.parametrize(("text", "lines"), RUNS.values(), ids=RUNS)
def test_df710_run_in_scratch(text: str, lines: list[int]) -> None:
    found = lint_alone(scratch.shell_in_scratch, text).findings
    assert [finding.line for finding in found] == lines
