"""Permissions that let every user write."""

from __future__ import annotations

import pytest

from dockerlint_rules.rules.security import permissions
from dockerlint_rules.testing import lint_alone

MODES = {
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


@pytest.mark.parametrize(("text", "count"), MODES.values(), ids=MODES)
def test_df508_modes_and_targets(text: str, count: int) -> None:
    assert len(lint_alone(permissions.world_writable_files, text).findings) == count
