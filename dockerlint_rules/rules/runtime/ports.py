"""Ports that EXPOSE names."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.images.defaults import exposes, is_bare
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Expose, Onbuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction, Word


_LAST_PORT = 65535


@rule("DF610", severity=Severity.WARNING, profiles=("elastic-beanstalk",))
def missing_exposed_port(stage: Stage) -> Iterator[Finding]:
    """Image lacks the EXPOSE that Elastic Beanstalk requires.

    Elastic Beanstalk's proxy forwards requests to the port that EXPOSE names. An image without EXPOSE cannot be
    deployed in a single-container environment.

    Bad::

    ```dockerfile
    FROM python:3.13
    #    ^^^^^^^^^^^ The image exposes no port
    CMD ["python", "serve.py"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    EXPOSE 8000
    CMD ["python", "serve.py"]
    ```

    Good (the base image exposes a port)::

    ```dockerfile
    FROM nginx:1.29
    COPY dist /usr/share/nginx/html
    ```

    How to fix: add EXPOSE with the port that the program listens on.

    Known problems: only base images whose ports are known are checked. DF665 reports the same problem without the
    profile, next to the configuration files of Elastic Beanstalk.

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
        "The image exposes no port, so Elastic Beanstalk's proxy cannot forward requests. "
        "Add EXPOSE with the port that the program listens on.",
    )


def _port_specs(expose: Expose) -> Iterator[tuple[Word, str]]:
    """Each port after variable expansion, with the word that it comes from."""
    from dockerlint_rules.syntax.words import ExpansionError, expand_and_split

    for word in expose.ports:
        text = word.text
        if "$" not in text and not set("\"'\\`") & set(text):
            yield word, text
            continue
        stage = expose.stage
        values = stage.scope.before(expose) if stage is not None else {}
        try:
            for part in expand_and_split(text, values, expose.escape).words:
                yield word, part
        except ExpansionError:
            continue


@rule("DF620", severity=Severity.WARNING, aliases=("ExposeInvalidFormat", "DL1000"), fix="safe")
def host_port_in_expose(expose: Expose) -> Iterator[Finding]:
    """EXPOSE contains a host address or host port.

    EXPOSE names the ports that the container listens on. The port of the host is chosen when the container starts,
    with ``-p``. A host part in EXPOSE has no effect and misleads the reader.

    Bad::

    ```dockerfile
    FROM nginx:1.29
    EXPOSE 8080:80
    #      ^^^^^^^ '8080:80' contains a host part
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

    How to fix: write only the container's port.

    Fix safety: safe, because the host part has no effect. There is no fix if the port comes from a variable.

    Source: Docker docs, "Build checks", ExposeInvalidFormat.
    """
    for word, spec in _port_specs(expose):
        if ":" not in spec or "$" in spec:
            continue
        port = spec.rpartition(":")[2]
        fix = None
        if spec == word.text and port[:1].isdigit():
            fix = Fix(f"Write '{port}'", [Edit.replace(word, port)], safe=True)
        yield Finding.at(
            word,
            f"'{spec}' contains a host part, which EXPOSE ignores. "
            f"Write '{port}', and map it to a host port with 'docker run -p'.",
            fix=fix,
        )


@rule("DF621", severity=Severity.STYLE, aliases=("ExposeProtoCasing",), fix="safe")
def uppercase_port_protocol(expose: Expose) -> Iterator[Finding]:
    """Port protocol contains uppercase letters.

    Tools that compare ports as text may not recognize ``53/UDP`` as ``53/udp``.

    Bad::

    ```dockerfile
    FROM debian:12
    EXPOSE 53/UDP
    #      ^^^^^^ Protocol 'UDP' contains uppercase letters
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

    Fix safety: safe, because Docker ignores the case of the protocol.

    Source: Docker docs, "Build checks", ExposeProtoCasing.
    """
    for word, spec in _port_specs(expose):
        port, slash, protocol = spec.partition("/")
        lowercase = protocol.lower()
        if not slash or protocol == lowercase:
            continue
        fix = None
        if spec == word.text:
            fix = Fix(
                f"Write '{lowercase}'", [Edit.replace(word, f"{port}/{lowercase}")], safe=True
            )
        yield Finding.at(
            word, f"Protocol '{protocol}' contains uppercase letters. Write '{lowercase}'.", fix=fix
        )


@rule("DF622", severity=Severity.ERROR, aliases=("DL3011",), on=("EXPOSE", "ONBUILD"))
def port_out_of_range(instruction: Instruction) -> Iterator[Finding]:
    """Port in EXPOSE is greater than 65535.

    TCP and UDP ports end at 65535, so no program can listen on this one.

    Bad::

    ```dockerfile
    FROM debian:12
    EXPOSE 80000
    #      ^^^^^ '80000' is above 65535
    ```

    Good::

    ```dockerfile
    FROM debian:12
    EXPOSE 8000-8010
    ```

    How to fix: name the port that the program listens on.

    Source: RFC 793, section 3.1.
    """
    expose = instruction.trigger if isinstance(instruction, Onbuild) else instruction
    if not isinstance(expose, Expose):
        return
    for word, spec in _port_specs(expose):
        ends_of_range = spec.rpartition(":")[2].partition("/")[0].split("-")
        if any(port.isdecimal() and int(port[:12]) > _LAST_PORT for port in ends_of_range):
            yield Finding.at(
                word,
                f"'{spec}' is above {_LAST_PORT}, the highest port. "
                "Name the port that the program listens on.",
            )
