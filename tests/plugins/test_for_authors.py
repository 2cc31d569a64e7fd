"""``dockerlint_rules.testing`` and the pytest plugin: they pass what is right and say what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

import dockerlint_rules
from dockerlint_rules import Edit, Finding, Fix
from dockerlint_rules.plugins.adapters import UnusablePlugin
from dockerlint_rules.registry.indexed import builtin_rules
from dockerlint_rules.testing import (
    assert_examples,
    assert_findings,
    assert_fix,
    lint,
    lint_alone,
    rule_of,
)

ROOT = Path(__file__).parent.parent.parent


def lower_case(from_):  # type: ignore[no-untyped-def]
    """Say where a keyword is in lower case, and fix it."""
    word = from_.keyword_word
    if word.text != "FROM":
        fix = Fix("Write FROM.", [Edit.replace(word, "FROM")], safe=True)
        yield Finding.at(word, "LOW001 Lower case.", fix=fix)


def raising(from_):  # type: ignore[no-untyped-def]
    """Fail."""
    raise ValueError("x")


class Optional:
    """An option with a default, made by parse_options."""

    def __init__(self, dockerfile, options):  # type: ignore[no-untyped-def]
        self.word = options.word_upper

    @staticmethod
    def add_options(parser):  # type: ignore[no-untyped-def]
        parser.add_option("--word", default="w", parse_from_config=True)

    @staticmethod
    def parse_options(options):  # type: ignore[no-untyped-def]
        options.word_upper = options.word.upper()

    def run(self):  # type: ignore[no-untyped-def]
        yield 1, 0, f"OPT001 {self.word}"


def test_carets_say_where_findings_are() -> None:
    found = assert_findings(lower_case, "from a\n#^^^\nFROM b\n")
    assert [(one.code, one.message) for one in found] == [("LOW001", "Lower case.")]
    assert assert_findings(lower_case, "\n    FROM a\n    RUN b\n") == []


@pytest.mark.parametrize("text", ["from a\n#^^\n", "from a\n", "FROM a\n#^^^\n", "from a\n# ^^^\n"])
def test_another_place_fails_and_says_both(text: str) -> None:
    with pytest.raises(AssertionError, match=r"line 1: (no )?(the )?carets mark"):
        assert_findings(lower_case, text)


def test_a_rule_that_raises_fails_with_its_error() -> None:
    with pytest.raises(AssertionError, match="failed: ValueError") as caught:
        assert_findings(raising, "FROM a\n")
    assert isinstance(caught.value.__cause__, ValueError)


def test_fixes() -> None:
    assert_fix(lower_case, "from a\nfrom b\n", "FROM a\nFROM b\n")
    with pytest.raises(AssertionError, match="the fix gives\nFROM a\ninstead of\nFrom a\n"):
        assert_fix(lower_case, "from a\n", "From a\n")


def test_options_have_their_defaults_and_may_be_given() -> None:
    assert lint_alone(Optional, "FROM a\n").findings[0].message == "W"
    assert lint_alone(Optional, "FROM a\n", options={"word": "v"}).findings[0].message == "V"


def test_what_is_no_rule() -> None:
    with pytest.raises(UnusablePlugin, match="is a int"):
        rule_of(3)  # type: ignore[arg-type]


def test_lint_uses_the_codes_and_options_that_are_given() -> None:
    assert [one.code for one in lint("FROM a:latest\n", "DF102")] == ["DF102"]
    assert lint("FROM a:latest\n", "DF1", ignore=["DF102"], today="2026-01-01") == []


def test_examples_of_a_page() -> None:
    assert_examples(builtin_rules()[0])
    with pytest.raises(AssertionError, match="no Bad block"):
        assert_examples(lower_case)


def test_the_names_that_authors_import() -> None:
    names = {
        "lint",
        "lint_text",
        "parse",
        "rule",
        "Finding",
        "Severity",
        "Fix",
        "Edit",
        "Span",
        "Related",
    }
    assert names <= {*dockerlint_rules.__all__}
    assert all(getattr(dockerlint_rules, name) for name in names)


def test_the_pytest_plugin_shows_what_is_wrong_with_a_page(tmp_path: Path) -> None:
    (tmp_path / "acme_pages.py").write_text(
        dedent(
            '''
            from dockerlint_rules import Finding, Severity, rule

            @rule("ACM001", severity=Severity.INFO)
            def seen(from_):
                """There is a FROM.

                For a test.

                Bad::

                ```dockerfile
                FROM a
                #^^^
                ```

                Good::

                ```dockerfile
                # nothing
                ```
                """
                yield Finding.at(from_, "x")
            '''
        )
    )
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["dockerlint_rules.pytest_examples"]\n')
    (tmp_path / "pytest.ini").write_text("[pytest]\ndockerlint_examples = acme_pages\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert (
        "ACM001: Bad: line 1: the carets mark columns 1–4, the finding is at 1–6; write"
        in done.stdout
    )
    assert "Traceback" not in done.stdout
    assert "1 failed" in done.stdout
