"""What the services of a Compose file are built from."""

from __future__ import annotations

from pathlib import Path

import pytest
from service_rules import codes, run, service

from dockerlint_rules.fixes.apply import apply_edits
from dockerlint_rules.rules.runtime.compose_builds import obsolete_compose_version
from dockerlint_rules.testing import lint_alone


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "Dockerfile").write_text(
        "FROM node:24 AS build\nWORKDIR /app\nRUN npm ci\nFROM build AS prod\nEXPOSE 3000\n"
    )
    return tmp_path


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        ("build: ./web", []),
        ("build: web/", []),
        ("build: .", ["DF650:3"]),
        ("build: ./gone", ["DF650:3"]),
        ("build: {context: web, dockerfile: gone}", ["DF650:3"]),
        ("build: {context: web, target: prod}", []),
        ("build: {context: web, target: Prod}", []),
        ("build: {context: web, target: test}", ["DF650:3"]),
        ("build: {context: '${C:-gone}'}", ["DF650:3"]),
        ("build: {context: '$C'}", []),
        ("build: https://example.com/a.git", []),
        ("build: {dockerfile_inline: 'FROM x'}", []),
    ],
)
def test_df650_build(tree: Path, build: str, expected: list[str]) -> None:
    path = tree / "compose.yaml"
    path.write_text(service(build))
    assert codes(path.read_text(), str(path)) == expected


@pytest.mark.parametrize(
    ("build", "message"),
    [
        ("build: gone", "Build context 'gone' does not exist."),
        ("build: .", "Build context '.' contains no Dockerfile."),
        ("build: {dockerfile: a}", "Dockerfile 'a' does not exist in build context '.'."),
        (
            "build: {context: web, target: test}",
            "'Dockerfile' has no stage named 'test', only 'build' and 'prod'.",
        ),
    ],
)
def test_df650_message(tree: Path, build: str, message: str) -> None:
    path = tree / "compose.yaml"
    path.write_text(service(build))
    (one,) = run(path.read_text(), str(path)).findings
    assert one.message.startswith(message)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("version: '3'\n\nservices: {a: {image: x:1}}\n", "services: {a: {image: x:1}}\n", id="first"),
        pytest.param("services: {a: {image: x:1}}\r\nversion: 3\r\n", "services: {a: {image: x:1}}\r\n", id="last"),
        pytest.param("services: {a: {image: x:1}}\nversion: 3", "services: {a: {image: x:1}}\n", id="no-newline"),
    ],
)  # fmt: skip
def test_df653_fix(before: str, after: str) -> None:
    (one,) = lint_alone(obsolete_compose_version, before, filename="compose.yaml").findings
    assert one.fix is not None
    assert apply_edits(before, one.fix.edits) == after


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("version: '3'\nname: a\n", id="no-services"),
        pytest.param(
            "version: '3'\nservices: {a: {image: x:1, deploy: {placement: {}}}}\n", id="swarm"
        ),
    ],
)
def test_df653_silent(text: str) -> None:
    assert "DF653" not in " ".join(codes(text))


@pytest.mark.parametrize(
    ("volumes", "expected"),
    [
        ("[./web:/app]", ["DF654:4"]),
        ("['./web:/app', /app/node_modules]", []),
        ("[./web/src:/app/src]", []),
        ("['./web:/srv']", []),
    ],
)
def test_df654_hidden_dependencies(tree: Path, volumes: str, expected: list[str]) -> None:
    path = tree / "compose.yaml"
    path.write_text(service("build: web", f"volumes: {volumes}"))
    assert codes(path.read_text(), str(path)) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["image: shop"], ["DF657:3"]),
        (["image: shop:latest"], ["DF657:3"]),
        (["image: '${IMAGE:-shop}'"], ["DF657:3"]),
        (["image: '$IMAGE'"], []),
        (["image: 'shop:$TAG'"], []),
        (["image: shop:1"], []),
        (["image: shop@sha256:" + "0" * 64], []),
        (["image: shop", "build: https://example.com/a.git"], []),
    ],
)
def test_df657_image(lines: list[str], expected: list[str]) -> None:
    assert codes(service(*lines)) == expected
    assert codes(service(*lines), "compose.test.yaml") == []
