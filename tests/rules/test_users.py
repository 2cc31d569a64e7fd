"""What users of an image, and of its database, may do."""

from __future__ import annotations

import pytest

from dockerlint_rules.rules.security import passwords, permissions, sudo
from dockerlint_rules.testing import lint_alone

SUDO = "RUN echo 'u ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/u\n"
ASKING = {
    "program": (f'FROM a\n{SUDO}USER u\nCMD ["/b"]\n', 1),
    "shell-form": (f"FROM a\n{SUDO}USER u\nCMD /b --serve\n", 1),
    "script": (f'FROM a\n{SUDO}USER u\nCMD ["bash", "/start.sh"]\n', 1),
    "prompt": (f'FROM a\n{SUDO}USER u\nCMD ["/bin/bash", "-l"]\n', 0),
    "nothing-started": (f"FROM a\n{SUDO}USER u\n", 0),
    "root-anyway": (f'FROM a\n{SUDO}CMD ["/b"]\n', 0),
    "root-as-last-user": (f'FROM a\n{SUDO}USER u\nUSER root\nCMD ["/b"]\n', 0),
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
    "parent-stage": (f'FROM a AS p\n{SUDO}FROM p\nUSER u\nCMD ["/b"]\n', 1),
    "other-stage": (f'FROM a AS p\n{SUDO}FROM c\nUSER u\nCMD ["/b"]\n', 0),
}


@pytest.mark.parametrize(("text", "count"), ASKING.values(), ids=ASKING)
def test_df516_root_for_the_asking(text: str, count: int) -> None:
    assert len(lint_alone(sudo.passwordless_sudo, text).findings) == count


OPEN = {
    "folder": ("FROM a\nRUN chmod -R 777 /srv\n", 1),
    "letters": ("FROM a\nRUN chmod a+rwx /srv\n", 1),
    "zero-first": ("FROM a\nRUN chmod 0777 /srv\n", 1),
    "file": ("FROM a\nRUN mkdir /srv && chmod 777 /srv/start.sh\n", 1),
    "made-here": ("FROM a\nRUN mkdir -p /srv/data/ && chmod 777 /srv/data\n", 0),
    "made-by-variable": ('FROM a\nRUN mkdir "$D" && chmod 777 "$D"\n', 0),
    "parent-of-made-here": ('FROM a\nRUN mkdir -p "$D/b" && chmod -R 777 "$D"\n', 0),
    "system-folder-above": ("FROM a\nRUN mkdir -p /usr/b && chmod -R 777 /usr\n", 1),
    "mktemp": ('FROM a\nRUN tempDir="$(mktemp -d)" && chmod 777 "$tempDir"\n', 0),
    "write-alone": ("FROM a\nRUN mkfifo /b && chmod 0622 /b\n", 0),
    "one-of-two-made-here": ("FROM a\nRUN mkdir /b && chmod 777 /b /c\n", 1),
    "made-elsewhere": ("FROM a\nRUN mkdir /b\nRUN chmod 777 /b\n", 1),
    "sticky": ("FROM a\nRUN chmod 1777 /srv\n", 0),
    "not-shipped": ("FROM a AS b\nRUN chmod 777 /srv\nFROM c\n", 0),
    "parent-stage": ("FROM a AS b\nRUN chmod 777 /srv\nFROM b\n", 1),
    "executable": ("FROM a\nRUN chmod 755 /b\n", 0),
    "temporary": ("FROM a\nRUN chmod 777 /tmp\n", 0),
    "no-target": ("FROM a\nRUN chmod 777\n", 0),
}


@pytest.mark.parametrize(("text", "count"), OPEN.values(), ids=OPEN)
def test_df508_open_to_everybody(text: str, count: int) -> None:
    assert len(lint_alone(permissions.world_writable_files, text).findings) == count


GRANTED = {
    "plain": ("GRANT ALL ON *.* TO root@'%'", 1),
    "small-letters": ("grant all privileges on *.* to 'root'@'%' identified by 'b'", 1),
    "escaped": (r"GRANT ALL PRIVILEGES ON *.* TO \\\"root\\\"@\\\"%\\\"", 1),
    "one-host": ("GRANT ALL ON *.* TO root@localhost", 0),
    "one-database": ("GRANT ALL ON shop.* TO 'root'@'%'", 0),
    "another-user": ("GRANT ALL ON *.* TO 'shop'@'%'", 0),
    "name-that-ends-so": ("GRANT ALL ON *.* TO 'groot'@'%'", 0),
}


@pytest.mark.parametrize(("grant", "count"), GRANTED.values(), ids=GRANTED)
def test_df517_database_open_to_all(grant: str, count: int) -> None:
    text = f'FROM a\nRUN mysql -e "{grant}"\n'
    assert len(lint_alone(passwords.remote_database_root_login, text).findings) == count


def test_df517_reading_grants_takes_linear_time() -> None:
    text = "FROM a\nRUN grant all " + "on *.* to \\\\\\" * 20_000 + "\n"
    assert not lint_alone(passwords.remote_database_root_login, text).findings
