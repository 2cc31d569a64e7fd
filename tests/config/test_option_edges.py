"""Rare ways of choosing, configuring and silencing, each of which once went wrong."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dockerlint_rules.config import ConfigError
from dockerlint_rules.config.files import find_config, read_config
from dockerlint_rules.config.values import merge_options
from dockerlint_rules.engine.selection import Catalog, Selection, SelectorError
from dockerlint_rules.engine.suppressions import Suppressions
from dockerlint_rules.findings.finding import Finding
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.project import discovery
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.source import Source


class Known(NamedTuple):
    """As much of a rule as selection looks at."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    default: bool = True
    preview: bool = False
    profiles: tuple[str, ...] = ()
    gives_own_codes: bool = False


INDEX: Any = Known("DF201", "stale-package-index", ("DL3009", "StaleIndex"))
SHELLCHECK: Any = Known("SC", "shellcheck")


def selection(**given: Any) -> Selection:
    return Selection(Catalog([INDEX, SHELLCHECK]), merge_options({}, given))


# -- selection -------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["Stale-Package-Index", "dl3009", "staleindex"])
def test_names_and_aliases_may_be_in_any_case(said: str) -> None:
    assert selection(select=[said]).is_on(INDEX)


def test_codes_may_not() -> None:
    with pytest.raises(SelectorError, match="did you mean 'DF201'"):
        selection(select=["df201"])


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        pytest.param({}, ["SC1091"], id="nothing-said"),
        pytest.param({"select": ["SC2086"]}, ["SC2086"], id="one"),
        pytest.param({"select": ["SC"], "ignore": ["SC2086"]}, ["SC1091", "SC2154"], id="all-but-one"),
        pytest.param({"ignore": ["SC"], "extend_select": ["SC2086"]}, ["SC2086"], id="none-but-one"),
        pytest.param({"ignore": ["SC2"]}, ["SC1091"], id="prefix"),
        pytest.param({"ignore": ["SC2"], "extend_select": ["SC208"]}, ["SC1091", "SC2086"], id="longer-prefix"),
        pytest.param({"select": ["shellcheck"]}, ["SC1091", "SC2086", "SC2154"], id="by-name"),
        pytest.param({"ignore": ["SC"]}, [], id="ignored"),
        pytest.param({"select": ["DF2"]}, [], id="not-selected"),
        pytest.param({"select": ["SC2086"], "ignore": ["SC2086"]}, [], id="a-tie"),
    ],
)  # fmt: skip
def test_each_code_of_shellcheck_is_decided_on_its_own(
    given: dict[str, Any], wanted: list[str]
) -> None:
    chosen = selection(**given)
    shown = []
    for code in ("SC1091", "SC2086", "SC2154"):
        finding = Finding.at(1, "…", aliases=())
        finding.code = code
        if chosen.allows(SHELLCHECK, finding):
            shown.append(code)
    assert shown == wanted
    assert chosen.is_on(SHELLCHECK) is bool(wanted)


# -- configuration ---------------------------------------------------------------------------------


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


# -- discovery -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "path", "hit"),
    [
        ("[z-a]", "z", False), ("[!z-a]", "z", True), ("[!]x]", "]", False), ("[]x]", "]", True), ("[^a]", "b", True),
        ("/foo", "foo", True), ("/foo", "sub/foo", False), ("/a/*", "a/b", True), ("a\\*b", "a*b", True), ("a\\*b", "axb", False),
    ],
)  # fmt: skip
def test_globs(pattern: str, path: str, hit: bool) -> None:
    assert discovery.matches(pattern, path) is hit


def test_patterns_of_a_configuration_are_read_from_its_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app" / "old").mkdir(parents=True)
    (tmp_path / "app" / "old" / "Dockerfile").touch()
    monkeypatch.chdir(tmp_path / "app")
    assert list(discovery.find(["."], ["app/old"])) == ["old/Dockerfile"]
    assert list(discovery.find(["."], ["app/old"], root=str(tmp_path))) == []


def test_a_search_may_go_deeper_than_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    deepest = ""
    for _ in range(300):
        deepest = os.path.join(deepest, "a")
        os.mkdir(deepest)
    Path(deepest, "Dockerfile").touch()
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(250)
    try:
        found = list(discovery.find(["."]))
    finally:
        sys.setrecursionlimit(limit)
    assert found == [f"{deepest}/Dockerfile"]


# -- pragmas ---------------------------------------------------------------------------------------


def silent_lines(text: str, code: str = "DF201", *aliases: str) -> list[int]:
    pragmas = Suppressions(Dockerfile(Document(Source(text))), Catalog([INDEX]))
    lines = []
    for line in range(1, Source(text).line_count + 1):
        finding = Finding.at(line, "…", aliases=aliases)
        finding.code, finding.name, finding.line = code, "stale-package-index", line
        if pragmas.suppresses(finding):
            lines.append(line)
    return lines


@pytest.mark.parametrize(
    "codes", ["crazy,DL3009", "DL3009,", "DL3009 DL3008", "DL3009 why", "DL3009,dl3008"]
)
def test_a_pragma_that_hadolint_cannot_read_is_void_and_said(codes: str) -> None:
    text = f"FROM a\n# hadolint ignore={codes}\nRUN b\n"
    assert silent_lines(text, "DF201", "DL3009") == []
    pragmas = Suppressions(Dockerfile(Document(Source(text))))
    assert "DL3009" in [one.code for one in pragmas.unknown(Catalog([INDEX]))]


def test_names_in_a_pragma_may_be_in_any_case() -> None:
    assert silent_lines("FROM a\n# dockerlint: ignore=Stale-Package-Index\nRUN b\n") == [3]


def test_blanks_separate_the_codes_of_a_noqa() -> None:
    text = "FROM a\n# noqa: DF999 DF201 because\nRUN b\n"
    assert silent_lines(text) == [3]


def test_a_comment_in_a_script_holds_for_the_line_below() -> None:
    text = "FROM a\nRUN <<E\nset -e\n  # dockerlint: ignore=DF201\n\napt-get update\nls\nE\n"
    assert silent_lines(text) == [6]


def test_a_comment_in_a_copied_file_is_only_text() -> None:
    assert silent_lines("FROM a\nCOPY <<E /x\n# dockerlint: ignore=DF201\nb\nE\n") == []


def test_a_long_comment_takes_no_time() -> None:
    # Where each blank began a search of its own this would take days.
    assert silent_lines("FROM a\n# noqa" + " " * 5_000_000 + ":\nRUN b\n") == []
