"""YAML that would take an hour or all memory is one error with its place, found in linear time."""

from __future__ import annotations

import pytest
import yaml
from counted import calls

from dockerlint_rules.syntax.data import yaml_nodes
from dockerlint_rules.syntax.data.value_tree import ParseError, read_values
from dockerlint_rules.syntax.data.yaml_nodes import BoundError, compose
from dockerlint_rules.syntax.source import Source


def laughs(levels: int, each: int) -> str:
    lines = ["a0: &a0 [x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * each)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


def merges(levels: int, each: int) -> str:
    lines = ["a0: &a0 {k0: v}"]
    lines += [
        f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * each)}], k{n}: v}}"
        for n in range(1, levels)
    ]
    return "\n".join(lines) + "\n"


BOMBS = {
    "aliases": (laughs(40, 20), "aliases stand for more than 50,000 values"),
    "aliases, two by two": (laughs(100, 2), "aliases stand for more than 50,000 values"),
    "merges": (merges(40, 20), "aliases stand for more than 50,000 values"),
    "merges in a chain": (merges(2000, 1), "aliases stand for more than 50,000 values"),
    "one merge, often": (
        "a: &a {" + ", ".join(f"k{n}: v" for n in range(500)) + "}\nb: {<<: [" + ", ".join(["*a"] * 500) + "]}\n",
        "aliases stand for more than 50,000 values",
    ),
    "keys": ("? &a [" + "x, " * 1000 + "]\n: y\n" + "? [" + ", ".join(["*a"] * 200) + "]\n: z\n",
             "aliases stand for more than 50,000 values"),
    "values": ("- a\n" * 50_001, "there are more than 50,000 values"),
    "pairs": ("".join(f"k{n}: v\n" for n in range(25_001)), "there are more than 50,000 values"),
    "flow": ("[" * 5000, "nesting is too deep"),
    "closed flow": ("[" * 500 + "]" * 500, "nesting is too deep"),
    "braces": ("{a: " * 5000, "nesting is too deep"),
    "block": ("\n".join(" " * n + "a:" for n in range(500)), "nesting is too deep"),
    "dashes": ("- " * 5000 + "a", "nesting is too deep"),
    "itself": ("a: &a [*a]\n", "an alias stands for a value that it is a part of"),
    "itself, merged": ("a: &a\n  <<: *a\n", "an alias stands for a value that it is a part of"),
    "each other": ("a: &a\n  b: &b [*a]\n  c: *b\n", "an alias stands for a value that it is a part of"),
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_compose_file(bomb: str) -> None:
    text, problem = BOMBS[bomb]
    with pytest.raises(ParseError, match=problem) as caught:
        read_values(Source(text, "compose.yaml"))
    assert caught.value.line >= 1


@pytest.mark.parametrize(
    "text",
    [laughs(4, 10), merges(100, 1), "- a\n" * 10_000, "[" * 59 + "]" * 59, "", "# only\n", "a: &a {b: c}\nd: [*a, *a]\n"],
    ids=["aliases", "merges", "values", "deep", "empty", "comment", "twice"],
)  # fmt: skip
def test_within_the_bounds(text: str) -> None:
    node, expected = compose(text), yaml.compose(text, yaml.SafeLoader)
    assert yaml.serialize(node) == yaml.serialize(expected) if expected else node is None


def test_places_of_an_alias_are_those_of_its_anchor() -> None:
    tree = read_values(Source("a: &a {b: c}\nd: *a\n", "compose.yaml"))
    assert tree.get("d") is tree.get("a")


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "- a\n" * n,
        lambda n: "".join(f"k{i}: v\n" for i in range(n)),
        lambda n: "a: &a {b: c}\nd: [" + "*a, " * n + "]\n",
        lambda n: "".join(f"a{i}: &a{i} b\nc{i}: *a{i}\n" for i in range(n)),
        lambda n: "[" * 20 + "a, " * n + "]" * 20,
    ],
    ids=["list", "mapping", "aliases", "anchors", "flow"],
)
def test_work_grows_with_the_text(make) -> None:  # type: ignore[no-untyped-def]
    small, large = calls(compose, make(200)), calls(compose, make(800))
    assert large <= 4.5 * small


def test_a_bomb_costs_no_more_than_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    text = laughs(60, 20)

    def work() -> None:
        with pytest.raises(BoundError):
            compose(text)

    few = calls(work)
    monkeypatch.setattr(yaml_nodes, "MOST_VALUES", 10**9)
    assert calls(work) <= 3 * few
