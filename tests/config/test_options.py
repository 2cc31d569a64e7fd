"""The option table, and everything that is made from it."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dockerlint_rules.cli.parsers import check_parser, layers_parser
from dockerlint_rules.config import options as table
from dockerlint_rules.config.files import parse_config
from dockerlint_rules.config.hadolint import KEYS
from dockerlint_rules.config.options import (
    COMMAND_LINE,
    EDITOR,
    FILE,
    GROUPS,
    OPTIONS,
    TABLE,
    Option,
    Options,
)
from dockerlint_rules.config.schema import (
    editor_properties,
    editor_setting_names,
    generated_files,
    json_schema,
)
from dockerlint_rules.plugins.entry_points import EXTENSION, Entry
from dockerlint_rules.plugins.roster import Roster

ROOT = Path(__file__).parent.parent.parent
TYPES = {
    "flag": "bool", "count": "int", "size": "int", "text": "str", "date": "str", "choice": "str", "folder": "str", "file": "str",
    "list": "list[str]", "pairs": "dict[str, str]", "arguments": "dict[str, str]",
    "files": "list[tuple[str, list[str]]]",
}  # fmt: skip


def named(names: set[str]) -> Any:
    return pytest.mark.parametrize("option", [one for one in TABLE if one.name in names or not names], ids=lambda one: one.name)  # fmt: skip


@named(set())
def test_a_row_is_complete(option: Option) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", option.name)
    assert option.kind in TYPES
    assert option.group in dict(GROUPS)
    assert option.where in ("C", "F", "E", "CF", "FE", "CFE")
    assert bool(option.metavar) is (option.kind != "flag")
    assert option.help
    assert not option.help.endswith(".")
    assert len(option.help) <= 120


def test_names_and_short_flags_are_given_once() -> None:
    assert len(OPTIONS) == len(TABLE)
    short = [one.short for one in TABLE if one.short]
    assert len(set(short)) == len(short)


def test_options_have_an_annotation_of_the_type_that_the_table_says() -> None:
    tree = ast.parse(Path(table.__file__).read_text(encoding="utf-8"))
    [options] = [
        one for one in tree.body if isinstance(one, ast.ClassDef) and one.name == "Options"
    ]
    annotated = {
        one.target.id: ast.unparse(one.annotation)
        for one in ast.walk(options)
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    }
    expected = {
        one.name: TYPES[one.kind] + (" | None" if one.default is None else "") for one in TABLE
    }
    more = {"plugin_values": "tuple[dict[str, Any], dict[str, Any]]", "root": "str | None"}
    assert annotated == {**expected, **more}
    assert all(hasattr(Options(), name) for name in annotated)


# -- the command line ------------------------------------------------------------------------------


def flags_of(parser: Any) -> dict[str, tuple[str, ...]]:
    return {one.dest: tuple(one.option_strings) for one in parser._actions if one.option_strings}


def test_the_command_line_has_the_options_of_the_table() -> None:
    flags = flags_of(check_parser())
    assert flags.pop("help") == ("-h", "--help")
    assert flags.pop("version") == ("--version",)
    assert flags == {
        one.name: (one.short, f"--{one.dashed}") if one.short else (f"--{one.dashed}",)
        for one in TABLE
        if one.may_be_set_by(COMMAND_LINE)
    }


def test_help_shows_each_option_with_its_help() -> None:
    text = " ".join(check_parser().format_help().split())
    for option in TABLE:
        if option.may_be_set_by(COMMAND_LINE):
            assert f"--{option.dashed}" in text
            assert option.help.replace(" ", "") in text.replace(" ", "")


def test_layers_takes_the_options_of_the_build() -> None:
    build = {one.name for one in TABLE if one.group == "build"}
    assert build <= set(flags_of(layers_parser()))


def test_a_plugin_cannot_take_the_name_of_an_option() -> None:
    names, attributes = Roster([Entry(EXTENSION, "ACM", "a:b", "acme")])._taken()
    flags = flags_of(check_parser())
    assert {flag for some in flags.values() for flag in some} <= set(names)
    assert {one.name for one in TABLE} < attributes


# -- hadolint --------------------------------------------------------------------------------------


def test_hadolints_keys() -> None:
    assert KEYS == {
        "ignored": "ignore", "trustedRegistries": "trusted_registries", "label-schema": "label_schema",
        "strict-labels": "strict_labels", "no-fail": "exit_zero", "no-color": "no_color",
        "disable-ignore-pragma": "disable_ignore_pragmas", "failure-threshold": "failure_threshold",
    }  # fmt: skip


# -- the schema ------------------------------------------------------------------------------------

# A value in TOML for each kind, and one that is wrong.
VALUES = {
    "flag": ("true", "3"), "count": ("3", "'many'"), "text": ("'x'", "3"), "folder": ("'.'", "3"), "file": ("'x'", "3"),
    "list": ("['DF1', 'DF2']", "3"), "arguments": ("{A = '1'}", "3"), "files": ("{'*.dev' = ['DF1']}", "3"),
}  # fmt: skip
OF_OPTION = {
    "today": ("'2026-11-30'", "3"), "severity": ("{DF201 = 'error'}", "{DF201 = 'bad'}"),
    "label_schema": ("{author = 'text'}", "{author = 'txt'}"), "profile": ("'compose'", "'compse'"),
    "plugin_errors": ("'warn'", "'wrn'"), "failure_threshold": ("'none'", "'non'"), "format": ("'json'", "3"),
}  # fmt: skip


@pytest.mark.parametrize(
    "option", [one for one in TABLE if one.may_be_set_by(FILE)], ids=lambda one: one.name
)
def test_the_schema_accepts_what_the_reader_accepts(option: Option) -> None:
    good, bad = OF_OPTION.get(option.name) or VALUES[option.kind]
    schema = jsonschema.Draft7Validator(json_schema())
    for value, is_good in ((good, True), (bad, False)):
        text = f"[tool.dockerlint]\n{option.dashed} = {value}\n"
        assert schema.is_valid(tomllib.loads(text)["tool"]["dockerlint"]) is is_good
        if is_good:
            assert set(parse_config(text, "pyproject.toml")) == {option.name}
        else:
            with pytest.raises(Exception, match=r"takes|unknown"):
                parse_config(text, "pyproject.toml")


def test_the_schema_is_valid_and_has_what_a_file_may_set() -> None:
    schema = json_schema()
    jsonschema.Draft7Validator.check_schema(schema)
    expected = {one.dashed for one in TABLE if one.may_be_set_by(FILE)}
    assert set(schema["properties"]) == {*expected, "local-plugins"}
    assert not jsonschema.Draft7Validator(schema).is_valid({"selekt": ["DF1"]})


# -- the editor and the docs -----------------------------------------------------------------------


def test_generated_files_are_current() -> None:
    for path, text in generated_files(ROOT).items():
        assert path.read_text(encoding="utf-8") == text, (
            f"{path.name} is stale: run python docs/generate.py"
        )


def test_the_extension_declares_and_passes_on_what_an_editor_may_set() -> None:
    package = json.loads((ROOT / "editors/vscode/package.json").read_text(encoding="utf-8"))
    declared = package["contributes"]["configuration"]["properties"]
    assert declared == editor_properties()
    script = (ROOT / "editors/vscode/extension.js").read_text(encoding="utf-8")
    [names] = re.findall(r"const SETTINGS = (\[.*\]);", script)
    assert json.loads(names) == editor_setting_names()
    assert {f"dockerlint.{name}" for name in json.loads(names)} == set(declared) - {
        "dockerlint.path"
    }
    assert {one.dashed for one in TABLE if one.may_be_set_by(EDITOR)} < set(json.loads(names))


def test_the_page_has_a_row_for_each_option() -> None:
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z-]+)` \|", page, re.M) == [
        one.dashed for group, _ in GROUPS for one in TABLE if one.group == group
    ]


@pytest.mark.parametrize("language", ["ini", "toml"])
def test_the_examples_of_the_page_are_read_as_meant(language: str) -> None:
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    [block] = re.findall(rf"```{language}\n(.*?)```", page, re.S)
    name = "setup.cfg" if language == "ini" else "pyproject.toml"
    assert parse_config(block, name) == {
        "extend_select": ["DF211"],
        "ignore": ["DF206", "DF502"],
        "severity": {"DF230": "error"},
        "per_file_ignores": [("test/*", ["DF102"])],
    }
