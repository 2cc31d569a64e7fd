"""Suppressions: which comment silences which finding on which line."""

from __future__ import annotations

import pytest

from dockerlint_rules.engine.selection import Catalog
from dockerlint_rules.engine.suppressions import Suppressions
from dockerlint_rules.findings.finding import Finding
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.source import Source


def read(text: str) -> Suppressions:
    """The ignores of a text."""
    return Suppressions(Dockerfile(Document(Source(text, "Dockerfile"))))


def finding(
    line: int,
    code: str = "DF201",
    name: str = "stale-index",
    aliases: tuple[str, ...] = ("DL3009", "StaleIndex"),
) -> Finding:
    """A finding on a line."""
    made = Finding.at(line, "…", aliases=aliases)
    made.code, made.name, made.line = code, name, line
    return made


def silent(text: str, **more: object) -> list[int]:
    """Lines on which a finding would be silenced."""
    ignores = read(text)
    return [
        line for line in range(1, text.count("\n") + 1) if ignores.suppresses(finding(line, **more))
    ]  # type: ignore[arg-type]


BODY = "RUN one \\\n  two\nRUN three\n"


@pytest.mark.parametrize(
    "comment",
    [
        "# dockerlint: ignore=DF201", "#dockerlint:ignore=DF201", "# dockerlint: ignore=DF2 because", "  # dockerlint: ignore=DF201",
        "# dockerlint: ignore=DF999,stale-index", "# dockerlint: ignore=DF999, DL3009 the reason", "# dockerlint: ignore=DL30",
        "# dockerlint: ignore=StaleIndex", "# dockerlint: ignore=all", "# DockerLint: Ignore = DF201",
        "# noqa", "# NOQA", "# noqa: DF201", "# noqa:DF201", "# noqa : DF201", "# noqa: DF9,DF2", "# noqa DF201", "# noqa because",
        "# hadolint ignore=DL3009", "# hadolint ignore = DL3008, DL3009", "#hadolint ignore=DL3009 # why",
        "# check=skip=StaleIndex", "# check=error=true;skip=Other,StaleIndex", "# check=skip=all",
    ],
)  # fmt: skip
def test_above_an_instruction(comment: str) -> None:
    assert silent(f"FROM x\n{comment}\n{BODY}") == [3, 4]
    # hadolint does not look beyond a blank line, so its comments do not either.
    below = [] if "hadolint" in comment else [5, 6]
    assert silent(f"FROM x\n{comment}\n\n# more words\n{BODY}") == below
    assert silent(f"FROM x\n{comment}\n{BODY}".replace("\n", "\r\n")) == [3, 4]


@pytest.mark.parametrize(
    "comment",
    [
        "# dockerlint: ignore=DF202", "# dockerlint: ignore=stale", "# dockerlint: ignore=Stale", "# dockerlint ignore=DF201",
        "# noqa: DF202", "# noqa DF202", "# say noqa: DF201", "# hadolint ignore=DL30", "# hadolint ignore=DF201",
        "# hadolint ignore=stale-index", "# hadolint ignore=StaleIndex", "# check=skip=Stale", "# check=skip=DL3009",
        "# check=skip=DF201", "# check=skip=stale-index", "# noqa: because", "# dockerlint: ignored",
    ],
)  # fmt: skip
def test_what_silences_nothing(comment: str) -> None:
    assert silent(f"FROM x\n{comment}\n{BODY}") == []


def test_several_add_up() -> None:
    ignores = read(f"FROM x\n# dockerlint: ignore=DF201\n# noqa: DF202\n{BODY}")
    assert ignores.suppresses(finding(4))
    assert ignores.suppresses(finding(4, code="DF202", name="b", aliases=()))


@pytest.mark.parametrize(
    "comment",
    ["# Hadolint ignore=DL3009", "# hadolint Ignore=DL3009", "# hadolint ignore=DL3009 DL3008"],
)
def test_what_hadolint_does_not_read(comment: str) -> None:
    assert silent(f"FROM x\n{comment}\n{BODY}") == []


def test_hadolints_comment_inside_a_continuation() -> None:
    assert silent("FROM x\nRUN one \\\n  # hadolint ignore=DL3009\n  two\n") == []


@pytest.mark.parametrize("comment", ["# dockerlint: ignore=DF201", "# noqa"])
def test_inside_a_continuation(comment: str) -> None:
    assert silent(f"FROM x\nRUN one \\\n  {comment}\n  # words\n  two \\\n  three\nRUN four\n") == [
        5
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("FROM x\nRUN a\n# dockerlint: ignore-file=DF201\nFROM y\nRUN b\n", [1, 2, 3, 4, 5]),
        ("# hadolint global ignore=DL3009\nFROM x\nRUN a\n", [1, 2, 3]),
        ("FROM x\nRUN z\n# hadolint stage ignore=DL3009\nRUN a\nRUN b\nFROM y\nRUN c\n", [3, 4, 5]),
        ("# hadolint stage ignore=DL3009\nFROM x\nRUN a\nFROM y\nRUN c\n", [1, 2, 3]),
        ("# check=skip=StaleIndex\nFROM x\nRUN a\n", [1, 2, 3]),
        (
            "# syntax=docker/dockerfile:1\n# check=skip=Other,StaleIndex;error=true\nFROM x\n",
            [1, 2, 3],
        ),
        ("# check=skip=all\nFROM x\n", [1, 2]),
        ("# check=error=true\nFROM x\n", []),
        ("FROM x\nRUN a\n# noqa\n", []),
        ("FROM x\n# dockerlint: ignore=DF201\nRUN <<EOF\na\nEOF\nRUN b\n", [3, 4, 5]),
    ],
)
def test_wider_scopes(text: str, lines: list[int]) -> None:
    assert silent(text) == lines


def test_skip_all_means_buildkits_checks() -> None:
    assert silent("# check=skip=all\nFROM x\n", aliases=("DL3009",)) == []


def test_aliases_that_the_finding_does_not_carry() -> None:
    assert silent("FROM x\n# hadolint ignore=DL3009\nRUN a\n", aliases=()) == []
    assert silent("FROM x\n# noqa: DL3009\nRUN a\n", aliases=("DL3015",)) == []


def test_shellchecks_codes() -> None:
    text = "FROM x\n# hadolint ignore=SC2086\nRUN a\n"
    assert silent(text, code="SC2086", name="SC2086", aliases=()) == [3]


@pytest.mark.parametrize(
    ("comment", "lines"),
    [
        ("# noqa", []), ("# noqa: DL1000", []), ("# noqa: DF001", []), ("# hadolint ignore=DL1000", []),
        ("# check=skip=all", []), ("# dockerlint: ignore=DL1000", [3]), ("# dockerlint: ignore=DF001", [3]),
    ],
)  # fmt: skip
def test_syntax_errors(comment: str, lines: list[int]) -> None:
    assert (
        silent(f"FROM x\n{comment}\nRUN a\n", code="DF001", name="broken", aliases=("DL1000",))
        == lines
    )


def test_refused_beyond_the_syntax() -> None:
    """A port that hadolint cannot parse is still a check of BuildKit's."""
    text = "FROM x\n# check=skip=ExposeInvalidFormat\nEXPOSE 1:2\n"
    assert silent(text, code="DF620", aliases=("ExposeInvalidFormat", "DL1000")) == [3]
    text = text.replace("check=skip=ExposeInvalidFormat", "hadolint ignore=DL1000")
    assert silent(text, code="DF620", aliases=("ExposeInvalidFormat", "DL1000")) == []


def test_unused_and_unknown() -> None:
    text = "FROM x\n# dockerlint: ignore=DF201,DF999 why\nRUN a\n# noqa: DF3\nRUN b\n"
    ignores = read(text)
    assert ignores.suppresses(finding(3))
    assert [(one.code, one.line, text[one.start : one.end]) for one in ignores.unused()] == [
        ("DF999", 2, "DF999"),
        ("DF3", 4, "DF3"),
    ]
    assert [one.code for one in ignores.unknown(Catalog([]))] == ["DF201", "DF999", "DF3"]
