"""Who may set an option: what a configuration file or an editor may not set is one warning, and has no effect."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from support.command import dockerlint

from dockerlint_rules.config.editor import OWN, read_settings
from dockerlint_rules.config.files import find_config, read_config
from dockerlint_rules.config.options import COMMAND_LINE, EDITOR, FILE, TABLE

ONLY_COMMAND_LINE = {
    "config": "other.cfg", "diff": "true", "fix": "true", "isolated": "true", "jobs": "2", "local-plugins": "true",
    "output-file": "report.txt", "stdin-filename": "x", "time-limit": "5", "unsafe-fixes": "true",
}  # fmt: skip
FILES = (".dockerlint", "setup.cfg", "tox.ini", "pyproject.toml")
FAULTY = "FROM debian:13\nMAINTAINER me\n"


def configuration(name: str, option: str, value: str) -> str:
    """A file that sets one option, on its second line."""
    if name.endswith(".toml"):
        is_literal = value == "true" or value.isdigit()
        return f"[tool.dockerlint]\n{option} = {value if is_literal else repr(value)}\n"
    return f"[dockerlint]\n{option} = {value}\n"


def test_these_options_belong_to_the_command_line_alone() -> None:
    alone = {one.dashed for one in TABLE if one.where == COMMAND_LINE}
    assert alone == set(ONLY_COMMAND_LINE)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("option", ONLY_COMMAND_LINE)
def test_a_file_cannot_set_them(tmp_path: Path, name: str, option: str) -> None:
    path = tmp_path / name
    path.write_text(configuration(name, option, ONLY_COMMAND_LINE[option]))
    warnings: list[str] = []
    found = find_config(str(tmp_path))
    assert found
    assert read_config(found, warn=warnings.append) == {}
    expected = f"option '{option}' is ignored: it can only be given on the command line"
    assert warnings == [f"{path}:2: {expected}"]


@pytest.mark.parametrize("name", FILES)
def test_the_run_goes_on_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    lines = [configuration(name, *pair).split("\n")[1] for pair in ONLY_COMMAND_LINE.items()]
    heading = configuration(name, "x", "y").split("\n")[0]
    (tmp_path / name).write_text("\n".join([heading, *lines, "quiet = true", ""]))
    (tmp_path / "Dockerfile").write_text(FAULTY)
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "Dockerfile").write_text(FAULTY)
    done = dockerlint("--select", "DF801", cwd=tmp_path)
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 2
    warnings = done.stderr.decode().splitlines()
    assert [line.split("'")[1] for line in warnings] == list(ONLY_COMMAND_LINE)
    assert all(line.startswith(f"dockerlint: warning: {name}:") for line in warnings)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({"Dockerfile", "web", name})
    assert (tmp_path / "Dockerfile").read_text() == FAULTY


def test_many_processes_warn_once(tmp_path: Path) -> None:
    for number in range(80):
        (tmp_path / f"{number}.Dockerfile").write_text(FAULTY)
    (tmp_path / ".dockerlint").write_text("[dockerlint]\nfix = yes\nquiet = yes\n")
    done = dockerlint("--select", "DF801", "-j", "2", cwd=tmp_path)
    assert len(done.stderr.splitlines()) == 1


def test_hadolints_file_has_no_such_keys(tmp_path: Path) -> None:
    (tmp_path / ".hadolint.yaml").write_text("fix: true\n")
    (tmp_path / "Dockerfile").write_text(FAULTY)
    done = dockerlint(cwd=tmp_path)
    assert done.returncode == 2
    assert b".hadolint.yaml:1: unknown option 'fix'" in done.stderr


@pytest.mark.parametrize("option", ["context", "baseline"])
@pytest.mark.parametrize("name", FILES)
def test_a_path_must_lie_below_the_file(tmp_path: Path, name: str, option: str) -> None:
    project = tmp_path / "project"
    (project / "app").mkdir(parents=True)
    (project / "out").symlink_to(tmp_path)
    path = project / name

    def read(value: str, **given: object) -> tuple[dict[str, object], list[str]]:
        path.write_text(configuration(name, option, value))
        warnings: list[str] = []
        return read_config(str(path), None, given, warnings.append), warnings

    assert read("app") == ({option: str(project / "app")}, [])
    assert read(".") == ({option: str(project / ".")}, [])
    for value in ("..", "/etc", "app/../..", "out/x"):
        expected = f"option '{option}' is ignored: '{value}' is outside the directory of the configuration file"
        assert read(value) == ({}, [f"{path}:2: {expected}"])
    # A file that the command line names is the user's own choice.
    assert read("..", config=str(path)) == ({option: str(tmp_path)}, [])


def test_a_baseline_is_not_written_outside_of_the_tree(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("mine")
    project = tmp_path / "project"
    project.mkdir()
    (project / "Dockerfile").write_text(FAULTY)
    (project / ".dockerlint").write_text("[dockerlint]\nbaseline = ../victim\n")
    done = dockerlint("baseline", cwd=project)
    assert done.returncode == 0
    assert (tmp_path / "victim").read_text() == "mine"
    assert (project / ".dockerlint-baseline.json").exists()


@pytest.mark.parametrize("name", FILES)
def test_a_build_argument_of_a_file_does_not_read_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("SECRET", "s3cret")
    text = "[dockerlint]\nbuild-arg =\n    A=1\n    SECRET\n"
    if name.endswith(".toml"):
        text = '[tool.dockerlint]\nbuild-arg = ["A=1", "SECRET"]\n'
    (tmp_path / name).write_text(text)
    warnings: list[str] = []
    assert read_config(str(tmp_path / name), warn=warnings.append) == {"build_arg": {"A": "1"}}
    [warning] = warnings
    assert f"{name}:2: build-arg SECRET is ignored" in warning


# -- the editor ------------------------------------------------------------------------------------


def test_an_editor_sets_what_a_file_sets_or_less() -> None:
    assert all(FILE in one.where for one in TABLE if EDITOR in one.where)


@pytest.mark.parametrize("option", [one.dashed for one in TABLE if EDITOR not in one.where])
def test_an_editor_cannot_set_them(option: str) -> None:
    for key in (option, option.replace("-", "_")):
        assert read_settings({key: True}) == (
            {},
            {},
            [f"setting '{key}' is ignored: an editor cannot set it"],
        )


def test_settings_of_an_editor() -> None:
    settings = {
        "select": ["DF2"], "no-shellcheck": True, "profile": None, "layers": False, "trace": {"server": "off"},
        "build-arg": ["A=1", "HOME"], "selekt": ["DF1"],
    }  # fmt: skip
    options, own, ignored = read_settings(settings)
    assert options == {"select": ["DF2"], "no_shellcheck": True, "build_arg": ["A=1"]}
    assert own == {"layers": False}
    assert {name for name, _ in OWN} == {"layers", "completion"}
    assert ignored == [
        "build-arg HOME is ignored: an editor cannot read the environment; write NAME=VALUE",
        "unknown setting 'selekt'; did you mean 'select'?",
    ]


def frame(**message: Any) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def served(folder: Path, settings: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The warnings in the log of a server that lints a file of the folder, and the codes of its findings."""
    uri = (folder / "Dockerfile").as_uri()
    document = {"uri": uri, "languageId": "dockerfile", "version": 1, "text": FAULTY}
    start = {
        "capabilities": {},
        "rootUri": folder.as_uri(),
        "initializationOptions": {"settings": settings},
    }
    messages = (
        frame(id=1, method="initialize", params=start)
        + frame(method="initialized", params={})
        + frame(method="textDocument/didOpen", params={"textDocument": document})
        + frame(id=2, method="textDocument/diagnostic", params={"textDocument": {"uri": uri}})
        + frame(id=3, method="shutdown")
        + frame(method="exit")
    )
    done = dockerlint("server", cwd=folder, stdin=messages)
    answers = [
        json.loads(one)
        for one in re.findall(rb"\r\n\r\n(\{.*?\})(?=Content-Length|\Z)", done.stdout, re.S)
    ]
    logged = [one["params"] for one in answers if one.get("method") == "window/logMessage"]
    [result] = [one["result"] for one in answers if one.get("id") == 2]
    return [one["message"] for one in logged if one["type"] == 2], [
        one["code"] for one in result["items"]
    ]


def test_the_server_runs_no_code_of_the_tree_whatever_the_editor_sets(tmp_path: Path) -> None:
    (tmp_path / "evil.py").write_text(
        'open("ran", "w").close()\ndef check(from_): yield 1, 0, "EVI001 x"\n'
    )
    (tmp_path / ".dockerlint").write_text(
        "[dockerlint]\nselect = DF801\nfix = yes\n[dockerlint:local-plugins]\nextension = EVI = evil:check\npaths = .\n"
    )
    settings = {"no-shellcheck": True, "local-plugins": True, "output-file": "report.txt"}
    warnings, codes = served(tmp_path, settings)
    assert codes == ["DF801"]
    assert warnings == [
        "dockerlint: setting 'local-plugins' is ignored: an editor cannot set it",
        "dockerlint: setting 'output-file' is ignored: an editor cannot set it",
        "dockerlint: .dockerlint:3: option 'fix' is ignored: it can only be given on the command line",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".dockerlint", "evil.py"]
