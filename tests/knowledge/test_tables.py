"""The tables: every record has its fields, and the compiled modules are up to date."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dockerlint_rules.knowledge import compiler

NAMES = sorted(compiler.SHAPES)
DATE = re.compile(r"\d{4}-\d\d-\d\d")
TABLES = {name: compiler.load(name) for name in NAMES}


def is_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


@pytest.mark.parametrize("name", NAMES)
def test_every_table_has_source_and_date(name: str) -> None:
    assert len(TABLES[name]["source"]) > 10
    assert DATE.fullmatch(TABLES[name]["checked"])


def test_every_table_is_compiled() -> None:
    assert sorted(path.stem for path in compiler.TABLES.glob("*.toml")) == NAMES


@pytest.mark.parametrize(
    ("path", "text"),
    [pytest.param(path, text, id=path.stem) for path, text in compiler.compiled_files()],
)
def test_compiled_modules_are_up_to_date(path: Any, text: str) -> None:
    assert path.read_text(encoding="utf-8") == text, "run python -m dockerlint_rules.knowledge"


MANAGER_LISTS = ["values", "yes", "no_cache", "no_cache_env", "caches", "indexes", "clean"]
MANAGER_LISTS += ["separators", "version", "scopes", "modules", "commands"]


@pytest.mark.parametrize(
    "record", [pytest.param(r, id=r["name"]) for r in TABLES["package_managers"]["manager"]]
)
def test_fields_of_package_managers(record: dict[str, Any]) -> None:
    assert record["family"]
    assert record["commands"]
    for key in MANAGER_LISTS:
        assert is_strings(record.get(key, []))
    for key in ("values", "yes", "no_cache", "version"):
        assert all(flag.startswith("-") for flag in record.get(key, []))
    # A flag for a file or a version takes a value.
    assert {*record.get("files", {}), *record.get("version", [])} <= set(record["values"])
    assert set(record.get("files", {}).values()) <= {
        "requirements",
        "constraints",
        "editable",
        "source",
    }
    assert record.get("actions") or record.get("implied") or record.get("style") == "pacman"
    phrases = [phrase for words in record.get("actions", {}).values() for phrase in words]
    assert len(phrases) == len(set(phrases))
    separators = record.get("separators", [])
    for index, separator in enumerate(separators):
        assert not any(separator.startswith(s) for s in separators[:index])


def test_commands_are_unique() -> None:
    records = TABLES["package_managers"]["manager"]
    commands = [command for record in records for command in record["commands"]]
    assert len(commands) == len(set(commands))


ECOSYSTEM_LISTS = ["install", "manifests", "locks", "frozen", "caches", "dependency", "source"]


@pytest.mark.parametrize(
    "record", [pytest.param(r, id=r["name"]) for r in TABLES["ecosystems"]["ecosystem"]]
)
def test_fields_of_ecosystems(record: dict[str, Any]) -> None:
    assert record["kind"] in {"language", "system", "tool", "data"}
    for key in [*ECOSYSTEM_LISTS, "clean"]:
        assert is_strings(record[key]), key
    assert record["install"]
    known = {manager["name"] for manager in TABLES["package_managers"]["manager"]}
    assert set(record.get("managers", [])) <= known
    placeholders = {"<file>", "<package>", "<version>", "<module>", "<none>", "<WORKDIR>"}
    for key in [*ECOSYSTEM_LISTS, "clean"]:
        for text in record[key]:
            assert set(re.findall(r"<\w+>", text)) <= placeholders


STATES = {"disk", "memory", "client", "hint", "none"}


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        pytest.param(kind, record, id=f"{kind}-{record['names'][0]}-{index}")
        for kind, records in TABLES["stateful"].items()
        if isinstance(records, list)
        for index, record in enumerate(records)
    ],
)
def test_fields_of_stateful_software(kind: str, record: dict[str, Any]) -> None:
    assert is_strings(record["names"])
    assert is_strings(record["dirs"])
    assert record["evidence"] in {"read", "known", "default", "memory"}
    state = record.get("state", "disk")
    assert state in STATES
    # What keeps data says where.
    assert record["dirs"] or state != "disk"
    assert ("volume" in record) <= (kind == "image")
    assert record.get("from", 0) <= record.get("until", 10**6)


@pytest.mark.parametrize(
    ("image", "record"),
    [pytest.param(image, r, id=image) for image, r in TABLES["end_of_life"]["image"].items()],
)
def test_fields_of_releases(image: str, record: dict[str, Any]) -> None:
    tags = record.get("tags", {})
    named = [*tags, *record.get("open", []), *record.get("ended", [])]
    assert record["product"]
    assert named
    assert len(named) == len(set(named))
    assert not any(" " in name for name in named)
    for date in [*tags.values(), *record.get("extended", {}).values()]:
        assert DATE.fullmatch(date)
    assert {*record.get("aliases", {}).values(), *record.get("lts", [])} <= set(named)
    assert set(record.get("extended", {})) <= set(named)


@pytest.mark.parametrize(
    "record", [pytest.param(r, id=r["name"]) for r in TABLES["end_of_life"]["retired"]]
)
def test_fields_of_retired_images(record: dict[str, Any]) -> None:
    assert record["reason"]
    assert record["source"]
    assert isinstance(record["successors"], list)
    assert DATE.fullmatch(record.get("date", "2000-01-01"))


def test_images_and_tags_are_unique() -> None:
    names = [name for images in TABLES["images"]["names"].values() for name in images]
    parts = [part for parts in TABLES["images"]["tags"].values() for part in parts]
    assert len(names) == len(set(names))
    assert len(parts) == len(set(parts))
    # The look-up removes digits and dots at the end of a part.
    assert all(part == part.rstrip("0123456789.") for part in parts)
