"""``examples/plugin`` is installed into a fresh environment and used; ``docs/plugins.md`` shows what is run here."""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import shutil
import site
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "examples" / "plugin"
DOCS = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
DOCKERFILE = "FROM debian:13\nENTRYPOINT nginx\n"


def is_of_plugin(path: Path) -> bool:
    """Whether a file of site-packages makes a plugin known, or is the example's own module."""
    entries = path / "entry_points.txt"
    if entries.is_file() and "[dockerlint." in entries.read_text(encoding="utf-8"):
        return True
    return "dockerlint_acme" in path.name


class Environment:
    """A virtual environment that sees what is installed here, and a copy of the example in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.bin = home / "env" / "bin"
        self.project = home / "acme"
        self.tree = home / "tree"
        self.tree.mkdir()
        shutil.copytree(
            EXAMPLE,
            self.project,
            ignore=shutil.ignore_patterns("*.egg-info", "__pycache__", "build"),
        )
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / "env"], check=True)
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        packages = home / "env" / "lib" / version / "site-packages"
        # Nothing is downloaded: dockerlint, pip and setuptools are those of this environment, without its plugins.
        outer = home / "outer"
        outer.mkdir()
        for folder in map(Path, site.getsitepackages()):
            for path in folder.iterdir() if folder.is_dir() else ():
                if not is_of_plugin(path) and not (outer / path.name).exists():
                    (outer / path.name).symlink_to(path)
        known = [str(outer), str(ROOT)]
        lines = "".join(f"import site; site.addsitedir({one!r})\n" for one in known)
        (packages / "outer.pth").write_text(lines)
        (self.bin / "dockerlint").write_text(
            f"#!{self.bin / 'python'}\nimport sys\nfrom dockerlint_rules.__main__ import main\nsys.exit(main())\n"
        )
        (self.bin / "dockerlint").chmod(0o755)
        (self.bin / "pip").write_text(f'#!/bin/sh\nexec "{self.bin / "python"}" -m pip "$@"\n')
        (self.bin / "pip").chmod(0o755)
        self.write(DOCKERFILE)

    def write(self, text: str) -> None:
        """Write the Dockerfile."""
        (self.tree / "Dockerfile").write_text(text)

    def run(
        self, *words: str, cwd: Path | None = None, check: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment."""
        environment = {
            **os.environ, "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1",
            "PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore",
        }  # fmt: skip
        environment.pop("PYTHONPATH", None)
        environment.pop("DOCKERLINT_PLUGIN_PATH", None)
        return subprocess.run(
            [str(self.bin / words[0]), *words[1:]],
            cwd=cwd or self.tree, env=environment, capture_output=True, text=True, timeout=120, check=check,
        )  # fmt: skip

    def dockerlint(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run dockerlint on the tree."""
        return self.run("dockerlint", *words, "Dockerfile")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """One for all tests, with the plugin installed as the docs say."""
    made = Environment(tmp_path_factory.mktemp("example"))
    done = made.run("pip", "install", "-q", "-e", ".", cwd=made.project)
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(autouse=True)
def fresh(environment: Environment) -> None:
    """The Dockerfile as the docs have it."""
    environment.write(DOCKERFILE)


def test_its_findings_are_those_of_the_docs(environment: Environment) -> None:
    done = environment.dockerlint("--select", "ACM,ACN")
    assert done.returncode == 1
    [block] = re.findall(r"```text\n(.*?)```", DOCS, re.S)
    assert done.stdout == block
    assert f"```dockerfile\n{DOCKERFILE}```" in DOCS


def test_its_format_and_its_fix(environment: Environment) -> None:
    done = environment.dockerlint("--select", "ACM001", "--format", "acme-table")
    assert (
        done.stdout
        == "ACM001     2  Signals do not reach the program. Write ENTRYPOINT as a list.\n-- end --\n"
    )
    environment.dockerlint("--select", "ACM001", "--fix")
    assert (environment.tree / "Dockerfile").read_text() == 'FROM debian:13\nENTRYPOINT ["nginx"]\n'


def test_its_option(environment: Environment) -> None:
    assert environment.dockerlint("--select", "ACN", "--acme-mirrors", "debian").returncode == 0
    (environment.tree / "setup.cfg").write_text("[dockerlint]\nacme-mirrors = ubuntu, debian\n")
    assert environment.dockerlint("--select", "ACN").returncode == 0
    (environment.tree / "setup.cfg").unlink()


def test_it_is_known(environment: Environment) -> None:
    output = environment.run("dockerlint", "--version").stdout
    assert output.splitlines()[1:] == ["plugin dockerlint-acme 1.0: ACM, ACN, format acme-table"]
    assert "shell-form-entrypoint" in environment.run("dockerlint", "rules").stdout
    assert "do not reach the program" in environment.run("dockerlint", "explain", "ACM001").stdout


def test_its_own_tests_pass(environment: Environment) -> None:
    done = environment.run(
        "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=environment.project
    )
    assert "7 passed" in done.stdout, done.stdout


def test_its_crash_is_one_error(environment: Environment) -> None:
    module = environment.project / "dockerlint_acme.py"
    text = module.read_text()
    module.write_text(
        text.replace(
            "        if self.instruction.keyword",
            "        len(3)\n        if self.instruction.keyword",
        )
    )
    try:
        report = json.loads(environment.dockerlint("--select", "ACM,ACN", "-f", "json").stdout)
    finally:
        module.write_text(text)
    [error] = report["errors"]
    assert (error["kind"], error["path"]) == ("plugin", "Dockerfile")
    assert error["message"].startswith(
        "plugin dockerlint-acme 1.0 [ACN] failed: TypeError: object of type"
    )
    assert [one["code"] for one in report["findings"]] == ["ACM002", "ACM001"]


# -- the docs ------------------------------------------------------------------------------------------


def part(name: str) -> str:
    """A function or class of the example, as it stands there."""
    source = (EXAMPLE / "dockerlint_acme.py").read_text()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            return "\n".join(source.splitlines()[first - 1 : node.end_lineno]) + "\n"
    raise AssertionError(name)


COPIED = re.findall(
    r"<!-- examples/plugin/([\w./]+)(?:: (\w+))? -->\n```\w+\n(.*?)^```$", DOCS, re.M | re.S
)


@pytest.mark.parametrize(("file", "name", "block"), COPIED, ids=[f"{a}:{b}" for a, b, _ in COPIED])
def test_blocks_of_the_docs_are_those_of_the_example(file: str, name: str, block: str) -> None:
    assert block == (part(name) if name else (EXAMPLE / file).read_text())


def test_every_block_is_copied_or_run() -> None:
    fences = re.findall(r"^```(\w+)$", DOCS, re.M)
    copied = re.findall(r"^<!-- examples/plugin/", DOCS, re.M)
    assert len(copied) == len(COPIED) == 9
    others = ["dockerfile", "text", "console", "console", "console", "ini"]
    assert sorted(fences) == sorted([*("python",) * 6, *("ini",) * 2, "toml", *others])


COMMANDS = re.findall(r"^\$ (.*)$", DOCS, re.M)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_docs_runs(environment: Environment, command: str) -> None:
    words = shlex.split(command)
    inside = words[0] in ("pip", "python")
    done = environment.run(*words, cwd=environment.project if inside else None)
    assert done.returncode in ((0,) if inside else (0, 1)), done.stderr
    assert inside or done.stdout


def test_the_local_plugin_of_the_docs(environment: Environment) -> None:
    [block] = re.findall(r"```ini\n(\[dockerlint:local-plugins\].*?)```", DOCS, re.S)
    (environment.tree / "ci").mkdir()
    (environment.tree / "ci" / "checks.py").write_text(
        "def module_or_function(from_):\n    yield 1, 0, 'LOC001 Seen.'\n"
    )
    config = environment.tree / "setup.cfg"
    config.write_text(block)
    done = environment.dockerlint("--local-plugins", "--select", "LOC")
    config.unlink()
    assert done.stdout == "Dockerfile:1:1: LOC001 warning: Seen. (module-or-function)\n"
