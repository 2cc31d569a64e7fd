"""Failed installs that do not stop the build."""

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
    words=(";",),
)
def semicolon_masking_failure(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """Semicolon masks the failure of an install.

    The exit status of a list with ``;`` is that of its last command. If the install fails and the cleanup after it
    succeeds, the image is built without the packages.

    Bad::

    ```dockerfile
    FROM fedora:42
    RUN dnf install -y nginx; dnf clean all
    #                       ^ The ';' may let the build continue when 'dnf' fails
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

    Good (``set -e`` stops at the first failure)::

    ```dockerfile
    FROM fedora:42
    RUN set -e; dnf install -y nginx; dnf clean all
    ```

    How to fix: use ``&&``, or begin the RUN with ``set -e``.

    Fix safety: unsafe, because a build that hid a failure now stops.

    Known problems: only the first such install of a RUN is reported; the fix covers all of them.

    Source: POSIX, "Shell Command Language", 2.9.3 Lists.
    """
    at = _semicolon_after(install, run)
    if at < 0 or run.dialect in WINDOWS_SHELLS or _stops_at_failure(run, stage):
        return
    # Only the first one of a RUN: its fix covers the others.
    if run.facts.setdefault("first masked install", install) is not install:
        return
    yield Finding.at(
        Span(at, at + 1),
        f"The ';' may let the build continue when '{install.tool}' fails. Use '&&' instead.",
        fix=Fix("Write '&&'", list(_semicolon_edits(run)), safe=False),
    )


def _semicolon_edits(run: Run) -> Iterator[Edit]:
    """Replace each ``;`` after an install with ``&&``."""
    text = run.source.text
    for call in calls_in(run):
        at = _semicolon_after(call, run) if call.family in _INSTALLERS else -1
        if at >= 0:
            blank = "" if text[at - 1] in " \t" else " "
            yield Edit(at, at + 1, f"{blank}&&")


def _semicolon_after(install: PackageCall, run: Run) -> int:
    """Offset of the ``;`` that lets a RUN continue after a failed install; -1 if there is none."""
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
    """Whether ``set -e``, or ``-e`` in SHELL, ends the script at the first failure."""
    if run.shell_script.options_set("errexit"):
        return True
    shell = stage.shell_before(run) if stage is not None else None
    return shell is not None and any(
        word.startswith("-") and not word.startswith("--") and "e" in word for word in shell[1:]
    )


@rule("DF629", severity=Severity.WARNING, words=("||", ";"))
def ignored_install_failure(command: Command, run: Run) -> Iterator[Finding]:
    """Failure of an install is deliberately ignored.

    With ``|| true`` or ``; exit 0`` a failed install does not stop the build. The image then lacks packages, which
    you only
    notice when the container runs.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y nginx || true
    #                     ^^^^^^^^^^^^^^^^^^^^^^^^ '|| true' hides a failure of 'apt-get'
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y nginx
    ```

    How to fix: let the build stop; install optional packages under a condition that says why they are optional.

    Source: POSIX, "Shell Command Language", 2.9.3 Lists.
    """
    following = command.index + 1
    if following >= len(run.commands) or command.after not in ("||", ";"):
        return
    if command.nested or command.conditional or not _is_install(command):
        return
    excuse = run.commands[following]
    if excuse.wrappers or not _always_succeeds(excuse):
        return
    written = f"{command.after} {' '.join((excuse.name, *(word.value for word in excuse.args)))}"
    yield Finding.at(
        Span(command.start, command.end),
        f"'{written}' hides a failure of '{command.name}', so the image may lack packages. Let the build stop.",
    )


def _always_succeeds(command: Command) -> bool:
    if command.name == "exit":
        return [word.value for word in command.args] == ["0"]
    return command.name in ("true", ":")


def _is_install(command: Command) -> bool:
    if command.name in ("dpkg", "rpm") and command.has_flag("-i", "-U", "--install"):
        return True
    # Only fetching: "go get … || true" comes before the checkout and the build.
    return any(call.action == "install" and call.family != "go" for call in calls_of(command))
