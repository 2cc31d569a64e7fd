"""What plugins do wrong: each is one line that names plugin and file, and everything else goes on."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockerlint_rules import Finding, Span
from dockerlint_rules.engine.lint import lint_source
from dockerlint_rules.engine.settings import Settings
from dockerlint_rules.model.build import Build
from dockerlint_rules.plugins.adapters import InvalidFinding, rules_of
from dockerlint_rules.plugins.entry_points import Entry
from dockerlint_rules.registry.plan import Plan
from dockerlint_rules.syntax.source import Source

if TYPE_CHECKING:
    from conftest import Site

WHO = "plugin dockerlint-acme 1.0 [ACM]"
GOOD = """
def good(from_):
    yield 1, 0, "GUT001 seen"
"""
BOTH = "[dockerlint.extension]\nACM = dockerlint_acme:check\nGUT = dockerlint_acme:good\n"


# -- a rule that raises ------------------------------------------------------------------------------

RAISING = {
    "exception": ("raise ValueError('x\\ny')", "failed: ValueError: x y"),
    "exit": ("raise SystemExit(3)", "failed: SystemExit: 3"),
    "sys-exit": ("import sys; sys.exit()", "failed: SystemExit"),
    "base": ("raise type('Odd', (BaseException,), {})('o')", "failed: Odd: o"),
    "generator-exit": ("raise GeneratorExit", "failed: GeneratorExit"),
    "recursion": ("check(from_)", "failed: RecursionError: maximum recursion depth exceeded"),
    "memory": ("raise MemoryError", "failed: MemoryError"),
    "no-text": (
        "raise type('Odd', (Exception,), {'__str__': lambda self: 1 / 0})",
        "failed: Odd",
    ),
    "late": ("yield 1, 0, 'ACM001 first'; raise KeyError('k')", "failed: KeyError: 'k'"),
}


@pytest.mark.parametrize(("body", "message"), RAISING.values(), ids=RAISING)
def test_a_plugin_that_raises_is_an_error_and_the_rest_goes_on(
    site: Site, body: str, message: str
) -> None:
    site.install(f"def check(from_):\n    {body}\n{GOOD}", BOTH)
    report = site.report("--select", "ACM,GUT,DF5")
    [error] = report["errors"]
    assert error["kind"] == "plugin"
    assert error["path"] == "Dockerfile"
    assert error["message"].startswith(f"{WHO} {message}")
    codes = [one["code"] for one in report["findings"]]
    assert codes == [*(["ACM001"] if "yield" in body else []), "GUT001", "DF502"]
    done = site.run("--select", "ACM,GUT", "--exit-zero")
    assert done.returncode == 2
    assert f"dockerlint: Dockerfile: {WHO} {message}" in done.stderr
    assert "Traceback" not in done.stderr


def test_verbose_shows_the_traceback(site: Site) -> None:
    site.install("def check(from_):\n    raise ValueError('x')\n")
    assert "Traceback" in site.run("--verbose").stderr


def test_one_entry_a_file_however_often_it_raises(site: Site) -> None:
    site.install("def check(physical_line):\n    raise ValueError(physical_line)\n")
    assert len(site.errors()) == 1


def test_an_interrupt_is_not_caught(site: Site) -> None:
    site.install("def check(from_):\n    raise KeyboardInterrupt\n")
    assert site.run().returncode == 130


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_after_three_files_it_is_switched_off(site: Site, jobs: str) -> None:
    """In one process or several: the same report."""
    site.install(
        f"""
def check(from_, filename):
    yield 1, 0, "ACM001 seen"
    if "bad" in filename:
        raise ValueError(filename)
{GOOD}
""",
        BOTH,
    )
    for number in range(100):
        name = "bad" if number in (5, 20, 21, 50, 99) else "fine"
        site.write(f"{number:03}/{name}/Dockerfile", "FROM debian:13\n")
    report = site.report("--select", "ACM,GUT", "--jobs", jobs)
    paths = [(one["path"], one["message"].removeprefix(f"{WHO} ")) for one in report["errors"]]
    hint = "(run again with --verbose for the traceback)"
    assert paths == [
        *[
            (f"{at}/bad/Dockerfile", f"failed: ValueError: {at}/bad/Dockerfile {hint}")
            for at in ("005", "020", "021")
        ],
        (None, "failed on 3 files and is switched off for this run"),
    ]
    found = [one["code"] for one in report["findings"]]
    assert found.count("ACM001") == 22  # files 0 to 21
    assert found.count("GUT001") == 101


def test_a_plugin_that_ends_its_process_is_said(site: Site) -> None:
    site.install("import os\ndef check(filename): os._exit(0) if '77' in filename else None\n")
    for number in range(100):
        site.write(f"{number:03}/Dockerfile", "FROM debian:13\n")
    report = site.report("--select", "ACM,DF5", "--jobs", "2")
    [error] = report["errors"]
    assert (error["kind"], error["path"]) == ("internal", "077/Dockerfile")
    assert error["message"] == "the process that linted this file exited with status 0"
    assert sum(one["code"] == "DF502" for one in report["findings"]) == 100  # and Dockerfile


# -- nonsense ----------------------------------------------------------------------------------------

NONSENSE = {
    "number": ("yield 3", "returns 3, not a Finding or a tuple"),
    "text": ("return 'ACM001 no'", "returns 'ACM001 no', not findings"),
    "not-iterable": ("return 7", "returns 7, not findings"),
    "short-tuple": ("yield (1,)", "returns (1,), not (line, column, text)"),
    "no-text": ("yield 1, 0, None", "returns None instead of a string"),
    "no-code": ("yield 1, 0, 'no code here'", "returns 'no code here', which does not begin with a code"),
    "small-code": ("yield 1, 0, 'acm001 x'", "returns 'acm001 x', which does not begin with a code"),
    "code-alone": ("yield 1, 0, 'ACM001 '", "returns ACM001 without a message"),
    "line-0": ("yield 0, 0, 'ACM001 x'", "names line 0 of a file with 2"),
    "line-3": ("yield 3, 0, 'ACM001 x'", "names line 3 of a file with 2"),
    "negative": ("yield -1, 0, 'ACM001 x'", "names line -1 of a file with 2"),
    "true": ("yield True, 0, 'ACM001 x'", "returns (True, 0, 'ACM001 x'), not"),
    "column": ("yield 1, 99, 'ACM001 x'", "names column 100 of line 1, which does not exist"),
    "column-0": ("yield 1, -1, 'ACM001 x'", "names column 0 of line 1, which does not exist"),
    "span": ("yield Finding.at(Span(5, 999), 'x')", "places a finding outside the file, at 5 to 999 of 24"),
    "backwards": ("yield Finding.at(Span(5, 2), 'x')", "places a finding outside the file, at 5 to 2 of 24"),
    "target": ("yield Finding.at('here', 'x')", "returns 'here' as the location of a finding"),
    "finding-line": ("yield Finding.at(9, 'x')", "names line 9 of a file with 2"),
    "message": ("yield Finding.at(1, None)", "returns the message None"),
    "empty": ("yield Finding.at(1, ' ')", "returns the message ' '"),
    "severity": ("yield Finding.at(1, 'x', severity='bad')", "returns the severity 'bad'"),
    "fix": ("yield Finding.at(1, 'x', fix='rm')", "returns 'rm' as a fix"),
    "edit": ("yield Finding.at(1, 'x', fix=Fix('m', [Edit(0, 99, '')], safe=True))", "places an edit outside"),
    "aliases": ("yield Finding.at(1, 'x', aliases=[1])", "returns the aliases (1,)"),
    "related": ("yield Finding.at(1, 'x', related=['y'])", "returns 'y' as a related location"),
    "endless": ("while True: yield 1, 0, 'ACM001 x'", "returns more than 10,000 findings for one place"),
}  # fmt: skip
IMPORTS = (
    "from dockerlint_rules import Edit, Finding, Fix\n"
    "from dockerlint_rules.syntax.source import Span\n"
)


@pytest.mark.parametrize(("body", "message"), NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_an_error_and_sound_findings_stay(site: Site, body: str, message: str) -> None:
    site.install(f"{IMPORTS}def check(from_):\n    {body}\n{GOOD}", BOTH)
    report = site.report("--select", "ACM,GUT")
    [error] = report["errors"]
    assert error["message"].startswith(f"{WHO} {message}")
    assert report["findings"][-1]["code"] == "GUT001"


def test_what_is_sound_beside_nonsense_is_kept(site: Site) -> None:
    site.install(
        """
        def check(dockerfile):
            yield 1, 0, "ACM001 one"
            yield 0, 0, "ACM001 nowhere"
            yield 2, 0, "ACM002 two"
        """
    )
    report = site.report("--select", "ACM")
    assert [one["code"] for one in report["findings"]] == ["ACM001", "ACM002"]
    assert len(report["errors"]) == 1


def test_a_code_outside_of_the_prefix_is_said_once(site: Site) -> None:
    site.install(
        """
        def check(dockerfile):
            yield 1, 0, "XYZ001 not mine"
            yield 1, 0, "DF201 not mine at all"
            yield 1, 0, "ACM001 mine"
        """
    )
    for name in "abcdef":
        site.write(f"{name}/Dockerfile", "FROM debian\n")
    report = site.report("--select", "ALL")
    assert [(one["path"], one["message"]) for one in report["errors"]] == [
        (
            None,
            f"{WHO} returns code XYZ001, which does not begin with its prefix ACM; such findings are left out",
        )
    ]
    codes = [one["code"] for one in report["findings"]]
    assert codes.count("ACM001") == 7
    assert "XYZ001" not in codes
    assert not any("not mine" in one["message"] for one in report["findings"])


def test_of_two_prefixes_the_longer_has_its_codes(site: Site) -> None:
    site.install(
        """
        def check(dockerfile):
            yield 1, 0, "AC002 mine"
            yield 1, 0, "ACM003 not mine"

        def longer(dockerfile):
            yield 1, 0, "ACM001 its own"
        """,
        "[dockerlint.extension]\nAC = dockerlint_acme:check\nACM = dockerlint_acme:longer\n",
    )
    report = site.report("--select", "A")
    assert [(one["code"], one["name"]) for one in report["findings"]] == [
        ("AC002", "check"),
        ("ACM001", "longer"),
    ]
    [error] = report["errors"]
    assert (
        "[AC] returns code ACM003, which belongs to the longer prefix of another"
        in error["message"]
    )
    assert [one["code"] for one in site.report("--select", "ACM")["findings"]] == ["ACM001"]


THINGS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 40), st.text(max_size=12), st.just("ACM001 x"), st.just("ACM x"),
    st.binary(max_size=3), st.floats(), st.builds(Span, st.integers(-3, 40), st.integers(-3, 40)),
)  # fmt: skip
ITEMS = st.one_of(
    THINGS,
    st.tuples(THINGS, THINGS),
    st.tuples(st.integers(-1, 4), st.integers(-1, 20), THINGS),
    st.tuples(st.integers(1, 2), st.integers(0, 5), st.just("ACM001 x"), THINGS),
    st.tuples(st.tuples(THINGS, THINGS), THINGS),
    st.builds(Finding, THINGS, THINGS),
)


@given(
    st.one_of(ITEMS, st.lists(ITEMS, max_size=4)),
    st.sampled_from(["stage", "physical_line", "run"]),
)
def test_whatever_a_rule_gives_is_findings_or_one_error(result: object, unit: str) -> None:
    """And what is kept can be sorted, shown and sent to another process."""
    scope: dict[str, object] = {"result": result}
    exec(f"def check({unit}): return result", scope)
    [rule], _ = rules_of(Entry("dockerlint.extension", "ACM", "", "x"), scope["check"])
    source = Source("FROM debian:13\nRUN true\n")
    found = lint_source(source, Settings(Plan([rule]), Build()))
    assert all(isinstance(one.error, InvalidFinding) for one in found.failures)
    for one in sorted(found.findings, key=lambda one: one.sort_key):
        assert 1 <= one.line <= 3
        one.target = 0
        pickle.dumps(one)


# -- output --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "say",
    [
        "print('noise')",
        "import sys; sys.stdout.write('noise\\n')",
        "import os; os.write(1, b'noise\\n')",
        "import subprocess; subprocess.run(['echo', 'noise'])",
        "import sys; sys.__stdout__.write('noise\\n'); sys.__stdout__.flush()",
    ],
)
@pytest.mark.parametrize("where", ["import", "options", "rule"])
def test_what_a_plugin_prints_does_not_reach_the_report(site: Site, where: str, say: str) -> None:
    parts = {"import": "pass", "options": "pass", "rule": "pass", where: say}
    site.install(
        f"""
{parts["import"]}
def check(from_):
    {parts["rule"]}
    yield 1, 0, "ACM001 seen"
def parse_options(options):
    {parts["options"]}
check.parse_options = parse_options
"""
    )
    done = site.run("--select", "ACM", "--format", "json")
    assert done.returncode == 1
    assert "noise" in done.stderr
    assert json.loads(done.stdout)["findings"][0]["code"] == "ACM001"


# -- plugins that cannot be loaded -------------------------------------------------------------------

UNLOADABLE = {
    "syntax": ("def check(:", "cannot be loaded: SyntaxError: "),
    "missing-module": ("import nowhere", "cannot be loaded: ModuleNotFoundError: No module named 'nowhere'"),
    "exits": ("import sys; sys.exit('bye')", "cannot be loaded: SystemExit: bye"),
    "base": ("raise type('Odd', (BaseException,), {})('o')", "cannot be loaded: Odd: o"),
    "other-name": ("def chec(run): pass", "'dockerlint_acme' has no 'check'; did you mean 'chec'?"),
    "number": ("check = 7", "is a int, not a function, a class or a module with @rule"),
    "nothing-asked": ("def check(): pass", "asks for no part of the file; name a parameter after one of install"),
    "star": ("def check(*args): pass", "asks for no part of the file"),
    "builtin": ("check = print", "has no readable parameters"),
    "typo": ("def check(instructon): pass", "unknown parameter 'instructon'; did you mean 'instruction'?"),
    "defaulted-typo": ("def check(run, optons=None): pass", "unknown parameter 'optons'; did you mean 'options'?"),
    "python-tree": ("def check(tree): pass", "unknown parameter 'tree'; did you mean 'dockerfile'?"),
    "logical": ("def check(logical_line, run): pass", "unknown parameter 'logical_line'; did you mean 'instruction'?"),
    "two-units": ("def check(run, copy): pass", "asks for both 'run' and 'copy', which never exist together"),
    "ignores": ("def check(ignores): pass", "asks for 'ignores', which is reserved for dockerlint's own rules"),
    "no-run": ("class check:\n    def __init__(self, stage): pass", "class check has no method run()"),
    "severity": ("def check(run): pass\ncheck.severity = 'bad'", "severity 'bad' is not one of error, warning"),
    "annotation": ("def check(run: 'Copy'): pass", "parameter 'run' is a Run, not a Copy as its annotation says"),
    "parse-options": (
        "class check:\n    def __init__(self, stage): pass\n    def run(self): pass\n    def parse_options(self, options): pass",
        "parse_options takes 2 parameters, not (options) or (manager, options, files) (is it missing @staticmethod?)",
    ),
    "add-options": (
        "class check:\n    def __init__(self, stage): pass\n    def run(self): pass\n"
        "    @staticmethod\n    def add_options(parser): parser.add_option('--select')",
        "option --select already belongs to dockerlint",
    ),
    "dest": (
        "class check:\n    def __init__(self, stage): pass\n    def run(self): pass\n"
        "    @staticmethod\n    def add_options(parser): parser.add_option('--acme', dest='fix')",
        "option --acme cannot use dest 'fix', which is already in use",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "message"), UNLOADABLE.values(), ids=UNLOADABLE)
def test_a_plugin_that_cannot_be_loaded_is_one_line(site: Site, code: str, message: str) -> None:
    site.install(f"{code}\n")
    site.install(GOOD, "[dockerlint.extension]\nGUT = other:good\n", name="other")
    report = site.report("--select", "ACM,GUT")
    [error] = report["errors"]
    assert error["path"] is None
    assert error["message"].startswith(f"{WHO}: {message}")
    assert "\n" not in error["message"]
    assert [one["code"] for one in report["findings"]] == ["GUT001"]
    assert site.run("--select", "ACM").returncode == 2


def test_plugin_errors_warn_goes_on_without_it(site: Site) -> None:
    site.install("import nowhere\n")
    done = site.run("--plugin-errors=warn", "--select", "ACM")
    assert done.returncode == 0
    assert f"dockerlint: warning: {WHO}: cannot be loaded" in done.stderr


def test_a_plugin_that_is_not_selected_is_not_imported(site: Site) -> None:
    site.install("import nowhere\n")
    for words in (["--select", "DF1"], ["--ignore", "ACM"], ["--ignore", "A"]):
        done = site.run(*words)
        assert "plugin" not in done.stderr
        assert done.returncode == 0
    for words in (["--select", "ACM123"], ["--select", "A"], ["--select", "ALL"], []):
        assert site.run(*words).returncode == 2


BAD_ENTRIES = {
    "small": ("acm = m:check", "plugin p 1.0 [acm]: a prefix consists of one to three capital letters and up to three digits; did you mean 'ACM'?"),
    "long": ("ACME = m:check", "plugin p 1.0 [ACME]: a prefix consists of one to three capital letters and up to three digits; did you mean 'ACM'?"),
    "digits": ("A1234 = m:check", "plugin p 1.0 [A1234]: a prefix consists of"),
    "ours": ("DF9 = m:check", "plugin p 1.0 [DF9]: this prefix is reserved: DF for dockerlint"),
    "hadolints": ("DL = m:check", "plugin p 1.0 [DL]: this prefix is reserved"),
    "value": ("ACM = not a module", "plugin p 1.0 [ACM]: 'not a module' is not module:attribute"),
    "twice": ("ACM = m:check\nACM = m:other", "prefix ACM is claimed by both p 1.0 and p 1.0, so neither is loaded"),
}  # fmt: skip


@pytest.mark.parametrize(("entries", "message"), BAD_ENTRIES.values(), ids=BAD_ENTRIES)
def test_a_bad_entry_point_is_one_line(site: Site, entries: str, message: str) -> None:
    site.install(
        "def check(run): pass\n", f"[dockerlint.extension]\n{entries}\n", name="p", module="m"
    )
    [error] = site.errors()
    assert error.startswith(message)


def test_a_format_with_a_bad_name_or_ours_is_one_line(site: Site) -> None:
    site.install("", "[dockerlint.report]\nMy_Table = m:T\n", name="p", module="m")
    site.install("", "[dockerlint.report]\njson = q:T\n", name="q")
    assert site.errors() == [
        "plugin p 1.0 [My_Table]: the name of a format consists of lowercase letters, digits and '-'; did you mean 'my-table'?",
        "plugin q 1.0 [json]: dockerlint already has a format of this name",
    ]


def test_the_same_prefix_in_two_distributions_names_both(site: Site) -> None:
    site.install("def check(from_): yield 1, 0, 'ACM001 a'\n")
    site.install(
        "def check(from_): yield 1, 0, 'ACM001 b'\n",
        "[dockerlint.extension]\nACM = other:check\n",
        name="other",
        version="2",
    )
    report = site.report()
    assert [one["message"] for one in report["errors"]] == [
        "prefix ACM is claimed by both dockerlint-acme 1.0 and other 2, so neither is loaded; uninstall one"
    ]
    assert "ACM001" not in {one["code"] for one in report["findings"]}


def test_rules_of_a_module_outside_of_its_prefix_are_left_out(site: Site) -> None:
    site.install(
        """
        from dockerlint_rules import Finding, Severity, rule

        @rule("XYZ001", severity=Severity.INFO)
        def stranger(from_):
            yield Finding.at(from_, "stranger")

        @rule("ACM001", severity=Severity.INFO)
        def native(from_):
            yield Finding.at(from_, "native")
        """,
        "[dockerlint.extension]\nACM = dockerlint_acme\n",
    )
    report = site.report("--select", "ACM")
    assert [one["code"] for one in report["findings"]] == ["ACM001"]
    assert [one["message"] for one in report["errors"]] == [
        f"{WHO}: code XYZ001 does not begin with the entry point's name ACM",
    ]


def test_a_rule_that_is_declared_wrongly_is_named_with_the_right_value(site: Site) -> None:
    site.install(
        """
        from dockerlint_rules import Severity, rule

        @rule("ACM1234", severity=Severity.INFO)
        def too_long(from_):
            pass
        """,
        "[dockerlint.extension]\nACM = dockerlint_acme\n",
    )
    assert site.errors() == [
        f"{WHO}: cannot be loaded: RuleError: ACM1234: a code is one to three capital letters and up to three digits; "
        "did you mean 'ACM123'?"
    ]


def test_a_code_of_ours_cannot_be_taken(site: Site) -> None:
    site.install(
        """
        from dockerlint_rules import Severity, rule

        @rule("DF201", severity=Severity.INFO)
        def mine(from_):
            pass
        """,
        "[dockerlint.extension]\nACM = dockerlint_acme\n",
    )
    [error] = site.errors()
    assert error.startswith(
        f"{WHO}: cannot be loaded: RuleError: DF201 is taken by dockerlint_rules."
    )


def test_parse_options_that_fails_drops_the_plugin(site: Site) -> None:
    """And a TypeError inside of it is one, not another way to call it."""
    site.install(
        """
        def check(from_):
            yield 1, 0, "ACM001 seen"

        def parse_options(options):
            print("called")
            len(3)

        check.parse_options = parse_options
        """
    )
    done = site.run("--select", "ACM")
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        f"{WHO}: parse_options failed: TypeError: object of type 'int' has no len()" in done.stderr
    )
    assert done.stderr.count("called") == 1


def test_a_program_is_told_of_a_failure(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from dockerlint_rules import lint_text
    from dockerlint_rules.plugins import PluginError

    site.install("def check(from_):\n    raise SystemExit\n", name="acme-api")
    info = site.packages / "acme_api-1.0.dist-info/entry_points.txt"
    info.write_text("[dockerlint.extension]\nAPI = acme_api:check\n")
    monkeypatch.syspath_prepend(str(site.packages))
    monkeypatch.setenv("DOCKERLINT_PLUGIN_PATH", str(site.packages))
    with pytest.raises(
        PluginError, match=r"Dockerfile: plugin acme-api 1.0 \[API\] failed: SystemExit"
    ):
        lint_text("FROM debian\n")
    assert lint_text("FROM debian\n", config={"select": ["DF1"]})
