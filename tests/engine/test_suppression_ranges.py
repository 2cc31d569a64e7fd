"""Ignore comments that overlap: the tables give what a look at each comment gives."""

from __future__ import annotations

import random

import pytest

from dockerlint_rules.engine.selection import Catalog
from dockerlint_rules.engine.suppressions import Suppressions
from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.registry.indexed import builtin_rules
from dockerlint_rules.syntax.source import Source

PIECES = (
    "# dockerlint: ignore=DF201", "# dockerlint: ignore=DF2,DF3", "# dockerlint: ignore=ALL", "# dockerlint: ignore-file=DF309",
    "# hadolint ignore=DL3008", "# hadolint global ignore=DL3009", "# hadolint stage ignore=DL3008", "# noqa: DF201",
    "# dockerlint: ignore=DF201,DF201,df201", "# noqa", "", "# a", "RUN a", "RUN a \\\n# dockerlint: ignore=DF201\n  b \\\n  c",
    "FROM b", "RUN <<EOF\n# dockerlint: ignore=DF201\na\nEOF", "# check=skip=StageNameCasing",
)  # fmt: skip
CODES = (
    ("DF201", "stale-package-index", ("DL3009",)),
    ("DF210", "a", ("DL3008", "DL3009")),
    ("DF309", "b", ()),
    ("DF904", "c", ("StageNameCasing",)),
)


def finding(code: str, name: str, aliases: tuple[str, ...], line: int) -> Finding:
    made = Finding.at(0, "m")
    made.code, made.name, made.aliases, made.line = code, name, aliases, line
    made.severity = Severity.INFO
    return made


@pytest.mark.parametrize("seed", range(60))
def test_suppressed_and_used_as_if_each_comment_were_asked(seed: int) -> None:
    chance = random.Random(seed)
    text = "FROM a\n" + "\n".join(chance.choice(PIECES) for _ in range(25)) + "\n"
    document = Dockerfile.read(Source(text))
    catalog = Catalog(builtin_rules())
    suppressions, one_by_one = Suppressions(document, catalog), Suppressions(document, catalog)
    for _ in range(60):
        line = chance.randrange(1, document.source.line_count + 1)
        found = finding(*chance.choice(CODES), line)
        covering = [
            one
            for one in one_by_one.ignores
            if one.first <= line <= one.last and one.matches(found)
        ]
        for one in covering:
            one.is_used = True
        assert suppressions.suppresses(found) == bool(covering), (line, found.code)
    used = [one.is_used for one in suppressions.ignores]
    assert used == [one.is_used for one in one_by_one.ignores]
