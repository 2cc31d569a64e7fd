"""Whatever lies where dockerlint reads a file: it neither hangs nor crashes, nor does it tell what lies outside of the
tree, and the findings of every other file are there.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.hostile_files import HOSTILE, SECRET, ended_when_it_hangs

from dockerlint_rules.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="has /proc")

DOCKERFILE = """\
FROM python:3.13
COPY . /app
WORKDIR /app
RUN apt-get update && apt-get install -y redis-server
RUN pip install -r requirements.txt
COPY package.json ./
RUN npm ci
COPY start.sh supervisord.conf /etc/supervisor/
VOLUME /data
CMD ["/etc/supervisor/start.sh"]
"""
COMPOSE = "services:\n  web:\n    build: {context: sub, dockerfile: Dockerfile, target: x}\n    image: redis\n"
SIDE_FILES = (
    ".git", ".git/HEAD", ".git/config", ".git/packed-refs", ".git/refs/heads/main", ".git/commondir", ".gitmodules",
    ".dockerignore", "Dockerfile.dockerignore", ".dockerlint", "setup.cfg", "tox.ini", "pyproject.toml",
    ".hadolint.yaml", ".hadolint.yml", "requirements.txt", "package.json", "pnpm-workspace.yaml", "start.sh",
    "supervisord.conf", "docker-compose.yml", "compose.yaml", "docker-compose.override.yml", "Dockerrun.aws.json",
    "sub/Dockerfile", "../docker-compose.yml", "Dockerfile",
)  # fmt: skip
COMMANDS = {
    "sarif": ("--format", "sarif", "--no-shellcheck", "--select", "ALL"),
    "source": ("--show-source", "--no-shellcheck", "--statistics"),
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "above" / "tree"
    git = root / ".git"
    (git / "refs/heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "config").write_text('[remote "origin"]\n\turl = https://example.org/a.git\n')
    (root / "sub").mkdir()
    (root / "other").mkdir()
    (root / "other" / "Dockerfile").write_text("FROM debian:13\nMAINTAINER me\n")
    (root / "Dockerfile").write_text(DOCKERFILE)
    (root / "docker-compose.yml").write_text(COMPOSE)
    monkeypatch.chdir(root)
    return root


def put(tree: Path, name: str, make: Callable[[Path, Path], None]) -> None:
    """Put a hostile file in the place of one of the tree."""
    outside = tree.parent.parent / "outside"
    outside.mkdir()
    path = tree / name
    if path.is_dir():
        path.rename(outside / "moved")
    else:
        path.unlink(missing_ok=True)
    make(path, outside)


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("name", SIDE_FILES)
def test_side_file(tree: Path, name: str, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    put(tree, name, HOSTILE[kind])
    command = COMMANDS["source" if kind in ("empty", "loop", "link-out") else "sarif"]
    with ended_when_it_hangs():
        status = run([*command, "."])
    output = capsys.readouterr()
    assert status in (0, 1, 2)
    assert "Traceback" not in output.err
    assert "internal" not in output.err
    assert SECRET not in output.out + output.err
    is_configuration = name in (".dockerlint", "setup.cfg", "tox.ini", "pyproject.toml")
    if not is_configuration and not name.startswith(
        ".hadolint"
    ):  # a broken one holds for all files
        assert "other/Dockerfile" in output.out
        assert "DF" in output.out


@pytest.mark.parametrize("kind", HOSTILE)
def test_baseline(tree: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    put(tree, "baseline.json", HOSTILE[kind])
    with ended_when_it_hangs():
        status = run(["--baseline", "baseline.json", "--no-shellcheck", "."])
    output = capsys.readouterr()
    assert status == 2
    assert output.err.count("\n") == 1
    assert output.err.startswith("dockerlint: baseline.json:")
    assert SECRET not in output.out + output.err


@pytest.mark.parametrize("name", SIDE_FILES)
def test_link_out_in_sarif(tree: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    put(tree, name, HOSTILE["link-out"])
    run([*COMMANDS["sarif"], "."])
    output = capsys.readouterr()
    assert SECRET not in output.out + output.err


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize(
    "command",
    [
        ("parse", "hostile"),
        ("layers", "hostile"),
        ("layers", "--history", "hostile", "Dockerfile"),
        ("migrate", "hostile"),
        ("--config", "hostile", "Dockerfile"),
        ("baseline", "-o", "new.json", "hostile"),
    ],
    ids=lambda command: " ".join(command),
)
def test_command(
    tree: Path, kind: str, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    put(tree, "hostile", HOSTILE[kind])
    sys.stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # as it is outside of pytest
    with ended_when_it_hangs():
        try:
            status = run(list(command))
        except SystemExit as end:
            status = int(end.code or 0)
    output = capsys.readouterr()
    assert status in (0, 1, 2)
    assert "Traceback" not in output.err
    assert SECRET not in output.out + output.err
    if status == 2:
        assert output.err.startswith("dockerlint: ")
