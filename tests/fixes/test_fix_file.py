"""One file fixed: what is written, what is only shown, and what its report says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dockerlint_rules.config.options import Options
from dockerlint_rules.engine.baseline import Baseline
from dockerlint_rules.engine.fix_file import fix_file
from dockerlint_rules.engine.lint import lint_source
from dockerlint_rules.engine.settings import Settings
from dockerlint_rules.findings.finding import Edit, Finding, Fix
from dockerlint_rules.findings.results import FileReport
from dockerlint_rules.model.build import Build
from dockerlint_rules.registry.plan import Plan
from dockerlint_rules.registry.rule import RULES, rule
from dockerlint_rules.syntax.dockerfile.instructions import Run
from dockerlint_rules.syntax.source import Source

BEFORE = "FROM a\nRUN one\nRUN bad\nRUN two\n"
Report = Callable[..., FileReport]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "Dockerfile"
    file.write_bytes(BEFORE.encode())
    return file


@pytest.fixture
def report(path: Path) -> Iterator[Report]:
    """What becomes of the file: 'one' is to be 1, 'two' unsafely 2, and the fix of 'bad' changes nothing."""

    @rule("ACM901", severity="warning", fix="unsafe")
    def spelled_number(run: Run) -> Iterator[Finding]:
        """Number is spelled out."""
        word = run.words[0]
        new = {"one": "1", "two": "2", "bad": "bad"}.get(word.text)
        if new:
            fix = Fix(f"Write {new}", [Edit.replace(word, new)], safe=new != "2")
            yield Finding.at(word, f"{word.text} is spelled out.", fix=fix)

    settings = Settings(Plan([RULES["ACM901"]]), Build(today="2026-11-30"))

    def make(
        text: str = BEFORE, baseline: Baseline | None = None, stdin: bool = False, **given: bool
    ) -> FileReport:
        made = FileReport(str(path))
        made.from_stdin = stdin
        made.findings = lint_source(Source(text, str(path)), settings).findings
        if baseline is not None:
            made.findings = baseline.new_findings(str(path), Source(text), made.findings)
        fix_file(str(path), text.encode(), settings, Options(**given), made, baseline)
        return made

    yield make
    RULES.pop("ACM901")


def test_what_is_written_and_what_is_left(path: Path, report: Report) -> None:
    made = report(fix=True)
    assert path.read_text() == BEFORE.replace("one", "1")
    assert made.fixed_bytes == path.read_bytes()
    assert made.fixed == 1
    assert [(one.line, one.message) for one in made.findings] == [
        (3, "bad is spelled out."),
        (4, "two is spelled out."),
    ]
    assert [one.target for one in made.findings] == [0, 0]
    assert made.diff == ""


def test_a_fix_that_was_left_out_is_an_error_of_the_file(path: Path, report: Report) -> None:
    [error] = report(fix=True).errors
    assert (error.path, error.kind) == (str(path), "internal")
    assert error.message == "the fix for ACM901 on line 3 was not applied: it changes nothing"


def test_unsafe_ones_when_asked(path: Path, report: Report) -> None:
    made = report(fix=True, unsafe_fixes=True)
    assert path.read_text() == BEFORE.replace("one", "1").replace("two", "2")
    assert made.fixed == 2


def test_nothing_to_fix(path: Path, report: Report) -> None:
    text = "FROM a\nRUN two\n"
    made = report(text, fix=True)
    assert (made.fixed, made.fixed_bytes, made.diff, made.errors) == (0, None, "", [])
    assert len(made.findings) == 1
    assert path.read_text() == BEFORE


def test_all_fixes_left_out(path: Path, report: Report) -> None:
    made = report("FROM a\nRUN bad\n", fix=True)
    assert (made.fixed, made.fixed_bytes, len(made.errors)) == (0, None, 1)
    assert len(made.findings) == 1
    assert path.read_text() == BEFORE


def test_a_diff_writes_nothing(path: Path, report: Report) -> None:
    made = report(diff=True)
    assert path.read_text() == BEFORE
    assert made.diff.split("\n")[3:6] == [" FROM a", "-RUN one", "+RUN 1"]
    assert made.diff.startswith(f"--- a{path}\n")
    assert made.fixed == 1


def test_standard_input_is_not_written(path: Path, report: Report) -> None:
    made = report(fix=True, stdin=True)
    assert path.read_text() == BEFORE
    assert made.fixed_bytes == BEFORE.replace("one", "1").encode()
    assert (made.fixed, made.diff) == (1, "")


def test_a_file_that_has_changed_since_it_was_read(path: Path, report: Report) -> None:
    path.write_text("FROM other\n")
    made = report("FROM a\nRUN one\n", fix=True)
    assert path.read_text() == "FROM other\n"
    [error] = made.errors
    assert (error.path, error.kind) == (str(path), "io")
    assert error.message == "changed on disk while it was being fixed; nothing was written"
    assert (made.fixed, made.fixed_bytes, len(made.findings)) == (0, None, 1)


def test_findings_of_the_baseline_are_not_fixed(path: Path, report: Report) -> None:
    from collections import Counter

    known = {"Dockerfile": Counter({("ACM901", "RUN one"): 1, ("ACM901", "RUN bad"): 1})}
    text = BEFORE.replace("two", "one ")
    path.write_text(text)
    made = report(text, Baseline(str(path.parent), known), fix=True)
    assert path.read_text() == "FROM a\nRUN one\nRUN bad\nRUN 1 \n"
    assert (made.fixed, made.findings, made.errors) == (1, [], [])
