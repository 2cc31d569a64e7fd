"""Values of variables along a tree of stages, and what bounds them."""

from __future__ import annotations

import random
import re

import pytest

from dockerlint_rules.model.stages import LONGEST_LINEAGE, LONGEST_PATH, Dockerfile, Stage
from dockerlint_rules.model.variables import LONGEST_VALUE
from dockerlint_rules.syntax.dockerfile.instructions import Arg, Env
from dockerlint_rules.syntax.source import Source


def read(text: str) -> Dockerfile:
    return Dockerfile.read(Source(text))


TREE = """\
FROM alpine AS base
ENV A=1 B=2
ARG C
FROM base AS left
ENV A=$A.left
FROM base AS right
ENV B=$A.right D=4
FROM left AS leaf
ENV A=$A.leaf$D
"""


@pytest.mark.parametrize(
    ("stage", "values"),
    [
        ("base", {"A": "1", "B": "2"}),
        ("left", {"A": "1.left", "B": "2"}),
        ("right", {"A": "1", "B": "1.right", "D": "4"}),
        ("leaf", {"A": "1.left.leaf$D", "B": "2"}),
    ],
)
def test_a_stage_sees_what_it_is_built_from_and_no_sibling(
    stage: str, values: dict[str, str]
) -> None:
    found = read(TREE).stage_named(stage)
    assert found is not None
    assert dict(found.scope.final) == values
    assert len(found.scope.final) == len(values)
    assert found.scope.final.get("E") is None


def test_a_value_before_and_after_the_instruction_that_sets_it() -> None:
    left = read(TREE).stages[1]
    env = left.instructions[0]
    assert left.scope.value_at(env, "A") == "1"
    assert left.scope.before(env)["A"] == "1"
    assert left.scope.value_at(None, "A") == "1.left"
    with pytest.raises(KeyError):
        left.scope.before(env)["D"]


def test_an_arg_without_a_value_is_declared() -> None:
    base, left, *_ = read(TREE).stages
    env, arg = base.instructions
    assert not base.scope.is_declared(env, "A")
    assert base.scope.is_declared(arg, "A")
    assert not base.scope.is_declared(arg, "C")
    assert left.scope.is_declared(left.instructions[0], "C")
    assert not left.scope.is_declared(left.instructions[0], "D")


@pytest.mark.parametrize("seed", range(30))
def test_the_walk_over_all_stages_equals_a_walk_along_each_lineage(seed: int) -> None:
    chance = random.Random(seed)
    lines = []
    for number in range(12):
        base = f"s{chance.randrange(number)}" if number and chance.random() < 0.8 else "alpine"
        lines.append(f"FROM {base} AS s{number}")
        lines += [
            chance.choice(("ENV A=$B.{0}", "ENV B={0} A=$A", "ARG C={0}", "ARG A", "RUN x")).format(
                n
            )
            for n in range(chance.randrange(4))
        ]
    for stage in read("\n".join(lines) + "\n").stages:
        assert dict(stage.scope.final) == naive_values(stage)


def expanded(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$([AB])", lambda found: values.get(found[1], found[0]), text)


def naive_values(stage: Stage) -> dict[str, str]:
    values: dict[str, str] = {}
    for ancestor in reversed(list(stage.lineage())):
        for instruction in ancestor.instructions:
            if isinstance(instruction, Env | Arg):
                before = dict(values)
                for pair in instruction.pairs:
                    if pair.value is not None:
                        value = expanded(pair.value.text, before)
                        values[pair.name] = value
    return values


@pytest.mark.parametrize("keyword", ["ENV", "ARG"])
def test_a_value_that_doubles_with_each_line_stays_small(keyword: str) -> None:
    for text in (
        f"FROM a\n{keyword} A=aa\n" + f"{keyword} A=$A$A\n" * 200,
        f"{keyword} A=aa\n" + f"{keyword} A=$A$A\n" * 200 + "FROM a:$A\n",
    ):
        stage = read(text).stages[0]
        assert len(stage.scope.final.get("A", "")) <= LONGEST_VALUE
        assert len(stage.base.text) <= LONGEST_VALUE + 2


def test_a_chain_of_stages_longer_than_any_image() -> None:
    count = 3 * LONGEST_LINEAGE
    text = "FROM alpine:3 AS s0\nWORKDIR /a\nENV A=b\n"
    text += "".join(f"FROM s{number} AS s{number + 1}\n" for number in range(count))
    last = read(text).stages[-1]
    assert last.root.base.text == "alpine:3"
    assert len(list(last.lineage())) == LONGEST_LINEAGE
    assert last.workdir == "/a"
    assert last.scope.final.get("A") == "b"
    assert last.gathered("x", lambda stage: [stage.index]) == frozenset(range(count + 1))


def test_a_working_directory_longer_than_any_path_is_not_known() -> None:
    stage = read("FROM a\nWORKDIR /b\n" + "WORKDIR c\n" * LONGEST_PATH).stages[0]
    assert all(len(stage.workdir_before(one) or "") <= LONGEST_PATH for one in stage.instructions)
