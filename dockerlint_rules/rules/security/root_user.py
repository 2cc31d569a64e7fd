"""Images whose program runs as root."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.images.defaults import is_bare
from dockerlint_rules.model.users import is_root
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.security.unprivileged_user_fix import unprivileged_user
from dockerlint_rules.syntax.dockerfile.instructions import User

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage

# Programs with which an entrypoint switches to another user.
_PRIVILEGE_DROPPERS = (
    "gosu",
    "su-exec",
    "setpriv",
    "runuser",
    "s6-setuidgid",
    "setuidgid",
    "chpst",
    "fixuid",
)


@rule("DF501", severity=Severity.WARNING, aliases=("DL3002",))
def root_as_last_user(stage: Stage) -> Iterator[Finding]:
    """Last USER of the image is root.

    The container's program then runs with full privileges. An attacker who takes it over can change every file in the
    container and has more ways to attack the host. Root is fine during the build: only the last USER decides who
    runs the program.

    Bad::

    ```dockerfile
    FROM debian:12
    USER root
    #    ^^^^ The last USER is 'root'
    RUN apt-get update && apt-get upgrade -y
    CMD ["sleep", "60"]
    ```

    Good::

    ```dockerfile
    FROM debian:12
    USER root
    RUN apt-get update && apt-get upgrade -y
    USER 10001
    CMD ["sleep", "60"]
    ```

    Good (the entrypoint switches to another user)::

    ```dockerfile
    FROM debian:12
    USER root
    ENTRYPOINT ["gosu", "app", "/usr/bin/app"]
    ```

    Good (this stage is not part of the final image)::

    ```dockerfile
    FROM debian:12 AS build
    USER root
    FROM debian:12
    USER app
    ```

    How to fix: end the stage with ``USER`` and a number other than 0.

    Known problems: the rule is silent if the file mentions a program that switches users, such as ``gosu`` or
    ``su-exec``.

    Source: Docker documentation, "Building best practices", section "USER".
    """
    if not stage.is_final:
        return
    last = stage.last("USER")
    if not isinstance(last, User) or last.user is None or not is_root(last.user.value):
        return
    if _drops_privileges(stage):
        return
    yield Finding.at(
        last.user,
        f"The last USER is '{last.user.value}', so the container runs as root. "
        "End the stage with a USER other than root.",
    )


@rule("DF502", severity=Severity.INFO, fix="unsafe")
def missing_user(stage: Stage) -> Iterator[Finding]:
    """Container runs as root because no USER is set.

    A container runs as root unless the Dockerfile or its base image sets a user. An attacker who takes over the
    program can then change every file in the container and has more ways to attack the host.

    Bad::

    ```dockerfile
    FROM python:3.13
    #    ^^^^^^^^^^^ so the container runs as root
    COPY app.py /app/
    CMD ["python", "/app/app.py"]
    ```

    Fixed::

    ```dockerfile
    FROM python:3.13
    COPY app.py /app/
    RUN useradd --create-home app
    USER app
    CMD ["python", "/app/app.py"]
    ```

    Good (a numeric ID needs no account)::

    ```dockerfile
    FROM python:3.13
    COPY app.py /app/
    USER 10001
    CMD ["python", "/app/app.py"]
    ```

    Good (the base image may set a user)::

    ```dockerfile
    FROM registry.example.com/team/base:4
    CMD ["/app"]
    ```

    Good (the image starts no program)::

    ```dockerfile
    FROM scratch
    COPY dist /
    ```

    Good (the entrypoint switches to another user)::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache su-exec
    ENTRYPOINT ["/entrypoint.sh"]
    ```

    How to fix: add ``USER`` with a number other than 0 before CMD. Files that the program writes must belong to that
    user (``COPY --chown``).

    Fix safety: unsafe, because the program may write where only root can. The fix is not offered for servers
    that have to start as root.

    Known problems: the rule only reports ``scratch`` and official images of distributions and languages, which are
    known to run as root. It skips stages whose name says that they run tests.

    Source: Docker documentation, "Building best practices", section "USER".
    """
    if not stage.is_final or stage.last("USER") is not None or stage.from_.image is None:
        return
    if _is_for_tests(stage.name or ""):
        return
    base = stage.root.base
    has_program = stage.last("CMD", "ENTRYPOINT") is not None
    # An image of a distribution or a language can be run even without a CMD of its own; scratch cannot.
    runs_as_root = is_bare(base) or (base.is_scratch and has_program)
    if not runs_as_root or _drops_privileges(stage):
        return
    yield Finding.at(
        stage.from_.image,
        "Neither this file nor its base image sets a user, so the container runs as root. "
        "Add a USER other than root.",
        fix=unprivileged_user(stage),
    )


_TEST_WORDS = frozenset({"test", "tests", "testing", "lint", "ci", "e2e", "bench", "benchmark"})


def _is_for_tests(stage_name: str) -> bool:
    """Whether a stage's name says that it runs tests; such an image is never deployed."""
    words = stage_name.lower().replace("_", "-").replace(".", "-").split("-")
    return not _TEST_WORDS.isdisjoint(words)


def _drops_privileges(stage: Stage) -> bool:
    """Whether the stage or a parent starts, installs or copies a program that switches to another user."""
    return any(name in text for text in _command_texts(stage) for name in _PRIVILEGE_DROPPERS)


def _command_texts(stage: Stage) -> Iterator[str]:
    """The text of each command and COPY that the image is made from, with the heredocs of the commands."""
    runs = (run for ancestor in stage.lineage() for run in ancestor.runs)
    for program in (*stage.start_commands, *runs):
        yield program.original
        for heredoc in program.heredocs:
            yield heredoc.content
    for ancestor in stage.lineage():
        for copy in ancestor.of("COPY"):
            yield copy.original
