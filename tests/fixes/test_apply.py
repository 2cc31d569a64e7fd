"""The engine of fixes: what is applied, what is taken back, and what is left out."""

from __future__ import annotations

import pytest

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.apply import apply_fixes
from dockerlint_rules.syntax.source import Source


def finding(
    source: Source,
    code: str,
    *edits: Edit,
    at: int = 0,
    safe: bool = True,
    severity: Severity = Severity.INFO,
    message: str = "m",
) -> Finding:
    made = Finding.at(at, message, fix=Fix("x", edits, safe=safe) if edits else None)
    made.code, made.severity, made.path = code, severity, "Dockerfile"
    made.line, made.column = source.position(at)
    made.start = made.end = at
    made.aliases = ()
    return made


def words(source: Source, word: str, new: str, code: str = "X1", **more: object) -> list[Finding]:
    """A rule that wants *word* to be *new* wherever it stands."""
    found, at = [], source.text.find(word)
    while at >= 0:
        edit = Edit(at, at + len(word), new)
        found.append(finding(source, code, edit, at=at, **more))  # type: ignore[arg-type]
        at = source.text.find(word, at + len(word))
    return found


def test_everything_that_does_not_touch_is_applied_in_one_pass() -> None:
    calls = []

    def lint(source: Source) -> list[Finding]:
        calls.append(source.text)
        return words(source, "a", "b")

    result = apply_fixes(Source("FROM a\nRUN a a\n"), lint, unsafe=False)
    assert result.source.text == "FROM b\nRUN b b\n"
    assert len(result.fixed) == 3
    assert not result.findings
    assert len(calls) == 2


def test_unsafe_ones_only_when_asked() -> None:
    def lint(source: Source) -> list[Finding]:
        return words(source, "a", "b", safe=False)

    assert apply_fixes(Source("FROM a\n"), lint, unsafe=False).fixed == []
    assert apply_fixes(Source("FROM a\n"), lint, unsafe=True).source.text == "FROM b\n"


def test_overlapping_fixes_take_turns() -> None:
    def lint(source: Source) -> list[Finding]:
        return words(source, "abc", "x", "X1") + words(source, "cd", "y", "X2")

    result = apply_fixes(Source("FROM i\nRUN abcd cd\n"), lint, unsafe=False)
    assert result.source.text == "FROM i\nRUN xd y\n"
    assert not result.rejected


def test_two_insertions_at_one_place_take_turns() -> None:
    def lint(source: Source) -> list[Finding]:
        found = []
        for code, flag in (("X1", " -y"), ("X2", " -q")):
            if flag not in source.text:
                found.append(finding(source, code, Edit(12, 12, flag), at=7))
        return found

    assert apply_fixes(Source("FROM i\nRUN a b\n"), lint, unsafe=False).source.text in (
        "FROM i\nRUN a -q -y b\n",
        "FROM i\nRUN a -y -q b\n",
    )


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ([Edit(0, 999, "")], "its edit is outside the file"),
        ([Edit(-1, 2, "")], "its edit is outside the file"),
        ([Edit(3, 2, "")], "its edit is outside the file"),
        ([Edit(0, 3, ""), Edit(2, 4, "")], "its edits overlap each other"),
        ([Edit(2, 2, "a"), Edit(2, 2, "b")], "its edits overlap each other"),
        ([Edit(5, 6, "i")], "it changes nothing"),
        ([Edit(0, 4, "FORM")], "the file would have more syntax errors"),
    ],
)
def test_nonsense_is_left_out_and_named(edits: list[Edit], why: str) -> None:
    def lint(source: Source) -> list[Finding]:
        return [finding(source, "X1", *edits), *words(source, "z", "y", "X2")]

    result = apply_fixes(Source("FROM i\nRUN z\n"), lint, unsafe=False)
    assert [(one.code, said) for one, said in result.rejected] == [("X1", why)]
    assert result.source.text == "FROM i\nRUN y\n"


def test_a_fix_that_fixes_nothing_is_rejected() -> None:
    def lint(source: Source) -> list[Finding]:
        return [
            *(finding(source, "X1", Edit(6, 6, "i")) for _ in range(1)),
            *words(source, "z", "y", "X2"),
        ]

    result = apply_fixes(Source("FROM i\nRUN z\n"), lint, unsafe=False)
    assert [(one.code, why) for one, why in result.rejected] == [
        ("X1", "X1 would still be reported")
    ]
    assert result.source.text == "FROM i\nRUN y\n"


def test_two_rules_that_undo_each_other_end() -> None:
    def lint(source: Source) -> list[Finding]:
        return words(source, "aa", "bb", "X1") + words(source, "bb", "aa", "X2")

    result = apply_fixes(Source("FROM i\nRUN aa\n"), lint, unsafe=False)
    assert result.source.text == "FROM i\nRUN bb\n"
    assert [why for _, why in result.rejected] == ["it undoes another fix"]


def test_a_fix_that_brings_a_warning_about_is_left_out() -> None:
    def lint(source: Source) -> list[Finding]:
        return words(source, "a", "b", "X1") + [
            finding(source, "X2", at=at, severity=Severity.WARNING)
            for at, char in enumerate(source.text)
            if char == "b"
        ]

    result = apply_fixes(Source("FROM i\nRUN a\n"), lint, unsafe=False)
    assert result.source.text == "FROM i\nRUN a\n"
    assert [why for _, why in result.rejected] == ["it would cause a finding of X2"]


def test_a_warning_that_the_next_pass_fixes_does_no_harm() -> None:
    def lint(source: Source) -> list[Finding]:
        warn = Severity.WARNING
        return words(source, "a", "b", "X1") + words(source, "b", "c", "X2", severity=warn)

    assert (
        apply_fixes(Source("FROM i\nRUN a\n"), lint, unsafe=False).source.text == "FROM i\nRUN c\n"
    )


def test_one_bad_fix_among_many_keeps_none_of_the_others_back() -> None:
    text = "FROM i\n" + "RUN a\n" * 200

    def lint(source: Source) -> list[Finding]:
        found = words(source, "a", "b")
        bad = finding(source, "X9", Edit(0, 4, "FORM"), at=3)
        return [*found[:77], bad, *found[77:]]

    result = apply_fixes(Source(text), lint, unsafe=False)
    assert result.source.text == text.replace("a", "b")
    assert [one.code for one, _ in result.rejected] == ["X9"]


def test_a_json_array_must_stay_one() -> None:
    def lint(source: Source) -> list[Finding]:
        at = source.text.find('b"]')
        return [finding(source, "X1", Edit(at + 2, at + 2, " -y"), at=7)] if at >= 0 else []

    result = apply_fixes(Source('FROM i\nRUN ["a", "b"]\n'), lint, unsafe=False)
    assert [why for _, why in result.rejected] == ["the file would have more syntax errors"]


def test_at_most_ten_passes() -> None:
    def lint(source: Source) -> list[Finding]:
        letter = source.text[-2]
        return words(source, letter, chr(ord(letter) + 1), message=f"{letter} is in use")

    result = apply_fixes(Source("FROM z\nRUN a\n"), lint, unsafe=False)
    assert result.source.text == "FROM z\nRUN k\n"
    assert len(result.fixed) == 10
    assert not result.rejected


def test_passes_that_fail_in_part_do_not_count() -> None:
    text = "FROM i\n" + "RUN a\nRUN z\n" * 24

    def lint(source: Source) -> list[Finding]:
        bad = [
            finding(source, f"X{at}", Edit(0, 4, f"FORM{at}"), at=at)
            for at, char in enumerate(source.text)
            if char == "z"
        ]
        return [*words(source, "a", "b"), *bad]

    result = apply_fixes(Source(text), lint, unsafe=False)
    assert result.source.text == text.replace("a", "b")
    assert len(result.rejected) == 24


def test_a_rejected_fix_holds_up_no_later_pass() -> None:
    def lint(source: Source) -> list[Finding]:
        return [
            finding(source, "X0", message="no fix"),
            finding(source, "X1", Edit(0, 4, "FORM"), message="bad"),
            finding(source, "X2", Edit(0, 4, "FRM"), message="bad and unsafe", safe=False),
            *words(source, "abc", "x", "X3"),
            *words(source, "cd", "y", "X4"),
        ]

    result = apply_fixes(Source("FROM i\nRUN abcd\nRUN cd\n"), lint, unsafe=False)
    assert result.source.text == "FROM i\nRUN xd\nRUN y\n"
    assert [one.code for one, _ in result.rejected] == ["X1"]


def test_a_later_text_is_not_made_twice() -> None:
    def lint(source: Source) -> list[Finding]:
        return [
            *words(source, "aa", "bb", "X1"),
            *words(source, "bb", "cc", "X2"),
            *words(source, "cc", "bb", "X3"),
        ]

    result = apply_fixes(Source("FROM i\nRUN aa\n"), lint, unsafe=False)
    assert result.source.text == "FROM i\nRUN cc\n"
    assert [(one.code, why) for one, why in result.rejected] == [("X3", "it undoes another fix")]


def test_fixes_side_by_side_are_applied_in_one_pass() -> None:
    texts = []

    def lint(source: Source) -> list[Finding]:
        texts.append(source.text)
        if source.text != "FROM i\nRUN abcd\n":
            return []
        return [
            finding(source, "X1", Edit(13, 15, "y"), at=13),
            finding(source, "X2", Edit(11, 13, "x"), at=11),
        ]

    apply_fixes(Source("FROM i\nRUN abcd\n"), lint, unsafe=False)
    assert texts == ["FROM i\nRUN abcd\n", "FROM i\nRUN xy\n"]


def test_edits_of_one_fix_side_by_side() -> None:
    def lint(source: Source) -> list[Finding]:
        if "abcd" not in source.text:
            return []
        return [finding(source, "X1", Edit(11, 13, "x"), Edit(13, 15, "y"), at=11)]

    assert (
        apply_fixes(Source("FROM i\nRUN abcd\n"), lint, unsafe=False).source.text
        == "FROM i\nRUN xy\n"
    )


def test_a_fix_without_edits_is_named() -> None:
    def lint(source: Source) -> list[Finding]:
        made = finding(source, "X1")
        made.fix = Fix("x", [], safe=True)
        return [made]

    result = apply_fixes(Source("FROM i\n"), lint, unsafe=False)
    assert [why for _, why in result.rejected] == ["it has no edits"]
    assert not result.fixed


def test_an_unsafe_fix_of_the_next_pass_counts_when_it_may_be_applied() -> None:
    def lint(source: Source) -> list[Finding]:
        return [
            *words(source, "a", "b", "X1"),
            *words(source, "b", "c", "X2", severity=Severity.WARNING, safe=False),
        ]

    asked = apply_fixes(Source("FROM i\nRUN a\n"), lint, unsafe=True)
    assert asked.source.text == "FROM i\nRUN c\n"
    unasked = apply_fixes(Source("FROM i\nRUN a\n"), lint, unsafe=False)
    assert [why for _, why in unasked.rejected] == ["it would cause a finding of X2"]


@pytest.mark.parametrize("severity", [Severity.ERROR, Severity.WARNING])
def test_warnings_that_were_there_before_do_no_harm(severity: Severity) -> None:
    def lint(source: Source) -> list[Finding]:
        return [*words(source, "a", "b"), finding(source, "X2", severity=severity)]

    assert (
        apply_fixes(Source("FROM i\nRUN a\n"), lint, unsafe=False).source.text == "FROM i\nRUN b\n"
    )


@pytest.mark.parametrize("severity", [Severity.INFO, Severity.STYLE])
def test_hints_that_a_fix_causes_do_no_harm(severity: Severity) -> None:
    def lint(source: Source) -> list[Finding]:
        if "a" in source.text:
            return words(source, "a", "b")
        return [finding(source, "X2", severity=severity)]

    assert (
        apply_fixes(Source("FROM i\nRUN a\n"), lint, unsafe=False).source.text == "FROM i\nRUN b\n"
    )


@pytest.mark.parametrize(
    ("text", "is_fixed"),
    [("FROM i\nRNU x\nRUN a\n", True), ("FROM i\nRUN [x\nRUN a\n", False), ("FROM i\nRUN a\n", False)],
    ids=["a-file-that-was-not-read-to-its-end", "an-array-that-is-none", "a-good-file"],
)  # fmt: skip
def test_warnings_that_a_broken_file_hid(text: str, is_fixed: bool) -> None:
    def lint(source: Source) -> list[Finding]:
        if " a" in source.text:
            return words(source, " a", " b")
        return [finding(source, "X2", severity=Severity.WARNING)]

    result = apply_fixes(Source(text), lint, unsafe=False)
    assert (len(result.fixed), len(result.rejected)) == ((1, 0) if is_fixed else (0, 1))


def test_numbers_in_messages_move_with_their_lines() -> None:
    def lint(source: Source) -> list[Finding]:
        found = []
        for number, line in enumerate(source.text.splitlines(), 1):
            at = source.offset(number)
            if "RUN" in line:
                edits = [Edit(at, source.offset(number + 1), "")] if "x" in line else []
                found.append(finding(source, "X1", *edits, at=at, message=f"line {number} runs"))
        return found

    result = apply_fixes(Source("FROM i\nRUN x\nRUN a\n"), lint, unsafe=False)
    assert result.source.text == "FROM i\nRUN a\n"
    assert [one.message for one in result.findings] == ["line 2 runs"]
