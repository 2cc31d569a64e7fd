"""Which stage or image COPY --from refers to."""

from __future__ import annotations

import pytest
from one_rule import fixed

from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.rules.stages import copy_from
from dockerlint_rules.testing import lint_alone

UNDEFINED = {
    "slip-of-the-pen": ("FROM a AS build\nFROM b\nCOPY --from=bild /c /\n", [Severity.WARNING]),
    "further-down": ("FROM a\nCOPY --from=late /c /\nFROM b AS late\n", [Severity.ERROR]),
    "number-too-high": ("FROM a\nFROM b\nCOPY --from=7 /c /\n", [Severity.ERROR]),
    "image": ("FROM a AS build\nFROM b\nCOPY --from=nginx:1.29 /c /\n", []),
    "casing": ("FROM a AS build\nFROM b\nCOPY --from=BUILD /c /\n", []),
    "earlier-of-two": ("FROM a AS x\nFROM b\nCOPY --from=x /c /\nFROM d AS x\n", []),
    "variable": ("FROM a AS build\nFROM b\nCOPY --from=$X /c /\n", []),
    "long-number": ("FROM a\nCOPY --from=99999999999999999999 /c /\n", [Severity.ERROR]),
}


@pytest.mark.parametrize(("text", "want"), UNDEFINED.values(), ids=UNDEFINED)
def test_df703_undefined_source_stage(text: str, want: list[Severity]) -> None:
    found = lint_alone(copy_from.undefined_source_stage, text).findings
    assert [finding.severity for finding in found] == want


OWN = {
    "name": ("FROM a AS build\nCOPY --from=build /c /\n", 1),
    "casing-and-crlf": ("from a AS build\r\ncopy --from=BUILD /c /\r\n", 1),
    "number": ("FROM a\nFROM b\nCOPY --from=1 /c /\n", 1),
    "earlier-stage-of-the-same-name": ("FROM a AS x\nFROM b AS x\nCOPY --from=x /c /\n", 0),
    "earlier-number": ("FROM a\nFROM b\nCOPY --from=0 /c /\n", 0),
    "another-stage": ("FROM a AS x\nFROM b AS y\nCOPY --from=x /c /\n", 0),
}


@pytest.mark.parametrize(("text", "count"), OWN.values(), ids=OWN)
def test_df704_own_stage(text: str, count: int) -> None:
    assert len(lint_alone(copy_from.copy_from_own_stage, text).findings) == count


NUMBERS = {
    "stage-by-name": (
        "FROM a AS build\nFROM b\nCOPY --from=0 /x /x\n",
        "FROM a AS build\nFROM b\nCOPY --from=build /x /x\n",
    ),
    "name-of-another-stage-too": (
        "FROM a AS one\nFROM b AS one\nFROM c\nCOPY --from=0 /x /x\n",
        "FROM a AS one\nFROM b AS one\nFROM c\nCOPY --from=0 /x /x\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), NUMBERS.values(), ids=NUMBERS)
def test_df705_fix(before: str, after: str) -> None:
    assert fixed("DF705", before) == after


UNTAGGED = {
    "image": ("FROM a\nCOPY --from=busybox /b /\n", 1),
    "continued": ("from a\ncopy \\\n  --chown=1 --from=docker.io/b/c /d /\n", 1),
    "fragment-without-from": ("COPY --from=build /b /\n", 1),
    "tag": ("FROM a\nCOPY --from=busybox:1 /b /\n", 0),
    "digest": ("FROM a\nCOPY --from=busybox@sha256:" + "a" * 64 + " /b /\n", 0),
    "stage": ("FROM a AS build\nFROM b\nCOPY --from=Build /c /\n", 0),
    "number": ("FROM a\nFROM b\nCOPY --from=7 /c /\n", 0),
    "reported-by-df703": ("FROM a AS build\nFROM b\nCOPY --from=bild /c /\n", 0),
}


@pytest.mark.parametrize(("text", "count"), UNTAGGED.values(), ids=UNTAGGED)
def test_df708_untagged_source_image(text: str, count: int) -> None:
    assert len(lint_alone(copy_from.untagged_source_image, text).findings) == count
