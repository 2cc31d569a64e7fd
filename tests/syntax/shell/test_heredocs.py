"""Heredocs in shell scripts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockerlint_rules.syntax.shell import heredocs as shell_heredoc
from dockerlint_rules.syntax.source import LogicalText


@given(st.text(alphabet="ab'\"\\\n \t<EOF-;", max_size=60))
@settings(max_examples=200, deadline=None)
def test_masked_heredocs_keep_all_indices(text: str) -> None:
    found = shell_heredoc.find_heredocs(text)
    masked = shell_heredoc.without_heredocs(text, found)
    assert len(masked) == len(text)
    for one in found:
        assert 0 <= one.body_start <= one.body_end <= len(text)
        one.script(LogicalText([(text, 0)]))


Found = tuple[str, str, bool, str]  # operator, name, whether the body is expanded, body


def found(text: str) -> list[Found]:
    return [
        (one.operator, one.name, one.expands, text[one.body_start : one.body_end])
        for one in shell_heredoc.find_heredocs(text)
    ]


@pytest.mark.parametrize(
    ("text", "heredocs"),
    [
        ("a <<E\nx\ny\nE\nb", [("<<", "E", True, "x\ny\n")]),
        ("a <<-E\n\tx\n\t\tE\nb", [("<<-", "E", True, "\tx\n")]),
        ("a <<E\n\tE\nE\n", [("<<", "E", True, "\tE\n")]),
        ("a << \tE\nx\nE", [("<<", "E", True, "x\n")]),
        ("a <<'E F'\nx\nE F\n", [("<<", "E F", False, "x\n")]),
        ('a <<"E"\nx\nE\n', [("<<", "E", False, "x\n")]),
        ("a <<\\E\nx\nE\n", [("<<", "E", False, "x\n")]),
        ("a <<E'F'\nx\nEF\n", [("<<", "EF", False, "x\n")]),
        ("a <<E <<-F\nx\nE\ny\nF\n", [("<<", "E", True, "x\n"), ("<<-", "F", True, "y\n")]),
        ("a <<E\nx", [("<<", "E", True, "x")]),
        ("a <<E\nx\n", [("<<", "E", True, "x\n")]),
        ("a <<E\nE", [("<<", "E", True, "")]),
        ("a <<E <<F\nx\nE", [("<<", "E", True, "x\n")]),
        ("a <<E <<F\nx\nE\n", [("<<", "E", True, "x\n"), ("<<", "F", True, "")]),
        ("a <<E", []),
        ("a <<<E\nx\nE", []),
        ("a <<\nx", []),
        ("a <<'E\nx\nE", []),
        ("a '<<E'\nx\nE", []),
        ('a "<<E"\nx\nE', []),
        ("a \\<<E\nx\nE", []),
        ("a \\<\\<E\nx\nE", []),
        ("# <<E\nx\nE", []),
        ("a\n# b\n# <<E\nx\nE", []),
        ("a # <<E\nx\nE", []),
        ("a;#<<E\nx\nE", []),
        ("a#<<E\nx\nE", [("<<", "E", True, "x\n")]),
        ("(#<<E\nx\nE", []),
        ("a $((1<<E))\nx\nE", []),
        ("((1<<E))\nx\nE", []),
        ("(a <<E\nx\nE\n)", [("<<", "E", True, "x\n")]),
        ("((a)) <<E\nx\nE\n", [("<<", "E", True, "x\n")]),
        ('"$(a <<E\nx\nE\n)"', [("<<", "E", True, "x\n")]),
        ('"a" <<E\nx\nE\n', [("<<", "E", True, "x\n")]),
        ('"$(a "b" <<E\nx\nE\n) <<F"\ny\nF', [("<<", "E", True, "x\n")]),
        ('"a \\" <<E"\nx\nE', []),
        ('"(" <<E\nx\nE\n', [("<<", "E", True, "x\n")]),
        ("a ) <<E\nx\nE\n", [("<<", "E", True, "x\n")]),
        ("a 'b'<<E\nx\nE\n", [("<<", "E", True, "x\n")]),
        ("a 'b\nc' <<E\nx\nE\n", [("<<", "E", True, "x\n")]),
        ("a <<E\n'\nE\nb <<F\ny\nF\n", [("<<", "E", True, "'\n"), ("<<", "F", True, "y\n")]),
        ("a <<E\nE\n\n b <<F\ny\nF\n", [("<<", "E", True, ""), ("<<", "F", True, "y\n")]),
        ("a <<E;b\nx\nE\n", [("<<", "E", True, "x\n")]),
        ("a <<E>f\nx\nE\n", [("<<", "E", True, "x\n")]),
        ("(a <<E)\nx\nE\n", [("<<", "E", True, "x\n")]),
    ],
)
def test_what_is_found(text: str, heredocs: list[Found]) -> None:
    assert found(text) == heredocs


def test_places_of_operator_and_word() -> None:
    text = "a 3<<-  'E' | b\nx\nE\n"
    (one,) = shell_heredoc.find_heredocs(text)
    assert (one.operator_at, one.word_at) == (3, 8)
    assert text[one.word_at :].startswith("'E'")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("a <<E | b\nx\nE\nc", "a < E | b\n   \nc"),
        ("a <<-E\n\tx\nE", "a <  E\n    "),
        ("a <<E\nx\nE", "a < E\n   "),
        ("a <<E <<F\nx\nE\ny\nF\nb", "a < E < F\n   \n   \nb"),
        ("a <<<E\nb", "a <<<E\nb"),
        ("a", "a"),
    ],
)
def test_what_is_left(text: str, masked: str) -> None:
    left = shell_heredoc.without_heredocs(text, shell_heredoc.find_heredocs(text))
    assert left.replace("\n", " ") == masked.replace("\n", " ")
    assert len(left) == len(text)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("a <<E\n\tx $y\nz\nE\n", "\tx $y\nz\n"),
        ("a <<-E\n\t\tx\n y\n\n\tE\n", "x\n y\n\n"),
        ('a <<E\n\\$a \\`b\\` \\\\ \\c \\"\nE\n', '$a `b` \\ \\c \\"\n'),
        ("a <<E\n\\\\\\$a\nE\n", "\\$a\n"),
        ("a <<E\n\\c\\$d\nE\n", "\\c$d\n"),
        ("a <<'E'\n\\$a\nE\n", "\\$a\n"),
        ("a <<-'E'\n\t\\$a\nE\n", "\\$a\n"),
        ("a <<E\nx\\$", "x$"),
        ("a <<-E\n\t", ""),
        ("a <<E\nE\n", ""),
    ],
)
def test_script_of_a_body(text: str, script: str) -> None:
    (one,) = shell_heredoc.find_heredocs(text)
    got = one.script(LogicalText([(text, 100)]))
    assert got.text == script
    assert [text[got.offset(at) - 100] for at in range(len(script))] == list(script)
    assert got.end_offset == one.body_end + 100 or one.body_end == len(text)
