"""Standard streams that are full, closed or broken: exit status 2 and one line, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.command import ROOT

from dockerlint_rules.cli.main import SUBCOMMANDS
from dockerlint_rules.formats import BUILT_IN

TEXT = "FROM debian:12\nMAINTAINER me\nRUN apt-get update\n"
FULL = Path("/dev/full")
COMMANDS = {
    **{f"format {name}": f"check --format {name} Dockerfile" for name in sorted(BUILT_IN)},
    **{f"layers {name}": f"layers -f {name} Dockerfile" for name in ("default", "json", "mermaid", "svg", "html")},
    **{f"rules {name}": f"rules -f {name}" for name in ("default", "json", "markdown")},
    **{f"{name} --help": f"{name} --help" for name in SUBCOMMANDS},
    "--help": "--help",
    "--version": "--version",
    "statistics": "--statistics --show-source Dockerfile",
    "standard input": "--format json -",
    "diff": "--diff Dockerfile",
    "diff of standard input": "--diff -",
    "fixed standard input": "--fix -",
    "explain": "explain DF201",
    "explain --where": "explain --where DF201",
    "parse": "parse Dockerfile Dockerfile",
    "migrate": "migrate .hadolint.yaml",
}  # fmt: skip

REPORT_ON_STDERR = "fixed standard input"
# One for each way in which the commands write.
WRITERS_OF_STDOUT = (
    "format default", "format json", "layers default", "rules json", "explain --help", "--version", "diff",
    REPORT_ON_STDERR, "explain", "parse", "migrate",
)  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text(TEXT)
    (tmp_path / ".hadolint.yaml").write_text("ignored: [DL3000]\n")
    return tmp_path


def shell(
    words: str, redirections: str, tree: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the command with the shell's redirections; standard input is a Dockerfile."""
    line = f"exec {sys.executable} -m dockerlint_rules {words} <Dockerfile {redirections}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **variables}
    return subprocess.run(
        ["bash", "-c", line],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=60,
        check=False,
    )


def errors_of(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The lines about the stream; there is no traceback and nothing from the interpreter."""
    assert "Traceback" not in done.stderr, done.stderr
    assert "Exception ignored" not in done.stderr, done.stderr
    return [line for line in done.stderr.splitlines() if "standard output" in line]


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk_is_status_2(name: str, tree: Path) -> None:
    done = shell(COMMANDS[name], ">/dev/full", tree)
    assert done.returncode == 2
    (line,) = errors_of(done)
    assert line.startswith("dockerlint: standard output cannot be written")
    assert line.endswith("no space left on device")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_closed_standard_output_is_status_2(name: str, tree: Path) -> None:
    done = shell(COMMANDS[name], ">&-", tree)
    assert done.returncode == 2
    assert errors_of(done) == [
        "dockerlint: standard output is closed, so the report is not complete"
    ]


@pytest.mark.parametrize("name", WRITERS_OF_STDOUT)
def test_no_stream_at_all_is_status_2(name: str, tree: Path) -> None:
    done = shell(COMMANDS[name], ">&- 2>&- <&-", tree)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


@pytest.mark.parametrize("name", [one for one in WRITERS_OF_STDOUT if one != REPORT_ON_STDERR])
def test_without_standard_error_the_output_and_status_are_the_same(name: str, tree: Path) -> None:
    usual, silent = shell(COMMANDS[name], "", tree), shell(COMMANDS[name], "2>&-", tree)
    assert silent.returncode == usual.returncode
    without_time = [
        [line for line in done.stdout.splitlines() if "seconds" not in line and "time=" not in line]
        for done in (usual, silent)
    ]
    assert without_time[0] == without_time[1]


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full")
def test_a_full_standard_error_loses_only_what_it_holds(tree: Path) -> None:
    done = shell("Dockerfile", "2>/dev/full", tree)
    assert done.returncode == shell("Dockerfile", "", tree).returncode
    assert "DF801" in done.stdout


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full")
@pytest.mark.parametrize("place", ["2>/dev/full", "2>&-"])
def test_a_report_on_standard_error_that_is_lost_is_status_2(place: str, tree: Path) -> None:
    assert shell("--fix -", place, tree).returncode == 2


def test_nothing_to_write_needs_no_standard_output(tree: Path) -> None:
    (tree / "Dockerfile").write_text("FROM debian:12\n")
    done = shell("--select DF801 Dockerfile", ">&-", tree)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_other_errors_are_told_as_well(tree: Path) -> None:
    done = shell("Dockerfile missing", ">&-", tree)
    assert done.returncode == 2
    assert "dockerlint: missing: no such file" in done.stderr


def test_files_that_are_linted_do_not_get_the_number_of_a_closed_stream(tree: Path) -> None:
    # Otherwise what a child process or a plugin prints could be written into one of them.
    for number in range(80):
        (tree / f"{number}.Dockerfile").write_text(TEXT)
    done = shell("-j 2 .", "<&- 2>&-", tree)
    assert done.stdout.count("DF801") == 81
    assert {one.read_text() for one in tree.glob("*Dockerfile")} == {TEXT}


# -- standard input ----------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["-", "--fix -", "--diff -", "--format sarif -"])
def test_a_closed_standard_input_is_status_2(words: str, tree: Path) -> None:
    done = shell(words, "<&-", tree)
    assert done.returncode == 2
    assert "dockerlint: Dockerfile: standard input is closed" in done.stderr
    errors_of(done)


@pytest.mark.parametrize("words", ["parse -", "layers -"])
def test_other_commands_name_a_closed_standard_input_too(words: str, tree: Path) -> None:
    done = shell(words, "<&-", tree)
    assert done.returncode == 2
    assert done.stderr == "dockerlint: -: standard input is closed\n"


def test_the_report_holds_the_error_about_standard_input(tree: Path) -> None:
    done = shell("--format json -", "<&-", tree)
    assert '"message": "standard input is closed"' in done.stdout


def test_an_input_that_is_not_open_for_reading_is_status_2(tree: Path) -> None:
    done = shell("-", "0>/dev/null", tree)
    assert done.returncode == 2
    assert done.stderr.startswith("dockerlint: Dockerfile: standard input is closed")


# -- pipes and encodings -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["format default", "format json", "rules default", "explain", "parse"]
)
def test_a_reader_that_stops_is_no_error(name: str, tree: Path) -> None:
    (tree / "Dockerfile").write_text(TEXT * 2000)
    # The pipe's reader has ended before anything is written.
    done = shell(COMMANDS[name], "> >(exec true)", tree)
    assert done.returncode in (141, 0, 1)
    assert done.stderr == "" or errors_of(done) == []


@pytest.mark.parametrize("encoding", ["ascii", "latin-1:strict", "utf-16"])
@pytest.mark.parametrize("name", WRITERS_OF_STDOUT)
def test_any_encoding_of_the_streams(name: str, encoding: str, tree: Path) -> None:
    (tree / "Dockerfile").write_bytes(
        TEXT.encode() + "RUN echo ‘é’ \udcff # 😀\nÉTAPE x\n".encode("utf-8", "surrogateescape")
    )
    done = shell(COMMANDS[name], "", tree, PYTHONIOENCODING=encoding, LC_ALL="C")
    errors_of(done)
    assert done.returncode in (0, 1)


# -- other outputs -----------------------------------------------------------------------------------

PLACES = {
    "full": ("/dev/full", "no space left on device"),
    "folder": (".", "is a directory"),
    "missing folder": ("nowhere/report", "no such file or directory"),
    "file as a folder": ("Dockerfile/report", "not a directory"),
    "name too long": ("x" * 300, "file name too long"),
}
WRITERS = {
    "report": "check --format json --output-file {} Dockerfile",
    "lines": "check --output-file {} Dockerfile",
    "diff": "--diff --output-file {} Dockerfile",
    "layers": "layers -f svg -o {} Dockerfile",
    "migrate": "migrate -o {} .hadolint.yaml",
    "baseline": "baseline --output-file {} Dockerfile",
}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("place", PLACES)
def test_an_output_file_that_cannot_be_written_is_status_2(
    writer: str, place: str, tree: Path
) -> None:
    path, reason = PLACES[place]
    if place == "full" and not FULL.exists():
        pytest.skip("no /dev/full")
    done = shell(WRITERS[writer].format(path), "", tree)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    told = [line for line in done.stderr.splitlines() if line.startswith(f"dockerlint: {path}: ")]
    assert len(told) == 1
    assert told[0].endswith((reason, "already exists; nothing was written"))
    assert sorted(one.name for one in tree.iterdir()) == [".hadolint.yaml", "Dockerfile"]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
@pytest.mark.parametrize("writer", WRITERS)
def test_a_read_only_folder_is_status_2(writer: str, tree: Path) -> None:
    (tree / "closed").mkdir(mode=0o500)
    done = shell(WRITERS[writer].format("closed/report"), "", tree)
    assert done.returncode == 2
    assert "permission denied" in done.stderr
