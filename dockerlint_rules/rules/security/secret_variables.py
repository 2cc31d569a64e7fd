"""Rules about secret variables."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.secret_names import (
    ABOUT_A_SECRET,
    PATH_SUFFIXES,
    SECRET_NAMES,
    SECRET_PARTS,
    SECRET_TEXTS,
)
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Pairs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction, Pair


@rule(
    "DF504",
    severity=Severity.WARNING,
    aliases=("DL3064", "SecretsUsedInArgOrEnv"),
    on=("ARG", "ENV"),
)
def secret_in_arg_or_env(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """ARG or ENV has a name that suggests a secret.

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
def misleading_secret_name(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """ARG or ENV is named like a secret but likely holds none.

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


_SWITCHES = frozenset(("0", "1", "false", "no", "none", "null", "off", "on", "true", "yes"))


def _secret_aliases(instruction: Instruction, pair: Pair, stage: Stage | None) -> list[str]:
    """The peers whose condition holds for a name, less what is plainly no secret."""
    name = pair.name.strip("\"'").lower()
    parts = set(name.split("_"))
    aliases = []
    is_secret = (
        name in SECRET_NAMES
        or bool(parts & SECRET_PARTS)
        or any(text in name for text in SECRET_TEXTS)
    )
    is_empty = instruction.keyword == "ENV" and (pair.value is None or not pair.value.value)
    if (
        is_secret
        and not is_empty
        and name != "pwd"
        and not name.endswith(PATH_SUFFIXES)
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
        or bool(parts & ABOUT_A_SECRET)
        or (is_fingerprint and "DL3064" not in aliases)
    )


_SHORTEST_KEY_ID = 8  # hexadecimal digits


def _is_doubtful(instruction: Instruction, pair: Pair, aliases: list[str]) -> bool:
    name = pair.name.lower()
    if name in SECRET_NAMES:
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
        or bool(parts & ABOUT_A_SECRET)
        or "tokenizer" in name
        or (value == "" and instruction.keyword == "ENV")
        or value in _SWITCHES
    )
