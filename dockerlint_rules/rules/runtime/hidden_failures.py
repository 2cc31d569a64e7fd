"""Rules about hidden failures."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.interpreters import WINDOWS_SHELLS
from dockerlint_rules.model.packages.call_reader import calls_in, calls_of
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.shell.command import Command


_INSTALLERS = ("apt", "apk", "rpm", "zypper", "pip", "npm", "yarn", "gem", "pacman")


@rule(
    "DF628",
    severity=Severity.WARNING,
    fix="unsafe",
    on=_INSTALLERS,
)
def semicolon_masking_failure(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """Semicolon masks the failure of an install.

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
    if at < 0 or run.dialect in WINDOWS_SHELLS or _stops_at_failure(run, stage):
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
def ignored_install_failure(command: Command, run: Run) -> Iterator[Finding]:
    """Failure of an install is deliberately ignored.

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
