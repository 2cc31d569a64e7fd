"""Calls of sudo during the build, and rules of it that grant root."""

from __future__ import annotations

import pytest

from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.rules.security import sudo
from dockerlint_rules.testing import lint_alone

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


@pytest.mark.parametrize(
    "options",
    ["-u postgres", "-H -u postgres", "-iu postgres", "--user=postgres", "--user postgres"],
)
def test_df503_sudo_as_another_user_is_not_needless(options: str) -> None:
    text = f"FROM debian:12\nRUN sudo {options} createdb shop\n"
    (found,) = lint_alone(sudo.sudo_in_build, text).findings
    assert "needless" not in found.message
    assert found.severity is Severity.INFO
    assert found.fix is None


ALLOW_ALL = "RUN echo 'u ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/u\n"


SUDOERS = {
    "program": (f'FROM a\n{ALLOW_ALL}USER u\nCMD ["/b"]\n', 1),
    "shell-form": (f"FROM a\n{ALLOW_ALL}USER u\nCMD /b --serve\n", 1),
    "script": (f'FROM a\n{ALLOW_ALL}USER u\nCMD ["bash", "/start.sh"]\n', 1),
    "prompt": (f'FROM a\n{ALLOW_ALL}USER u\nCMD ["/bin/bash", "-l"]\n', 0),
    "nothing-started": (f"FROM a\n{ALLOW_ALL}USER u\n", 0),
    "root-anyway": (f'FROM a\n{ALLOW_ALL}CMD ["/b"]\n', 0),
    "root-as-last-user": (f'FROM a\n{ALLOW_ALL}USER u\nUSER root\nCMD ["/b"]\n', 0),
    "one-program": ("FROM a\nRUN echo 'u ALL=NOPASSWD: /c'\nUSER u\nCMD [\"/b\"]\n", 0),
    "word-that-begins-so": (
        "FROM a\nRUN echo 'u ALL=NOPASSWD: ALLOWED'\nUSER u\nCMD [\"/b\"]\n",
        0,
    ),
    "at-the-end-of-the-file": ('FROM a\nUSER u\nCMD ["/b"]\nRUN echo NOPASSWD', 0),
    "second-of-two": (
        "FROM a\nRUN echo 'NOPASSWD: /c'; echo 'NOPASSWD: ALL'\nUSER u\nCMD [\"/b\"]\n",
        1,
    ),
    "parent-stage": (f'FROM a AS p\n{ALLOW_ALL}FROM p\nUSER u\nCMD ["/b"]\n', 1),
    "other-stage": (f'FROM a AS p\n{ALLOW_ALL}FROM c\nUSER u\nCMD ["/b"]\n', 0),
}


@pytest.mark.parametrize(("text", "count"), SUDOERS.values(), ids=SUDOERS)
def test_df516_sudoers_rules(text: str, count: int) -> None:
    assert len(lint_alone(sudo.passwordless_sudo, text).findings) == count
