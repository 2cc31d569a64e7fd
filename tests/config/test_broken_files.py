"""A configuration that exists and cannot be understood is an error with its file and line, never a silent default."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.command import dockerlint

from dockerlint_rules.config import ConfigError
from dockerlint_rules.config.files import LARGEST, find_config, read_config

FAULTY = "FROM debian:13\nMAINTAINER me\n"
OURS = (".dockerlint", "setup.cfg", "tox.ini", "pyproject.toml")
ALL = (*OURS, ".hadolint.yaml", ".hadolint.yml")


def outcome(folder: Path) -> tuple[int, str] | str | None:
    """What a search from the folder ends with: line and message of an error, the file's name, or None."""
    try:
        found = find_config(str(folder))
        if found is None:
            return None
        read_config(found)
    except ConfigError as error:
        return error.line, error.message
    return os.path.basename(found)


def error_of(folder: Path, name: str, content: str | bytes) -> tuple[int, str]:
    """Line and message of the error that a file causes."""
    data = content if isinstance(content, bytes) else content.encode()
    (folder / name).write_bytes(data)
    found = outcome(folder)
    assert isinstance(found, tuple), f"{name}: {data[:60]!r} is not an error but {found}"
    return found


# -- headings ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [".dockerlint", "setup.cfg", "tox.ini"])
@pytest.mark.parametrize(
    "heading",
    [
        "[dockerlint", "[dockerlint[", "[Dockerlint]", "[DOCKERLINT]", "[ dockerlint ]", "[dockerlint ]", "[\tdockerlint]",
        "[tool.dockerlint]", "[tool:dockerlint]", "[[dockerlint]]", '["dockerlint"]', "[docker-lint]", "[docker_lint]",
        "[docker lint]", "[dockerlint-rules]", "[dockerlint:other]", "[dockerlint:localplugins]",
        "[dockerlint: local-plugins]", "[Dockerlint:local-plugins]", "[dockerlint.local-plugins]", "[dockerlint::]",
    ],
)  # fmt: skip
def test_a_heading_that_is_nearly_ours(tmp_path: Path, name: str, heading: str) -> None:
    line, message = error_of(tmp_path, name, f"[other]\na = 1\n{heading}\nignore = DF801\n")
    assert line == 3
    assert "[dockerlint" in message
    # Beside a section that is right, its options would be lost without a word.
    line, _ = error_of(tmp_path, name, f"[dockerlint]\nselect = DF8\n{heading}\nignore = DF801\n")
    assert line == 3


@pytest.mark.parametrize(
    "heading",
    [
        "[testenv:dockerlint]", "[other]\nx = [Dockerlint]", "[other]\nx =\n  [dockerlint", "# [dockerlint", "; [Dockerlint]",
        "[dockerlint-acme]", "[dockerlinter]", "[mydockerlint]",
    ],
)  # fmt: skip
def test_a_heading_of_others(tmp_path: Path, heading: str) -> None:
    (tmp_path / "setup.cfg").write_text(f"{heading}\n")
    assert outcome(tmp_path) is None
    (tmp_path / "tox.ini").write_text("[dockerlint]\n")
    assert outcome(tmp_path) == "tox.ini"


def test_a_heading_may_be_indented_as_configparser_allows(tmp_path: Path) -> None:
    (tmp_path / "setup.cfg").write_text("  [dockerlint]\n  select = DF8\n")
    found = find_config(str(tmp_path))
    assert found
    assert read_config(found) == {"select": ["DF8"]}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[tool.dockerlint\nignore = []\n", 1),
        ("[project]\nname = 'x'\n[tool.dockerlint\n", 3),
        ("[project\nname = 'dockerlint'\n", 1),
        ("[project]\nx = 1\nx = 2\n[tool.dockerlint]\n", 3),
        ("[tool]\ndockerlint = {ignore = []\n", 2),
        ("a = \n# dockerlint\n", 1),
        ("[tool.Dockerlint]\nignore = []\n", 1),
        ("[tool.docker-lint]\n", 1),
        ("[tool.docker_lint]\n", 1),
        ("[tool.dockerlint-rules]\n", 1),
        ('[tool."dockerlint "]\n', 1),
        ("[Tool.dockerlint]\n", 1),
        ("[tools.dockerlint]\n", 1),
        ("[dockerlint]\nignore = []\n", 1),
        ("[project]\nname = 'x'\n[Dockerlint]\n", 3),
        ("[tool.dockerlint]\n[tool.Dockerlint]\n", 2),
        ("[[tool.dockerlint]]\n", 1),
        ("[tool]\ndockerlint = 3\n", 2),
        ("[tool.dockerlint]\nselect = ['DF1']\nselect = ['DF2']\n", 3),
        ("[tool.dockerlint]\n[tool.dockerlint]\n", 2),
        ("[tool.dockerlint]\nselect = ['DF1']\nSelect = ['DF2']\n", 3),
        ("[tool.dockerlint]\nforce-exclude = true\nforce_exclude = true\n", 3),
        ("[tool.dockerlint]\nfix = true\nFIX = true\n", 3),
        ("[tool.dockerlint]\njobs = 1\nx = " + "1" * 5000 + "\n", 3),
        ("[tool.dockerlint]\ntarget = \"a\0b\"\n", 2),
        ("[tool.dockerlint]\ntarget = \"a\\u0000b\"\n", 2),
        ("[tool.dockerlint]\ncontext = \"a\\u0000b\"\n", 2),
        ("[tool.dockerlint]\nbaseline = \"a\\u0000b\"\n", 2),
        ("[tool.dockerlint]\nselect = [\"DF1\\u0000\"]\n", 2),
        ("[tool.dockerlint]\nbuild-arg = {\"A\\u0000\" = \"x\"}\n", 2),
    ],
)  # fmt: skip
def test_a_pyproject_that_is_broken_or_nearly_ours(tmp_path: Path, text: str, line: int) -> None:
    assert error_of(tmp_path, "pyproject.toml", text)[0] == line


@pytest.mark.parametrize(
    "text", ["[project\nname = 'x'\n", "[tool.ruff]\nx = [\n", "\0", "[project]\nname='x'\n"]
)
def test_a_pyproject_of_others(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert outcome(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("ignore = DF801\n", 1),
        ("\n# a comment\nignore = DF801\n", 3),
        ("[flake8]\nignore = E1\n", 1),
        ("[dokerlint]\nignore = E1\n", 1),
        ("nonsense\n", 1),
        ("{}", 1),
        ("[dockerlint]\nselect\n", 2),
        ("[dockerlint]\n= x\n", 2),
        ("[dockerlint]\nselect = DF1\n[dockerlint]\n", 3),
        ("[dockerlint]\nselect = DF1\nSELECT = DF2\n", 3),
        ("[dockerlint]\nforce-exclude = 1\nforce_exclude = 1\n", 3),
        ("[dockerlint]\nfix = 1\n[dockerlint\nfix = 2\n", 3),
        ("[dockerlint]\nselect = DF1\0\n", 2),
    ],
)
def test_our_own_file_always_counts(tmp_path: Path, text: str, line: int) -> None:
    assert error_of(tmp_path, ".dockerlint", text)[0] == line


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n; at all\n", "\ufeff"])
def test_an_empty_file_of_ours_sets_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / ".dockerlint").write_text(text)
    assert outcome(tmp_path) is None


# -- hadolint's file ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [".hadolint.yaml", ".hadolint.yml"])
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("ignored: 3\n", 1),
        ("ignored: {a: b}\n", 1),
        ("ignored: [[DL3008]]\n", 1),
        ("ignored: [3]\n", 1),
        ("ignored: [null]\n", 1),
        ("ignored: [2020-01-01]\n", 1),
        ("\nno-fail: 3\n", 2),
        ("no-fail: [true]\n", 1),
        ("no-color: maybe\n", 1),
        ("strict-labels: 1.5\n", 1),
        ("override: [DL3008]\n", 1),
        ("override: x\n", 1),
        ("override:\n  error: 3\n", 1),
        ("override:\n  error: {a: b}\n", 1),
        ("override:\n  3: [DL3008]\n", 1),
        ("label-schema: [a]\n", 1),
        ("label-schema: {a: 3}\n", 1),
        ("label-schema: {a: [text]}\n", 1),
        ("label-schema: x\n", 1),
        ("trustedRegistries: {a: b}\n", 1),
        ("failure-threshold: 3\n", 1),
        ("failure-threshold: [error]\n", 1),
        ("failure-threshold: true\n", 1),
        ("[]\n", 1),
        ("x\n", 1),
        ("3\n", 1),
        ("'x'\n", 1),
        ("ignored: [DL3008]\nignored: [DL3009]\n", 2),
        ("ignored: [DL3008\n", 2),
        ("ignored: !!int x\n", 1),
        ("no-fail: !!bool x\n", 1),
        ("no-fail: !!timestamp x\n", 1),
        ("ignored: !foo [a]\n", 1),
        ("ignored: !!python/object:os.system [a]\n", 1),
        ("ignored: *nowhere\n", 1),
        ("ignored: &a [*a]\n", 1),
        ("a: 1\n---\nb: 2\n", 2),
        ("ignored:\n\t- DL3008\n", 2),
        ("ignored: [a\0]\n", 1),
        ("ignored: [\"a\\0\"]\n", 1),
        ("? [a]\n: b\n", 1),
        ("<<: x\n", 1),
        ("<<: [3]\n", 1),
        ('{"ignored": 3}', 1),
        ('{"ignored": ["DL3008"],\n "ignored": []}', 2),
        ('{"no-fail": 1e999}', 1),
        ('{"no-fail": ' + "9" * 5000 + "}", 1),
        ('["DL3008"]', 1),
        ("ignored: " + "9" * 5000 + "\n", 1),
        ("no-fail: 0x" + "f" * 9000 + "\n", 1),
        ("no-fail: " + "1:" * 3000 + "1\n", 1),
        ("Ignored: [DL3008]\n", 1),
    ],
)  # fmt: skip
def test_wrong_types_in_hadolints_file(tmp_path: Path, name: str, text: str, line: int) -> None:
    found, message = error_of(tmp_path, name, text)
    assert found == line
    assert len(message) < 300


@pytest.mark.parametrize(
    "text",
    ["", "---\n", "# x\n", "null\n", "ignored:\n", "override:\n  error:\n", "{}", "---\n...\n"],
)
def test_an_empty_file_of_hadolint_is_right(tmp_path: Path, text: str) -> None:
    (tmp_path / ".hadolint.yaml").write_text(text)
    assert outcome(tmp_path) == ".hadolint.yaml"


def test_anchors_and_merged_keys_of_hadolints_file(tmp_path: Path) -> None:
    text = "override: &a\n  error: &l [DL3008]\n  <<: {info: [DL3009]}\nignored: *l\n"
    (tmp_path / ".hadolint.yaml").write_text(text)
    assert read_config(str(tmp_path / ".hadolint.yaml")) == {
        "lenient": True,
        "severity": {"DL3008": "error", "DL3009": "info"},
        "ignore": ["DL3008"],
    }


# -- files that are not text, or not files -----------------------------------------------------------


def texts(name: str) -> str:
    """A right configuration of this name."""
    if name.endswith(".toml"):
        return "[tool.dockerlint]\nignore = ['DF801']\n"
    return "[dockerlint]\nignore = DF801\n" if name in OURS else "ignored: [DF801]\n"


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16(tmp_path: Path, name: str, encoding: str) -> None:
    line, message = error_of(tmp_path, name, texts(name).encode(encoding))
    assert line == 1
    assert "UTF-8" in message


@pytest.mark.parametrize("name", ALL)
def test_another_encoding(tmp_path: Path, name: str) -> None:
    line, message = error_of(tmp_path, name, texts(name).encode() + b"# caf\xe9\n")
    assert (line, message) == (3 if name in OURS else 2, "is not UTF-8")


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("kind", ["pipe", "folder", "loop", "dangling", "device", "socket"])
def test_what_is_not_a_file(tmp_path: Path, name: str, kind: str) -> None:
    path = tmp_path / name
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "dangling":
        path.symlink_to(tmp_path / "nowhere")
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        import socket

        socket.socket(socket.AF_UNIX).bind(str(path))
    if kind == "pipe":  # in another process, as one that opens it waits for ever
        done = dockerlint(cwd=tmp_path)
        assert done.stderr.decode().strip() == f"dockerlint: {name}: is a named pipe"
        assert done.returncode == 2
    else:
        found = outcome(tmp_path)
        assert isinstance(found, tuple)
        assert found[0] == 0
        assert found[1].startswith(("is a", "cannot be read: too many symbolic links"))


@pytest.mark.parametrize("name", ALL)
def test_a_file_that_nobody_has_written_by_hand(tmp_path: Path, name: str) -> None:
    with open(tmp_path / name, "wb") as file:
        file.write(texts(name).encode())
        file.truncate(LARGEST + 1)
    assert outcome(tmp_path) == (0, "is larger than 1 MiB")


def test_a_file_of_others_may_be_unreadable_only_where_it_is_not_seen(tmp_path: Path) -> None:
    (tmp_path / ".dockerlint").write_text("[dockerlint]\n")
    (tmp_path / "setup.cfg").mkdir()  # the first one that has our section ends the search
    assert outcome(tmp_path) == ".dockerlint"


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    "content",
    ["key = hunter2\n", "hunter2\n", "[hunter2]\nx\n", "hunter2: x\n", "{hunter2", "[dockerlint]\nhunter2 = 1\n",
     "# dockerlint\n[hunter2\n", "[tool.dockerlint]\nhunter2 = 1\n", "[dockerlint:hunter2]\n"],
)  # fmt: skip
def test_a_link_out_of_the_tree_is_not_followed_or_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: str
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "secret").write_text(content)
    (project / name).symlink_to("../secret")
    monkeypatch.chdir(project)
    found = outcome(project)
    mark = {"setup.cfg": "dockerlint]", "tox.ini": "dockerlint]", "pyproject.toml": "dockerlint"}
    if mark.get(name, "") in content or "dockerlint:" in content:
        message = "is a symbolic link out of the tree; name the file with --config to use it"
        assert found == (0, message)
    else:
        assert found is None  # it says nothing about us


@pytest.mark.parametrize("name", ALL)
def test_a_run_does_not_quote_what_a_link_leads_to(tmp_path: Path, name: str) -> None:
    project = tmp_path / "project"
    (project / "web").mkdir(parents=True)
    (tmp_path / "secret").write_text("[dockerlint]\nhunter2 = 1\n")
    (project / name).symlink_to("../secret")
    (project / "web" / "Dockerfile").write_text(FAULTY)
    done = dockerlint("--select", "DF801", cwd=project)
    assert b"hunter2" not in done.stdout + done.stderr
    assert f"dockerlint: {name}: is a symbolic link out of the tree".encode() in done.stderr
    assert done.returncode == 2


@pytest.mark.parametrize("place", ["root", "home"])
def test_the_tree_is_neither_the_file_system_nor_a_home_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """As in a container that starts in "/", or where dotfiles are a repository."""
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "secret").write_text("[dockerlint]\nhunter2 = 1\n")
    (project / ".dockerlint").symlink_to("../secret")
    (project / "Dockerfile").write_text(FAULTY)
    if place == "home":
        monkeypatch.setenv("HOME", str(tmp_path))
        (tmp_path / ".git").mkdir()
    done = dockerlint(str(project), cwd=Path("/") if place == "root" else tmp_path)
    assert b"hunter2" not in done.stdout + done.stderr
    assert b".dockerlint: is a symbolic link out of the tree" in done.stderr
    assert done.returncode == 2


def test_a_table_in_a_text_is_no_table_of_ours(tmp_path: Path) -> None:
    text = "[project]\nname = 'x'\n[tool.x]\nhelp = '''\n[tool.dockerlint]\n'''\n"
    (tmp_path / "pyproject.toml").write_text(text)
    assert outcome(tmp_path) is None


def test_a_link_inside_the_tree_is_followed(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "shared.cfg").write_text("[dockerlint]\nignore = DF801\n")
    (tmp_path / "web" / ".dockerlint").symlink_to("../shared.cfg")
    (tmp_path / "web" / "Dockerfile").write_text(FAULTY)
    done = dockerlint("--select", "DF801", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    (tmp_path / ".git").mkdir()
    done = dockerlint("--select", "DF801", cwd=tmp_path / "web")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_link_that_the_command_line_names_is_followed(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "shared.cfg").write_text("[dockerlint]\nignore = DF801\n")
    (tmp_path / "project" / "link.cfg").symlink_to("../shared.cfg")
    (tmp_path / "project" / "Dockerfile").write_text(FAULTY)
    done = dockerlint("--select", "DF801", "--config", "link.cfg", cwd=tmp_path / "project")
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_empty_name_is_not_a_reason_to_take_what_the_tree_says(tmp_path: Path) -> None:
    (tmp_path / ".dockerlint").write_text("[dockerlint]\nignore = DF801\n")
    (tmp_path / "Dockerfile").write_text(FAULTY)
    for value in ("", " "):
        done = dockerlint("--config", value, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"option 'config' takes the name of a file" in done.stderr


# -- the rest of the run -----------------------------------------------------------------------------


@pytest.mark.parametrize("order", [("good", "bad"), ("bad", "good"), ("bad/one", "good")])
def test_findings_of_other_files_still_come_out(tmp_path: Path, order: tuple[str, ...]) -> None:
    for name in ("good", "bad/one", "bad/two"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "Dockerfile").write_text(FAULTY)
    (tmp_path / "bad" / ".dockerlint").write_text("[dockerlint]\nquiet = true\n[dockerlint\n")
    done = dockerlint("--select", "DF801", "--quiet", *order, cwd=tmp_path)
    assert [line.split(b":")[0] for line in done.stdout.splitlines()] == [b"good/Dockerfile"]
    [error] = done.stderr.decode().splitlines()  # one for the configuration, not one for each file
    assert "bad/.dockerlint:3: " in error
    assert done.returncode == 2


def test_a_broken_configuration_is_an_error_where_there_is_no_file_to_lint(tmp_path: Path) -> None:
    (tmp_path / ".dockerlint").write_text("[dockerlint\n")
    done = dockerlint(cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(b"dockerlint: .dockerlint:1: ")


def test_machines_get_the_error_in_their_format(tmp_path: Path) -> None:
    import json

    (tmp_path / ".dockerlint").write_text("[dockerlint\n")
    (tmp_path / "Dockerfile").write_text(FAULTY)
    done = dockerlint("--format", "json", cwd=tmp_path)
    [error] = json.loads(done.stdout)["errors"]
    assert (error["kind"], error["path"]) == ("config", "Dockerfile")
    assert done.returncode == 2


def test_an_error_can_be_sent_to_another_process() -> None:
    import pickle

    from dockerlint_rules.engine.selection import SelectorError

    for error in (ConfigError("a", 3, "x"), SelectorError("x", "select")):
        copy = pickle.loads(pickle.dumps(error))
        assert (copy.path, copy.line, copy.message) == (error.path, error.line, "x")
