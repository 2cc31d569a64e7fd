"""Paths of VOLUME, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("DF403", "FROM x\nVOLUME data", [2]),
        ("DF403", "FROM x\nVOLUME ./data /srv", [2]),
        ("DF403", 'FROM x\nVOLUME ["data"]', [2]),
        ("DF403", "FROM x\nVOLUME ['/a', '/b']", [2]),
        ("DF403", 'FROM x\nVOLUME ["/a", "/b"]', []),
        ("DF403", "FROM x\nENV D=/srv\nVOLUME $D/data", []),
        ("DF403", "FROM x\nENV D=srv\nVOLUME $D/data", [3]),
        ("DF403", "FROM x\nVOLUME ${UNKNOWN}", []),
        ("DF403", "FROM mcr.microsoft.com/windows/nanoserver:1809\nVOLUME C:/data", []),
        ("DF403", "FROM x\nVOLUME {{ volume }}", []),
        ("DF403", "FROM x\nvolume /a \\\n  data", [3]),
        ("DF403", "FROM x\r\nVOLUME data\r", [2]),
        ("DF405", "FROM x\nVOLUME /proc", [2]),
        ("DF405", "FROM x\nVOLUME /etc/", [2]),
        ("DF405", "FROM x\nVOLUME /etc/app /usr/share/app", []),
        ("DF405", "FROM x\nVOLUME /var/run/docker.sock", [2]),
        ("DF405", "FROM x\nWORKDIR /\nVOLUME /", [3]),
        ("DF405", "FROM x\nvolume /data \\\n  /usr/", [3]),
        ("DF405", 'FROM x\r\nVOLUME ["/usr/../etc"]\r', [2]),
        ("DF411", "FROM x\nVOLUME /app", [2]),
        ("DF411", "FROM x AS t\nVOLUME /app\nFROM y\nCMD a", []),
        ("DF411", "FROM x\nvolume \\\n  /app", [2]),
        ("DF411", "FROM x AS t\nVOLUME /app\nFROM t\nCMD a", [2]),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"{text}\n") == expected


def test_df403_the_whole_path_is_written() -> None:
    text = "FROM x\nWORKDIR /srv\nVOLUME data\n"
    assert fixed("DF403", text) == "FROM x\nWORKDIR /srv\nVOLUME /srv/data\n"


def test_df403_the_whole_path_keeps_its_quotes_in_an_array() -> None:
    text = 'FROM x\nWORKDIR /srv\nVOLUME ["data", "/b"]\n'
    assert fixed("DF403", text) == 'FROM x\nWORKDIR /srv\nVOLUME ["/srv/data", "/b"]\n'


def test_df403_single_quotes_become_json() -> None:
    text = "FROM x\nVOLUME ['/a', '/b']\n"
    assert fixed("DF403", text) == 'FROM x\nVOLUME ["/a", "/b"]\n'
