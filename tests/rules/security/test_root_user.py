"""Images whose program runs as root."""

from __future__ import annotations

import pytest
from one_rule import lines
from said import fixes, said

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


# -- what is said, and where ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user", "shown"), [("root", "root"), ("0", "0"), ("0:0", "0:0"), ("'root'", "root")]
)
def test_df501_whole_finding(user: str, shown: str) -> None:
    assert said("DF501", f"FROM a\nUSER b\nUSER {user}\nCMD c\n") == [
        (
            user,
            f"The last USER is '{shown}', so the container runs as root. End the stage with a USER other than root.",
        )
    ]


def test_df502_whole_finding() -> None:
    text = "FROM python:3.13 AS a\nCMD b\n"
    assert said("DF502", text) == [
        (
            "python:3.13",
            "Neither this file nor its base image sets a user, so the container runs as root. "
            "Add a USER other than root.",
        )
    ]
    assert fixes("DF502", text) == [
        (
            "Run as 'app'",
            "unsafe",
            "FROM python:3.13 AS a\nRUN useradd --create-home app\nUSER app\nCMD b\n",
        )
    ]


@pytest.mark.parametrize(
    "program",
    ["gosu", "su-exec", "setpriv", "runuser", "s6-setuidgid", "setuidgid", "chpst", "fixuid"],
)
def test_df501_df502_programs_that_switch_to_another_user(program: str) -> None:
    for text in (
        f"CMD {program} b c\n",
        f'ENTRYPOINT ["{program}", "b"]\n',
        f"RUN install {program}\nCMD b\n",
        f"RUN <<E\n{program}\nE\nCMD b\n",
        f"COPY {program} /bin/\nCMD b\n",
    ):
        assert lines("DF501", f"FROM a\nUSER root\n{text}") == []
        assert lines("DF501", f"FROM a AS p\nUSER root\n{text}FROM p\n") == []
        assert lines("DF502", f"FROM debian:13\n{text}") == []
    assert lines("DF501", f"FROM a AS p\nRUN install {program}\nFROM a\nUSER root\n") == [4]
    assert lines("DF501", f"FROM a\nUSER root\nENV A={program}\n") == [2]
    # The program of a start command that another one replaces is never started.
    assert lines("DF501", f"FROM a\nUSER root\nADD {program} /bin/\n") == [2]


@pytest.mark.parametrize(
    ("name", "is_reported"),
    [
        ("test", False),
        ("unit-tests", False),
        ("unit_testing", False),
        ("app.lint", False),
        ("CI", False),
        ("e2e", False),
        ("bench", False),
        ("run-benchmark", False),
        ("contest", True),
        ("citest", True),
        ("latest", True),
        ("app", True),
    ],
)
def test_df502_stages_for_tests(name: str, is_reported: bool) -> None:
    assert lines("DF502", f"FROM python:3.13 AS {name}\nCMD a\n") == ([1] if is_reported else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM debian:13\nUSER root\nCMD a\n", []),
        ("FROM debian:13\n", [1]),
        ("FROM scratch\nCOPY a /\nENTRYPOINT /a\n", [1]),
        ("FROM scratch AS b\nCMD /a\nFROM b\n", [2, 3][1:]),
        ("FROM debian:13 AS b\nFROM b\nCMD a\n", [2]),
        ("FROM debian:13 AS b\nUSER c\nFROM debian:13\nCMD a\n", [3]),
        ("FROM\n", []),
    ],
)
def test_df502_lines(text: str, expected: list[int]) -> None:
    assert lines("DF502", text) == expected
