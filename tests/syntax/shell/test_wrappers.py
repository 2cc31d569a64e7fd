"""Programs that run another program, and words that are scripts."""

from __future__ import annotations

import pytest

from dockerlint_rules.syntax.shell.command import Command
from dockerlint_rules.syntax.shell.script import read_script
from dockerlint_rules.syntax.shell.wrappers import Wrapper, base_name, shell_script, su_script
from dockerlint_rules.syntax.source import LogicalText


def first(text: str) -> Command:
    return read_script(LogicalText([(text, 0)])).commands[0]


@pytest.mark.parametrize(
    ("text", "name", "wrappers", "program"),
    [
        ("sudo a b", "a", ["sudo"], "a"),
        ("sudo -u root a", "a", ["sudo"], "a"),
        ("sudo -Eu root a", "a", ["sudo"], "a"),
        ("sudo -uroot a", "a", ["sudo"], "a"),
        ("sudo --user root a", "a", ["sudo"], "a"),
        ("sudo --user=root a", "a", ["sudo"], "a"),
        ("sudo -- a", "a", ["sudo"], "a"),
        ("sudo -- -a", "-a", ["sudo"], "-a"),
        ("sudo A=1 B=2 a", "a", ["sudo"], "a"),
        ("sudo 1=2 a", "1=2", ["sudo"], "1=2"),
        ("sudo -l a", "sudo", [], "sudo"),
        ("sudo -le a", "sudo", [], "sudo"),
        ("sudo --list a", "sudo", [], "sudo"),
        ("sudo", "sudo", [], "sudo"),
        ("sudo env", "env", ["sudo"], "env"),
        ("sudo command -v a", "command", ["sudo"], "command"),
        ("sudo -u", "sudo", [], "sudo"),
        ("sudo -u root", "sudo", [], "sudo"),
        ("sudo -n sudo -n a", "a", ["sudo", "sudo"], "a"),
        ("/usr/bin/sudo a", "a", ["sudo"], "a"),
        ("env -i A=b a", "a", ["env"], "a"),
        ("env - A=b a", "-", ["env"], "-"),
        ("env --unset A a", "a", ["env"], "a"),
        ("nice A=b", "A=b", ["nice"], "A=b"),
        ("timeout 5 a", "a", ["timeout"], "a"),
        ("timeout -k 1 5 a", "a", ["timeout"], "a"),
        ("timeout 5", "timeout", [], "timeout"),
        ("gosu user a", "a", ["gosu"], "a"),
        ("command -v a", "command", [], "command"),
        ("command a", "a", ["command"], "a"),
        ("busybox --install -s", "busybox", [], "busybox"),
        ("busybox wget a", "wget", ["busybox"], "wget"),
        ("xargs -n 1 -I {} a", "a", ["xargs"], "a"),
        ("xargs -0n1 a", "a", ["xargs"], "a"),
        ("sudo nice -n 5 env A=b timeout 9 a", "a", ["sudo", "nice", "env", "timeout"], "a"),
        ("a sudo b", "a", [], "a"),
    ],
)
def test_the_program_behind_wrappers(
    text: str, name: str, wrappers: list[str], program: str
) -> None:
    command = first(text)
    assert (command.name, command.wrappers, command.words[0].text) == (name, wrappers, program)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("a", "a"),
        ("/usr/bin/a", "a"),
        ("./a.sh", "a.sh"),
        ("$A", ""),
        ("$A/b", "b"),
        ("$(a)/b", "b"),
        ("/a/$B", ""),
        ("/a/`b`", ""),
        ("'a$b'", "a$b"),
        ("/", ""),
    ],
)
def test_base_names(word: str, name: str) -> None:
    command = next(
        one
        for one in read_script(LogicalText([(f"x {word}", 0)])).commands
        if one.words[0].text == "x"
    )
    assert base_name(command.words[1]) == name


@pytest.mark.parametrize(
    ("text", "script", "reads_input"),
    [
        ("sh -c a b", "a", False),
        ("bash -ec a", "a", False),
        ("bash -e -c a", "a", False),
        ("bash -eo pipefail -c a", "a", False),
        ("bash -o pipefail -O extglob -c a", "a", False),
        ("bash -oo a b -c c", "c", False),
        ("bash --rcfile x -c a", "a", False),
        ("bash --init-file x -c a", "a", False),
        ("bash --norc -c a", "a", False),
        ("bash -c -- a", "a", False),
        ("bash -c - a", "a", False),
        ("bash +c a", None, False),
        ("bash +x -c a", "a", False),
        ("bash -c", None, False),
        ("bash -s a", None, True),
        ("bash +s a", None, False),
        ("bash -sc a", "a", False),
        ("bash", None, True),
        ("bash -e", None, True),
        ("bash a.sh", None, False),
        ("bash -", None, True),
        ("bash -- -", None, True),
        ("bash -- a", None, False),
        ("bash /dev/stdin", None, True),
        ("bash a -c b", None, False),
    ],
)
def test_script_of_a_shell(text: str, script: str | None, reads_input: bool) -> None:
    words = first(f"nothing-else {text}").words[1:]
    word, reads = shell_script(words)
    assert (word and word.text, reads) == (script, reads_input)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("su -c a b", "a"),
        ("su user -c a", "a"),
        ("su - user -c a", "a"),
        ("su -lc a user", "a"),
        ("su --command a", "a"),
        ("su -s /bin/sh -c a user", "a"),
        ("su -s -c a", None),
        ("su --shell -c a", None),
        ("su --login -c a", "a"),
        ("su -c", None),
        ("su --command", None),
        ("su user", None),
        ("su userc -c a", "a"),
        ("su --exec a", None),
        ("su", None),
    ],
)
def test_script_of_su(text: str, script: str | None) -> None:
    words = first(f"nothing-else {text}").words[1:]
    word = su_script(words)
    assert (word and word.text) == script


def test_what_a_row_says() -> None:
    bare, full = Wrapper(), Wrapper("-a --b", 2, True, "-q --c")
    assert (bare.values, bare.operands, bare.assignments, bare.queries) == (set(), 0, False, set())
    assert (full.values, full.operands, full.assignments, full.queries) == (
        {"-a", "--b"},
        2,
        True,
        {"-q", "--c"},
    )
