"""USER, and commands that create users."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import insert_flag
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.security.unprivileged_user_fix import run_as
from dockerlint_rules.syntax.dockerfile.instructions import User
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command


@rule("DF505", severity=Severity.WARNING, aliases=("DL3046",), fix="safe", on=("useradd",))
def useradd_without_no_log_init(command: Command, run: Run) -> Iterator[Finding]:
    """useradd with a high UID creates huge log files.

    ``useradd`` extends ``/var/log/lastlog`` and ``/var/log/faillog`` so that they have an entry for the UID. The files
    are sparse on disk, but a layer stores every zero in them: a UID of a billion takes gigabytes.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN useradd -u 1234567 app
    #   ^^^^^^^^^^^^^^^^^^^^^^ creates large log files
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN useradd -l -u 1234567 app
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN useradd --no-log-init -u 1234567 app
    ```

    How to fix: add ``-l``, or choose a UID below 100000.

    Fix safety: safe, because ``-l`` only keeps the user out of the two logs.

    Source: useradd(8), ``--no-log-init``; Docker docs, "Building best practices", USER.
    """
    if command.has_flag("-l", "--no-log-init"):
        return
    uid = command.value_of("-u", "--uid")
    if uid is None:
        return
    stage: Stage | None = run.stage
    if uid.startswith("${") and stage is not None:
        uid = stage.scope.value_at(run, uid[2:-1]) or uid
    if not (uid.isdecimal() and len(uid) > 5):
        return
    yield Finding.at(
        Span(command.start, command.end),
        f"useradd with UID {uid} creates large log files, and the layer stores every byte of them. Add '-l'.",
        fix=Fix("Add '-l'", [insert_flag(command.words[0], "-l", run)], safe=True),
    )


@rule("DF506", severity=Severity.INFO, default=False, aliases=("DL3066",))
def non_numeric_user(user: User, stage: Stage | None) -> Iterator[Finding]:
    """USER is not a numeric ID.

    Kubernetes refuses to start a container with ``runAsNonRoot`` if the image sets its user by name: it cannot tell
    whether that user is root.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN useradd -r app
    USER app
    #    ^^^ 'app' is not a number
    ```

    Good::

    ```dockerfile
    FROM debian:12
    USER 10001
    ```

    How to fix: write the user's ID, as in ``USER 10001``.

    Known problems: off by default, because a name is easier to read and is enough without Kubernetes. A variable is
    only left alone if an ARG declares it.

    Source: Kubernetes documentation, "Configure a Security Context".
    """
    word = user.user
    if word is None:
        return
    name = word.value if "$" in word.value else word.value.partition(":")[0]
    if not name or name.isdecimal():
        return
    if "$" in name and stage is not None and _uses_declared_arg(name, user, stage):
        return
    yield Finding.at(
        word,
        f"'{word.value}' is not a number, so Kubernetes cannot check 'runAsNonRoot'. Use the user's numeric ID.",
    )


def _uses_declared_arg(name: str, user: User, stage: Stage) -> bool:
    """Whether the user's name contains a variable that an ARG above it declares, in this stage or before."""
    declared = stage.facts.get("arg-names")
    if declared is None:
        instructions = [
            *stage.dockerfile.global_args,
            *(
                arg
                for other in stage.dockerfile.stages[: stage.index + 1]
                for arg in other.of("ARG")
            ),
        ]
        declared = stage.facts["arg-names"] = [
            (arg.start, pair.name) for arg in instructions for pair in getattr(arg, "pairs", ())
        ]
    from dockerlint_rules.syntax.word_variables import variables

    used = {use.name for use in variables(name, user.escape)}
    return any(start < user.start and arg_name in used for start, arg_name in declared)


@rule("DF512", severity=Severity.WARNING, words=("useradd", "adduser"), fix="unsafe")
def unused_user(stage: Stage) -> Iterator[Finding]:
    """User is created but never used.

    The container was probably meant to run as that user. Without USER it runs as the base image's user, usually root.

    Bad::

    ```dockerfile
    FROM python:3.13
    RUN useradd --create-home app
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^ User 'app' is created but never used
    COPY main.py /home/app/
    CMD ["python", "/home/app/main.py"]
    ```

    Fixed::

    ```dockerfile
    FROM python:3.13
    RUN useradd --create-home app
    COPY main.py /home/app/
    USER app
    CMD ["python", "/home/app/main.py"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    RUN useradd --create-home app
    COPY main.py /home/app/
    USER app
    CMD ["python", "/home/app/main.py"]
    ```

    How to fix: add ``USER`` after the steps that need root.

    Fix safety: unsafe, because the program may write where only root can.

    Known problems: a server may switch to the user by itself, and the user may only own files. The rule is therefore
    silent if the user's name appears anywhere else in the file, and if a start script or a process manager may switch
    users.

    Source: Docker docs, "Building best practices", USER.
    """
    if not stage.is_final or stage.last("USER") is not None or stage.last("ENTRYPOINT") is not None:
        return
    starts = stage.start_commands
    if not starts or not _runs_as_given_user(starts[-1].original):
        return
    text = stage.dockerfile.source.text
    for command, name in _created_users(stage):
        # Only names that occur nowhere but in the command itself.
        count_in_command = _count_word(text[command.start : command.end], name)
        if _count_word(text, name, count_in_command + 1) <= count_in_command:
            yield Finding.at(
                Span(command.start, command.end),
                f"User '{name}' is created but never used, so the container may run as root. "
                f"Add 'USER {name}' before the start command.",
                fix=run_as(stage, name),
            )
            return


# Programs that never switch users themselves, as servers such as nginx may.
_INTERPRETERS = (
    "python", "node", "npm", "java", "ruby", "rails", "gunicorn", "uvicorn", "flask", "dotnet", "yarn", "bundle",
    "celery",
)  # fmt: skip
# Scripts and programs that may switch users.
_USER_SWITCHERS = (".sh", "supervisor", "s6", "gosu", "su-exec", "sshd", "init")


def _runs_as_given_user(start: str) -> bool:
    """Whether a start command runs an application that keeps the user that it is started as."""
    lower = start.lower()
    return any(name in lower for name in _INTERPRETERS) and not any(
        name in start for name in _USER_SWITCHERS
    )


# Options of useradd and adduser that take a value.
_VALUE_OPTIONS = (
    "-u", "-g", "-G", "-s", "-d", "-h", "-c", "-k", "--uid", "--gid", "--ingroup", "--home", "--shell", "--gecos",
    "-b", "--groups",
    "--comment", "--home-dir",
)  # fmt: skip


def _created_users(stage: Stage) -> Iterator[tuple[Command, str]]:
    """Commands that create a user, with the user's name; names from a variable are left out."""
    for run in stage.runs:
        if "useradd" not in run.text and "adduser" not in run.text:
            continue
        for command in run.commands:
            if command.name not in ("useradd", "adduser"):
                continue
            names = command.operands(*_VALUE_OPTIONS)
            if names and names[-1].literal and names[-1].value.isidentifier():
                yield command, names[-1].value


def _count_word(text: str, name: str, limit: int | None = None) -> int:
    """How often a name occurs in a text as a whole word, counted up to *limit*; parts of a path do not count."""
    count = at = 0
    while count != limit and (at := text.find(name, at)) >= 0:
        end = at + len(name)
        before, after = text[at - 1 : at], text[end : end + 1]
        if not (before.isalnum() or before in ("_", "/")) and not (after.isalnum() or after == "_"):
            count += 1
        at = end
    return count
