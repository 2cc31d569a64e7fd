"""Files are replaced as a whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dockerlint_rules.files.writing import replace_file, write_atomically
from dockerlint_rules.syntax.source import Source, encode


def test_mode_of_a_new_file(tmp_path: Path) -> None:
    write_atomically(str(tmp_path / "new"), b"a")
    (tmp_path / "other").touch()
    assert (tmp_path / "new").read_bytes() == b"a"
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_device() -> None:
    write_atomically(os.devnull, b"a")
    assert not os.path.isfile(os.devnull)


@pytest.mark.parametrize(
    "data",
    [
        b"FROM a\r\nRUN b\r\n",
        b"\xef\xbb\xbfFROM a\n",
        b"FROM a\nRUN \xff\xfe",
        b"FROM a\nRUN \xe2\x98\x83\n\n\n",
        b"FROM a\rRUN b",
    ],
)
def test_bytes_round_trip(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "Dockerfile"
    file.write_bytes(data)
    assert replace_file(str(file), encode(Source.from_bytes(data, str(file)).text), data) is None
    assert file.read_bytes() == data


def test_mode_and_symbolic_link_are_kept(tmp_path: Path) -> None:
    file, link = tmp_path / "real", tmp_path / "Dockerfile"
    file.write_bytes(b"FROM a\n")
    file.chmod(0o640)
    link.symlink_to(file)
    assert replace_file(str(link), b"FROM b\n", b"FROM a\n") is None
    assert link.is_symlink()
    assert file.read_bytes() == b"FROM b\n"
    assert file.stat().st_mode & 0o7777 == 0o640
    assert sorted(os.listdir(tmp_path)) == ["Dockerfile", "real"]


def test_file_that_changed_meanwhile(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_bytes(b"FROM c\n")
    problem = replace_file(str(file), b"FROM b\n", b"FROM a\n")
    assert problem == "changed on disk while it was being fixed; nothing was written"
    assert file.read_bytes() == b"FROM c\n"


def test_file_that_was_removed_meanwhile(tmp_path: Path) -> None:
    problem = replace_file(str(tmp_path / "Dockerfile"), b"FROM b\n", b"FROM a\n")
    assert problem is not None
    assert "no such file" in problem
    assert os.listdir(tmp_path) == []


def test_read_only_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "Dockerfile"
    file.write_bytes(b"FROM a\n")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everything
    assert replace_file(str(file), b"FROM b\n", b"FROM a\n") == "is read-only; nothing was written"
    assert file.read_bytes() == b"FROM a\n"


@pytest.mark.parametrize("broken", ["fsync", "replace", "chmod"])
def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    file = tmp_path / "Dockerfile"
    file.write_bytes(b"FROM a\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, broken, full)
    problem = replace_file(str(file), b"FROM b\n", b"FROM a\n")
    assert problem == "cannot be written: no space left on device"
    assert file.read_bytes() == b"FROM a\n"
    assert os.listdir(tmp_path) == ["Dockerfile"]
