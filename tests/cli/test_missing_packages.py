"""A package that is missing or broken: said once, exit status 2, and the other findings come out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.command import ROOT

HARD = (
    "FROM debian:12\nMAINTAINER me\nRUN if true; then apt-get update; fi\nRUN (apt-get upgrade)\n"
)
PLAIN = "FROM debian:12\nMAINTAINER me\nRUN apt-get upgrade\n"
COMPOSE = "services:\n  db:\n    image: postgres:latest\n    restart: alwais\n"
SENTENCE = "tree-sitter or tree-sitter-bash cannot be loaded, so findings on scripts with more than simple commands"
REMEDY = "pip install --force-reinstall tree-sitter tree-sitter-bash"
# What stands in the way of the real package: the files of a folder in front of it on the import path.
BROKEN = {
    "tree_sitter missing": {"tree_sitter/__init__.py": "raise ModuleNotFoundError('No module named tree_sitter')"},
    "tree_sitter_bash missing": {"tree_sitter_bash/__init__.py": "raise ModuleNotFoundError('none')"},
    "broken shared library": {
        "tree_sitter/__init__.py": "",
        f"tree_sitter/_binding.cpython-{sys.version_info[0]}{sys.version_info[1]}-x86_64-linux-gnu.so": "no ELF",
        "tree_sitter/_binding.abi3.so": "no ELF",
    },
    "other version of the grammar": {
        "tree_sitter_bash/__init__.py": "", "tree_sitter_bash/_binding.py": "def language(): return 0",
    },
    "grammar without language": {"tree_sitter_bash/__init__.py": "", "tree_sitter_bash/_binding.py": ""},
    "old interface of the parser": {
        "tree_sitter/__init__.py": "",
        "tree_sitter/_binding.py": "class Language:\n def __init__(self, x): pass\n"
        "class Parser:\n def __init__(self, x): pass\n def parse(self, data): return None\n",
    },
    "any exception": {"tree_sitter/__init__.py": "raise RuntimeError('two\\nlines \\x1b[31m')"},
}  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "Dockerfile").write_text(HARD)
    (tmp_path / "tree" / "plain.Dockerfile").write_text(PLAIN)
    return tmp_path / "tree"


def broken(tree: Path, files: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command with these files in front of the installed packages."""
    front = tree.parent / "front"
    for name, text in files.items():
        (front / name).parent.mkdir(parents=True, exist_ok=True)
        (front / name).write_text(text)
    environment = {**os.environ, "PYTHONPATH": f"{front}{os.pathsep}{ROOT}", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "dockerlint_rules", *words],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", BROKEN)
def test_a_missing_grammar_is_said_once_and_is_status_2(name: str, tree: Path) -> None:
    (tree / "second.Dockerfile").write_text(HARD)
    done = broken(tree, BROKEN[name], "--no-shellcheck", "--exit-zero", ".")
    assert done.returncode == 2
    said = [line for line in done.stderr.splitlines() if SENTENCE in line]
    assert len(said) == 1
    assert REMEDY in said[0]
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr
    # All other findings still come out, for these files as well.
    assert done.stdout.count("DF801") == 3


def test_a_pool_says_it_once(tree: Path) -> None:
    for number in range(100):
        (tree / f"{number}.Dockerfile").write_text(HARD)
    done = broken(tree, BROKEN["tree_sitter missing"], "--no-shellcheck", "-j", "2", ".")
    assert done.returncode == 2
    assert done.stderr.count(SENTENCE) == 1
    assert done.stdout.count("DF801") == 102


def test_the_report_holds_it(tree: Path) -> None:
    done = broken(
        tree, BROKEN["tree_sitter missing"], "--no-shellcheck", "-f", "json", "Dockerfile"
    )
    report = json.loads(done.stdout)
    (error,) = report["errors"]
    assert (error["kind"], error["path"]) == ("internal", None)
    assert SENTENCE in error["message"]


def test_files_that_need_no_grammar_do_not_speak_of_it(tree: Path) -> None:
    done = broken(tree, BROKEN["tree_sitter missing"], "--no-shellcheck", "plain.Dockerfile")
    assert done.returncode == 1
    assert SENTENCE not in done.stderr


@pytest.mark.parametrize(
    "words", ["layers Dockerfile", "--diff Dockerfile", "baseline Dockerfile", "--fix Dockerfile"]
)
def test_other_commands_say_it_too(words: str, tree: Path) -> None:
    done = broken(tree, BROKEN["tree_sitter missing"], *words.split())
    assert done.returncode == 2
    assert done.stderr.count(SENTENCE) == 1


def test_parse_needs_no_grammar(tree: Path) -> None:
    done = broken(tree, BROKEN["tree_sitter missing"], "parse", "Dockerfile")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(json.loads(done.stdout)) == 1


def test_the_functions_for_programs_warn(tree: Path) -> None:
    front = tree.parent / "front" / "tree_sitter"
    front.mkdir(parents=True)
    (front / "__init__.py").write_text("raise ImportError")
    code = "from dockerlint_rules import lint_text; print(len(lint_text('FROM a\\nRUN (b)\\n')))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": f"{front.parent}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert int(done.stdout) > 0
    assert "RuntimeWarning: " + SENTENCE in done.stderr


# -- YAML and the rest -------------------------------------------------------------------------------

NO_YAML = {"yaml/__init__.py": "raise ImportError('no yaml')"}


def test_without_yaml_dockerfiles_are_linted(tree: Path) -> None:
    (tree / "compose.yaml").write_text(COMPOSE)
    (tree / "compose.dev.yaml").write_text(COMPOSE)
    done = broken(tree, NO_YAML, "--no-shellcheck", ".")
    assert done.returncode == 2
    said = [line for line in done.stderr.splitlines() if "PyYAML" in line]
    assert len(said) == 1
    assert "pip install --force-reinstall PyYAML" in said[0]
    assert done.stdout.count("DF801") == 2
    assert "compose" not in done.stdout


def test_without_yaml_a_configuration_in_yaml_is_an_error(tree: Path) -> None:
    (tree / ".hadolint.yaml").write_text("ignored: [DL4000]\n")
    done = broken(tree, NO_YAML, "--no-shellcheck", "Dockerfile")
    assert done.returncode == 2
    assert ".hadolint.yaml: cannot be read: PyYAML cannot be loaded" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_rich_a_page_is_plain_text(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from dockerlint_rules.cli.main import run
    from dockerlint_rules.syntax import required_packages

    monkeypatch.setattr(required_packages, "missing", {})  # for the tests that follow
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setitem(sys.modules, "rich.console", None)
    assert run(["explain", "DF801"]) == 2
    out, err = capsys.readouterr()
    assert "DF801" in out
    assert "rich cannot be loaded, so the page is shown as plain text" in err


def test_a_table_of_facts_that_is_broken_loses_only_its_rules(tree: Path) -> None:
    code = (
        "import sys\n"
        "from importlib.abc import MetaPathFinder\n"
        "class Finder(MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'dockerlint_rules.knowledge.compiled.end_of_life':\n"
        "            raise SyntaxError('broken table')\n"
        "sys.meta_path.insert(0, Finder())\n"
    )
    done = broken(
        tree, {"sitecustomize.py": code}, "--no-shellcheck", "--isolated", "plain.Dockerfile"
    )
    assert done.returncode == 2
    assert "failed: SyntaxError: broken table" in done.stderr
    assert "Traceback" not in done.stderr
    assert "DF801" in done.stdout
