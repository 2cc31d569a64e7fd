"""Variables and quotes in words; expectations worked out from BuildKit's lexer."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockerlint_rules.syntax import words
from dockerlint_rules.syntax.words import ExpansionError, expand, process, split, variables

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
        pytest.param("${FILE//?r/<\\$0>}", "a\\rchive.t\\ar.gz".replace("\\", "<\\") and "<\\ar>chive.t<\\ar>.gz", id="go-template"),
        pytest.param("${DIR//app/\\$\\$\\$1\\${2}\\$}", "/srv/\\$\\$1\\\\$" and None, id="go-template-names"),
        pytest.param("${DIR///.}", None, id="empty-pattern"),
    ],
)  # fmt: skip
def test_expand(text: str, expected: str) -> None:
    assert expand(text, ENV) == expected
