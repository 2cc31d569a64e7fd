"""Which changes make BuildKit run an instruction again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockerlint_rules.model.build import Build
from dockerlint_rules.model.context.build_context import BuildContext
from dockerlint_rules.model.context.ignore_file import IgnoreFile
from dockerlint_rules.model.layers.rebuilds import rebuilds, rebuilt_by, rebuilt_on
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.source import Source


def read(text: str, ignore: str | None = None) -> Dockerfile:
    build = Build()
    build.context = BuildContext(None, None, IgnoreFile(ignore) if ignore is not None else None)
    return Dockerfile(Document(Source(text)), build)


def last_kinds(text: str, ignore: str | None = None) -> list[str]:
    """The kinds of change for the last instruction, on a base image that cannot change."""
    return rebuilds(read(f"FROM a@sha256:{'0' * 64}\n{text}", ignore))[-1].steps[-1].rebuilt_on


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("COPY . .", ["source", "manifest"], id="all"),
        pytest.param("COPY ./ /app/", ["source", "manifest"], id="all-with-slash"),
        pytest.param("COPY package.json package-lock.json ./", ["manifest"], id="manifests"),
        pytest.param("COPY package*.json ./", ["manifest"], id="manifest-pattern"),
        pytest.param("COPY *.json ./", ["source", "manifest"], id="wide-pattern"),
        pytest.param("COPY requirements/ ./requirements/", ["manifest"], id="manifest-directory"),
        pytest.param("COPY requirements/prod.txt ./", ["manifest"], id="manifest-in-directory"),
        pytest.param("COPY src ./src", ["source"], id="source"),
        pytest.param("COPY web/package.json web/", ["manifest"], id="manifest-below"),
        pytest.param("ADD app.tar.gz /", ["source"], id="archive"),
        pytest.param("ADD https://example.com/a /", ["remote"], id="remote"),
        pytest.param("ADD https://github.com/a/b.git /", ["remote"], id="git"),
        pytest.param(
            f"ADD --checksum=sha256:{'0' * 64} https://example.com/a /", [], id="remote-checked"
        ),
        pytest.param("COPY <<E /a\nx\nE", [], id="heredoc"),
        pytest.param("COPY --from=nginx:1 /a /b", ["base"], id="image"),
        pytest.param(f"COPY --from=nginx@sha256:{'1' * 64} /a /b", [], id="image-by-digest"),
        pytest.param("RUN make", [], id="run"),
        pytest.param("RUN --mount=type=bind,target=/src make", ["source", "manifest"], id="bind"),
        pytest.param(
            "RUN --mount=type=bind,source=go.mod,target=go.mod go mod download",
            ["manifest"],
            id="bind-one",
        ),
        pytest.param("RUN --mount=type=cache,target=/c make", [], id="cache-mount"),
        pytest.param("RUN --mount=type=secret,id=a make", [], id="secret-mount"),
        pytest.param("RUN --mount=type=ssh make", [], id="ssh-mount"),
        pytest.param("RUN --mount=type=tmpfs,target=/t make", [], id="tmpfs-mount"),
        pytest.param("RUN --mount=from=alpine:3,target=/t make", ["base"], id="mount-of-image"),
        pytest.param("ARG A\nRUN make", ["arg:A"], id="arg-in-every-run"),
        pytest.param("ARG A", [], id="arg-itself"),
        pytest.param("RUN make\nARG A", [], id="arg-after"),
        pytest.param("ARG A\nCOPY a b", ["source"], id="arg-not-in-copy"),
        pytest.param("ARG A\nCOPY --chown=$A a b", ["source", "arg:A"], id="arg-in-a-flag"),
        pytest.param("ARG A\nWORKDIR /$A", ["arg:A"], id="arg-in-workdir"),
        pytest.param("ARG A\nLABEL v=$A", ["arg:A"], id="arg-in-label"),
        pytest.param("ARG A\nLABEL v=$A\nCOPY a b", ["source"], id="metadata-keeps-cache"),
        pytest.param("ARG A\nENV B=$A\nRUN make", ["arg:A"], id="env-from-arg"),
        pytest.param("ARG A\nENV A=1\nRUN make", [], id="env-hides-arg"),
        pytest.param("ENV A=1\nARG A\nRUN make", [], id="env-hides-later-arg"),
        pytest.param("ARG A\nENV A=$A\nRUN make", ["arg:A"], id="env-of-the-same-name"),
        pytest.param("ARG A\nCMD echo $A", [], id="cmd-is-not-expanded"),
        pytest.param('ARG A\nSHELL ["$A"]', [], id="shell-is-not-expanded"),
        pytest.param("ARG A\nCOPY <<E /x\n$A\nE", ["arg:A"], id="heredoc-is-expanded"),
        pytest.param("ARG A\nCOPY <<'E' /x\n$A\nE", [], id="quoted-heredoc-is-not"),
        pytest.param("ONBUILD COPY . .", [], id="onbuild"),
        pytest.param("COPY a b\nRUN make", ["source"], id="inherited"),
        pytest.param("COPY a b\nCMD x", ["source"], id="inherited-by-metadata"),
        pytest.param(
            "COPY src/ /app/\nWORKDIR /app\nRUN npm ci",
            ["source", "manifest"],
            id="directory-with-the-manifest",
        ),
        pytest.param(
            "WORKDIR /app\nRUN npm ci\nCOPY src/ /app/", ["source"], id="installed-before"
        ),
    ],
)
def test_kinds(text: str, kinds: list[str]) -> None:
    assert last_kinds(text) == kinds


@pytest.mark.parametrize(
    ("ignore", "source", "kinds"),
    [
        pytest.param("*\n!package.json\n", ".", ["manifest"], id="all-but-a-manifest"),
        pytest.param("*\n!src\n", ".", ["source"], id="all-but-a-directory"),
        pytest.param("*\n!src/**/*.py\n", ".", ["source"], id="all-but-a-pattern"),
        pytest.param("**\n", ".", [], id="all"),
        pytest.param("node_modules\n", ".", ["source", "manifest"], id="other-directory"),
        pytest.param("src\n", "src", [], id="the-source"),
        pytest.param("src\n!src/keep\n", "src", ["source"], id="exception"),
        pytest.param("**/*.json\n", "package.json", [], id="the-manifest"),
        pytest.param("# c\n\n", ".", ["source", "manifest"], id="empty"),
    ],
)
def test_ignored_files(ignore: str, source: str, kinds: list[str]) -> None:
    assert last_kinds(f"COPY {source} /app", ignore) == kinds


def test_base_and_arguments_of_from() -> None:
    text = "ARG V=1\nARG W=$V\nFROM a:$W\nRUN x\nFROM scratch\nCOPY a b\n"
    first, second = rebuilds(read(text))
    assert first.steps[0].rebuilt_on == ["base", "arg:V", "arg:W"]
    assert first.steps[1].rebuilt_on == ["base", "arg:V", "arg:W"]
    assert second.steps[0].rebuilt_on == []


def test_global_argument_in_a_stage() -> None:
    text = "ARG V=1\nFROM a@sha256:" + "0" * 64 + "\nRUN x\nARG V\nRUN y\n"
    (stage,) = rebuilds(read(text))
    assert stage.steps[1].rebuilt_on == []
    assert stage.steps[3].rebuilt_on == ["arg:V"]


def test_stages() -> None:
    text = (
        "FROM a AS build\nCOPY . .\nFROM b AS tools\nFROM build AS test\nRUN t\n"
        "FROM c\nCOPY --from=build /x /x\nRUN --mount=from=tools,target=/t y\nCOPY --from=1 /x /x\n"
    )
    stages = rebuilds(read(text))
    assert stages[2].steps[1].rebuilt_on == ["source", "manifest", "base"]
    kinds = [step.rebuilt_on for step in stages[3].steps]
    assert kinds == [
        ["base"],
        ["base", "stage:build"],
        ["base", "stage:build", "stage:tools"],
        ["base", "stage:build", "stage:tools"],
    ]


def test_unnamed_stage() -> None:
    stages = rebuilds(read("FROM a\nRUN x\nFROM scratch\nCOPY --from=0 /x /x\n"))
    assert stages[1].steps[1].rebuilt_on == ["stage:0"]


def test_onbuild_of_the_parent_stage() -> None:
    stages = rebuilds(read("FROM scratch AS a\nONBUILD COPY src /\nFROM a\nRUN x\n"))
    assert stages[1].steps[1].rebuilt_on == ["source"]


def test_arguments_and_environment_are_inherited() -> None:
    digest = "@sha256:" + "0" * 64
    stages = rebuilds(read(f"FROM a{digest} AS a\nARG A\nENV B=$A\nFROM a\nRUN x\n"))
    assert stages[1].steps[1].rebuilt_on == ["arg:A"]


def test_reasons() -> None:
    (stage,) = rebuilds(read("FROM a\nCOPY src ./src\nRUN make\n"))
    assert stage.steps[1].because == "copies 'src'; below line 1 (base)"
    assert stage.steps[2].because == "below line 1 (base); below line 2 (source)"


def rebuilt_steps(text: str, *paths: str, ignore: str | None = None) -> list[list[bool]]:
    dockerfile = read(text, ignore)
    context = dockerfile.build.context
    assert context is not None
    return rebuilt_by(rebuilds(dockerfile), paths, context.ignore)


@pytest.mark.parametrize(
    ("source", "path", "expected"),
    [
        (".", "a/b.py", True),
        ("src", "src/a/b.py", True),
        ("src/", "./src/a.py", True),
        ("src", "srcs/a.py", False),
        ("src/a", "src", True),  # a directory, of which a part is copied
        ("*.py", "a.py", True),
        ("*.py", "a/b.py", False),
        ("*/b.py", "a/b.py", True),
        ("pack*", "package/x", True),
        ("a.[ch]", "a.c", True),
        ("/abs", "abs/x", True),
        ("../x", "x", True),  # paths cannot leave the context
    ],
)
def test_changed_files(source: str, path: str, expected: bool) -> None:
    assert rebuilt_steps(f"FROM a\nRUN x\nCOPY {source} /x/\nRUN y\n", path) == [
        [False, False, expected, expected]
    ]


def test_change_through_stages() -> None:
    text = (
        "FROM a AS one\nCOPY src /\nFROM b AS two\nRUN x\nFROM one AS three\nRUN y\n"
        "FROM two\nRUN z\nCOPY --from=three / /\nCMD c\n"
    )
    assert rebuilt_steps(text, "src/a") == [
        [False, True],
        [False, False],
        [True, True],
        [False, False, True, True],
    ]


def test_change_of_an_ignored_file() -> None:
    assert rebuilt_steps("FROM a\nCOPY . .\n", "docs/a.md", ignore="docs\n") == [[False, False]]


WORDS = st.sampled_from(
    ["FROM a AS s0", "FROM s0", "FROM $A", "ARG A", "ARG A=1", "ENV B=$A C=$B", "RUN x $A", "RUN --mount=from=s0 x",
     "COPY . .", "COPY $A /x", "COPY --from=s0 a b", "COPY --from=9 a b", "ADD http://a/b /", "WORKDIR $A", "WORKDIR /",
     "ONBUILD COPY . .", "ONBUILD ONBUILD x", "CMD x", "USER $", "LABEL ${", "VOLUME []", "COPY", "RUN <<E\nx\nE", "\\", "# c"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=14))
def test_kinds_accumulate_in_any_file(lines: list[str]) -> None:
    stages = rebuilds(read("\n".join(lines) + "\n", "*\n!a\n"))
    for kind in ("source", "base", "arg:A"):
        rebuilt_on(stages, kind)
    for one in stages:
        above: set[str] = set()
        for step in one.steps:
            assert above <= set(step.rebuilt_on)
            assert step.because or not step.rebuilt_on
            if step.layer:
                above = set(step.rebuilt_on)
