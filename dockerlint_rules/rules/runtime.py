"""What a container starts, where, and what it opens."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.fixes.edits import instruction_like
from dockerlint_rules.model.images.defaults import exposes, is_bare
from dockerlint_rules.model.layers.cleanup import is_and_chain
from dockerlint_rules.model.stages import join_path
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import (
    Add,
    Copy,
    Onbuild,
    Program,
    Run,
    Workdir,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction
    from dockerlint_rules.syntax.shell.script import Command

_WINDOWS = ("pwsh", "powershell", "cmd")
STARTS = ("CMD", "ENTRYPOINT", "HEALTHCHECK")


@rule(
    "DF601",
    severity=Severity.WARNING,
    aliases=("DL3025", "JSONArgsRecommended", "DL1000"),
    fix="unsafe",
    on=(*STARTS, "ONBUILD"),
)
def shell_form_start(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """Container is started by a shell.

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
def shell_form_on_purpose(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """Shell form where a shell is likely meant.

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
def nothing_to_run(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Image holds an application and has no program to start.

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
def image_without_program(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Image has no program to start.

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


@rule(
    "DF603",
    severity=Severity.WARNING,
    aliases=("DL4003", "MultipleInstructionsDisallowed"),
    fix="safe",
)
def several_cmd(stage: Stage) -> Iterator[Finding]:
    """CMD is replaced by a later one.

    Only the last CMD of a stage counts; what an earlier one says is never started.

    Bad::

    ```dockerfile
    FROM python:3.13
    CMD ["python", "migrate.py"]
    #^^
    CMD ["python", "serve.py"]
    ```

    Fixed::

    ```dockerfile
    FROM python:3.13
    CMD ["python", "serve.py"]
    ```

    Good (each stage has its own)::

    ```dockerfile
    FROM python:3.13 AS worker
    CMD ["python", "work.py"]
    FROM python:3.13
    CMD ["python", "serve.py"]
    ```

    How to fix: remove the earlier one; start what both did from a script.

    Fix safety: safe; the line has no effect.

    Source: Docker documentation, build check "MultipleInstructionsDisallowed".
    """
    return _superseded(stage, "CMD")


@rule(
    "DF604",
    severity=Severity.ERROR,
    aliases=("DL4004", "MultipleInstructionsDisallowed"),
    fix="safe",
)
def several_entrypoint(stage: Stage) -> Iterator[Finding]:
    """ENTRYPOINT is replaced by a later one.

    Only the last ENTRYPOINT of a stage counts; what an earlier one says is never started.

    Bad::

    ```dockerfile
    FROM python:3.13
    ENTRYPOINT ["python", "migrate.py"]
    #^^^^^^^^^
    ENTRYPOINT ["python", "serve.py"]
    ```

    Fixed::

    ```dockerfile
    FROM python:3.13
    ENTRYPOINT ["python", "serve.py"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    ENTRYPOINT ["python"]
    CMD ["serve.py"]
    ```

    How to fix: remove the earlier one; start what both did from a script.

    Fix safety: safe; the line has no effect.

    Source: Docker documentation, build check "MultipleInstructionsDisallowed".
    """
    return _superseded(stage, "ENTRYPOINT")


@rule(
    "DF605",
    severity=Severity.ERROR,
    aliases=("DL3012", "MultipleInstructionsDisallowed"),
    fix="safe",
)
def several_healthcheck(stage: Stage) -> Iterator[Finding]:
    """HEALTHCHECK is replaced by a later one.

    Only the last HEALTHCHECK of a stage counts; what an earlier one asks for is never checked.

    Bad::

    ```dockerfile
    FROM python:3.13
    HEALTHCHECK CMD ["python", "check_db.py"]
    #^^^^^^^^^^
    HEALTHCHECK CMD ["python", "check.py"]
    ```

    Fixed::

    ```dockerfile
    FROM python:3.13
    HEALTHCHECK CMD ["python", "check.py"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    HEALTHCHECK CMD ["python", "check.py"]
    ```

    How to fix: remove the earlier one; check both in one script.

    Fix safety: safe; the line has no effect.

    Source: Docker documentation, build check "MultipleInstructionsDisallowed".
    """
    return _superseded(stage, "HEALTHCHECK")


@rule("DF606", severity=Severity.WARNING, aliases=("DL4003", "DL4004", "DL3012"), default=False)
def superseding_instruction(stage: Stage) -> Iterator[Finding]:
    """CMD, ENTRYPOINT or HEALTHCHECK replaces an earlier one.

    The other end of several-cmd, several-entrypoint and several-healthcheck, for those who are used to
    see it at the later line. It is off, as each would be reported twice.

    Bad::

    ```dockerfile
    FROM python:3.13
    CMD ["python", "migrate.py"]
    CMD ["python", "serve.py"]
    #^^
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    CMD ["python", "serve.py"]
    ```

    How to fix: remove the earlier one.

    Source: Docker documentation, Dockerfile reference, "CMD" ("only the last one takes effect").
    """
    codes = {"CMD": "DL4003", "ENTRYPOINT": "DL4004", "HEALTHCHECK": "DL3012"}
    for keyword, code in codes.items():
        found = stage.of(keyword)
        for earlier, later in pairwise(found):
            text = f"This {keyword} replaces the one on line {earlier.line}, which is never used. Remove that."
            yield Finding.at(later.keyword_word, text, aliases=(code,))


@rule("DF610", severity=Severity.WARNING, profiles=("elastic-beanstalk",))
def no_exposed_port(stage: Stage) -> Iterator[Finding]:
    """Image exposes no port, which Elastic Beanstalk needs.

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


@rule("DF611", severity=Severity.WARNING, aliases=("DL3000", "WorkdirRelativePath"), fix="safe")
def relative_workdir(workdir: Workdir, stage: Stage | None) -> Iterator[Finding]:
    """WORKDIR is relative.

    It depends on the working directory before it, which is the base image's where this file names none:
    with another release of the base the files land somewhere else. Below an absolute WORKDIR of the same
    file it is clear, and only a note.

    Bad::

    ```dockerfile
    FROM node:24
    WORKDIR app
    #       ^^^
    ```

    Good::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    ```

    Good (absolute by its variable)::

    ```dockerfile
    FROM node:24
    ENV HOME_DIR=/srv/app
    WORKDIR $HOME_DIR
    WORKDIR ${HOME_DIR}/src
    ```

    How to fix: write the whole path.

    Source: Docker documentation, build check "WorkdirRelativePath".
    """
    path = workdir.path
    if path is None:
        return
    before = _has_workdir_before(workdir, stage)
    aliases = _relative_aliases(workdir, stage, is_first=not before)
    # Only what is relative on Windows too: see drive-in-workdir.
    if not aliases or _has_drive(path.value):
        return
    written = f"WORKDIR '{path.value}'"
    if before and stage is not None:
        where = stage.workdir_before(workdir) or ""
        is_clear = where.startswith(("/", "$")) or _has_drive(where)
        text = (
            f"{written} is below '{where}', which a change further up moves. Write the whole path."
        )
    elif "DL3000" in aliases:
        is_clear = False
        text = f"{written} is relative to wherever the base image stands, so another release moves it. Write the whole path."
    else:
        is_clear = True
        text = f"{written} is not absolute as far as this file tells. Set its variable here, or write the whole path."
    yield Finding.at(
        path,
        text,
        fix=_whole_path(workdir, stage),
        aliases=aliases,
        severity=Severity.INFO if is_clear else None,
    )


def _whole_path(workdir: Workdir, stage: Stage | None) -> Fix | None:
    """The same folder, written from the root on, where the file tells in which folder the WORKDIR stands."""
    where = stage.workdir_before(workdir) if stage is not None else None
    path = workdir.path
    if path is None or where is None or not where.startswith("/") or "$" in where + path.text:
        return None
    if path.text != path.value or set(path.text) & set("\"'\\ "):
        return None
    whole = join_path(where, path.value)
    return Fix(f"Write {whole}.", [Edit.replace(path, whole)], safe=True) if whole else None


@rule("DF614", severity=Severity.INFO, aliases=("WorkdirRelativePath",), default=False)
def drive_in_workdir(workdir: Workdir, stage: Stage | None) -> Iterator[Finding]:
    r"""WORKDIR has a drive, which only Windows knows.

    Built for Windows this is an absolute path; a build that is told nothing of the platform takes it for
    Linux, where it is relative. It is off, as a Windows base image is never built for Linux.

    Bad::

    ```dockerfile
    FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
    WORKDIR C:\app
    #       ^^^^^^
    ```

    Good::

    ```dockerfile
    FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
    WORKDIR /app
    ```

    How to fix: leave the drive out, or build with ``--platform=windows/amd64``.

    Source: Docker documentation, build check "WorkdirRelativePath".
    """
    path = workdir.path
    if path is None or stage is None or _has_workdir_before(workdir, stage):
        return
    aliases = _relative_aliases(workdir, stage, is_first=True)
    if "WorkdirRelativePath" in aliases and _has_drive(path.value):
        text = f"WORKDIR '{path.value}' is absolute on Windows alone. Leave the drive out, or name the platform."
        yield Finding.at(path, text)


@rule("DF612", severity=Severity.WARNING, aliases=("DL3003",), fix="unsafe", on=("RUN", "ONBUILD"))
def cd_instead_of_workdir(instruction: Instruction) -> Iterator[Finding]:
    """RUN only changes the directory.

    Each RUN starts a shell of its own in the working directory, so what ``cd`` did is gone with the end
    of the line and the next instruction runs elsewhere. WORKDIR is what stays.

    Bad::

    ```dockerfile
    FROM node:24
    RUN cd /app
    #   ^^^^^^^
    RUN npm ci
    ```

    Good::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    RUN npm ci
    ```

    Good (it holds for the rest of the line)::

    ```dockerfile
    FROM node:24
    RUN cd /app && npm ci
    ```

    How to fix: replace it by WORKDIR, or put it in front of the command that needs it.

    Source: Docker documentation, "Building best practices", section "WORKDIR".
    """
    inner = instruction.trigger if isinstance(instruction, Onbuild) else instruction
    if not isinstance(inner, Run) or not _only_changes_directory(inner):
        return
    command = inner.commands[0]
    text = (
        "This cd ends with its RUN, so the next instruction does not see it. Write WORKDIR instead."
    )
    yield Finding.at(command, text, fix=_as_workdir(inner))


def _as_workdir(run: Run) -> Fix | None:
    """``WORKDIR`` in the place of ``RUN cd``: what was meant, as the cd itself does nothing."""
    (command, *others) = run.commands
    if others or run.form != "shell" or run.flags or run.heredocs or len(command.args) != 1:
        return None
    word = command.args[0]
    if command.wrappers or command.redirects or not word.literal or word.text != word.value:
        return None
    if (
        run.source.text[command.start : command.end]
        != run.source.text[run.words[0].start : run.words[0].end]
    ):
        return None
    line = instruction_like(run, "WORKDIR", word.value)
    return Fix("Write WORKDIR.", [Edit(run.keyword_word.start, run.end, line)], safe=False)


@rule("DF613", severity=Severity.INFO, aliases=("DL3003",), default=False, on=("cd",))
def cd_in_run(command: Command, instruction: Instruction, run: Run) -> Iterator[Finding]:
    """RUN changes the directory on the way.

    It works, and keeps directories out of the image's history; some prefer to see every change of
    directory as WORKDIR. It is off unless selected.

    Bad::

    ```dockerfile
    FROM node:24
    RUN cd /app && npm ci
    #   ^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    RUN npm ci
    ```

    How to fix: put ``WORKDIR`` before the RUN.

    Source: Docker documentation, "Building best practices", section "WORKDIR".
    """
    if _only_changes_directory(run):
        return
    # hadolint looks into loops and substitutions as well, where WORKDIR is no way out.
    yield Finding.at(command, "RUN changes the directory by cd. Put WORKDIR before it instead.")


# -- what the rules share -----------------------------------------------------------------------------


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


def _superseded(stage: Stage, keyword: str) -> Iterator[Finding]:
    """One finding for each instruction of that keyword but the last."""
    found = stage.of(keyword)
    for one in found[:-1]:
        last = found[-1]
        text = f"This {keyword} has no effect: the one on line {last.line} replaces it. Remove it."
        yield Finding.at(
            one.keyword_word,
            text,
            fix=Fix(f"Remove the {keyword} without effect", [_removed(one)], safe=True),
            aliases=("MultipleInstructionsDisallowed",),
            related=(Related(last.keyword_word, "the one that counts"),),
        )


def _removed(instruction: Instruction) -> Edit:
    """Delete the lines of an instruction."""
    source = instruction.source
    return Edit(source.offset(instruction.line), source.offset(instruction.end_line + 1), "")


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


def _has_drive(path: str) -> bool:
    return path[1:2] == ":" and path[:1].isalpha()


def _has_workdir_before(workdir: Workdir, stage: Stage | None) -> bool:
    """Whether a WORKDIR stands above, in the stage or in one that it is built from."""
    places = stage.lineage() if stage is not None else ()
    return any(one.start < workdir.start for at in places for one in at.of("WORKDIR")[:1])


def _relative_aliases(workdir: Workdir, stage: Stage | None, *, is_first: bool) -> list[str]:
    """The peers that call a WORKDIR relative: hadolint as written, BuildKit the first one, expanded."""
    written = workdir.path.value if workdir.path else "/"
    aliases = []
    if not written.startswith(("$", "/")) and not _has_drive(written):
        aliases.append("DL3000")
    if stage is not None and is_first:
        full = _expanded(workdir, stage)
        if full is not None and not full.startswith("/"):
            aliases.append("WorkdirRelativePath")
    return aliases


def _expanded(workdir: Workdir, stage: Stage) -> str | None:
    """The path with its variables put in, an unknown one as nothing; None where it cannot be read."""
    path = workdir.path
    if path is None:
        return None
    from dockerlint_rules.syntax.words import ExpansionError, expand

    try:
        return expand(path.text, stage.scope.before(workdir), workdir.escape)
    except ExpansionError:
        return None


def _only_changes_directory(run: Run) -> bool:
    commands = run.commands
    return bool(commands) and all(command.name == "cd" for command in commands)
