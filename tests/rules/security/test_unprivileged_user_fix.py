"""The user that the fix of DF502 creates."""

from __future__ import annotations

import pytest

from dockerlint_rules.fixes.apply import apply_edits
from dockerlint_rules.rules.security import root_user
from dockerlint_rules.testing import lint_alone

DEBIAN = "RUN useradd --create-home app\nUSER app\n"
ALPINE = "RUN adduser -D app\nUSER app\n"
FIXED = {
    "debian": ("FROM python:3.13\nCMD a\n", f"FROM python:3.13\n{DEBIAN}CMD a\n"),
    "rhel": ("FROM fedora:43\nCMD a\n", f"FROM fedora:43\n{DEBIAN}CMD a\n"),
    "alpine": ("FROM python:3.13-alpine\nCMD a\n", f"FROM python:3.13-alpine\n{ALPINE}CMD a\n"),
    "node": ("FROM node:24\nCMD a\n", "FROM node:24\nUSER node\nCMD a\n"),
    "scratch": ("FROM scratch\nCOPY a /\nCMD [\"/a\"]\n", "FROM scratch\nCOPY a /\nUSER 10001\nCMD [\"/a\"]\n"),
    "before-both": (
        "FROM node:24\nCOPY a /\nENTRYPOINT [\"b\"]\nCMD [\"c\"]\n",
        "FROM node:24\nCOPY a /\nUSER node\nENTRYPOINT [\"b\"]\nCMD [\"c\"]\n",
    ),
    "start-in-the-middle": (
        "FROM node:24\nCMD a\nRUN b\n",
        "FROM node:24\nCMD a\nRUN b\nUSER node\n",
    ),
    "comment": (
        "FROM node:24\nRUN b\n\n# How it starts\n# for all\nCMD a\n",
        "FROM node:24\nRUN b\n\nUSER node\n# How it starts\n# for all\nCMD a\n",
    ),
    "missing-final-newline": ("FROM node:24\nCMD a\nRUN b", "FROM node:24\nCMD a\nRUN b\nUSER node"),
    "lower-case": ("from node:24\ncmd a\n", "from node:24\nuser node\ncmd a\n"),
    "crlf": ("FROM node:24\r\nCMD a\r\n", "FROM node:24\r\nUSER node\r\nCMD a\r\n"),
    "heredoc": (
        "FROM node:24\nCMD a\nRUN <<E\nb\nE\n",
        "FROM node:24\nCMD a\nRUN <<E\nb\nE\nUSER node\n",
    ),
}  # fmt: skip
NOT_FIXED = {
    "server": "FROM debian:13\nCMD nginx\n",
    "server-behind-init": 'FROM debian:13\nENTRYPOINT ["tini", "--", "sshd"]\n',
    "installed-server": "FROM debian:13\nRUN apt-get install -y supervisor nginx\nCMD ./run.sh\n",
    "prompt": 'FROM python:3.13\nCMD ["python3"]\n',
    "nothing-started": "FROM python:3.13\nCOPY a /\n",
    "root-file-system": 'FROM scratch\nADD rootfs.tar.xz /\nCMD ["/init.bin"]\n',
    "started-by-the-parent": "FROM node:24 AS a\nCMD b\nFROM a\nRUN c\n",
}


@pytest.mark.parametrize(("text", "wanted"), FIXED.values(), ids=FIXED)
def test_df502_fix_creates_a_user(text: str, wanted: str) -> None:
    assert fixed(text) == wanted


@pytest.mark.parametrize("text", NOT_FIXED.values(), ids=NOT_FIXED)
def test_df502_no_fix_where_root_may_be_needed(text: str) -> None:
    assert all(one.fix is None for one in lint_alone(root_user.missing_user, text).findings)


def fixed(text: str) -> str:
    (one,) = lint_alone(root_user.missing_user, text).findings
    assert one.fix is not None
    assert one.fix.safety == "unsafe"
    return apply_edits(text, one.fix.edits)
