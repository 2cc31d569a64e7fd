"""TLS certificates that a command or a variable leaves unverified."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import remove_word
from dockerlint_rules.model.programs.downloads import DOWNLOADERS, LOCAL_HOSTS, is_verified, urls_of
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.dockerfile.instructions import Pairs, Run
    from dockerlint_rules.syntax.shell.command import Command, ShellWord


@rule(
    "DF244",
    severity=Severity.WARNING,
    fix="unsafe",
    on=("curl", "wget", "git", "npm", "yarn", "pip"),
    words=("curl", "no-check-certificate", "sslverify", "strict-ssl", "strictssl", "trusted-host"),
)
def unverified_certificate(command: Command, run: Run) -> Iterator[Finding]:
    """Server's TLS certificate is not verified.

    Without this check, TLS does not protect the download: an attacker between the build and the server can replace the
    file, and the build runs or installs it.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLk -o tool.tgz https://example.com/tool.tgz
    #        ^^^^^^ The server's TLS certificate is not verified
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL -o tool.tgz https://example.com/tool.tgz
    ```

    Bad (git)::

    ```dockerfile
    FROM debian:12
    RUN git config --global http.sslVerify false
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ The server's TLS certificate is not verified
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL -o tool.tgz https://example.com/tool.tgz
    ```

    Good (verified by a checksum)::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLk -o tool.tgz https://example.com/tool.tgz && echo "0f1e…  tool.tgz" | sha256sum -c -
    ```

    How to fix: install ``ca-certificates``, or add your own CA certificate to the image.

    Fix safety: unsafe, because the build fails if the image does not know the CA of the server.

    Source: curl(1) ``--insecure``, wget(1) ``--no-check-certificate``, git-config(1) ``http.sslVerify``.
    """
    insecure = _insecure_part(command)
    if insecure is None:
        return
    if command.name in DOWNLOADERS and is_verified(run, command):
        return
    urls = list(urls_of(command))
    if urls and all(_has_local_host(word.value) for word in urls):
        return
    yield Finding.at(
        insecure,
        "The server's TLS certificate is not verified, so downloads can be altered in transit. "
        "Install 'ca-certificates', or add your own CA certificate.",
        fix=_remove_flag(insecure, run),
    )


def _remove_flag(insecure: Span | ShellWord, run: Run) -> Fix | None:
    """Remove the flag, or its letter from a cluster of flags; None for a setting."""
    text = run.source.text[insecure.start : insecure.end]
    flag = text
    edit: Edit | None
    if text in ("-k", "--insecure", "--no-check-certificate"):
        edit = remove_word(insecure, run)
    elif text[:1] == "-" and text[1:].isalpha() and text.count("k") == 1:
        flag = "-k"
        offset = insecure.start + text.index("k")
        edit = Edit(offset, offset + 1, "")
    else:
        return None
    return Fix(f"Remove '{flag}'", [edit], safe=False) if edit is not None else None


def _has_local_host(url: str) -> bool:
    return url.partition("://")[2].startswith(LOCAL_HOSTS)


def _insecure_part(command: Command) -> Span | ShellWord | None:
    """The flag that turns the verification off, or a whole command that changes such a setting."""
    name = command.name
    if name == "curl":
        return command.flag("-k", "--insecure")
    if name == "wget":
        return command.flag("--no-check-certificate")
    words = [word.value.lower() for word in command.args]
    if name == "git":
        for index, word in enumerate(words):
            if word == "http.sslverify=false" or (
                word == "http.sslverify" and words[index + 1 : index + 2] in (["false"], ["0"])
            ):
                return Span(command.start, command.end)
        return None
    if words[:1] in (["config"], ["set"]):
        setting = " ".join(words).replace("=", " ")
        if "strict-ssl false" in setting or "strictssl false" in setting:
            return Span(command.start, command.end)
        if name == "pip" and "trusted-host" in setting:
            return Span(command.start, command.end)
    return None


# Variables, and their values that turn the verification off.
_DISABLING_VALUES = {
    "PYTHONHTTPSVERIFY": ("0",),
    "NODE_TLS_REJECT_UNAUTHORIZED": ("0",),
    "GIT_SSL_NO_VERIFY": ("1", "true", "yes", "on"),
    "NPM_CONFIG_STRICT_SSL": ("false", "0"),
    "CONDA_SSL_VERIFY": ("false", "0", "no"),
}


@rule(
    "DF245",
    severity=Severity.ERROR,
    on=("ENV", "ARG"),
    words=("python", "node_tls", "git_ssl", "ssl"),
)
def disabled_certificate_verification(instruction: Instruction) -> Iterator[Finding]:
    """Variable disables TLS certificate verification.

    Programs that read the variable accept any certificate, so their connections can be intercepted. ENV keeps the
    variable in the image, so this also applies to every container.

    Bad::

    ```dockerfile
    FROM node:24
    ENV NODE_TLS_REJECT_UNAUTHORIZED=0
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'NODE_TLS_REJECT_UNAUTHORIZED' disables TLS certificate verification
    ```

    Good::

    ```dockerfile
    FROM node:24
    COPY company-ca.pem /usr/local/share/ca.pem
    ENV NODE_EXTRA_CA_CERTS=/usr/local/share/ca.pem
    ```

    How to fix: add your own CA certificate instead.

    Source: Node.js, "Command-line API", ``NODE_TLS_REJECT_UNAUTHORIZED``; git(1); PEP 493.
    """
    pairs: Pairs = instruction  # type: ignore[assignment]
    for pair in pairs.pairs:
        values = _DISABLING_VALUES.get(pair.name.upper(), ())
        if pair.value is not None and pair.value.value.lower() in values:
            yield Finding.at(
                pair,
                f"'{pair.name}' disables TLS certificate verification, so connections can be intercepted. "
                "Add your own CA certificate instead.",
            )
