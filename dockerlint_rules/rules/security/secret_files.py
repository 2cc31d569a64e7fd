"""Files with secrets that are copied into the image."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Onbuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction

_SECRET_FILES = frozenset({
    "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".env", ".netrc", ".pgpass", ".npmrc", ".pypirc",
    ".git-credentials", "credentials.json",
    ".htpasswd", "secrets.yml", "secrets.yaml", "master.key", ".aws", ".ssh", "kubeconfig", ".kube",
    "service-account.json",
})  # fmt: skip
_KEY_ENDINGS = (".pem", ".p12", ".pfx", ".jks", ".keystore", ".key", "_rsa", "_key")
# Parts of the names of certificates and public keys, which may have the same endings.
_PUBLIC_PARTS = (
    "ca.", "ca-", "-ca", "cacert", "root", "public", "pub.", "cert.", "bundle", "chain", "fullchain", "rds-",
    "global-bundle", "_ca",
)  # fmt: skip
# What adds the key of a package repository, which is public and often ends in ".key" as well.
_REPOSITORY_SIGNS = ("apt-key", "keyrings", "sources.list", "rpm --import", "gpg --")


@rule(
    "DF509",
    severity=Severity.WARNING,
    on=("COPY", "ADD", "ONBUILD"),
    words=(
        "id_", ".env", "netrc", "pgpass", "npmrc", "pypirc", "credentials", "htpasswd", "secrets.", ".aws", ".ssh",
        "kube", ".pem", ".p12", ".pfx",
        ".jks", ".keystore", ".key", "_rsa", "_key", "service-account",
    ),
)  # fmt: skip
def secret_file_in_image(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """File that usually holds secrets is copied into the image.

    Anyone who can pull the image can read the file, even if a later layer deletes it.

    Bad::

    ```dockerfile
    FROM node:24
    COPY .npmrc /root/.npmrc
    #    ^^^^^^ '.npmrc' may hold secrets
    RUN npm ci
    ```

    Good::

    ```dockerfile
    FROM node:24
    RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
    ```

    How to fix: mount the file in the RUN that needs it (``--mount=type=secret``), or pass it to the container when it
    starts.

    Known problems: a file with such a name may contain no secrets, for example an ``.npmrc`` that only sets options.
    Certificates and public keys are left alone if their names show what they are.

    Source: Docker docs, "Build secrets".
    """
    copy = instruction.trigger if isinstance(instruction, Onbuild) else instruction
    if not isinstance(copy, Copy | Add):
        return
    if copy.from_ is not None or (stage is not None and not stage.ships):
        return
    for word in copy.sources:
        name = word.value.rstrip("/").rpartition("/")[2].lower()
        if not _may_hold_secrets(name):
            continue
        if name.endswith(".key") and _adds_repository_key(instruction.source.text):
            continue
        yield Finding.at(
            word,
            f"'{word.value}' may hold secrets, and anyone with the image can read it. "
            "Use '--mount=type=secret', or pass it to the container at start.",
        )


def _may_hold_secrets(name: str) -> bool:
    """Whether a file with this name in lower case usually holds secrets."""
    if name.endswith(".pub") or "example" in name or "sample" in name:
        return False
    is_private_key = name.endswith(_KEY_ENDINGS) and not any(part in name for part in _PUBLIC_PARTS)
    return name in _SECRET_FILES or is_private_key


def _adds_repository_key(text: str) -> bool:
    """Whether the Dockerfile adds the public key of a package repository."""
    return any(sign in text for sign in _REPOSITORY_SIGNS)
