"""Rare ways of configuring, each of which once went wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dockerlint_rules.config import ConfigError
from dockerlint_rules.config.files import find_config, read_config
from dockerlint_rules.config.values import merge_options


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


def test_an_unknown_option_of_a_mapping_is_an_error() -> None:
    with pytest.raises(ConfigError, match="unknown option 'selekt'; did you mean 'select'"):
        merge_options({}, {"selekt": ["DF1"]})
    assert merge_options({}, {"extend-select": ["DF1"]}).extend_select == ["DF1"]


def test_a_build_argument_without_value_needs_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NOT_THERE", raising=False)
    assert merge_options({}, {"build_arg": ["NOT_THERE"]}).build_arg == {}
