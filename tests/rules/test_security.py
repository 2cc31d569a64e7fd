"""Users, sudo and secrets."""

from __future__ import annotations

import pytest

from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.rules.security import root_user, secret_variables, sudo
from dockerlint_rules.testing import lint_alone

ROOT = {
    "name": ("FROM a\nUSER root\n", 1),
    "number": ("FROM a\nUSER 0\n", 1),
    "group": ("FROM a\nUSER root:root\n", 1),
    "quoted": ('FROM a\nUSER "root"\n', 1),
    "other-later": ("FROM a\nUSER root\nUSER 1000\n", 0),
    "root-later": ("FROM a\nUSER 1000\nUSER root\n", 1),
    "builder": ("FROM a AS b\nUSER root\nFROM c\nUSER d\n", 0),
    "builder-without-user": ("FROM a AS b\nUSER root\nFROM c\n", 0),
    "inherited": ("FROM a AS b\nUSER root\nFROM b\nRUN c\n", 1),
    "inherited-and-left": ("FROM a AS b\nUSER root\nFROM b\nUSER c\n", 0),
    "variable": ("FROM a\nUSER $U\n", 0),
    "gosu": ('FROM a\nUSER root\nENTRYPOINT ["gosu", "b", "c"]\n', 0),
    "su-exec-installed": ("FROM a\nUSER root\nRUN apk add su-exec\nENTRYPOINT /b\n", 0),
    "gosu-copied": ("FROM a\nCOPY --from=b /gosu /usr/bin/\nUSER root\n", 0),
    "rootless-name": ("FROM a\nUSER rootless\n", 0),
}


@pytest.mark.parametrize(("text", "count"), ROOT.values(), ids=ROOT)
def test_df501_root_at_the_end(text: str, count: int) -> None:
    assert len(lint_alone(root_user.root_as_last_user, text).findings) == count


def test_df501_target_is_the_end() -> None:
    text = "FROM a AS dev\nUSER root\nFROM b\nUSER c\n"
    assert lint_alone(root_user.root_as_last_user, text, target="dev").findings


NO_USER = {
    "language": ("FROM python:3.13\nCMD a\n", [6]),
    "mirror": ("FROM docker.io/library/python:3.13\nCMD a\n", [6]),
    "nothing-started": ("FROM python:3.13\n", [6]),
    "unknown": ("FROM team/app:1\nCMD a\n", []),
    "stage-for-tests": ("FROM python:3.13 AS base\nFROM base AS unit-tests\nCMD a\n", []),
    "stage-of-contest": ("FROM python:3.13 AS contest\nCMD a\n", [6]),
    "nonroot": ("FROM gcr.io/distroless/static:nonroot\nCMD a\n", []),
    "unprivileged": ("FROM nginxinc/nginx-unprivileged:1.29\nCMD a\n", []),
    "server": ("FROM postgres:17\nCMD a\n", []),
    "apache": ("FROM php:8.4-apache\nCMD a\n", []),
    "scratch-artefact": ("FROM scratch\nCOPY a /\n", []),
    "scratch-program": ('FROM scratch\nCOPY a /\nCMD ["/a"]\n', [6]),
    "windows": ("FROM golang:1.26-nanoserver\nCMD a\n", []),
    "user-in-parent": ("FROM python:3.13 AS b\nUSER c\nFROM b\nCMD a\n", []),
    "builder": ("FROM golang:1.26 AS b\nCMD a\nFROM team/app:1\nCMD a\n", []),
    "variable": ("FROM $BASE\nCMD a\n", []),
}


@pytest.mark.parametrize(("text", "columns"), NO_USER.values(), ids=NO_USER)
def test_df502_runs_as_root(text: str, columns: list[int]) -> None:
    result = lint_alone(root_user.missing_user, text)
    assert [one.column for one in result.findings] == columns


SUDO = {
    "plain": ("FROM debian:12\nRUN sudo a\n", [(5, Severity.WARNING)]),
    "path": ("FROM debian:12\nRUN /usr/bin/sudo a\n", [(14, Severity.WARNING)]),
    "flags": ("FROM debian:12\nRUN sudo -E a\n", [(5, Severity.WARNING)]),
    "assignment": ("FROM debian:12\nRUN B=1 sudo a\n", [(9, Severity.WARNING)]),
    "chain": ("FROM debian:12\nRUN a && sudo b\n", [(10, Severity.WARNING)]),
    "unknown-user": ("FROM team/app:1\nRUN sudo a\n", [(5, Severity.INFO)]),
    "other-user": ("FROM debian:12\nUSER a\nRUN sudo a\n", [(5, Severity.INFO)]),
    "installed": ("FROM debian:12\nRUN apt-get install -y sudo\n", []),
    "text": ("FROM debian:12\nRUN echo sudo\n", []),
    "onbuild": ("FROM debian:12\nONBUILD RUN sudo a\n", [(13, Severity.WARNING)]),
}


@pytest.mark.parametrize(("text", "want"), SUDO.values(), ids=SUDO)
def test_df503_sudo(text: str, want: list[tuple[int, Severity]]) -> None:
    result = lint_alone(sudo.sudo_in_build, text)
    assert not result.failures
    assert [(one.column, one.severity) for one in result.findings] == want


HADOLINT, BUILDKIT = "DL3064", "SecretsUsedInArgOrEnv"
SECRETS = {
    "arg": ("FROM a\nARG NPM_TOKEN\n", [(Severity.WARNING, (HADOLINT, BUILDKIT))]),
    "global-arg": ("ARG NPM_TOKEN\nFROM a\n", [(Severity.WARNING, (HADOLINT,))]),
    "second": ("FROM a\nARG A=1 B_TOKEN=2\n", [(Severity.WARNING, (HADOLINT, BUILDKIT))]),
    "pwd": ("FROM a\nENV MYSQL_PWD=x\n", [(Severity.WARNING, (HADOLINT,))]),
    "glued": ("FROM a\nENV dbpassword=x\n", [(Severity.WARNING, (HADOLINT,))]),
    "aws": ("FROM a\nENV AWS_ACCESS_KEY_ID=x\n", [(Severity.WARNING, (HADOLINT, BUILDKIT))]),
    "arg-empty": ('FROM a\nARG TOKEN=""\n', [(Severity.WARNING, (HADOLINT, BUILDKIT))]),
    "env-empty": ("FROM a\nENV TOKEN=\n", []),
    "key-id": ("FROM a\nENV GPG_KEY=ABC\n", []),
    "switch": ("FROM a\nENV EMPTY_PASSWORD=yes\n", []),
    "fingerprint": ("FROM a\nENV ANY_KEY=0123ABCD4567\n", []),
    "key-alone": ("FROM a\nENV ANY_KEY=swordfish\n", [(Severity.INFO, (BUILDKIT,))]),
    "file": ("FROM a\nENV DB_PASSWORD_FILE=/run/x\n", []),
    "private": ("FROM a\nENV GOPRIVATE=x\n", []),
    "username": ("FROM a\nARG USERNAME=x\n", []),
    "public": ("FROM a\nENV PUBLIC_TOKEN=x\n", []),
    "monkey": ("FROM a\nENV MONKEY=x KEYBOARD=y\n", []),
    "pwd-itself": ("FROM a\nENV PWD=/x\n", []),
}


@pytest.mark.parametrize(("text", "want"), SECRETS.values(), ids=SECRETS)
def test_df504_secrets(text: str, want: list[tuple[Severity, tuple[str, ...]]]) -> None:
    result = lint_alone(secret_variables.secret_in_arg_or_env, text)
    assert [(one.severity, one.aliases) for one in result.findings] == want


HARMLESS = {
    "env-empty": ("FROM a\nENV TOKEN=\n", [(BUILDKIT,)]),
    "key-id": ("FROM a\nENV GPG_KEY=ABC\n", [(BUILDKIT,)]),
    "switch": ("FROM a\nENV EMPTY_PASSWORD=yes\n", [(HADOLINT, BUILDKIT)]),
    "fingerprint": ("FROM a\nENV ANY_KEY=0123ABCD4567\n", [(BUILDKIT,)]),
    "secret": ("FROM a\nARG NPM_TOKEN\n", []),
    "file": ("FROM a\nENV DB_PASSWORD_FILE=/run/x\n", []),
}


@pytest.mark.parametrize(("text", "aliases"), HARMLESS.values(), ids=HARMLESS)
def test_df518_named_like_a_secret(text: str, aliases: list[tuple[str, ...]]) -> None:
    found = lint_alone(secret_variables.misleading_secret_name, text).findings
    assert [one.aliases for one in found] == aliases


def test_df504_df518_a_name_is_reported_by_one_of_the_two() -> None:
    for text, _ in (*SECRETS.values(), *HARMLESS.values()):
        said = [
            len(lint_alone(one, text).findings)
            for one in (
                secret_variables.secret_in_arg_or_env,
                secret_variables.misleading_secret_name,
            )
        ]
        assert max(said) == sum(said)


def test_df503_sudo_as_somebody_else_does_something() -> None:
    text = "FROM debian:12\nRUN sudo -u postgres createdb shop\n"
    (found,) = lint_alone(sudo.sudo_in_build, text).findings
    assert "does nothing" not in found.message
    assert found.severity is Severity.INFO
    assert found.fix is None
