"""Commands that do nothing useful in a build."""

from __future__ import annotations

import pytest
from one_rule import lines, run

COMMANDS = {
    "service": ("RUN service nginx start", [2]),
    "lower-case": ("run service nginx start", [2]),
    "last-of-several": ("RUN make && \\\n  service nginx start", [3]),
    "service-used": ("RUN service mysql start && mysql -e x", []),
    "service-list": ("RUN service --status-all", []),
    "systemctl": ("RUN systemctl daemon-reload", [2]),
    "systemctl-enable": ("RUN systemctl enable nginx", []),
    "vim": ("RUN vim", [2]),
    "vim-script": ("RUN vim +PluginInstall +qall", []),
    "heredoc": ("RUN <<E\nreboot\nE", [3]),
    "wrapper": ("RUN sudo service nginx start", []),
    "conditional": ("RUN a || reboot", []),
    "text": ("RUN echo reboot", []),
}


@pytest.mark.parametrize(("text", "found"), COMMANDS.values(), ids=COMMANDS)
def test_df624_command(text: str, found: list[int]) -> None:
    assert lines("DF624", f"FROM a\n{text}\n") == found


def test_df624_has_hadolints_code_only_for_its_commands() -> None:
    found = run("DF624", "FROM a\nRUN shutdown; reboot\n").findings
    assert [one.aliases for one in found] == [("DL3001",), ()]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RUN sudo ps && \\\n  a || kill 1", [2, 3]),
        ("RUN service mysql start && mysql -e x", [2]),
        ("RUN ssh-keyscan example.com", []),
        ("RUN apt-get install -y ssh", []),
    ],
)
def test_df633_command(text: str, found: list[int]) -> None:
    assert lines("DF633", f"FROM a\n{text}\n") == found
