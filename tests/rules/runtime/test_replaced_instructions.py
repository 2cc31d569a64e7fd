"""CMD, ENTRYPOINT and HEALTHCHECK that a later one overrides."""

from __future__ import annotations

from one_rule import fixed, lines

from dockerlint_rules.rules.runtime.replaced_instructions import (
    overridden_cmd,
    overridden_entrypoint,
    overridden_health_check,
    overriding_instruction,
)
from dockerlint_rules.testing import lint_alone


def test_df603_and_df606_report_the_two_ends() -> None:
    text = "FROM a\nCMD b\nCMD c\nRUN d\nCMD e\nFROM f\nCMD g\n"
    assert [one.line for one in lint_alone(overridden_cmd, text).findings] == [2, 3]
    later = lint_alone(overriding_instruction, text).findings
    assert [(one.line, one.aliases) for one in later] == [(3, ("DL4003",)), (5, ("DL4003",))]


def test_df603_names_the_last_one_and_df606_the_one_before() -> None:
    text = "FROM a\nCMD b\nCMD c\nCMD e\n"
    earlier = lint_alone(overridden_cmd, text).findings
    assert ["line 4" in one.message for one in earlier] == [True, True]
    later = lint_alone(overriding_instruction, text).findings
    assert ["line 2" in later[0].message, "line 3" in later[1].message] == [True, True]


def test_df603_onbuild_is_another_build() -> None:
    assert not lint_alone(overridden_cmd, "FROM a\nCMD b\nONBUILD CMD c\n").findings


def test_df604_fix_removes_all_lines() -> None:
    text = "FROM a\nENTRYPOINT b \\\n  c\nENTRYPOINT d\n"
    (one,) = lint_alone(overridden_entrypoint, text).findings
    assert one.fix is not None
    edit = one.fix.edits[0]
    assert text[: edit.start] + edit.text + text[edit.end :] == "FROM a\nENTRYPOINT d\n"


def test_df605_healthcheck_none_counts() -> None:
    text = "FROM a\nHEALTHCHECK CMD b\nHEALTHCHECK NONE\n"
    assert [one.line for one in lint_alone(overridden_health_check, text).findings] == [2]


def test_df605_lower_case_and_crlf() -> None:
    text = "from a\r\nhealthcheck --retries=2 cmd b\r\nhealthcheck cmd c\r\n"
    assert fixed("DF605", text) == "from a\r\nhealthcheck cmd c\r\n"


def test_df606_one_of_each_is_silent() -> None:
    assert lines("DF606", "FROM a\nENTRYPOINT b\nCMD c\nHEALTHCHECK CMD d\n") == []
