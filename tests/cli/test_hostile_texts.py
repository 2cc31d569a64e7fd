"""Whatever text a tree holds, and wherever: no output holds what a terminal or a CI server would obey."""

from __future__ import annotations

import json
import os
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from hostile_text import PIECES, problems_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dockerlint_rules.cli.main import run
from dockerlint_rules.formats import BUILT_IN

pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="needs Linux")

HOSTILE = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join)
DOCKERFILE = """\
# syntax={0}
# dockerlint: ignore={0} {0}
ARG {0}=b
FROM {0} AS {0}
FROM debian:{0} AS base
{0} unknown
MAINTAINER {0}
ENV A{0}=b {0} {0}=c
LABEL {0}="x" a.{0}=y
COPY --from={0} --chmod={0} --{0}=x {0} /x/{0}
ADD https://example.com/{0} /
EXPOSE {0} 80/{0}
USER {0}
WORKDIR {0}
VOLUME ["{0}"]
SHELL [{0}]
RUN apt-get install {0} && cd {0} && pip install {0}=={0} && $({0})
RUN --mount=type={0},target={0} echo <<{0}
{0}
STOPSIGNAL {0}
HEALTHCHECK --interval={0} CMD {0}
ONBUILD {0}
CMD [{0}, "{0}"]
"""
COMPOSE = """\
services:
  {0}:
    image: {0}
    build: {{context: {0}, target: {0}}}
    depends_on: [{0}]
    volumes: ["{0}:/x", {0}]
    ports: ["{0}:{0}"]
    networks: [{0}]
    environment: {{{0}: {0}}}
    restart: {0}
  second: {{image: "postgres:{0}", {0}: {0}}}
"""
CONFIGURATIONS = {
    ".dockerlint": "[dockerlint]\n{0} = x\nselect = ALL, {0}\n",
    "setup.cfg": "[dockerlint]\nseverity = {0}=error\n[dockerlint:{0}]\nx = {0}\n",
    "tox.ini": "[dockerlint]\nprofile = {0}\n[dockerlint:local-plugins]\nextension =\n    {0} = {0}:{0}\n",
    "pyproject.toml": '[tool.dockerlint]\n"{0}" = "{0}"\n',
    ".hadolint.yaml": "ignored: [{0}]\n{0}: {0}\ntrustedRegistries: [{0}]\nlabel-schema: {{{0}: {0}}}\n",
    ".dockerignore": "{0}\n!{0}\n[{0}\n",
    "requirements.txt": "{0}\n-i https://{0}\n",
    "Dockerrun.aws.json": '{{"AWSEBDockerrunVersion": "{0}", "{0}": [{0}]}}',
    "baseline.json": '{{"version": "{0}", "{0}": 1}}',
}


def file_name(text: str) -> str:
    """The text as the name of a file."""
    name = text.replace("/", "_").replace("\0", "_")
    return name.encode("utf-8", "surrogateescape")[:120].decode("utf-8", "surrogateescape") or "x"


def write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8", "surrogateescape"))


class Tree:
    """A tree with a hostile text in some of the places that can hold text."""

    def __init__(self, folder: str, text: str, places: set[str]) -> None:
        self.root = Path(folder)
        inner = self.root
        if "folder" in places:
            inner = self.root / file_name(text)
            inner.mkdir(exist_ok=True)
        name = file_name(text) + ".Dockerfile" if "file" in places else "Dockerfile"
        self.file = os.path.relpath(inner / name, self.root)
        write(
            inner / name,
            DOCKERFILE.format(text) if "Dockerfile" in places else DOCKERFILE.format("x1"),
        )
        if "compose" in places:
            write(inner / "compose.yaml", COMPOSE.format(text))
        for config, content in CONFIGURATIONS.items():
            if config in places:
                write(inner / config, content.format(text))
        if "git" in places:
            (self.root / ".git").mkdir()
            write(self.root / ".git" / "HEAD", f"ref: refs/heads/{text}\n")
            write(self.root / ".git" / "config", f'[remote "{text}"]\nurl = https://{text}\n')


PLACES = ["folder", "file", "Dockerfile", "compose", "git", *CONFIGURATIONS]
LINT = ("--no-shellcheck", "--today", "2026-11-30", "--select", "ALL")
COMMANDS: dict[str, tuple[str, ...]] = {
    **{name: ("-f", name, "--show-source", "--statistics", *LINT, "--isolated", ".") for name in sorted(BUILT_IN)},
    "configured": ("--show-source", "--verbose", "."),
    "diff": ("--diff", "--unsafe-fixes", *LINT, "--isolated", "."),
    "parse": ("parse", "{file}"),
    **{f"layers {name}": ("layers", "-f", name, "{file}") for name in ("default", "json", "mermaid", "svg", "html")},
    "layers of nothing": ("layers", "--target", "{text}", "{file}"),
    "changed": ("layers", "{file}", "--changed", "{text}"),
    "history": ("layers", "{file}", "--history", "{file}"),
    "migrate": ("migrate",),
    "migrate to TOML": ("migrate", "-f", "toml"),
    "baseline": ("baseline", "--isolated", "--output-file", "out/{name}", "."),
    "known findings": ("--baseline", "baseline.json", "."),
    "output file": ("--isolated", "-f", "json", "--output-file", "{name}/missing", "."),
    "missing file": ("{text}", "."),
    "missing options": ("--{text}", "--select", "{text}", "."),
    "wrong values": ("--select", "{text}", "--severity", "{text}", "--format", "{text}", "."),
    "explain": ("explain", "{text}"),
    "name of standard input": ("--stdin-filename", "{text}", "--isolated", "-"),
}  # fmt: skip


class Streams:
    """Runs commands in this process, with real files as standard streams."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def run(self, *words: str, stdin: bytes = b"FROM a\n") -> tuple[int, bytes, bytes]:
        outputs = [os.memfd_create("out"), os.memfd_create("err")]
        entrance, exit_ = os.pipe()
        os.write(exit_, stdin)
        os.close(exit_)
        with self.monkeypatch.context() as patch:
            streams = [os.fdopen(one, "w", encoding="utf-8", newline="\n") for one in outputs]
            patch.setattr("sys.stdout", _Pipe(streams[0]))
            patch.setattr("sys.stderr", _Pipe(streams[1]))
            patch.setattr("sys.stdin", os.fdopen(entrance, encoding="utf-8"))
            try:
                status = run(list(words))
            except SystemExit as end:
                status = int(str(end.code))
            for stream in streams:
                stream.flush()
            written = []
            for one in outputs:
                os.lseek(one, 0, os.SEEK_SET)
                written.append(os.read(one, 1 << 24))
            for stream in streams:
                stream.close()
        return status, written[0], written[1]


class _Pipe:
    """A text stream that does not say that it is a file."""

    def __init__(self, stream) -> None:
        self._stream = stream
        self.encoding = "utf-8"

    def __getattr__(self, name: str):
        return getattr(self._stream, name)

    def fileno(self) -> int:
        raise OSError


def check(tree: Tree, text: str, name: str, streams: Streams) -> None:
    values = {"file": tree.file, "text": text.replace("\0", ""), "name": file_name(text)}
    words = [word.format(**values) for word in COMMANDS[name]]
    status, out, err = streams.run(*words)
    assert status in (0, 1, 2), err
    assert b"Traceback" not in err, err
    own = 0
    if name == "github":
        _, report, _ = streams.run("-f", "json", *LINT, "--isolated", ".")
        whole = json.loads(report)
        own = len(whole["findings"]) + len(whole["errors"])
    if name == "diff":  # a line keeps its end
        out = out.replace(b"\r\n", b"\n")
    assert problems_of(out, own_commands=own) == []
    assert problems_of(err) == []
    if name in ("checkstyle", "junit", "layers svg") and out:
        ElementTree.fromstring(out)
    if name in ("json", "sarif", "gitlab", "parse", "layers json") and out:
        json.loads(out)


@pytest.mark.parametrize("name", COMMANDS)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(text=HOSTILE, places=st.sets(st.sampled_from(PLACES), min_size=1, max_size=5))
def test_no_output_is_obeyed(
    name: str, text: str, places: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory() as folder, monkeypatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("NO_COLOR", "1")
        patch.delenv("GITHUB_STEP_SUMMARY", raising=False)
        check(Tree(folder, text, places), text, name, Streams(monkeypatch))


@pytest.mark.parametrize("text", PIECES, ids=lambda text: ascii(text)[1:20])
def test_each_text_in_all_places(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The configurations have the wrong text everywhere, so they get a turn of their own.
    for places in (
        {"folder", "file", "Dockerfile", "compose", "git"},
        *({"file", one} for one in CONFIGURATIONS),
    ):
        with tempfile.TemporaryDirectory() as folder, monkeypatch.context() as patch:
            patch.chdir(folder)
            patch.setenv("NO_COLOR", "1")
            patch.delenv("GITHUB_STEP_SUMMARY", raising=False)
            tree, streams = Tree(folder, text, places), Streams(monkeypatch)
            names = (
                ("configured",)
                if len(places) == 2
                else (*sorted(BUILT_IN), "diff", "layers default", "layers svg")
            )
            for name in names:
                check(tree, text, name, streams)
