"""Paths of VOLUME, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines
from said import fixes, said


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


# -- what is said, and where ---------------------------------------------------------------------------

HIDES = "A volume on '{}' may hide the system's own files. Declare only the data directory."
SOCKET = (
    "A volume on '{}' is a new directory, not the host's Docker socket. "
    "Remove it, and mount the socket when the container starts."
)


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ("/", ["/"]),
        ("/proc /sys", ["/proc", "/sys"]),
        ("/dev /bin /sbin", ["/dev", "/bin", "/sbin"]),
        ("/lib /lib64 /boot", ["/lib", "/lib64", "/boot"]),
        ("/usr /usr/bin /usr/lib /etc", ["/usr", "/usr/bin", "/usr/lib", "/etc"]),
        ("/data /etc/ /usr//bin", ["/etc/", "/usr//bin"]),
        ("/srv/../usr", ["/srv/../usr"]),
        ("etc usr", []),
        ("/var /home /opt /usr/local /etc/app", []),
        ("$ROOT /data", []),
    ],
)
def test_df405_system_paths(paths: str, expected: list[str]) -> None:
    assert said("DF405", f"FROM x\nVOLUME {paths}\n") == [
        (one, HIDES.format(one)) for one in expected
    ]


@pytest.mark.parametrize("path", ["/var/run/docker.sock", "/docker.sock", "/run/docker.sock/"])
def test_df405_socket(path: str) -> None:
    assert said("DF405", f"FROM x\nVOLUME {path} /my-docker.sock docker.sock\n") == [
        (path, SOCKET.format(path))
    ]


def relative(path: str, remedy: str) -> str:
    return f"VOLUME path '{path}' is not absolute and does not follow WORKDIR, so containers may fail to start. {remedy}."


@pytest.mark.parametrize(
    ("text", "marked", "message", "fix"),
    [
        ("WORKDIR /srv\nVOLUME data", "data", relative("data", "Use '/srv/data'"), "WORKDIR /srv\nVOLUME /srv/data"),
        ("WORKDIR /srv\nVOLUME ../data", "../data", relative("../data", "Use '/data'"), "WORKDIR /srv\nVOLUME /data"),
        ("WORKDIR /srv/\nVOLUME ./a/", "./a/", relative("./a/", "Use '/srv/a'"), "WORKDIR /srv/\nVOLUME /srv/a"),
        ('WORKDIR /srv\nVOLUME ["a"]', '"a"', relative("a", "Use '/srv/a'"), 'WORKDIR /srv\nVOLUME ["/srv/a"]'),
        ("WORKDIR /srv\nVOLUME 'a'", "'a'", relative("a", "Use '/srv/a'"), None),
        ("WORKDIR /srv\nENV D=a\nVOLUME $D", "$D", relative("a", "Use '/srv/a'"), None),
        ("VOLUME data", "data", relative("data", "Use an absolute path"), None),
        ("VOLUME data\nWORKDIR /srv", "data", relative("data", "Use an absolute path"), None),
        ("WORKDIR srv\nVOLUME data", "data", relative("data", "Use an absolute path"), None),
        ("WORKDIR /$X\nVOLUME data", "data", relative("data", "Use an absolute path"), None),
        ("WORKDIR $X\nVOLUME data", "data", relative("data", "Use an absolute path"), None),
    ],
)  # fmt: skip
def test_df403_relative_paths(text: str, marked: str, message: str, fix: str | None) -> None:
    text = f"FROM x\n{text}\n"
    assert said("DF403", text) == [(marked, message)]
    title = message.rpartition(". ")[2].rstrip(".")
    assert fixes("DF403", text) == [fix and (title, "unsafe", f"FROM x\n{fix}\n")]


@pytest.mark.parametrize(
    ("paths", "marked", "path", "array"),
    [
        ("['/data']", "['/data']", "['/data']", '["/data"]'),
        ("['/a', '/b']", "['/a',", "['/a',", '["/a", "/b"]'),
        ("[ '/a','/b' ]", "[", "[", '["/a", "/b"]'),
        ("['/a',]", "['/a',]", "['/a',]", '["/a"]'),
        ("['/a', \"/b\"]", "['/a',", "['/a',", '["/a", "/b"]'),
    ],
)
def test_df403_single_quotes(paths: str, marked: str, path: str, array: str) -> None:
    text = f"FROM x\nVOLUME {paths}\n"
    message = f"The brackets become part of the path '{path}', because JSON needs double quotes. Write 'VOLUME {array}'."
    assert said("DF403", text) == [(marked, message)]
    assert fixes("DF403", text) == [("Use double quotes", "unsafe", f"FROM x\nVOLUME {array}\n")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM x\nVOLUME a b /c d", ["a", "b", "d"]),
        ("FROM x\nVOLUME a ['/b']", ["a", "['/b']"]),
        ("FROM x\nVOLUME [/a]", []),
        ("FROM x\nVOLUME [/a] b", ["b"]),
        ("FROM x\nVOLUME %a% \\b <c> {d} C:/e c:\\f", []),
        ("FROM x\nVOLUME <% a %>", []),
        ("FROM x\nVOLUME {% a %} b", []),
        ("FROM x\nVOLUME {{ a }} b", []),
        ("FROM x\nVOLUME ''", []),
        ('FROM x\nVOLUME [""]', []),
        ("FROM x\nENV D=/a E=b\nVOLUME $D $E", ["$E"]),
        ("FROM x\nARG D=a\nVOLUME $D", ["$D"]),
        ("FROM x\nENV D=\nVOLUME $D $F", []),
        ("FROM x\nVOLUME $D\nENV D=a", []),
        ("# escape=`\nFROM x\nENV D=a\nVOLUME $D/b", ["$D/b"]),
        ("VOLUME a\nFROM x", ["a"]),
        ("ENV D=a\nVOLUME $D\nFROM x", []),
        ("FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS w\nFROM w\nVOLUME a", []),
    ],
)
def test_df403_which_paths(text: str, expected: list[str]) -> None:
    assert [marked for marked, _ in said("DF403", f"{text}\n")] == expected


def test_df411_whole_finding() -> None:
    assert said("DF411", "FROM x\nvolume /a /b\n") == [
        (
            "volume",
            "Containers started without a volume for '/a' get an anonymous one. "
            "Remove the VOLUME, and document what to mount.",
        )
    ]
    assert lines("DF411", "FROM x\nVOLUME\n") == []
    assert lines("DF411", "VOLUME /a\nFROM x\n") == []
