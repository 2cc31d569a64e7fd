"""A file is read whole or not at all, and only up to a bound."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.hostile_files import HOSTILE, ended_when_it_hangs

from dockerlint_rules.files.reading import (
    LARGEST_SIDE_FILE,
    entries_of,
    load,
    read_bytes,
    read_side_text,
    size_text,
)


@pytest.mark.parametrize("size", [0, 1, 99, 100])
def test_up_to_the_bound(tmp_path: Path, size: int) -> None:
    (tmp_path / "file").write_bytes(b"x" * size)
    assert read_bytes(str(tmp_path / "file"), 100) == b"x" * size


@pytest.mark.parametrize("size", [101, 10_000])
def test_beyond_the_bound(tmp_path: Path, size: int) -> None:
    (tmp_path / "file").write_bytes(b"x" * size)
    assert read_bytes(str(tmp_path / "file"), 100) == "is larger than 100 bytes"
    assert (
        read_bytes(str(tmp_path / "file"), 100, "; buy more")
        == "is larger than 100 bytes; buy more"
    )


def test_files_whose_size_the_system_does_not_tell() -> None:
    whole = read_bytes("/proc/self/status")
    assert isinstance(whole, bytes)
    assert len(whole) > 100
    assert read_bytes("/proc/self/status", 100) == "is larger than 100 bytes"


def test_a_file_that_grows_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 50)
    real = os.fstat

    def grows(handle: int) -> os.stat_result:
        status = real(handle)
        with path.open("ab") as file:
            file.write(b"y" * 50)
        return status

    monkeypatch.setattr(os, "fstat", grows)
    assert read_bytes(str(path), 99) == "is larger than 99 bytes"


def test_a_file_that_becomes_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    real = os.stat

    def swapped(name: str) -> os.stat_result:
        status = real(name)
        path.unlink()
        os.mkfifo(path)
        return status

    monkeypatch.setattr(os, "stat", swapped)
    with ended_when_it_hangs():
        assert read_bytes(str(path)) == "is a named pipe"


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    (tmp_path / "outside").mkdir()
    HOSTILE[kind](tmp_path / "file", tmp_path / "outside")
    monkeypatch.chdir(tmp_path)
    is_file = kind in ("link-out", "environment", "nothing-but-nuls", "no-utf-8", "empty")
    with ended_when_it_hangs():
        found = read_bytes("file")
        assert isinstance(found, bytes) is is_file
        assert (read_side_text("file") is not None) is is_file
        try:
            assert load("file") == found
        except OSError:
            assert not is_file


def test_a_side_file_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * LARGEST_SIDE_FILE)
    assert read_side_text(str(tmp_path / "file")) == "x" * LARGEST_SIDE_FILE
    (tmp_path / "file").write_bytes(b"x" * (LARGEST_SIDE_FILE + 1))
    assert read_side_text(str(tmp_path / "file")) is None


def test_errors_of_the_system_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(str(tmp_path / "none"))
    with pytest.raises(OSError, match="is a directory"):
        load(str(tmp_path))


def test_entries(tmp_path: Path) -> None:
    for name in ("b", "a", "c\n", os.fsdecode(b"\xff")):
        (tmp_path / name).touch()
    names = [one.name for one in entries_of(str(tmp_path))]
    assert names == sorted(names)
    assert len(names) == 4
    assert len(entries_of(str(tmp_path), 2)) == 2


@pytest.mark.parametrize(
    ("size", "text"),
    [(1, "1 byte"), (0, "0 bytes"), (1023, "1023 bytes"), (5 << 20, "5 MiB"), (3 << 10, "3 KiB"), (1 << 30, "1 GiB"),
     ((1 << 20) + 1, "1048577 bytes")],
)  # fmt: skip
def test_sizes(size: int, text: str) -> None:
    assert size_text(size) == text
