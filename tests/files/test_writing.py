"""Files are replaced as a whole or not at all."""

from __future__ import annotations

import errno
import os
import signal
import stat
import struct
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.command import ROOT

from dockerlint_rules.files import writing
from dockerlint_rules.files.folder import Folder
from dockerlint_rules.files.writing import replace_file, write_atomically
from dockerlint_rules.syntax.source import Source, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OLD, NEW = b"FROM a\n", b"FROM bb\n"


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
    assert replace_file(os.path.realpath(link), b"FROM b\n", b"FROM a\n") is None
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


# -- what stays as it was --------------------------------------------------------------------------------

_USER = 65534
_LIST = "system.posix_acl_access"


def access_list(*entries: tuple[int, int, int]) -> bytes:
    """An access list as the kernel keeps it: tag, permissions and id of each entry."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *one) for one in entries)


OTHERS = access_list(
    (1, 6, 0xFFFFFFFF), (2, 4, _USER), (4, 0, 0xFFFFFFFF), (16, 4, 0xFFFFFFFF), (32, 0, 0xFFFFFFFF)
)


def everything(path: Path) -> dict[str, Any]:
    """What a file is besides its content and its times."""
    status = path.lstat()
    return {
        "mode": status.st_mode,
        "owner": (status.st_uid, status.st_gid),
        "links": status.st_nlink,
        "attributes": {name: os.getxattr(path, name) for name in os.listxattr(path)},
    }


def set_attribute(path: Path, name: str, value: bytes) -> None:
    try:
        os.setxattr(path, name, value)
    except OSError:
        pytest.skip("this file system has no such attributes")


MADE: dict[str, Callable[[Path], object]] = {
    "mode": lambda path: path.chmod(0o640),
    "closed to all others": lambda path: path.chmod(0o600),
    "open to all": lambda path: path.chmod(0o666),
    "setuid": lambda path: path.chmod(0o6755),
    "owner": lambda path: os.chown(path, _USER, _USER),
    "owner and setuid": lambda path: (os.chown(path, _USER, _USER), path.chmod(0o4711)),
    "attribute": lambda path: set_attribute(path, "user.origin", b"x\0y"),
    "access list": lambda path: set_attribute(path, _LIST, OTHERS),
    "hard link": lambda path: os.link(path, path.parent / "second"),
    "hard link and setuid": lambda path: (
        os.link(path, path.parent / "second"), path.chmod(0o6755),
    ),
    "hard link and attribute": lambda path: (
        os.link(path, path.parent / "second"), set_attribute(path, "user.origin", b"x"),
    ),
}  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="has other attributes")
@pytest.mark.parametrize("write", ["fix", "output"])
@pytest.mark.parametrize(
    "data", [NEW, b"F\n", b"FROM a\nRUN b\n" * 10_000], ids=["like", "short", "long"]
)
@pytest.mark.parametrize("kind", MADE)
def test_only_the_content_changes(tmp_path: Path, kind: str, data: bytes, write: str) -> None:
    if os.geteuid() and "owner" in kind:
        pytest.skip("only root can give files away")
    file = tmp_path / "Dockerfile"
    file.write_bytes(OLD)
    MADE[kind](file)
    before, names = everything(file), sorted(os.listdir(tmp_path))
    if write == "fix":
        assert replace_file(str(file), data, OLD) is None
    else:
        write_atomically(str(file), data)
    assert file.read_bytes() == data
    assert everything(file) == before
    assert sorted(os.listdir(tmp_path)) == names
    if "hard link" in kind:
        assert (tmp_path / "second").read_bytes() == data


def test_a_folder_that_gives_new_files_an_access_list(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_bytes(OLD)
    file.chmod(0o640)
    set_attribute(tmp_path, "system.posix_acl_default", OTHERS)
    before = everything(file)
    assert replace_file(str(file), NEW, OLD) is None
    assert everything(file) == before


# -- who may write ---------------------------------------------------------------------------------------


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that another user can reach."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


class _As:
    """The work of another user, if root runs the tests."""

    def __enter__(self) -> None:
        self.is_root = os.geteuid() == 0
        if self.is_root:
            os.setegid(_USER)
            os.seteuid(_USER)

    def __exit__(self, *_: object) -> None:
        if self.is_root:
            os.seteuid(0)
            os.setegid(0)


def owned(path: Path, mode: int) -> Path:
    path.write_bytes(OLD)
    if os.geteuid() == 0:
        os.chown(path, _USER, _USER)
    path.chmod(mode)
    return path


def test_read_only_file(shared: Path) -> None:
    file = owned(shared / "Dockerfile", 0o444)
    with _As():
        assert replace_file(str(file), NEW, OLD) == "is read-only; nothing was written"
    assert file.read_bytes() == OLD


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o4755])
def test_file_in_a_folder_that_takes_no_new_files(shared: Path, mode: int) -> None:
    file = owned(shared / "Dockerfile", mode)
    shared.chmod(0o555)
    before = everything(file)
    with _As():
        assert replace_file(str(file), NEW, OLD) is None
    assert file.read_bytes() == NEW
    assert everything(file) == before
    assert not [
        name for name in os.listdir(tempfile.gettempdir()) if name.startswith(".dockerlint-")
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_file_of_another_user_that_is_open_to_all(shared: Path) -> None:
    """A new file would belong to whoever runs dockerlint."""
    file = shared / "Dockerfile"
    file.write_bytes(OLD)
    file.chmod(0o666)
    shared.chmod(0o777)
    before = everything(file)
    with _As():
        assert replace_file(str(file), NEW, OLD) is None
    assert file.read_bytes() == NEW
    assert everything(file) == before
    assert os.listdir(shared) == ["Dockerfile"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_file_of_another_user_in_a_sticky_folder(shared: Path) -> None:
    file = shared / "Dockerfile"
    file.write_bytes(OLD)
    file.chmod(0o666)
    shared.chmod(0o1777)
    with _As():
        write_atomically(str(file), NEW)
    assert file.read_bytes() == NEW
    assert os.listdir(shared) == ["Dockerfile"]


# -- what fails ------------------------------------------------------------------------------------------


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("links", [1, 2])
@pytest.mark.parametrize("broken", ["fsync", "replace", "write", "posix_fallocate", "ftruncate"])
@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, after: int, links: int
) -> None:
    """Whichever step fails, and however often it has worked before: the old or the new content, and no scratch file."""
    file = tmp_path / "Dockerfile"
    file.write_bytes(OLD)
    for number in range(1, links):
        os.link(file, tmp_path / f"second-{number}")
    names = sorted(os.listdir(tmp_path))
    real, calls = getattr(os, broken), 0

    def fails_once(*values: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        return full() if calls == after + 1 else real(*values, **more)

    monkeypatch.setattr(os, broken, fails_once)
    problem = replace_file(str(file), NEW, OLD)
    assert problem in (None, "cannot be written: no space left on device")
    assert file.read_bytes() == (OLD if problem else NEW)
    assert sorted(os.listdir(tmp_path)) == names


def test_the_only_copy_is_not_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "Dockerfile"
    file.write_bytes(OLD)
    os.link(file, tmp_path / "second")
    real, calls = os.write, 0

    def breaks(handle: int, data: bytes) -> int:
        nonlocal calls
        calls += 1
        return real(handle, data) if calls == 1 else full()  # type: ignore[func-returns-value]

    monkeypatch.setattr(os, "write", breaks)
    problem = replace_file(str(file), NEW, OLD)
    assert problem is not None
    [kept] = set(os.listdir(tmp_path)) - {"Dockerfile", "second"}
    assert problem.endswith(f"; its old content is in '{tmp_path / kept}'")
    assert (tmp_path / kept).read_bytes() == OLD


def test_scratch_files_cannot_be_guessed_or_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "Dockerfile"
    seen: set[str] = set()
    real = os.fsync

    def look(handle: int) -> None:
        for name in set(os.listdir(tmp_path)) - {"Dockerfile"}:
            seen.add(name)
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) in (0o600, 0o640)
        real(handle)

    monkeypatch.setattr(os, "fsync", look)
    for _ in range(2):
        file.write_bytes(OLD)
        file.chmod(0o640)
        assert replace_file(str(file), NEW, OLD) is None
    assert len(seen) == 2
    assert all(len(name) == len(".dockerlint-") + 32 for name in seen)


def test_scratch_files_are_new_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link that lies in the place of a scratch file is not followed."""
    file = tmp_path / "Dockerfile"
    file.write_bytes(OLD)
    monkeypatch.setattr(os, "urandom", lambda size: b"\0" * size)
    (tmp_path / f".dockerlint-{'0' * 32}").symlink_to(tmp_path / "elsewhere")
    assert replace_file(str(file), NEW, OLD) == "cannot be written: file exists"
    assert not (tmp_path / "elsewhere").exists()
    assert file.read_bytes() == OLD


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("links", [1, 2])
def test_signal_while_writing(tmp_path: Path, number: int, step: str, links: int) -> None:
    """The program ends as the signal says, and leaves the old or the new content and no scratch file."""
    (tmp_path / "Dockerfile").write_bytes(OLD)
    if links == 2:
        os.link(tmp_path / "Dockerfile", tmp_path / "second")
    code = f"""\
import os, signal
from dockerlint_rules.files.writing import replace_file
signal.signal(signal.SIGINT, signal.SIG_DFL)
real = os.{step}
def interrupted(*values, **more):
    os.kill(os.getpid(), {int(number)})
    return real(*values, **more)
os.{step} = interrupted
replace_file("Dockerfile", {NEW!r}, {OLD!r})
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60, check=False
    )  # fmt: skip
    if not (links == 2 and step == "replace"):  # it is not called there
        assert done.returncode == -number
        content = OLD if step == "fsync" else NEW
        assert (tmp_path / "Dockerfile").read_bytes() == content
    assert len(os.listdir(tmp_path)) == links


# -- swapped meanwhile -----------------------------------------------------------------------------------


@pytest.mark.parametrize("swapped", ["file", "folder", "folder above"])
def test_what_becomes_a_link_meanwhile(tmp_path: Path, swapped: str) -> None:
    """The content of the file that the link leads to is the same, so only the link can be noticed."""
    folder = tmp_path / "above" / "folder"
    folder.mkdir(parents=True)
    (folder / "Dockerfile").write_bytes(OLD)
    outside = tmp_path / "outside"
    (outside / "folder").mkdir(parents=True)
    (outside / "Dockerfile").write_bytes(OLD)
    os.link(outside / "Dockerfile", outside / "second")  # would be written in place
    (outside / "folder" / "Dockerfile").write_bytes(OLD)
    at, target = {
        "file": (folder / "Dockerfile", outside / "Dockerfile"),
        "folder": (folder, outside),
        "folder above": (folder.parent, outside),
    }[swapped]
    at.rename(tmp_path / "moved")
    at.symlink_to(target)
    problem = replace_file(str(folder / "Dockerfile"), NEW, OLD)
    assert problem is not None
    assert problem.endswith("nothing was written")
    assert (outside / "Dockerfile").read_bytes() == OLD
    assert (outside / "folder" / "Dockerfile").read_bytes() == OLD
    assert not [name for _, _, names in os.walk(tmp_path) for name in names if name[0] == "."]


def test_a_folder_that_is_swapped_while_it_is_open(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "outside").mkdir()
    with Folder(str(folder)) as held:
        folder.rename(tmp_path / "moved")
        folder.symlink_to("outside")
        os.close(held.open("new", os.O_RDWR | os.O_CREAT | os.O_EXCL))
    assert os.listdir(tmp_path / "outside") == []
    assert os.listdir(tmp_path / "moved") == ["new"]


def test_a_file_that_is_replaced_just_before_the_rename(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "Dockerfile"
    file.write_bytes(OLD)
    real = writing.copy_metadata

    def replaced(*values: Any) -> bool:
        (tmp_path / "new").write_bytes(b"of an editor")
        (tmp_path / "new").rename(file)
        return real(*values)

    monkeypatch.setattr(writing, "copy_metadata", replaced)
    assert (
        replace_file(str(file), NEW, OLD)
        == "changed on disk while it was being fixed; nothing was written"
    )
    assert file.read_bytes() == b"of an editor"
    assert os.listdir(tmp_path) == ["Dockerfile"]


@pytest.mark.parametrize("kind", ["fifo", "directory", "device"])
def test_file_that_becomes_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    path = tmp_path / "Dockerfile"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "directory":
        path.mkdir()
    else:
        path = Path("/dev/null")
    problem = replace_file(str(path), NEW, OLD)
    assert problem is not None
    assert "changed on disk" in problem or "is a directory" in problem


# -- reports ---------------------------------------------------------------------------------------------


def test_report_through_a_link_of_the_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tmp_path / "precious").write_bytes(OLD)
    (tree / "inside").write_bytes(OLD)
    (tree / "out").symlink_to("../precious")
    (tree / "new").symlink_to("../missing")
    (tree / "folder").symlink_to("..", target_is_directory=True)
    (tree / "in").symlink_to("inside")
    (tree / ".git").mkdir()
    (tree / "git").symlink_to(".git/config")
    monkeypatch.chdir(tree)
    for name in ("out", "new", "folder/precious", "folder/missing", "git", str(tree / "out")):
        with pytest.raises(OSError, match="symbolic link out of the tree"):
            write_atomically(name, NEW)
    write_atomically("in", NEW)
    assert (tree / "inside").read_bytes() == NEW
    assert (tree / "in").is_symlink()
    assert (tmp_path / "precious").read_bytes() == OLD
    assert sorted(os.listdir(tmp_path)) == ["precious", "tree"]
    assert os.listdir(tree / ".git") == []


def test_report_into_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="nobody reads"):
        write_atomically(str(pipe), NEW)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_atomically(str(pipe), NEW)
    assert os.read(reader, 100) == NEW
    os.close(reader)


def test_report_to_standard_output_that_is_a_file(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as file:
        code = "from dockerlint_rules.files.writing import write_atomically as w; w('/dev/stdout', b'a')"
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=file, timeout=60, check=True
        )  # fmt: skip
    assert (tmp_path / "out").read_bytes() == b"a"


@pytest.mark.parametrize("path", ["no\0ne", "\ud800", "", ".", "missing/file", "x" * 300, "loop"])
def test_report_to_what_is_no_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("loop").symlink_to("loop")
    with pytest.raises(OSError, match=r"."):
        write_atomically(path, NEW)
    with suppress(ValueError):
        assert os.listdir(tmp_path) == ["loop"]
