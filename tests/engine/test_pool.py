"""A pool of processes gives one report for each file, in order, whatever ends its processes."""

from __future__ import annotations

import faulthandler
import mmap
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.sent_work import SentWork

from dockerlint_rules.engine.pool import Pool
from dockerlint_rules.findings.results import FileReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dockerlint_rules.engine.time_limit import FileClock

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="processes are forked on Linux only"
)
PATHS = [f"{number:03}" for number in range(70)]


def linted(path: str) -> FileReport:
    report = FileReport(path)
    report.diff = f"found in {path}"
    return report


class Work:
    """Lints nothing; *acts* says what happens instead at a file."""

    def __init__(self, acts: dict[str, Callable[[], object]]) -> None:
        self.acts = acts

    def __call__(self, paths: list[str], clock: FileClock) -> Iterator[FileReport]:
        for path in paths:
            clock.start(path)
            self.acts.get(path, int)()
            clock.stop()
        for path in paths:
            yield linted(path)


def run(work: Callable, paths: list[str], *, size: int = 8, jobs: int = 2, seconds: float = 0.0) -> list[FileReport]:  # fmt: skip
    pool = Pool(work, paths, size, jobs, seconds)
    reports = list(pool.reports())
    assert pool.processes == []
    return reports


def outcome(reports: list[FileReport]) -> list[tuple[str, str]]:
    """What is said of each file: what was found, or what went wrong."""
    return [(one.path, one.diff or " ".join(error.message for error in one.errors)) for one in reports]  # fmt: skip


def whole(*lost: str, why: str = "") -> list[tuple[str, str]]:
    return [(path, why if path in lost else f"found in {path}") for path in PATHS]


def die(number: int) -> Callable[[], object]:
    def act() -> None:
        faulthandler.disable()  # pytest's report
        os.kill(os.getpid(), number)

    return act


def crash() -> None:
    import ctypes

    faulthandler.disable()  # pytest's report
    ctypes.string_at(0)


ENDS = {
    "killed": (die(signal.SIGKILL), "was ended by SIGKILL"),
    "terminated": (die(signal.SIGTERM), "exited with status 143"),
    "exit": (lambda: os._exit(0), "exited with status 0"),
    "exit-3": (lambda: os._exit(3), "exited with status 3"),
    "abort": (die(signal.SIGABRT), "was ended by SIGABRT"),
    "crash": (crash, "was ended by SIGSEGV"),
}


@pytest.mark.parametrize(("act", "how"), ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("lost", [["000"], ["069"], ["007", "008"], ["003", "004", "020", "041", "069"]], ids="-".join)  # fmt: skip
def test_only_the_file_that_ends_its_process_is_lost(
    act: Callable[[], object], how: str, lost: list[str]
) -> None:
    reports = run(Work(dict.fromkeys(lost, act)), PATHS)
    assert outcome(reports) == whole(*lost, why=f"the process that linted this file {how}")
    assert [one.path for one in reports if not one.read] == lost


def test_every_file_ends_its_process() -> None:
    paths = PATHS[:12]
    reports = run(Work(dict.fromkeys(paths, die(signal.SIGKILL))), paths, size=4)
    assert [one.path for one in reports] == paths
    assert all("was ended by SIGKILL" in one.errors[0].message for one in reports)


@pytest.mark.parametrize("jobs", [1, 2, 5])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_sizes(jobs: int, size: int) -> None:
    reports = run(Work({"005": die(signal.SIGKILL)}), PATHS, size=size, jobs=jobs)
    assert outcome(reports) == whole("005", why="the process that linted this file was ended by SIGKILL")  # fmt: skip


def test_what_ends_a_process_between_files_loses_none() -> None:
    """Such as somebody who kills it while it waits for ShellCheck, or sends its reports."""
    counter = Counter()

    def work(paths: list[str], clock: FileClock) -> Iterator[FileReport]:
        for path in paths:
            yield linted(path)
        if "010" in paths and counter.next() < 2:
            os.kill(os.getpid(), signal.SIGKILL)

    assert outcome(run(work, PATHS)) == whole()


def test_there_are_never_more_processes_than_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Counter()

    class Counting(Pool):
        def _make_process(self):
            counter.next()
            return super()._make_process()

    reports = list(Counting(Work({}), PATHS[:3], 1, 300, 0.0).reports())
    assert [one.path for one in reports] == PATHS[:3]
    assert counter.value <= 3


@pytest.mark.parametrize("after", [0, 1])
def test_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Because there are too many, or no memory: the files are linted here, or by those that there are."""
    real, count = os.fork, Counter()

    def fork() -> int:
        if count.next() >= after:
            raise BlockingIOError
        return real()

    monkeypatch.setattr(os, "fork", fork)
    before = len(os.listdir("/proc/self/fd"))
    assert outcome(run(Work({}), PATHS)) == whole()
    assert len(os.listdir("/proc/self/fd")) == before


def test_an_error_in_the_work_costs_one_file() -> None:
    def fail() -> None:
        raise ValueError("a bug")

    reports = run(Work({"030": fail}), PATHS)
    why = "was not linted: internal error: ValueError: a bug (run again with --verbose for the traceback)"
    assert outcome(reports) == whole("030", why=why)


def test_a_report_that_cannot_be_sent_costs_one_file() -> None:
    def work(paths: list[str], clock: FileClock) -> Iterator[FileReport]:
        for path in paths:
            report = linted(path)
            if path == "030":
                report.findings = [lambda: None]  # type: ignore[list-item]
            yield report

    reports = run(work, PATHS)
    assert [one.path for one in reports if one.errors] == ["030"]
    assert [one.path for one in reports] == PATHS


class Unreadable:
    """Can be sent, and not received."""

    def __reduce__(self):
        return int, ("no number",)


def test_a_report_that_cannot_be_received_costs_one_file() -> None:
    def work(paths: list[str], clock: FileClock) -> Iterator[FileReport]:
        for path in paths:
            report = linted(path)
            if path == "030":
                report.findings = [Unreadable()]  # type: ignore[list-item]
            yield report

    reports = run(work, PATHS)
    why = "the process that linted this file sent a report that cannot be read"
    assert outcome(reports) == whole("030", why=why)


def test_reports_larger_than_a_pipe() -> None:
    def work(paths: list[str], clock: FileClock) -> Iterator[FileReport]:
        for path in paths:
            report = FileReport(path)
            report.diff = path * 200_000
            yield report

    assert [one.diff for one in run(work, PATHS[:9], size=3)] == [one * 200_000 for one in PATHS[:9]]  # fmt: skip


def test_descriptors_are_closed() -> None:
    before = os.listdir("/proc/self/fd")
    run(Work({"005": die(signal.SIGKILL)}), PATHS)
    assert os.listdir("/proc/self/fd") == before


def test_a_consumer_that_stops_ends_the_processes() -> None:
    pool = Pool(Work({"060": lambda: time.sleep(60)}), PATHS, 8, 2, 0.0)
    reports = pool.reports()
    next(reports)
    pids = [one.pid for one in pool.processes]
    reports.close()
    assert pids
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_code_that_raises_keyboard_interrupt_ends_the_run() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(Work({"030": interrupt}), PATHS)


# -- time limit ----------------------------------------------------------------------------------------


def swallow() -> None:
    while True:
        try:
            time.sleep(60)
        except BaseException:
            continue


def stuck() -> None:
    import itertools

    sum(itertools.repeat(1))  # in C, where no signal handler runs


SLOW = {"sleep": lambda: time.sleep(60), "swallows-everything": swallow, "in-c": stuck}


@pytest.mark.parametrize("act", SLOW.values(), ids=SLOW)
def test_a_file_that_takes_too_long_is_named(act: Callable[[], object]) -> None:
    reports = run(Work(dict.fromkeys(("013", "040"), act)), PATHS, seconds=0.3)
    why = "was not linted within 0.3 s; allow more time with --time-limit"
    assert outcome(reports) == whole("013", "040", why=why)


def test_time_between_files_counts_for_none() -> None:
    def work(paths: list[str], clock: FileClock) -> Iterator[FileReport]:
        for path in paths:
            clock.start(path)
        clock.stop()
        time.sleep(2.0 if paths[0] == "000" else 0.0)  # ShellCheck, which has a limit of its own
        yield from map(linted, paths)

    assert outcome(run(work, PATHS, seconds=0.3)) == whole()


# -- fixing --------------------------------------------------------------------------------------------


class Counter:
    """Counts in all processes."""

    def __init__(self) -> None:
        self.memory = mmap.mmap(-1, 8)

    @property
    def value(self) -> int:
        return int.from_bytes(self.memory[:4], "little")

    def next(self) -> int:
        value = self.value
        self.memory[:4] = (value + 1).to_bytes(4, "little")
        return value


class Fixing:
    """Fixes files ("old" to "new") and may kill its process at each step, once a file at most."""

    def __init__(self, chance: float, seed: int, files: int) -> None:
        self.chance, self.seed = chance, seed
        self.kills = mmap.mmap(-1, files)
        self.steps = Counter()

    def step(self, path: str) -> None:
        number = int(Path(path).name)
        dice = random.Random(f"{self.seed} {self.steps.next()} {number}")
        if not self.kills[number] and dice.random() < self.chance:
            self.kills[number] += 1
            os.kill(os.getpid(), signal.SIGKILL)

    def __call__(self, paths: list[str], clock: FileClock) -> Iterator[FileReport]:
        reports = []
        for path in paths:
            clock.start(path)
            self.step(path)
            reports.append(linted(path))
            clock.stop()
        for report in reports:
            self.step(report.path)
            file = Path(report.path)
            if file.read_text() == "old":
                report.fixed, report.fixed_bytes = 1, b"new"
                clock.before_write(report)
                self.step(report.path)
                file.write_text("new")
            self.step(report.path)
            yield report
            self.step(report.path)


@pytest.mark.parametrize("seed", range(8))
def test_random_kills_lose_nothing_and_fix_everything_once(tmp_path: Path, seed: int) -> None:
    paths = [str(tmp_path / str(number)) for number in range(60)]
    for path in paths:
        Path(path).write_text("old")
    work = Fixing(random.Random(seed).choice((0.02, 0.1, 0.4)), seed, len(paths))
    reports = run(work, paths, size=random.Random(seed).choice((1, 7, 32)))
    assert outcome(reports) == [(path, f"found in {path}") for path in paths]
    assert [one.fixed for one in reports] == [1] * len(paths)
    assert {Path(path).read_text() for path in paths} == {"new"}
    assert any(work.kills[:])


def test_a_half_written_scratch_file_is_removed(tmp_path: Path) -> None:
    target = tmp_path / "Dockerfile"
    target.write_text("old")
    (tmp_path / ".dockerlint-other").write_text("somebody's")
    kills = Counter()

    def work(paths: list[str], clock: FileClock) -> Iterator[FileReport]:
        report = linted(paths[0])
        report.fixed, report.fixed_bytes = 1, b"new text"
        clock.before_write(report)
        if not kills.next():
            (tmp_path / ".dockerlint-abc").write_bytes(b"new")
            os.kill(os.getpid(), signal.SIGKILL)
        target.write_bytes(b"new text")
        yield report

    [report] = run(work, [str(target)])
    assert report.fixed == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == [".dockerlint-other", "Dockerfile"]


# -- where processes cannot be forked ------------------------------------------------------------------


def test_spawned_processes() -> None:
    reports = list(Pool(SentWork(), PATHS[3:5], 1, 1, 0.0, can_fork=False).reports())
    why = "the process that linted this file exited with status 4"
    assert outcome(reports) == whole("004", why=why)[3:5]
