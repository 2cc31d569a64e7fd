"""Options of plugins: flake8's keywords, from the command line and from every configuration file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Site

CODE = """
import json

def check(dockerfile, options):
    names = ("acme_text", "acme_list", "acme_paths", "acme_flag", "acme_count", "acme_choice", "acme_many", "acme_cli")
    yield 1, 0, "ACM001 " + json.dumps({name[5:]: getattr(options, name) for name in names}, sort_keys=True)

def add_options(parser):
    parser.add_option("--acme-text", default="t", parse_from_config=True, help="a text")
    parser.add_option("-A", "--acme-list", default="a,b", comma_separated_list=True, parse_from_config=True)
    parser.add_option("--acme-paths", default="", comma_separated_list=True, normalize_paths=True, parse_from_config=True)
    parser.add_option("--acme-flag", action="store_true", parse_from_config=True)
    parser.add_option("--acme-count", type=int, default=3, parse_from_config=True)
    parser.add_option("--acme-choice", choices=("x", "y"), default="x", parse_from_config=True)
    parser.add_option("--acme-many", action="append", default=[], parse_from_config=True)
    parser.add_option("--acme-cli", default=None)

check.add_options = add_options
"""
DEFAULT = {
    "text": "t", "list": ["a", "b"], "paths": [], "flag": False, "count": 3, "choice": "x", "many": [], "cli": None,
}  # fmt: skip


def seen(site: Site, *words: str) -> dict:
    """The options as the plugin sees them, where they are not as by default."""
    report = site.report("--select", "ACM", *words)
    assert report["errors"] == []
    values = json.loads(report["findings"][0]["message"])
    return {name: value for name, value in values.items() if value != DEFAULT[name]}


def test_defaults(site: Site) -> None:
    site.install(CODE)
    assert seen(site) == {}


def test_command_line(site: Site) -> None:
    site.install(CODE)
    words = (
        "--acme-text=u -A c,d --acme-paths ./x,y --acme-flag --acme-count 7 --acme-choice y --acme-many a --acme-many b "
        "--acme-cli z"
    )
    assert seen(site, *words.split(), "Dockerfile") == {
        "text": "u", "list": ["c", "d"], "paths": [str(site.tree / "x"), "y"], "flag": True, "count": 7, "choice": "y",
        "many": ["a", "b"], "cli": "z",
    }  # fmt: skip


INI = """\
[dockerlint]
acme-text = u
acme_list =
    c,
    d
acme-paths = sub/x, y
acme-flag = yes
acme-count = 7
acme-choice = y
acme-many =
    a
    b
"""
TOML = """\
[tool.dockerlint]
acme-text = "u"
acme_list = ["c", "d"]
acme-paths = ["sub/x", "y"]
acme-flag = true
acme-count = 7
acme-choice = "y"
acme-many = ["a", "b"]
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [("setup.cfg", INI), (".dockerlint", INI), ("tox.ini", INI), ("pyproject.toml", TOML)],
)
def test_every_configuration_file(site: Site, name: str, text: str) -> None:
    site.install(CODE)
    site.write(name, text)
    expected = {
        "text": "u", "list": ["c", "d"], "paths": [str(site.tree / "sub/x"), "y"], "flag": True, "count": 7,
        "choice": "y", "many": ["a", "b"],
    }  # fmt: skip
    assert seen(site) == expected
    assert seen(site, "--acme-text", "v", "--acme-list", "e") == {
        **expected,
        "text": "v",
        "list": ["e"],
    }
    assert seen(site, "--isolated") == {}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("acme-txt = u", "unknown option 'acme-txt' in [dockerlint]; did you mean 'acme-text'?"),
        ("acme-flag = maybe", "option 'acme-flag' takes true or false, not 'maybe'"),
        ("acme-count = many", "option 'acme-count' cannot be 'many': invalid literal for int()"),
        ("acme-choice = z", "option 'acme-choice' cannot be 'z'; choose from x, y"),
    ],
)
def test_wrong_values_are_reported_with_file_and_line(site: Site, line: str, message: str) -> None:
    site.install(CODE)
    site.write("setup.cfg", f"[dockerlint]\npreview = yes\n{line}\n")
    done = site.run()
    assert done.returncode == 2
    assert done.stderr.startswith(f"dockerlint: setup.cfg:3: {message}")


def test_an_option_of_the_command_line_is_ignored_in_a_file_with_a_warning(site: Site) -> None:
    site.install(CODE)
    site.write("setup.cfg", "[dockerlint]\npreview = yes\nacme-cli = z\n")
    done = site.run()
    assert done.returncode != 2
    assert done.stderr.splitlines()[0] == (
        "dockerlint: warning: setup.cfg:3: option 'acme-cli' is ignored: it can only be given on the command line"
    )


def test_each_directory_has_its_own_values(site: Site) -> None:
    site.install(
        CODE
        + "def parse_options(options): check.seen = options.acme_text\ncheck.parse_options = parse_options\n"
        + "old = check\ndef check2(dockerfile):\n    yield 1, 0, 'TWO001 ' + check.seen\n",
        "[dockerlint.extension]\nACM = dockerlint_acme:check\nTWO = dockerlint_acme:check2\n",
    )
    site.write("a/Dockerfile", "FROM debian\n")
    site.write("a/setup.cfg", "[dockerlint]\nacme-text = in-a\n")
    site.write("b/Dockerfile", "FROM debian\n")
    site.write("b/setup.cfg", "[dockerlint]\nacme-text = in-b\n")
    site.write("c/Dockerfile", "FROM debian\n")
    findings = site.report("--select", "TWO", "--extend-select", "ACM")["findings"]
    assert [one["message"] for one in findings if one["code"] == "TWO001"] == [
        "t",
        "in-a",
        "in-b",
        "t",
    ]


def test_help_shows_them_under_their_distribution(site: Site) -> None:
    site.install(CODE)
    done = site.run("--help")
    assert done.returncode == 0
    assert "plugin dockerlint-acme 1.0:\n  --acme-text ACME_TEXT" in done.stdout
    assert "-A ACME_LIST, --acme-list ACME_LIST" in done.stdout


def test_an_option_that_nobody_has_is_a_usage_error(site: Site) -> None:
    site.install(CODE)
    done = site.run("--acme-txt", "x")
    assert done.returncode == 2
    assert "unrecognized arguments: --acme-txt" in done.stderr


def test_three_values_for_parse_options(site: Site) -> None:
    site.install(
        """
        class check:
            def __init__(self, dockerfile): pass
            @classmethod
            def parse_options(cls, manager, options, files):
                cls.seen = f"{type(manager).__name__} {options.preview} {files}"
            def run(self):
                yield 1, 0, "ACM001 " + self.seen
        """
    )
    [finding] = site.report("--select", "ACM", "--preview", "Dockerfile")["findings"]
    assert finding["message"] == "OptionParser True ['Dockerfile']"


def test_codes_ignored_by_default(site: Site) -> None:
    site.install(
        "def check(from_): yield 1, 0, 'ACM001 x'; yield 1, 0, 'ACM002 y'\n"
        "def add_options(parser):\n"
        "    parser.extend_default_select(['ACM'])\n    parser.extend_default_ignore(['ACM002'])\n"
        "check.add_options = add_options\n"
    )
    assert [code for code, *_ in site.codes()] == ["ACM001"]
    assert [code for code, *_ in site.codes("--extend-select", "ACM002")] == ["ACM001", "ACM002"]


def test_a_required_option(site: Site) -> None:
    site.install(
        "def check(from_): yield 1, 0, 'ACM001 x'\n"
        "def add_options(parser): parser.add_option('--acme-key', required=True, parse_from_config=True)\n"
        "check.add_options = add_options\n"
    )
    assert "option --acme-key is required" in site.errors()[0]
    assert site.codes("--acme-key", "k") == [("ACM001", 1, 1)]


def test_programs_give_them_by_name(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from dockerlint_rules import lint_text

    site.install(CODE.replace("acme", "prog"), name="prog-api")
    entries = site.packages / "prog_api-1.0.dist-info/entry_points.txt"
    entries.write_text("[dockerlint.extension]\nACM = prog_api:check\n")
    monkeypatch.syspath_prepend(str(site.packages))
    monkeypatch.setenv("DOCKERLINT_PLUGIN_PATH", str(site.packages))
    [finding] = lint_text(
        "FROM a\n", config={"select": ["ACM"], "prog-list": ["x"], "prog_count": 9}
    )
    values = json.loads(finding.message)
    assert (values["list"], values["count"], values["text"]) == (["x"], 9, "t")


@pytest.mark.parametrize("value", ["../out/a", "ok/a, link/a", "/etc/passwd", "a/../../b"])
def test_a_path_in_a_configuration_stays_below_it(site: Site, value: str) -> None:
    site.install(CODE)
    (site.tree / "link").symlink_to("..")
    (site.tree / "setup.cfg").write_text(f"[dockerlint]\nacme-text = u\nacme-paths = {value}\n")
    done = site.run("--select", "ACM", "Dockerfile", "--format", "json")
    assert "setup.cfg:3: option 'acme-paths' is ignored: '" in done.stderr
    assert json.loads(json.loads(done.stdout)["findings"][0]["message"])["paths"] == []


def test_an_option_that_opens_a_file_is_not_read_from_a_configuration(site: Site) -> None:
    site.install(
        "import argparse\ndef check(dockerfile, options): yield 1, 0, 'ACM001 x'\n"
        "def add_options(parser):\n"
        "    parser.add_option('--acme-out', type=argparse.FileType('w'), parse_from_config=True)\n"
        "check.add_options = add_options\n"
    )
    (site.tree / "victim").write_text("mine")
    (site.tree / "setup.cfg").write_text("[dockerlint]\nacme-out = victim\n")
    done = site.run("--select", "ACM", "Dockerfile")
    assert (
        "setup.cfg:2: option 'acme-out' is ignored: it can only be given on the command line"
        in done.stderr
    )
    assert (site.tree / "victim").read_text() == "mine"
