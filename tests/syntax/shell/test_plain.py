"""The parser for plain scripts gives the same commands as the grammar."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dockerlint_rules.syntax.shell import grammar as shell_grammar
from dockerlint_rules.syntax.shell import plain as shell_plain

SAFE_WORDS = st.one_of(
    st.sampled_from(
        [
            "apt-get",
            "install",
            "-y",
            "--no-cache",
            "/var/lib/*",
            "pkg=1.2-3",
            "https://x.org/a.tar.gz",
            "./x.sh",
            "true",
            "7",
            "name:tag",
            "'a b'",
            '"a  b"',
            "''",
            "'$x'",
            "$X",
            "${X}",
            "a$X/b",
            "x${Y}z",
            '"$X"',
            '"v=${Y}/c"',
            r"\;",
            "a\\ b",
            "-o",
            "A=b",
            "{}",
            "*.txt",
            "a@b",
            "if",
            "done",
            "s/a/b/",
            "'a'\"b\"c",
            "a#b",
            "+x",
            "%n",
        ]
    ),
    st.text(alphabet="abcXYZ019_./:,@%+-", min_size=1, max_size=8),
)
PROGRAMS = st.sampled_from(
    [
        "apt-get",
        "./configure",
        "/usr/bin/make",
        "cd",
        "echo",
        "set",
        "sudo",
        "sh",
        "true",
        "$X/bin/pip",
    ]
)
ASSIGNMENTS = st.sampled_from(["A=1", "B='x y'", "C=$X", "D=", 'E="a b"', "F=a/b:c"])
REDIRECTS = st.sampled_from(
    [">/dev/null", "2>&1", "> f", ">>log", "< 'a b'", "2>/dev/null", "&> f"]
)
SEPARATORS = st.sampled_from(
    ["&&", "||", "|", ";", " && ", " | ", "; ", " || ", "  &&\t", "\n", " & "]
)


@st.composite
def plain_commands(draw: st.DrawFn) -> str:
    parts = draw(st.lists(ASSIGNMENTS, max_size=2))
    parts.append(draw(PROGRAMS))
    parts += draw(st.lists(SAFE_WORDS, max_size=4))
    # Redirects come last: before a redirect, a word that looks like a number would be its file descriptor.
    parts += draw(st.lists(REDIRECTS, max_size=2))
    return draw(st.sampled_from([" ", "  ", " \t"])).join(parts)


@st.composite
def plain_scripts(draw: st.DrawFn) -> str:
    text = draw(plain_commands())
    for command in draw(st.lists(plain_commands(), max_size=4)):
        text += draw(SEPARATORS) + command
    return text


def as_tuples(simples: list[shell_plain.PlainCommand]) -> list[object]:
    return [
        (one.before, one.after, one.conditional, one.assignments, one.words, one.redirects,
         [(member.first, member.last) for member in one.group])
        for one in simples
    ]  # fmt: skip


@given(plain_scripts())
@settings(max_examples=500, deadline=None)
def test_both_parsers_agree(text: str) -> None:
    # The grammar drops a lone dash before a redirect; the plain parser keeps it, as shells do.
    assume(not re.search(r"[ \t]-[ \t]+[0-9&<>]", text))
    plain = shell_plain.read_plain(text)
    assert plain is not None
    grammar, error = shell_grammar.read_grammar(text)
    assert not error
    assert as_tuples(plain) == as_tuples(grammar)


# -- what the plain parser reads itself -----------------------------------------------------------------


def shown(text: str) -> list[str] | None:
    """Commands as texts: operator before, assignments in (), words in [], redirects in <>, operator after."""
    found = shell_plain.read_plain(text)
    if found is None:
        return None
    out = []
    for one in found:
        parts = [one.before] if one.before else []
        parts += [f"({text[start:end]})" for start, end, _ in one.assignments]
        parts += [f"[{text[start:end]}]" for start, end, _ in one.words]
        parts += [
            f"<{operator} {text[start:end]}>" for _, operator, (start, end, _) in one.redirects
        ]
        parts += [one.after] if one.after else []
        out.append(" ".join(parts).replace("\n", "NL"))
    return out


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("a b", ["[a] [b]"]),
        ("  a\tb  ", ["[a] [b]"]),
        ("a&&b||c|d;e&f", ["[a] &&", "&& [b] ||", "|| [c] |", "| [d] ;", "; [e] &", "& [f]"]),
        (
            "a && b || c | d ; e & f",
            ["[a] &&", "&& [b] ||", "|| [c] |", "| [d] ;", "; [e] &", "& [f]"],
        ),
        ("a |& b", ["[a] |", "| [b]"]),
        ("a\nb\n", ["[a] NL", "NL [b]"]),
        ("a\n\n\nb", ["[a] NL", "NL [b]"]),
        ("\na", ["[a]"]),
        ("a;\nb", ["[a] ;", "; [b]"]),
        ("a &&\n\nb", ["[a] &&", "&& [b]"]),
        ("a &", ["[a] &"]),
        ("a;", ["[a] ;"]),
        ("a \\\n b", ["[a] [b]"]),
        ("# x\na # y\nb", ["[a] NL", "NL [b]"]),
        ("a # x", ["[a]"]),
        ("a#b c#", ["[a#b] [c#]"]),
        ("A=b C+=d e F=g", ["(A=b) (C+=d) [e] [F=g]"]),
        ("A='b c' D=$E", ["(A='b c') (D=$E)"]),
        ("A=b; c", ["(A=b) ;", "; [c]"]),
        ("1=a b=c", ["[1=a] [b=c]"]),
        ("a 'b c' \"d e\" f\\ g", ["[a] ['b c'] [\"d e\"] [f\\ g]"]),
        ('a "b \\" c" d', ['[a] ["b \\" c"] [d]']),
        ("a>b", ["[a] <> b>"]),
        ("a >b 2>>c <d", ["[a] <> b> <2>> c> << d>"]),
        ("a 2>&1 >|b <>c &>d &>>e <&3", ["[a] <2>& 1> <>| b> <<> c> <&> d> <&>> e> <<& 3>"]),
        ("a x2>b", ["[a] [x2] <> b>"]),
        ("a '2'>b", ["[a] ['2'] <> b>"]),
        ("a 2 >b", ["[a] [2] <> b>"]),
        (">f", ["<> f>"]),
        (">f a", ["[a] <> f>"]),
        ("a > 'b c'", ["[a] <> 'b c'>"]),
        ("a > if", ["[a] <> if>"]),
        ("a > b[1]'x'", ["[a] <> b[1]'x'>"]),
        ("a b[1] [c]", ["[a] [b[1]] [[c]]"]),
        ("[ a ]", ["[[] [a] []]"]),
        ("a if then { } !", ["[a] [if] [then] [{] [}] [!]"]),
        ("'if' a", ["['if'] [a]"]),
        ("é ü=1", ["[é] [ü=1]"]),
        ("a é", ["[a] [é]"]),
        ("", []),
        ("# x", []),
        ("\n \t\n", []),
        ("a" * 300 + " " + "b" * 300, [f"[{'a' * 300}] [{'b' * 300}]"]),
        ("a;b" + " " * 300 + "c", ["[a] ;", "; [b] [c]"]),
    ],
)
def test_commands(text: str, commands: list[str]) -> None:
    assert shown(text) == commands


@pytest.mark.parametrize(
    "text",
    [
        "if a; then b; fi", "{ a; }", "! a", "[[ a ]]", "while a", "(a)", "a `b`", "a $(b)", "a \"$(b)\"", "a \"`b`\"",
        "a ${b:-c}", "a \"${b%c}\"", "a ${1b}", "a ${}", "a ${b", "a $", "a $.", "a \"$\"", "a 'b", 'a "b', 'a "b\\', "a\\",
        "a b\\\nc", "a b\\\rc", "a \\é", "a ;; b", "a ;& b", "; a", "&& a", "a && && b", "a &&", "a ||", "a |", "a | ; b",
        "a >", "a > > b", "a > && b", "a > ; b", "a << b", "a <(b)", "a >(b)", "a[1]=b", "a[1]='b'", "a'b'[1]", "[a] b",
        "a\x00", "a \x80", "function a", "a 2>&1 >", "a ~☃",
    ],
)  # fmt: skip
def test_what_is_left_to_the_grammar(text: str) -> None:
    assert shown(text) is None


@pytest.mark.parametrize(
    ("word", "marks"),
    [
        ("$X", [(2, 4, "${X}")]),
        ("${X}b", [(2, 6, "${X}")]),
        ("a$X_1.b$Y", [(3, 7, "${X_1}"), (9, 11, "${Y}")]),
        ('"$X b ${Y}"', [(3, 5, "${X}"), (8, 12, "${Y}")]),
        ("$10", [(2, 4, "${1}")]),
        ("${10}", [(2, 7, "${10}")]),
        ("$?$$$!", [(2, 4, "${?}"), (4, 6, "${$}"), (6, 8, "${!}")]),
        ('"$@"', [(3, 5, "${@}")]),
        ("'$X'", []),
        ('"\\$X"', []),
        ("\\$X", []),
        ('"a"', []),
        ("é", []),
    ],
)
def test_expansions(word: str, marks: list[tuple[int, int, str]]) -> None:
    found = shell_plain.read_plain(f"a {word}")
    assert found
    assert found[0].words[1] == (2, 2 + len(word), marks)


def test_words_without_quotes_have_no_list_of_expansions() -> None:
    found = shell_plain.read_plain("a b#c d")
    assert found
    assert found[0].words == [(0, 1, None), (2, 5, None), (6, 7, None)]


def test_conditions_pipelines_and_ends() -> None:
    text = "A=1 a >x 2>y || b | c && d | e"
    found = shell_plain.read_plain(text)
    assert found
    assert [one.conditional for one in found] == [False, True, True, False, False]
    assert [len(one.group) for one in found] == [1, 2, 2, 2, 2]
    assert found[1].group is found[2].group
    assert found[3].group is found[4].group
    assert (found[0].first, found[0].last) == (0, 12)
    assert [start for start, _, _ in found[0].redirects] == [6, 9]
    assert [(one.nested, one.function) for one in found] == [(False, False)] * 5
    (first,) = shell_plain.read_plain(">x a") or ()
    assert (first.first, first.last) == (0, 4)
    (first,) = shell_plain.read_plain("a b=c >x") or ()
    assert (first.first, first.last) == (0, 8)


@pytest.mark.parametrize(
    ("word", "expected"),
    [("a=b", True), ("a+=b", True), ("_1=", True), ("a", False), ("a+", False), ("1=b", False), ("é=b", False),
     ("a-b=c", False), ("=b", False), ("a==b", True), ("a++=b", False)],
)  # fmt: skip
def test_assignments(word: str, expected: bool) -> None:
    assert shell_plain.is_assignment(word) is expected


@pytest.mark.parametrize(
    ("text", "name"),
    [("abc", "abc"), ("a1_ b", "a1_"), ("_", "_"), ("1a", "1"), ("10", "1"), ("?x", "?"), ("@", "@"), ("*", "*"), ("-", "-"),
     (".a", ""), ("", ""), ("é", "")],
)  # fmt: skip
def test_variable_names(text: str, name: str) -> None:
    assert shell_plain.variable_name(f"${text}", 1) == name
