"""Compose files and Dockerrun.aws.json in a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command import dockerlint

COMPOSE = "services:\n  db:\n    image: postgres:17\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text("FROM debian:latest\n")
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    (tmp_path / "Dockerrun.aws.json").write_text('{"AWSEBDockerrunVersion": 2, "Image": {}}')
    (tmp_path / "values.yaml").write_text(COMPOSE)
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "compose.yaml").write_text(COMPOSE)
    return tmp_path


def found(tree: Path, *words: str) -> list[str]:
    done = dockerlint("--select", "DF102,DF430,DF660", *words, cwd=tree)
    assert b"Traceback" not in done.stderr
    return [" ".join(line.split(" ")[:2]) for line in done.stdout.decode().splitlines()]


def test_a_search_finds_them_beside_a_dockerfile(tree: Path) -> None:
    assert found(tree, ".") == [
        "Dockerfile:1:6: DF102",
        "Dockerrun.aws.json:1:30: DF660",
        "compose.yaml:3:12: DF430",
    ]


def test_a_named_file_is_read(tree: Path) -> None:
    assert found(tree, "deploy/compose.yaml", "values.yaml") == [
        "deploy/compose.yaml:3:12: DF430",
        "values.yaml:3:12: DF430",
    ]
    assert found(tree, "Dockerfile") == ["Dockerfile:1:6: DF102"]


def test_excluded_and_by_file(tree: Path) -> None:
    assert found(tree, "--exclude", "compose.yaml", ".")[-1].startswith("Dockerrun")
    assert found(tree, "--per-file-ignores", "*.yaml:DF430", ".")[-1].startswith("Dockerrun")


def test_from_standard_input(tree: Path) -> None:
    words = ("--select", "DF430", "--stdin-filename", "compose.yaml", "-")
    done = dockerlint(*words, cwd=tree, stdin=COMPOSE.encode())
    assert done.stdout.startswith(b"compose.yaml:3:12: DF430 warning: ")


def test_a_broken_one_is_an_error_and_the_rest_is_linted(tree: Path) -> None:
    (tree / "compose.yaml").write_text("services:\n  a: [\n")
    done = dockerlint("--select", "DF102,DF660", "-f", "json", ".", cwd=tree)
    assert done.returncode == 2
    report = json.loads(done.stdout)
    assert [one["code"] for one in report["findings"]] == ["DF102", "DF660"]
    (error,) = report["errors"]
    assert (error["path"], error["kind"]) == ("compose.yaml", "config")
    assert error["message"].startswith("line 3, column 1: ")


def test_fixed_in_place(tree: Path) -> None:
    (tree / "compose.yaml").write_bytes(
        b'version: "3"\r\n\r\nservices:\r\n  a:\r\n    image: x:1\r\n'
    )
    dockerlint("--select", "DF653", "--fix", "compose.yaml", cwd=tree)
    assert (tree / "compose.yaml").read_bytes() == b"services:\r\n  a:\r\n    image: x:1\r\n"


def test_a_volume_there_is_a_volume(tree: Path) -> None:
    text = "FROM debian:12\nRUN apt-get update && apt-get install -y redis-server\nENV DATABASE_URL=sqlite:////d/a.db\n"
    (tree / "Dockerfile").write_text(text)

    def left() -> list[str]:
        done = dockerlint("--select", "DF401,DF404", "--isolated", "Dockerfile", cwd=tree)
        return [line.split()[1] for line in done.stdout.decode().splitlines()]

    (tree / "Dockerrun.aws.json").unlink()
    assert left() == ["DF401", "DF404"]
    service = "services:\n  web:\n    build: {}\n    volumes: ['data:/var/lib/redis', './d:/d']\n"
    (tree / "compose.yaml").write_text(service.replace("{}", "."))
    assert left() == []
    (tree / "compose.yaml").write_text(service.replace("{}", "./other"))
    assert left() == ["DF401", "DF404"]
    (tree / "Dockerrun.aws.json").write_text(
        '{"AWSEBDockerrunVersion": "1", "Volumes": [{"HostDirectory": "/x", "ContainerDirectory": "/var/lib/redis"}]}'
    )
    assert left() == ["DF404"]
