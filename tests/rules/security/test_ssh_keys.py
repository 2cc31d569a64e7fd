"""SSH keys of the container, and of the hosts that it connects to."""

from __future__ import annotations

import pytest
from one_rule import lines


@pytest.mark.parametrize(
    ("code", "command", "count"),
    [
        pytest.param("DF510", "ssh-keygen -A", 1, id="DF510-all"),
        pytest.param("DF510", "ssh-keygen -q -N '' \\\n -t rsa -f /a", 1, id="DF510-continued"),
        pytest.param(
            "DF510", "<<E\nssh-keygen -f /etc/ssh/ssh_host_rsa_key\nE", 1, id="DF510-heredoc"
        ),
        pytest.param("DF510", "ssh-keygen -R example.com -t rsa", 0, id="DF510-known-hosts"),
        pytest.param(
            "DF510", "ssh-keygen -l -f /etc/ssh/ssh_host_rsa_key", 0, id="DF510-fingerprint"
        ),
        pytest.param("DF510", "ssh-keyscan example.com", 0, id="DF510-scan"),
        pytest.param("DF511", "ssh -o StrictHostKeyChecking=no example.com", 1, id="DF511-option"),
        pytest.param(
            "DF511",
            "printf 'stricthostkeychecking no' \\\n > /root/.ssh/config",
            1,
            id="DF511-lowercase",
        ),
        pytest.param(
            "DF511",
            "git -c core.sshCommand='ssh -o StrictHostKeyChecking=no' clone a",
            1,
            id="DF511-git",
        ),
        pytest.param("DF511", "ssh -o StrictHostKeyChecking=yes example.com", 0, id="DF511-yes"),
        pytest.param(
            "DF511", "ssh -o StrictHostKeyChecking=accept-new example.com", 0, id="DF511-accept-new"
        ),
    ],
)
def test_commands(code: str, command: str, count: int) -> None:
    assert len(lines(code, f"FROM debian:12\r\nRUN {command}\n")) == count


def test_df510_stage_that_is_not_in_the_final_image() -> None:
    assert lines("DF510", "FROM a AS keys\nRUN ssh-keygen -A\nFROM a\n") == []
