"""A file that takes too long is named, and costs nothing but itself."""

from __future__ import annotations

import re
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dockerlint_rules.config.options import Options
from dockerlint_rules.engine.file_reports import lint_files
from dockerlint_rules.engine.fix_file import fix_file
from dockerlint_rules.engine.settings import Settings
from dockerlint_rules.engine.time_limit import FileClock, TimeLimitReached
from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.build import Build
from dockerlint_rules.registry.plan import Plan
from dockerlint_rules.registry.rule import Rule
from dockerlint_rules.shellcheck import program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dockerlint_rules.findings.results import FileReport

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="the system has no SIGALRM")

LIMIT = 0.5  # seconds: far more than a file of one line takes, and little to wait for
TEXT = b"FROM debian:12\n"
TOO_LONG = "was not linted within 0.5 s; allow more time with --time-limit"


def sleep() -> None:
    time.sleep(60)


def spin() -> None:
    while True:
        pass


def backtrack() -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")


def catch_exceptions() -> None:
    while True:
        try:
            time.sleep(60)
        except Exception:
            continue


def catch_everything_once() -> None:
    try:
        time.sleep(60)
    except BaseException:
        time.sleep(60)


SLOW = {one.__name__: one for one in (sleep, spin, backtrack, catch_exceptions, catch_everything_once)}  # fmt: skip


def settings_with(act: Callable[[str], object], origin: str = "dockerlint") -> Settings:
    """Settings with one rule, which finds something in each file after *act*."""

    def check(from_: object, filename: str) -> Iterator[Finding]:
        act(filename)
        fix = Fix("Fix it.", [Edit(5, 14, "debian:13")], safe=True)
        yield Finding.at(from_, "found", fix=fix)  # type: ignore[arg-type]

    made = Rule(check, "TST001", "test", severity=Severity.WARNING, fix="safe")
    made.origin = origin
    return Settings(Plan([made]), Build(today="2026-11-30"))


def lint(slow: set[str], act: Callable[[], object], names: list[str], origin: str = "dockerlint") -> list[FileReport]:  # fmt: skip
    settings = settings_with(lambda name: act() if name in slow else None, origin)
    with FileClock(LIMIT) as clock:
        return lint_files([(one, TEXT, settings) for one in names], clock=clock)


def outcome(reports: list[FileReport]) -> dict[str, str]:
    return {
        one.path: " ".join([*(f.message for f in one.findings), *(e.message for e in one.errors)])
        for one in reports
    }


NAMES = [str(number) for number in range(6)]


@pytest.mark.parametrize("act", SLOW.values(), ids=SLOW)
@pytest.mark.parametrize("origin", ["dockerlint", "plugin"])
def test_the_slow_file_is_named_and_the_others_are_linted(
    act: Callable[[], object], origin: str
) -> None:
    reports = lint({"3"}, act, NAMES, origin)
    assert [one.path for one in reports] == NAMES
    assert outcome(reports) == {one: TOO_LONG if one == "3" else "found" for one in NAMES}
    assert [one.path for one in reports if not one.read] == ["3"]


def test_several_slow_files() -> None:
    slow = {"0", "2", "5"}
    reports = lint(slow, spin, NAMES)
    assert outcome(reports) == {one: TOO_LONG if one in slow else "found" for one in NAMES}


def test_time_adds_up_over_the_parts_of_the_work() -> None:
    """A file has its time once, not once for reading it and again for each rule."""

    def work(clock: FileClock) -> None:
        for _ in range(30):
            clock.start("a")
            time.sleep(LIMIT / 4)
            clock.stop()

    with FileClock(LIMIT) as clock, pytest.raises(TimeLimitReached):
        work(clock)


def test_each_file_has_its_own_time() -> None:
    with FileClock(LIMIT) as clock:
        for number in range(8):
            clock.start(str(number))
            time.sleep(LIMIT / 5)
        clock.stop()


def test_nothing_stays_behind() -> None:
    before = signal.getsignal(signal.SIGALRM)
    lint({"1"}, spin, NAMES)
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_other_threads_have_no_limit() -> None:
    """Only the main thread can be stopped."""
    found: list[FileReport] = []
    thread = threading.Thread(
        target=lambda: found.extend(lint({"1"}, lambda: time.sleep(2 * LIMIT), NAMES))
    )
    thread.start()
    thread.join()
    assert set(outcome(found).values()) == {"found"}


def test_no_limit() -> None:
    settings = settings_with(lambda name: time.sleep(0.01))
    with FileClock(0) as clock:
        reports = lint_files([("a", TEXT, settings)], clock=clock)
    assert outcome(reports) == {"a": "found"}


def test_shellcheck_has_a_limit_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "shellcheck"
    slow.write_text(f"#!/bin/sh\nsleep {3 * LIMIT}\necho '{{\"comments\": []}}'\n")
    slow.chmod(0o755)
    monkeypatch.setattr(program, "_found", [str(slow)])
    settings = settings_with(lambda name: None)
    settings.shellcheck = "warnings"
    with FileClock(LIMIT) as clock:
        [report] = lint_files([("a", TEXT + b"RUN echo $x\n", settings)], clock=clock)
    assert outcome([report]) == {"a": "found"}
    assert report.shellcheck is None


# -- fixing --------------------------------------------------------------------------------------------


def fix(tmp_path: Path, slow_from: int, options: Options, limit: float = LIMIT) -> tuple[FileReport, bytes]:  # fmt: skip
    """Lint and fix a file whose rule is slow from a call on; the report, and what the file holds then."""
    calls: list[str] = []

    def act(name: str) -> None:
        calls.append(name)
        if len(calls) >= slow_from:
            time.sleep(60)

    path = tmp_path / "Dockerfile"
    path.write_bytes(TEXT)
    settings = settings_with(act)
    with FileClock(limit) as clock:
        [report] = lint_files([(str(path), TEXT, settings)], clock=clock)
        with pytest.raises(TimeLimitReached):
            fix_file(str(path), TEXT, settings, options, report, clock=clock)
    return report, path.read_bytes()


@pytest.mark.parametrize("slow_from", [2, 3])
@pytest.mark.parametrize("diff", [False, True])
def test_a_file_that_is_fixed_too_slowly_stays_as_it_was(tmp_path: Path, slow_from: int, diff: bool) -> None:  # fmt: skip
    report, text = fix(tmp_path, slow_from, Options(fix=True, diff=diff))
    assert text == TEXT
    assert (report.fixed, report.diff, report.fixed_bytes) == (0, "", None)
    assert [one.message for one in report.findings] == ["found"]
