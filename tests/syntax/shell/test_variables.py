"""Uses of variables in shell scripts, and which of the variables the script itself sets."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockerlint_rules.syntax.shell.variables import read_variables


def used(script: str) -> list[str]:
    """The uses as written, with a ``!`` if the script sets the variable."""
    return [
        script[one.start : one.end] + ("!" if one.is_own else "")
        for one in read_variables(script).uses
    ]


@pytest.mark.parametrize(
    ("script", "uses"),
    [
        ("echo $X ${Y} $1 $@", ["$X", "${Y}", "$1", "$@"]),
        ("echo $A$B $10", ["$A", "$B", "$1"]),
        ("echo '$X' \\$X \"$X\" \"\\$X\" $'\\'$X'", ["$X"]),
        ("echo # $X\necho a#$Y", ["$Y"]),
        ("echo ${X:-$Y} \"${X:-'$Y'}\" ${X:-'$Y'}", ["${X:-$Y}", "$Y", "${X:-'$Y'}", "$Y", "${X:-'$Y'}"]),
        ("echo ${#X} ${!X} ${X[1]} ${X:1:2}", ["${#X}", "${!X}", "${X[1]}", "${X:1:2}"]),
        ('echo "a $(b "$X" \'$Y\') `c $Z`"', ["$X", "$Z"]),
        ("echo $((X + $Y)) $((0x1F + 2#1))", ["X", "$Y"]),
        ("cat <<E $X\n'$Y' \\$Z\nE\necho $W", ["$X", "$Y", "$W"]),
        ("cat <<'E' $X\n$Y\nE\necho $W", ["$X", "$W"]),
        ("cat <<A <<'B' <<C\n$a\nA\n$b\nB\n$c\nC\n$d", ["$a", "$c", "$d"]),
        ("echo $ ${ ${X", ["${X"]),
        ("echo '$X", []),
    ],
)  # fmt: skip
def test_uses(script: str, uses: list[str]) -> None:
    assert used(script) == uses


@pytest.mark.parametrize(
    ("script", "uses"),
    [
        ("X=1; echo $X", ["$X!"]),
        ("X=1 && echo $X", ["$X!"]),
        ("X=1 echo $X; echo $X", ["$X", "$X"]),
        ("X=$X; echo $X", ["$X", "$X!"]),
        ("echo $X; X=1", ["$X"]),
        ("export X=$X:1 Y=2; echo $X $Y", ["$X", "$X!", "$Y!"]),
        ("export X; echo $X", ["$X"]),
        ("read -r X Y; echo $X $Y $Z", ["$X!", "$Y!", "$Z"]),
        ("for f in $F; do echo $f; done", ["$F", "$f!"]),
        ("while read l; do echo $l; done <$F", ["$l!", "$F"]),
        ("printf -v X a; echo $X", ["$X!"]),
        ("getopts ab X; echo $X", ["$X!"]),
        ("(X=1; echo $X); echo $X", ["$X!", "$X"]),
        ("Y=$(X=1; echo $X); echo $X $Y", ["$X!", "$X", "$Y!"]),
        ("Y=`X=1; echo $X`; echo $X $Y", ["$X!", "$X", "$Y!"]),
        ("f() { local a=$1; echo $a; }; f $b", ["$1", "$a!", "$b"]),
        ("a=(b $c); echo ${a[0]}", ["$c", "${a[0]}!"]),
        ("if [ $A ]; then B=1; fi; echo $B", ["$A", "$B!"]),
        ("case $A in b) C=1;; d|e) echo $C;; esac; echo $C", ["$A", "$C!", "$C!"]),
        ("X=$(case $A in a) echo;; esac); echo $X", ["$A", "$X!"]),
        ("((i = 1)); echo $i", ["$i!"]),
        ("for ((i = 0; i < n; i++)); do echo $i; done", ["i!", "n", "i!", "$i!"]),
        ("X=1 \\\n && echo $X", ["$X!"]),
        ("X+=1; echo $X", ["$X!"]),
        ("X='a b' Y=\"$Z\"; echo $X$Y", ["$Z", "$X!", "$Y!"]),
        ("! X=1; { Y=2; }; echo $X $Y", ["$X!", "$Y!"]),
        ("'X'=1; echo $X", ["$X"]),
        ("echo X=1; echo $X", ["$X"]),
    ],
)
def test_variables_that_the_script_sets(script: str, uses: list[str]) -> None:
    assert used(script) == uses


@given(st.text("$X{}()'\"\\`;&|<#= \n-ifordcase:[]", max_size=80))
def test_any_text_gives_valid_offsets(script: str) -> None:
    found = read_variables(script)
    for one in found.uses:
        assert 0 <= one.start <= one.name_start
        assert one.name_start + len(one.name) <= one.end <= len(script)
        assert script.startswith(one.name, one.name_start)


@pytest.mark.parametrize(
    "piece",
    ["${a:-", "$(", '"$(', "`$a", "${a[", "a[;$a", "$((a", "<<a $a\n", "'$a", "x $a\\\n", "(", "${a:-`"],
)  # fmt: skip
def test_hostile_scripts_take_linear_time(piece: str) -> None:
    times = []
    for count in (2000, 20000):
        script = "echo $a " + piece * count
        best = 9.0
        for _ in range(3):
            start = time.process_time()
            read_variables(script)
            best = min(best, time.process_time() - start)
        times.append(best)
    assert times[1] < 40 * times[0] + 0.05


@pytest.mark.parametrize(
    ("script", "name", "operator", "use"),
    [
        ("a $X", "X", "", "$X"),
        ("a ${X}", "X", "", "${X}"),
        ("a ${X:-b}", "X", ":-", "${X:-b}"),
        ("a ${X-b}", "X", "-", "${X-b}"),
        ("a ${X:+b}", "X", ":+", "${X:+b}"),
        ("a ${X=b}", "X", "=", "${X=b}"),
        ("a ${X:?b c}", "X", ":?", "${X:?b c}"),
        ("a ${X#b}", "X", "#", "${X#b}"),
        ("a ${X##b}", "X", "##", "${X##b}"),
        ("a ${X%b}", "X", "%", "${X%b}"),
        ("a ${X%%b}", "X", "%%", "${X%%b}"),
        ("a ${X/b/c}", "X", "/", "${X/b/c}"),
        ("a ${X//b/c}", "X", "//", "${X//b/c}"),
        ("a ${X:1:2}", "X", ":", "${X:1:2}"),
        ("a ${X^^}", "X", "^", "${X^^}"),
        ("a ${X,}", "X", ",", "${X,}"),
        ("a ${X@Q}", "X", "@", "${X@Q}"),
        ("a ${X[1]}", "X", "?", "${X[1]}"),
        ("a ${X[1]:-b}", "X", ":-", "${X[1]:-b}"),
        ("a ${#X}", "X", "#", "${#X}"),
        ("a ${!X}", "X", "!", "${!X}"),
        ("a ${!X[1]}", "X", "?!", "${!X[1]}"),
        ("a ${#X:-b}", "X", "?#", "${#X:-b}"),
        ("a ${#}", "#", "", "${#}"),
        ("a ${10}", "10", "", "${10}"),
        ("a ${X b}", "X", "?", "${X b}"),
        ("a ${X:-'}'}", "X", ":-", "${X:-'}'}"),
        ("a ${X:-\"}\"}", "X", ":-", "${X:-\"}\"}"),
        ("a ${X:-\\}}", "X", ":-", "${X:-\\}}"),
        ("a ${X:-$'}'}", "X", ":-", "${X:-$'}'}"),
        ("a \"${X:-'}'}\"", "X", ":-", "${X:-'}"),
        ("a \"b $X\"", "X", "", "$X"),
        ("a $((X))", "X", "", "X"),
        ("((X++))", "X", "", "X"),
        ("((X += 1))", "X", "", "X"),
        ("a $((1 + (X * 2)))", "X", "", "X"),
        ("a $(( \"$X\" ))", "X", "", "$X"),
        ("a $'\\'$Y' $X", "X", "", "$X"),
        ("a \"$'$X'\"", "X", "", "$X"),
        ("a $? ", "?", "", "$?"),
        ("a $$", "$", "", "$$"),
        ("a é$X", "X", "", "$X"),
    ],
)  # fmt: skip
def test_operator_and_place(script: str, name: str, operator: str, use: str) -> None:
    (found,) = read_variables(script).uses
    assert (found.name, found.operator, script[found.start : found.end]) == (name, operator, use)
    assert script[found.name_start :].startswith(name)
    assert found.is_own is False


def test_a_use_in_messages() -> None:
    assert repr(read_variables("$X").uses[0]) == "ShellUse('X', 0, 2, '')"


@pytest.mark.parametrize(
    ("script", "sets"),
    [
        ("X=1 Y=2; $Z", [("X", ";"), ("Y", ";")]),
        ("export X=1 Y; $Z", [("X", ";")]),
        ("X=1 a; $Z", []),
        ("X+=1; $Z", [("X", ";")]),
        ("X[1]=1; $Z", [("X", ";")]),
        ("X=(1 2); $Z", [("X", ";")]),
        ("read -r X Y; $Z", [("X", ";"), ("Y", ";")]),
        ("unset X; $Z", [("X", ";")]),
        ("printf -v X a; $Z", [("X", ";"), ("a", ";")]),
        ("printf -n X; $Z", []),
        ("for X in a; do $Z; done", [("X", "")]),
        ("select X in a; do $Z; done", [("X", "")]),
        ("for 1 in a; do $Z; done", []),
        ("$((X = 1))", [("X", "")]),
        ("$((X == 1))", []),
        ("$((X++))", [("X", "")]),
        ("$((X <<= 1))", [("X", "")]),
        ("then X=1; $Z", [("X", ";")]),
        ("a X=1; $Z", []),
        ("a | X=1; $Z", [("X", ";")]),
        ("case a in b) X=1;; esac; $Z", [("X", ";")]),
        ("# X=1\n$Z", []),
        ("a#X=1;$Z", []),
        ("local X=1\n$Z", [("X", "\n")]),
        ("X=1", []),
    ],
)
def test_what_is_set(script: str, sets: list[tuple[str, str]]) -> None:
    found = read_variables(script).sets
    assert [name for name, _ in found] == [name for name, _ in sets]
    for (_, at), (_, before) in zip(found, sets, strict=True):
        assert not before or script[at - 1] == before


@pytest.mark.parametrize(
    ("script", "uses"),
    [
        ("f() (X=1; echo $X); echo $X", ["$X!", "$X"]),
        ("X=1; (Y=2; echo $X $Y); echo $Y", ["$X!", "$Y!", "$Y"]),
        ("X=1; (X=2); echo $X", ["$X!"]),
        ("f() { X=1; }; echo $X", ["$X!"]),
        ("a=(b\nX=1\nc); echo $X $a", ["$X", "$a!"]),
        ("a=(b (c) d); X=1; echo $X", ["$X!"]),
        ("X=1 | echo $X", ["$X!"]),
        ("X=1 & echo $X", ["$X!"]),
        ("X=1\necho $X", ["$X!"]),
        ("time X=1; echo $X", ["$X!"]),
        (
            "if X=1; then echo $X; elif Y=1; then echo $Y; else Z=1; fi; echo $Z",
            ["$X!", "$Y!", "$Z!"],
        ),
        ("until X=1; do echo $X; done", ["$X!"]),
        ("case a in b) X=1;; c) echo $X;; esac; (Y=1); echo $Y", ["$X!", "$Y"]),
        ("x=$(case a in b) c;; esac; Y=1); echo $Y", ["$Y"]),
        ("case a in b) (X=1);; esac; echo $X", ["$X"]),
        ("esac; case a in b) X=1;; esac; echo $X", ["$X!"]),
        ("$(X=1) $X", ["$X"]),
        ('"$(X=1)" $X', ["$X"]),
        ('a "`X=1; $X`" $X', ["$X!", "$X"]),
        ("a `b $(X=1 ` $X", ["$X"]),
        ("$((X=1)) $X", ["$X!"]),
        ("(($X))", ["$X"]),
        ("a ((X))", []),
        ("X=1 \\\n; echo $X", ["$X!"]),
        ("cat <<E; X=1\n$X\nE\necho $X", ["$X!", "$X!"]),
        ("X=1\ncat <<E\n$X `echo $Y` \\$Z $((W))\nE", ["$X!", "$Y", "W"]),
        ("cat <<E\n\"$X'\nE\n$Y '$Z'", ["$X", "$Y"]),
        ("cat <<E\n${X:-'$Y'}\nE", ["${X:-'$Y'}", "$Y"]),
        ("cat <<A <<B\n$a\nA\n$b\nB\n$c", ["$a", "$b", "$c"]),
        ("cat <<'A' <<B\n$a\nA\n$b\nB\n$c <<C\n$d\nC", ["$b", "$c", "$d"]),
        ("cat <<E\n$X", ["$X"]),
        ("let X; echo $X", ["$X!"]),
        ("read X[1]; echo $X", ["$X"]),
        ("readarray -t X; echo $X", ["$X!"]),
        ("readonly X=1; echo $X", ["$X!"]),
        ("declare X; echo $X", ["$X"]),
        ("$a X=1; echo $X", ["$a", "$X"]),
        ("'a' X=1; echo $X", ["$X"]),
    ],
)
def test_where_variables_are_set(script: str, uses: list[str]) -> None:
    assert used(script) == uses


def test_quoted_heredocs() -> None:
    script = "cat <<'A' <<B <<\"C\"\n$a\nA\n$b\nB\n$c\nC\n$d"
    found = read_variables(script)
    assert [one.name for one in found.quoted_heredocs] == ["A", "C"]
    assert used(script) == ["$b", "$d"]


def test_scripts_without_a_dollar_are_not_read() -> None:
    assert read_variables("X=1; a `b`").sets == []
    assert [name for name, _ in read_variables("X=1; ((a))").sets] == ["X"]


@pytest.mark.parametrize("depth", [900, 1100])
def test_depth(depth: int) -> None:
    script = '"$(' * depth + "$X"
    assert len(used(script)) == (1 if depth * 2 < 1000 else 0)
