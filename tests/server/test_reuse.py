"""Findings that are reused: always the same as those of a run from scratch, with no work done twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from counted import calls
from dockerfile_pieces import BASES, PIECES
from editor import linted, new_session
from hypothesis import given
from hypothesis import strategies as st

from dockerlint_rules.engine.lint import lint_source
from dockerlint_rules.engine.settings import Settings
from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.build import Build
from dockerlint_rules.model.variables import global_scope
from dockerlint_rules.registry.plan import Plan
from dockerlint_rules.registry.rule import BUILT_IN, Rule
from dockerlint_rules.server.code_actions import code_actions
from dockerlint_rules.server.finding_reuse import FindingCache
from dockerlint_rules.server.navigation.layer_hints import layer_hints
from dockerlint_rules.server.open_file import OpenFile
from dockerlint_rules.server.positions import UTF16, IndexedText
from dockerlint_rules.server.session import Session
from dockerlint_rules.syntax.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.dockerfile.instructions import Run

LINES = (
    *PIECES,
    "",
    "# a comment",
    "# dockerlint: ignore=DF102",
    "# hadolint ignore=DL3008",
    "# hadolint shell=bash",
    "FROM debian:13",
    "FROM debian AS base",
    "FROM base",
    "FROM base AS other",
    "FROM node:24 AS Web",
    "COPY --from=base /a /b",
    "COPY --from=0 /a /b",
    "USER root",
    "USER app",
    "WORKDIR /app",
    "WORKDIR app",
    "ARG A=latest",
    "ARG A",
    "ENV A=b",
    "FROM debian:$A",
    "RUN echo $A",
    "VOLUME /var/lib/redis",
    'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
    'SHELL ["powershell"]',
    "ONBUILD RUN apt-get install curl",
    "CMD a b",
    'ENTRYPOINT ["a"]',
    "HEALTHCHECK CMD curl a",
    "RUN",
    "COPY a",
    "run true",
    "EXPOSE 80",
    "# escape=`",
    "# check=skip=all",
    "RUN <<EOF",
    "EOF",
    "RUN apt-get install -y redis-server",
    "RUN useradd app",
)
Change = tuple[str, int, str]
WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 9**9, "character": 0}}
changes = st.lists(
    st.tuples(
        st.sampled_from(("put", "put", "drop", "replace", "type")),
        st.integers(0, 1000),
        st.sampled_from(LINES),
    ),
    min_size=1,
    max_size=8,
)
texts = st.builds(
    lambda base, lines: "\n".join([f"FROM {base}", *lines]) + "\n",
    st.sampled_from(BASES),
    st.lists(st.sampled_from(LINES), max_size=14),
)


def changed(text: str, change: Change) -> str:
    """A text after one change: a line more, a line less, another line, or the first letters of one."""
    what, place, line = change
    lines = text.split("\n")
    at = len(lines) * place // 1001
    if what in ("drop", "replace"):
        del lines[at]
    if what != "drop":
        lines.insert(at, line[: len(line) // 2] if what == "type" else line)
    return "\n".join(lines)


def told(findings: list[Finding]) -> list[tuple[Any, ...]]:
    """All that a finding says."""
    return [
        (
            *(one.sort_key, one.name, one.severity, one.aliases, one.instruction, one.stage, one.url),
            one.fix and (one.fix.message, one.fix.safety, [edit.key for edit in one.fix.edits]),
            [(other.start, other.end, other.message) for other in one.related],
        )
        for one in findings
    ]  # fmt: skip


def typed(session: Session, file: OpenFile, text: str) -> None:
    file.text = IndexedText(text, UTF16)
    file.version += 1
    session.lint(file)


def from_scratch(session: Session, file: OpenFile) -> list[Finding]:
    settings, _ = session.settings_for(file.path)
    settings.build.context = file.context
    return lint_source(Source(file.text.text, file.path), settings).findings


@given(texts, changes)
def test_the_same_is_found_as_from_scratch(text: str, steps: list[Change]) -> None:
    session = new_session(select=["ALL"])
    file = linted(text, session)
    for step in steps:
        text = changed(text, step)
        typed(session, file, text)
        assert file.problems == []
        assert told(file.findings) == told(from_scratch(session, file))


STAGES = "".join(
    f"FROM debian:13 AS s{number}\nRUN apt-get update && apt-get install -y curl{number}\nCOPY a{number} /a\nCMD x\n"
    for number in range(40)
)
# With words such as "cd", "||" and "[", without which some rules are not called at all.
ONE_STAGE = "FROM debian:13\n" + STAGES.replace("FROM", "#").replace(
    "CMD x", "RUN [ -d a ] || cd b; ls"
)


@pytest.mark.parametrize(
    ("text", "part"),
    [(STAGES, 20), (ONE_STAGE, 2)],
    ids=["one of forty stages", "one instruction of a stage"],
)
def test_few_rules_are_asked_about_a_change(
    text: str, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = new_session()
    file = linted(text, session)  # by now all modules of rules are loaded
    settings, _ = session.settings_for(file.path)
    asked: list[str] = []

    def counted(rule: Rule, call: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given: (asked.append(rule.code), call(*given))[1]

    for one in settings.plan.rules:
        monkeypatch.setattr(one, "call", counted(one, one.call))
    from_scratch(session, file)
    first = len(asked)
    asked.clear()
    typed(session, file, text.replace("COPY a20", "COPY b20"))
    assert 0 < len(asked) < first / part


@pytest.mark.parametrize(
    "text",
    [
        lambda n: "FROM a:1 AS s0\n" + "".join(f"FROM s{i} AS s{i + 1}\nRUN b\n" for i in range(n)),
        lambda n: "FROM a:1\n" + "RUN apt-get install curl && wget -O- http://a/b | sh\n" * n,
        lambda n: "FROM a:1\n" + "".join(f"ARG A{i + 1}=$A{i}\n" for i in range(n)),
    ],
    ids=["stages on stages", "pipes", "arguments of arguments"],
)
def test_work_grows_with_the_file(text: Callable[[int], str]) -> None:
    def work(count: int) -> int:
        session = new_session()
        file = linted(text(count), session)
        return (
            calls(typed, session, file, file.text.text + "USER x\n")
            + calls(code_actions, file, session, WHOLE, {"only": ["quickfix"]})
            + calls(layer_hints, file, 0, 9**9)
        )

    work(10)
    assert work(240) < 6 * work(60)


# -- rules made for the purpose -----------------------------------------------------------------------


def rule(function: Callable[..., Iterator[Finding]], code: str, *, ours: bool = True) -> Rule:
    made = Rule(
        function, code, code.lower(), severity=Severity.WARNING, aliases=(), fix=None, default=True, preview=False,
        profiles=(), tags=(), on=(), security_severity=None,
    )  # fmt: skip
    made.origin = BUILT_IN if ours else "theirs"
    return made


class Typing:
    """A file that is typed, seen by some rules alone."""

    def __init__(self, *rules: Rule) -> None:
        self.cache = FindingCache()
        self.settings = Settings(Plan(rules), Build())

    def see(self, text: str) -> list[tuple[int, str]]:
        result = lint_source(Source(text), self.settings, self.cache)
        self.failures = result.failures
        return [(one.line, one.message) for one in result.findings]


def test_a_rule_is_asked_again_when_what_it_looked_at_is_another() -> None:
    asked: list[str] = []

    def own(run: Run) -> Iterator[Finding]:
        asked.append("own")
        yield Finding.at(run, run.text)

    def of_stage(run: Run, stage: Stage) -> Iterator[Finding]:
        asked.append("stage")
        yield Finding.at(run, f"{len(stage.instructions)}")

    def of_file(run: Run, dockerfile: Dockerfile) -> Iterator[Finding]:
        asked.append("file")
        yield Finding.at(run, f"{len(dockerfile.stages)}")

    typing = Typing(rule(own, "DF990"), rule(of_stage, "DF991"), rule(of_file, "DF992"))
    text = "FROM a AS x\nRUN b\nFROM c AS y\nRUN d\n"
    assert typing.see(text) == [(2, "b"), (2, "1"), (2, "2"), (4, "d"), (4, "1"), (4, "2")]
    asked.clear()
    text = text.replace("RUN d", "ENV e=f\nRUN d")
    assert typing.see(text) == [(2, "b"), (2, "1"), (2, "2"), (5, "d"), (5, "2"), (5, "2")]
    assert asked == ["file", "stage", "file"]


def test_who_takes_a_fact_has_looked_at_what_it_was_made_of() -> None:
    def makes(run: Run, stage: Stage) -> Iterator[Finding]:
        run.facts["users"] = len(stage.of("USER"))
        return iter(())

    def takes(run: Run) -> Iterator[Finding]:
        yield Finding.at(run, f"{run.facts['users']} users")

    typing = Typing(rule(makes, "DF990"), rule(takes, "DF991"))
    assert typing.see("FROM a\nRUN b\n") == [(2, "0 users")]
    assert typing.see("FROM a\nRUN b\nUSER c\n") == [(2, "1 users")]


def test_what_stands_above_the_first_stage_is_looked_at_by_who_takes_its_values() -> None:
    def values(run: Run, dockerfile: Dockerfile) -> Iterator[Finding]:
        yield Finding.at(run, str(global_scope(dockerfile).get("A")))

    typing = Typing(rule(values, "DF990"))
    # The second one takes values that are there already.
    assert typing.see("ARG A=1\nFROM a\nRUN b\nRUN c\n") == [(3, "1"), (4, "1")]
    assert typing.see("ARG A=2\nFROM a\nRUN b\nRUN c\n") == [(3, "2"), (4, "2")]


def test_a_line_number_in_a_message_moves() -> None:
    def numbers(instruction: Instruction) -> Iterator[Finding]:
        yield Finding.at(instruction, f"line {instruction.line}")

    typing = Typing(rule(numbers, "DF990"))
    assert typing.see("FROM a\nRUN b\n") == [(1, "line 1"), (2, "line 2")]
    assert typing.see("FROM a\n\nRUN b\n") == [(1, "line 1"), (3, "line 3")]


def test_a_finding_in_the_stage_that_is_built_from_moves_with_that() -> None:
    def place(run: Run, stage: Stage) -> Iterator[Finding]:
        yield Finding.at(stage.root.instructions[0], f"of {run.text}")

    typing = Typing(rule(place, "DF990"))
    text = "FROM a AS x\nUSER b\nFROM c\nCMD d\nFROM x\nRUN e\n"
    assert typing.see(text) == [(2, "of e")]
    assert typing.see(text.replace("CMD d", "CMD d\nCMD d")) == [(2, "of e")]
    assert typing.see("\n" + text) == [(3, "of e")]


def test_rules_that_are_not_ours_are_asked_each_time_and_so_are_those_that_fail() -> None:
    count = [0, 0]

    def theirs(run: Run) -> Iterator[Finding]:
        count[0] += 1
        yield Finding.at(run, f"asked {count[0]} times")

    def fails(run: Run) -> Iterator[Finding]:
        count[1] += 1
        raise LookupError(run.text)

    typing = Typing(rule(theirs, "XX1", ours=False), rule(fails, "DF990"))
    for times in (1, 2, 3):
        assert typing.see("FROM a\nRUN b\n") == [(2, f"asked {times} times")]
        assert len(typing.failures) == 1
    assert count == [3, 3]


def test_a_save_looks_at_the_disk_again(tmp_path: Path) -> None:
    session = new_session(select=["DF340"])
    text = "FROM debian:13\nCOPY a /a\n"
    (tmp_path / "Dockerfile").write_text(text)
    file = linted(text, session, (tmp_path / "Dockerfile").as_uri())
    assert file.findings == []
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_text("")
    (tmp_path / ".dockerignore").write_text("a\n")
    file.forget_context()  # as a save does
    session.lint(file)
    assert [one.code for one in file.findings] == ["DF340"]
