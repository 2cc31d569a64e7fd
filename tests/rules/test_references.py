"""References between stages."""

from __future__ import annotations

import pytest

from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.rules.stages import copied_filesystems, copy_from, from_arguments
from dockerlint_rules.testing import lint_alone

UNKNOWN = {
    "slip-of-the-pen": ("FROM a AS build\nFROM b\nCOPY --from=bild /c /\n", [Severity.WARNING]),
    "further-down": ("FROM a\nCOPY --from=late /c /\nFROM b AS late\n", [Severity.ERROR]),
    "number-too-high": ("FROM a\nFROM b\nCOPY --from=7 /c /\n", [Severity.ERROR]),
    "image": ("FROM a AS build\nFROM b\nCOPY --from=nginx:1.29 /c /\n", []),
    "casing": ("FROM a AS build\nFROM b\nCOPY --from=BUILD /c /\n", []),
    "earlier-of-two": ("FROM a AS x\nFROM b\nCOPY --from=x /c /\nFROM d AS x\n", []),
    "variable": ("FROM a AS build\nFROM b\nCOPY --from=$X /c /\n", []),
    "long-number": ("FROM a\nCOPY --from=99999999999999999999 /c /\n", [Severity.ERROR]),
}


@pytest.mark.parametrize(("text", "want"), UNKNOWN.values(), ids=UNKNOWN)
def test_unknown_source_stage(text: str, want: list[Severity]) -> None:
    found = lint_alone(copy_from.undefined_source_stage, text).findings
    assert [one.severity for one in found] == want


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
def test_empty_source_stage(text: str, count: int) -> None:
    assert len(lint_alone(copied_filesystems.empty_source_stage, text).findings) == count


UNUSED = {
    "unused": ("ARG A=1\nFROM b\n", ["A"]),
    "in-from": ("ARG A=1\nFROM b:$A\n", []),
    "in-platform": ("ARG A=linux/amd64\nFROM --platform=$A b\n", []),
    "through-another": ("ARG A=1\nARG B=c:${A}\nFROM $B\n", []),
    "as-a-default": ("ARG A=1\nFROM b:${C:-$A}\n", []),
    "named-in-a-stage": ("ARG A=1\nFROM b\nARG A\n", []),
    "named-in-onbuild": ("ARG A=1\nFROM b\nONBUILD ARG A\n", []),
    "only-in-a-run": ("ARG A=1\nFROM b\nRUN echo $A\n", ["A"]),
    "several": ("ARG A=1 C=2\nFROM b:$C\n", ["A"]),
    "builder's": ("ARG BUILDKIT_SBOM_SCAN_CONTEXT=true\nARG SOURCE_DATE_EPOCH=0\nFROM b\n", []),
    "template": ("ARG A=<%= b %>\nFROM c:$A\n", []),
    "no-stage": ("ARG A=1\n", []),
}


@pytest.mark.parametrize(("text", "names"), UNUSED.values(), ids=UNUSED)
def test_unused_argument(text: str, names: list[str]) -> None:
    found = lint_alone(from_arguments.unused_global_arg, text).findings
    assert [one.message.split("'")[1] for one in found] == names
