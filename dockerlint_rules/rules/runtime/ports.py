"""Rules about ports."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.images.defaults import exposes, is_bare
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import (
    Expose,
    Onbuild,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Word


@rule("DF610", severity=Severity.WARNING, profiles=("elastic-beanstalk",))
def missing_exposed_port(stage: Stage) -> Iterator[Finding]:
    """Image lacks the EXPOSE that Elastic Beanstalk requires.

    Elastic Beanstalk's proxy sends requests to the port that EXPOSE names; an image without one cannot
    be deployed in a single-container environment.

    Bad::

    ```dockerfile
    FROM python:3.13
    #    ^^^^^^^^^^^
    CMD ["python", "serve.py"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    EXPOSE 8000
    CMD ["python", "serve.py"]
    ```

    Good (the base image has one)::

    ```dockerfile
    FROM nginx:1.29
    COPY dist /usr/share/nginx/html
    ```

    How to fix: add EXPOSE with the port on which the program listens.

    Source: AWS Elastic Beanstalk Developer Guide, "Preparing your Docker image for deployment".
    """
    if not stage.is_final or stage.from_.image is None or stage.last("EXPOSE") is not None:
        return
    base = stage.root.base
    # Only bases whose ports are known.
    if exposes(base) or not (base.is_scratch or is_bare(base)):
        return
    yield Finding.at(
        stage.from_.image,
        "The image exposes no port, so Elastic Beanstalk has nowhere to send requests. "
        "Add 'EXPOSE' with the port on which the program listens.",
    )


def _specs(expose: Expose) -> Iterator[tuple[Word, str]]:
    """Each port as BuildKit gets it, with the word that it comes from."""
    from dockerlint_rules.syntax.words import ExpansionError, process

    for word in expose.ports:
        text = word.text
        if "$" not in text and not set("\"'\\`") & set(text):
            yield word, text
            continue
        stage = expose.stage
        values = stage.scope.before(expose) if stage is not None else {}
        try:
            for part in process(text, values, expose.escape).words:
                yield word, part
        except ExpansionError:
            continue


@rule("DF620", severity=Severity.WARNING, aliases=("ExposeInvalidFormat", "DL1000"), fix="safe")
def host_port_in_expose(expose: Expose) -> Iterator[Finding]:
    """EXPOSE contains a host address or host port.

    EXPOSE says on which ports the container listens. Which port of the host leads there is decided when it is
    started, with ``-p``; here the host's part does nothing.

    Bad::

    ```dockerfile
    FROM nginx:1.29
    EXPOSE 8080:80
    #      ^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM nginx:1.29
    EXPOSE 80
    ```

    Good::

    ```dockerfile
    FROM nginx:1.29
    EXPOSE 80/tcp 443
    ```

    How to fix: leave the container's port alone.

    Fix safety: safe; the host's part has no effect.

    Source: Docker docs, "Build checks", ExposeInvalidFormat.
    """
    for word, spec in _specs(expose):
        if ":" not in spec or "$" in spec:
            continue
        port = spec.rpartition(":")[2]
        fix = None
        if spec == word.text and port[:1].isdigit():
            fix = Fix(f"Write {port}.", [Edit.replace(word, port)], safe=True)
        yield Finding.at(
            word,
            f"'{spec}' names a part of the host, which EXPOSE does nothing with. Write '{port}', and map it with '-p' at the start.",
            fix=fix,
        )


@rule("DF621", severity=Severity.STYLE, aliases=("ExposeProtoCasing",), fix="safe")
def uppercase_port_protocol(expose: Expose) -> Iterator[Finding]:
    """Port protocol contains uppercase letters.

    Tools that compare ``80/tcp`` by its text miss ``80/TCP``.

    Bad::

    ```dockerfile
    FROM debian:12
    EXPOSE 53/UDP
    #      ^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    EXPOSE 53/udp
    ```

    Good::

    ```dockerfile
    FROM debian:12
    EXPOSE 53/udp 80
    ```

    How to fix: write ``tcp``, ``udp`` or ``sctp``.

    Fix safety: safe; the case means nothing.

    Source: Docker docs, "Build checks", ExposeProtoCasing.
    """
    for word, spec in _specs(expose):
        port, slash, protocol = spec.partition("/")
        if slash and protocol != protocol.lower():
            fix = None
            if spec == word.text:
                fix = Fix(
                    "Write it in lower case.",
                    [Edit.replace(word, f"{port}/{protocol.lower()}")],
                    safe=True,
                )
            yield Finding.at(
                word,
                f"Protocol '{protocol}' is not in lower case. Write '{protocol.lower()}'.",
                fix=fix,
            )


@rule("DF622", severity=Severity.ERROR, aliases=("DL3011",), on=("EXPOSE", "ONBUILD"))
def port_out_of_range(instruction: Instruction) -> Iterator[Finding]:
    """Port in EXPOSE is greater than 65535.

    There is no such port, and nothing will ever listen there.

    Bad::

    ```dockerfile
    FROM debian:12
    EXPOSE 80000
    #      ^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    EXPOSE 8000-8010
    ```

    How to fix: name a port from 0 to 65535.

    Source: RFC 793, section 3.1.
    """
    expose = instruction.trigger if isinstance(instruction, Onbuild) else instruction
    if not isinstance(expose, Expose):
        return
    for word, spec in _specs(expose):
        ports = spec.rpartition(":")[2].partition("/")[0].split("-")
        if any(one.isdecimal() and int(one[:12]) > 65535 for one in ports):
            yield Finding.at(word, f"'{spec}' is beyond the last port. Name one from 0 to 65535.")
