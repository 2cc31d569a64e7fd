"""The parser for plain scripts gives the same commands as the grammar."""

from __future__ import annotations

import re

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
