"""Where plugins are found: the import path's metadata, local ones, and what must be there."""

from __future__ import annotations

import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dockerlint_rules.plugins.entry_points import installed_entries, sections
from dockerlint_rules.plugins.version_specifiers import (
    VersionError,
    key_of,
    satisfies,
    split_requirement,
)

if TYPE_CHECKING:
    from conftest import Site

CHECK = "def check(from_): yield 1, 0, 'ACM001 x'\n"


def test_the_same_entry_points_as_importlib_reads() -> None:
    """For every group of what is installed here, as there may be no plugin."""
    count = 0
    for one in distributions():
        text = one.read_text("entry_points.txt")
        if text:
            expected = [
                (e.group, e.name, e.value.partition("[")[0].strip()) for e in one.entry_points
            ]
            assert sorted(sections(text)) == sorted(expected)
            count += len(expected)
    assert count > 20


def test_name_version_and_home_come_from_the_metadata(site: Site) -> None:
    site.install(
        CHECK,
        name="Dockerlint.Acme",
        module="acme",
        entries="[console_scripts]\nx = y:z\n[dockerlint.extension]\n# a comment\nACM=acme:check [extra]\n"
        "[dockerlint.report]\n table = acme : Table\n",
        metadata="Project-URL: Homepage, https://acme.test\n\nHome-page: http://not.this\n",
    )
    one, two = installed_entries([str(site.packages)])
    assert (one.group, one.name, one.value) == ("dockerlint.extension", "ACM", "acme:check")
    assert (two.group, two.name, two.value) == ("dockerlint.report", "table", "acme : Table")
    assert (one.distribution, one.version, one.home) == (
        "Dockerlint.Acme",
        "1.0",
        "https://acme.test",
    )


def test_what_is_found_first_counts(site: Site, tmp_path: Path) -> None:
    """Also where the first has no plugin any more: it is what an import would find."""
    site.install(CHECK, version="1.0")
    other = tmp_path / "other"
    other.mkdir()
    info = other / "Dockerlint_Acme-2.0.dist-info"
    info.mkdir()
    assert [one.version for one in installed_entries([str(other), str(site.packages)])] == []
    (info / "entry_points.txt").write_text("[dockerlint.extension]\nACM = a:b\n")
    assert [one.version for one in installed_entries([str(other), str(site.packages)])] == ["2.0"]
    assert [one.version for one in installed_entries([str(site.packages), str(other)])] == ["1.0"]


def test_leftovers_zip_files_and_egg_info(site: Site) -> None:
    info = site.install(CHECK)
    info.rename(site.packages / "~ockerlint_acme-1.0.dist-info")
    (site.packages / "a.zip").write_bytes(b"PK")
    (site.packages / "file.egg-info").write_text("Name: file\n")
    places = [str(site.packages), str(site.packages / "a.zip"), str(site.packages / "not-there")]
    assert installed_entries(places) == []
    egg = site.packages / "dockerlint_acme.egg-info"
    egg.mkdir()
    (egg / "PKG-INFO").write_text("Name: dockerlint-acme\nVersion: 3\n")
    (egg / "entry_points.txt").write_text("[dockerlint.extension]\nACM = dockerlint_acme:check\n")
    assert [one.origin for one in installed_entries(places)] == ["dockerlint-acme 3"]
    assert site.codes() == [("ACM001", 1, 1)]


def test_the_linted_tree_is_no_place_for_installed_plugins(site: Site) -> None:
    """``python -m`` has the current directory first on its path."""
    info = site.install(CHECK)
    info.rename(site.tree / info.name)
    (site.packages / "dockerlint_acme.py").rename(site.tree / "dockerlint_acme.py")
    assert site.codes() == []


def test_tests_name_the_only_folders_to_search(site: Site) -> None:
    """So that no plugin of the environment takes part in our tests."""
    site.install(CHECK)
    assert site.codes() == [("ACM001", 1, 1)]
    assert site.run("--version", DOCKERLINT_PLUGIN_PATH="").stdout.count("\n") == 1
    assert installed_entries() == []


def test_no_plugin_costs_no_import(site: Site) -> None:
    import subprocess

    code = (
        "import sys; sys.path = [one for one in sys.path if 'site-packages' not in one or 'plug' not in one];"
        "from dockerlint_rules.cli.main import run; run(['--isolated', 'Dockerfile']);"
        "print(*[one for one in sys.modules if 'plugins' in one], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=site.tree, capture_output=True, text=True, check=True,
        env={"PYTHONPATH": str(Path(__file__).parent.parent.parent), "DOCKERLINT_PLUGIN_PATH": ""},
    )  # fmt: skip
    assert done.stderr.split()[-3:] == [
        "dockerlint_rules.plugins",
        "dockerlint_rules.plugins.entry_points",
        "dockerlint_rules.plugins.installed",
    ]


# -- local plugins -----------------------------------------------------------------------------------

INI = """\
[dockerlint]
preview = yes
[dockerlint:local-plugins]
extension =
    LOC = tools:check
report =
    short = tools:Short
paths =
    ./ci
"""
TOML = """\
[tool.dockerlint]
preview = true
[tool.dockerlint.local-plugins]
extension = ["LOC = tools:check"]
report = ["short = tools:Short"]
paths = ["ci"]
"""
TOML_TABLES = TOML.replace('["LOC = tools:check"]', '{LOC = "tools:check"}')
TOOLS = """\
open("ran", "w").close()
from dockerlint_rules.plugins.formatter import BaseFormatter

def check(from_, options):
    yield 1, 0, f"LOC001 {options.loc_word}"

def add_options(parser):
    parser.add_option("--loc-word", default="w", parse_from_config=True)

check.add_options = add_options

class Short(BaseFormatter):
    def format(self, violation):
        return violation.code
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [("setup.cfg", INI), (".dockerlint", INI), ("tox.ini", INI), ("pyproject.toml", TOML), ("pyproject.toml", TOML_TABLES)],
)  # fmt: skip
def test_local_plugins_run_when_the_command_line_says_so(site: Site, name: str, text: str) -> None:
    site.write("ci/tools.py", TOOLS)
    site.write(name, text.replace("preview = yes", "preview = yes\nloc-word = v"))
    done = site.run()
    assert "LOC001" not in done.stdout
    assert done.stderr.splitlines()[0] == (
        f"dockerlint: {name}: local plugins are not loaded (LOC, short); load them with --local-plugins"
    )
    assert not (site.tree / "ran").exists()
    assert done.returncode == 0
    word = "v" if name != "pyproject.toml" else "w"
    assert site.codes("--local-plugins") == [("LOC001", 1, 1)]
    assert (site.tree / "ran").exists()
    assert site.report("--local-plugins", "--select", "LOC")["findings"][0]["message"] == word
    assert site.run("--local-plugins", "--select", "LOC", "-f", "short").stdout == "LOC001\n"
    findings = site.report("--local-plugins", "--loc-word", "cli", "--select", "LOC")["findings"]
    assert findings[0]["message"] == "cli"


def test_isolated_loads_none(site: Site) -> None:
    site.write("ci/tools.py", TOOLS)
    site.write("setup.cfg", INI)
    done = site.run("--isolated", "--local-plugins")
    assert "LOC001" not in done.stdout
    assert not (site.tree / "ran").exists()


def test_codes_of_local_plugins_that_are_left_out_are_no_errors(site: Site) -> None:
    """Else an editor could not lint a tree that has them."""
    site.write("setup.cfg", INI.replace("preview = yes", "extend-select = LOC001\nloc-word = x"))
    done = site.run()
    assert done.returncode == 0
    assert done.stderr.startswith("dockerlint: setup.cfg: local plugins are not loaded")


def test_a_section_of_local_plugins_alone_is_a_configuration(site: Site) -> None:
    site.write("tools.py", TOOLS)
    site.write(
        "setup.cfg", "[dockerlint:local-plugins]\nextension = LOC = tools:check\npaths = .\n"
    )
    assert site.codes("--local-plugins") == [("LOC001", 1, 1)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extensions = a", "setup.cfg:1: unknown key 'extensions' in local-plugins; choose from extension, report, paths"),
        ("extension = tools", "setup.cfg:1: local-plugins: extension takes NAME = module:attribute, not 'tools'"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_an_error(site: Site, text: str, message: str) -> None:
    site.write("setup.cfg", f"[dockerlint:local-plugins]\n{text}\n")
    done = site.run("--local-plugins")
    assert done.returncode == 2
    assert message in done.stderr


def test_a_local_plugin_cannot_take_the_prefix_of_an_installed_one(site: Site) -> None:
    site.install(CHECK, "[dockerlint.extension]\nLOC = dockerlint_acme:check\n")
    site.write("ci/tools.py", TOOLS)
    site.write("setup.cfg", INI)
    [error] = site.errors("--local-plugins")
    assert error.startswith("prefix LOC is claimed by both dockerlint-acme 1.0 and setup.cfg")


# -- --require-plugins ---------------------------------------------------------------------------------

REQUIRED = {
    "dockerlint-acme": None,
    "Dockerlint.ACME": None,
    "dockerlint-acme>=1.0": None,
    "dockerlint-acme>=0.9,<2": None,
    "dockerlint-acme ~= 1.0": None,
    "dockerlint-acme>=2": "required plugin dockerlint-acme>=2 is installed in version 1.0",
    "dockerlint-acme>=0.9,<1": "required plugin dockerlint-acme>=0.9,<1 is installed in version 1.0",
    "dockerlint-acne": "required plugin dockerlint-acne is not installed; did you mean 'dockerlint-acme'?",
    "other": "required plugin other is not installed; installed are dockerlint-acme",
    "dockerlint-acme>1.x": "require-plugins: '1.x' is not a version",
    "dockerlint-acme is 1": "require-plugins: 'is 1' is not a version specifier such as >=1.0",
    "?": "require-plugins: '?' is not the name of a distribution",
}


@pytest.mark.parametrize(("wanted", "message"), REQUIRED.items(), ids=REQUIRED)
def test_require_plugins(site: Site, wanted: str, message: str | None) -> None:
    site.install(CHECK)
    done = site.run("--require-plugins", wanted, "--select", "DF1")
    assert done.returncode == (2 if message else 0)
    assert done.stderr == (f"dockerlint: {message}\n" if message else "")


def test_require_plugins_in_a_configuration(site: Site) -> None:
    site.write("setup.cfg", "[dockerlint]\nrequire-plugins =\n  dockerlint-acme >= 1.0,\n")
    assert (
        "required plugin dockerlint-acme is not installed; no plugin is installed"
        in site.run().stderr
    )


ORDER = [
    "1.dev1", "1.0a1.dev1", "1.0a1", "1.0a2", "1.0b1", "1.0rc1", "1.0", "1.0.post1.dev1", "1.0.post1", "1.0.1",
    "1.1.dev1", "1.1", "1.10", "2", "1!0.1",
]  # fmt: skip


def test_versions_are_ordered_as_packaging_orders_them() -> None:
    version = pytest.importorskip("packaging.version").Version
    assert sorted(ORDER, key=key_of) == ORDER == sorted(ORDER, key=version)
    assert key_of("1.0-1") == key_of("1.0.post1")
    assert key_of("v1.0+local") == key_of("1")


@pytest.mark.parametrize("sign", ["==", "!=", ">=", "<=", ">", "<", "~="])
def test_specifiers_mean_what_packaging_means(sign: str) -> None:
    specifiers = pytest.importorskip("packaging.specifiers")
    for wanted in [*ORDER, "1.*", "1.0.*"]:
        if wanted.endswith("*") and sign not in ("==", "!="):
            continue
        if sign == "~=" and "." not in wanted.partition("!")[2] + wanted.partition("!")[0]:
            continue
        if sign in ("<", ">") and key_of(wanted)[2:] != key_of("1")[2:]:
            continue  # where the releases of packaging differ
        try:
            theirs = specifiers.SpecifierSet(f"{sign}{wanted}", prereleases=True)
        except specifiers.InvalidSpecifier:
            continue
        for version in ORDER:
            case = version, sign, wanted
            assert satisfies(version, f"{sign}{wanted}") is theirs.contains(version), case


@pytest.mark.parametrize("text", ["", "1.x", "one", ">=1"])
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(VersionError):
        key_of(text)
    with pytest.raises(VersionError):
        satisfies("1", f"~= {text}")


def test_requirements_are_split() -> None:
    assert split_requirement(" a.b-c >= 1 ") == ("a.b-c", ">= 1")
