"""As whom a container runs, and what secrets an image gives away."""

from __future__ import annotations

from bisect import bisect_left

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.images.defaults import is_bare
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.unprivileged import unprivileged
from dockerlint_rules.syntax.dockerfile.instructions import Copy, Pairs, Run, User
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Pair
    from dockerlint_rules.syntax.shell.script import Command
    from dockerlint_rules.syntax.source import Source

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
def root_at_the_end(stage: Stage) -> Iterator[Finding]:
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
    if not isinstance(last, User) or last.user is None or not _is_root(last.user.value):
        return
    if _drops_privileges(stage):
        return
    yield Finding.at(
        last.user,
        "The container runs as root, so a hole in its program opens the whole image. "
        "End the stage with 'USER' and a number other than 0.",
    )


@rule("DF502", severity=Severity.INFO, fix="unsafe")
def runs_as_root(stage: Stage) -> Iterator[Finding]:
    """No USER, so the container runs as root.

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


@rule("DF503", severity=Severity.WARNING, aliases=("DL3004",), fix="unsafe", words=("sudo",))
def sudo_in_build(
    command: Command, stage: Stage | None, run: Run, source: Source
) -> Iterator[Finding]:
    """RUN calls sudo.

    A build runs as root until a USER says otherwise, so sudo changes nothing there but what it does to
    the environment; and an image that holds sudo lets a break-in become root. Where the user is another
    one, USER before and after the RUN says the same in plain view.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN sudo apt-get update
    #   ^^^^
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN apt-get update
    ```

    Good::

    ```dockerfile
    FROM debian:12
    USER root
    RUN apt-get update
    USER 10001
    ```

    Good (sudo is installed and not called)::

    ```dockerfile
    FROM debian:12
    RUN apt-get install -y sudo
    ```

    How to fix: leave sudo out; put ``USER root`` before the RUN and the other user after it.

    Fix safety: unsafe, as sudo also clears variables and may set HOME. Offered where the user is root.

    Source: Docker documentation, "Building best practices", section "USER".
    """
    if command.name != "sudo" and "sudo" not in command.wrappers:
        return
    at = source.text.find("sudo", command.outer_start, max(command.end, command.start))
    if at < 0:
        return
    is_other = source.text[at + 4 : command.start].split()[:1] in (
        ["-u"],
        ["-iu"],
        ["-Eu"],
        ["-Hu"],
    )
    is_root = stage is not None and not is_other and _is_known_root(stage, run)
    fix = None
    between = source.text[at + 4 : command.start]
    if (
        is_root
        and command.wrappers[-1:] == ["sudo"]
        and not between.strip(" \t")
        and command.start > at
    ):
        fix = Fix("Remove sudo", [Edit(at, command.start, "")], safe=False)
    if is_root:
        text = "sudo does nothing here, as the build is root already. Remove it."
    elif is_other:
        text = "sudo hides as whom the command runs. Put USER before this RUN, or use 'setpriv' where the image keeps it."
    else:
        text = "sudo hides which commands run as root. Put 'USER root' before this RUN and the other user after it."
    yield Finding.at(Span(at, at + 4), text, fix=fix, severity=None if is_root else Severity.INFO)


@rule(
    "DF504",
    severity=Severity.WARNING,
    aliases=("DL3064", "SecretsUsedInArgOrEnv"),
    on=("ARG", "ENV"),
)
def secret_in_arg_or_env(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """ARG or ENV is named like a secret.

    Both are kept in the image: an ENV is set in every container and shown by ``docker inspect``, an ARG
    is in the history of what was built with it. Who has the image has the secret. Names that only look
    alike (a file's path, a key's id, an empty value) are left to DF518, off by default.

    Bad::

    ```dockerfile
    FROM node:24
    ARG NPM_TOKEN
    #   ^^^^^^^^^
    ENV DB_HOST=db DB_PASSWORD=hunter2
    #              ^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM node:24
    RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN npm ci
    ENV DB_HOST=db DB_PASSWORD_FILE=/run/secrets/db_password
    ```

    Good (no secrets)::

    ```dockerfile
    FROM golang:1.26
    ARG USERNAME=vscode
    ENV GOPRIVATE=example.com SSH_PUBLIC_KEY=none
    ```

    How to fix: hand it to the RUN that needs it by ``--mount=type=secret``; set it when the container starts.

    Source: Docker documentation, build check "SecretsUsedInArgOrEnv", and "Build secrets".
    """
    if not isinstance(instruction, Pairs):
        return
    for pair in instruction.pairs:
        aliases = _secret_aliases(instruction, pair, stage) if pair.name else []
        if aliases and not _is_harmless(instruction, pair, aliases):
            yield _secret_finding(instruction, pair, aliases)


@rule(
    "DF518",
    severity=Severity.INFO,
    aliases=("DL3064", "SecretsUsedInArgOrEnv"),
    on=("ARG", "ENV"),
    default=False,
)
def named_like_a_secret(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """ARG or ENV has a secret's name and no secret.

    An empty value, a key's fingerprint, a version or a switch gives nothing away. It is off by default; Docker's own
    check and hadolint go by the name alone.

    Bad::

    ```dockerfile
    FROM debian:12
    ENV GPG_KEY=0123456789ABCDEF0123456789ABCDEF01234567
    #   ^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ENV GPG_FINGERPRINT=0123456789ABCDEF0123456789ABCDEF01234567
    ```

    How to fix: give it a name that says what it is.

    Source: Docker documentation, build check "SecretsUsedInArgOrEnv".
    """
    if not isinstance(instruction, Pairs):
        return
    for pair in instruction.pairs:
        aliases = _secret_aliases(instruction, pair, stage) if pair.name else []
        if aliases and _is_harmless(instruction, pair, aliases):
            yield Finding.at(
                pair.key,
                f"{instruction.keyword} '{pair.name}' is named like a secret, and seems to be none. Name it for what it is.",
                aliases=aliases,
            )


# -- users ----------------------------------------------------------------------------------------------


def _is_root(user: str) -> bool:
    return user.partition(":")[0] in ("root", "0")


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


def _is_known_root(stage: Stage, run: Run) -> bool:
    """Whether the build is certainly root where *run* stands."""
    for at in stage.lineage():
        users = at.of("USER")
        before = bisect_left(users, run.start, key=lambda one: one.start)
        if before:
            last = users[before - 1]
            return isinstance(last, User) and last.user is not None and _is_root(last.user.value)
    return is_bare(stage.root.base)


# -- secrets --------------------------------------------------------------------------------------------

# BuildKit's two lists (linter rule SecretsUsedInArgOrEnv): parts of a name between underscores.
_BUILDKIT_PARTS = frozenset(
    (
        "apikey",
        "auth",
        "credential",
        "credentials",
        "key",
        "password",
        "pword",
        "passwd",
        "secret",
        "token",
    )
)
_BUILDKIT_EXCUSES = frozenset(("public", "file", "version"))
# What a secret's name holds, anywhere or as a part.
_SECRET_TEXTS = (
    "api_key",
    "apikey",
    "client_key",
    "private_key",
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
)
_SECRET_PARTS = frozenset(("pwd", "pword", "credentials"))
_SECRET_NAMES = frozenset(("aws_access_key_id", "aws_access_key"))
# A name with one of these parts is about a secret and is none.
_ABOUT = frozenset(
    (
        "algorithm",
        "allow",
        "cache",
        "count",
        "dir",
        "directory",
        "empty",
        "endpoint",
        "exp",
        "expire",
        "expires",
        "expiration",
        "expiry",
        "file",
        "fingerprint",
        "gpg",
        "header",
        "id",
        "ids",
        "keyring",
        "keyserver",
        "length",
        "lifetime",
        "name",
        "path",
        "pgp",
        "public",
        "random",
        "required",
        "server",
        "size",
        "timeout",
        "ttl",
        "type",
        "uri",
        "url",
        "user",
        "username",
        "version",
    )
)
_PATHS = ("_file", "_path", "_dir")
_SWITCHES = frozenset(("0", "1", "false", "no", "none", "null", "off", "on", "true", "yes"))


def is_secret_name(name: str) -> bool:
    """Whether a variable's name is that of a secret itself, and not of something about one."""
    lower = name.lower()
    parts = set(lower.split("_"))
    named = (
        lower in _SECRET_NAMES
        or bool(parts & _SECRET_PARTS)
        or any(text in lower for text in _SECRET_TEXTS)
    )
    return (
        named and lower != "pwd" and not lower.endswith(_PATHS) and not parts & _ABOUT
    ) and "tokenizer" not in lower


def _secret_aliases(instruction: Instruction, pair: Pair, stage: Stage | None) -> list[str]:
    """The peers whose condition holds for a name, less what is plainly no secret."""
    name = pair.name.strip("\"'").lower()
    parts = set(name.split("_"))
    aliases = []
    is_secret = (
        name in _SECRET_NAMES
        or bool(parts & _SECRET_PARTS)
        or any(text in name for text in _SECRET_TEXTS)
    )
    is_empty = instruction.keyword == "ENV" and (pair.value is None or not pair.value.value)
    if (
        is_secret
        and not is_empty
        and name != "pwd"
        and not name.endswith(_PATHS)
        and "public" not in parts
    ):
        aliases.append("DL3064")
    if stage is not None and parts & _BUILDKIT_PARTS and not parts & _BUILDKIT_EXCUSES:
        aliases.append("SecretsUsedInArgOrEnv")
    return aliases


def _secret_finding(instruction: Instruction, pair: Pair, aliases: list[str]) -> Finding:
    name = pair.name
    is_arg = instruction.keyword == "ARG"
    if _is_doubtful(instruction, pair, aliases):
        text = (
            f"{instruction.keyword} '{name}' is named like a secret; if it is one, "
            "all who have the image can read it. Use '--mount=type=secret' instead."
        )
        return Finding.at(pair.key, text, aliases=aliases, severity=Severity.INFO)
    if is_arg:
        text = (
            f"The secret in ARG '{name}' stays readable in the image's history. "
            "Give it to the RUN that needs it with '--mount=type=secret'."
        )
    else:
        text = (
            f"The secret in ENV '{name}' can be read by all who have the image. "
            "Set it when the container starts, or give it to a RUN with '--mount=type=secret'."
        )
    return Finding.at(pair.key, text, aliases=aliases)


def _is_harmless(instruction: Instruction, pair: Pair, aliases: list[str]) -> bool:
    """Whether a name that is like a secret's stands before something that plainly is none."""
    if not _is_doubtful(instruction, pair, aliases):
        return False
    value = pair.value.value.lower() if pair.value else None
    parts = set(pair.name.lower().split("_"))
    is_fingerprint = (
        value is not None
        and len(value) >= _SHORTEST_KEY_ID
        and not value.strip("0123456789abcdefx ")
    )
    return (
        (value == "" and instruction.keyword == "ENV")
        or value in _SWITCHES
        or bool(parts & _ABOUT)
        or (is_fingerprint and "DL3064" not in aliases)
    )


_SHORTEST_KEY_ID = 8  # hexadecimal digits


def _is_doubtful(instruction: Instruction, pair: Pair, aliases: list[str]) -> bool:
    name = pair.name.lower()
    if name in _SECRET_NAMES:
        return False
    parts = set(name.split("_"))
    value = pair.value.value.lower() if pair.value else None
    is_key_alone = (
        "DL3064" not in aliases
        and parts & {"key", "auth"}
        and not parts & {"access", "encryption", "private"}
    )
    return (
        bool(is_key_alone)
        or bool(parts & _ABOUT)
        or "tokenizer" in name
        or (value == "" and instruction.keyword == "ENV")
        or value in _SWITCHES
    )
