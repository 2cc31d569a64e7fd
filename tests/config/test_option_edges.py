"""Rare ways of configuring, each of which once went wrong."""

from __future__ import annotations

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockerlint_rules.config import ConfigError
from dockerlint_rules.config.files import find_config, read_config
from dockerlint_rules.config.section import ini_section, line_of_deep_key
from dockerlint_rules.config.values import _PATTERN_AND_CODES, merge_options


def read(tmp_path: Path, name: str, text: str) -> dict[str, Any]:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = find_config(str(tmp_path))
    assert found == str(tmp_path / name)
    return read_config(found)


def test_a_byte_order_mark_does_not_hide_the_section(tmp_path: Path) -> None:
    assert read(tmp_path, "setup.cfg", "\ufeff[dockerlint]\nselect = DF2\n") == {"select": ["DF2"]}


def test_the_section_of_defaults_takes_nothing_away(tmp_path: Path) -> None:
    text = "[DEFAULT]\nselect = x\n[dockerlint]\nselect = DF2\n"
    assert read(tmp_path, "tox.ini", text) == {"select": ["DF2"]}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("pyproject.toml", "[tool.dockerlint]\nselect = " + "[" * 5000, id="toml"),
        pytest.param(
            "pyproject.toml", "[tool.dockerlint]\n" + "a." * 50_000 + "a = 1\n", id="toml-key"
        ),
        pytest.param(
            "pyproject.toml", "[tool.dockerlint]\n[" + "'a' . " * 50_000 + "a]\n", id="toml-table"
        ),
        pytest.param(".hadolint.yaml", '{"ignored": ' + "[" * 200_000, id="json"),
        pytest.param(".hadolint.yaml", "ignored: " + "[" * 5000, id="yaml"),
    ],
)
def test_a_file_nested_without_end_is_an_error(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(ConfigError):
        read(tmp_path, name, text)


@pytest.mark.parametrize("text", ["label-schema = author:txt\n", "label-schema = author=txt\n"])
def test_a_label_has_a_known_type(tmp_path: Path, text: str) -> None:
    with pytest.raises(
        ConfigError, match="unknown type 'txt' for label author; did you mean 'text'"
    ):
        read(tmp_path, ".dockerlint", f"[dockerlint]\n{text}")


def test_hadolints_empty_label_type_is_text(tmp_path: Path) -> None:
    said = read(tmp_path, ".hadolint.yaml", "label-schema:\n  author: ''\n  title:\n")
    assert said["label_schema"] == {"author": "text", "title": "text"}


def test_a_hash_in_toml_begins_no_comment(tmp_path: Path) -> None:
    text = "[tool.dockerlint]\ntarget = 'a #1'\n"
    assert read(tmp_path, "pyproject.toml", text) == {"target": "a #1"}


def test_per_file_ignores_on_one_line() -> None:
    said = merge_options(
        {}, {"per_file_ignores": ["a:DF1,b/*:DF2 DF3 !c : DL3009, ALL"]}
    ).per_file_ignores
    assert said == [("a", ["DF1"]), ("b/*", ["DF2", "DF3"]), ("!c", ["DL3009", "ALL"])]


@pytest.mark.parametrize(
    "text",
    [
        "a = '" + "." * 99 + "'",
        "a = 'b.c' # " + "d e. " * 99,
        ".".join("a" * 50),
        "a = " + "1." * 30,
    ],
)
def test_a_long_text_is_not_a_deep_key(text: str) -> None:
    assert line_of_deep_key(text) == 0


@given(
    st.lists(
        st.sampled_from(["a", "b c", " ", "\t", "=", ":", "#", "x = 1", "\n", "\n", "[d]\n"]),
        max_size=9,
    ).map("".join)
)
def test_an_ini_file_is_read_as_configparser_reads_it(text: str) -> None:
    def plain() -> object:
        parser = configparser.RawConfigParser(default_section="", inline_comment_prefixes=("#",))
        try:
            parser.read_string("[dockerlint]\n" + text, "x")
        except configparser.Error:
            return None
        return dict(parser.items("dockerlint"))

    try:
        found, _ = ini_section("[dockerlint]\n" + text, "x")
    except ConfigError:
        found = None
    assert found == plain()


def test_a_line_of_blanks_is_read_once() -> None:
    # A pattern that tries every blank would not end.
    with pytest.raises(ConfigError, match="neither"):
        ini_section("[dockerlint]\na" + " " * 1_000_000 + "b\n", "x")


@given(st.text("a, :\n", max_size=12))
def test_patterns_and_codes_are_those_of_the_plain_expression(text: str) -> None:
    plain = r"([^\s,:]+)[ \t]*:((?:[\s,]*[^\s,:]+(?![^\s,]*[ \t]*:))*)"
    assert re.findall(_PATTERN_AND_CODES, text) == re.findall(plain, text)


def test_an_unknown_option_of_a_mapping_is_an_error() -> None:
    with pytest.raises(ConfigError, match="unknown option 'selekt'; did you mean 'select'"):
        merge_options({}, {"selekt": ["DF1"]})
    assert merge_options({}, {"extend-select": ["DF1"]}).extend_select == ["DF1"]


def test_a_build_argument_without_value_needs_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NOT_THERE", raising=False)
    assert merge_options({}, {"build_arg": ["NOT_THERE"]}).build_arg == {}
