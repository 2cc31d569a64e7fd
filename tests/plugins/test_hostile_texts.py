"""What plugins raise, are called and print passes the same escaping as findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hostile_text import problems_of

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
