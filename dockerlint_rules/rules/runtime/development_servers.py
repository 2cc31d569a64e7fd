"""Rules about development servers."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Program
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Pairs


_MODES = {
    "NODE_ENV": ("development",), "RAILS_ENV": ("development",), "RACK_ENV": ("development",), "FLASK_ENV": ("development",),
    "FLASK_DEBUG": ("1", "true"), "DJANGO_DEBUG": ("1", "true"), "APP_ENV": ("dev", "development", "local"), "APP_DEBUG": ("1", "true"),
    "ASPNETCORE_ENVIRONMENT": ("development",),
}  # fmt: skip


@rule("DF641", severity=Severity.WARNING, words=("_env", "_debug", "_environment"))
def development_mode(stage: Stage) -> Iterator[Finding]:
    """Image enables development or debug mode.

    Frameworks then show their insides on errors, reload code, leave caches off, and some let a visitor run code.

    Bad::

    ```dockerfile
    FROM python:3.13
    ENV FLASK_DEBUG=1
    #   ^^^^^^^^^^^^^
    CMD ["flask", "run", "--host", "0.0.0.0"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:app"]
    ```

    How to fix: set it when a developer starts the container, not in the image.

    Known problems: an image that is only for developing means it; a stage or file with ``dev`` in its name is left alone.

    Source: Flask documentation, "Debug Mode"; Node.js documentation, NODE_ENV; Rails guides.
    """
    name = f"{stage.name or ''} {stage.dockerfile.filename.rpartition('/')[2]}".lower()
    if not stage.is_final or "dev" in name or "test" in name:
        return
    for one in stage.of("ENV"):
        pairs: Pairs = one  # type: ignore[assignment]
        for pair in pairs.pairs:
            wanted = _MODES.get(pair.name)
            if (
                wanted
                and pair.value is not None
                and pair.value.value.lower() in wanted
                and stage.scope.final.get(pair.name) == pair.value.value
            ):
                yield Finding.at(
                    pair,
                    f"{pair.name}={pair.value.value} makes the image start in development mode. Set it where somebody develops.",
                )


_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@rule(
    "DF642",
    severity=Severity.WARNING,
    fix="unsafe",
    on=("CMD", "ENTRYPOINT"),
    words=("127.0.0.1", "localhost", "[::1]"),
)
def loopback_only_server(instruction: Instruction) -> Iterator[Finding]:
    """Server listens only on the container's loopback address.

    Nothing outside of the container can reach it, whatever ports are published.

    Bad::

    ```dockerfile
    FROM python:3.13
    CMD ["gunicorn", "--bind", "127.0.0.1:8000", "app:app"]
    #                          ^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:app"]
    ```

    How to fix: listen on ``0.0.0.0``.

    Fix safety: unsafe; a reverse proxy in the same container may be what reaches it today.

    Source: Docker docs, "Networking overview", published ports.
    """
    if not isinstance(instruction, Program):
        return
    for command in instruction.commands:
        words = command.words
        for before, word in zip(words, words[1:], strict=False):
            flag, sign, value = word.value.partition("=")
            if not sign:
                flag, value = before.value, word.value
            if flag in ("--host", "--bind", "-b", "--address", "--listen", "--http", "--ip") and (
                value.startswith(_LOOPBACK) or value in _LOOPBACK
            ):
                host = next(one for one in _LOOPBACK if value.startswith(one))
                at = instruction.source.text.find(host, word.start, word.end)
                fix = None
                if at >= 0:
                    edit = Edit(at, at + len(host), "0.0.0.0")
                    fix = Fix("Listen on all addresses.", [edit], safe=False)
                yield Finding.at(
                    word,
                    "Nothing outside of the container reaches this address. Listen on 0.0.0.0.",
                    fix=fix,
                )
                return


@rule("DF643", severity=Severity.INFO, on=("CMD", "ENTRYPOINT"))
def build_at_startup(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """Program is built or installed at every container start.

    Every start takes minutes, needs the network and the whole toolchain, and may get other versions than the last.

    Bad::

    ```dockerfile
    FROM golang:1.25
    COPY . .
    CMD ["go", "run", "main.go"]
    #    ^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM golang:1.25
    COPY . .
    RUN go build -o /app .
    CMD ["/app"]
    ```

    How to fix: build and install with RUN, and start the result.

    Source: Docker docs, "Building best practices".
    """
    if not isinstance(instruction, Program) or (stage is not None and not stage.is_final):
        return
    if stage is not None and "dev" in (stage.name or ""):
        return
    for command in instruction.commands:
        words = [word.value for word in command.words[:3]]
        words[0:1] = [command.name]
        if _builds(words):
            last = command.words[-1]
            yield Finding.at(
                Span(command.start, last.end),
                f"'{' '.join(words[:2])}' builds or installs at every start. Do it with RUN, and start the result.",
            )
            return


def _builds(words: list[str]) -> bool:
    pair = tuple(words[:2])
    if pair in (
        ("go", "run"),
        ("cargo", "run"),
        ("npm", "install"),
        ("npm", "ci"),
        ("yarn", "install"),
        ("pip", "install"),
        ("pip3", "install"),
        ("bundle", "install"),
        ("composer", "install"),
        ("dotnet", "run"),
    ):
        return True
    return words[:1] in (["mvn"], ["gradle"]) and any(
        "spring-boot:run" in word or word == "bootRun" for word in words
    )
