"""Names that no file system allows, or that are not text: an error in one line or silence, never a traceback."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dockerlint_rules import lint, lint_text
from dockerlint_rules.cli.main import run

ODD = {
    "NUL": "a\0b",
    "only a NUL": "\0",
    "half of a surrogate pair": "\ud800",
    "NUL in a folder": "x\0/Dockerfile",
    "empty": "",
    "too long": "n" * 5000,
    "deep": "d/" * 3000 + "Dockerfile",
}
UNDECODABLE = os.fsdecode(b"\xff\xfe.Dockerfile")
PLACES = {
    "path": ("{}",),
    "path beside a good one": ("{}", "Dockerfile"),
    "name of standard input": ("--stdin-filename", "{}", "-"),
    "output file": ("-f", "json", "--output-file", "{}", "Dockerfile"),
    "diff": ("--diff", "--unsafe-fixes", "--output-file", "{}", "Dockerfile"),
    "configuration": ("--config", "{}", "Dockerfile"),
    "baseline": ("--baseline", "{}", "Dockerfile"),
    "written baseline": ("baseline", "--output-file", "{}", "Dockerfile"),
    "context": ("--context", "{}", "Dockerfile"),
    "exclude": ("--exclude", "{}", "."),
    "per-file-ignores": ("--per-file-ignores", "{}:DF1", "Dockerfile"),
    "parse": ("parse", "{}"),
    "layers": ("layers", "{}"),
    "layers of": ("layers", "Dockerfile", "-o", "{}"),
    "changed": ("layers", "Dockerfile", "--changed", "{}"),
    "history": ("layers", "Dockerfile", "--history", "{}"),
    "migrate": ("migrate", "{}"),
    "migrate to": ("migrate", ".hadolint.yaml", "-o", "{}"),
    "explain": ("explain", "{}"),
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "Dockerfile").write_text("FROM debian:12\nMAINTAINER me\n")
    (tmp_path / ".hadolint.yaml").write_text("ignored: [DL3000]\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("odd", ODD)
def test_an_odd_name_on_the_command_line(
    odd: str,
    place: str,
    tree: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tree / "input").write_text("FROM debian:12\n")
    with (tree / "input").open(encoding="utf-8") as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        status = run([word.format(ODD[odd]) for word in PLACES[place]])
    err = capfd.readouterr().err
    assert status in (0, 1, 2)
    assert "Traceback" not in err
    if place in ("path", "output file", "configuration", "parse", "migrate to") and odd != "empty":
        assert status == 2
        assert len([line for line in err.splitlines() if line.startswith("dockerlint: ")]) == 1


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_name_for_programs(odd: str, tree: Path) -> None:
    name = ODD[odd]
    assert {one.path for one in lint_text("FROM a\nCOPY . .\n", filename=name)} <= {name}
    with pytest.raises((OSError, ValueError)):
        lint(name or "missing")


TEXTS = {
    "Dockerfile": 'FROM a\nCOPY ["{0}", "b{0}", "/"]\nADD {0} /\nRUN --mount=type=bind,source={0},target=/x pip install -r {0}\n'
    "COPY {0}requirements.txt .\nWORKDIR {0}\n",
    "compose.yaml": '{{"services": {{"a": {{"build": {{"context": {1}, "dockerfile": {1}}}, "env_file": {1}, "image": "b",'
    ' "extends": {{"file": {1}, "service": "x"}}, "volumes": [{1}, {2}], "configs": [{1}]}}}},'
    ' "include": [{1}], "secrets": {{"s": {{"file": {1}}}}}}}',
    "Dockerrun.aws.json": '{{"AWSEBDockerrunVersion": 2, "volumes": [{{"name": {1}, "host": {{"sourcePath": {1}}}}}],'
    ' "containerDefinitions": [{{"name": {1}, "image": {1}, "mountPoints": [{{"sourceVolume": {1},'
    ' "containerPath": {1}}}]}}]}}',
    ".dockerignore": "{0}\n!{0}\n",
    "pyproject.toml": '[project]\nname = "x"\nreadme = {1}\n[tool.uv.sources]\na = {{ path = {1} }}\n',
    "requirements.txt": "-r {0}\n-e ./{0}\n{0}\n",
    "package.json": '{{"workspaces": [{1}], "dependencies": {{"a": {3}}}}}',
    "Cargo.toml": '[workspace]\nmembers = [{1}]\n[dependencies]\na = {{ path = {1} }}\n',
    "go.mod": "module x\nreplace a => ./{0}\n",
}  # fmt: skip


@pytest.mark.parametrize("odd", ["NUL", "half of a surrogate pair", "only a NUL", "too long"])
@pytest.mark.parametrize("name", TEXTS)
def test_an_odd_name_in_a_file_of_the_tree(
    name: str, odd: str, tree: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = ODD[odd]
    copies = "FROM node\nCOPY . .\nRUN pip install -r requirements.txt && npm ci && cargo build && go build\n"
    (tree / "Dockerfile").write_text(copies)
    quoted = json.dumps(text)
    content = TEXTS[name].format(
        text, quoted, json.dumps(f"./{text}:/x"), json.dumps(f"file:{text}")
    )
    (tree / name).write_bytes(content.encode("utf-8", "surrogatepass"))
    for words in (
        ("--select", "ALL", "--no-shellcheck", "."),
        ("layers", "Dockerfile"),
        ("-f", "sarif", "."),
    ):
        status = run(list(words))
        err = capfd.readouterr().err
        assert status in (0, 1, 2)
        assert "Traceback" not in err
        assert "failed:" not in err
        assert "Error:" not in err


def test_a_name_that_is_not_utf8(tree: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tree / UNDECODABLE).write_text("FROM debian:12\nMAINTAINER me\n")
    for format_name in (
        "default",
        "json",
        "sarif",
        "github",
        "gitlab",
        "checkstyle",
        "junit",
        "pre-commit",
    ):
        assert run(["--select", "DF801", "-f", format_name, UNDECODABLE]) == 1
        assert capfd.readouterr().out.count("DF801") >= 1
    assert run(["--diff", "--select", "DF801", UNDECODABLE]) == 1
    assert run(["parse", UNDECODABLE]) == 0
    assert run(["layers", UNDECODABLE]) == 0


def test_a_line_end_in_a_setting_makes_no_option_of_its_own(
    tree: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tree / ".hadolint.yaml").write_text(
        'ignored: ["DL3000\\n[dockerlint:local-plugins]\\nextension = X = x"]\n'
        'trustedRegistries: ["a\\nexclude = *"]\n'
    )
    for format_name in ("ini", "toml"):
        run(["migrate", "-f", format_name])
        lines = capfd.readouterr().out.splitlines()
        assert not [
            line
            for line in lines
            if line.lstrip().startswith(("[dockerlint:", "extension", "exclude"))
        ]
