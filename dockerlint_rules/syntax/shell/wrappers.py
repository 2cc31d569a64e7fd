"""Programs that run another program: which words to skip to reach it, and which words are a script."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockerlint_rules.syntax.shell.command import ShellWord


class Wrapper:
    """How to parse a wrapper's command line up to the program that it runs."""

    __slots__ = ("assignments", "operands", "queries", "values")

    def __init__(
        self, values: str = "", operands: int = 0, assignments: bool = False, queries: str = ""
    ) -> None:
        self.values = frozenset(values.split())
        """Options whose value is the next word."""
        self.operands = operands
        """Number of words between the options and the program."""
        self.assignments = assignments
        """Whether ``NAME=value`` may precede the program."""
        self.queries = frozenset(queries.split())
        """Options with which it does not run a program."""


# Options from the manuals: sudo 1.9, coreutils 9, findutils 4.10, util-linux 2.40, POSIX.
WRAPPERS: dict[str, Wrapper] = {
    "sudo": Wrapper(
        "-u -g -h -p -C -r -t -T -U -R -D --user --group --host --prompt --close-from --role --type"
        " --command-timeout --other-user --chroot --chdir",
        assignments=True,
        queries="-l --list -v --validate -k -K --remove-timestamp -e --edit -V --version",
    ),
    "doas": Wrapper("-u -C -a"),
    "env": Wrapper("-u -C --unset --chdir", assignments=True),
    "exec": Wrapper("-a"),
    "time": Wrapper("-f -o --format --output"),
    "timeout": Wrapper("-s -k --signal --kill-after", operands=1),
    "xargs": Wrapper(
        "-I -n -P -L -d -E -s -a --max-args --max-procs --max-lines --delimiter --arg-file --max-chars"
        " --process-slot-var"
    ),
    "nice": Wrapper("-n --adjustment"),
    "ionice": Wrapper("-c -n --class --classdata", queries="-p --pid -P --pgid -u --uid"),
    "nohup": Wrapper(),
    "command": Wrapper(queries="-v -V"),
    "builtin": Wrapper(),
    "eatmydata": Wrapper(),
    "catchsegv": Wrapper(),
    "gosu": Wrapper(operands=1),
    "su-exec": Wrapper(operands=1),
    "setarch": Wrapper(operands=1),
    "linux32": Wrapper(),
    "linux64": Wrapper(),
    "stdbuf": Wrapper("-i -o -e --input --output --error"),
    "busybox": Wrapper(queries="--install --list --list-full --help"),
    "tini": Wrapper("-p -e"),
    "dumb-init": Wrapper("-r --rewrite"),
}

SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "ksh", "mksh"))
_SHELL_VALUES = frozenset("oO")
_SHELL_LONG_VALUES = frozenset(("--rcfile", "--init-file"))
_SU_VALUES = frozenset(
    [
        "-c",
        "-s",
        "-g",
        "-G",
        "-w",
        "--command",
        "--shell",
        "--group",
        "--supp-group",
        "--whitelist-environment",
    ]
)


def base_name(word: ShellWord) -> str:
    """The last part of a program's path; empty if it is unknown."""
    value = word.value
    name = value[value.rfind("/") + 1 :]
    return name if word.literal or not ("$" in name or "()" in name) else ""


def program_at(name: str, words: Sequence[ShellWord], start: int) -> int:
    """Index of the program that the wrapper at *start* runs; *start* itself if it runs none."""
    wrapper = WRAPPERS[name]
    at = start + 1
    while at < len(words):
        value = words[at].value
        if value == "--":
            at += 1
            break
        if not value.startswith("-") or value == "-":
            break
        step = _width(value, wrapper.values)
        if value in wrapper.queries or (value[:2] != "--" and value[:2] in wrapper.queries):
            return start
        at += step
    while wrapper.assignments and at < len(words) and _assigns(words[at].value):
        at += 1
    at += wrapper.operands
    return at if at < len(words) else start


def _assigns(value: str) -> bool:
    name, sign, _ = value.partition("=")
    return bool(sign) and name.isidentifier()


def _width(option: str, values: frozenset[str]) -> int:
    """Number of words that an option takes, itself included."""
    if option.startswith("--"):
        return 2 if option in values else 1
    for at, letter in enumerate(option[1:], 2):
        if f"-{letter}" in values:
            return 2 if at == len(option) else 1
    return 1


def shell_script(words: Sequence[ShellWord]) -> tuple[ShellWord | None, bool]:
    """For a shell's command line: the word after ``-c``, and whether it reads its standard input."""
    at, takes_script, reads_input = 1, False, False
    while at < len(words):
        value = words[at].value
        if value in ("--", "-"):
            at += 1
            break
        if not value.startswith(("-", "+")):
            break
        if value.startswith("--"):
            at += 2 if value in _SHELL_LONG_VALUES else 1
            continue
        takes_script = takes_script or (value[0] == "-" and "c" in value)
        reads_input = reads_input or (value[0] == "-" and "s" in value)
        # Each "o" of a cluster takes one word: bash -eo pipefail -c.
        at += 1 + sum(value.count(letter) for letter in _SHELL_VALUES)
    operand = words[at] if at < len(words) else None
    if takes_script:
        return operand, False
    stdin = operand is None or reads_input or operand.value in ("-", "/dev/stdin")
    return None, stdin


def su_script(words: Sequence[ShellWord]) -> ShellWord | None:
    """The command of ``su -c``."""
    at = 1
    while at < len(words):
        value = words[at].value
        if value == "--command" or (value[:1] == "-" and value[1:2] != "-" and value[-1] == "c"):
            return words[at + 1] if at + 1 < len(words) else None
        at += _width(value, _SU_VALUES) if value.startswith("-") else 1
    return None
