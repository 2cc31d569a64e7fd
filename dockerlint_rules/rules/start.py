"""How the container's program is started: what the exec form does not do, and what belongs to the build."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.images.reference import distribution
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Copy, Healthcheck, Program
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Pairs, Stopsignal

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh", "cmd", "powershell", "pwsh", "busybox", "env", "eval", "envsubst", "dumb-init", "tini"})  # fmt: skip
_STARTS = ("CMD", "ENTRYPOINT", "HEALTHCHECK", "RUN")


def _base(word: str) -> str:
    return word.replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe")


def _has_shell(program: Program) -> bool:
    """Whether any word of an exec form is a shell, which reads what follows by itself."""
    return any(_base(word) in _SHELLS for word in program.args[:4])


@rule("DF634", severity=Severity.WARNING, on=_STARTS, words=("$",))
def variable_in_exec_form(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """A variable in the exec form is not replaced.

    No shell reads a JSON array: the program gets ``$PORT`` as it stands.

    Bad::

    ```dockerfile
    FROM python:3.13
    CMD ["gunicorn", "--bind", "0.0.0.0:$PORT", "app:app"]
    #                          ^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    CMD ["sh", "-c", "exec gunicorn --bind 0.0.0.0:$PORT app:app"]
    ```

    How to fix: let a shell read it, ``["sh", "-c", "exec …"]``, or let the program read its environment.

    Known problems: an ENTRYPOINT may replace what CMD says; the rule is silent about CMD where there is one.

    Source: Docker docs, "Dockerfile reference", "Exec form".
    """
    program = instruction
    if not isinstance(program, Program) or program.form != "json" or not program.args:
        return
    if _has_shell(program) or _is_windows(program):
        return
    if program.keyword == "CMD" and stage is not None:
        if stage.last("ENTRYPOINT") is not None:
            return  # a program of its own, which may replace it
        if stage.root.base.upstream not in _PLAIN_STARTS:
            return  # the base image's own entry point may replace it
    for word in program.words:
        text = word.text
        at = text.find("$")
        if ":" in text[at:].partition("}")[0] and ":-" not in text:
            continue  # ${name:default} is Spring's, which replaces it itself
        if at >= 0 and (text[at + 1 : at + 2].isalpha() or text[at + 1 : at + 2] in ("{", "_")):
            yield Finding.at(
                word,
                f'No shell replaces the variable in \'{text}\'. Start a shell, ["sh", "-c", …], or let the program read it.',
            )
            return


# Images without an entry point of their own, or one that only starts what it is given.
_PLAIN_STARTS = frozenset({
    "alpine", "amazoncorretto", "debian", "eclipse-temurin", "fedora", "golang", "maven", "node", "openjdk", "python", "ruby", "rust", "ubuntu",
    "scratch",
})  # fmt: skip


def _is_windows(program: Program) -> bool:
    return program.dialect in ("cmd", "powershell", "pwsh") or program.escape == "`"


_OPERATORS = frozenset({"&&", "||", "|", ";", ">", ">>", "<", "2>&1", "&", "2>", "&>"})


@rule("DF635", severity=Severity.ERROR, on=_STARTS)
def operator_in_exec_form(instruction: Instruction) -> Iterator[Finding]:
    """A shell operator in the exec form is a plain word.

    No shell reads a JSON array: the first program gets ``&&`` and all that follows as its arguments.

    Bad::

    ```dockerfile
    FROM node:24
    CMD ["npm", "run", "migrate", "&&", "npm", "start"]
    #                             ^^^^
    ```

    Good::

    ```dockerfile
    FROM node:24
    CMD ["sh", "-c", "npm run migrate && exec npm start"]
    ```

    How to fix: let a shell read it, ``["sh", "-c", "… && exec …"]``.

    Source: Docker docs, "Dockerfile reference", "Exec form".
    """
    program = instruction
    if (
        not isinstance(program, Program)
        or program.form != "json"
        or _has_shell(program)
        or _is_windows(program)
    ):
        return
    for word in program.words[1:]:
        if word.text in _OPERATORS:
            yield Finding.at(
                word,
                f'\'{word.text}\' is a plain argument here, as no shell reads a JSON array. Use ["sh", "-c", "…"].',
            )
            return


@rule("DF636", severity=Severity.ERROR, on=_STARTS)
def whole_command_as_one_word(instruction: Instruction) -> Iterator[Finding]:
    """The exec form holds the whole command as one word.

    The container looks for a program whose name is all of it, blanks included, and ends with "not found".

    Bad::

    ```dockerfile
    FROM node:24
    CMD ["npm start"]
    #    ^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM node:24
    CMD ["npm", "start"]
    ```

    How to fix: make each word an item of its own.

    Known problems: with an ENTRYPOINT that splits it, one word is right; the rule is silent then.

    Source: Docker docs, "Dockerfile reference", "Exec form".
    """
    program = instruction
    if (
        not isinstance(program, Program)
        or program.form != "json"
        or not program.words
        or _is_windows(program)
    ):
        return
    first = program.words[0]
    stage: Stage | None = program.stage
    if program.keyword == "CMD" and stage is not None and stage.last("ENTRYPOINT") is not None:
        return
    if (
        program.keyword == "CMD"
        and stage is not None
        and stage.root.base.upstream not in _PLAIN_STARTS
    ):
        return
    text = first.text.strip()
    if (
        " " in text
        and len(program.words) == 1
        and not text.startswith(("/", "."))
        and text.split()[0].replace("-", "").replace("_", "").replace(".", "").isalnum()
    ):
        yield Finding.at(
            first,
            f"The container looks for a program called '{text}'. Make each word an item of its own.",
        )


_NO_TOOL = {
    # What the plain images of these do not have.
    "alpine": ("curl",),
    "debian": ("curl", "wget"),
    "ubuntu": ("curl", "wget"),
    "busybox": ("curl",),
}


@rule("DF637", severity=Severity.WARNING)
def health_check_tool_missing(healthcheck: Healthcheck, stage: Stage | None) -> Iterator[Finding]:
    """The health check calls a program that is not there.

    The check fails every time, and the container is "unhealthy" for ever; some systems then stop it.

    Bad::

    ```dockerfile
    FROM python:3.13-slim
    HEALTHCHECK CMD ["curl", "-f", "http://localhost:8000/"]
    #                ^^^^^^
    CMD ["gunicorn", "app:app"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13-slim
    HEALTHCHECK CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://localhost:8000/')"]
    CMD ["gunicorn", "app:app"]
    ```

    How to fix: install the program, or check with what is there.

    Known problems: only ``curl`` and ``wget`` on well-known slim and Alpine images are known; a file that installs the
    program, or copies anything from another image, is left alone.

    Source: the Dockerfiles of the Docker official images.
    """
    if stage is None or healthcheck.kind == "NONE":
        return
    base = stage.root.base
    image = stage.root.from_.image
    if image is None or "$" in image.text or not base.is_name_certain or "/" in base.upstream:
        return
    found = distribution(base)
    tag = base.tag or ""
    plain = (
        base.upstream in ("debian", "ubuntu", "alpine", "busybox")
        or "slim" in tag
        or "alpine" in tag
    )
    if found not in _NO_TOOL or not plain:
        return
    for command in healthcheck.commands:
        if command.name in _NO_TOOL[found] and not _is_brought(stage, command.name):
            yield Finding.at(
                command.words[0],
                f"'{base.text}' has no '{command.name}', so this check always fails. Install it, or check with what is there.",
            )
            return


def _is_brought(stage: Stage, tool: str) -> bool:
    for place in stage.lineage():
        if any(tool in run.text for run in place.runs):
            return True
        if any(
            isinstance(one, Copy) and (one.from_ or tool in one.text) for one in place.of("COPY")
        ):
            return True
        if any(
            call.packages and any("$" in package.word.value for package in call.packages)
            for call in place.installs
        ):
            return True
    return False


@rule("DF638", severity=Severity.WARNING)
def stop_signal_kills(stopsignal: Stopsignal) -> Iterator[Finding]:
    """STOPSIGNAL kills the program at once.

    It gets no chance to finish requests or to write its data.

    Bad::

    ```dockerfile
    FROM debian:12
    STOPSIGNAL SIGKILL
    #          ^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    STOPSIGNAL SIGQUIT
    ```

    How to fix: name the signal on which the program ends in good order; most do so on SIGTERM, the default.

    Source: Docker docs, "Dockerfile reference", STOPSIGNAL; signal(7).
    """
    for word in stopsignal.words[:1]:
        if word.value.upper().removeprefix("SIG") in ("KILL", "STOP", "9", "19"):
            yield Finding.at(
                word,
                f"'{word.value}' ends the program without a chance to finish. Use the signal on which it ends in good order.",
            )


_MODES = {
    "NODE_ENV": ("development",), "RAILS_ENV": ("development",), "RACK_ENV": ("development",), "FLASK_ENV": ("development",),
    "FLASK_DEBUG": ("1", "true"), "DJANGO_DEBUG": ("1", "true"), "APP_ENV": ("dev", "development", "local"), "APP_DEBUG": ("1", "true"),
    "ASPNETCORE_ENVIRONMENT": ("development",),
}  # fmt: skip


@rule("DF641", severity=Severity.WARNING, words=("_env", "_debug", "_environment"))
def development_mode(stage: Stage) -> Iterator[Finding]:
    """The image starts in development mode.

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
def listens_to_itself_only(instruction: Instruction) -> Iterator[Finding]:
    """The server listens on the container's own loopback.

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
def built_at_start(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """The program is built or installed each time it is started.

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
