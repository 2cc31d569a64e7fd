"""Pipes that mask a failure."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import insert_above, instruction_like
from dockerlint_rules.model.images.reference import distribution
from dockerlint_rules.model.interpreters import WINDOWS_SHELLS
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Onbuild, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.shell.command import Command


_SHELLS_WITH_PIPEFAIL = frozenset({"bash", "zsh", "ash", "ksh"})

# Distributions whose /bin/sh knows pipefail: it is BusyBox's or bash.
_SH_HAS_PIPEFAIL = frozenset({"alpine", "rhel-like", "suse", "arch"})

# Distributions that have bash, but another shell as /bin/sh.
_HAS_BASH = frozenset({"debian", "ubuntu"})

# Programs that rarely fail, or whose failure on the left of a pipe does little harm.
_HARMLESS = frozenset({
    "echo", "printf", "yes", "true", ":", "date", "uname", "arch", "whoami", "id", "hostname", "basename", "dirname",
    "nproc", "env", "set", "seq", "head", "tail", "sort", "uniq", "tr", "cut", "sed", "awk", "grep", "egrep", "fgrep",
    "wc", "rev", "tee", "xargs", "ls", "find", "cat", "dpkg", "dpkg-query", "apk", "ldd", "scanelf", "tac", "strings",
    "file", "stat", "column", "jq", "base64", "xxd", "od", "hexdump", "pip", "python", "python3", "node", "php",
    "ruby", "java", "which", "command", "type", "getent", "apt-cache", "apt-mark", "rpm", "ps", "locale",
    "lsb_release", "gcc", "openssl", "sha256sum", "md5sum", "mktemp", "readelf", "objdump", "comm", "paste", "fold",
    "nl", "join", "shuf", "expand", "fmt", "perl", "ip", "ifconfig", "netstat", "mount", "df", "du",
})  # fmt: skip


def _ends_of_pipes(run: Run) -> Iterator[Command]:
    """The last command of each pipe."""
    for command in run.commands:
        if len(command.pipeline) > 1 and command.pipeline[-1] is command:
            yield command


def _has_pipefail(run: Run, stage: Stage | None) -> bool:
    """Whether a failure anywhere in a pipe makes the whole pipe fail, or no Unix shell runs it."""
    if run.dialect in WINDOWS_SHELLS or run.shell_script.foreign:
        return True
    shell = stage.shell_before(run) if stage is not None else None
    if run.form == "json":
        words = run.args
        program = words[0].rpartition("/")[2] if words else ""
        return _sets_pipefail(words[1:]) or program.partition(".")[0] in WINDOWS_SHELLS
    if shell:
        program = shell[0].replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe")
        if program in WINDOWS_SHELLS or _sets_pipefail(shell[1:]):
            return True
    return run.shell_script.options_set("pipefail")


def _sets_pipefail(words: list[str]) -> bool:
    return any(
        flag.startswith("-")
        and not flag.startswith("--")
        and flag.endswith("o")
        and value == "pipefail"
        for flag, value in zip(words, words[1:], strict=False)
    )


@rule("DF623", severity=Severity.WARNING, aliases=("DL4006",), fix="unsafe", words=("|",))
def pipe_masking_failure(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Pipe masks the failure of a command.

    The exit status of a pipe is that of its last command. If the program on the left fails, the program on the right
    gets only part of its input, and the build may continue with a broken layer.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL https://example.com/tool.tgz | tar xz -C /opt
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ exit status is that of 'tar'
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    SHELL ["/bin/bash", "-o", "pipefail", "-c"]
    RUN curl -fsSL https://example.com/tool.tgz | tar xz -C /opt
    ```

    Bad (the shell knows ``pipefail``)::

    ```dockerfile
    FROM alpine:3.22
    RUN set -ex && wget -qO- https://example.com/tool.tgz | tar xz -C /opt
    #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ may continue when 'wget' fails
    ```

    Fixed::

    ```dockerfile
    FROM alpine:3.22
    RUN set -exo pipefail && wget -qO- https://example.com/tool.tgz | tar xz -C /opt
    ```

    Good (set in the RUN, for a shell that knows it)::

    ```dockerfile
    FROM alpine:3.22
    RUN set -o pipefail && wget -qO- https://example.com/tool.tgz | tar xz -C /opt
    ```

    Good (the left side rarely fails)::

    ```dockerfile
    FROM debian:12
    RUN echo "app:secret" | tee /etc/app.conf
    ```

    How to fix: put ``SHELL ["/bin/bash", "-o", "pipefail", "-c"]`` before the RUN; on Alpine, begin the RUN with
    ``set -o pipefail``; or write to a file first.

    Fix safety: unsafe, because a RUN that hid a failure now stops the build. A SHELL instruction applies to all later
    RUNs of the stage.

    Known problems: dash, which is ``/bin/sh`` on Debian and Ubuntu, knows ``pipefail`` only since version 0.5.13. Only
    the first such pipe of a RUN is reported. DF632 reports every RUN with a pipe.

    Source: Docker docs, "Building best practices", "Using pipes"; POSIX.1-2024, ``set -o pipefail``.
    """
    if "|" not in run.text and not run.heredocs:
        return
    if run.form == "json" or _has_pipefail(run, stage):
        return
    for last in _ends_of_pipes(run):
        risky = next((command for command in last.pipeline[:-1] if _can_fail(command)), None)
        if risky is not None and not _is_checked(last):
            owner = f"'{last.name}'" if last.name else "its last command"
            yield Finding.at(
                Span(last.pipeline[0].start, last.end),
                f"The pipe's exit status is that of {owner}, so the build may continue when '{risky.name}' fails. "
                "Set 'pipefail' with SHELL, or write to a file first.",
                fix=_pipefail_fix(run, stage),
            )
            return


def _can_fail(command: Command) -> bool:
    return bool(command.name) and command.name not in _HARMLESS


def _is_checked(last: Command) -> bool:
    """Whether the last command checks its input, or a failure is deliberately ignored."""
    return last.after == "||" or last.name in (
        "sha256sum",
        "sha512sum",
        "sha1sum",
        "md5sum",
        "grep",
        "true",
    )


def _pipefail_fix(run: Run, stage: Stage | None) -> Fix | None:
    """Begin the RUN with ``set -o pipefail`` if its shell knows that; else set bash with SHELL if the image has it."""
    if run.form != "shell" or stage is None or not stage.holds(run):
        return None
    shell = stage.shell_before(run)
    system = distribution(stage.root.base)
    if shell:
        knows_pipefail = shell[0].rpartition("/")[2] in _SHELLS_WITH_PIPEFAIL
    else:
        knows_pipefail = system in _SH_HAS_PIPEFAIL
    if knows_pipefail and not run.heredocs:
        return Fix("Begin the RUN with 'set -o pipefail'", [_set_pipefail(run)], safe=False)
    if shell or knows_pipefail or system not in _HAS_BASH:
        return None
    return Fix("Set bash with pipefail in SHELL", [_shell_line(run, stage)], safe=False)


def _set_pipefail(run: Run) -> Edit:
    """Add ``set -o pipefail`` at the beginning, or ``o pipefail`` to the ``set -ex`` that is already there."""
    first = run.commands[0] if run.commands else None
    if (
        first is not None
        and first.name == "set"
        and len(first.args) == 1
        and first.start == run.words[0].start
    ):
        flags = first.args[0]
        if flags.text[:1] == "-" and flags.text[1:].isalpha() and "o" not in flags.text:
            return Edit.after(flags, "o pipefail")
    return Edit.before(run.words[0], "set -o pipefail && ")


def _shell_line(run: Run, stage: Stage) -> Edit:
    """Add SHELL before the first RUN of the stage that needs it; all its findings share this edit."""
    edit: Edit | None = stage.facts.get("pipefail-shell")
    if edit is None:
        line = instruction_like(run, "SHELL", '["/bin/bash", "-o", "pipefail", "-c"]')
        edit = stage.facts["pipefail-shell"] = insert_above(run, line)
    return edit


@rule(
    "DF632",
    severity=Severity.INFO,
    default=False,
    aliases=("DL4006",),
    on=("RUN", "ONBUILD"),
    words=("|",),
)
def pipe_without_pipefail(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """Pipe is used without pipefail.

    This rule extends DF623 to every pipe, even if the left side rarely fails. It is off by default because most
    of these pipes are harmless.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN echo hello | tee /greeting
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^ hides failures of all commands but the last
    ```

    Good::

    ```dockerfile
    FROM debian:12
    SHELL ["/bin/bash", "-o", "pipefail", "-c"]
    RUN echo hello | tee /greeting
    ```

    How to fix: set ``pipefail`` with SHELL.

    Known problems: only the first pipe of a RUN is reported.

    Source: docs/hadolint.md, DL4006.
    """
    run = instruction.trigger if isinstance(instruction, Onbuild) else instruction
    if not isinstance(run, Run) or ("|" not in run.text and not run.heredocs):
        return
    if _has_pipefail(run, stage):
        return
    last = next(_ends_of_pipes(run), None)
    if last is not None:
        yield Finding.at(
            Span(last.pipeline[0].start, last.end),
            "This pipe hides failures of all commands but the last. Set 'pipefail' with SHELL.",
        )
