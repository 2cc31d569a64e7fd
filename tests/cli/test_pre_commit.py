"""The hooks, run by pre-commit itself on a scratch repository."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dockerlint_rules.syntax.kinds import DOCKERFILE, KINDS, search_pattern, skip_pattern

ROOT = Path(__file__).parent.parent.parent
FILES, EXCLUDE = search_pattern([DOCKERFILE]), skip_pattern([DOCKERFILE])
BESIDE_DOCKERFILES = search_pattern([kind for kind in KINDS if kind.needs_dockerfile])
NAMES = {
    "Dockerfile": True,
    "Dockerfile.dev": True,
    "dev.Dockerfile": True,
    "Containerfile": True,
    "Containerfile.dev": True,
    "app.dockerfile": True,
    "dockerfile": True,
    "DOCKERFILE": True,
    "Dockerfile-alpine": True,
    "Dockerfile_x": True,
    "docker/web/Dockerfile": True,
    "Dockerfile.dockerignore": False,
    "Dockerfile.j2": False,
    "Dockerfile.py": False,
    "Dockerfile.md": False,
    ".dockerignore": False,
    "compose.yaml": False,
    "docker-bake.hcl": False,
    "NotADockerfile": False,
}


@pytest.mark.parametrize(("name", "wanted"), NAMES.items())
def test_the_pattern_takes_the_right_names(name: str, wanted: bool) -> None:
    taken = re.search(FILES, name) and not re.search(EXCLUDE, name)
    assert bool(taken) is wanted


def test_the_manifest_holds_the_same_pattern_as_the_search() -> None:
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text()):
        if hook["id"] == "dockerlint-compose":
            assert hook["files"] == BESIDE_DOCKERFILES
            continue
        assert (hook["files"], hook["exclude"]) == (FILES, EXCLUDE)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("compose.yaml", True), ("a/docker-compose.yml", True), ("docker-compose.prod.yml", True), ("compose-dev.yaml", True),
        ("Dockerrun.aws.json", True), ("values.yaml", False), ("decompose.yml", False), ("compose.yaml.j2", False), ("Dockerfile", False),
    ],
)  # fmt: skip
def test_the_pattern_of_compose_files(name: str, wanted: bool) -> None:
    assert bool(re.search(BESIDE_DOCKERFILES, name)) is wanted


def git(*words: str, cwd: Path) -> str:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    done = subprocess.run(
        ["git", *who, *words], cwd=cwd, capture_output=True, text=True, check=True
    )
    return done.stdout


needs_git = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository's files as a repository of hooks with one commit."""
    place = tmp_path_factory.mktemp("hooks")
    for name in (
        "dockerlint_rules",
        "setup.cfg",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        ".pre-commit-hooks.yaml",
    ):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, place / name)
    git("init", "-q", cwd=place)
    git("add", "-A", cwd=place)
    git("commit", "-qm", "hooks", cwd=place)
    return place


@needs_git
@pytest.mark.tool
def test_pre_commit_runs_the_hook(
    hooks: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A failing file fails with its line; a clean one passes; only the right names are passed."""
    cache = tmp_path_factory.mktemp("cache")
    git("init", "-q", cwd=tmp_path)
    for name in NAMES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"FROM debian:latest\n# {name}\n")
    git("add", "-A", cwd=tmp_path)
    failing = try_repo(hooks, tmp_path, cache)
    assert failing.returncode == 1, failing.stdout + failing.stderr
    reported = {line.split(":")[0] for line in failing.stdout.splitlines() if ": DF102 " in line}
    assert reported == {name for name, wanted in NAMES.items() if wanted}
    for name in NAMES:
        (tmp_path / name).write_text('FROM debian:13\nUSER 1000\nCMD ["true"]\n')
    git("add", "-A", cwd=tmp_path)
    clean = try_repo(hooks, tmp_path, cache)
    assert clean.returncode == 0, clean.stdout + clean.stderr


def try_repo(hooks: Path, where: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    import os

    environment = {**os.environ, "PRE_COMMIT_HOME": str(cache)}
    words = [
        sys.executable,
        "-m",
        "pre_commit",
        "try-repo",
        str(hooks),
        "dockerlint",
        "--all-files",
        "-v",
    ]
    return subprocess.run(
        words, cwd=where, env=environment, capture_output=True, text=True, check=False
    )
