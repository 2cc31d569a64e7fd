"""What is started, where, and what is opened."""

from __future__ import annotations

import pytest

from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.rules.runtime import (
    ports,
    replaced_instructions,
    start_commands,
    working_directory,
)
from dockerlint_rules.testing import lint_alone

HADOLINT, BUILDKIT = "DL3025", "JSONArgsRecommended"
FORMS = {
    "cmd": ("FROM a\nCMD b c\n", [(5, Severity.WARNING, (HADOLINT, BUILDKIT))]),
    "entrypoint": ("FROM a\nENTRYPOINT b\n", [(12, Severity.WARNING, (HADOLINT, BUILDKIT))]),
    "comma": ('FROM a\nCMD ["b",]\n', [(5, Severity.WARNING, (HADOLINT, BUILDKIT))]),
    "exec": ("FROM a\nCMD exec b\n", [(5, Severity.INFO, (HADOLINT, BUILDKIT))]),
    "onbuild": ("FROM a\nONBUILD CMD b\n", [(13, Severity.WARNING, (HADOLINT,))]),
    "bare": ("FROM a\nCMD\n", [(1, Severity.INFO, (BUILDKIT, "DL1000"))]),
    "none": ("FROM a\nHEALTHCHECK NONE\n", []),
    "json": ('FROM a\nCMD ["b"]\n', []),
    "json-empty": ("FROM a\nCMD []\n", []),
    "crlf": ("FROM a\r\nCMD b\r\n", [(5, Severity.WARNING, (HADOLINT, BUILDKIT))]),
}


@pytest.mark.parametrize(("text", "want"), FORMS.values(), ids=FORMS)
def test_df601_shell_form(text: str, want: list[tuple[int, Severity, tuple[str, ...]]]) -> None:
    result = lint_alone(start_commands.shell_form_command, text)
    assert [(one.column, one.severity, one.aliases) for one in result.findings] == want


ON_PURPOSE = {
    "health": ("FROM a\nHEALTHCHECK --retries=2 CMD b\n", 29),
    "shell": ('FROM a\nSHELL ["b"]\nCMD c\n', 5),
    "shell-in-parent": ('FROM a AS p\nSHELL ["b"]\nFROM p\nCMD c\n', 5),
}


@pytest.mark.parametrize(("text", "column"), ON_PURPOSE.values(), ids=ON_PURPOSE)
def test_df601_df645_shell_form_on_purpose_is_left_to_a_rule_of_its_own(
    text: str, column: int
) -> None:
    assert lint_alone(start_commands.shell_form_command, text).findings == []
    (one,) = lint_alone(start_commands.intentional_shell_form, text).findings
    assert (one.column, one.severity, one.aliases) == (column, Severity.INFO, (HADOLINT,))


def test_df601_df645_brackets_that_are_no_json_are_told_once() -> None:
    text = 'FROM a\nSHELL ["b"]\nCMD ["c",]\n'
    assert len(lint_alone(start_commands.shell_form_command, text).findings) == 1
    assert lint_alone(start_commands.intentional_shell_form, text).findings == []


@pytest.mark.parametrize(
    ("command", "fixed"),
    [
        ("a b --c", '["a", "b", "--c"]'),
        ("a 'b c'", '["a", "b c"]'),
        ('a "b c" d', '["a", "b c", "d"]'),
        ("a $B", '["sh", "-c", "exec a $B"]'),
        ("a *", '["sh", "-c", "exec a *"]'),
        ("exec a $B", '["sh", "-c", "exec a $B"]'),
        ('a "$B"', r'["sh", "-c", "exec a \"$B\""]'),
        ("a && b", '["sh", "-c", "a && exec b"]'),
        ("cd /a && b", '["sh", "-c", "cd /a && exec b"]'),
        ("B=1 a", '["sh", "-c", "B=1 exec a"]'),
        ("a > b", '["sh", "-c", "exec a > b"]'),
        ("['a', 'b']", '["a", "b"]'),
        ('["a", "b",]', '["a", "b"]'),
        ("a  \\\n  b", None),
        ("a; b", None),
        ("a | b", None),
        ("a & b", None),
        ("a || b", None),
        ("a $(b)", None),
        ("cd /a", None),
        ("a && cd b", None),
        ("if a; then b; fi", None),
        ("['a' b]", None),
        ("[" * 5000, None),
    ],
)
def test_df601_json_fix(command: str, fixed: str | None) -> None:
    (one,) = lint_alone(start_commands.shell_form_command, f"FROM a\nCMD {command}\n").findings
    assert (one.fix.edits[0].text if one.fix else None) == fixed


NOTHING = {
    "language": ("FROM python:3.13\n", 1),
    "through-stages": ("FROM python:3.13 AS a\nFROM a\n", 1),
    "cmd": ("FROM python:3.13\nCMD a\n", 0),
    "cmd-in-parent": ("FROM python:3.13 AS a\nCMD b\nFROM a\n", 0),
    "onbuild": ("FROM python:3.13\nONBUILD CMD a\n", 0),
    "server": ("FROM nginx:1.29\n", 0),
    "unknown": ("FROM team/app:1\n", 0),
    "variable": ("FROM $B\n", 0),
    "scratch": ("FROM scratch\nCOPY a /\n", 0),
    "fpm": ("FROM php:8.4-fpm\n", 0),
    "builder": ("FROM golang:1.26 AS a\nFROM team/app:1\n", 0),
}


@pytest.mark.parametrize(("text", "count"), NOTHING.values(), ids=NOTHING)
def test_df602_df644_nothing_to_run(text: str, count: int) -> None:
    assert len(lint_alone(start_commands.image_without_command, text).findings) == count
    assert not lint_alone(start_commands.application_without_command, text).findings
    text += "EXPOSE 80\n"
    assert len(lint_alone(start_commands.application_without_command, text).findings) == count
    assert not lint_alone(start_commands.image_without_command, text).findings


HELD = {
    "context-on-a-language": ("FROM python:3.13\nCOPY . /srv/\n", 1),
    "in-the-parent": ("FROM node:24 AS a\nADD ./ /srv\nFROM a\nRUN b\n", 1),
    "server": ("FROM python:3.13\nRUN apt-get install -y nginx supervisor\n", 1),
    "server-of-another-stage": ("FROM python:3 AS a\nRUN apk add nginx\nFROM python:3\n", 0),
    "one-file-on-a-language": ("FROM python:3.13\nCOPY requirements.txt /srv/\n", 0),
    "context-on-a-distribution": ("FROM debian:13\nCOPY . /srv\n", 0),
    "of-another-stage": ("FROM a AS b\nFROM python:3.13\nCOPY --from=b /c /\n", 0),
    "files-on-a-distribution": ("FROM debian:13\nCOPY tool /usr/bin/\n", 0),
    "nothing-copied": ("FROM python:3.13\nRUN pip install tool\n", 0),
}


@pytest.mark.parametrize(("text", "count"), HELD.values(), ids=HELD)
def test_df602_an_application_without_program(text: str, count: int) -> None:
    assert len(lint_alone(start_commands.application_without_command, text).findings) == count


def test_df602_devcontainer_needs_no_program() -> None:
    text = "FROM python:3.13\n"
    where = "app/.devcontainer/Dockerfile"
    assert not lint_alone(start_commands.application_without_command, text, filename=where).findings


def test_df603_df606_earlier_ones_are_dead() -> None:
    text = "FROM a\nCMD b\nCMD c\nRUN d\nCMD e\nFROM f\nCMD g\n"
    assert [
        one.line for one in lint_alone(replaced_instructions.overridden_cmd, text).findings
    ] == [2, 3]
    later = lint_alone(replaced_instructions.overriding_instruction, text).findings
    assert [(one.line, one.aliases) for one in later] == [(3, ("DL4003",)), (5, ("DL4003",))]


def test_df603_onbuild_is_another_build() -> None:
    assert not lint_alone(
        replaced_instructions.overridden_cmd, "FROM a\nCMD b\nONBUILD CMD c\n"
    ).findings


def test_df604_fix_removes_all_lines() -> None:
    text = "FROM a\nENTRYPOINT b \\\n  c\nENTRYPOINT d\n"
    (one,) = lint_alone(replaced_instructions.overridden_entrypoint, text).findings
    assert one.fix is not None
    edit = one.fix.edits[0]
    assert text[: edit.start] + edit.text + text[edit.end :] == "FROM a\nENTRYPOINT d\n"


def test_df605_healthcheck_none_counts() -> None:
    text = "FROM a\nHEALTHCHECK CMD b\nHEALTHCHECK NONE\n"
    assert [
        one.line for one in lint_alone(replaced_instructions.overridden_health_check, text).findings
    ] == [2]


PORTS = {
    "none": ("FROM python:3.13\n", 1),
    "own": ("FROM python:3.13\nEXPOSE 80\n", 0),
    "parent": ("FROM python:3.13 AS a\nEXPOSE 80\nFROM a\n", 0),
    "base": ("FROM nginx:1.29\n", 0),
    "unknown": ("FROM team/app:1\n", 0),
}


@pytest.mark.parametrize(("text", "count"), PORTS.values(), ids=PORTS)
def test_df610_exposed_port(text: str, count: int) -> None:
    result = lint_alone(ports.missing_exposed_port, text, profile="elastic-beanstalk")
    assert len(result.findings) == count


DL, BK = "DL3000", "WorkdirRelativePath"
DIRECTORIES = {
    "relative": ("FROM a\nWORKDIR b\n", [(9, Severity.WARNING, (DL, BK))]),
    "quoted": ('FROM a\nWORKDIR "b"\n', [(9, Severity.WARNING, (DL, BK))]),
    "one-character-absolute": ("FROM a\nWORKDIR /\n", []),
    "below": ("FROM a\nWORKDIR /b\nWORKDIR c\n", [(9, Severity.INFO, (DL,))]),
    "below-parent": (
        "FROM a AS b\nWORKDIR /b\nFROM b\nWORKDIR c\n",
        [(9, Severity.INFO, (DL,))],
    ),
    "variable": ("FROM a\nENV B=/c\nWORKDIR $B\n", []),
    "relative-variable": ("FROM a\nENV B=c\nWORKDIR $B\n", [(9, Severity.INFO, (BK,))]),
    "unset": ("FROM a\nWORKDIR $B\n", [(9, Severity.INFO, (BK,))]),
    "unset-in-path": ("FROM a\nWORKDIR $B/c\n", []),
    "drive": ("FROM a\nWORKDIR C:\\b\n", []),
    "windows": ("FROM mcr.microsoft.com/windows/nanoserver:1\nWORKDIR C:\\b\n", []),
}


@pytest.mark.parametrize(("text", "want"), DIRECTORIES.values(), ids=DIRECTORIES)
def test_df611_workdir(text: str, want: list[tuple[int, Severity, tuple[str, ...]]]) -> None:
    result = lint_alone(working_directory.relative_workdir, text)
    assert not result.failures
    assert [(one.column, one.severity, one.aliases) for one in result.findings] == [
        (column, severity, aliases) for column, severity, aliases in want
    ]


CHANGES = {
    "alone": ("FROM a\nRUN cd /b\n", 1, 0),
    "exec": ('FROM a\nRUN ["cd", "/b"]\n', 1, 0),
    "leading": ("FROM a\nRUN cd /b && c\n", 0, 1),
    "middle": ("FROM a\nRUN c && cd /b && d\n", 0, 1),
    "last": ("FROM a\nRUN c && cd /b\n", 0, 1),
    "loop": ('FROM a\nRUN for d in b; do cd "$d" && e; done\n', 0, 1),
    "value": ('FROM a\nRUN D="$(cd /b && pwd)"; echo "$D"\n', 0, 1),
    "subshell": ("FROM a\nRUN (cd /b && c)\n", 0, 1),
    "inside": ('FROM a\nRUN bash -c "cd /b && c"\n', 0, 1),
    "heredoc": ("FROM a\nRUN <<EOF\ncd /b\nc\nEOF\n", 0, 1),
    "onbuild": ("FROM a\nONBUILD RUN cd /b && c\n", 0, 1),
    "text": ("FROM a\nRUN echo cd /b\n", 0, 0),
}


@pytest.mark.parametrize(("text", "alone", "within"), CHANGES.values(), ids=CHANGES)
def test_df612_df613_cd(text: str, alone: int, within: int) -> None:
    assert len(lint_alone(working_directory.cd_instead_of_workdir, text).findings) == alone
    assert len(lint_alone(working_directory.cd_in_run, text).findings) == within
