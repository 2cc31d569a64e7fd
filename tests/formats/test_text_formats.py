"""The formats for people: lines, drawings, the table and the summary."""

from __future__ import annotations

import io
import re

import pytest
from format_builder import HOSTILE, drive, finding, result, sample, span_of, write

from dockerlint_rules.findings.finding import Edit, Fix, Related
from dockerlint_rules.findings.results import RunError
from dockerlint_rules.formats.context import ReportContext
from dockerlint_rules.formats.text import Default, summary_line
from dockerlint_rules.syntax.source import Source, Span

LINES = """\
Dockerfile:1:13: DF110 error: 'python:3.6.4' has had no security fixes since 2021-12-23; 'python:3.13' has. (end-of-life-base)
Dockerfile:2:13: DF201 warning: The package index gets a layer of its own. (stale-package-index)
Dockerfile:3:1: DF901 style: Wide. (wide-line)
"""


@pytest.mark.parametrize("name", ["default", "pre-commit"])
def test_one_line_a_finding(name: str) -> None:
    source, findings = sample()
    assert write(name, findings, [source]) == LINES


def test_pre_commit_never_has_colour_or_source() -> None:
    source, findings = sample()
    assert write("pre-commit", findings, [source], color=True, show_source=True) == LINES


def test_every_line_matches_the_problem_matcher() -> None:
    source, findings = sample()
    matcher = re.compile(
        r"^(.+?):(\d+):(\d+): ([A-Z]{1,3}\d+) (error|warning|info|style): (.*)$", re.M
    )
    assert len(matcher.findall(write("pre-commit", findings, [source]))) == len(findings)


def test_colour_is_taken_off_again() -> None:
    source, findings = sample()
    coloured = write("default", findings, [source], color=True, show_source=True)
    assert "\x1b[1;31mDF110 error:\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == write(
        "default", findings, [source], show_source=True
    )


def test_source_fix_and_related_place_are_drawn() -> None:
    source, findings = sample()
    assert (
        write("default", findings[1:2], [source], show_source=True)
        == """\
Dockerfile:2:13: DF201 warning: The package index gets a layer of its own. (stale-package-index)
  1 | FROM        python:3.6.4
  2 | RUN         apt-get -y update
    |             ^^^^^^^^^^^^^^^^^
  3 | RUN         apt-get -y dist-upgrade
    = fix (safe): update in the RUN of line 4
    = see also line 4: this install uses the old index
"""
    )


def drawn(source: Source, part: str | Span) -> str:
    text = write("default", [finding(source, part)], [source], show_source=True)
    return text.split("\n", 1)[1]


def test_tab_wide_and_combining_characters_do_not_shift_the_carets() -> None:
    source = Source("a\tb 日本 e\u0301 😀 here\n")
    assert drawn(source, "here") == (
        "  1 | a   b 日本 e\u0301 😀 here\n" + "    | " + " " * 16 + "^^^^\n"
    )


def test_wide_characters_get_two_carets_each() -> None:
    assert drawn(Source("x 日本\n"), "日本") == "  1 | x 日本\n    |   ^^^^\n"


def test_byte_order_mark_and_crlf_are_not_seen() -> None:
    source = Source("\ufeffFROM a\r\nRUN b\r\n")
    assert drawn(source, "a") == "  1 | FROM a\n    |      ^\n  2 | RUN b\n"


def test_undecodable_bytes_and_controls_are_shown_and_counted() -> None:
    source = Source.from_bytes(b"a\xff\x1b[0m end\n")
    assert drawn(source, "end") == "  1 | a<FF>␛[0m end\n    |           ^^^\n"


def test_line_numbers_are_aligned() -> None:
    source = Source("x\n" * 9 + "here\n")
    assert drawn(source, "here") == "   9 | x\n  10 | here\n     | ^^^^\n"


def test_empty_span_at_the_end_still_shows_a_caret() -> None:
    assert drawn(Source("FROM a"), Span(6, 6)) == "  1 | FROM a\n    |       ^\n"


def test_span_that_ends_with_the_line_end_stays_on_its_line() -> None:
    assert drawn(Source("ab\r\ncd\n"), Span(0, 4)) == "  1 | ab\n    | ^^\n  2 | cd\n"


def test_span_over_lines_is_drawn_along_the_margin() -> None:
    source = Source("FROM a\nRUN b && \\\n    c\nCMD d\n")
    assert drawn(source, "RUN b && \\\n    c") == (
        "  1 | FROM a\n  2 | / RUN b && \\\n  3 | |     c\n    | |_____^\n  4 | CMD d\n"
    )


def test_span_over_lines_that_begins_within_a_line_says_where() -> None:
    source = Source("RUN b && \\\n    c d\n")
    assert drawn(source, "b && \\\n    c") == (
        "  1 |   RUN b && \\\n"
        "    |  _____^\n"
        "  2 | |     c d\n"
        "    | |_____^\n"
    )  # fmt: skip


def test_middle_of_a_long_span_is_left_out() -> None:
    source = Source("\n".join(f"line{number}" for number in range(1, 10)))
    assert drawn(source, Span(0, len(source.text))) == (
        "  1 | / line1\n"
        "  2 | | line2\n"
        "  3 | | line3\n"
        "  … | |\n"
        "  8 | | line8\n"
        "  9 | | line9\n"
        "    | |_____^\n"
    )


@pytest.mark.parametrize("before", [0, 90, 300, 100_000], ids=str)
@pytest.mark.parametrize("after", [0, 300, 100_000], ids=str)
def test_long_line_is_cut_around_the_span(before: int, after: int) -> None:
    source = Source("a" * before + "HERE" + "b" * after)
    line, carets = drawn(source, "HERE").splitlines()
    assert len(line) <= 6 + 101
    at = carets.index("^")
    assert line[at : at + 4] == "HERE"
    assert carets.count("^") == 4
    assert line.startswith("  1 | …") == (before > 90)
    assert line.endswith("…") == (after > 0)


def test_span_longer_than_the_window_fills_it() -> None:
    line, carets = drawn(Source("x" + "y" * 500), Span(1, 501)).splitlines()
    assert line.endswith("y…")
    assert 50 < carets.count("^") < 101


def test_hostile_text_reaches_the_terminal_as_pictures() -> None:
    source = Source(f"RUN x {HOSTILE}\n", f"bad{HOSTILE}")
    fix = Fix(HOSTILE, [Edit(0, 0, "")], safe=False)
    one = finding(
        source, "RUN", HOSTILE, name=HOSTILE, fix=fix, related=[Related(Span(0, 1), HOSTILE)]
    )
    for text in (
        write("default", [one], [source], show_source=True, statistics=True),
        write("pre-commit", [one], [source], statistics=True),
        summary_line(result([one])),
    ):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]", text)
    first = write("default", [one], [source]).splitlines()
    assert len(first) == 1
    assert "␛[31mred␛]0;t␇ 100%␊::error::forged␍ <U+202E>evil <FF> <U+009B> ␡" in first[0]


def test_finding_without_its_source_still_shows_the_fix() -> None:
    _, findings = sample()
    stream = io.StringIO()
    drive(Default(ReportContext(show_source=True), stream), findings[1:2], ["Dockerfile"])
    text = stream.getvalue()
    assert text.splitlines()[1:] == [
        "    = fix (safe): update in the RUN of line 4",
        "    = see also: this install uses the old index",
    ]


def test_statistics_count_by_code_and_say_what_can_be_fixed() -> None:
    source, findings = sample()
    findings.append(finding(source, "nginx"))
    assert write("default", findings, [source], statistics=True).split("\n\n")[1] == (
        "count  code   name                 fixable\n"
        "    2  DF201  stale-package-index        1\n"
        "    1  DF110  end-of-life-base           0\n"
        "    1  DF901  wide-line                  0\n"
    )


def test_statistics_of_nothing_are_nothing() -> None:
    assert write("default", [], [Source("")], statistics=True) == ""


def test_summary_counts_and_says_what_next() -> None:
    _, findings = sample()
    assert summary_line(result(findings)) == (
        "Found 3 problems in 1 file: 1 error, 1 warning, 1 note. "
        '1 fixable with --fix. Run "dockerlint explain DF110" for details.'
    )


@pytest.mark.parametrize(
    ("safe", "unsafe", "words"),
    [
        (0, 0, ": 1 warning. "),
        (2, 0, " 2 fixable with --fix. "),
        (1, 2, " 1 fixable with --fix, 2 more with --unsafe-fixes. "),
        (0, 1, " 1 fixable with --fix --unsafe-fixes. "),
    ],
)
def test_summary_says_which_option_fixes(safe: int, unsafe: int, words: str) -> None:
    source = Source("FROM a\n")
    fixes = [Fix("x", [Edit(0, 0, "")], safe=number < safe) for number in range(safe + unsafe)]
    findings = [finding(source, "FROM", fix=fix) for fix in fixes or [None]]
    assert words in summary_line(result(findings))


def test_summary_of_a_clean_run() -> None:
    assert summary_line(result([], files=1)) == "No problems found in 1 file."
    assert summary_line(result([], files=0)) == "No problems found in 0 files."


def test_summary_says_how_many_files_are_hit_and_what_failed() -> None:
    source = Source("FROM a\n", "x/Dockerfile")
    line = summary_line(result([finding(source, "FROM")], [RunError("y", "boom", "io")], files=12))
    assert line.startswith("Found 1 problem in 1 of 12 files: 1 warning.")
    assert line.endswith(" Not everything could be checked (1 error).")


def test_summary_in_colour() -> None:
    _, findings = sample()
    assert "\x1b[1;31m1 error\x1b[0m" in summary_line(result(findings), color=True)


def test_columns_are_those_of_the_finding() -> None:
    source = Source("\tFROM 😀 a\n")
    at = span_of(source, "a")
    assert write("default", [finding(source, at)], [source]).startswith("Dockerfile:1:9: ")
