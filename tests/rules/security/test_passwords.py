"""Passwords and tokens in commands."""

from __future__ import annotations

import pytest
from one_rule import lines, run

from dockerlint_rules.rules.security import passwords
from dockerlint_rules.testing import lint_alone


@pytest.mark.parametrize(
    ("code", "command", "count"),
    [
        pytest.param("DF507", "echo 'root:a' | chpasswd", 1, id="DF507-echo"),
        pytest.param("DF507", "printf 'root:a' \\\n  | chpasswd -e", 1, id="DF507-continued"),
        pytest.param("DF507", "echo a | passwd --stdin root", 1, id="DF507-stdin"),
        pytest.param("DF507", "passwd -d root", 1, id="DF507-removed"),
        pytest.param("DF507", "passwd -l root", 0, id="DF507-locked"),
        pytest.param("DF507", "echo root:$PASSWORD | chpasswd", 0, id="DF507-generated"),
        pytest.param("DF507", "chpasswd < /run/secrets/passwords", 0, id="DF507-secret"),
        pytest.param("DF507", "cat /run/secrets/passwords | chpasswd", 0, id="DF507-piped-secret"),
        pytest.param("DF515", "git clone https://user:a@example.com/b.git", 1, id="DF515-password"),
        pytest.param("DF515", "curl -O 'https://${TOKEN}@example.com/b'", 1, id="DF515-variable"),
        pytest.param(
            "DF515",
            "pip install \\\n  -i https://u:a@example.com/simple b",
            1,
            id="DF515-continued",
        ),
        pytest.param("DF515", "git clone https://user@example.com/b.git", 0, id="DF515-user-only"),
        pytest.param("DF515", "git clone ssh://git@example.com/b.git", 0, id="DF515-ssh"),
        pytest.param(
            "DF515", "curl https://$(cat /run/secrets/a)@example.com/b", 0, id="DF515-secret"
        ),
        pytest.param("DF515", "curl https://example.com/a@b:c", 0, id="DF515-at-sign-in-the-path"),
    ],
)
def test_commands(code: str, command: str, count: int) -> None:
    assert lines(code, f"FROM debian:12\nRUN {command}\n") in ([2] * count, [3] * count)


def test_df507_messages_tell_a_removed_password_from_a_set_one() -> None:
    (removed,) = run("DF507", "FROM a\nRUN passwd -d root\n").findings
    (given,) = run("DF507", "FROM a\nRUN echo a:b | chpasswd\n").findings
    assert "removes a password" in removed.message
    assert "sets a password" in given.message


GRANTS = {
    "plain": ("GRANT ALL ON *.* TO root@'%'", 1),
    "small-letters": ("grant all privileges on *.* to 'root'@'%' identified by 'b'", 1),
    "escaped": (r"GRANT ALL PRIVILEGES ON *.* TO \\\"root\\\"@\\\"%\\\"", 1),
    "one-host": ("GRANT ALL ON *.* TO root@localhost", 0),
    "one-database": ("GRANT ALL ON shop.* TO 'root'@'%'", 0),
    "another-user": ("GRANT ALL ON *.* TO 'shop'@'%'", 0),
    "name-that-ends-so": ("GRANT ALL ON *.* TO 'groot'@'%'", 0),
}


@pytest.mark.parametrize(("grant", "count"), GRANTS.values(), ids=GRANTS)
def test_df517_grants(grant: str, count: int) -> None:
    text = f'FROM a\nRUN mysql -e "{grant}"\n'
    assert len(lint_alone(passwords.remote_database_root_login, text).findings) == count


def test_df517_reading_grants_takes_linear_time() -> None:
    text = "FROM a\nRUN grant all " + "on *.* to \\\\\\" * 20_000 + "\n"
    assert not lint_alone(passwords.remote_database_root_login, text).findings
