"""Manifests that refer to files of the project: an install needs the source, and DF301 is silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dockerlint_rules import lint
from dockerlint_rules.model.context.build_context import BuildContext

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "FROM {base}\nWORKDIR /app\nCOPY . .\nRUN {install}\n"
SOURCE = {
    "workspaces": ("node:24", "npm ci", "package.json", '{"workspaces": ["packages/*"]}'),
    "file": ("node:24", "npm ci", "package.json", '{"dependencies": {"a": "file:./a"}}'),
    "link": ("node:24", "yarn install", "package.json", '{"devDependencies": {"a": "link:../a"}}'),
    "postinstall": ("node:24", "npm ci", "package.json", '{"scripts": {"postinstall": "node build.js"}}'),
    "pnpm-workspace": ("node:24", "pnpm install --frozen-lockfile", "pnpm-workspace.yaml", "packages: ['a']"),
    "editable": ("python:3.13", "pip install -r requirements.txt", "requirements.txt", "flask==3\n-e .\n"),
    "local-path": ("python:3.13", "pip install -r requirements.txt", "requirements.txt", "./vendor/a.whl\n"),
    "poetry-path": ("python:3.13", "poetry install --no-root", "pyproject.toml", 'a = {path = "../a"}\n'),
    "uv-workspace": ("python:3.13", "uv sync --no-install-project", "pyproject.toml", "[tool.uv.workspace]\n"),
    "gemspec": ("ruby:3.4", "bundle install", "Gemfile", "source 'https://rubygems.org'\ngemspec\n"),
    "gem-path": ("ruby:3.4", "bundle install", "Gemfile", "gem 'a', path: 'engines/a'\n"),
    "composer-path": ("composer:2", "composer install --no-scripts", "composer.json", '{"repositories": [{"type": "path", "url": "a"}]}'),
    "go-replace": ("golang:1.25", "go mod download", "go.mod", "replace example.com/a => ./a\n"),
    "gradle-include": ("gradle:9", "gradle dependencies", "settings.gradle", "rootProject.name = 'a'\n\t include 'b'\n"),
    "dart-path": ("dart:3", "dart pub get", "pubspec.yaml", "dependencies:\n  a:\n    path: ../a\n"),
    "swift-path": ("swift:6", "swift package resolve", "Package.swift", '.package(\n  name: "a", path: "../a")\n'),
    "cargo-workspace": ("rust:1", "cargo fetch", "Cargo.toml", "\r\n [workspace]\r\n"),
    "indented": ("python:3.13", "pip install -r requirements.txt", "requirements.txt", "\n\n \t--editable .\n"),
    "maven-modules": ("maven:3", "mvn dependency:go-offline", "pom.xml", "<modules><module>a</module></modules>"),
}  # fmt: skip
NO_SOURCE = {
    "plain": ("node:24", "npm ci", "package.json", '{"dependencies": {"a": "^1"}}'),
    "husky": ("node:24", "npm ci", "package.json", '{"scripts": {"prepare": "husky install"}}'),
    "ignored-scripts": ("node:24", "npm ci --ignore-scripts", "package.json", '{"scripts": {"postinstall": "x"}}'),
    "no-json": ("node:24", "npm ci", "package.json", '{"workspaces": '),
    "deep-json": ("node:24", "npm ci", "package.json", "[" * 100_000),
    "no-object": ("node:24", "npm ci", "package.json", '["workspaces"]'),
    "odd-groups": ("node:24", "npm ci", "package.json", '{"dependencies": [1], "scripts": "a"}'),
    "included-list": ("python:3.13", "pip install -r requirements.txt", "requirements.txt", "-r base.txt\na==1\n"),
    "remote-url": ("python:3.13", "pip install -r requirements.txt", "requirements.txt", "a @ https://x.org/a.whl\n"),
    "empty-lines": ("python:3.13", "pip install -r requirements.txt", "requirements.txt", "\n" * 50_000 + "a==1\n"),
    "blanks": ("python:3.13", "pip install -r requirements.txt", "requirements.txt", (" " * 90 + "\n") * 5_000 + "a==1\n"),
    "swift-names": ("swift:6", "swift package resolve", "Package.swift", ".package(name:" * 20_000),
    "go-module": ("golang:1.25", "go mod download", "go.mod", "replace a => example.com/b v1.0.0\n"),
}  # fmt: skip


def codes(tree: Path, base: str, install: str, name: str, text: str) -> list[str]:
    (tree / name).write_text(text)
    (tree / "Dockerfile").write_text(TEXT.format(base=base, install=install))
    return [one.code for one in lint(str(tree / "Dockerfile"))]


@pytest.mark.parametrize("case", SOURCE.values(), ids=SOURCE)
def test_source_is_needed(tmp_path: Path, case: tuple[str, str, str, str]) -> None:
    assert "DF301" not in codes(tmp_path, *case)


@pytest.mark.parametrize("case", NO_SOURCE.values(), ids=NO_SOURCE)
def test_source_is_not_needed(tmp_path: Path, case: tuple[str, str, str, str]) -> None:
    assert "DF301" in codes(tmp_path, *case)


@pytest.mark.parametrize("case", SOURCE.values(), ids=SOURCE)
def test_without_the_manifest_it_is_not_known(
    tmp_path: Path, case: tuple[str, str, str, str]
) -> None:
    assert "DF301" in codes(tmp_path, *case[:2], "other", "")


def test_manifest_outside_of_the_context_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"workspaces": ["a"]}')
    tree = tmp_path / "app"
    tree.mkdir()
    (tree / "package.json").symlink_to(tmp_path / "package.json")
    (tree / "Dockerfile").write_text(TEXT.format(base="node:24", install="npm ci"))
    assert "DF301" in [one.code for one in lint(str(tree / "Dockerfile"))]


def test_manifest_of_the_folder_that_is_copied(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "requirements.txt").write_text("-e .\n")
    text = "FROM python:3.13\nWORKDIR /app\nCOPY web/ ./\nRUN pip install -r requirements.txt\n"
    (tmp_path / "Dockerfile").write_text(text)
    assert "DF301" not in [one.code for one in lint(str(tmp_path / "Dockerfile"))]


def test_a_manifest_is_searched_once_for_all_stages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    text = BuildContext.text
    monkeypatch.setattr(
        BuildContext, "text", lambda self, path: read.append(path) or text(self, path)
    )
    stage = TEXT.format(base="python:3.13", install="pip install -r requirements.txt")
    (tmp_path / "requirements.txt").write_text("a==1\n")
    (tmp_path / "Dockerfile").write_text(stage * 20)
    found = [one.code for one in lint(str(tmp_path / "Dockerfile"))]
    assert found.count("DF301") == 20
    assert read.count("requirements.txt") == 1


def test_no_more_manifests_are_read_than_anybody_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    text = BuildContext.text
    monkeypatch.setattr(
        BuildContext, "text", lambda self, path: read.append(path) or text(self, path)
    )
    stages = [
        TEXT.format(base="python:3.13", install=f"pip install -r {number}.txt")
        for number in range(300)
    ]
    (tmp_path / "Dockerfile").write_text("".join(stages))
    lint(str(tmp_path / "Dockerfile"))
    assert 100 < len(read) <= 200
