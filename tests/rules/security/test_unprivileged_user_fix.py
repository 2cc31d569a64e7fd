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


# -- images, programs and places -----------------------------------------------------------------------


def fix(text: str) -> tuple[str, str] | None:
    """The title of the fix of DF502 and the text with it."""
    (one,) = lint_alone(root_user.missing_user, text).findings
    return one.fix and (one.fix.message, apply_edits(text, one.fix.edits))


@pytest.mark.parametrize(
    ("image", "lines", "user"),
    [
        ("debian:13", DEBIAN, "app"),
        ("ubuntu:24.04", DEBIAN, "app"),
        ("rockylinux:9", DEBIAN, "app"),
        ("opensuse/leap:15.6", DEBIAN, "app"),
        ("archlinux:base", DEBIAN, "app"),
        ("alpine:3.22", ALPINE, "app"),
        ("busybox:1.37", ALPINE, "app"),
        ("node:24-alpine", "USER node\n", "node"),
        ("docker.io/library/node:24", "USER node\n", "node"),
        ("scratch", "USER 10001\n", "10001"),
    ],
)
def test_df502_user_of_each_distribution(image: str, lines: str, user: str) -> None:
    text = f"FROM {image}\nCMD ./a\n"
    assert fix(text) == (f"Run as '{user}'", f"FROM {image}\n{lines}CMD ./a\n")


@pytest.mark.parametrize(
    ("start", "is_fixed"),
    [
        ("CMD ./a", True),
        ('ENTRYPOINT ["./a"]', True),
        ('CMD ["/bin/a", "nginx"]', False),
        ('CMD ["/bin/a", "b", "c", "nginx"]', True),
        ('CMD ["tini", "--", "/usr/sbin/nginx"]', False),
        ("CMD a && nginx -g x", False),
        ("CMD a nginx", True),
        ("CMD exec nginx", False),
        ("CMD php-fpm8.3 -F", False),
        ("CMD s6-supervise a", False),
        ('CMD ["/init2"]', False),
        ('CMD ["/my-init"]', True),
        ('ENTRYPOINT ["nginx"]\nCMD ["a"]', False),
        ('ENTRYPOINT ["a"]\nCMD ["nginx"]', False),
        ("CMD nginx\nCMD ./a", True),
        ("CMD bash", False),
        ("CMD bash -l", False),
        ("CMD bash a.sh", True),
        ('CMD ["/usr/bin/python3", "-i"]', False),
        ('CMD ["python3", "app.py"]', True),
        ('CMD ["irb"]', False),
        ('CMD ["R"]', False),
        ("CMD", False),
        ("CMD []", False),
        ('ENTRYPOINT ["a"]\nCMD ["bash"]', True),
    ],
)  # fmt: skip
def test_df502_which_programs_may_run_as_another_user(start: str, is_fixed: bool) -> None:
    assert (fix(f"FROM debian:13\n{start}\n") is not None) is is_fixed


@pytest.mark.parametrize(
    ("body", "is_fixed"),
    [
        ("RUN apt-get install -y nginx\nCMD ./a", False),
        ("RUN apt-get install -y a\nRUN apt-get install -y b nginx c\nCMD ./a", False),
        ("RUN apt-get install -y openssh-server-common\nCMD ./a", False),
        ("RUN apt-get install -y php-fpm8\nCMD ./a", False),
        ("RUN apt-get install -y my-nginx openssh-client php\nCMD ./a", True),
        ("RUN pip install cron\nCMD ./a", False),
        ("RUN pip install flask\nCMD ./a", True),
        ('SHELL ["cmd", "/C"]\nCMD ["./a"]', False),
        ('SHELL ["PowerShell.exe", "-c"]\nCMD ["./a"]', False),
        ('SHELL ["pwsh"]\nCMD ["./a"]', False),
        ('SHELL ["/bin/bash", "-c"]\nCMD ["./a"]', True),
        ('SHELL []\nCMD ["./a"]', True),
        ("CMD ./a\nRUN b \\", False),
    ],
)
def test_df502_what_else_keeps_the_fix_away(body: str, is_fixed: bool) -> None:
    assert (fix(f"FROM debian:13\n{body}\n") is not None) is is_fixed


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("CMD ./a\nCOPY b c", "CMD ./a\nCOPY b c\n+"),
        ("CMD ./a\nADD b c", "CMD ./a\nADD b c\n+"),
        ("CMD ./a\nWORKDIR /b", "CMD ./a\nWORKDIR /b\n+"),
        ("CMD ./a\nONBUILD RUN b", "CMD ./a\nONBUILD RUN b\n+"),
        ("CMD ./a\nENV B=c\nEXPOSE 80", "+CMD ./a\nENV B=c\nEXPOSE 80\n"),
        ("ENTRYPOINT ./a\nENV B=c\nCMD d", "+ENTRYPOINT ./a\nENV B=c\nCMD d\n"),
        ("CMD a\nRUN b\nENV C=d\nCMD ./e", "CMD a\nRUN b\nENV C=d\n+CMD ./e\n"),
        ("HEALTHCHECK CMD a\nCMD ./b", "HEALTHCHECK CMD a\n+CMD ./b\n"),
    ],
)
def test_df502_where_the_user_is_set(body: str, expected: str) -> None:
    found = fix(f"FROM debian:13\n{body}\n")
    assert found
    assert found[1] == f"FROM debian:13\n{expected.replace('+', DEBIAN)}"


def test_df502_archive_that_is_the_root_file_system() -> None:
    assert fix('FROM scratch\nADD a.tar /\nCMD ["/b"]\n') is None
    assert fix('FROM scratch AS r\nADD a.tar /\nFROM r\nCMD ["/b"]\n') is None
    assert fix('FROM scratch\nCOPY a /\nCMD ["/b"]\n') is not None
    assert fix('FROM debian:13\nADD a.tar /\nCMD ["/b"]\n') is not None
