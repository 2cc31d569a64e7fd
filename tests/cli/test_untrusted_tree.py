"""A stranger's tree, linted with secrets in the environment: nothing is written, run, read or started beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.command import ROOT, dockerlint

FAULTY = "FROM debian:13\nMAINTAINER me\n"
SECRET = "hunter2secret"
FILES = (".dockerlint", "setup.cfg", "tox.ini", "pyproject.toml")
# What only the command line may say, with a value that would show.
ONLY_COMMAND_LINE = {
    "output-file": "../precious", "fix": "true", "unsafe-fixes": "true", "diff": "true", "jobs": "300",
    "local-plugins": "true", "config": "../other.cfg", "isolated": "true", "stdin-filename": "x",
}  # fmt: skip


def spellings(option: str) -> list[str]:
    """The ways to write an option that mean the same."""
    return [option, option.replace("-", "_"), option.upper(), option.title().replace("-", "_")]


def written(name: str, options: dict[str, str], form: int) -> str:
    """A configuration that sets options, in several notations."""
    if not name.endswith(".toml"):
        line = ["{} = {}\n", "{}: {}\n", "{} =\n  {}\n"][form]
        return "[dockerlint]\n" + "".join(line.format(*pair) for pair in options.items())
    pairs = [
        (key, value if value == "true" or value.isdigit() else json.dumps(value))
        for key, value in options.items()
    ]
    if form == 2:
        return f"[tool]\ndockerlint = {{{', '.join(f'{key} = {value}' for key, value in pairs)}}}\n"
    line = ["{} = {}\n", '"{}" = {}\n'][form]
    return "[tool.dockerlint]\n" + "".join(line.format(*pair) for pair in pairs)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project beside a file that must not change; its sub-folder has a Dockerfile as well."""
    project = tmp_path / "project"
    (project / "web").mkdir(parents=True)
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "other.cfg").write_text("[dockerlint]\nignore = ALL\n")
    for folder in (project, project / "web"):
        (folder / "Dockerfile").write_text(FAULTY)
    return project


def state(tree: Path) -> dict[str, bytes]:
    return {str(one): one.read_bytes() for one in tree.parent.rglob("*") if one.is_file()}


@pytest.mark.parametrize("form", [0, 1, 2])
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("folder", [".", "web"])
def test_what_belongs_to_the_command_line(tree: Path, name: str, form: int, folder: str) -> None:
    options = {
        spellings(option)[(at + form) % 4]: value
        for at, (option, value) in enumerate(ONLY_COMMAND_LINE.items())
    }
    (tree / folder / name).write_text(written(name, options, form))
    before = state(tree)
    done = dockerlint("--select", "DF801", "--quiet", cwd=tree)
    assert state(tree) == before
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 2
    lines = done.stderr.decode().splitlines()
    assert all(line.startswith(f"dockerlint: warning: {Path(folder, name)}:") for line in lines)
    expected = "option '{}' is ignored: it can only be given on the command line"
    assert [line.split(": ", 3)[3] for line in lines] == [
        expected.format(one) for one in ONLY_COMMAND_LINE
    ]


@pytest.mark.parametrize("name", [".dockerlint", "pyproject.toml"])
@pytest.mark.parametrize("option", ["baseline", "context"])
@pytest.mark.parametrize("value", ["../precious", "link", "web/../.."])
def test_a_path_out_of_the_tree(tree: Path, name: str, option: str, value: str) -> None:
    (tree / "link").symlink_to("../precious" if option == "baseline" else "..")
    (tree / name).write_text(written(name, {option: value}, 0))
    before = state(tree)
    done = dockerlint("--select", "DF801", "--quiet", cwd=tree)
    assert done.returncode == 1
    assert f"option '{option}' is ignored: '{value}' is outside".encode() in done.stderr
    dockerlint("baseline", "--select", "DF801", cwd=tree)
    after = state(tree)
    assert {one: after[one] for one in before} == before
    assert {Path(one).name for one in after.keys() - before.keys()} == {".dockerlint-baseline.json"}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("form", [0, 1, 2])
def test_the_environment_is_not_read(
    tree: Path, monkeypatch: pytest.MonkeyPatch, name: str, form: int
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", SECRET)
    text = "ARG GITHUB_TOKEN\nFROM x${GITHUB_TOKEN#h}:latest\nFROM y${GITHUB_TOKEN}\nRUN echo $GITHUB_TOKEN\n"
    (tree / "Dockerfile").write_text(text)
    if name.endswith(".toml"):
        value = [
            '["GITHUB_TOKEN"]',
            '" GITHUB_TOKEN "',
            '["A=1", "GITHUB_TOKEN", "B=x\\nGITHUB_TOKEN"]',
        ][form]
        config = f"[tool.dockerlint]\nBuild_Arg = {value}\n"
    else:
        value = ["GITHUB_TOKEN", "\n  GITHUB_TOKEN", "A=1\n  GITHUB_TOKEN\n  B=2"][form]
        config = f"[dockerlint]\nBuild_Arg = {value}\n"
    (tree / name).write_text(config)
    done = dockerlint("--select", "ALL", "--no-shellcheck", cwd=tree)
    assert SECRET[1:].encode() not in done.stdout + done.stderr
    assert (
        b"build-arg GITHUB_TOKEN is ignored: a configuration file cannot read the environment"
        in done.stderr
    )


def test_a_baseline_is_all_that_is_replaced(tree: Path) -> None:
    """'baseline = Dockerfile' would make the next 'dockerlint baseline' overwrite it."""
    for name in ("Dockerfile", "web/Dockerfile", "new/../Dockerfile"):
        (tree / ".dockerlint").write_text(f"[dockerlint]\nbaseline = {name}\n")
        before = state(tree)
        done = dockerlint("baseline", "--select", "DF801", cwd=tree)
        assert done.returncode == 2
        assert b"is not a baseline, so it is not replaced" in done.stderr
        assert state(tree) == before


def test_a_baseline_that_is_a_link_is_not_written(tree: Path) -> None:
    (tree / ".dockerlint-baseline.json").symlink_to("../precious")
    before = state(tree)
    assert dockerlint("baseline", "--select", "DF801", cwd=tree).returncode == 2
    assert state(tree) == before


@pytest.mark.parametrize(
    "words", [(), ("server",), ("baseline",), ("layers", "Dockerfile"), ("migrate",), ("rules",)]
)
def test_no_module_of_the_tree_is_imported(tree: Path, words: tuple[str, ...]) -> None:
    """'python -m dockerlint_rules' would import from the current directory first."""
    for module in (
        "yaml",
        "json",
        "tomllib",
        "argparse",
        "tempfile",
        "subprocess",
        "tree_sitter",
        "difflib",
        "typing",
    ):
        (tree / f"{module}.py").write_text("open('ran', 'w').close()\n")
    (tree / "evil-1.0.dist-info").mkdir()
    (tree / "evil-1.0.dist-info" / "entry_points.txt").write_text(
        "[dockerlint.extension]\nEVI = evil:check\n"
    )
    (tree / "evil.py").write_text("open('ran', 'w').close()\n")
    (tree / ".hadolint.yaml").write_text("ignored: [DL3008]\n")
    done = dockerlint(*words, cwd=tree)
    assert not (tree / "ran").exists()
    assert b"EVI" not in done.stdout + done.stderr
    assert b"Traceback" not in done.stderr


def test_the_number_of_processes_is_bounded(tree: Path) -> None:
    """Also where the command line asks for more than any machine has."""
    for number in range(70):
        (tree / f"{number}.Dockerfile").write_text(FAULTY)
    code = (
        "import os, sys; forks = []; os.register_at_fork(after_in_parent=lambda: forks.append(1));"
        "from dockerlint_rules.cli.main import run; run(sys.argv[1:]); print(len(forks), file=sys.stderr)"
    )
    words = ["--select", "DF801", "--quiet", "--no-shellcheck", "-j", "300"]
    done = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=tree, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert len(done.stdout.splitlines()) == 72
    assert int(done.stderr.split()[-1]) <= 4 * (os.cpu_count() or 1)
