"""Rules about secret files."""

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
    "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".env", ".netrc", ".pgpass", ".npmrc", ".pypirc", ".git-credentials", "credentials.json",
    ".htpasswd", "secrets.yml", "secrets.yaml", "master.key", ".aws", ".ssh", "kubeconfig", ".kube", "service-account.json",
})  # fmt: skip


_SECRET_ENDS = (".pem", ".p12", ".pfx", ".jks", ".keystore")


_PUBLIC = (
    "ca.",
    "ca-",
    "-ca",
    "cacert",
    "root",
    "public",
    "pub.",
    "cert.",
    "bundle",
    "chain",
    "fullchain",
    "rds-",
    "global-bundle",
    "_ca",
)


@rule(
    "DF509",
    severity=Severity.WARNING,
    on=("COPY", "ADD", "ONBUILD"),
    words=(
        "id_", ".env", "netrc", "pgpass", "npmrc", "pypirc", "credentials", "htpasswd", "secrets.", ".aws", ".ssh", "kube", ".pem", ".p12", ".pfx",
        ".jks", ".keystore", ".key", "_rsa", "_key", "service-account",
    ),
)  # fmt: skip
def secret_file_in_image(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """File that usually holds secrets is copied into the image.

    Everybody who can pull the image can read it, also where a later layer removes it.

    Bad::

    ```dockerfile
    FROM node:24
    COPY .npmrc /root/.npmrc
    #    ^^^^^^
    RUN npm ci
    ```

    Good::

    ```dockerfile
    FROM node:24
    RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
    ```

    How to fix: mount it for the one RUN that needs it (``--mount=type=secret``), or give it to the container when it
    starts.

    Known problems: a file of that name may hold nothing secret (an ``.npmrc`` with options); certificates of
    authorities are left alone.

    Source: Docker docs, "Build secrets".
    """
    one = instruction.trigger if isinstance(instruction, Onbuild) else instruction
    if not isinstance(one, Copy | Add):
        return
    if one.from_ is not None or (stage is not None and not stage.ships):
        return
    for word in one.sources:
        name = word.value.rstrip("/").rpartition("/")[2].lower()
        if name in _SECRET_FILES or (
            (name.endswith(_SECRET_ENDS) or name.endswith((".key", "_rsa", "_key")))
            and not any(part in name for part in _PUBLIC)
        ):
            if name.endswith(".pub") or "example" in name or "sample" in name:
                continue
            if name.endswith(".key") and _is_repository_key(instruction.source.text):
                continue
            yield Finding.at(
                word,
                f"'{word.value}' is where secrets are kept, and the layer keeps it for everybody with the image. "
                "Mount it with '--mount=type=secret'.",
            )


def _is_repository_key(text: str) -> bool:
    """Whether the file adds keys of package repositories, which are public and end in ``.key`` as well."""
    return any(
        sign in text for sign in ("apt-key", "keyrings", "sources.list", "rpm --import", "gpg --")
    )
