"""SIGINT, SIGTERM and SIGHUP end a run at once: nothing is written after them, and nothing stays behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.running import ROOT, Running, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")

FILES = 120
TEXT = "FROM debian:12\nMAINTAINER me\n"
SIGNALS = {"int": (signal.SIGINT, 130), "term": (signal.SIGTERM, 143), "hup": (signal.SIGHUP, 129)}
# A rule that takes a while for each file, or for ever where a file named "stop" is.
PLUGIN = """
import os, time
from dockerlint_rules import Severity, rule

@rule("LOC001", "slow", severity=Severity.WARNING)
def slow(from_):
    "Slow."
    time.sleep(0.01)
    while os.path.exists("stop"):
        try:
            time.sleep(0.01)
        except Exception:
            pass
"""
SLOWLY = ("--local-plugins", "--select", "LOC001,DF801", "--no-shellcheck")
ONE_PROCESS = ("--jobs", "1", "--time-limit", "0")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "mine.py").write_text(PLUGIN)
    (tree / "setup.cfg").write_text(
        "[dockerlint:local-plugins]\nextension =\n    LOC = mine\npaths = .\n"
    )
    for number in range(FILES):
        (tree / f"{number:03}.Dockerfile").write_text(TEXT)
    return tree


def fixed(tree: Path) -> list[str]:
    """The files that are fixed; every other one must be as it was."""
    found = []
    for path in sorted(tree.glob("*.Dockerfile")):
        text = path.read_text()
        if text != TEXT:
            assert text.startswith("FROM debian:12\nLABEL ")
            assert text.endswith('="me"\n')
            found.append(path.name)
    return found


@pytest.mark.parametrize("words", [("--jobs", "2"), ONE_PROCESS], ids=["pool", "one-process"])
@pytest.mark.parametrize("group", [False, True], ids=["alone", "group"])
@pytest.mark.parametrize(("number", "status"), SIGNALS.values(), ids=SIGNALS)
def test_a_signal_while_fixing(
    tree: Path, number: int, status: int, group: bool, words: tuple[str, ...]
) -> None:
    running = Running(*SLOWLY, *words, "--fix", ".", cwd=tree)
    wait_until(lambda: len(fixed(tree)) >= 5, "some files are fixed")
    running.signal(number, group=group)
    code, out, err = running.end()
    done = fixed(tree)
    assert (code, out) == (status, ""), err
    assert 5 <= len(done) < FILES
    name = signal.Signals(number).name
    [line] = err.splitlines()
    match = re.fullmatch(
        rf"dockerlint: interrupted by {name}: (\d+) of {FILES} files linted and (\d+) files fixed; "
        "findings are not shown, because they would not be complete",
        line,
    )
    assert match, err
    assert int(match[2]) == len(done)
    running.assert_nothing_is_left()
    assert fixed(tree) == done
    assert [one.name for one in tree.iterdir() if one.name.startswith(".dockerlint")] == []


@pytest.mark.parametrize("seed", range(4))
def test_a_signal_at_any_time(tree: Path, seed: int) -> None:
    """From the start of the interpreter on: the exit status is that of the signal, or the run was over."""
    (tree / "mine.py").write_text(PLUGIN.replace("0.01", "0.001"))
    running = Running(*SLOWLY, "--jobs", "2", "--fix", ".", cwd=tree)
    time.sleep(0.15 + 0.2 * seed)
    running.signal(signal.SIGTERM, group=seed % 2 == 0)
    code, _, err = running.end()
    assert code in (143, -signal.SIGTERM, 0)  # by its default before the handler is there
    assert "Traceback" not in err
    running.assert_nothing_is_left()
    fixed(tree)


@pytest.mark.parametrize("words", [("--jobs", "2"), ONE_PROCESS], ids=["pool", "one-process"])
def test_findings_are_not_shown_as_if_they_were_all(tree: Path, words: tuple[str, ...]) -> None:
    running = Running(*SLOWLY, *words, "--format", "json", "--output-file", "report.json", ".", cwd=tree)  # fmt: skip
    (tree / "stop").touch()
    if words != ONE_PROCESS:
        wait_until(lambda: len(running.workers()) == 2, "there are processes")
    else:
        time.sleep(0.5)
    running.signal(signal.SIGTERM)
    code, out, _ = running.end()
    assert (code, out) == (143, "")
    assert not (tree / "report.json").exists()
    running.assert_nothing_is_left()


def test_a_signal_that_is_ignored_stays_ignored(tree: Path) -> None:
    """As under nohup, and for what a shell starts in the background."""
    for path in list(tree.glob("*.Dockerfile"))[70:]:
        path.unlink()
    running = Running(*SLOWLY, "--jobs", "2", "--fix", ".", cwd=tree, ignored=(signal.SIGHUP, signal.SIGINT))  # fmt: skip
    wait_until(lambda: len(fixed(tree)) >= 5, "some files are fixed")
    running.signal(signal.SIGHUP, group=True)
    running.signal(signal.SIGINT, group=True)
    code, _, err = running.end()
    assert code == 0, err
    assert len(fixed(tree)) == 70


def test_processes_end_with_their_parent(tree: Path) -> None:
    """Even if it is killed while they are at a file, and nobody waits for their pipes."""
    (tree / "stop").touch()
    running = Running(*SLOWLY, "--jobs", "2", "--fix", ".", cwd=tree)
    wait_until(lambda: len(running.workers()) == 2, "there are processes")
    running.signal(signal.SIGKILL)
    code, _, _ = running.end()  # comes when their ends of the pipes are closed
    assert code == -signal.SIGKILL
    (tree / "stop").unlink()
    running.assert_nothing_is_left()
    assert fixed(tree) == []


def test_a_killed_process_loses_nothing(tree: Path) -> None:
    running = Running(*SLOWLY, "--jobs", "2", "--fix", ".", cwd=tree)
    wait_until(lambda: len(fixed(tree)) >= 5, "some files are fixed")
    os.kill(running.workers()[0], signal.SIGKILL)
    wait_until(lambda: len(fixed(tree)) >= 60, "more files are fixed")
    os.kill(running.workers()[0], signal.SIGKILL)
    code, _, err = running.end()
    assert code == 0, err
    assert len(fixed(tree)) == FILES
    assert err.startswith(f"Fixed {FILES} of {FILES} problems in {FILES} files")
    assert [one.name for one in tree.iterdir() if one.name.startswith(".dockerlint")] == []


def test_a_signal_while_it_waits_for_standard_input(tree: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "dockerlint_rules", "--fix", "-"],
        cwd=tree, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        # It sleeps in its read: the last thing that it does.
        wait_until(lambda: is_reading(process.pid), "it reads")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        assert process.stdout
        assert process.stderr
        assert (process.returncode, process.stdout.read()) == (143, "")
        assert process.stderr.read() == "dockerlint: interrupted by SIGTERM: nothing was linted\n"


def is_reading(pid: int) -> bool:
    """Whether a process waits in a read of its standard input (system call 0 on x86, 63 on ARM)."""
    try:
        words = Path(f"/proc/{pid}/syscall").read_text().split()
    except PermissionError:
        pytest.skip("the system does not show what a process waits for")
    except OSError:
        return False
    return words[0] in ("0", "63") and words[1] == "0x0"


SHELLCHECK = "#!/bin/sh\ntouch {}\nexec sleep 600\n"
RUNS = "FROM debian:12\nRUN echo $x\n"


def slow_shellcheck(tree: Path) -> Path:
    """A program that never answers, in a tree whose files have scripts."""
    for path in tree.glob("*.Dockerfile"):
        path.write_text(RUNS)
    program = tree.parent / "shellcheck"
    program.write_text(SHELLCHECK.format(tree.parent / "started"))
    program.chmod(0o755)
    return program


def has_sleeper(running: Running) -> bool:
    return any(
        Path(f"/proc/{pid}/comm").read_text() == "sleep\n"
        for pid in running.pids()
        if Path(f"/proc/{pid}").exists()
    )


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["term", "int"])
def test_shellcheck_ends_too(tree: Path, jobs: str, number: int) -> None:
    running = Running("--jobs", jobs, ".", cwd=tree, shellcheck=slow_shellcheck(tree))
    wait_until(lambda: has_sleeper(running), "ShellCheck runs")
    running.signal(number)
    assert running.end()[0] == 128 + number
    running.assert_nothing_is_left()


def test_shellcheck_of_a_killed_process_ends_too(tree: Path) -> None:
    running = Running("--jobs", "2", ".", cwd=tree, shellcheck=slow_shellcheck(tree))
    wait_until(lambda: len(running.workers()) >= 4 and has_sleeper(running), "ShellCheck runs")
    [victim, *_] = [one for one in running.workers() if Path(f"/proc/{one}/comm").read_text() != "sleep\n"]  # fmt: skip
    folders = [one.name for one in running.scratch.iterdir() if f"-{victim}-" in one.name]
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: not any((running.scratch / one).exists() for one in folders), "its folder is gone")  # fmt: skip
    running.signal(signal.SIGTERM)
    assert running.end()[0] == 143
    running.assert_nothing_is_left()


def test_baseline_writes_nothing(tree: Path) -> None:
    (tree / "stop").touch()
    running = Running("baseline", *SLOWLY, "--jobs", "2", ".", cwd=tree)
    wait_until(lambda: len(running.workers()) == 2, "there are processes")
    running.signal(signal.SIGTERM)
    code, _, err = running.end()
    assert code == 143
    assert err.startswith("dockerlint: interrupted by SIGTERM: ")
    assert not (tree / ".dockerlint-baseline.json").exists()
