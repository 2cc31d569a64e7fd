"""Rules about certificates."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import without_word
from dockerlint_rules.model.programs.downloads import FETCHERS, LOCAL_HOSTS, is_verified, urls_of
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Pairs, Run
    from dockerlint_rules.syntax.shell.command import Command, ShellWord


@rule(
    "DF244",
    severity=Severity.WARNING,
    fix="unsafe",
    on=("curl", "wget", "git", "npm", "yarn", "pip"),
    words=(
        "curl",
        "no-check-certificate",
        "sslverify",
        "strict-ssl",
        "strictssl",
        "trusted-host",
    ),
)
def unverified_certificate(command: Command, run: Run) -> Iterator[Finding]:
    """Server's TLS certificate is not verified.

    Without the check TLS protects nothing: anybody on the way can answer instead of the server, and
    the build runs or installs what they send.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLk -o tool.tgz https://example.com/tool.tgz
    #        ^^^^^^
    ```

    Bad (git)::

    ```dockerfile
    FROM debian:12
    RUN git config --global http.sslVerify false
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL -o tool.tgz https://example.com/tool.tgz
    ```

    Good (checked otherwise)::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLk -o tool.tgz https://example.com/tool.tgz && echo "0f1e…  tool.tgz" | sha256sum -c -
    ```

    How to fix: install ``ca-certificates``, or add your own authority's certificate to the image.

    Source: curl(1) ``--insecure``, wget(1) ``--no-check-certificate``, git-config(1) ``http.sslVerify``.
    """
    found = _unchecked(command)
    if found is None:
        return
    if command.name in FETCHERS and is_verified(run, command):
        return
    addresses = list(urls_of(command))
    if addresses and all(_is_local(word.value) for word in addresses):
        return
    yield Finding.at(
        found,
        "The server's certificate is not checked, so anybody on the way can answer in its place. "
        "Install ca-certificates (or your own authority) and check it.",
        fix=_checked(found, run),
    )


def _checked(found: Span | ShellWord, run: Run) -> Fix | None:
    """Without the flag, or without its letter in a cluster of flags."""
    written = run.source.text[found.start : found.end]
    if written in ("-k", "--insecure", "--no-check-certificate"):
        edit = without_word(found, run)
    elif (
        written[:1] == "-"
        and written[1:].isalpha()
        and written.count("k") == 1
        and written[1] != "-"
    ):
        at = found.start + written.index("k")
        edit = Edit(at, at + 1, "")
    else:
        return None
    return Fix("Check the certificate.", [edit], safe=False) if edit is not None else None


def _is_local(address: str) -> bool:
    return address.partition("://")[2].startswith(LOCAL_HOSTS)


def _unchecked(command: Command) -> Span | ShellWord | None:
    name = command.name
    if name == "curl":
        return command.flag("-k", "--insecure")
    if name == "wget":
        return command.flag("--no-check-certificate")
    words = [word.value.lower() for word in command.args]
    if name == "git":
        for at, word in enumerate(words):
            if word == "http.sslverify=false" or (
                word == "http.sslverify" and words[at + 1 : at + 2] in (["false"], ["0"])
            ):
                return Span(command.start, command.end)
        return None
    if words[:1] in (["config"], ["set"]):
        plain = " ".join(words).replace("=", " ")
        if "strict-ssl false" in plain or "strictssl false" in plain:
            return Span(command.start, command.end)
        if name == "pip" and "trusted-host" in plain:
            return Span(command.start, command.end)
    return None


_SWITCHES = {
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

    It stays in the image: every program of that language that runs there talks to anybody who answers.

    Bad::

    ```dockerfile
    FROM node:24
    ENV NODE_TLS_REJECT_UNAUTHORIZED=0
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM node:24
    COPY company-ca.pem /usr/local/share/ca.pem
    ENV NODE_EXTRA_CA_CERTS=/usr/local/share/ca.pem
    ```

    How to fix: add your own authority's certificate instead.

    Source: Node.js, "Command-line API", ``NODE_TLS_REJECT_UNAUTHORIZED``; git(1); PEP 493.
    """
    pairs: Pairs = instruction  # type: ignore[assignment]
    for pair in pairs.pairs:
        off = _SWITCHES.get(pair.name.upper())
        if off and pair.value is not None and pair.value.value.lower() in off:
            yield Finding.at(
                pair,
                f"{pair.name} switches the check of certificates off in this image. "
                "Add your own authority's certificate instead.",
            )
