"""Rules about users."""

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

    ``useradd`` makes ``/var/log/lastlog`` and ``faillog`` long enough for the uid. The files are sparse on disk, but a
    layer stores every zero: a uid of a billion makes it gigabytes.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN useradd -u 1234567 app
    #   ^^^^^^^^^^^^^^^^^^^^^^
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

    How to fix: add ``-l``.

    Fix safety: safe; only the two logs are left alone.

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
        f"useradd writes logs as long as uid {uid} is high, and the layer stores all of it. Add '-l'.",
        fix=Fix("Add -l.", [insert_flag(command.words[0], "-l", run)], safe=True),
    )


@rule("DF506", severity=Severity.INFO, default=False, aliases=("DL3066",))
def non_numeric_user(user: User, stage: Stage | None) -> Iterator[Finding]:
    """USER is not a numeric ID.

    Kubernetes can only check ``runAsNonRoot`` when the image says a number.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN useradd -r app
    USER app
    #    ^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    USER 10001
    ```

    How to fix: write the number, ``USER 10001``.

    Known problems: off by default; a name reads better where nothing checks it.

    Source: Kubernetes documentation, "Configure a Security Context".
    """
    word = user.user
    if word is None:
        return
    name = word.value if "$" in word.value else word.value.partition(":")[0]
    if not name or name.isdecimal():
        return
    if "$" in name and stage is not None and _is_argument(name, user, stage):
        return
    yield Finding.at(
        word,
        f"'{word.value}' is a name; Kubernetes can only check a number. Write the user's number.",
    )


def _is_argument(name: str, user: User, stage: Stage) -> bool:
    """Whether the value has a variable that an ARG above declares, the global ones included."""
    known = stage.facts.get("arg-names")
    if known is None:
        known = [
            (one.start, pair.name)
            for place in (
                stage.dockerfile.global_args,
                *(at.of("ARG") for at in stage.dockerfile.stages[: stage.index + 1]),
            )
            for one in place
            for pair in getattr(one, "pairs", ())
        ]
        stage.facts["arg-names"] = known
    from dockerlint_rules.syntax.word_variables import variables

    used = {use.name for use in variables(name, user.escape)}
    return any(start < user.start and one in used for start, one in known)


@rule("DF512", severity=Severity.WARNING, words=("useradd", "adduser"), fix="unsafe")
def unused_user(stage: Stage) -> Iterator[Finding]:
    """User is created but never used.

    Somebody meant the container to run as that user; without USER it runs as root all the same.

    Bad::

    ```dockerfile
    FROM python:3.13
    RUN useradd --create-home app
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^
    COPY main.py /home/app/
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

    How to fix: add ``USER`` after what has to be done as root.

    Fix safety: unsafe; the program may write where only root can.

    Known problems: a user that a server switches to by itself, or that owns files, is left alone where its name is
    seen anywhere else in the file; so is a file with a start script, which may switch.

    Source: Docker docs, "Building best practices", USER.
    """
    if not stage.is_final or stage.last("USER") is not None or stage.last("ENTRYPOINT") is not None:
        return
    starts = stage.start_commands
    if (
        not starts
        or not any(f"{one}" in starts[-1].original.lower() for one in _INTERPRETERS)
        or any(
            word in starts[-1].original
            for word in (".sh", "supervisor", "s6", "gosu", "su-exec", "sshd", "init")
        )
    ):
        return
    text = None
    for run in stage.runs:
        if "useradd" not in run.text and "adduser" not in run.text:
            continue
        for command in run.commands:
            if command.name not in ("useradd", "adduser"):
                continue
            names = command.operands(
                "-u",
                "-g",
                "-G",
                "-s",
                "-d",
                "-h",
                "-c",
                "-k",
                "--uid",
                "--gid",
                "--ingroup",
                "--home",
                "--shell",
                "--gecos",
                "-b",
                "--groups",
                "--comment",
                "--home-dir",
            )
            if not names or not names[-1].literal or not names[-1].value.isidentifier():
                continue
            name = names[-1].value
            if text is None:
                text = stage.dockerfile.source.text
            own = _times_as_word(text[command.start : command.end], name)
            if _times_as_word(text, name, own + 1) <= own:
                yield Finding.at(
                    Span(command.start, command.end),
                    f"User '{name}' is made and nothing runs as it. Add 'USER {name}' before the start command.",
                    fix=run_as(stage, name),
                )
                return


# What runs an application as whoever starts it; a server of its own kind may switch to its user by itself.
_INTERPRETERS = (
    "python",
    "node",
    "npm",
    "java",
    "ruby",
    "rails",
    "gunicorn",
    "uvicorn",
    "flask",
    "dotnet",
    "yarn",
    "bundle",
    "celery",
)


def _times_as_word(text: str, name: str, most: int | None = None) -> int:
    """How often a name stands in a text as a word; no more than *most* are counted."""
    count = at = 0
    while count != most and (at := text.find(name, at)) >= 0:
        before, behind = text[at - 1 : at], text[at + len(name) : at + len(name) + 1]
        if not (before.isalnum() or before in ("_", "/")) and not (
            behind.isalnum() or behind == "_"
        ):
            count += 1
        at += len(name)
    return count
