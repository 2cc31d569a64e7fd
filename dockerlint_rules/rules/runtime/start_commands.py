"""Rules about start commands."""

from __future__ import annotations

from contextlib import suppress

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.images.defaults import is_bare
from dockerlint_rules.model.layers.cleanup import is_and_chain
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import (
    Add,
    Copy,
    Onbuild,
    Program,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction


_WINDOWS = ("pwsh", "powershell", "cmd")


STARTS = ("CMD", "ENTRYPOINT", "HEALTHCHECK")


@rule(
    "DF601",
    severity=Severity.WARNING,
    aliases=("DL3025", "JSONArgsRecommended", "DL1000"),
    fix="unsafe",
    on=(*STARTS, "ONBUILD"),
)
def shell_form_command(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """Command is not written in exec form (a JSON array).

    A shell then is the first process of the container. It does not pass on signals, so ``docker stop``
    waits ten seconds and kills the program; and an ENTRYPOINT in this form takes no arguments. A JSON
    array starts the program itself. With ``exec`` it is a note; health checks and programs below SHELL are DF645.

    Bad::

    ```dockerfile
    FROM python:3.13
    CMD python app.py --port 80
    #   ^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM python:3.13
    CMD ["python", "app.py", "--port", "80"]
    ```

    Bad (a shell is needed for the variable)::

    ```dockerfile
    FROM python:3.13
    CMD gunicorn --bind :$PORT app
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM python:3.13
    CMD ["sh", "-c", "exec gunicorn --bind :$PORT app"]
    ```

    Bad (no JSON: quotes must be double)::

    ```dockerfile
    FROM python:3.13
    ENTRYPOINT ['python', 'app.py']
    #          ^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    HEALTHCHECK CMD ["python", "check.py"]
    CMD ["python", "app.py", "--port", "80"]
    ```

    How to fix: write a JSON array of the program and its arguments; for what needs a shell, ``["sh", "-c", "exec …"]``.

    Fix safety: unsafe, as the program then gets signals itself; an array that was only written in single quotes is safe.
    Not offered for scripts of more than a chain of commands.

    Source: Docker documentation, build check "JSONArgsRecommended".
    """
    inner = _started_by_shell(instruction)
    if inner is None:
        return
    if inner.form is None:
        if inner.keyword != "HEALTHCHECK":
            yield _nothing_behind(inner)
        return
    word = inner.words[0]
    bracketed = word.text.startswith("[") and word.text.endswith("]")
    if not bracketed and _means_shell(inner, stage):
        return
    fix = _as_json(inner)
    cure = "Write a JSON array" if fix else "Put 'exec' before the program, or write a JSON array"
    is_exec = word.text.startswith("exec ")
    aliases = ["DL3025"]
    if inner is instruction and not _means_shell(inner, stage):
        aliases.append("JSONArgsRecommended")
    if bracketed:
        text = f"{inner.keyword} is no JSON array, so a shell gets it with its brackets. Put double quotes around each item and no comma after the last."
    elif is_exec:
        text = f"{inner.keyword} starts a shell first. Write a JSON array, unless it needs a shell."
    else:
        text = f"{inner.keyword} starts a shell, which keeps signals from the program: 'docker stop' has to kill it. {cure}."
    yield Finding.at(
        word, text, fix=fix, aliases=aliases, severity=Severity.INFO if is_exec else None
    )


@rule(
    "DF645",
    severity=Severity.INFO,
    default=False,
    aliases=("DL3025",),
    fix="unsafe",
    on=(*STARTS, "ONBUILD"),
)
def intentional_shell_form(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """Command that may need a shell is in shell form.

    The wider form of DF601: health checks, and programs below a SHELL instruction.

    Bad::

    ```dockerfile
    FROM nginx:1.29
    HEALTHCHECK CMD curl -f http://localhost/
    #               ^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM nginx:1.29
    HEALTHCHECK CMD ["curl", "-f", "http://localhost/"]
    ```

    Good::

    ```dockerfile
    FROM nginx:1.29
    HEALTHCHECK CMD ["curl", "-f", "http://localhost/"]
    CMD nginx -g 'daemon off;'
    ```

    How to fix: write a JSON array of the program and its arguments.

    Fix safety: unsafe, as no shell reads the words any more; offered for plain words alone.

    Source: docs/hadolint.md, DL3025.
    """
    inner = _started_by_shell(instruction)
    if inner is None or inner.form is None or not _means_shell(inner, stage):
        return
    word = inner.words[0]
    if word.text.startswith("[") and word.text.endswith("]"):
        return
    each = " for each check" if inner.keyword == "HEALTHCHECK" else ""
    yield Finding.at(
        word,
        f"{inner.keyword} starts a shell{each}. Write a JSON array, unless it needs a shell.",
        fix=_as_json(inner),
    )


def _started_by_shell(instruction: Instruction) -> Program | None:
    """The CMD, ENTRYPOINT or HEALTHCHECK in or behind this instruction, if it is no JSON array."""
    inner = instruction.trigger if isinstance(instruction, Onbuild) else instruction
    if not isinstance(inner, Program) or inner.keyword not in STARTS or inner.form == "json":
        return None
    return inner


def _means_shell(inner: Program, stage: Stage | None) -> bool:
    """Whether it is a health check, or stands below a SHELL instruction."""
    return inner.keyword == "HEALTHCHECK" or (
        stage is not None
        and any(
            start < inner.start
            for start in stage.gathered(
                "shell", lambda at: [one.start for one in at.of("SHELL")[:1]]
            )
        )
    )


@rule("DF602", severity=Severity.INFO)
def application_without_command(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Application image has no CMD or ENTRYPOINT.

    Without CMD and ENTRYPOINT a container starts what the base image says, which for a distribution or
    a language is a shell or a prompt: it ends at once where no terminal is attached, and nothing listens.

    Bad::

    ```dockerfile
    FROM python:3.13
    #    ^^^^^^^^^^^
    COPY . /app
    EXPOSE 8000
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    COPY . /app
    EXPOSE 8000
    CMD ["python", "/app/main.py"]
    ```

    Good (the base image starts a server)::

    ```dockerfile
    FROM nginx:1.29
    COPY dist /usr/share/nginx/html
    EXPOSE 8080
    ```

    How to fix: add CMD with the program that the container is for.

    Known problems: an application is taken to be there where there is an EXPOSE, a server is installed, or the whole
    context is copied onto the image of a language. Others may be there to build upon or to work in; DF644, off by default, reports them.

    Source: Docker documentation, Dockerfile reference, "CMD".
    """
    stage = dockerfile.final_stage
    if stage is not None and _holds_an_application(stage):
        yield from _nothing_started(stage)


@rule("DF644", severity=Severity.INFO, default=False)
def image_without_command(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Image has no CMD or ENTRYPOINT.

    It is off by default, since an image may be there to build upon, to work in, or to be told its command at each
    start.

    Bad::

    ```dockerfile
    FROM python:3.13
    #    ^^^^^^^^^^^
    COPY tool.py /usr/bin/tool
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    COPY tool.py /usr/bin/tool
    CMD ["python", "/usr/bin/tool"]
    ```

    How to fix: add CMD with the program that the container is for.

    Source: Docker documentation, Dockerfile reference, "CMD".
    """
    stage = dockerfile.final_stage
    if stage is not None and not _holds_an_application(stage):
        yield from _nothing_started(stage)


# Languages whose images are mostly taken for an application of the context, and seldom to compile one.
_LANGUAGES = frozenset({"node", "perl", "php", "pypy", "python", "ruby"})


# Programs of a distribution that are installed to run for as long as the container does.
_SERVERS = frozenset({"apache2", "httpd", "lighttpd", "nginx", "php-fpm", "supervisor", "uwsgi"})


def _holds_an_application(stage: Stage) -> bool:
    """Whether the image is made for a program of its own, as far as this file tells."""
    if stage.last("EXPOSE") is not None:
        return True
    is_language = stage.root.base.upstream in _LANGUAGES
    for at in stage.lineage():
        for one in at.of("COPY", "ADD") if is_language else ():
            if not isinstance(one, Copy | Add) or one.from_ is not None:
                continue
            if any(word.value in (".", "./") for word in one.sources):
                return True
        for call in at.installs:
            if call.action == "install" and any(one.name in _SERVERS for one in call.packages):
                return True
    return False


def _nothing_started(stage: Stage) -> Iterator[Finding]:
    """The finding for a stage that starts nothing and whose base starts a shell or a prompt."""
    if stage.from_.image is None or ".devcontainer" in stage.dockerfile.filename:
        return
    if stage.last("CMD", "ENTRYPOINT", "ONBUILD") is not None or not is_bare(stage.root.base):
        return
    yield Finding.at(
        stage.from_.image,
        f"Nothing is started: '{stage.root.base.text}' brings no more than a shell or a prompt, and there is no CMD. "
        "Add CMD with the program that the container is for.",
    )


def _nothing_behind(program: Program) -> Finding:
    text = (
        f"{program.keyword} has nothing to start. "
        "Name the program in a JSON array, or write '[]' to take the base image's away."
    )
    return Finding.at(
        program.keyword_word,
        text,
        aliases=("JSONArgsRecommended", "DL1000"),
        severity=Severity.INFO,
    )


_SHELL_CHARACTERS = frozenset("%^|&;<>()$`\\\"'*?[]{}~#!=\n\r")


def _as_json(program: Program) -> Fix | None:
    """The exec form: of plain words their list, of what needs a shell the shell that ends in ``exec``."""
    text = program.words[0].text
    if program.inner_comments or not text.isprintable() or "\n" in _written(program):
        return None
    meant = _meant_array(text)
    if meant is not None:
        return Fix("Write a JSON array", [Edit.replace(program.words[0], meant)], safe=True)
    if text.startswith("[") or program.dialect in _WINDOWS or program.shell_script.foreign:
        return None
    items = _plain_items(program, text)
    if items is None:
        script = _with_exec(program)
        items = None if script is None else ["sh", "-c", script]
    if items is None:
        return None
    return Fix("Write a JSON array", [Edit.replace(program.words[0], _json(items))], safe=False)


def _written(program: Program) -> str:
    return program.source.text[program.words[0].start : program.words[0].end]


def _json(items: list[str]) -> str:
    quoted = (item.replace("\\", "\\\\").replace('"', '\\"') for item in items)
    return "[" + ", ".join(f'"{item}"' for item in quoted) + "]"


def _meant_array(text: str) -> str | None:
    """What an array in single quotes, or with a comma too many, was meant to be."""
    if not (text.startswith("[") and text.endswith("]")):
        return None
    import json  # perf: only for what looks like JSON and is none

    for attempt in (text.replace("'", '"'), text[:-1].rstrip().removesuffix(",") + "]"):
        with suppress(ValueError, RecursionError):
            items = json.loads(attempt)
            if items and all(isinstance(item, str) for item in items) and "'" not in attempt:
                return _json(items)
    return None


def _plain_items(program: Program, text: str) -> list[str] | None:
    """The words that a shell would make of a command without expansions."""
    if not set(text) & _SHELL_CHARACTERS:
        words = text.split()
        return None if words[0] in _BUILTINS else words
    commands = program.commands
    if len(commands) != 1 or commands[0].redirects or commands[0].after or commands[0].assignments:
        return None
    (command,) = commands
    if command.outer_start != program.words[0].start or command.end != program.words[0].end:
        return None
    if (
        command.wrappers
        or command.name in _BUILTINS
        or not all(one.literal for one in command.words)
    ):
        return None
    bare = (one for one in command.words if one.text == one.value)
    if any(set(one.text) & set("*?[]{}~()&;|<>#!") for one in bare) or "\\" in text:
        return None
    return [one.value for one in command.words]


def _with_exec(program: Program) -> str | None:
    """The script with ``exec`` before its last command, where it is a chain of plain commands."""
    if (
        not is_and_chain(program)
        or set(_written(program)) & set("`\\")
        or "$(" in _written(program)
    ):
        return None
    last = program.commands[-1]
    if last.name in _BUILTINS or not last.words or (last.assignments and last.wrappers):
        return None
    at = last.words[0].start if last.assignments else last.outer_start
    begin = program.words[0].start
    script = _written(program)
    rest = script[at - begin :]
    return script if rest.startswith("exec ") else f"{script[: at - begin]}exec {rest}"


_BUILTINS = frozenset(
    (
        ".",
        ":",
        "alias",
        "cd",
        "eval",
        "exec",
        "exit",
        "export",
        "set",
        "source",
        "trap",
        "ulimit",
        "umask",
    )
)
