"""Scripts that are hostile, a ShellCheck that is broken, and what stays behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from editor import ROOT
from processes import children, is_running, memory, until

from dockerlint_rules.cli.main import run as run_command
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.shellcheck import Batch, FileProblem, call, program
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.source import Source

SCRIPT = "FROM debian:12\nRUN echo $A\n"
# A fake that answers like ShellCheck, one finding for each script that holds "$A".
ANSWER = r"""
list=
for one do case $one in *.sh) if line=$(grep -n 'echo $A' "$one"); then
  line=${line%%:*}
  list="$list${list:+,}{\"file\":\"$one\",\"line\":$line,\"endLine\":$line,\"column\":6,\"endColumn\":8,\"level\":\"warning\",\"code\":2086,\"message\":\"m\"}"
fi;; esac; done
echo "{\"comments\":[$list]}"
"""


@pytest.fixture(autouse=True)
def afresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """An own folder for temporary files, which has to be empty at the end."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    program.forget_program()
    call.forget_faults()
    yield scratch
    program.forget_program()
    call.forget_faults()
    assert list(scratch.iterdir()) == []
    assert until(lambda: not [one for one in children(os.getpid()) if is_running(one)], 2.0)


def put(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program of that name before the real one."""
    path = folder / "shellcheck"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(folder / "python"))


def results(*texts: str, thorough: bool = False) -> list[tuple[list[str], str | None]]:
    """The codes and the problem of each file of one batch."""
    files = [Dockerfile(Document(Source(text))) for text in texts]
    batch = Batch(files, thorough=thorough)
    try:
        return [([one.code for one in batch.findings(file)], batch.problem) for file in files]
    finally:
        batch.close()


# -- scripts of a batch cannot see each other -------------------------------------------------------

_SOURCES = [
    *(f". ./{number}.sh" for number in range(4)),
    *(f". {number}.sh" for number in range(4)),
    '. "$0"', ". ./*.sh", ". ./*", 'cd .. && . "$OLDPWD"/1.sh', ". /dev/stdin", ". /proc/self/cwd/1.sh",
]  # fmt: skip


@pytest.mark.parametrize(
    "directive",
    [
        "",
        "# shellcheck source-path=SCRIPTDIR\n",
        "# shellcheck source-path=.\n",
        "# shellcheck source=1.sh\n",
        "# shellcheck source=./1.sh\n",
        "# shellcheck external-sources=true\n",
    ],
)
def test_a_script_sees_nothing_of_the_others(directive: str) -> None:
    """What ShellCheck says of a script is the same alone and in a batch."""
    secret = "FROM debian:12\nRUN secret=1\n"
    for source in _SOURCES:
        asking = f'FROM debian:12\nRUN <<EOF\n{directive}{source}\necho "$secret"\nEOF\n'
        alone = results(asking, thorough=True)
        in_batch = results(secret, asking, secret.replace("1", "2"), thorough=True)
        assert in_batch[1] == alone[0]


def test_a_script_sees_no_file_of_the_disk(tmp_path: Path) -> None:
    settings = tmp_path / "settings.sh"
    settings.write_text("secret=1\n")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (settings, pipe, Path("/dev/zero"), Path("/dev/stdin")):
        text = f'FROM debian:12\nRUN <<EOF\n# shellcheck source={place} external-sources=true\n. "$X"\n. {place}\necho "$secret"\nEOF\n'
        ((codes, problem),) = results(text)
        assert problem is None
        assert "SC2154" in codes  # it is not known what the file sets


def test_no_name_comes_twice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(tmp_path, f"ls >> {tmp_path}/names; pwd >> {tmp_path}/folders; {ANSWER}", monkeypatch)
    for _ in range(3):
        results(SCRIPT, SCRIPT + "RUN echo $A b\n")
    names = (tmp_path / "names").read_text().split()
    assert len(names) == len(set(names)) == 6
    assert all(len(name.partition("-")[0]) == 32 for name in names)
    assert len(set((tmp_path / "folders").read_text().split())) == 3


def test_the_folder_is_for_this_user_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(tmp_path, f"stat -c %a . > {tmp_path}/mode; {ANSWER}", monkeypatch)
    before = os.umask(0)
    try:
        assert results(SCRIPT) == [(["SC2086"], None)]
    finally:
        os.umask(before)
    assert (tmp_path / "mode").read_text() == "700\n"


# -- one bad script costs no other file its findings ----------------------------------------------------

_BAD = "FROM debian:12\nRUN echo bad\n"


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        pytest.param("exec sleep 60", "ShellCheck did not finish in time and was stopped", id="hangs"),
        pytest.param("sleep 60 & wait", "ShellCheck did not finish in time and was stopped", id="wrapper-hangs"),
        pytest.param("kill -9 $$", "ShellCheck ended with status -9", id="killed"),
        pytest.param("exit 2", "ShellCheck ended with status 2", id="status"),
        pytest.param("exit 0", "ShellCheck gave an answer that cannot be read", id="nothing"),
        pytest.param("exec cat /dev/zero", "ShellCheck's answer is longer than 8 MB", id="endless"),
        pytest.param("head -c 9000000 /dev/zero", "ShellCheck's answer is longer than 8 MB", id="long"),
        pytest.param("echo '{\"comments\":'; head -c 200000 /dev/zero | tr '\\0' '['", "ShellCheck gave an answer that cannot be read", id="deep"),
        pytest.param("""echo '{"comments": [{"file": "1-0.sh", "line": 1e999, "column": 1, "endLine": 1, "endColumn": 1, "code": 1}]}'""", "ShellCheck gave an answer that cannot be read", id="infinite-line"),
        pytest.param("""echo '{"comments": [{"file": "1-99.sh", "line": 1, "column": 1, "endLine": 1, "endColumn": 1, "code": 1}]}'""", "ShellCheck gave an answer that cannot be read", id="unknown-file"),
        pytest.param("""echo '{"comments": [{"file": "1-0.sh", "line": -5, "column": 1, "endLine": 1, "endColumn": 1, "code": 1}]}'""", "ShellCheck gave an answer that cannot be read", id="negative-line"),
        pytest.param("head -c 100000 /dev/zero >&2; exit 4", "ShellCheck ended with status 4", id="errors"),
    ],
)  # fmt: skip
def test_one_bad_script(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, problem: str
) -> None:
    put(tmp_path, f"if grep -q bad *.sh; then {script}; exit; fi\n{ANSWER}", monkeypatch)
    monkeypatch.setattr(program, "SECONDS", 1.5)
    monkeypatch.setattr(program, "SECONDS_A_SCRIPT", 0.0)
    good, bad, other = results(SCRIPT, _BAD, "\n" + SCRIPT)
    assert good == other == (["SC2086"], None)
    assert bad == ([], f"{problem}, so its findings are missing")
    assert isinstance(bad[1], FileProblem)


def test_the_real_program_with_very_many_findings(tmp_path: Path) -> None:
    """One line says so, and the other files keep their findings."""
    (tmp_path / "many.Dockerfile").write_text(
        "FROM debian:12\nRUN <<EOF\n" + "echo $a\n" * 1500 + "EOF\n"
    )
    (tmp_path / "other.Dockerfile").write_text(SCRIPT)
    code = (
        "import sys; from dockerlint_rules.cli.main import run; from dockerlint_rules.shellcheck import program; "
        "program.MOST_BYTES = 1 << 18; sys.exit(run(sys.argv[1:]))"
    )  # the limit itself would take a minute
    done = subprocess.run(
        [sys.executable, "-c", code, "--isolated", "--select", "SC2086", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    (line,) = [one for one in done.stderr.splitlines() if "ShellCheck's answer is longer" in one]
    assert "many.Dockerfile" in line
    assert "other.Dockerfile:2" in done.stdout


def test_an_endless_answer_takes_no_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(tmp_path, "exec cat /dev/zero", monkeypatch)
    before = memory(os.getpid())
    assert results(SCRIPT)[0][0] == []
    assert memory(os.getpid()) < before + 60


def test_very_many_scripts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(tmp_path, ANSWER, monkeypatch)
    monkeypatch.setattr("dockerlint_rules.shellcheck.MOST_SCRIPTS", 20)
    many = "FROM debian:12\n" + "".join(f"RUN echo {number}\n" for number in range(21))
    good, bad = results(SCRIPT, many)
    assert good == (["SC2086"], None)
    assert bad == ([], "ShellCheck does not check this file, because it has more than 20 scripts")


def test_more_scripts_than_one_command_line_holds(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put(tmp_path, f"echo $# >> {tmp_path}/calls\n{ANSWER}", monkeypatch)
    monkeypatch.setattr(call, "_MOST_FILES", 10)
    many = "FROM debian:12\n" + "".join(f"RUN echo $A {number}\n" for number in range(25))
    assert results(many) == [(["SC2086"] * 25, None)]
    assert len((tmp_path / "calls").read_text().split()) == 3


# -- a program that does not work: said once, and not tried again and again -----------------------------


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exec sleep 60", "ShellCheck did not finish in time and was stopped"),
        ("exit 3", "ShellCheck ended with status 3"),
        ("kill -9 $$", "ShellCheck ended with status -9"),
        ("exec cat /dev/zero", "ShellCheck's answer is longer than 8 MB"),
        ("echo oops >&2; exit 0", "ShellCheck gave an answer that cannot be read"),
        (
            'case $1 in --version) echo "version: 0.9.0";; *) exit 3;; esac',
            "is ShellCheck 0.9.0, so its findings are missing: install 0.10.0 or newer",
        ),
    ],
)
def test_a_broken_program_is_said_once(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    script: str,
    said: str,
) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    for number in range(40):  # two batches
        (tree / f"{number}.Dockerfile").write_text(f"FROM debian:latest\nRUN echo $A {number}\n")
    put(tmp_path, f"echo >> {tmp_path}/calls\n{script}", monkeypatch)
    monkeypatch.setattr(program, "SECONDS", 0.5)
    monkeypatch.setattr(program, "SECONDS_A_SCRIPT", 0.0)
    status = run_command(["--isolated", "--jobs", "1", "--select", "DF102,SC", str(tree)])
    captured = capsys.readouterr()
    assert status == 2
    assert captured.err.count(said) == 1
    assert captured.err.count("ShellCheck") <= 2
    assert captured.out.count("DF102") == 40
    assert (
        len((tmp_path / "calls").read_text().split("\n")) <= 4
    )  # one call, one probe, one --version


def test_a_file_problem_names_the_file_and_costs_the_exit_status(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.Dockerfile").write_text(SCRIPT)
    (tree / "b.Dockerfile").write_text(_BAD)
    put(tmp_path, f"if grep -q bad *.sh; then exit 9; fi\n{ANSWER}", monkeypatch)
    arguments = ["--isolated", "--select", "SC2086", "--format", "json", str(tree)]
    assert run_command(arguments) == 2
    report = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in report["findings"]] == ["SC2086"]
    assert [one["path"] for one in report["errors"]] == [str(tree / "b.Dockerfile")]


def test_without_it_one_line_is_said_with_many_processes(tmp_path: Path) -> None:
    for number in range(130):
        (tmp_path / f"{number}.Dockerfile").write_text(f"FROM debian:12\nRUN echo $A {number}\n")
    code = (
        "import sys; sys.executable = '/nowhere/python'; "
        "from dockerlint_rules.cli.main import run; sys.exit(run(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--isolated", "--jobs", "2", "--select", "SC", str(tmp_path)],
        cwd=ROOT, env={**os.environ, "PATH": "/nowhere"}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.stderr.count("ShellCheck is not installed") == 1
    assert done.returncode == 0


# -- which program runs -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [".", "", "bin", "./bin", "..", ":.:", "bin:."])
def test_a_relative_entry_of_path_runs_nothing_of_the_tree(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: str
) -> None:
    tree = tmp_path / "tree" / "below"
    (tree / "bin").mkdir(parents=True)
    for folder in (tree, tree / "bin", tree.parent):
        put(folder, f"touch {tmp_path}/ran", monkeypatch)
    monkeypatch.setattr("sys.executable", "")
    monkeypatch.setenv("PATH", path)
    monkeypatch.chdir(tree)
    assert program.find_program() is None
    results(SCRIPT)
    assert not (tmp_path / "ran").exists()


def test_not_executable_and_not_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    (tmp_path / "a" / "shellcheck").write_text("#!/bin/sh\n")
    (tmp_path / "b" / "shellcheck").mkdir()
    os.mkfifo(tmp_path / "c" / "shellcheck", 0o777)
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", os.pathsep.join(str(tmp_path / name) for name in "abc"))
    assert program.find_program() is None


# -- its place for files ------------------------------------------------------------------------------


def test_no_place_for_temporary_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    assert results(SCRIPT) == [
        ([], "scripts for ShellCheck cannot be written: No such file or directory")
    ]


def test_the_linted_tree_is_not_a_place_for_temporary_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Python's last choice for temporary files is the current directory."""
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert results(SCRIPT) == [
        ([], "scripts for ShellCheck cannot be written: no temporary directory can be written to")
    ]


# -- the end ------------------------------------------------------------------------------------------


@pytest.fixture
def ended() -> Iterator[None]:
    yield
    program.running.has_ended = False


@pytest.mark.parametrize("script", ["exec sleep 300", "sleep 300 & wait", "exec yes"])
@pytest.mark.usefixtures("ended")
def test_close_all_ends_every_call(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, afresh: Path, script: str
) -> None:
    put(tmp_path, script, monkeypatch)
    files = [Dockerfile(Document(Source(f"{SCRIPT}RUN b {number}\n"))) for number in range(3)]
    batches = [Batch([one]) for one in files]
    assert until(lambda: sum(hasattr(one, "pid") for one in [*program.running.processes]) == 3)
    pids = list({one.pid for one in program.running.processes})
    assert len(pids) == len(list(afresh.iterdir())) == 3
    program.close_all(for_good=True)
    assert not any(is_running(pid) for pid in pids)
    assert list(afresh.iterdir()) == []
    program.close_all()
    assert Batch(files).findings(files[0]) == []  # nothing starts any more
    for batch in batches:
        batch.close()


@pytest.mark.usefixtures("ended")
def test_close_all_from_another_thread_while_calls_begin(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, afresh: Path
) -> None:
    put(tmp_path, "exec sleep 300", monkeypatch)
    files = [Dockerfile(Document(Source(f"{SCRIPT}RUN b {number}\n"))) for number in range(200)]
    batches: list[Batch] = []
    thread = threading.Thread(target=lambda: batches.extend(Batch([one]) for one in files))
    thread.start()
    until(lambda: len(program.running.processes) > 5)
    program.close_all(for_good=True)
    thread.join()
    assert list(afresh.iterdir()) == []
    assert not children(os.getpid())


class Interrupt(BaseException):
    """What a signal handler raises."""


def test_an_interrupt_at_any_moment_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, afresh: Path
) -> None:
    put(tmp_path, "exec sleep 300", monkeypatch)
    files = [Dockerfile(Document(Source(f"{SCRIPT}RUN b {number}\n"))) for number in range(20)]

    def interrupt(*_: object) -> None:
        raise Interrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        for number in range(1, 60):
            batch = None
            try:
                signal.setitimer(signal.ITIMER_REAL, number * 0.0004)
                batch = Batch(files)
                time.sleep(1)
            except Interrupt:
                pass
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            if batch is not None:
                batch.close()
            program.close_all()
            assert list(afresh.iterdir()) == []
            assert not children(os.getpid())
    finally:
        signal.signal(signal.SIGALRM, before)


def test_a_run_that_ends_early_leaves_nothing(tmp_path: Path) -> None:
    """``sys.exit`` or an error anywhere: the call is ended with the process."""
    scratch = tmp_path / "own"
    scratch.mkdir()
    path = tmp_path / "shellcheck"
    path.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 300\n")
    path.chmod(0o755)
    code = (
        "import sys, time; sys.executable = sys.argv[1]; "
        "from dockerlint_rules.shellcheck import Batch; from dockerlint_rules.api import parse; "
        f"batch = Batch([parse({SCRIPT!r})]); time.sleep(0.5); sys.exit(7)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "python")],
        cwd=ROOT, env={**os.environ, "TMPDIR": str(scratch)}, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 7
    assert list(scratch.iterdir()) == []
    assert until(lambda: not is_running(int((tmp_path / "pid").read_text())), 2.0)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of another process")
def test_its_memory_and_time_are_limited(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(
        tmp_path,
        f"sleep 0.3; ulimit -t > {tmp_path}/limits; ulimit -d >> {tmp_path}/limits; {ANSWER}",
        monkeypatch,
    )
    assert results(SCRIPT) == [(["SC2086"], None)]
    assert (tmp_path / "limits").read_text().split() == ["300", str(2 << 20)]
