"""What flake8's plugins suffer from, one test for each: how it is here.

Crashes, unknown parameters, names and prefixes are in ``test_failures.py``.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Site

RULE = "def check(run): yield run.line, 0, 'ACM001 x'; yield run.line, 0, 'ACM002 y'\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--select", "ACN"], "unknown rule 'ACN' in select; did you mean 'ACM'?"),
        (["--ignore", "ACM0x1"], "unknown rule 'ACM0x1' in ignore; did you mean 'ACM'?"),
        (["--extend-select", "Z001"], "unknown rule 'Z001' in extend-select"),
        (["--severity", "ACM0=info,ACN001=error"], "unknown rule 'ACN001' in severity"),
    ],
)
def test_an_unknown_code_is_an_error_with_the_nearest(
    site: Site, words: list[str], message: str
) -> None:
    """flake8 takes it silently and reports nothing."""
    site.install(RULE)
    done = site.run(*words)
    assert done.returncode == 2
    assert message in done.stderr
    option, codes = words[0].lstrip("-"), words[1]
    site.write("setup.cfg", f"[dockerlint]\n{option} = {codes}\n")
    assert f"setup.cfg:2: {message}" in site.run().stderr


def test_an_unknown_code_in_a_comment_is_said(site: Site) -> None:
    site.install(RULE)
    site.write("Dockerfile", "FROM debian\n# dockerlint: ignore=ACN001\nRUN true\n")
    [one] = [one for one in site.report()["findings"] if one["code"] == "DF090"]
    assert "'ACN001'" in one["message"]


def test_a_comment_that_silences_nothing_is_said(site: Site) -> None:
    site.install(RULE)
    site.write("Dockerfile", "FROM debian\n# dockerlint: ignore=ACM003,ACM001\nRUN true\n")
    [one] = [one for one in site.report()["findings"] if one["code"] == "DF091"]
    assert "'ACM003'" in one["message"]


def test_a_noqa_without_a_colon_silences_only_its_code(site: Site) -> None:
    """To flake8 it is a blanket."""
    site.install(RULE)
    site.write("Dockerfile", "FROM debian\n# noqa ACM001\nRUN true\n")
    assert [code for code, *_ in site.codes()] == ["ACM002"]


def test_a_comment_holds_for_the_whole_instruction(site: Site) -> None:
    """Continuations and here-documents included."""
    site.install(
        "def check(physical_line, line_number):\n"
        "    if 'bad' in physical_line: return physical_line.index('bad'), 'ACM001 x'\n"
    )
    text = "FROM debian\n{}RUN a \\\n  && bad\nRUN <<EOF\nbad\nEOF\n"
    site.write("Dockerfile", text.format(""))
    assert site.codes() == [("ACM001", 3, 6), ("ACM001", 5, 1)]
    site.write("Dockerfile", text.format("# dockerlint: ignore=ACM001\n"))
    assert site.codes() == [("ACM001", 6, 1)]


def test_ignore_adds_to_what_is_ignored(site: Site) -> None:
    """flake8's replaces the default list."""
    site.install(
        RULE + "def add_options(parser): parser.extend_default_ignore(['ACM002'])\n"
        "check.add_options = add_options\n"
    )
    site.write("setup.cfg", "[dockerlint]\nignore = DF602\n")
    assert [code for code, *_ in site.codes("--ignore", "DF502")] == ["ACM001"]
    assert {one["code"] for one in site.report("--ignore", "DF502")["findings"]} == {"ACM001"}


def test_per_file_ignores_add_up(site: Site) -> None:
    """flake8 takes only the longest pattern that matches."""
    site.install(RULE)
    site.write("setup.cfg", "[dockerlint]\nper-file-ignores =\n  *: ACM001\n  Dockerfile: ACM002\n")
    assert site.codes() == []


def test_a_finding_has_a_range_a_severity_a_fix_and_other_places(site: Site) -> None:
    site.install(
        """
        from dockerlint_rules import Edit, Finding, Fix, Related, Severity

        def check(run):
            word = run.commands[0].words[0]
            fix = Fix("Say false.", [Edit.replace(word, "false")], safe=False)
            yield Finding.at(word, "ACM001 x", fix=fix, severity=Severity.ERROR,
                             related=[Related(run.stage.from_, "this stage")], aliases=("DL3008",))
        """
    )
    [one] = site.report("--select", "ACM")["findings"]
    assert (one["column"], one["end_column"], one["severity"]) == (5, 9, "error")
    assert one["fix"]["safety"] == "unsafe"
    assert one["aliases"] == ["DL3008"]
    assert "relatedLocations" in site.run("--select", "ACM", "-f", "sarif").stdout


def test_many_plugins_are_found_quickly_and_not_imported(site: Site) -> None:
    """importlib.metadata takes 35 ms to begin with."""
    from dockerlint_rules.plugins.entry_points import installed_entries

    for number in range(20):
        site.install(
            "raise SystemExit\n",
            f"[dockerlint.extension]\nP{number:02} = p{number}:check\n",
            name=f"p{number}",
        )
    places = [str(site.packages)]
    best = min(_seconds(lambda: installed_entries(places)) for _ in range(5))
    assert len(installed_entries(places)) == 20
    assert best < 0.02
    assert site.run("--select", "DF1").returncode == 0


def _seconds(work: object) -> float:
    begin = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - begin
