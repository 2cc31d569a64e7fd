"""A whole repository of mutated files, linted and fixed through the command line as a stranger's checkout would be."""

from __future__ import annotations

import io
import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mutations import mutate

from dockerlint_rules.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

# What lies beside a Dockerfile and is read with it; each is mutated in one repository out of two.
SIDE_FILES = {
    "setup.cfg": "[dockerlint]\nselect = ALL\nexclude = x/**\nseverity = DF201=error\n",
    ".dockerlint": "[dockerlint]\nselect = DF2,DF3\nbaseline = known.json\noutput-file = ../canary\n",
    "pyproject.toml": '[project]\nname = "a"\ndependencies = ["flask"]\n[tool.dockerlint]\nignore = ["DF1"]\n',
    ".hadolint.yaml": "ignored: [DL3008]\ntrustedRegistries: [docker.io]\n",
    ".dockerignore": "**/*.pyc\n!a\n.git\n",
    "compose.yaml": "services:\n  db: {image: 'postgres:16'}\n  web: {build: ., volumes: ['./a:/a']}\n",
    "Dockerrun.aws.json": '{"AWSEBDockerrunVersion": 2, "containerDefinitions": [{"name": "a", "image": "b"}]}\n',
    "requirements.txt": "flask==3.0\n-r more.txt\n./local\n",
    "package.json": '{"name": "a", "workspaces": ["b/*"], "dependencies": {"c": "file:./c"}}\n',
    "Cargo.toml": '[package]\nname = "a"\n[workspace]\nmembers = ["b"]\n',
    "Gemfile": "source 'https://rubygems.org'\ngemspec\ngem 'a', path: 'b'\n",
    "go.mod": "module a\nreplace b => ./b\n",
    "pubspec.yaml": "name: a\ndependencies:\n  b:\n    path: ./b\n",
    "settings.gradle": "include ':a', ':b'\n",
    "entrypoint.sh": '#!/bin/sh\nset -e\nexec "$@"\n',
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/config": '[remote "origin"]\n\turl = https://user:password@example.com/a.git\n',
    "known.json": '{"version": 1, "findings": []}\n',
}
NAMES = (
    "Dockerfile",
    "a.Dockerfile",
    "Dockerfile\x1b[2J",
    "Dockerfile\n::error::x",
    "Dockerfile\udcff",
    "Dockerfile.é",
)
ARGUMENTS = (
    ["--format", "json"], ["--format", "sarif"], ["--format", "junit"], ["--format", "gitlab"], ["--diff"],
    ["--fix"], ["--fix", "--unsafe-fixes"], ["--show-source", "--statistics"], ["--select", "ALL"],
    ["--format", "checkstyle", "--verbose"], ["--format", "pre-commit", "--preview"],
)  # fmt: skip


def write_repository(root: Path, random: Random, files: Sequence[bytes]) -> None:
    """Write a Dockerfile of each of *files*, and mutated files beside them."""
    texts = [text.encode() for text in SIDE_FILES.values()]
    for name, text in SIDE_FILES.items():
        if random.random() < 0.4:
            continue
        data = text.encode()
        if random.random() < 0.5:
            data = mutate(data, random, texts)
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    for data in files:
        (root / random.choice(NAMES)).write_bytes(data)


def broken_repository(place: Path, random: Random, files: Sequence[bytes]) -> str:
    """What the command line does wrong in a repository; empty if nothing."""
    root = place / "checkout"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    canary = place / "canary"
    canary.write_bytes(b"precious")
    write_repository(root, random, files)
    arguments = [*random.choice(ARGUMENTS), "--no-shellcheck", "--today", "2026-11-30", "--", "."]
    with _standing_in(root) as streams:
        try:
            status = run(arguments)
        except SystemExit as error:
            status = error.code if isinstance(error.code, int) else 2
    if status not in (0, 1, 2):
        return f"exit: status {status} with {arguments}"
    if canary.read_bytes() != b"precious" or sorted(os.listdir(place)) != ["canary", "checkout"]:
        return f"outside: a file beside the checkout was written with {arguments}"
    for name, data in zip(("output", "errors"), streams, strict=True):
        text = data.decode("utf-8", "replace")
        if "Traceback" in text and "--verbose" not in arguments:
            return f"exit: a traceback on standard {name} with {arguments}"
        if "--diff" in arguments and name == "output":
            continue  # a patch holds the file's own characters
        bad = [one for one in text if (one < " " and one not in "\n\t") or "\x7f" <= one < "\xa0"]
        if bad:
            return f"output: {bad[0]!r} on standard {name} with {arguments}"
        if any(line.lstrip().startswith("::") for line in text.split("\n")):
            return f"output: a line that a CI service obeys on standard {name} with {arguments}"
    return ""


@contextmanager
def _standing_in(root: Path) -> Iterator[list[bytes]]:
    """Stand in a folder; what is written to the standard streams meanwhile is added to the list at the end."""
    before = os.getcwd(), sys.stdout, sys.stderr
    made = [io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace") for _ in range(2)]
    written: list[bytes] = []
    os.chdir(root)
    sys.stdout, sys.stderr = made
    try:
        yield written
    finally:
        os.chdir(before[0])
        sys.stdout, sys.stderr = before[1:]
        for stream in made:
            stream.flush()
            written.append(stream.buffer.getvalue())  # type: ignore[attr-defined]
