"""Images whose program runs as root."""

from __future__ import annotations

import pytest

from dockerlint_rules.rules.security import root_user
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
def test_df501_last_user(text: str, count: int) -> None:
    assert len(lint_alone(root_user.root_as_last_user, text).findings) == count


def test_df501_target_stage_is_the_final_one() -> None:
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
def test_df502_images_that_run_as_root(text: str, columns: list[int]) -> None:
    result = lint_alone(root_user.missing_user, text)
    assert [one.column for one in result.findings] == columns
