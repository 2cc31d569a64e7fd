"""What plugins raise, are called and print passes the same escaping as findings."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hostile_text import problems_of
from support.command import ROOT

if TYPE_CHECKING:
    from conftest import Site

HOSTILE = "\x1b[31m\n::error::forged\r::error::forged \u202e ##[error]x"
FORMAT = """
from dockerlint_rules.plugins.formatter import BaseFormatter
class Lines(BaseFormatter):
    def format(self, error):
        return f"{error.text} {error.filename}"
class Paths(BaseFormatter):
    def format(self, error):
        return error.filename
"""
PLUGINS = {
    "exception": f"def check(from_): raise ValueError({HOSTILE!r})",
    "exit": f"def check(from_): raise SystemExit({HOSTILE!r})",
    "exception when loaded": f"raise RuntimeError({HOSTILE!r})",
    "message": f"def check(from_): yield 1, 0, 'ACM001 ' + {HOSTILE!r}",
    "wrong finding": f"def check(from_): yield {HOSTILE!r}",
    "wrong code": f"def check(from_): yield 1, 0, {HOSTILE!r} + ' x'",
    "option": f"def check(from_): pass\ncheck.add_options = lambda m: m.add_option('--' + {HOSTILE!r})",
    "wrong options": f"def check(from_): pass\ndef wrong(o): raise KeyError({HOSTILE!r})\ncheck.parse_options = wrong",
    "attribute": "",
}


@pytest.mark.parametrize("verbose", ["--verbose", "--quiet"])
@pytest.mark.parametrize("name", PLUGINS)
def test_plugins(name: str, verbose: str, site: Site) -> None:
    site.install(PLUGINS[name])
    for more in ((), ("--plugin-errors", "warn"), ("--format", "junit")):
        done = site.run(verbose, "--select", "ACM", *more, "Dockerfile")
        assert problems_of(done.stdout.encode()) == []
        assert problems_of(done.stderr.encode()) == []
        assert name == "option" or done.stderr or done.stdout
    if verbose == "--verbose" and name == "exception":
        assert "  | ValueError: " in site.run(verbose, "--select", "ACM", "Dockerfile").stderr


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["rules"], ["explain", "ACM001"]])
def test_what_plugins_are_called(words: list[str], site: Site) -> None:
    code = (
        "from dockerlint_rules import rule, Severity\n"
        "@rule('ACM001', severity=Severity.INFO)\n"
        f"def check(from_):\n    ''\ncheck.__doc__ = {HOSTILE!r}\n"
        f"check.add_options = lambda m: m.add_option('--acme', help={HOSTILE!r})\n"
    )
    site.install(code, version="1.0\x1b[31m")
    done = site.run(*words)
    assert problems_of(done.stdout.encode()) == []
    assert problems_of(done.stderr.encode()) == []


@pytest.mark.parametrize("format_name", ["lines", "paths"])
def test_the_formats_of_plugins_get_safe_texts(format_name: str, site: Site) -> None:
    site.install(
        f"def check(from_): yield from_.line, 0, 'ACM001 ' + {HOSTILE!r}\n" + FORMAT,
        "[dockerlint.extension]\nACM = dockerlint_acme:check\n"
        "[dockerlint.report]\nlines = dockerlint_acme:Lines\npaths = dockerlint_acme:Paths\n",
    )
    folder = site.tree / "::error::x"
    folder.mkdir()
    (folder / "a\n::error::b.Dockerfile").write_text(
        "::error::c \x1b[31m\nFROM \x1b[31m ::error::\n"
    )
    done = site.run("--format", format_name, "--show-source", "--select", "ACM,DF0", ".")
    assert done.stdout
    assert problems_of(done.stdout.encode()) == []
    assert problems_of(done.stderr.encode()) == []


@pytest.mark.parametrize("redirection", [">&-", ">/dev/full"])
@pytest.mark.parametrize("words", ["Dockerfile", "--help", "rules", "--format acme Dockerfile"])
def test_with_plugins_a_lost_output_is_status_2_as_well(
    words: str, redirection: str, site: Site
) -> None:
    site.install(
        "class Acme:\n    def __init__(self, options): pass\n"
        "    def handle(self, one): print(one.text)\n"
        "    def stop(self): print('end')\n"
        "    start = after_init = lambda self: None\n"
        "    beginning = finished = lambda self, name: None\n"
        "def check(from_): yield 1, 0, 'ACM001 x'; print('noise')\n",
        "[dockerlint.extension]\nACM = dockerlint_acme:check\n[dockerlint.report]\nacme = dockerlint_acme:Acme\n",
    )
    path = os.pathsep.join([str(ROOT), str(site.packages)])
    done = subprocess.run(
        ["bash", "-c", f"exec {sys.executable} -m dockerlint_rules {words} {redirection}"],
        cwd=site.tree,
        env={**os.environ, "PYTHONPATH": path, "DOCKERLINT_PLUGIN_PATH": str(site.packages)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    # A format may print as it likes, and Python drops what is printed to a closed stream.
    may_lose = "acme" in words and redirection == ">&-"
    assert done.returncode == 2 or (may_lose and done.returncode == 1)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
