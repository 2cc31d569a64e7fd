"""Configuration files: which one holds, what it sets, and how it merges with the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockerlint_rules.config import ConfigError
from dockerlint_rules.config.files import find_config, read_config
from dockerlint_rules.config.options import OPTIONS, Options
from dockerlint_rules.config.values import merge_options


def write(folder: Path, name: str, text: str) -> str:
    """Write a file and answer its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return str(path)


def test_defaults_are_not_shared() -> None:
    one, two = Options(), Options()
    one.ignore.append("DF201")
    assert two.ignore == []
    assert {name for name in OPTIONS if not hasattr(two, name)} == set()


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, None),
        ({"setup.cfg": "[flake8]\n"}, None),
        ({"setup.cfg": "[dockerlint]\n"}, "setup.cfg"),
        ({"setup.cfg": "[dockerlint:local-plugins]\n"}, "setup.cfg"),
        ({"setup.cfg": "[metadata]\nname = dockerlint\n", "tox.ini": "[dockerlint]\n"}, "tox.ini"),
        ({".dockerlint": "[dockerlint]\n", "setup.cfg": "[dockerlint]\n"}, ".dockerlint"),
        ({"pyproject.toml": "[tool.dockerlint]\n"}, "pyproject.toml"),
        ({"pyproject.toml": "[tool]\ndockerlint.quiet = true\n"}, "pyproject.toml"),
        ({"pyproject.toml": '[project]\ndependencies = ["dockerlint"]\n'}, None),
        ({".hadolint.yaml": "ignored: []\n"}, ".hadolint.yaml"),
        ({".hadolint.yml": "ignored: []\n"}, ".hadolint.yml"),
        ({".hadolint.yaml": "", "../setup.cfg": "[dockerlint]\n"}, "../setup.cfg"),
        ({"../.hadolint.yaml": "", "../../.hadolint.yaml": ""}, "../.hadolint.yaml"),
        ({"../tox.ini": "[dockerlint]\n"}, "../tox.ini"),
    ],
)
def test_find(tmp_path: Path, files: dict[str, str], expected: str | None) -> None:
    home = tmp_path / "a" / "b"
    home.mkdir(parents=True)
    for name, text in files.items():
        write(home, name, text)
    found = find_config(str(home))
    assert (Path(found).resolve() if found else None) == (
        (home / expected).resolve() if expected else None
    )


INI = """\
[dockerlint]
# what we run
select =
    DF2,  # packages
    DL3006
ignore = DF201, DF202
per-file-ignores =
    deploy/*: DF301,DF302
    *.dev:DF4
force_exclude = yes
quiet = on  # no summary
severity = DF201=error, DF202:info
label-schema =
    author: text
today = 2026-11-24
"""
TOML = """\
[tool.dockerlint]
select = ["DF2", "DL3006"]
ignore = "DF201,DF202"
force-exclude = true
quiet = true
severity = {DF201 = "error", DF202 = "info"}
today = 2026-11-24
[tool.dockerlint.label-schema]
author = "text"
[tool.dockerlint.per-file-ignores]
"deploy/*" = ["DF301", "DF302"]
"*.dev" = "DF4"
[tool.dockerlint.local-plugins]
extension = []
"""


@pytest.mark.parametrize(("name", "text"), [("setup.cfg", INI), ("pyproject.toml", TOML)])
def test_both_notations_mean_the_same(tmp_path: Path, name: str, text: str) -> None:
    assert read_config(write(tmp_path, name, text)) == {
        "select": ["DF2", "DL3006"],
        "ignore": ["DF201", "DF202"],
        "per_file_ignores": [("deploy/*", ["DF301", "DF302"]), ("*.dev", ["DF4"])],
        "force_exclude": True,
        "quiet": True,
        "severity": {"DF201": "error", "DF202": "info"},
        "label_schema": {"author": "text"},
        "today": "2026-11-24",
    }


@pytest.mark.parametrize(
    ("name", "text", "line", "words"),
    [
        (
            "setup.cfg",
            "[dockerlint]\n\nselekt = DF2\n",
            3,
            "unknown option 'selekt' in [dockerlint]; did you mean 'select'?",
        ),
        (
            "setup.cfg",
            "[a]\nformat=x\n[dockerlint]\nformat = jsn\n",
            4,
            "unknown format 'jsn'; did you mean 'json'?",
        ),
        ("setup.cfg", "[dockerlint]\nquiet = maybe\n", 2, "takes true or false"),
        ("setup.cfg", "[dockerlint]\nseverity = DF201=eror\n", 2, "did you mean 'error'?"),
        ("setup.cfg", "[dockerlint]\nprofile = kubernets\n", 2, "did you mean 'kubernetes'?"),
        ("setup.cfg", "[dockerlint]\ntoday = 2026-13-01\n", 2, "YYYY-MM-DD"),
        ("setup.cfg", "[dockerlint]\nper-file-ignores = DF201\n", 2, "PATTERN:CODES"),
        ("setup.cfg", "quiet = yes\n", 1, "no [section]"),
        ("setup.cfg", "[dockerlint]\nquiet = yes\nquiet = no\n", 3, "set twice"),
        ("setup.cfg", "[dockerlint]\nquiet = yes\nwhat\n", 3, "neither a [section]"),
        ("setup.cfg", "[x]\n", 1, "has no section"),
        ("pyproject.toml", "[tool.dockerlint]\nselect = 3\n", 2, "takes a list"),
        ("pyproject.toml", "[tool.dockerlint]\nselect = [\n", 3, "is not valid TOML"),
        ("pyproject.toml", "[tool.dockerlint]\nexclud = []\n", 2, "did you mean 'exclude'?"),
        (
            "pyproject.toml",
            "[tool.dockerlint.severty]\nDF1 = 'info'\n",
            1,
            "did you mean 'severity'?",
        ),
        (".hadolint.yaml", "ignored:\n  - DL3008\n bad", 3, "is not valid YAML"),
        (
            ".hadolint.yaml",
            "verbose: true\nfailure-threshold: warnin\n",
            2,
            "did you mean 'warning'?",
        ),
        (".hadolint.yaml", "ignored: 3\n", 1, "option 'ignored' takes a list"),
        (".hadolint.yaml", "- DL3008\n", 1, "is not a mapping"),
    ],
)
def test_mistakes_are_reported_with_their_line(
    tmp_path: Path, name: str, text: str, line: int, words: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read_config(write(tmp_path, name, text))
    assert words in caught.value.message
    assert caught.value.line == line
    assert str(caught.value).endswith(
        f"{name}:{line}: {caught.value.message}" if line else caught.value.message
    )


def test_unreadable(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: no such file"):
        read_config(str(tmp_path / "none.cfg"))
    (tmp_path / "setup.cfg").write_bytes(b"[dockerlint]\nignore = \xff\n")
    with pytest.raises(ConfigError, match=r"setup\.cfg:2: is not UTF-8"):
        read_config(str(tmp_path / "setup.cfg"))


HADOLINT = """\
failure-threshold: ignore
no-fail: true
format: tty
format: tty
ignored: [DL3008, SC2086]
override:
  info: [DL3009, DL3015]
  error: [DL3009]
trustedRegistries:
  - docker.io
label-schema: {author: text}
strict-labels: true
disable-ignore-pragma: true
"""


@pytest.mark.parametrize(
    "text",
    [
        HADOLINT,
        '{"failure-threshold": "none", "no-fail": true, "ignored": ["DL3008", "SC2086"], "override":\n\t{"info":'
        ' ["DL3009", "DL3015"], "error": ["DL3009"]}, "trustedRegistries": ["docker.io"], "label-schema":'
        ' {"author": "text"}, "strict-labels": true, "disable-ignore-pragma": true}',
    ],
)
def test_hadolints_file(tmp_path: Path, text: str) -> None:
    assert read_config(write(tmp_path, ".hadolint.yaml", text)) == {
        "lenient": True,
        "failure_threshold": "none",
        "exit_zero": True,
        "ignore": ["DL3008", "SC2086"],
        "severity": {"DL3009": "error", "DL3015": "info"},
        "trusted_registries": ["docker.io"],
        "label_schema": {"author": "text"},
        "strict_labels": True,
        "disable_ignore_pragmas": True,
    }


def test_empty_hadolint_file(tmp_path: Path) -> None:
    assert read_config(write(tmp_path, ".hadolint.yaml", "")) == {"lenient": True}


def test_command_line_beats_file() -> None:
    file = {
        "select": ["DF1"], "extend_select": ["DF3"], "ignore": ["DF101"], "severity": {"DF1": "info", "DF2": "info"},
        "format": "json", "quiet": True, "per_file_ignores": [("a", ["DF1"])],
    }  # fmt: skip
    given = {
        "select": ["DF2,DF3", "DF4"], "ignore": ["DF201"], "extend_ignore": ["DF202"], "severity": ["DF1=error"],
        "format": "sarif", "per_file_ignores": ["b:DF2,DF3"], "build_arg": ["A=x,y#z=1", "B="],
    }  # fmt: skip
    options = merge_options(file, given)
    assert options.select == ["DF2", "DF3", "DF4"]
    assert options.extend_select == []
    assert options.ignore == ["DF101", "DF201"]
    assert options.extend_ignore == ["DF202"]
    assert options.severity == {"DF1": "error", "DF2": "info"}
    assert options.format == "sarif"
    assert options.quiet is True
    assert options.per_file_ignores == [("a", ["DF1"]), ("b", ["DF2", "DF3"])]
    assert options.build_arg == {"A": "x,y#z=1", "B": ""}
    assert options.platform == "linux/amd64"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"format": "jsn"}, "unknown format 'jsn'; did you mean 'json'?"),
        (
            {"failure_threshold": "warn"},
            "unknown failure-threshold 'warn'; did you mean 'warning'?",
        ),
        ({"severity": ["DF1"]}, "option 'severity' takes NAME=VALUE, not 'DF1'"),
        ({"jobs": -1}, "option 'jobs' takes a whole number, not -1"),
        ({"today": "tomorrow"}, "'tomorrow' is not a date; option 'today' takes YYYY-MM-DD"),
    ],
)
def test_mistakes_on_the_command_line(given: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        merge_options({}, given)
    assert str(caught.value) == message
