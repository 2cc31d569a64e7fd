"""What a plugin may be: flake8's shapes unchanged, and ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Site

SHAPES = {
    "function": ("def check(from_): yield 1, 5, 'ACM001 x', None", [("ACM001", 1, 6)]),
    "three": ("def check(from_): return [(1, 5, 'ACM001 x')]", [("ACM001", 1, 6)]),
    "one-tuple": ("def check(from_): return 1, 5, 'ACM001 x', None", [("ACM001", 1, 6)]),
    "none": ("def check(from_): return None", []),
    "no-digits": ("def check(from_): yield 1, 0, 'ACM1 x'", [("ACM1", 1, 1)]),
    "colon": ("def check(from_): yield 1, 0, 'ACM001: x'", [("ACM001", 1, 1)]),
    "physical-line": ("def check(physical_line): return physical_line.find('b'), 'ACM001 x'", None),
    "physical-lines": (
        "def check(physical_line, line_number):\n"
        "    if line_number == 2: yield 4, 'ACM001 a'; yield 0, 'ACM002 b'",
        [("ACM002", 2, 1), ("ACM001", 2, 5)],
    ),
    "line-number-alone": (
        "def check(line_number, lines):\n    if 'true' in lines[line_number - 1]: return 4, 'ACM001 x'",
        [("ACM001", 2, 5)],
    ),
    "offset-in-unit": ("def check(run): yield 4, 'ACM001 x'", [("ACM001", 2, 5)]),
    "line-and-column": ("def check(run): yield (1, 2), 'ACM001 x'", [("ACM001", 1, 3)]),
    "class": (
        "class check:\n    name = 'acme'\n    version = '1'\n    def __init__(self, dockerfile, filename='?'):\n"
        "        self.name = filename\n"
        "    def run(self): yield 1, 0, f'ACM001 {self.name}', type(self)",
        [("ACM001", 1, 1)],
    ),
    "inherited": (
        "class base:\n    def __init__(self, run): self.run_ = run\n"
        "class check(base):\n    def run(self): yield self.run_.line, 0, 'ACM001 x'",
        [("ACM001", 2, 1)],
    ),
    "keyword-only": ("def check(run, *, lines, filename): yield len(lines), 0, f'ACM001 {filename}'", [("ACM001", 2, 1)]),
    "callable-object": (
        "class Maker:\n    def __call__(self, run): yield 2, 0, 'ACM001 x'\ncheck = Maker()",
        [("ACM001", 2, 1)],
    ),
    "bound-method": (
        "class Maker:\n    def made(self, run): yield 2, 0, 'ACM001 x'\ncheck = Maker().made",
        [("ACM001", 2, 1)],
    ),
    "wrapped": (
        "import functools\ndef twice(f):\n    @functools.wraps(f)\n    def g(*a, **k): return f(*a, **k)\n    return g\n"
        "@twice\ndef check(run): yield 2, 0, 'ACM001 x'",
        [("ACM001", 2, 1)],
    ),
    "finding": (
        "from dockerlint_rules import Finding\ndef check(from_): yield Finding.at(from_.image, 'ACM001 x')",
        [("ACM001", 1, 6)],
    ),
    "finding-without-code": (
        "from dockerlint_rules import Finding\ndef check(from_): return Finding.at(from_.image, 'Moves.')",
        [("ACM", 1, 6)],
    ),
    "finding-subclass": (
        "from dockerlint_rules import Finding\nclass Mine(Finding): pass\n"
        "def check(from_): yield Mine(from_.image, 'ACM001 x')",
        [("ACM001", 1, 6)],
    ),
    "annotated": ("def check(instruction: 'From'): yield instruction.line, 0, 'ACM001 x'", [("ACM001", 1, 1)]),
    "annotated-two": (
        "from __future__ import annotations\nfrom dockerlint_rules.syntax.dockerfile.instructions import Copy, Run\n"
        "def check(instruction: Copy | Run): yield instruction.line, 0, 'ACM001 x'",
        [("ACM001", 2, 1)],
    ),
    "annotated-any": ("def check(instruction: object): yield instruction.line, 0, 'ACM001 x'", [("ACM001", 1, 1), ("ACM001", 2, 1)]),
    "flake8-context": (
        "def check(physical_line, noqa, total_lines, checker_state):\n"
        "    checker_state['seen'] = checker_state.get('seen', 0) + 1\n"
        "    if noqa is False and checker_state['seen'] == total_lines == 2: return 0, 'ACM001 last'",
        [("ACM001", 2, 1)],
    ),
    "parser": ("def check(dockerfile_parser): yield 1, 0, 'ACM001 ' + dockerfile_parser.baseimage", [("ACM001", 1, 1)]),
}  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), SHAPES.values(), ids=SHAPES)
def test_shapes(site: Site, code: str, expected: list[tuple[str, int, int]] | None) -> None:
    site.install(f"{code}\n")
    if expected is None:  # -1 where there is no b: reported with its place
        assert "names column 0 of line 2" in site.errors()[0]
    else:
        assert site.codes() == expected


def test_a_tuple_has_the_range_of_its_word_and_its_own_severity(site: Site) -> None:
    site.install(
        "def check(from_): yield 1, 5, 'ACM001 Image is not ours.', None\ncheck.severity = 'error'\n"
    )
    [finding] = site.report("--select", "ACM")["findings"]
    del finding["message"], finding["path"]
    assert finding == {
        "line": 1, "column": 6, "end_line": 1, "end_column": 15, "code": "ACM001", "name": "check",
        "severity": "error", "aliases": [], "stage": None, "url": "", "fix": None,
        "instruction": {"keyword": "FROM", "line": 1, "end_line": 1},
    }  # fmt: skip


def test_a_module_gives_each_of_its_rules(site: Site) -> None:
    site.install(
        '''
        from dockerlint_rules import Edit, Finding, Fix, Severity, rule

        @rule("ACM001", severity=Severity.ERROR, fix="safe")
        def foreign_image(from_):
            """Image is not from our mirror."""
            fix = Fix("Use the mirror.", [Edit.before(from_.image, "mirror/")], safe=True)
            if not from_.image.text.startswith("mirror/"):
                yield Finding.at(from_.image, f"Image '{from_.image.text}' is foreign.", fix=fix)

        @rule("ACM002", severity=Severity.INFO, default=False)
        def off(from_):
            """Never by default."""
            yield Finding.at(from_, "off")

        @rule("ACM003", severity=Severity.INFO, preview=True)
        def new(from_, checker_state):
            """In preview."""
            checker_state["n"] = checker_state.get("n", 0) + 1
            yield Finding.at(from_, f"new {checker_state['n']}")

        def helper(from_):
            raise AssertionError
        ''',
        "[dockerlint.extension]\nACM = dockerlint_acme\n",
        metadata="Home-page: https://acme.test/lint\n",
    )
    assert site.codes() == [("ACM001", 1, 6)]
    assert site.codes("--select", "ACM") == [("ACM002", 1, 1), ("ACM001", 1, 6)]
    assert site.codes("--select", "ACM", "--preview")[1:2] == [("ACM003", 1, 1)]
    assert site.codes("--select", "new") == [("ACM003", 1, 1)]
    assert site.codes("--select", "foreign-image") == [("ACM001", 1, 6)]
    assert site.codes("--extend-select", "off", "--ignore", "ACM001") == [("ACM002", 1, 1)]
    [finding] = site.report("--select", "ACM001")["findings"]
    assert finding["url"] == "https://acme.test/lint"
    done = site.run("--fix", "--select", "ACM001")
    assert done.returncode == 0
    assert (site.tree / "Dockerfile").read_text().startswith("FROM mirror/debian:13\n")


def test_a_decorated_function_may_stand_alone(site: Site) -> None:
    site.install(
        """
        from dockerlint_rules import Finding, Severity, rule

        @rule("ACM001", severity=Severity.WARNING)
        def check(from_):
            yield Finding.at(from_, "one")
            yield 1, 0, "ACM001 two"
        """,
        "[dockerlint.extension]\nACM001 = dockerlint_acme:check\n",
    )
    assert [one["message"] for one in site.report("--select", "ACM001")["findings"]] == [
        "two",
        "one",
    ]


def test_off_by_default_and_preview(site: Site) -> None:
    site.install(
        "def check(from_): yield 1, 0, 'ACM001 x'\ncheck.off_by_default = True\n"
        "def new(from_): yield 1, 0, 'NEW001 x'\nnew.preview = True\n",
        "[dockerlint.extension]\nACM = dockerlint_acme:check\nNEW = dockerlint_acme:new\n",
    )
    assert site.codes() == []
    for words in (
        ["--enable-extensions", "ACM"],
        ["--select", "ACM"],
        ["--extend-select", "ACM001"],
    ):
        assert site.codes(*words) == [("ACM001", 1, 1)]
    assert site.codes("--select", "NEW") == []
    for words in (["--select", "NEW001"], ["--preview"], ["--select", "NEW", "--preview"]):
        assert site.codes(*words) == [("NEW001", 1, 1)]
    done = site.run("--enable-extensions", "ACN")
    assert done.returncode == 2
    assert "unknown rule 'ACN' in enable-extensions; did you mean 'ACM'?" in done.stderr


SELECTED = {
    "": "ACM001 ACM002 ACM101",
    "--select ACM": "ACM001 ACM002 ACM101",
    "--select A": "ACM001 ACM002 ACM101",
    "--select ACM0": "ACM001 ACM002",
    "--select ACM001": "ACM001",
    "--select ACM001,ACM1": "ACM001 ACM101",
    "--ignore ACM": "",
    "--ignore ACM0": "ACM101",
    "--ignore ACM001": "ACM002 ACM101",
    "--ignore ACM --extend-select ACM001": "ACM001",
    "--ignore ACM001 --extend-select ACM": "ACM002 ACM101",
    "--select ACM --ignore ACM": "",
    "--select ACM001 --ignore ACM001": "",
    "--select DF": "",
    "--select check": "ACM001 ACM002 ACM101",
    "--ignore check": "",
    "--select ALL --ignore DF": "ACM001 ACM002 ACM101",
    "--per-file-ignores Dockerfile:ACM0": "ACM101",
}


@pytest.mark.parametrize(("words", "expected"), SELECTED.items())
def test_codes_that_nobody_knows_beforehand_are_selected_as_flake8_does(
    site: Site, words: str, expected: str
) -> None:
    site.install(
        "def check(from_):\n    for code in ('ACM001', 'ACM002', 'ACM101'): yield 1, 0, f'{code} x'\n"
    )
    assert " ".join(code for code, *_ in site.codes(*words.split())) == expected


def test_severity_and_pragmas_know_them_too(site: Site) -> None:
    site.install("def check(run): yield run.line, 0, 'ACM001 x'; yield run.line, 0, 'ACM002 y'\n")
    site.write(
        "Dockerfile", "FROM debian\n# noqa: ACM001\nRUN a\n# dockerlint: ignore=ACM\nRUN b\n"
    )
    report = site.report("--severity", "ACM002=error", "--select", "ACM")
    assert [(one["code"], one["severity"]) for one in report["findings"]] == [("ACM002", "error")]


def test_rules_explain_and_version_know_them(site: Site) -> None:
    site.install('def check(run):\n    """Say nothing.\n\n    For a reason.\n    """\n')
    assert "ACM    check" in site.run("rules").stdout
    for code in ("ACM", "ACM001", "acm001", "check"):
        assert site.run("explain", code).stdout.startswith("# ACM: check\n\nSay nothing.\n")
    assert site.run("explain", "ACN").returncode == 2
    assert site.run("--version").stdout.splitlines()[1:] == ["plugin dockerlint-acme 1.0: ACM"]
    assert '"plugin": "dockerlint-acme 1.0"' in site.run("rules", "--format", "json").stdout


def test_sarif_has_the_plugin_as_an_extension(site: Site) -> None:
    import json

    site.install("def check(run): yield run.line, 0, 'ACM001 x'\n")
    log = json.loads(site.run("--format", "sarif", "--select", "ACM").stdout)
    [extension] = log["runs"][0]["tool"]["extensions"]
    assert (extension["name"], extension["version"]) == ("dockerlint-acme", "1.0")
    assert "ACM001" in [one["id"] for one in extension["rules"]]


def test_a_name_in_a_comment_is_known_though_nothing_of_the_plugin_is_selected(site: Site) -> None:
    site.install("def my_check(run): yield run.line, 0, 'ACM001 x'\ncheck = my_check\n")
    text = "FROM debian\n# dockerlint: ignore={}\nRUN true\n"
    for name, expected in (("my-check", []), ("ACM7", []), ("my-chock", ["DF090"])):
        site.write("Dockerfile", text.format(name))
        found = site.report("--select", "DF090")["findings"]
        assert [one["code"] for one in found] == expected
