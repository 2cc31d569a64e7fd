"""ARGs before the first FROM, and the variables that FROM uses."""

from __future__ import annotations

import pytest
from one_rule import fixed

from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.rules.stages import from_arguments
from dockerlint_rules.testing import lint_alone

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
def test_df715_unused_global_arg(text: str, names: list[str]) -> None:
    found = lint_alone(from_arguments.unused_global_arg, text).findings
    assert [finding.message.split("'")[1] for finding in found] == names


def test_df715_fix_removes_an_arg_with_a_single_name() -> None:
    assert fixed("DF715", "arg A=1\nFROM b\n") == "FROM b\n"
    assert fixed("DF715", "ARG A=1 C=2\nFROM b:$C\n") == "ARG A=1 C=2\nFROM b:$C\n"


UNDECLARED = {
    "name": ("FROM a:$V\n", ["V"]),
    "misspelled": ("ARG VERSION=1\nFROM a:${VERSON}\n", ["VERSON"]),
    "platform": ("from --platform=$P a\r\n", ["P"]),
    "twice": ("FROM $R/a:$R\n", ["R"]),
    "default": ("FROM a:${V:-1}\n", ["V"]),
    "declared": ("ARG V\nFROM a:$V\n", []),
    "automatic": ("FROM --platform=$BUILDPLATFORM a:$TARGETARCH\n", []),
    "declared-in-a-stage": ("FROM a\nARG V=1\nFROM b:$V\n", ["V"]),
}


@pytest.mark.parametrize(("text", "names"), UNDECLARED.values(), ids=UNDECLARED)
def test_df731_undeclared_name(text: str, names: list[str]) -> None:
    found = lint_alone(from_arguments.undefined_arg_in_from, text).findings
    assert [finding.message.split("'")[1] for finding in found] == names


DEFAULTS = {
    "no-tag": ("ARG V\nFROM a:$V\n", [Severity.WARNING]),
    "empty": ("arg B\r\nfrom $B\r\n", [Severity.WARNING]),
    "upper-case": ("FROM Alpine:3.22\n", [Severity.ERROR]),
    "two-tags": ("FROM a:1:2\n", [Severity.ERROR]),
    "upper-case-stage": ("FROM a AS Build\nFROM Build\n", [Severity.ERROR]),
    "default": ("ARG V=1\nFROM a:$V\n", []),
    "default-in-the-name": ("FROM a:${V:-1}\n", []),
    "upper-case-tag": ("FROM a:RC1\n", []),
}


@pytest.mark.parametrize(("text", "want"), DEFAULTS.values(), ids=DEFAULTS)
def test_df732_name_without_build_arguments(text: str, want: list[Severity]) -> None:
    found = lint_alone(from_arguments.invalid_default_base_image, text).findings
    assert [finding.severity for finding in found] == want
