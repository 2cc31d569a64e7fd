"""Which scripts of a Dockerfile ShellCheck checks, as which shell, and with which variables set."""

from __future__ import annotations

from dockerlint_rules.model.images.reference import distribution
from dockerlint_rules.model.stages import is_windows
from dockerlint_rules.syntax.dockerfile.instructions import Arg, Env, Onbuild, Run, Shell
from dockerlint_rules.syntax.shell.script import dialect_of, dialect_of_shebang

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.source import LogicalText

# First lines that tell ShellCheck the shell.
_SHEBANGS = {
    "sh": "#!/bin/sh",
    "bash": "#!/bin/bash",
    "dash": "#!/bin/dash",
    "ash": "#!/bin/dash",
    "busybox": "#!/bin/busybox sh",
    "ksh": "#!/bin/ksh",
}
# The program behind /bin/sh.  Source: the distributions' packages; elsewhere it may be anything that POSIX allows.
_SHELL_OF = {
    "debian": "dash",
    "ubuntu": "dash",
    "alpine": "busybox",
    "busybox": "busybox",
    "wolfi": "busybox",
    "rhel-like": "bash",
    "suse": "bash",
    "arch": "bash",
}
# Set in every build, declared or not.
_PREDEFINED = (
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "FTP_PROXY",
    "ftp_proxy",
    "NO_PROXY",
    "no_proxy",
    "ALL_PROXY",
    "all_proxy",
)


class CheckedScript:
    """One script: ``text`` as ShellCheck reads it, of which we added the first ``lines`` lines, and its place in
    the file.
    """

    __slots__ = ("instruction", "lines", "logical", "shell_known", "text")

    def __init__(
        self, instruction: Instruction, logical: LogicalText, first: str, *, shell_known: bool
    ) -> None:
        self.instruction = instruction
        self.logical = logical
        self.lines = first.count("\n")
        self.text = first + logical.text
        self.shell_known = shell_known


def scripts_of(dockerfile: Dockerfile, *, thorough: bool = False) -> list[CheckedScript]:
    """Every RUN (and ONBUILD RUN) that a shell of the Bourne family reads.

    With *thorough* all variables that the build sets are declared, and not only those that a script names: ShellCheck's
    notes compare misspelt names with them.
    """
    found: list[CheckedScript] = []
    found += _scripts_in(dockerfile.global_instructions, None, {}, thorough)
    for stage in dockerfile.stages:
        found += _scripts_in(stage.instructions, stage, _inherited(stage), thorough)
    return found


def _inherited(stage: Stage) -> dict[str, None]:
    names: dict[str, None] = {}
    for place in reversed([*stage.lineage()][1:]):
        for one in place.of("ARG", "ENV"):
            if isinstance(one, Arg | Env):
                names.update(dict.fromkeys(pair.name for pair in one.pairs))
    return names


def _scripts_in(
    instructions: list[Instruction], stage: Stage | None, names: dict[str, None], thorough: bool
) -> Iterator[CheckedScript]:
    fragment_dialect = ""  # of a SHELL before the first FROM, in a fragment of a file
    for one in instructions:
        if isinstance(one, Arg | Env):
            names.update(dict.fromkeys(pair.name for pair in one.pairs))
            continue
        if stage is None and isinstance(one, Shell) and one.form == "json":
            fragment_dialect = dialect_of(one.args)
        run = one.trigger if isinstance(one, Onbuild) else one
        if not isinstance(run, Run) or one.errors or run.form != "shell":
            continue
        script = run.script
        if script is None or not script.text.strip():
            continue
        if "{{" in script.text and "}}" in script.text:
            continue  # a template engine makes the script from it
        dialect, known = _shell(run, stage, script)
        if fragment_dialect and dialect == "sh":
            dialect, known = fragment_dialect, True
        if dialect not in _SHEBANGS:
            continue
        first = f"{_SHEBANGS[dialect]}\n{_exports(names, script.text, thorough=thorough)}"
        yield CheckedScript(run, script, first, shell_known=known)


def _exports(names: dict[str, None], text: str, *, thorough: bool) -> str:
    """One line that sets the variables of the build that the script names.

    perf: ShellCheck takes 2 ms for a line of twenty names, as long as for the script itself.
    """
    if "$" not in text:
        return ""
    used = [
        name
        for name in dict.fromkeys((*_PREDEFINED, *names))
        if (thorough or name in text) and name.isascii() and name.isidentifier()
    ]
    return f"export {' '.join(f'{name}=1' for name in used)}\n" if used else ""


def _shell(run: Run, stage: Stage | None, script: LogicalText) -> tuple[str, bool]:
    """The dialect of a script, and whether it is certain."""
    if run.file_heredoc is not None and script.text.startswith("#!"):
        return dialect_of_shebang(script.text.split("\n", 1)[0]), True
    if run.dialect != "sh":
        return run.dialect, True
    if stage is None:
        return "sh", False
    if stage.shell_before(run) is not None:
        return "sh", False  # SHELL names sh, and the image decides which shell that is
    base = stage.root.base
    if is_windows(base) or run.escape == "`":
        return "cmd", True
    known = _SHELL_OF.get(distribution(base) or "")
    return (known, True) if known else ("sh", False)
