"""Rare ignore comments, each of which once went wrong."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from dockerlint_rules.engine.selection import Catalog
from dockerlint_rules.engine.suppressions import Suppressions
from dockerlint_rules.findings.finding import Finding
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.source import Source


class Known(NamedTuple):
    """As much of a rule as ignore comments look at."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    gives_own_codes: bool = False
    open: bool = False


INDEX: Any = Known("DF201", "stale-package-index", ("DL3009", "StaleIndex"))


def silent_lines(text: str, code: str = "DF201", *aliases: str) -> list[int]:
    ignores = Suppressions(Dockerfile(Document(Source(text))), Catalog([INDEX]))
    lines = []
    for line in range(1, Source(text).line_count + 1):
        finding = Finding.at(line, "…", aliases=aliases)
        finding.code, finding.name, finding.line = code, "stale-package-index", line
        if ignores.suppresses(finding):
            lines.append(line)
    return lines


@pytest.mark.parametrize(
    "codes", ["crazy,DL3009", "DL3009,", "DL3009 DL3008", "DL3009 why", "DL3009,dl3008"]
)
def test_a_comment_that_hadolint_cannot_read_suppresses_nothing_and_is_reported(codes: str) -> None:
    text = f"FROM a\n# hadolint ignore={codes}\nRUN b\n"
    assert silent_lines(text, "DF201", "DL3009") == []
    ignores = Suppressions(Dockerfile(Document(Source(text))))
    assert "DL3009" in [one.code for one in ignores.unknown(Catalog([INDEX]))]


def test_names_in_an_ignore_comment_may_be_in_any_case() -> None:
    assert silent_lines("FROM a\n# dockerlint: ignore=Stale-Package-Index\nRUN b\n") == [3]


def test_blanks_separate_the_codes_of_a_noqa() -> None:
    text = "FROM a\n# noqa: DF999 DF201 because\nRUN b\n"
    assert silent_lines(text) == [3]


def test_a_comment_in_a_script_holds_for_the_line_below() -> None:
    text = "FROM a\nRUN <<E\nset -e\n  # dockerlint: ignore=DF201\n\napt-get update\nls\nE\n"
    assert silent_lines(text) == [6]


def test_comments_one_below_the_other_in_a_script_hold_for_the_same_line() -> None:
    text = "FROM a\nRUN <<E\n# dockerlint: ignore=DF201\n# a reason\napt-get update\nE\n"
    assert silent_lines(text) == [5]


def test_a_comment_in_a_copied_file_is_only_text() -> None:
    assert silent_lines("FROM a\nCOPY <<E /x\n# dockerlint: ignore=DF201\nb\nE\n") == []


def test_a_long_comment_takes_no_time() -> None:
    # Where each blank began a search of its own this would take days.
    assert silent_lines("FROM a\n# noqa" + " " * 5_000_000 + ":\nRUN b\n") == []
