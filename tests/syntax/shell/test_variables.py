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
