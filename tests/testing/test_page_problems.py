"""The harness notices every way in which a rule and its page disagree, and says where."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dockerlint_rules import Edit, Finding, Fix
from dockerlint_rules.registry.rule import BUILT_IN, Rule
from dockerlint_rules.testing import assert_findings, check_examples, page_problems
from dockerlint_rules.testing.pages import CARET_TEXT, FIX

BAD = """Bad::

```dockerfile
FROM a
#    ^{text}
```
"""
FIXED = """
Fixed::

```dockerfile
FROM b
```
"""
GOOD = """
Good::

```dockerfile
FROM b
```
"""


def made(
    body: str, *, fix: str | None = None, gives: str | None = None, ours: bool = False
) -> Rule:
    """A rule that reports images other than b, with such a fix, and a page of this body."""

    def other_image(from_: Any) -> Iterator[Finding]:
        word = from_.image
        if word.text != "b":
            edits = [Edit.replace(word, "b")]
            yield Finding.at(
                word,
                f"Image '{word.text}' is not b. Use b.",
                fix=Fix("Use b.", edits, safe=gives == "safe") if gives else None,
            )

    other_image.__doc__ = f"Image is not b.\n\nOnly b works.\n\n{body}"
    one = Rule(other_image, "ACM001", None, severity="warning", fix=fix)  # type: ignore[arg-type]
    one.origin = BUILT_IN if ours else "acme"
    return one


def said(one: Rule, kind: str | None = None) -> list[str]:
    return [problem.text for problem in page_problems(one) if kind in (None, problem.kind)]


def page(text: str = "", *more: str) -> str:
    return "".join((BAD.format(text=text), *more, GOOD))


# -- text beside carets --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [" is not b", " Image 'a' is not b. Use b.", "   Use b", ""])
def test_a_part_of_the_message_beside_the_carets(text: str) -> None:
    assert said(made(page(text))) == []


def test_another_text_beside_the_carets() -> None:
    assert said(made(page(" is not c"))) == [
        "Bad: 'is not c' is not in [\"Image 'a' is not b. Use b.\"]"
    ]


def test_our_own_rules_need_a_part_of_the_message_and_others_do_not() -> None:
    assert said(made(page(), ours=True)) == [
        "Bad: no part of the message beside the carets; the message is \"Image 'a' is not b. Use b.\""
    ]
    assert [one.kind for one in page_problems(made(page(), ours=True))] == [CARET_TEXT]
    assert said(made(page(" Use b"), ours=True)) == []


def test_two_texts_at_one_span_need_two_findings() -> None:
    def twice(from_: Any) -> Iterator[Finding]:
        yield Finding.at(from_.image, "First.")
        yield Finding.at(from_.image, "Second.")

    text = "FROM a\n#    ^ {}\n#    ^ {}\n"
    twice.rule = Rule(twice, "ACM001", None, severity="warning")  # type: ignore[attr-defined, arg-type]
    assert len(assert_findings(twice, text.format("Second", "First"))) == 2
    with pytest.raises(AssertionError, match="'First' is not in"):
        assert_findings(twice, text.format("First", "First"))


# -- carets --------------------------------------------------------------------------------------------


def test_carets_one_off_come_with_the_line_that_is_right() -> None:
    bad = BAD.format(text="").replace("#    ^", "#     ^^")
    assert said(made(bad + GOOD)) == [
        "Bad: line 1: the carets mark columns 7–8, the finding is at 6; write\nFROM a\n#    ^"
    ]


def test_findings_without_carets_and_carets_without_findings() -> None:
    bad = "Bad (two)::\n\n```dockerfile\nFROM a\nFROM b\n#    ^\n```\n"
    assert said(made(bad + GOOD)) == [
        "Bad 'two': line 1: no carets mark the finding at column 6: \"Image 'a' is not b. Use b.\"; write\n"
        "FROM a\n#    ^\nline 2: the carets mark column 6, where no finding is"
    ]


def test_carets_for_a_finding_at_column_1() -> None:
    def whole(from_: Any) -> Iterator[Finding]:
        yield Finding.at(from_, "All.")

    whole.rule = Rule(whole, "ACM001", None, severity="warning")  # type: ignore[attr-defined, arg-type]
    with pytest.raises(
        AssertionError, match=r"the finding is at 1–6; write\nFROM a\n#\^\^\^\^\^\n"
    ):
        assert_findings(whole, "FROM a\n#    ^\n")


def test_words_that_are_not_in_the_block() -> None:
    one = made(page())
    one.words = ("clone", "fetch")
    assert said(one) == [
        "Bad: line 1: the carets mark column 6, where no finding is\n"
        "none of words=('clone', 'fetch') is in this block"
    ]


# -- rules that fail -----------------------------------------------------------------------------------


def failing(rule: Callable[..., Any], **more: Any) -> Rule:
    rule.__doc__ = f"Image is not b.\n\nOnly b works.\n\n{page('', FIXED)}"
    return Rule(rule, "ACM001", None, severity="warning", **more)  # type: ignore[arg-type]


def test_a_rule_that_raises_says_where_and_nothing_else() -> None:
    def helper(text: str) -> int:
        return int(text)

    def raising(from_: Any) -> Iterator[Finding]:
        helper(from_.image.text)
        yield from ()

    (text, *more) = said(failing(raising, fix="safe"))
    line = helper.__code__.co_firstlineno + 1
    assert text.startswith("failed: ValueError(")
    assert text.endswith(f" at {Path(__file__).relative_to(Path.cwd())}:{line}")
    assert len(more) == 1  # the Good block has another text, so another error
    assert more[0].startswith("failed: ValueError(")


def test_a_rule_that_yields_a_text() -> None:
    def texts(from_: Any) -> Iterator[Any]:
        yield "Use b."

    assert said(failing(texts)) == ["yields a str; yield Finding.at(…)"]


def test_a_rule_that_returns_a_finding() -> None:
    def one(from_: Any) -> Any:
        return Finding.at(from_, "Use b.")

    assert said(failing(one)) == ["returns a Finding; yield findings, or return a list of them"]


# -- fixes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("safety", ["safe", "unsafe"])
def test_a_declared_fix_that_is_shown(safety: str) -> None:
    assert said(made(page("", FIXED), fix=safety, gives=safety)) == []


NOT_SHOWN = {
    "none": ("safe", None, "", "declares fix='safe', but no block gets such a fix"),
    "unsafe-only": ("safe", "unsafe", FIXED, "declares fix='safe', but no block gets such a fix; they get an unsafe one: write fix='unsafe'"),
    "no-fixed-block": ("safe", "safe", "", "this block gets a fix that is safe: show it in a Fixed block right below"),
    "unsafe-not-shown": ("unsafe", "unsafe", "", "this block gets a fix that is unsafe: show it in a Fixed block right below"),
    "better": ("unsafe", "safe", FIXED, "declares fix='unsafe', but no block gets such a fix; they get a safe one: write fix='safe'"),
    "undeclared": (None, "safe", "", "this block gets a fix that is safe, but the rule declares none: add fix='safe'"),
}  # fmt: skip


@pytest.mark.parametrize(("fix", "gives", "more", "text"), NOT_SHOWN.values(), ids=NOT_SHOWN)
def test_a_fix_that_is_not_what_is_declared(
    fix: str | None, gives: str | None, more: str, text: str
) -> None:
    assert text in said(made(page("", more), fix=fix, gives=gives), FIX)


def test_a_check_in_flake8s_shape_declares_no_fix() -> None:
    def check(from_: Any) -> Iterator[Finding]:
        if from_.image.text != "b":
            fix = Fix("Use b.", [Edit.replace(from_.image, "b")], safe=True)
            yield Finding.at(from_.image, "ACM001 Use b.", fix=fix)

    check.__doc__ = f"Image is not b.\n\nOnly b works.\n\n{page(' Use b', FIXED)}"
    assert check_examples(check) == []


def test_a_fixed_block_of_nothing() -> None:
    assert said(made(page("", FIXED))) == ["the Bad block above has no fix"]


def test_a_fixed_block_with_another_text() -> None:
    fixed = FIXED.replace("FROM b", "FROM c")
    (text,) = said(made(page("", fixed), fix="safe", gives="safe"))
    assert text == "fixed text differs:\nFROM b\n--- expected:\nFROM c\n"


def test_a_fixed_block_in_the_wrong_place() -> None:
    text = "a Fixed block that does not follow a Bad block"
    assert text in said(made(BAD.format(text="") + GOOD + FIXED, fix="safe", gives="safe"))


# -- places --------------------------------------------------------------------------------------------

PAGES = '''
from dockerlint_rules import Finding, Severity, rule


@rule("ACM001", severity=Severity.INFO)
def seen(from_):
    """There is a FROM.

    For a test.

    Bad::

    ```dockerfile
    FROM a
    #^^^^^ There is one
    ```

    Good::

    ```dockerfile
    # nothing
    ```
    """
    yield Finding.at(from_, "There is a FROM.")
'''


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "acme_pages.py").write_text(PAGES)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "conftest.py").write_text(
        'pytest_plugins = ["dockerlint_rules.pytest_examples"]\n'
    )
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\ndockerlint_examples = acme_pages\npythonpath = .\ntestpaths = tests\n"
    )
    return tmp_path


def run_pytest(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_a_failure_has_file_and_line_and_an_id_that_runs_again(pages: Path) -> None:
    out = run_pytest(pages, "-q")
    assert "acme_pages.py:11: ACM001: Bad: 'There is one' is not in ['There is a FROM.']" in out
    printed = next(line for line in out.splitlines() if line.startswith("FAILED")).split()[1]
    assert printed == "tests/conftest.py::ACM001"
    assert "1 failed" in run_pytest(pages, printed)
    (pages / "acme_pages.py").write_text(PAGES.replace("There is one", "There is a"))
    assert "1 passed" in run_pytest(pages, printed)
    assert "1 passed" in run_pytest(pages, "-k", "ACM001")


def test_a_page_in_a_module_names_its_rules_line() -> None:
    def untitled(from_: Any) -> None:
        pass

    untitled.rule = Rule(untitled, "ACM001", None, severity="warning")  # type: ignore[attr-defined, arg-type]
    line = untitled.__code__.co_firstlineno
    first = check_examples(untitled)[0]
    assert first.endswith(f"test_page_problems.py:{line}: ACM001: no title")


class Shaped:
    """In flake8's shape."""

    def __init__(self, from_: object) -> None:
        pass

    def run(self) -> Iterator[Finding]:
        yield from ()


def test_a_check_in_flake8s_shape_names_its_module() -> None:
    shaped: Callable[..., Any] = Shaped
    place, _, problem = check_examples(shaped)[0].partition(": ")
    assert Path(place).name == Path(__file__).name
    assert problem.endswith("no reason after the title")
