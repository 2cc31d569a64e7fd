"""INI files are read as configparser reads them."""

from __future__ import annotations

import configparser
import random

import pytest

from dockerlint_rules.config import ConfigError
from dockerlint_rules.config.ini import LOCAL_PLUGINS, SECTION, is_meant_as_ours, read_ini

# Pieces that lines are made of: what a heading, an option, a comment and a continuation consist of.
PIECES = (
    "[dockerlint]", "[dockerlint:local-plugins]", "[x]", "[x] y]", "[", "]", "=", ":", "#", ";", " ", "  ", "\t", "a", "B", "é",
    "a = 1", "b: 2", "c=", " #", "x#y", "\r", "\f", "\u00a0", "[ ]", "[]",
)  # fmt: skip


def made_text(seed: int) -> str:
    """A text of up to twelve lines of random pieces, in which sections of ours are frequent."""
    rng = random.Random(seed)
    lines = ["".join(rng.choices(PIECES, k=rng.randint(0, 4))) for _ in range(rng.randint(0, 12))]
    for heading in ("[dockerlint]", "[dockerlint:local-plugins]"):
        if rng.random() < 0.6:
            lines.insert(rng.randint(0, len(lines)), heading)
    return "\n".join(lines)


def by_configparser(text: str) -> dict[str, dict[str, str]] | None:
    """Our sections as configparser reads them; None for an error."""
    parser = configparser.RawConfigParser(default_section="", inline_comment_prefixes=("#",))
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    return {
        name: dict(parser.items(name))
        for name in (SECTION, LOCAL_PLUGINS)
        if parser.has_section(name)
    }


def test_as_configparser_reads_them() -> None:
    compared = 0
    for seed in range(6000):
        text = made_text(seed)
        expected = by_configparser(text)
        try:
            found: dict[str, dict[str, str]] | None = {
                name: one.values for name, one in read_ini(text, "x").items()
            }
        except ConfigError as error:
            found = None
            if "is not a section" in error.message:
                continue  # a heading that is nearly ours, which configparser does not know
        if expected is None:
            continue  # a mistake in a section of others is theirs
        compared += len(expected)
        assert found == expected, (seed, text)
    assert compared > 1000


def test_lines_of_options() -> None:
    text = "[other]\na = 1\n[dockerlint]\n\n# x\nSelect =\n  DF1\n\nignore: DF2\n[x]\nignore = 1\n"
    section = read_ini(text, "x")[SECTION]
    assert (section.line, section.lines) == (3, {"select": 6, "ignore": 9})
    assert section.values == {"select": "\nDF1", "ignore": "DF2"}


@pytest.mark.parametrize(
    "name",
    [
        "dockerlint",
        "Dockerlint",
        " tool.dockerlint",
        "tool:dockerlint",
        "docker_lint",
        "dockerlint:x",
    ],
)
def test_names_that_are_meant_as_ours(name: str) -> None:
    assert is_meant_as_ours(name)


@pytest.mark.parametrize(
    "name",
    ["", "tool", "testenv:dockerlint", "dockerlint2", "dockerlint-acme", "hadolint", "lint:docker"],
)
def test_names_of_others(name: str) -> None:
    assert not is_meant_as_ours(name)
