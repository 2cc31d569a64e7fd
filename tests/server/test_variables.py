"""Which declaration a use of a variable means, and where a variable is used."""

from __future__ import annotations

import time

import pytest
from editor import cut
from hypothesis import given
from hypothesis import strategies as st

from dockerlint_rules.model.build import Build
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.server.navigation.variables import (
    declarations_of,
    pairs_of,
    uses_of,
    variable_at,
)
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.source import Source


def parse(text: str, build: Build | None = None) -> Dockerfile:
    return Dockerfile(Document(Source(text)), build)


def parse_at(marked: str) -> tuple[Dockerfile, int]:
    """The file and the offset of the cursor in it."""
    text, offset = cut(marked)
    return parse(text), offset


def lines(dockerfile: Dockerfile, offsets: list[int]) -> list[int]:
    return [dockerfile.source.line_of(one) for one in offsets]


def defined(marked: str) -> list[int]:
    """Lines of the declarations that the cursor means."""
    dockerfile, offset = parse_at(marked)
    found = variable_at(dockerfile, offset)
    if found is None:
        return []
    pairs = declarations_of(dockerfile, found[0], offset)
    return lines(dockerfile, [one.key.start for one in pairs])


def used(marked: str, *, with_declarations: bool = False) -> list[tuple[int, int]]:
    """Lines and columns of the uses of the variable at the cursor."""
    dockerfile, offset = parse_at(marked)
    found = variable_at(dockerfile, offset)
    if found is None:
        return []
    spans = uses_of(dockerfile, found[0], offset, with_declarations=with_declarations)
    return [dockerfile.source.position(one.start) for one in spans]


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("FROM a\nRUN echo ‸$X", "X"),
        ("FROM a\nRUN echo $‸X", "X"),
        ("FROM a\nRUN echo $X‸", "X"),
        ("FROM a\nRUN echo ${X}‸", "X"),
        ("FROM a\nRUN echo ${X:-d‸}", "X"),
        ("FROM a\nRUN echo ${X:-$Y‸}", "Y"),
        ("FROM a\nRUN echo $X‸$Y", "Y"),
        ("FROM a\nENV ‸X=1", "X"),
        ("FROM a\nENV X‸=1", "X"),
        ("FROM a\nenv X‸ 1", "X"),
        ("FROM a\nARG ‸X", "X"),
        ("FROM a:$‸X", "X"),
        ("FROM --platform=$‸X a", "X"),
        ("FROM a\r\nRUN echo $X‸\r\n", "X"),
        ("FROM a\nRUN echo \\\n  $X‸ \\\n b", "X"),
        ("# escape=`\nFROM a\nRUN echo `\n $X‸", "X"),
        ('FROM a\nCOPY ["$X‸", "b"]', "X"),
        ('FROM a\nRUN ["sh", "-c", "echo $X‸"]', "X"),
        ("FROM a\nRUN sh -c 'echo $X‸'", "X"),
        ("FROM a\nRUN --mount=type=cache,id=$X‸ true", "X"),
        ("FROM a\nONBUILD RUN echo $X‸", "X"),
        ("FROM a\nRUN <<E\necho $X‸\nE", "X"),
        ("FROM a\nRUN <<'E'\necho $X‸\nE", "X"),
        ("FROM a\nRUN bash <<'E'\necho $X‸\nE", "X"),
        ("FROM a\nCOPY <<E /b\n'$X‸'\nE", "X"),
        ("FROM a\nRUN echo $((X‸ + 1))", "X"),
        ('FROM a\nSHELL ["powershell", "-c"]\nRUN echo $env:X‸', "X"),
        ("FROM a\nUSER $X‸", "X"),
    ],
)
def test_a_variable_is_found(marked: str, name: str) -> None:
    dockerfile, offset = parse_at(marked)
    found = variable_at(dockerfile, offset)
    assert found is not None
    assert found[0] == name
    assert dockerfile.source.text[found[1].start : found[1].end] == name


@pytest.mark.parametrize(
    "marked",
    [
        "FROM a\n# echo $X‸\n",
        "FROM a\nRUN a \\\n# echo $X‸\n b\n",
        "FROM a\nRUN echo '$X‸'",
        "FROM a\nRUN echo \\$X‸",
        "FROM a\nRUN awk '{print $NF‸}'",
        "FROM a\nENV A='$X‸'",
        "FROM a\nENV A=\\$X‸",
        "FROM a\nRUN cat <<'E' > b\n$X‸\nE",
        "FROM a\nCOPY <<'E' /b\n$X‸\nE",
        "FROM a\nRUN <<E\n#!/usr/bin/env python3\nprint('$X‸')\nE",
        'FROM a\nCMD ["echo", "$X‸"]',
        "FROM a\nMAINTAINER $X‸",
        'FROM a\nSHELL ["powershell", "-c"]\nRUN echo $X‸',
        "FROM a\nRUN echo a # $X‸",
        "FROM a\nENV X=1‸ Y=2",
        "‸",
        "FROM a‸",
    ],
)
def test_no_variable_is_found(marked: str) -> None:
    dockerfile, offset = parse_at(marked)
    assert variable_at(dockerfile, offset) is None


def test_a_name_cut_by_a_continuation_is_found_as_a_whole() -> None:
    dockerfile, offset = parse_at("FROM a\nENV AB=1\nRUN echo $A‸\\\nB\n")
    found = variable_at(dockerfile, offset)
    assert found is not None
    assert found[0] == "AB"
    assert dockerfile.source.text[found[1].start : found[1].end] == "A\\\nB"


@pytest.mark.parametrize(
    ("marked", "where"),
    [
        ("FROM a\nENV X=1\nENV X=2\nRUN echo $X‸", [3]),
        ("FROM a\nENV X=1\nRUN echo $X‸\nENV X=2", [2]),
        ("FROM a\nENV X‸=1\nENV X=2", [2]),
        ("FROM a\nRUN for i in *; do echo $i‸; done\nENV i=1", []),
        ("FROM a\nENV i=1\nRUN for i in *; do echo $i‸; done", []),
        ("FROM a\nENV X=1\nRUN X=2 && echo $X‸", []),
        ("FROM a\nENV X=1\nRUN X=2 echo $X‸", [2]),
        ("FROM a\nENV X=1\nRUN read X; echo $X‸", []),
        ("FROM a\nENV X=1\nRUN (X=2); echo $X‸", [2]),
        ("FROM a\nENV X=1\nRUN export X=$X‸:2", [2]),
        ("FROM a\nENV X=1 Y=$X‸", []),
        ("ARG X=1\nFROM a:$X‸", [1]),
        ("ARG X=1\nARG Y=$X‸\nFROM a", [1]),
        ("ARG X=1\nFROM a\nRUN echo $X‸", []),
        ("ARG X=1\nFROM a\nARG X\nRUN echo $X‸", [3]),
        ("ARG X=1\nFROM a\nARG X‸\nRUN echo $X", [1]),
        ("ARG X=1\nFROM a\nARG X‸=2\n", [3]),
        ("FROM a\nARG X‸\n", [2]),
        ("FROM a AS b\nENV X=1\nFROM b\nRUN echo $X‸", [2]),
        ("FROM a AS b\nENV X=1\nFROM c\nRUN echo $X‸", []),
        ("FROM a AS b\nENV X=1\nENV X=2\nFROM b\nENV X=3\nRUN echo $X‸", [5]),
        ("FROM a\nENV X=1\nARG X\nRUN echo $X‸", [2]),
        ("FROM a\nARG X=1\nCMD echo $X‸", []),
        ("FROM a\nCMD echo $X‸\nENV X=1", [3]),
        ("FROM a\nENV X=1\nONBUILD RUN echo $X‸", [2]),
        ("FROM a\nARG X=1\nONBUILD RUN echo $X‸", []),
        ("FROM a\nONBUILD ARG X=1\nONBUILD RUN echo $X‸", [2]),
        ("FROM a\nONBUILD ARG X=1\nRUN echo $X‸", []),
        ("ENV X=1\nFROM a:$X‸", []),
    ],
)
def test_the_declaration_that_is_meant(marked: str, where: list[int]) -> None:
    assert defined(marked) == where


def test_an_arg_reaches_the_stages_that_are_built_from_its_own() -> None:
    # Docker docs, "Variables", "Scoping": a declared build argument is inherited by child stages.
    assert defined("FROM a AS b\nARG X=1\nFROM b\nRUN echo $X‸") == [2]


@pytest.mark.parametrize(
    ("marked", "where"),
    [
        ("FROM a\nENV X=‸1", []),
        ("FROM a\nENV X‸=1\nRUN $X ${X} '$X' \\$X # $X\n# $X\n", [(3, 6), (3, 10)]),
        ("FROM a\nENV X‸=1\nFROM b\nRUN $X\n", []),
        ("FROM a AS b\nENV X‸=1\nFROM b\nRUN $X\n", [(4, 6)]),
        ("FROM a\nENV X‸=1\nENV X=2\nRUN $X\n", [(4, 6)]),
        ("FROM a\nENV X‸=1\nRUN X=2; echo $X\nRUN for X in a; do $X; done\n", []),
        ("FROM a\nENV X‸=1\nRUN cat <<'E'\n$X\nE\n", []),
        ("FROM a\nRUN for i in *; do $i‸ $i; done\nRUN $i\n", [(2, 21), (2, 24)]),
        (
            "ARG X‸=1\nFROM a:$X\nRUN $X\nARG X\nRUN $X\nFROM b\nARG X=2\nRUN $X\n",
            [(2, 9), (4, 5), (5, 6)],
        ),
        ("ARG X=1\nFROM a\nARG X\nRUN $X‸\nFROM b\nARG X\nRUN $X\n", [(4, 6)]),
        ("FROM a\nRUN $X‸\nUSER $X\nFROM b\nRUN $X\n", [(2, 6), (3, 7)]),
    ],
)
def test_the_uses_of_a_variable(marked: str, where: list[tuple[int, int]]) -> None:
    assert used(marked) == where


def test_the_declarations_are_among_the_uses_where_they_are_wanted() -> None:
    text = "FROM a\nENV X=1\nRUN $X‸\nENV X=2\n"
    assert used(text, with_declarations=True) == [(2, 5), (3, 6), (4, 5)]
    text = "ARG X‸=1\nFROM a:$X\nARG X\n"
    assert used(text, with_declarations=True) == [(1, 5), (2, 9), (3, 5)]


def test_without_an_offset_all_uses_of_the_name_count() -> None:
    dockerfile = parse("FROM a\nENV X=1\nRUN $X '$X'\nFROM b\nRUN $X; X=1; $X\n")
    assert lines(dockerfile, [one.start for one in uses_of(dockerfile, "X")]) == [3, 5]


def test_pairs() -> None:
    dockerfile = parse("ARG A\nFROM a\nENV B=1 C=2\nONBUILD ENV D=1\nENV E 1\n")
    assert [pair.name for pair, _ in pairs_of(dockerfile)] == ["A", "B", "C", "E"]


REAL = """\
# syntax=docker/dockerfile:1
# escape=\\
ARG V=3.13 BASE
FROM --platform=$BUILDPLATFORM python:${V:-3}-slim AS build
ENV A="x $V" B='$A' \\
    # a comment
    C=\\$A
LABEL $A=${B:+b${C%x*}}
RUN --mount=type=cache,target=/r,id=$A <<EOF bash && cat <<'X' <<-Y
echo $A "$(echo `echo $B`)" $((A+1)) ${A:-$B} 'q' \\
EOF
$A
X
\t${B}
Y
RUN set -eux; for i in a b; do case $i in a) echo "$i";; esac; done; \\
    pip install -r requirements.txt "x==$V"
ONBUILD RUN --mount=type=bind,from=build echo $A
ONBUILD COPY --chown=$A a ${B} /
COPY <<E /x
$A
E
USER app:$A
EXPOSE 80/tcp $A
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=3s CMD curl $A
FROM build
ARG A
COPY --from=build --chmod=755 ["a$A", "b\\u0041"]
COPY --from=nginx:1.29 /a /b
SHELL ["powershell", "-c"]
RUN echo $env:A ${env:B}
ENTRYPOINT ["sh", "-c", "echo $A"]
CMD echo $A
"""


def everything(dockerfile: Dockerfile, offset: int) -> None:
    found = variable_at(dockerfile, offset)
    name = found[0] if found else "A"
    declarations_of(dockerfile, name, offset)
    list(uses_of(dockerfile, name, offset, with_declarations=True))
    if found is not None:
        assert found[1].start <= found[1].end <= len(dockerfile.source.text)


@pytest.mark.parametrize("text", [REAL, REAL.replace("\n", "\r\n"), REAL.replace("\\", "`")])
def test_nothing_raises_at_any_offset(text: str) -> None:
    dockerfile = parse(text)
    for offset in range(len(text) + 2):
        everything(dockerfile, offset)


@given(st.integers(0, len(REAL)), st.integers(0, len(REAL)), st.integers(0, len(REAL)))
def test_nothing_raises_in_a_file_that_is_half_typed(start: int, end: int, offset: int) -> None:
    start, end = min(start, end), max(start, end)
    text = REAL[:start] + REAL[end:]
    dockerfile = parse(text)
    for place in (start, min(offset, len(text))):
        everything(dockerfile, place)
    everything(parse(REAL[start:end]), offset)


@given(st.text("$X{}()'\"\\`;&|<#= \nEif:-", max_size=60))
def test_nothing_raises_for_any_script(script: str) -> None:
    text = f"FROM a\nENV X=1\nRUN {script}"
    dockerfile = parse(text)
    for offset in range(15, len(text) + 1):
        everything(dockerfile, offset)


@pytest.mark.parametrize(
    "line",
    ["ENV X=$X:{}\n", "RUN echo $X && X={} && echo '$X' $X\n", "COPY a$X b{}\n", "FROM a AS s{}\nARG X\nRUN $X\n"],
)  # fmt: skip
def test_a_long_file_takes_no_time(line: str) -> None:
    text = "ARG X=1\nFROM a\nENV X=1\n" + "".join(line.format(i) for i in range(1000))
    dockerfile = parse(text)
    for one in dockerfile.instructions:  # as linting has done
        getattr(one, "shell_script", None)
    offset = text.rindex("X")
    took = []
    for _ in range(5):
        start = time.process_time()
        everything(dockerfile, offset)
        took.append(time.process_time() - start)
    assert min(took) < 0.15  # ten times what it takes where it is quick
