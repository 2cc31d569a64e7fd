"""Servers that are configured for a developer's machine."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Program
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.dockerfile.instructions import Pairs

# Variables of frameworks, with the values that turn on development or debug mode.
_DEVELOPMENT_VALUES = {
    "NODE_ENV": ("development",), "RAILS_ENV": ("development",), "RACK_ENV": ("development",),
    "FLASK_ENV": ("development",), "FLASK_DEBUG": ("1", "true"), "DJANGO_DEBUG": ("1", "true"),
    "APP_ENV": ("dev", "development", "local"), "APP_DEBUG": ("1", "true"), "ASPNETCORE_ENVIRONMENT": ("development",),
}  # fmt: skip


@rule("DF641", severity=Severity.WARNING, words=("_env", "_debug", "_environment"))
def development_mode(stage: Stage) -> Iterator[Finding]:
    """Image enables development or debug mode.

    In this mode, frameworks show internal details in error pages, reload code and turn off caches. Some of them
    even let
    a visitor run code.

    Bad::

    ```dockerfile
    FROM python:3.13
    ENV FLASK_DEBUG=1
    #   ^^^^^^^^^^^^^ 'FLASK_DEBUG=1' enables development or debug mode
    CMD ["flask", "run", "--host", "0.0.0.0"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:app"]
    ```

    How to fix: set the variable when a developer starts the container, not in the image.

    Known problems: an image may be meant for development. The rule is silent if the name of the stage or of the file
    contains ``dev`` or ``test``.

    Source: Flask documentation, "Debug Mode"; Node.js documentation, NODE_ENV; Rails guides.
    """
    names = f"{stage.name or ''} {stage.dockerfile.filename.rpartition('/')[2]}".lower()
    if not stage.is_final or "dev" in names or "test" in names:
        return
    for instruction in stage.of("ENV"):
        env: Pairs = instruction  # type: ignore[assignment]
        for pair in env.pairs:
            values = _DEVELOPMENT_VALUES.get(pair.name, ())
            value = pair.value.value if pair.value is not None else ""
            # Only the value that the container gets: a later ENV may change it.
            if value.lower() in values and stage.scope.final.get(pair.name) == value:
                yield Finding.at(
                    pair,
                    f"'{pair.name}={value}' enables development or debug mode in the image. "
                    "Set it only when a developer starts the container.",
                )


_LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_HOST_FLAGS = ("--host", "--bind", "-b", "--address", "--listen", "--http", "--ip")


@rule(
    "DF642",
    severity=Severity.WARNING,
    fix="unsafe",
    on=("CMD", "ENTRYPOINT"),
    words=_LOOPBACK_HOSTS,
)
def loopback_only_server(instruction: Instruction) -> Iterator[Finding]:
    """Server listens only on the container's loopback address.

    Nothing outside the container can connect to it, even if its port is published.

    Bad::

    ```dockerfile
    FROM python:3.13
    CMD ["gunicorn", "--bind", "127.0.0.1:8000", "app:app"]
    #                          ^^^^^^^^^^^^^^^^ '127.0.0.1' only accepts connections from inside the container
    ```

    Fixed::

    ```dockerfile
    FROM python:3.13
    CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:app"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:app"]
    ```

    How to fix: listen on ``0.0.0.0``.

    Fix safety: unsafe, because the server then accepts connections from other machines. The
    server may be meant for a reverse proxy in the same container only.

    Known problems: with ``--network host`` the address is that of the host.

    Source: Docker docs, "Networking overview", published ports.
    """
    if not isinstance(instruction, Program):
        return
    for command in instruction.commands:
        for previous, word in zip(command.words, command.words[1:], strict=False):
            flag, sign, value = word.value.partition("=")
            if not sign:
                flag, value = previous.value, word.value
            host = next((host for host in _LOOPBACK_HOSTS if value.startswith(host)), None)
            if host is None or flag not in _HOST_FLAGS:
                continue
            at = instruction.source.text.find(host, word.start, word.end)
            fix = None
            if at >= 0:
                edit = Edit(at, at + len(host), "0.0.0.0")
                fix = Fix(f"Replace '{host}' with '0.0.0.0'", [edit], safe=False)
            yield Finding.at(
                word,
                f"A server on '{host}' only accepts connections from inside the container. Use '0.0.0.0'.",
                fix=fix,
            )
            return


@rule("DF643", severity=Severity.INFO, on=("CMD", "ENTRYPOINT"))
def build_at_startup(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """Program is built or installed at every container start.

    Each start takes longer and needs the build tools, and often the network. It may also get different versions of
    the dependencies than the previous start.

    Bad::

    ```dockerfile
    FROM golang:1.25
    COPY . .
    CMD ["go", "run", "main.go"]
    #    ^^^^^^^^^^^^^^^^^^^^^^ 'go run' repeats a build or an install
    ```

    Good::

    ```dockerfile
    FROM golang:1.25
    COPY . .
    RUN go build -o /app .
    CMD ["/app"]
    ```

    How to fix: build and install with RUN, and start the result.

    Known problems: a stage with ``dev`` in its name is not reported.

    Source: Docker docs, "Building best practices".
    """
    if not isinstance(instruction, Program) or (stage is not None and not stage.is_final):
        return
    if stage is not None and "dev" in (stage.name or ""):
        return
    for command in instruction.commands:
        words = [command.name, *(word.value for word in command.words[1:3])]
        if _is_build(words):
            yield Finding.at(
                Span(command.start, command.words[-1].end),
                f"'{' '.join(words[:2])}' repeats a build or an install at every container start. "
                "Do it once with RUN, and start the result.",
            )
            return


_BUILD_COMMANDS = frozenset({
    ("go", "run"), ("cargo", "run"), ("dotnet", "run"), ("npm", "install"), ("npm", "ci"), ("yarn", "install"),
    ("pip", "install"), ("pip3", "install"), ("bundle", "install"), ("composer", "install"),
})  # fmt: skip


def _is_build(words: list[str]) -> bool:
    """Whether the first words of a command build or install a program."""
    if tuple(words[:2]) in _BUILD_COMMANDS:
        return True
    is_java_build = words[0] in ("mvn", "gradle")
    return is_java_build and any("spring-boot:run" in word or word == "bootRun" for word in words)
