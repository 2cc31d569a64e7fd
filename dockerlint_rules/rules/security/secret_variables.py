"""ARG and ENV that are named like secrets."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.knowledge.secret_names import (
    DESCRIBING_PARTS,
    PATH_SUFFIXES,
    SECRET_NAMES,
    SWITCH_VALUES,
    suggests_secret,
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

    Both are stored with the image. ENV is set in every container and shown by ``docker inspect``, and the value of an
    ARG may be part of the image history. Anyone who has the image can then read the secret. Names of things that are
    clearly not secrets, such as paths, IDs and empty values, are left to DF518.

    Bad::

    ```dockerfile
    FROM node:24
    ARG NPM_TOKEN
    #   ^^^^^^^^^ ARG 'NPM_TOKEN' seems to hold a secret
    ENV DB_HOST=db DB_PASSWORD=hunter2
    #              ^^^^^^^^^^^ ENV 'DB_PASSWORD' seems to hold a secret
    ```

    Bad (a name that may mean something else)::

    ```dockerfile
    FROM node:24
    ENV SIGNING_KEY=swordfish
    #   ^^^^^^^^^^^ ENV 'SIGNING_KEY' is named like a secret, and the image may reveal its value
    ```

    Good::

    ```dockerfile
    FROM node:24
    RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN npm ci
    ENV DB_HOST=db DB_PASSWORD_FILE=/run/secrets/db_password
    ```

    Good (not secrets)::

    ```dockerfile
    FROM golang:1.26
    ARG USERNAME=vscode
    ENV GOPRIVATE=example.com SSH_PUBLIC_KEY=none
    ```

    How to fix: pass a build secret to the RUN that needs it with ``--mount=type=secret``. Set a secret that the program
    needs when the container starts.

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

    Docker's own check and hadolint look only at the name and warn about this variable. An empty value, a key's
    fingerprint, a version or a switch is not a secret, so the rule is off by default.

    Bad::

    ```dockerfile
    FROM debian:12
    ENV GPG_KEY=0123456789ABCDEF0123456789ABCDEF01234567
    #   ^^^^^^^ 'GPG_KEY' is named like a secret but does not seem to hold one
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ENV GPG_FINGERPRINT=0123456789ABCDEF0123456789ABCDEF01234567
    ```

    How to fix: choose a name that says what the variable holds.

    Source: Docker documentation, build check "SecretsUsedInArgOrEnv".
    """
    if not isinstance(instruction, Pairs):
        return
    for pair in instruction.pairs:
        aliases = _secret_aliases(instruction, pair, stage) if pair.name else []
        if aliases and _is_harmless(instruction, pair, aliases):
            yield Finding.at(
                pair.key,
                f"{instruction.keyword} '{pair.name}' is named like a secret but does not seem to hold one. "
                "Rename it to say what it holds.",
                aliases=aliases,
            )


# BuildKit's two lists (linter rule SecretsUsedInArgOrEnv): parts of a name between underscores.
_BUILDKIT_PARTS = frozenset({
    "apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token",
})  # fmt: skip
_BUILDKIT_EXCUSES = frozenset({"public", "file", "version"})


def _secret_aliases(instruction: Instruction, pair: Pair, stage: Stage | None) -> list[str]:
    """The codes of other linters that report this name."""
    name = pair.name.strip("\"'").lower()
    parts = set(name.split("_"))
    aliases = []
    is_empty = instruction.keyword == "ENV" and (pair.value is None or not pair.value.value)
    if (
        suggests_secret(name)
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
    severity = None
    if _is_doubtful(instruction, pair, aliases):
        text = (
            f"{instruction.keyword} '{name}' is named like a secret, and the image may reveal its value. "
            "If it is a secret, use '--mount=type=secret' instead."
        )
        severity = Severity.INFO
    elif instruction.keyword == "ARG":
        text = (
            f"ARG '{name}' seems to hold a secret, which the image history may reveal. "
            "Use '--mount=type=secret' in the RUN that needs it."
        )
    else:
        text = (
            f"ENV '{name}' seems to hold a secret, and anyone with the image can read it. "
            "Set it when the container starts, or use '--mount=type=secret'."
        )
    return Finding.at(pair.key, text, aliases=aliases, severity=severity)


_SHORTEST_KEY_ID = 8  # hexadecimal digits


def _is_harmless(instruction: Instruction, pair: Pair, aliases: list[str]) -> bool:
    """Whether the value is clearly not a secret, although the name suggests one."""
    if not _is_doubtful(instruction, pair, aliases):
        return False
    value = pair.value.value.lower() if pair.value else None
    is_fingerprint = (
        value is not None
        and len(value) >= _SHORTEST_KEY_ID
        and not value.strip("0123456789abcdefx ")
    )
    return (
        (value == "" and instruction.keyword == "ENV")
        or value in SWITCH_VALUES
        or not DESCRIBING_PARTS.isdisjoint(pair.name.lower().split("_"))
        or (is_fingerprint and "DL3064" not in aliases)
    )


def _is_doubtful(instruction: Instruction, pair: Pair, aliases: list[str]) -> bool:
    """Whether the name or the value leaves open whether this is a secret."""
    name = pair.name.lower()
    if name in SECRET_NAMES:
        return False
    parts = set(name.split("_"))
    value = pair.value.value.lower() if pair.value else None
    is_just_a_key = (
        "DL3064" not in aliases
        and not parts.isdisjoint({"key", "auth"})
        and parts.isdisjoint({"access", "encryption", "private"})
    )
    return (
        is_just_a_key
        or not parts.isdisjoint(DESCRIBING_PARTS)
        or "tokenizer" in name
        or (value == "" and instruction.keyword == "ENV")
        or value in SWITCH_VALUES
    )
