"""Rules about pipes."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import line_like, lines_above
from dockerlint_rules.model.images.reference import distribution
from dockerlint_rules.model.interpreters import WINDOWS_SHELLS
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Onbuild, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction
    from dockerlint_rules.syntax.shell.command import Command


_KNOWS_PIPEFAIL = frozenset({"bash", "zsh", "ash", "ksh"})


_SH_KNOWS_PIPEFAIL = frozenset(
    {"alpine", "rhel-like", "suse", "arch"}
)  # there /bin/sh is busybox's or bash


_HAS_BASH = frozenset({"debian", "ubuntu"})  # beside dash as /bin/sh


# Programs whose own failure nobody misses: they make text out of nothing.
_HARMLESS = frozenset({
    "echo", "printf", "yes", "true", ":", "date", "uname", "arch", "whoami", "id", "hostname", "basename", "dirname", "nproc",
    "env", "set", "seq", "head", "tail", "sort", "uniq", "tr", "cut", "sed", "awk", "grep", "egrep", "fgrep", "wc", "rev", "tee",
    "xargs", "ls", "find", "cat", "dpkg", "dpkg-query", "apk", "ldd", "scanelf", "tac", "strings", "file", "stat", "column", "jq",
    "base64", "xxd", "od", "hexdump", "pip", "python", "python3", "node", "php", "ruby", "java", "which", "command", "type", "getent",
    "apt-cache", "apt-mark", "rpm", "ps", "locale", "lsb_release", "gcc", "openssl", "sha256sum", "md5sum", "mktemp", "readelf",
    "objdump", "comm", "paste", "fold", "nl", "join", "shuf", "expand", "fmt", "perl", "ip", "ifconfig", "netstat", "mount", "df", "du",
})  # fmt: skip


def _pipes(run: Run) -> Iterator[Command]:
    """The last command of every pipeline that has more than one."""
    for command in run.commands:
        if len(command.pipeline) > 1 and command.pipeline[-1] is command:
            yield command


def _has_pipefail(run: Run, stage: Stage | None) -> bool:
    """Whether a failure in the middle of a pipe stops the RUN, or no Unix shell reads it."""
    if run.dialect in WINDOWS_SHELLS or run.shell_script.foreign:
        return True
    said = stage.shell_before(run) if stage is not None else None
    if run.form == "json":
        words = run.args
        program = words[0].rpartition("/")[2] if words else ""
        return _sets_pipefail(words[1:]) or program.partition(".")[0] in WINDOWS_SHELLS
    if said:
        program = said[0].replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe")
        if program in WINDOWS_SHELLS or _sets_pipefail(said[1:]):
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

    A pipe ends as its last command does. When the download or the program on the left fails, the right side is
    content with half of the input or none, and the build goes on with a broken layer.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL https://example.com/tool.tgz | tar xz -C /opt
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    SHELL ["/bin/bash", "-o", "pipefail", "-c"]
    RUN curl -fsSL https://example.com/tool.tgz | tar xz -C /opt
    ```

    Bad (a shell that knows it)::

    ```dockerfile
    FROM alpine:3.22
    RUN set -ex && wget -qO- https://example.com/tool.tgz | tar xz -C /opt
    #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM alpine:3.22
    RUN set -exo pipefail && wget -qO- https://example.com/tool.tgz | tar xz -C /opt
    ```

    Good (set in the RUN, where bash or a shell that knows it reads it)::

    ```dockerfile
    FROM alpine:3.22
    RUN set -o pipefail && wget -qO- https://example.com/tool.tgz | tar xz -C /opt
    ```

    Good (the left side has nothing to lose)::

    ```dockerfile
    FROM debian:12
    RUN echo "app:secret" | tee /etc/app.conf
    ```

    How to fix: put ``SHELL ["/bin/bash", "-o", "pipefail", "-c"]`` before it; on Alpine begin the RUN with
    ``set -o pipefail``; or fetch into a file first.

    Fix safety: unsafe, because a RUN that hid a failure stops now; with SHELL that holds for all RUNs behind it.

    Known problems: dash, which is /bin/sh on Debian and Ubuntu, knows ``pipefail`` only from 0.5.13 on. DF632 reports
    every pipe.

    Source: Docker docs, "Building best practices", "Using pipes"; POSIX.1-2024, ``set -o pipefail``.
    """
    if "|" not in run.text and not run.heredocs:
        return
    if run.form == "json" or _has_pipefail(run, stage):
        return
    for last in _pipes(run):
        risky = next((one for one in last.pipeline[:-1] if _can_fail(one)), None)
        if risky is not None and not _is_checked(last):
            yield Finding.at(
                Span(last.pipeline[0].start, last.end),
                f"When '{risky.name}' fails, the pipe ends as '{last.name or 'its last command'}' does and the build goes on. "
                "Set 'pipefail' with SHELL, or fetch into a file first.",
                fix=_with_pipefail(run, stage),
            )
            return


def _can_fail(command: Command) -> bool:
    return bool(command.name) and command.name not in _HARMLESS


def _is_checked(last: Command) -> bool:
    """Whether what comes out is compared, or the failure is meant to be passed over."""
    return last.after == "||" or last.name in (
        "sha256sum",
        "sha512sum",
        "sha1sum",
        "md5sum",
        "grep",
        "true",
    )


def _with_pipefail(run: Run, stage: Stage | None) -> Fix | None:
    """Begin the RUN with ``set -o pipefail`` where its shell is known to have it; else take bash where the image has one."""
    if run.form != "shell" or stage is None or not stage.holds(run):
        return None
    said = stage.shell_before(run)
    base = distribution(stage.root.base)
    knows = said[0].rpartition("/")[2] in _KNOWS_PIPEFAIL if said else base in _SH_KNOWS_PIPEFAIL
    if knows and not run.heredocs:
        return Fix("Begin with set -o pipefail.", [_set_pipefail(run)], safe=False)
    if said or knows or base not in _HAS_BASH:
        return None
    return Fix("Take bash, with pipefail.", [_shell_line(run, stage)], safe=False)


def _set_pipefail(run: Run) -> Edit:
    """``set -o pipefail`` at the beginning; a ``set -ex`` that stands there gets it as well."""
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
    """One SHELL for all RUNs of the stage that need it: before the first of them."""
    edit: Edit | None = stage.facts.get("pipefail-shell")
    if edit is None:
        line = line_like(run, "SHELL", '["/bin/bash", "-o", "pipefail", "-c"]')
        edit = stage.facts["pipefail-shell"] = lines_above(run, line)
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

    The wider form of DF623: every pipe, also where the left side can hardly fail.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN echo hello | tee /greeting
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    SHELL ["/bin/bash", "-o", "pipefail", "-c"]
    RUN echo hello | tee /greeting
    ```

    How to fix: set ``pipefail`` with SHELL.

    Known problems: off by default; DF623 has what matters.

    Source: docs/hadolint.md, DL4006.
    """
    run = instruction.trigger if isinstance(instruction, Onbuild) else instruction
    if not isinstance(run, Run) or ("|" not in run.text and not run.heredocs):
        return
    if _has_pipefail(run, stage):
        return
    for last in _pipes(run):
        yield Finding.at(
            Span(last.pipeline[0].start, last.end),
            "A failure on the left of this pipe goes unseen. Set 'pipefail' with SHELL.",
        )
        return
