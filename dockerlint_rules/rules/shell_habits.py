"""Shell habits that hide failures or do nothing in a build."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import insert_above, insert_flag, instruction_like
from dockerlint_rules.model.images.reference import distribution
from dockerlint_rules.model.layers.cleanup import is_and_chain
from dockerlint_rules.model.packages.calls import calls_in, calls_of
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Onbuild, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction
    from dockerlint_rules.syntax.shell.script import Command

_WINDOWS = ("pwsh", "powershell", "cmd")
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
    if run.dialect in _WINDOWS or run.shell_script.foreign:
        return True
    said = stage.shell_before(run) if stage is not None else None
    if run.form == "json":
        words = run.args
        program = words[0].rpartition("/")[2] if words else ""
        return _sets_pipefail(words[1:]) or program.partition(".")[0] in _WINDOWS
    if said:
        program = said[0].replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe")
        if program in _WINDOWS or _sets_pipefail(said[1:]):
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
def failure_lost_in_pipe(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """A failure on the left of a pipe goes unseen.

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
    """A pipe without pipefail.

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


_POINTLESS = {
    "service": "a service that is started in a RUN is gone with it",
    "shutdown": "there is no machine to shut down",
    "reboot": "there is no machine to boot",
    "systemctl": "no init system runs in a build",
    "kill": "nothing of an earlier step runs any more",
    "top": "it waits for somebody to look",
    "vim": "it waits for somebody to type",
    "ssh": "it needs keys that stay in the layer",
    "free": "the builder's memory says nothing about the container's",
    "ps": "nothing of an earlier step runs any more",
    "mount": "a mount ends with its RUN",
}
_STARTS = frozenset({"start", "restart", "reload", "stop", "status"})


@rule(
    "DF624",
    severity=Severity.INFO,
    aliases=("DL3001",),
    on=("service", "systemctl", "shutdown", "reboot", "top", "vim"),
)
def pointless_command(command: Command, run: Run) -> Iterator[Finding]:
    """A command that does nothing in a build.

    A RUN is over when its commands are: what they start is gone, what they set is gone, and nobody is there to look or
    to type.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN service nginx start
    #   ^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM nginx:1.29
    CMD ["nginx", "-g", "daemon off;"]
    ```

    Good (used by what follows in the same RUN)::

    ```dockerfile
    FROM mysql:8.4
    RUN service mysql start && mysql -e "CREATE DATABASE app"
    ```

    How to fix: start it with CMD, or leave it out.

    Known problems: DF633 has hadolint's whole list.

    Source: Docker docs, "Building best practices".
    """
    if command.conditional or command.wrappers:
        return
    words = [word.value for word in command.args]
    if command.name == "systemctl" and not {
        "start",
        "restart",
        "reload",
        "daemon-reload",
        "stop",
    } & set(words):
        return  # "enable" only makes a link
    if command.name == "service":
        if not _STARTS & set(words) or any(one.index > command.index for one in run.commands):
            return
    elif command.name == "vim" and words:
        return  # a script is given: vim +PluginInstall +qall
    yield Finding.at(
        Span(command.start, command.end),
        f"'{command.name}' does nothing lasting here: {_why(command.name)}. Leave it to the container's start.",
        aliases=None if command.name in _HADOLINTS else (),
    )


def _why(name: str) -> str:
    return _POINTLESS[name]


_HADOLINTS = ("free", "kill", "mount", "ps", "service", "shutdown", "ssh", "top", "vim")


@rule("DF633", severity=Severity.INFO, default=False, aliases=("DL3001",), on=_HADOLINTS)
def host_command(command: Command) -> Iterator[Finding]:
    """A command that makes little sense in a container.

    The wider form of DF624: every call of one of these programs.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN free -m && make
    #   ^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN make
    ```

    How to fix: leave it out.

    Known problems: off by default; the programs have their uses inside of one RUN.

    Source: docs/hadolint.md, DL3001.
    """
    yield Finding.at(
        Span(command.start, command.end),
        f"'{command.name}' makes little sense in a build: {_why(command.name)}.",
    )


@rule("DF625", severity=Severity.INFO, default=False, aliases=("DL4001",), words=("wget",))
def two_fetchers(stage: Stage) -> Iterator[Finding]:
    """Both wget and curl are used.

    One of them is enough, and the other is one more package to install.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN wget -q https://example.com/a
    RUN curl -fsSLO https://example.com/b
    #   ^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLO https://example.com/a
    RUN curl -fsSLO https://example.com/b
    ```

    How to fix: use one of them.

    Known problems: off by default; where the base image has both it is taste.

    Source: docs/hadolint.md, DL4001.
    """
    seen: set[str] = set()
    for one in stage.of("RUN", "ONBUILD"):
        run = one.trigger if isinstance(one, Onbuild) else one
        if not isinstance(run, Run) or run.errors:
            continue
        used = {
            command.name: command
            for command in reversed(run.commands)
            if command.name in ("wget", "curl")
        }
        seen |= used.keys()
        if len(seen) == 2 and used:
            command = used.get("curl") or used["wget"]
            yield Finding.at(
                command.words[0],
                "Both wget and curl are used in this stage. One of them is enough.",
            )


@rule("DF626", severity=Severity.WARNING, aliases=("DL4005",), on=("ln",), fix="unsafe")
def shell_replaced(command: Command, instruction: Instruction) -> Iterator[Finding]:
    """/bin/sh is replaced by a link.

    Scripts of the distribution are written for its own shell, and an upgrade of the package puts the link back. The
    build's shell is set with SHELL.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN ln -sf /bin/bash /bin/sh
    #   ^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    SHELL ["/bin/bash", "-c"]
    ```

    How to fix: use SHELL.

    Fix safety: unsafe; what starts ``/bin/sh`` by itself, such as CMD in shell form after another SHELL or a script,
    gets the distribution's shell. It is offered where the RUN does nothing else.

    Source: Docker docs, "Dockerfile reference", SHELL.
    """
    words = command.operands()
    if len(words) > 1 and words[-1].value in ("/bin/sh", "/usr/bin/sh"):
        fix = None
        target = words[0].value if words[0].value.startswith("/") else f"/bin/{words[0].value}"
        if _is_whole(command, instruction) and target in ("/bin/bash", "/usr/bin/bash"):
            edit = Edit(instruction.start, instruction.end, f'SHELL ["{target}", "-c"]')
            fix = Fix("Set the shell with SHELL.", [edit], safe=False)
        yield Finding.at(
            Span(command.start, command.end),
            "/bin/sh is the distribution's own, and scripts rely on it. Set the build's shell with SHELL instead.",
            fix=fix,
        )


def _is_whole(command: Command, instruction: Instruction) -> bool:
    """Whether a RUN does nothing but put the link there: ``ln``, and ``rm`` of the one before."""
    if not isinstance(instruction, Run) or instruction.flags or not is_and_chain(instruction):
        return False
    return all(
        one is command
        or (one.name == "rm" and [word.value for word in one.operands()] == ["/bin/sh"])
        for one in instruction.commands
    )


@rule(
    "DF627", severity=Severity.INFO, default=False, aliases=("DL3047",), fix="unsafe", on=("wget",)
)
def wget_progress(command: Command, run: Run) -> Iterator[Finding]:
    """wget fills the log with its progress.

    Without a terminal wget writes a line of dots for every 50 kilobytes.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN wget https://example.com/big.iso
    #   ^^^^
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN wget --progress=dot:giga https://example.com/big.iso
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN wget -q https://example.com/big.iso
    ```

    How to fix: add ``-q`` or ``--progress=dot:giga``.

    Fix safety: unsafe, because busybox's wget has no ``--progress``.

    Known problems: off by default; a long log is taste.

    Source: wget(1), ``--progress``.
    """
    if command.has_flag(
        "--progress",
        "-q",
        "--quiet",
        "-o",
        "--output-file",
        "-a",
        "--append-output",
        "--no-verbose",
        "-nv",
    ):
        return
    if any(operator in ("2>", "&>", ">&", "2>>", "&>>") for operator, _ in command.redirects):
        return
    yield Finding.at(
        command.words[0],
        "wget writes a line for every 50 kilobytes. Add '-q' or '--progress=dot:giga'.",
        fix=Fix(
            "Add --progress=dot:giga.",
            [insert_flag(command.words[0], "--progress=dot:giga", run)],
            safe=False,
        ),
    )


_INSTALLERS = ("apt", "apk", "rpm", "zypper", "pip", "npm", "yarn", "gem", "pacman")


@rule(
    "DF628",
    severity=Severity.WARNING,
    fix="unsafe",
    on=_INSTALLERS,
)
def failure_behind_semicolon(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """A failed install goes unseen behind a semicolon.

    A list with ``;`` ends as its last command does: the install fails, the clean-up succeeds, and the image is built
    without the packages.

    Bad::

    ```dockerfile
    FROM fedora:42
    RUN dnf install -y nginx; dnf clean all
    #                       ^
    ```

    Fixed::

    ```dockerfile
    FROM fedora:42
    RUN dnf install -y nginx && dnf clean all
    ```

    Good::

    ```dockerfile
    FROM fedora:42
    RUN dnf install -y nginx && dnf clean all
    ```

    Good (set -e stops at the first failure)::

    ```dockerfile
    FROM fedora:42
    RUN set -e; dnf install -y nginx; dnf clean all
    ```

    How to fix: use ``&&``, or begin with ``set -e``.

    Fix safety: unsafe, because a build that went on stops now, which is the point.

    Source: POSIX, "Shell Command Language", 2.9.3 Lists.
    """
    at = _semicolon_after(install, run)
    if at < 0 or run.dialect in _WINDOWS or _stops_at_failure(run, stage):
        return
    told = run.facts.setdefault("semicolon", [])
    if told:
        return
    told.append(True)
    text = run.source.text
    edits = []
    for call in calls_in(run):
        place = _semicolon_after(call, run) if call.family in _INSTALLERS else -1
        if place >= 0:
            before = "" if text[place - 1] in " \t" else " "
            edits.append(Edit(place, place + 1, f"{before}&&"))
    yield Finding.at(
        Span(at, at + 1),
        f"When '{install.tool}' fails here, the RUN goes on and ends as its last command does. Write '&&'.",
        fix=Fix("Write &&.", edits, safe=False),
    )


def _semicolon_after(install: PackageCall, run: Run) -> int:
    """Offset of the ``;`` that lets a RUN go on after a failed install; -1 where there is none."""
    command = install.command
    if install.action not in ("install", "update", "upgrade", "download") or command.after != ";":
        return -1
    if command.nested or command.conditional or command.function:
        return -1
    if command.index == len(run.commands) - 1:
        return -1
    text = run.source.text
    at = text.find(";", command.end)
    return -1 if at < 0 or text[command.end : at].strip(" \t") else at


def _stops_at_failure(run: Run, stage: Stage | None) -> bool:
    """Whether ``set -e``, or ``-e`` of SHELL, ends the script at the first failure."""
    if run.shell_script.options_set("errexit"):
        return True
    said = stage.shell_before(run) if stage is not None else None
    return said is not None and any(
        word.startswith("-") and not word.startswith("--") and "e" in word for word in said[1:]
    )


@rule("DF629", severity=Severity.WARNING, words=("true", "exit", ":"))
def failure_masked(command: Command, run: Run) -> Iterator[Finding]:
    """A failed install is passed over on purpose.

    ``|| true`` or ``; exit 0`` builds an image without what it needs, and whoever runs it finds out.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y nginx || true
    #                     ^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y nginx
    ```

    How to fix: let the build stop; install what may be missing under a condition that says why.

    Source: POSIX, "Shell Command Language", 2.9.3 Lists.
    """
    at = command.index + 1
    if at >= len(run.commands) or command.after not in ("||", ";"):
        return
    if command.nested or command.conditional or not _installs(command):
        return
    following = run.commands[at] if at < len(run.commands) else None
    if following is None or following.wrappers:
        return
    passes = following.name in ("true", ":") or (
        following.name == "exit" and [word.value for word in following.args] == ["0"]
    )
    if passes and command.after in ("||", ";"):
        yield Finding.at(
            Span(command.start, command.end),
            f"'{command.name}' may fail and the image is built all the same. Let the build stop.",
        )


def _installs(command: Command) -> bool:
    if command.name in ("dpkg", "rpm") and command.has_flag("-i", "-U", "--install"):
        return True
    # "go get … || true" fetches what is checked out and built afterwards.
    return any(call.action == "install" and call.family != "go" for call in calls_of(command))


_EFFECTS = {
    "source": "what it sets ends with this RUN",
    ".": "what it sets ends with this RUN",
    "export": "the variable ends with this RUN",
    "ulimit": "the limit ends with this RUN",
    "alias": "the alias ends with this RUN",
    "umask": "the mask ends with this RUN",
}


@rule("DF630", severity=Severity.WARNING, on=tuple(_EFFECTS))
def setting_without_effect(command: Command, run: Run) -> Iterator[Finding]:
    """A setting ends with its RUN.

    Each RUN is a shell of its own: variables, limits and aliases that it sets are gone when it ends.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN export PATH=/opt/tool/bin:$PATH
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ENV PATH=/opt/tool/bin:$PATH
    ```

    Good (used in the same RUN)::

    ```dockerfile
    FROM debian:12
    RUN export MAKEFLAGS=-j4 && make
    ```

    How to fix: use ENV for variables, ``--ulimit`` at the start for limits, or put the command that needs it into the
    same RUN.

    Source: Docker docs, "Dockerfile reference", RUN and ENV.
    """
    if (
        command.nested
        or command.conditional
        or command.wrappers
        or command.function
        or run.dialect in _WINDOWS
    ):
        return
    if (
        command.index != len(run.commands) - 1
        or command.before in ("|", "&")
        or len(command.pipeline) > 1
    ):
        return
    if command.name in ("source", ".") and (not command.args or _runs_as_script(command)):
        return
    if not command.args and command.name in ("export", "alias", "umask"):
        return  # prints
    if command.name == "ulimit" and command.has_flag("-a"):
        return
    yield Finding.at(
        Span(command.start, command.end),
        f"'{command.name}' has no effect: {_EFFECTS[command.name]}. Use ENV, or put what needs it into the same RUN.",
    )


def _runs_as_script(command: Command) -> bool:
    """Whether the file that is read is there for what it does, such as an installer, and not for what it sets."""
    name = command.args[0].value.rpartition("/")[2]
    settings = (
        "rc",
        "profile",
        "env",
        "activate",
        "environment",
        "setup.bash",
        "setup.sh",
        "bashrc",
        ".conf",
        "vars",
    )
    if "/profile.d/" in command.args[0].value:
        return False
    return not name.endswith(settings) and not name.startswith((".bash", ".profile", "env"))
