"""Commands, words, offsets and operators of shell scripts."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockerlint_rules.syntax.shell import grammar as shell_grammar
from dockerlint_rules.syntax.shell import script as shell
from dockerlint_rules.syntax.shell.command import Command, ShellWord
from dockerlint_rules.syntax.source import LogicalText


def read(text: str, dialect: str = "sh") -> shell.Script:
    return shell.read_script(LogicalText([(text, 0)]), dialect)


def names(text: str) -> list[str]:
    return [command.name for command in read(text).commands]


def only(text: str, name: str) -> Command:
    (command,) = [one for one in read(text).commands if one.name == name]
    return command


NAMES = {
    "list": ("a && b || c; d & e", "a b c d e"),
    "pipeline": ("a | b |& c", "a b c"),
    "subshell": ("(a; b) && c", "a b c"),
    "group": ("{ a; b; } > f", "a b"),
    "if": ("if a; then b; elif c; then d; else e; fi", "a b c d e"),
    "for": ("for x in $(a) y; do b $x; done; c", "a b c"),
    "c-for": ("for ((i=0; i<3; i++)); do a; done", "a"),
    "select": ("select x in y; do a; done", "a"),
    "while": ("while a; do b; done < f", "a b"),
    "until": ("until a; do b; done", "a b"),
    "case": ("case $x in a|b) c;; *) d;; esac", "c d"),
    "functions": ("f() { a; }; function g { b; }; f", "a b f"),
    "substitutions": ('a $(b) "$(c `d`)" ${x:-$(e)}', "a b c d e"),
    "process substitutions": ("a <(b) > >(c)", "a b c"),
    "in assignments": ("A=$(a) B=`b` c", "c a b"),
    "negation": ("! a | b; ! c", "a b c"),
    "tests": ("[ -f x ] && [[ -n $a && b == c* ]] || test x", "[ [[ test"),
    "arithmetic is not a command": ("((x++)); echo $((1 + $(a)))", "echo a"),
    "declarations": (
        "export A=1; local b; declare -r C=$(a); unset D",
        "export local declare a unset",
    ),
    "arrays": ("a=(1 2 $(b)); c", "b c"),
    "full path": ("/usr/bin/apt-get update", "apt-get"),
    "escaped name": (r"\curl x", "curl"),
    "path with variable": ('"$VENV/bin/pip" install', "pip"),
    "variable": ("$X y; ${Y}z", " "),
    "comments": ("# a\nb # c\n# d", "b"),
    "reserved words as arguments": ("echo if then { }; a", "echo a"),
    "sudo": ("sudo -E -u root X=1 apt-get update", "apt-get"),
    "env": ("env -i -u Y PATH=/x FOO='a b' wget", "wget"),
    "wrappers of wrappers": ("exec nice -n 5 timeout -k 5 10 /bin/wget x", "wget"),
    "xargs": ("a | xargs -r -n 1 rm -f; b | xargs -0", "a rm b xargs"),
    "more wrappers": (
        "gosu me a; su-exec me b; doas c; stdbuf -oL d; nohup e; time -p f",
        "a b c d e f",
    ),
    "rare wrappers": (
        "ionice -c 3 a; eatmydata b; setarch i386 c; builtin d; catchsegv e",
        "a b c d e",
    ),
    "busybox": ("busybox wget x; busybox --install -s /bin", "wget busybox"),
    "queries": ("command -v a; command -p b", "command b"),
    "wrappers without a program": ("exec > f; env; sudo -l", "exec env sudo"),
    "sh -c": ("sh -c 'a && b'", "sh a b"),
    "bash -lc": ('/bin/bash -lc "a | b"', "bash a b"),
    "bash -exc": ("bash -exc 'a'", "bash a"),
    "bash -eo pipefail -c": ("bash -eo pipefail -c 'a | b'", "bash a b"),
    "script as argument": ("sh -e ./install.sh -c 'a'", "sh"),
    "su": ("su - u -c 'a b'; su -c c; su", "su a su c su"),
    "eval": ("eval a '&& b'", "eval a b"),
    "wrapped sh -c": ("sudo -u x bash -c 'a'", "bash a"),
    "here string": ("sh <<< 'a b'; cat <<< 'c'", "sh a cat"),
    "outer substitution once": ('sh -c "a $(b)"', "sh a b"),
    "heredoc of a shell": ("bash <<EOF && z\na\nb\nEOF\nc", "bash z a b c"),
    "heredoc of sh -s": ("sh -s <<'EOF'\na\nEOF\n", "sh a"),
    "heredoc of another": ("cat <<EOF > f\na && b\nEOF\nc", "cat c"),
    "heredoc of a script": ("sh install.sh <<EOF\na\nEOF\nc", "sh c"),
    "two heredocs": ("a <<X <<-Y && b\n1\nX\n2\n\tY\nc", "a b c"),
    "heredoc in substitution": ('a "$(cat <<E\nit\'s "\nE\n)" && b', "a cat b"),
    "shift is not a heredoc": ("echo $((1<<2))\na", "echo a"),
}


@pytest.mark.parametrize(("text", "expected"), NAMES.values(), ids=NAMES)
def test_names(text: str, expected: str) -> None:
    assert names(text) == expected.split(" ")
    assert not read(text).error


VALUES = {
    "plain": ("a.b/c:d=e", "a.b/c:d=e", True),
    "globs": ("*.[ch]?", "*.[ch]?", True),
    "braces": ("{a,b}{1..3}", "{a,b}{1..3}", True),
    "single": ("'a $b'", "a $b", True),
    "double": ('"a b"', "a b", True),
    "mixed": ("a\"b\"'c'\\ d", "abc d", True),
    "escapes in double": (r'"\$a \"b\" \c"', r'$a "b" \c', True),
    "ansi": (r"$'a\'b'", "a'b", True),
    "variable": ("a$b.c", "a${b}.c", False),
    "braced": ("${b}c", "${b}c", False),
    "operator": ('"${b:-x y}"', "${b}", False),
    "pattern": ("${x//a/b}", "${x}", False),
    "length": ("${#x}", "${x}", False),
    "special": ("$?$10", "${?}${1}0", False),
    "substitution": ('a$(b "c")d', "a$()d", False),
    "backticks": ("`b`", "$()", False),
    "arithmetic": ("$((1+2))", "$(())", False),
    "escaped blank": (r"a\ \ b", "a  b", True),
    "leading escaped blank": (r"\ a", " a", True),
    "underscore before variable": ("a_$b-$c", "a_${b}-${c}", False),
    "blanks before variable": ('"$(x) ${b}  $c"', "$() ${b}  ${c}", False),
    "not ascii": ("é'ü'", "éü", True),
    "lone dollar": ("a$", "a$", True),
}


@pytest.mark.parametrize(("text", "value", "literal"), VALUES.values(), ids=VALUES)
def test_values(text: str, value: str, literal: bool) -> None:
    for script in (f"cmd {text} end", f"(cmd {text} end)"):
        word = read(script).commands[0].words[1]
        assert (word.text, word.value, word.literal) == (text, value, literal)


def test_offsets() -> None:
    text = "A=1 sudo x -y >/dev/null && b | (c 'd e')"
    first, b, c = read(text).commands
    assert text[first.outer_start : first.end] == "A=1 sudo x -y >/dev/null"
    assert text[first.start : first.end] == "x -y >/dev/null"
    assert first.wrappers == ["sudo"]
    assert [word.text for word in first.assignments] == ["A=1"]
    assert [word.text for word in first.args] == ["-y"]
    assert [text[word.start : word.end] for word in c.words] == ["c", "'d e'"]
    assert [first.index, b.index, c.index] == [0, 1, 2]


@pytest.mark.parametrize("quote", ["", "("], ids=["plain", "grammar"])
def test_operators_and_conditions(quote: str) -> None:
    text = "a && b || c | d; e & f\ng\n"
    if quote:
        text = f"({text})"
    facts = {one.name: (one.before, one.after, one.conditional) for one in read(text).commands}
    assert facts == {
        "a": ("", "&&", False),
        "b": ("&&", "||", False),
        "c": ("||", "|", True),
        "d": ("|", ";", True),
        "e": (";", "&", False),
        "f": ("&", "\n", False),
        "g": ("\n", "", False),
    }


def test_conditional_commands() -> None:
    text = "if a; then b; elif c; then d; fi; for x in 1; do e; done; case x in y) f;; esac; a2 || { g; h; }; i"
    assert [one.name for one in read(text).commands if one.conditional] == list("bcdefgh")
    nested = "a || sh -c 'b'"
    assert [one.conditional for one in read(nested).commands] == [False, True, True]


def test_commands_in_functions() -> None:
    assert [one.function for one in read("f() { a | b; }; f").commands] == [True, True, False]


def test_pipelines() -> None:
    def pipes(text: str) -> list[list[str]]:
        return [[one.name for one in command.pipeline] for command in read(text).commands]

    assert pipes("a | b && c") == [["a", "b"], ["a", "b"], ["c"]]
    assert pipes("a | while read x; do b; done | c")[0] == ["a", "read", "b", "c"]
    assert pipes("x && a >&2 | b") == [["x"], ["a", "b"], ["a", "b"]]
    assert pipes("x || (y) && a 2>&1 | b")[2:] == [["a", "b"], ["a", "b"]]
    assert pipes("case x in a) b;; c) d;; esac | e")[2] == ["b", "d", "e"]


def test_redirects() -> None:
    for text in (
        "a >f 2>&1 -y >>g <h 2>/dev/null &>i >&-",
        "(a >f 2>&1 -y >>g <h 2>/dev/null &>i >&-)",
    ):
        (command,) = read(text).commands
        assert [(operator, word.text) for operator, word in command.redirects] == [
            (">", "f"), ("2>&", "1"), (">>", "g"), ("<", "h"), ("2>", "/dev/null"), ("&>", "i"), (">&", "-"),
        ]  # fmt: skip
        assert [word.text for word in command.words] == ["a", "-y"]
    assert [
        (operator, word.value) for operator, word in read("a <<-'E'\nE\n").commands[0].redirects
    ] == [("<<-", "E")]
    assert [word.text for word in read("> f a b").commands[0].words] == ["a", "b"]
    assert only("(a && b > f c)", "b").args[0].text == "c"


def test_offsets_of_nested_commands() -> None:
    text = r"""x && bash -lc "a \"\$b\" && 'c d'" && sh -c 'e f'"""
    commands = read(text).commands
    assert [one.nested for one in commands] == [False, False, True, True, False, True]
    a, cd, ef = commands[2], commands[3], commands[5]
    assert text[a.start : a.end] == r"a \"\$b\""[:-1] + '"'
    assert a.words[1].value == "${b}"
    assert not a.words[1].literal
    assert (cd.name, text[cd.start : cd.end]) == ("c d", "'c d'")
    assert text[ef.start : ef.end] == "e f"


def test_offsets_in_heredocs() -> None:
    text = "bash <<-EOF\n\tapt-get update\n\t\tpip \\$x\\\n  y\n\tEOF\nlast"
    bash, apt, pip, last = read(text).commands
    assert bash.redirects[0][0] == "<<-"
    assert text[apt.start : apt.end] == "apt-get update"
    assert [word.value for word in pip.words] == ["pip", "${x}", "y"]
    assert (apt.heredoc_body, apt.nested, last.heredoc_body) == (True, True, False)
    assert text[last.start :] == "last"


def test_offsets_across_pieces_of_the_source() -> None:
    logical = LogicalText([("apt-get ", 10), ("install -y", 30), (" foo $(b)", 50)])
    install, b = shell.read_script(logical).commands
    assert [(word.start, word.end) for word in install.words] == [
        (10, 17),
        (30, 37),
        (38, 40),
        (51, 54),
        (55, 59),
    ]
    assert (b.start, b.end) == (57, 58)


def test_flags() -> None:
    command = only("x install -qy --tries=5 -o f -Ofile --name v -- -z p", "x")
    assert command.has_flag("-q")
    assert command.has_flag("--yes", "-y")
    assert command.has_flag("--tries")
    assert not command.has_flag("-z", "--no", "-w", "--try")
    assert (command.value_of("--tries"), command.value_of("-o"), command.value_of("-O")) == (
        "5",
        "f",
        "file",
    )
    assert command.value_of("-n", "--name") == "v"
    assert command.value_of("-Z") is None
    found = command.flag("--tries")
    assert found is not None
    assert found.text == "--tries=5"
    assert [one.value for one in command.operands("-o", "--name")] == ["install", "-z", "p"]
    assert [one.value for one in command.operands()] == ["install", "f", "v", "-z", "p"]
    assert only("tar -xzf a", "tar").value_of("-f") == "a"
    assert only("find -name x", "find").has_flag("-name")
    assert only("wget -qO- x", "wget").value_of("-O") == "-"


SETTERS = {
    "long": ("set -o pipefail; a", "pipefail", True),
    "cluster": ("set -euxo pipefail && a", "pipefail", True),
    "letter": ("set -eux; a", "errexit", True),
    "two": ("set -e -o pipefail", "pipefail", True),
    "off": ("set +o pipefail", "pipefail", False),
    "other": ("set -eu", "pipefail", False),
    "nested": ("sh -c 'set -e'", "errexit", False),
    "conditional": ("a || set -e", "errexit", False),
    "arguments": ("set -- -e", "errexit", False),
}


@pytest.mark.parametrize(("text", "option", "expected"), SETTERS.values(), ids=SETTERS)
def test_options_set(text: str, option: str, expected: bool) -> None:
    assert read(text).options_set(option) is expected


ERRORS = {
    "unfinished list": ("a && ", ["a"]),
    "stray parenthesis": ("a ) b; c", ["a", "c"]),
    "unfinished if": ("if a; then", ["a"]),
    "unclosed quote": ("a; b 'c", None),
    "unclosed substitution": ("a $(b", None),
    "in the inner script": ("a; sh -c 'if'", None),
}


@pytest.mark.parametrize(("text", "expected"), ERRORS.values(), ids=ERRORS)
def test_errors(text: str, expected: list[str] | None) -> None:
    script = read(text)
    assert script.error
    if expected is not None:
        assert [one.name for one in script.commands] == expected


def test_bare_assignments() -> None:
    script = read("A=1 B='x y'; c && D=$(e)")
    assert [word.value for word in script.assignments] == ["A=1", "B=x y", "D=$()"]
    assert [one.name for one in script.commands] == ["c", "e"]


DIALECTS = {
    "sh": (["/bin/sh", "-c"], "sh"),
    "bash": (["/bin/bash", "-o", "pipefail", "-c"], "bash"),
    "env": (["/usr/bin/env", "-S", "X=1", "bash", "-c"], "bash"),
    "ash": (["/bin/ash", "-c"], "ash"),
    "dash": (["dash", "-c"], "dash"),
    "ksh": (["ksh", "-c"], "ksh"),
    "zsh": (["zsh", "-c"], "zsh"),
    "busybox": (["busybox", "sh", "-c"], "sh"),
    "powershell": (["powershell", "-Command"], "powershell"),
    "pwsh": ([r"C:\Program Files\PowerShell\pwsh.EXE", "-Command"], "powershell"),
    "cmd": (["cmd", "/S", "/C"], "cmd"),
    "python": (["python3", "-c"], "other"),
    "none": ([], "other"),
}


@pytest.mark.parametrize(("vector", "dialect"), DIALECTS.values(), ids=DIALECTS)
def test_dialect_of(vector: list[str], dialect: str) -> None:
    assert shell.dialect_of(vector) == dialect


def test_dialect_of_shebang() -> None:
    lines = [
        "#!/bin/bash -e",
        "#!/usr/bin/env python3",
        "#! /usr/bin/env -S bash -x",
        "apt x",
        "#!",
    ]
    assert [shell.dialect_of_shebang(line) for line in lines] == [
        "bash",
        "other",
        "bash",
        "sh",
        "sh",
    ]


@pytest.mark.parametrize("dialect", ["cmd", "powershell", "other"])
def test_foreign(dialect: str) -> None:
    script = read("Get-Item x; if (", dialect)
    assert (script.foreign, script.error, script.commands) == (True, False, [])
    assert not read("a", "zsh").foreign


def test_exec_form() -> None:
    def word(value: str, start: int) -> ShellWord:
        logical = LogicalText([(value, start + 1)])
        return ShellWord(f'"{value}"', value, start, start + len(value) + 2, True, logical)

    outer, a, b = shell.read_exec_form(
        [word("tini", 0), word("sh", 8), word("-c", 14), word("a | b $x", 20)]
    ).commands
    assert (outer.name, outer.wrappers, outer.nested) == ("sh", ["tini"], False)
    assert (outer.outer_start, outer.start, outer.end) == (0, 8, 30)
    assert (a.name, a.start, a.nested, b.start, b.end) == ("a", 21, True, 25, 29)
    assert [one.name for one in a.pipeline] == ["a", "b"]
    assert shell.read_exec_form([]).commands == []
    (single,) = shell.read_exec_form([ShellWord('"/x/app"', "/x/app", 3, 11)]).commands
    assert (single.name, single.start, single.end) == ("app", 3, 11)


def test_without_the_grammar(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(package: str) -> None:
        raise ImportError(package)

    monkeypatch.setattr(shell_grammar, "_parser", None)
    monkeypatch.setattr(shell_grammar, "_reason", None)
    monkeypatch.setattr(shell_grammar, "_binding", missing)
    assert [one.name for one in read("a && b").commands] == ["a", "b"]
    script = read("(a)")
    assert (script.commands, script.error) == ([], True)
    assert "tree_sitter" in (shell.why_unavailable() or "")


def test_grammar_is_available() -> None:
    assert shell.why_unavailable() is None


def test_plain_scripts_do_not_import_the_grammar() -> None:
    code = (
        "import sys; from dockerlint_rules.syntax import source; from dockerlint_rules.syntax.shell import script as shell\n"
        "def run(text): return shell.read_script(source.LogicalText([(text, 0)])).commands\n"
        "assert run('a && b'); assert 'tree_sitter._binding' not in sys.modules\n"
        "assert run('(a)'); assert 'tree_sitter._binding' in sys.modules\n"
        "assert 'tree_sitter_bash' not in sys.modules\n"
        "import tree_sitter, tree_sitter_bash\n"
        "assert tree_sitter.Language(tree_sitter_bash.language()).name == 'bash'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


HOSTILE = {
    "parentheses": "(" * 10_000,
    "balanced": "(" * 10_000 + "a" + ")" * 10_000,
    "substitutions": "a $(" * 10_000 + ")" * 10_000,
    "quoted substitutions": 'a "$(' * 10_000,
    "list": "a && " * 10_000 + "(b)",
    "pipeline": "a | " * 40_000,
    "nested sh -c": "sh -c " * 10_000,
    "wrappers": "sudo " * 50_000,
    "evals": "eval " * 10_000,
    "NULs": "\0" * 1_000_000,
    "words": "a " * 250_000,
    "no blanks": "a;" * 100_000,
    "heredocs": "<<A " * 50_000,
    "backslashes": "\\" * 1_000_000,
    "not UTF-8": "\udc80 " * 250_000,
    "other surrogates": "(\ud800)",
    "braces": "${" * 50_000,
    "redirects": ">" * 50_000,
    "arrays": "a=(" * 50_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_take_linear_time(text: str) -> None:
    # The worst takes 2 s. In quadratic time it would take days.
    assert read(text) is not None


def test_nesting_of_scripts_is_limited() -> None:
    text = "a"
    for _ in range(10):
        text = "sh -c '" + text.replace("'", "'\\''") + "'"
    assert names(text) == ["sh"] * (shell.MAX_NESTING + 1)


@given(st.text(alphabet="ab \n\t$(){}[]'\"`\\;|&<>=#!-é\0\udc80\r*", max_size=40))
@settings(max_examples=400, deadline=None)
def test_any_text_gives_valid_offsets(text: str) -> None:
    script = read(text)
    for command in script.commands:
        assert 0 <= command.outer_start <= command.end <= len(text)
        assert command.outer_start <= command.start
        for word in command.words + command.assignments:
            assert 0 <= word.start < word.end <= len(text)
        assert command in command.pipeline


def test_repr() -> None:
    command = read("a 'b c'").commands[0]
    assert (repr(command), repr(command.words[1])) == ("Command('a b c')", "ShellWord(\"'b c'\")")


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("set -e", ["errexit"]),
        ("set -eux", ["errexit", "nounset", "xtrace"]),
        (
            "set -abCfmnv",
            ["allexport", "notify", "noclobber", "noglob", "monitor", "noexec", "verbose"],
        ),
        ("set -z -e", ["errexit"]),
        ("set +e -x", ["xtrace"]),
        ("set +o pipefail -u", ["nounset"]),
        ("set -eo pipefail", ["errexit", "pipefail"]),
        ("set -o pipefail -o errexit", ["pipefail", "errexit"]),
        ("set -oo a b", ["a", "b"]),
        ("set -o", []),
        ("set --xyz -e", ["errexit"]),
        ("set -- -e", []),
        ("set a -e", []),
        ("set '' -e", []),
        ("set", []),
    ],
)
def test_options_of_set(text: str, options: list[str]) -> None:
    assert shell.set_options(only(text, "set")) == options


def quoted(text: str, levels: int) -> str:
    for _ in range(levels):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        text = f'sh -c "{escaped}"'
    return text


@pytest.mark.parametrize(("levels", "innermost"), [(1, "a"), (8, "a"), (9, "sh")])
def test_levels_of_scripts_in_scripts(levels: int, innermost: str) -> None:
    found = names(quoted("a", levels))
    assert found == ["sh"] * min(levels, 9) + ([innermost] if innermost == "a" else [])
    vector = ["sh", "-c", quoted("a", levels - 1)]
    words = [ShellWord(one, one, 0, len(one)) for one in vector]
    assert len(shell.read_exec_form(words).commands) == levels + 1 - (innermost == "sh")


def test_where_eval_and_inner_scripts_belong() -> None:
    text = "a || eval b 'c && d'; e() { sh -c f; }; sh <<E\ng\nE"
    found = {one.name: one for one in read(text).commands}
    assert [
        (one.name, one.nested, one.conditional, one.function, one.heredoc_body)
        for one in found.values()
    ] == [
        ("a", False, False, False, False),
        ("eval", False, True, False, False),
        ("b", True, True, False, False),
        ("d", True, True, False, False),
        ("sh", False, False, False, False),
        ("f", True, True, True, False),
        ("g", True, False, False, True),
    ]
    assert text[found["d"].start] == "d"


def test_what_is_read_of_a_foreign_script() -> None:
    plain = read("npm install -g yarn", "powershell")
    assert [one.name for one in plain.commands] == ["npm"]
    assert (plain.foreign, plain.text, plain.error, plain.assignments) == (
        True,
        "npm install -g yarn",
        False,
        [],
    )
    other = read("a; b", "cmd")
    assert (other.foreign, other.text, other.commands) == (True, "a; b", [])
    assert read("curl a", "powershell").commands == []
    assert read("wget a", "cmd").commands == []
    assert read("a", "sh").foreign is False


@pytest.mark.parametrize(
    ("line", "dialect"),
    [("#!/bin/bash", "bash"), ("#! /bin/dash -e", "dash"), ("#!", "sh"), ("#! ", "sh"), ("#!a", "other"), ("# /bin/bash", "sh"),
     ("#!/usr/bin/env -S zsh", "zsh"), ("#!/usr/bin/env A=b ksh", "ksh"), ("#!/usr/bin/env", "other")],
)  # fmt: skip
def test_dialects_of_first_lines(line: str, dialect: str) -> None:
    assert shell.dialect_of_shebang(line) == dialect


def test_commands_of_su_and_runuser_and_a_substitution_that_the_outer_shell_replaces() -> None:
    assert names("runuser -c a; su -c 'b'") == ["runuser", "a", "su", "b"]
    assert names('sh -c "x $(a) $(b); c"; d') == ["sh", "x", "a", "b", "c", "d"]


def test_members_of_a_pipeline_share_one_list() -> None:
    found = read("a | b; c | d | e; f").commands
    assert [[one.name for one in each.pipeline] for each in found] == [
        ["a", "b"], ["a", "b"], ["c", "d", "e"], ["c", "d", "e"], ["c", "d", "e"], ["f"],
    ]  # fmt: skip
    assert found[0].pipeline is found[1].pipeline
    assert found[2].pipeline is found[4].pipeline
    assert [one.index for one in found] == list(range(6))
