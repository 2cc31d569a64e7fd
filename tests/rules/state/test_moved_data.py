"""Data that is moved off the volume of an image, beyond the examples on the page."""

from __future__ import annotations

import pytest
from one_rule import lines


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("DF406", "FROM postgres:17\nENV PGDATA=/var/lib/postgresql/data/x", []),
        ("DF406", "FROM postgres:17\nENV PGDATA=/srv", [2]),
        ("DF406", "FROM postgres:17\nENV PGDATA=/srv/pg\nVOLUME /srv", []),
        ("DF406", "FROM postgres:17\nVOLUME /var/lib/postgresql/data", []),
        ("DF406", 'FROM mysql:8\nCMD ["mysqld", "--datadir=/srv/db"]', [2]),
        ("DF406", 'FROM mongo:7\nCMD ["mongod", "--dbpath", "/data/db"]', []),
        ("DF406", "FROM example.com/own/postgres:1\nENV PGDATA=/srv", []),
        ("DF406", "FROM postgres:17\nenv A=b \\\n  PGDATA=/srv", [3]),
        ("DF406", "FROM postgres:17\nARG D=/srv\nENV PGDATA=$D/pg", [3]),
        ("DF406", 'FROM mongo:7\r\nCMD ["mongod", "--dbpath", "/srv/db"]\r', [2]),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"{text}\n") == expected
