"""Formats of plugins: flake8's hooks in flake8's order, ours, and how reports are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Site

HOOKS = '''
class Hooks:
    """As flake8's BaseFormatter has them, without being one."""

    def __init__(self, options):
        self.options = options
        self.after_init()

    def after_init(self):
        self.calls = ["after_init"]

    def start(self):
        self.calls.append("start")

    def beginning(self, filename):
        self.calls.append(f"beginning {filename}")

    def handle(self, violation):
        self.calls.append(
            f"handle {violation.filename}:{violation.line_number}:{violation.column_number} {violation.code} "
            f"{violation.text} {violation.physical_line!r} {violation.end_column} {violation.severity}"
        )

    def finished(self, filename):
        self.calls.append(f"finished {filename}")

    def show_statistics(self, statistics):
        for code in statistics.error_codes():
            for one in statistics.statistics_for(code):
                self.calls.append(f"show_statistics {one.count} {one.error_code} {one.filename} {one.message}")

    def stop(self):
        self.calls.append("stop")
        self.stream.write("\\n".join(self.calls) + "\\n")
'''
RULE = "def check(from_): yield from_.line, 5, 'ACM001 x'\n"
ENTRIES = (
    "[dockerlint.extension]\nACM = dockerlint_acme:check\n"
    "[dockerlint.report]\nacme = dockerlint_acme:{}\n"
)


def test_hooks_are_called_in_flake8s_order(site: Site) -> None:
    site.install(RULE + HOOKS, ENTRIES.format("Hooks"))
    site.write("a/Dockerfile", "FROM a\nFROM b\n")
    done = site.run("--select", "ACM", "--format", "acme", "--statistics")
    assert done.returncode == 1
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "after_init",
        "start",
        "beginning Dockerfile",
        "handle Dockerfile:1:6 ACM001 x 'FROM debian:13\\n' 15 warning",
        "finished Dockerfile",
        "beginning a/Dockerfile",
        "handle a/Dockerfile:1:6 ACM001 x 'FROM a\\n' 7 warning",
        "handle a/Dockerfile:2:6 ACM001 x 'FROM b\\n' 7 warning",
        "finished a/Dockerfile",
        "show_statistics 1 ACM001 Dockerfile x",
        "show_statistics 2 ACM001 a/Dockerfile x",
        "stop",
    ]


def test_the_same_order_as_flake8_itself() -> None:
    """The public hooks of flake8's own class are those of ours."""
    theirs = pytest.importorskip("flake8.formatting.base").BaseFormatter
    from dockerlint_rules.plugins.formatter import BaseFormatter

    hooks = {
        name
        for name in vars(theirs)
        if not name.startswith("_") and callable(getattr(theirs, name))
    }
    assert hooks <= {*dir(BaseFormatter)}


BASE = '''
from dockerlint_rules.plugins.formatter import BaseFormatter

class Base(BaseFormatter):
    """One line each."""

    @staticmethod
    def add_options(parser):
        parser.add_option("--acme-end", default="end", parse_from_config=True)

    def format(self, error):
        return f"{error.code} {len(self.run.rules)}"

    def stop(self):
        self.write(self.options.acme_end)
'''


def test_base_class_with_source_statistics_and_an_option(site: Site) -> None:
    site.install(RULE + BASE, ENTRIES.format("Base"))
    words = ["--select", "ACM", "--format", "acme"]
    assert site.run(*words).stdout == "ACM001 1\nend\n"
    assert site.run(*words, "--acme-end", "fin").stdout == "ACM001 1\nfin\n"
    assert site.run(*words, "--show-source").stdout == (
        "ACM001 1\nFROM debian:13\n     ^^^^^^^^^\nend\n"
    )
    assert site.run(*words, "--statistics").stdout == "ACM001 1\n1     ACM001 x\nend\n"
    site.write("setup.cfg", "[dockerlint]\nformat = acme\nacme-end = conf\n")
    assert site.run("--select", "ACM").stdout == "ACM001 1\nconf\n"


def test_a_format_of_our_own_shape(site: Site) -> None:
    site.install(
        RULE + "from dockerlint_rules.formats import Report\nclass Own(Report):\n"
        "    def render(self, result): return f'{len(result.findings)} of {result.files}'\n",
        ENTRIES.format("Own"),
    )
    assert site.run("--select", "ACM", "-f", "acme").stdout == "1 of 1\n"


def test_an_unknown_format_is_told_the_nearest(site: Site) -> None:
    site.install(RULE + HOOKS, ENTRIES.format("Hooks"))
    done = site.run("--format", "acne")
    assert done.returncode == 2
    assert done.stderr == "dockerlint: unknown format 'acne'; did you mean 'acme'?\n"


BROKEN = {
    "import": ("import nowhere", "cannot be loaded: ModuleNotFoundError: No module named 'nowhere'"),
    "name": ("", "'dockerlint_acme' has no 'Hooks'"),
    "kind": ("Hooks = 3", "is a int, not a class"),
    "init": ("class Hooks: pass", "failed: TypeError: Hooks() takes no arguments"),
    "exit": ("def Hooks(options): raise SystemExit(9)", "failed: SystemExit: 9"),
    "handle": (HOOKS.replace("self.calls.append(\n", "raise ValueError(\n"), "failed: ValueError: handle Dockerfile"),
    "missing": (HOOKS.replace("def finished", "def finish"), "failed: AttributeError: 'Hooks' object has no attribute"),
}  # fmt: skip


@pytest.mark.parametrize(("code", "message"), BROKEN.values(), ids=BROKEN)
def test_a_format_that_fails_is_one_line(site: Site, code: str, message: str) -> None:
    site.install(f"{code}\n", "[dockerlint.report]\nacme = dockerlint_acme:Hooks\n")
    site.write("old.txt", "old\n")
    done = site.run("--format", "acme", "--output-file", "old.txt")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("dockerlint: plugin dockerlint-acme 1.0 [acme]")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert (site.tree / "old.txt").read_text() == "old\n"
    assert sorted(one.name for one in site.tree.iterdir()) == ["Dockerfile", "old.txt"]


def test_a_report_file_is_written_whole_and_not_added_to(site: Site) -> None:
    site.install(RULE + HOOKS, ENTRIES.format("Hooks"))
    for _ in range(2):
        done = site.run("--select", "ACM", "--format", "acme", "--output-file", "out.txt")
        assert (done.returncode, done.stdout) == (1, "")
        text = (site.tree / "out.txt").read_text()
        assert (text.count("after_init"), text.count("stop")) == (1, 1)
    assert sorted(one.name for one in site.tree.iterdir()) == ["Dockerfile", "out.txt"]
