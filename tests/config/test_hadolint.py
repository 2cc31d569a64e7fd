"""hadolint's settings: its file, its environment variables, and both converted to ours."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from dockerlint_rules.cli.main import run
from dockerlint_rules.config import ConfigError
from dockerlint_rules.config import hadolint as hadolint_settings
from dockerlint_rules.config.files import read_config
from dockerlint_rules.engine.settings_cache import SettingsCache
from dockerlint_rules.registry.indexed import builtin_rules

FILE = """\
ignored: [DL3008, SC2086]
override:
  error: [DL3025]
  info: [DL3018]
trustedRegistries: [docker.io, "*.example.com"]
label-schema: {maintainer: text, rev: hash}
strict-labels: true
no-fail: true
failure-threshold: ignore
format: tty
"""


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("HADOLINT_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def settings_of(path: Path) -> dict[str, Any]:
    options = read_config(str(path))
    return {
        key: value
        for key, value in options.items()
        if key in hadolint_settings.KEYS.values() or key in ("severity", "failure_threshold")
    }


@pytest.mark.parametrize(("form", "name"), [("ini", ".dockerlint"), ("toml", "pyproject.toml")])
def test_what_is_written_means_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str, name: str
) -> None:
    before = tmp_path / ".hadolint.yaml"
    before.write_text(FILE)
    assert run(["migrate", "--format", form]) == 0
    after = tmp_path / name
    after.write_text(capsys.readouterr().out)
    assert settings_of(after) == settings_of(before)


def test_each_line_says_what_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".hadolint.yaml").write_text(FILE)
    run(["migrate"])
    lines = capsys.readouterr().out.split("\n")
    at = lines.index("ignore = DL3008, SC2086")
    assert lines[at - 1] == "# was ignored in .hadolint.yaml; DL3008 is DF211"
    assert "# format: hadolint's output; see --format" in lines


def test_the_default_threshold_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".hadolint.yaml").write_text("ignored: [DL3008]\n")
    run(["migrate", "-f", "toml"])
    options = tomllib.loads(capsys.readouterr().out)["tool"]["dockerlint"]
    assert options == {"ignore": ["DL3008"], "failure-threshold": "info"}


def test_nothing_to_migrate(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["migrate"]) == 2
    assert "no .hadolint.yaml here" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ignored: [DL3008]\nignord: x\n", ":2: unknown option 'ignord'; did you mean 'ignored'?"),
        ("trustedRegistries: {a: b}\n", ":1: option 'trustedRegistries' takes a list"),
        ("override: [a]\n", ":1: option 'override' takes a mapping"),
        ("override:\n  eror: [DL3008]\n", ":1: unknown severity 'eror' in override; did you mean 'error'?"),
        ("a: [\n", "is not valid YAML"),
        ("- a\n", ":1: is not a mapping"),
    ],
)  # fmt: skip
def test_mistakes_are_reported_with_their_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    (tmp_path / ".hadolint.yaml").write_text(text)
    assert run(["migrate"]) == 2
    assert message in capsys.readouterr().err


def test_a_file_that_is_there_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".hadolint.yaml").write_text(FILE)
    (tmp_path / "new").write_text("mine")
    assert run(["migrate", "-o", "new"]) == 2
    assert (tmp_path / "new").read_text() == "mine"
    assert "already exists" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "options"),
    [
        ({"HADOLINT_IGNORE": "DL3008, SC2086"}, {"ignore": ["DL3008", "SC2086"]}),
        ({"HADOLINT_OVERRIDE_ERROR": "DL3008", "HADOLINT_OVERRIDE_INFO": "DL3008,DL3009"}, {"severity": {"DL3008": "error", "DL3009": "info"}}),
        ({"HADOLINT_TRUSTED_REGISTRIES": "a.test"}, {"trusted_registries": ["a.test"]}),
        ({"HADOLINT_REQUIRE_LABELS": "a:text,b:semver,c"}, {"label_schema": {"a": "text", "b": "semver", "c": "text"}}),
        ({"HADOLINT_STRICT_LABELS": "on"}, {"strict_labels": True}),
        ({"HADOLINT_STRICT_LABELS": "0"}, {"strict_labels": False}),
        ({"HADOLINT_DISABLE_IGNORE_PRAGMA": "1"}, {"disable_ignore_pragmas": True}),
        ({"HADOLINT_FAILURE_THRESHOLD": "ignore"}, {"failure_threshold": "none"}),
        ({"HADOLINT_NOFAIL": "true"}, {"exit_zero": True}),
        ({"HADOLINT_FORMAT": "json", "HADOLINT_VERBOSE": "1", "HADOLINT_IGNORE": ""}, {}),
    ],
)  # fmt: skip
def test_environment(environment: dict[str, str], options: dict[str, Any]) -> None:
    assert hadolint_settings.options_of_environment(environment) == options


def test_a_wrong_variable_is_named() -> None:
    with pytest.raises(ConfigError, match="HADOLINT_FAILURE_THRESHOLD: unknown failure-threshold"):
        hadolint_settings.options_of_environment({"HADOLINT_FAILURE_THRESHOLD": "wrning"})


def options_in(folder: Path, **given: Any) -> Any:
    return SettingsCache(builtin_rules(), given).options_for(str(folder / "Dockerfile"))


def test_the_file_beats_the_environment_and_lists_add_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HADOLINT_IGNORE", "DL3008,DL9999")
    monkeypatch.setenv("HADOLINT_FAILURE_THRESHOLD", "style")
    assert options_in(tmp_path).ignore == ["DL3008"]
    (tmp_path / ".hadolint.yaml").write_text("ignored: [DL3009]\nfailure-threshold: error\n")
    options = options_in(tmp_path)
    assert options.ignore == ["DL3008", "DL3009"]
    assert options.failure_threshold == "error"


def test_our_own_configuration_and_isolation_leave_the_environment_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HADOLINT_IGNORE", "DL3008")
    assert options_in(tmp_path, isolated=True).ignore == []
    (tmp_path / ".dockerlint").write_text("[dockerlint]\nignore = DF201\n")
    assert options_in(tmp_path).ignore == ["DF201"]
