"""Rules about root user."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.images.defaults import is_bare
from dockerlint_rules.model.users import is_root
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.security.unprivileged_user_fix import unprivileged
from dockerlint_rules.syntax.dockerfile.instructions import Copy, User

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage


# Programs by which an entry point goes on as somebody else.
PRIVILEGE_DROPPERS = (
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

    The container's program then runs with all rights: a hole in it is enough to change every file of
    the image and to attack the host from there. Root is fine while the image is built; the last USER
    says who runs it.

    Bad::

    ```dockerfile
    FROM debian:12
    USER root
    #    ^^^^
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

    Good (the entry point goes on as another user)::

    ```dockerfile
    FROM debian:12
    USER root
    ENTRYPOINT ["gosu", "app", "/usr/bin/app"]
    ```

    Good (this stage does not ship)::

    ```dockerfile
    FROM debian:12 AS build
    USER root
    FROM debian:12
    USER app
    ```

    How to fix: end the stage with ``USER`` and a number other than 0.

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
        "The container runs as root, so a hole in its program opens the whole image. "
        "End the stage with 'USER' and a number other than 0.",
    )


@rule("DF502", severity=Severity.INFO, fix="unsafe")
def missing_user(stage: Stage) -> Iterator[Finding]:
    """Container runs as root because no USER is set.

    A container starts as root when neither the file nor its base image says otherwise: a hole in its
    program is then enough to change every file of the image and to attack the host from there.

    Bad::

    ```dockerfile
    FROM python:3.13
    #    ^^^^^^^^^^^
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

    Good (a number needs no name)::

    ```dockerfile
    FROM python:3.13
    COPY app.py /app/
    USER 10001
    CMD ["python", "/app/app.py"]
    ```

    Good (what the base image says is not known)::

    ```dockerfile
    FROM registry.example.com/team/base:4
    CMD ["/app"]
    ```

    Good (nothing is run in it)::

    ```dockerfile
    FROM scratch
    COPY dist /
    ```

    Good (the entry point goes on as another user)::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache su-exec
    ENTRYPOINT ["/entrypoint.sh"]
    ```

    How to fix: add ``USER`` with a number other than 0 before CMD; files that the program writes need that owner (``COPY --chown``).

    Fix safety: unsafe, because the program may write where only root may; not offered where a server is started that needs root at first.

    Known problems: only images of distributions and languages are known to run as root; of every other
    base image the finding is silent, and so it is of a stage that its name says is for tests.

    Source: Docker documentation, "Building best practices", section "USER".
    """
    if not stage.is_final or stage.last("USER") is not None or stage.from_.image is None:
        return
    if _for_tests(stage.name or ""):
        return
    base = stage.root.base
    starts = stage.last("CMD", "ENTRYPOINT") is not None
    # An image of a distribution or a language is run by somebody even where no CMD says how.
    if not (is_bare(base) or (base.is_scratch and starts)) or _drops_privileges(stage):
        return
    yield Finding.at(
        stage.from_.image,
        "The container runs as root, as neither this file nor its base image names another user. "
        "Add 'USER' with a number other than 0.",
        fix=unprivileged(stage),
    )


def _for_tests(name: str) -> bool:
    """Whether a stage called so runs tests, which nobody attacks."""
    words = name.lower().replace("_", "-").replace(".", "-").split("-")
    return not {"test", "tests", "testing", "lint", "ci", "e2e", "bench", "benchmark"}.isdisjoint(
        words
    )


def _drops_privileges(stage: Stage) -> bool:
    """Whether a program that goes on as another user is started, installed or copied."""
    for one in (*stage.start_commands, *(run for at in stage.lineage() for run in at.runs)):
        if any(name in one.original for name in PRIVILEGE_DROPPERS):
            return True
        if any(name in heredoc.content for heredoc in one.heredocs for name in PRIVILEGE_DROPPERS):
            return True
    return any(
        name in one.original
        for at in stage.lineage()
        for one in at.instructions
        if isinstance(one, Copy)
        for name in PRIVILEGE_DROPPERS
    )
