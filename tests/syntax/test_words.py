"""Variables and quotes in words; expectations worked out from BuildKit's lexer."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockerlint_rules.syntax import words
from dockerlint_rules.syntax.word_variables import variables
from dockerlint_rules.syntax.words import ExpansionError, expand, expand_and_split, split

ENV = {
    "DIR": "/srv/app",
    "FILE": "archive.tar.gz",
    "LIST": "80 443\t 8080",
    "NONE": "",
    "TWO": "one\ntwo",
    "GLOB": "*",
    "été": "summer",
}
# Texts made of what the lexer looks at, so that most of them mean something.
texts = st.text(alphabet="ab$${}}:-+?#%/<'\"\\` \n*1_é", max_size=30)
flags = st.fixed_dictionaries(
    {name: st.booleans() for name in ("raw_quotes", "raw_escapes", "skip_unset", "skip_quotes")}
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("plain", "plain", id="plain"),
        pytest.param("", "", id="empty"),
        pytest.param("$DIR/bin", "/srv/app/bin", id="bare"),
        pytest.param("${DIR}x", "/srv/appx", id="braces"),
        pytest.param("[$DIRx]", "[]", id="longest-name"),
        pytest.param("$été!", "summer!", id="unicode-name"),
        pytest.param("$1DIR", "DIR", id="digits-end-the-name"),
        pytest.param("$@DIR", "DIR", id="one-special-character"),
        pytest.param("5$ or 5$.", "5$ or 5$.", id="lone-dollar"),
        pytest.param("a'$DIR \\'b", "a$DIR \\b", id="single-quotes"),
        pytest.param('"a $DIR"', "a /srv/app", id="double-quotes"),
        pytest.param(r'"\$DIR \" \\ \n"', r"$DIR " + '" \\ \\n', id="escapes-in-double-quotes"),
        pytest.param(r"\$DIR\ \n", "$DIR n", id="escapes-outside"),
        pytest.param("end\\", "end", id="escape-at-the-end"),
        pytest.param("'$DIR'$DIR'$DIR'", "$DIR/srv/app$DIR", id="two-pairs-of-single-quotes"),
        pytest.param("''$DIR", "/srv/app", id="nothing-in-quotes"),
        pytest.param("\ufeffplain", "plain", id="byte-order-mark-before-a-plain-word"),
        pytest.param("${DIR-a}${DIR:-b}", "/srv/app/srv/app", id="default-not-used"),
        pytest.param("${NONE-a}${NONE:-b}${X-c}${X:-d}", "bcd", id="default"),
        pytest.param("${DIR+a}${NONE+b}${NONE:+c}${X+d}", "ab", id="alternative"),
        pytest.param("${NONE?no}${DIR:?no}", "/srv/app", id="required"),
        pytest.param("${X:-${Y:-<$DIR>}}", "</srv/app>", id="nested-default"),
        pytest.param("${X:-'}'\"}\"}", "}}", id="quoted-brace-in-default"),
        pytest.param(r"${X:-\}}", "}", id="escaped-brace-in-default"),
        pytest.param("${+a}", "", id="empty-name"),
        pytest.param("${FILE#*.}", "tar.gz", id="shortest-prefix"),
        pytest.param("${FILE##*.}", "gz", id="longest-prefix"),
        pytest.param("${FILE%.*}", "archive.tar", id="shortest-suffix"),
        pytest.param("${FILE%%.*}", "archive", id="longest-suffix"),
        pytest.param("${FILE%zip}", "archive.tar.gz", id="no-such-suffix"),
        pytest.param("${FILE#??}", "chive.tar.gz", id="question-marks"),
        pytest.param("${GLOB#\\*}|${FILE#\\*}", "|archive.tar.gz", id="escaped-star"),
        pytest.param("${X#a}${NONE%a}", "", id="trim-nothing"),
        pytest.param("${TWO#*}|${TWO##*}", "one\ntwo|\ntwo", id="star-stops-at-line-end"),
        pytest.param("${FILE/ar/AR}", "ARchive.tar.gz", id="replace-first"),
        pytest.param("${FILE//ar/AR}", "ARchive.tAR.gz", id="replace-all"),
        pytest.param("${FILE/a*a/-}", "-r.gz", id="replace-greedy"),
        pytest.param("${FILE//[.]/-}", "archive.tar.gz", id="no-brackets"),
        pytest.param(r"${DIR//\//-}", "-srv-app", id="escaped-stroke"),
        pytest.param("${FILE//?r/<\\$0>}", "<\\ar>chive.t<\\ar>.gz", id="replacement-with-match"),
        pytest.param("${DIR//p/'$$ ${0} $1.'}", "/srv/a$ p .$ p .", id="replacement-names"),
        pytest.param("${DIR/p/'$0'}", "/srv/a$0p", id="first-replacement-is-no-template"),
        pytest.param("${DIR///.}", "./.s.r.v./.a.p.p.", id="empty-pattern"),
        pytest.param("${DIR//*/.}", ".", id="no-empty-match-after-a-match"),
        pytest.param("${TWO//*/.}", ".\n.", id="replace-line-by-line"),
        pytest.param("${TWO/e*o/.}", "one\ntwo", id="match-on-a-later-line"),
        pytest.param("a < b << c", "a < b << c", id="angles"),
        pytest.param("\ufeff$DIR", "/srv/app", id="byte-order-mark"),
    ],
)  # fmt: skip
def test_expand(text: str, expected: str) -> None:
    assert expand(text, ENV) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("a'b", "unexpected end of statement while looking for matching single-quote", id="single-quote"),
        pytest.param('a"b', "unexpected end of statement while looking for matching double-quote", id="double-quote"),
        pytest.param('"a\\', "unexpected end of statement while looking for matching double-quote", id="escape-in-quote"),
        pytest.param("${", "syntax error: missing '}'", id="open-brace"),
        pytest.param("${}", "syntax error: bad substitution", id="no-name"),
        pytest.param("${:-a}", "syntax error: bad substitution", id="colon-first"),
        pytest.param("${DIR", "unsupported modifier (\ufffd) in substitution", id="ends-after-name"),
        pytest.param("${DIR:", "syntax error: missing '}'", id="ends-after-colon"),
        pytest.param("${DIR:-a", "syntax error: missing '}'", id="ends-in-default"),
        pytest.param("${DIR:-'a}", "syntax error: missing '}'", id="quote-open-in-default"),
        pytest.param("${DIR/a", "syntax error: missing '/' in ${}", id="ends-in-pattern"),
        pytest.param("${DIR/${X:-a", "syntax error: missing '/' in ${}", id="outermost-is-heard"),
        pytest.param("${DIR/a/b", "syntax error: missing '}'", id="ends-in-replacement"),
        pytest.param("${DIR=a}", "unsupported modifier (=) in substitution", id="assignment"),
        pytest.param("${DIR:=a}", "unsupported modifier (:=) in substitution", id="assignment-with-colon"),
        pytest.param("${DIR:#a}", "unsupported modifier (:#) in substitution", id="colon-and-trim"),
        pytest.param("${DIR:-${X=}}", "unsupported modifier (=) in substitution", id="in-unused-default"),
        pytest.param("${X?}", "X: is not allowed to be unset", id="unset"),
        pytest.param("${X:?}", "X: is not allowed to be unset", id="unset-with-colon"),
        pytest.param("${NONE:?}", "NONE: is not allowed to be empty", id="empty"),
        pytest.param("${X?set $DIR}", "X: set /srv/app", id="own-message"),
        pytest.param("${DIR#\\a}", "invalid pattern (\\a) in substitution: invalid escape '\\a'", id="bad-escape"),
        pytest.param("${DIR%ab\\c}", "invalid pattern (\\cba) in substitution: invalid escape '\\c'", id="bad-escape-reversed"),
        pytest.param("${DIR//'\\'/}", "invalid pattern (\\) in substitution: invalid escape '\\\ufffd'", id="lone-escape"),
        pytest.param("${\udcff}", "unsupported modifier (\ufffd) in substitution", id="byte-not-utf-8"),
    ],
)  # fmt: skip
def test_errors(text: str, reason: str) -> None:
    for call in (expand, split, expand_and_split):
        with pytest.raises(ExpansionError) as caught:
            call(text, ENV)
        start, end = str(caught.value).split('": ', 1)
        assert (start[:19], end) == ('failed to process "', reason)


def test_error_quotes_the_text() -> None:
    with pytest.raises(ExpansionError) as caught:
        expand('a\t\\"\udcffé${}', ENV)
    shown = r'"a\t\\\"\xffé${}"'
    assert str(caught.value) == f"failed to process {shown}: syntax error: bad substitution"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("$LIST/tcp 1", ["80", "443", "8080/tcp", "1"], id="after-expansion"),
        pytest.param('"$LIST" 1', ["80 443\t 8080", "1"], id="quoted"),
        pytest.param(r"a\ b c", ["a b", "c"], id="escaped-blank"),
        pytest.param("'' \"\" $NONE", [], id="empty-ones-vanish"),
        pytest.param(" a\u3000b\x85c\x1fd ", ["a", "b", "c\x1fd"], id="unicode-blanks"),
        pytest.param("${X:-a 'b c'}", ["a", "b", "c"], id="quotes-in-default-do-not-count"),
        pytest.param("a b${X:-c}d e", ["a", "cd", "e"], id="operator-drops-the-word-before"),
        pytest.param("a b${DIR}d e", ["a", "b/srv/appd", "e"], id="no-operator-keeps-it"),
        pytest.param('a "b${X:-c}d" e', ["a", "bcd", "e"], id="inside-quotes-it-is-kept"),
        pytest.param('a"b${X:-c}d"', ["bcd"], id="but-not-before-the-quotes"),
        pytest.param("a << \tb < c", ["a", "<< \tb", "<", "c"], id="heredoc-blanks"),
        pytest.param("<<\vb", ["<<", "b"], id="no-heredoc-blank"),
    ],
)  # fmt: skip
def test_split(text: str, expected: list[str]) -> None:
    assert split(text, ENV) == expected
    assert expand_and_split(text, ENV).words == expected


def test_other_escape() -> None:
    assert expand('C:\\x`$DIR "`$`a\\"`', ENV, "`") == "C:\\x$DIR $`a\\"
    assert split("a` b c\\ d", ENV, "`") == ["a b", "c\\", "d"]
    # In a pattern the backslash escapes all the same.
    assert expand("${GLOB#\\*}", ENV, "`") == ""


def test_unmatched_in_order_of_look_up() -> None:
    assert expand_and_split("$b ${a:-$c} $b $DIR", ENV).unmatched == ["b", "c", "a"]


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        pytest.param("'a b' \"$DIR\"", ["raw_quotes"], "'a b' \"/srv/app\"", id="quotes"),
        pytest.param(r'\a "\$ \b" $X', ["raw_escapes"], r"\a \$ \b ", id="escapes"),
        pytest.param("$X ${X} ${DIR}", ["skip_unset"], "$X ${X} /srv/app", id="unset"),
        pytest.param("${X:-$DIR} ${X##'a'}", ["skip_unset"], "${X:-/srv/app} ${X##a}", id="unset-operator"),
        pytest.param("${X//a/$DIR}", ["skip_unset"], "${X/a//srv/app}", id="unset-replacement"),
        pytest.param("don't \"$DIR\" \\$DIR", ["skip_quotes"], "don't \"/srv/app\" $DIR", id="no-quotes"),
        pytest.param(r"${X:-\a}${X#\*}", ["raw_escapes", "skip_unset"], r"${X:-a}${X#\*}", id="escape-in-default"),
    ],
)  # fmt: skip
def test_process_options(text: str, options: list[str], expected: str) -> None:
    assert expand_and_split(text, ENV, "\\", **dict.fromkeys(options, True)).text == expected


def test_raw_words_stand_in_the_text() -> None:
    text = r"""RUN sh -c "a \n \"b\" $x" '\' \  <<-"E \q" ${y}"""
    result = expand_and_split(text, {}, raw_quotes=True, raw_escapes=True, skip_unset=True)
    assert result.text == text
    assert result.words == [
        "RUN", "sh", "-c", r'"a \n \"b\" $x"', r"'\'", "\\ ", r'<<-"E \q"', "${y}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("none '$a' \\$b $", [], id="none"),
        pytest.param("$a\"${b}\"", [("a", "$a", "", None), ("b", "${b}", "", None)], id="plain"),
        pytest.param("x${a:-y $b}", [("a", "${a:-y $b}", ":-", "y $b"), ("b", "$b", "", None)], id="nested"),
        pytest.param("${a-}${a:+'b'}${a?c}", [("a", "${a-}", "-", ""), ("a", "${a:+'b'}", ":+", "'b'"), ("a", "${a?c}", "?", "c")], id="operators"),
        pytest.param("${a#b}${a##b}", [("a", "${a#b}", "#", "b"), ("a", "${a##b}", "##", "b")], id="prefix"),
        pytest.param("${a%$b}${a%%}", [("a", "${a%$b}", "%", "$b"), ("b", "$b", "", None), ("a", "${a%%}", "%%", "")], id="suffix"),
        pytest.param("${a/b/$c}${a//b/}", [("a", "${a/b/$c}", "/", "b/$c"), ("c", "$c", "", None), ("a", "${a//b/}", "//", "b/")], id="replacement"),
        pytest.param("$a ${b=} $c", [("a", "$a", "", None)], id="stops-at-an-error"),
        pytest.param("$a ${b:-$c", [("a", "$a", "", None), ("c", "$c", "", None)], id="open-one-is-none"),
        pytest.param("${a:=} $c", [], id="unsupported-operator"),
        pytest.param("${a?} ${a/\\x/}", [("a", "${a?}", "?", ""), ("a", "${a/\\x/}", "/", "\\x/")], id="values-do-not-matter"),
    ],
)  # fmt: skip
def test_variables(text: str, expected: list[tuple[str, str, str, str | None]]) -> None:
    uses = variables(text)
    assert [(u.name, text[u.start : u.end], u.operator, u.word) for u in uses] == expected


def test_variables_without_quotes() -> None:
    text = "it's '$a' and \\$b"
    assert [use.name for use in variables(text, skip_quotes=True)] == ["a"]
    assert repr(variables("$a")[0]) == "VariableUse('a', 0, 2, '', None)"


def test_nesting_is_limited_not_recursive() -> None:
    deep = words.MAX_DEPTH - 1
    assert expand("${a:-x" * deep + "}" * deep, {}) == "x" * deep
    for hostile in ("${a:-" * 100_000, '"${a:-' * 100_000, "${a/${a/" * 50_000):
        with pytest.raises(ExpansionError, match="nested deeper"):
            expand(hostile, {})
        assert variables(hostile) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("$A" * 100_000, "a" * 1000, id="many-values"),
        pytest.param("${A//?/" * 20 + "$A" + "}" * 20, "a" * 10, id="power-of-the-depth"),
        pytest.param("${A#*" + "a" * 9000 + "b}", "a" * 9000, id="long-pattern"),
    ],
)
def test_cost_is_limited(text: str, value: str) -> None:
    with pytest.raises(ExpansionError, match="too much text"):
        expand(text, {"A": value})


def test_stars_do_not_backtrack() -> None:
    value = "a" * 20_000
    for operator in ("#", "##", "%", "%%"):
        assert expand(f"${{A{operator}{'*a' * 100}*b*}}", {"A": value}) == value
    assert expand(f"${{A//{'a*' * 100}b/}}", {"A": value}) == value


@given(texts, st.sampled_from("\\`"), flags)
def test_any_text_expands_or_is_refused(text: str, escape: str, options: dict[str, bool]) -> None:
    try:
        result = expand_and_split(text, {"a": "b *a", "b": ""}, escape, **options)
    except ExpansionError:
        return
    assert all(result.words)
    assert len(set(result.unmatched)) == len(result.unmatched)
    if not any(options.values()):
        assert expand(text, {"a": "b *a", "b": ""}, escape) == result.text
        assert split(text, {"a": "b *a", "b": ""}, escape) == result.words


@given(texts, st.sampled_from("\\`"), st.booleans())
def test_variables_lie_where_they_say(text: str, escape: str, skip_quotes: bool) -> None:
    uses = variables(text, escape, skip_quotes=skip_quotes)
    assert [use.start for use in uses] == sorted({use.start for use in uses})
    for use in uses:
        written = text[use.start : use.end]
        if use.word is None:
            assert written in (f"${use.name}", f"${{{use.name}}}")
        else:
            assert written == f"${{{use.name}{use.operator}{use.word}}}"


@given(texts, st.sampled_from("\\`"))
def test_every_name_looked_up_is_listed(text: str, escape: str) -> None:
    try:
        unmatched = expand_and_split(text, {}, escape).unmatched
    except ExpansionError:
        return
    assert set(unmatched) == {use.name for use in variables(text, escape)}


@given(st.text())
def test_quoting_protects_any_text(text: str) -> None:
    escaped = re.sub(r'(["$\\])', r"\\\1", text)
    assert expand(f'"{escaped}"', {}) == text
    assert split(f'"{escaped}"', {}) == ([text] if text else [])


@given(st.text(alphabet="ab\n*?", max_size=8), st.text(alphabet="ab\n", max_size=12), st.booleans())
def test_patterns_match_as_the_regular_expression(pattern: str, value: str, greedy: bool) -> None:
    star = ".*" if greedy else ".*?"
    expression = "".join({"*": star, "?": "."}.get(char, char) for char in pattern)
    head = re.match(expression, value)
    env = {"v": value, "p": ("#" if greedy else "") + pattern}
    assert expand('${v#"$p"}', env) == value[head.end() if head else 0 :]
    if greedy:
        env["p"] = pattern
        assert expand('${v/"$p"/-}', env) == re.sub(expression, "-", value, count=1)
