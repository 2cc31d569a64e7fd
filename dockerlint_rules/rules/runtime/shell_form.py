"""CMD, ENTRYPOINT and HEALTHCHECK in shell form."""

from __future__ import annotations

from contextlib import suppress

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.run_chain import is_and_chain
from dockerlint_rules.model.interpreters import WINDOWS_SHELLS
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Onbuild, Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction

_START_KEYWORDS = ("CMD", "ENTRYPOINT", "HEALTHCHECK")


@rule(
    "DF601",
    severity=Severity.WARNING,
    aliases=("DL3025", "JSONArgsRecommended", "DL1000"),
    fix="safe",
    on=(*_START_KEYWORDS, "ONBUILD"),
)
def shell_form_command(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """Command is not written in exec form (a JSON array).

    In shell form a shell is the first process of the container. It may not pass signals on to the program, so
    ``docker stop`` waits ten seconds and then kills it. An ENTRYPOINT in shell form also ignores CMD and the arguments
    of ``docker run``. A command that begins with ``exec`` is only reported as info, and DF645 reports health checks
    and commands after a SHELL instruction.

    Bad::

    ```dockerfile
    FROM python:3.13
    CMD python app.py --port 80
    #   ^^^^^^^^^^^^^^^^^^^^^^^ CMD in shell form runs the program under a shell
    ```

    Fixed::

    ```dockerfile
    FROM python:3.13
    CMD ["python", "app.py", "--port", "80"]
    ```

    Bad (a shell has to expand the variable)::

    ```dockerfile
    FROM python:3.13
    CMD gunicorn --bind :$PORT app
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^ may not pass on the stop signal
    ```

    Fixed::

    ```dockerfile
    FROM python:3.13
    CMD ["sh", "-c", "exec gunicorn --bind :$PORT app"]
    ```

    Bad (JSON requires double quotes)::

    ```dockerfile
    FROM python:3.13
    ENTRYPOINT ['python', 'app.py']
    #          ^^^^^^^^^^^^^^^^^^^^ ENTRYPOINT is not valid JSON
    ```

    Fixed::

    ```dockerfile
    FROM python:3.13
    ENTRYPOINT ["python", "app.py"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    HEALTHCHECK CMD ["python", "check.py"]
    CMD ["python", "app.py", "--port", "80"]
    ```

    How to fix: write the program and its arguments as a JSON array; if a shell is needed, write
    ``["sh", "-c", "exec …"]``.

    Fix safety: repairing the quotes or commas of an array is safe. Replacing shell form is unsafe, because the program
    then receives signals itself. There is no fix for a script that is more than a chain of commands with ``&&``.

    Source: Docker documentation, build check "JSONArgsRecommended".
    """
    program = _shell_form_program(instruction)
    if program is None:
        return
    if program.form is None:
        if program.keyword != "HEALTHCHECK":
            yield _empty_command(program)
        return
    command = program.words[0]
    has_brackets = _has_brackets(command.text)
    may_need_shell = _may_need_shell(program, stage)
    if not has_brackets and may_need_shell:
        return
    fix = _exec_form_fix(program)
    has_exec = command.text.startswith("exec ")
    aliases = ["DL3025"]
    if program is instruction and not may_need_shell:
        aliases.append("JSONArgsRecommended")
    if has_brackets:
        message = (
            f"{program.keyword} is not valid JSON, so a shell runs the text, brackets included. "
            "Put each item in double quotes, with no comma after the last."
        )
    elif has_exec:
        message = (
            f"{program.keyword} in shell form starts a shell before the program. "
            "Write a JSON array unless the command needs a shell."
        )
    else:
        remedy = (
            "Write a JSON array" if fix else "Write a JSON array, or put 'exec' before the program"
        )
        message = (
            f"{program.keyword} in shell form runs the program under a shell, "
            f"which may not pass on the stop signal. {remedy}."
        )
    yield Finding.at(
        command, message, fix=fix, aliases=aliases, severity=Severity.INFO if has_exec else None
    )


@rule(
    "DF645",
    severity=Severity.INFO,
    default=False,
    aliases=("DL3025",),
    fix="unsafe",
    on=(*_START_KEYWORDS, "ONBUILD"),
)
def intentional_shell_form(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """Command that may need a shell is in shell form.

    This rule extends DF601 to health checks and to commands after a SHELL instruction, where shell form is often
    intended. Exec form still saves a process, and the program does not depend on a shell in the image.

    Bad::

    ```dockerfile
    FROM nginx:1.29
    HEALTHCHECK CMD curl -f http://localhost/
    #               ^^^^^^^^^^^^^^^^^^^^^^^^^ HEALTHCHECK in shell form starts a shell for each check
    ```

    Fixed::

    ```dockerfile
    FROM nginx:1.29
    HEALTHCHECK CMD ["curl", "-f", "http://localhost/"]
    ```

    Bad (after SHELL)::

    ```dockerfile
    FROM nginx:1.29
    SHELL ["/bin/bash", "-c"]
    CMD nginx -g 'daemon off;'
    #   ^^^^^^^^^^^^^^^^^^^^^^ CMD in shell form starts a shell
    ```

    Good::

    ```dockerfile
    FROM nginx:1.29
    HEALTHCHECK CMD ["curl", "-f", "http://localhost/"]
    CMD nginx -g 'daemon off;'
    ```

    How to fix: write the program and its arguments as a JSON array.

    Fix safety: unsafe, because the program is started differently: directly, or by ``sh`` instead of the shell that
    SHELL names.

    Source: docs/hadolint.md, DL3025.
    """
    program = _shell_form_program(instruction)
    if program is None or program.form is None or not _may_need_shell(program, stage):
        return
    command = program.words[0]
    if _has_brackets(command.text):
        return  # DF601 reports it
    when = " for each check" if program.keyword == "HEALTHCHECK" else ""
    yield Finding.at(
        command,
        f"{program.keyword} in shell form starts a shell{when}. "
        "Write a JSON array unless the command needs a shell.",
        fix=_exec_form_fix(program),
    )


def _shell_form_program(instruction: Instruction) -> Program | None:
    """The CMD, ENTRYPOINT or HEALTHCHECK, including one after ONBUILD, unless it is a JSON array."""
    program = instruction.trigger if isinstance(instruction, Onbuild) else instruction
    if not isinstance(program, Program) or program.keyword not in _START_KEYWORDS:
        return None
    return None if program.form == "json" else program


def _has_brackets(text: str) -> bool:
    return text.startswith("[") and text.endswith("]")


def _may_need_shell(program: Program, stage: Stage | None) -> bool:
    """Whether it is a health check, or comes after a SHELL instruction."""
    if program.keyword == "HEALTHCHECK":
        return True
    if stage is None:
        return False
    first_shells = stage.gathered(
        "shell", lambda each: [shell.start for shell in each.of("SHELL")[:1]]
    )
    return any(start < program.start for start in first_shells)


def _empty_command(program: Program) -> Finding:
    return Finding.at(
        program.keyword_word,
        f"{program.keyword} has no command. "
        "Name the program in a JSON array, or write '[]' to clear the command of the base image.",
        aliases=("JSONArgsRecommended", "DL1000"),
        severity=Severity.INFO,
    )


# -- the fix ---------------------------------------------------------------------------------------

# Without any of these, a shell splits a command into words only at blanks.
_SHELL_CHARACTERS = frozenset("%^|&;<>()$`\\\"'*?[]{}~#!=\n\r")
_UNQUOTED_SHELL_CHARACTERS = frozenset("*?[]{}~()&;|<>#!")
# Commands of the shell itself: no program of that name can be started.
_BUILTINS = frozenset({
    ".", ":", "alias", "cd", "eval", "exec", "exit", "export", "set", "source", "trap", "ulimit", "umask",
})  # fmt: skip


def _exec_form_fix(program: Program) -> Fix | None:
    """Write plain words as an array, and what needs a shell as an array with a shell that ends in ``exec``."""
    command = program.words[0]
    text = command.text
    if program.inner_comments or not text.isprintable() or "\n" in _script_text(program):
        return None
    title = "Write a JSON array"
    repaired = _repaired_array(text)
    if repaired is not None:
        return Fix(title, [Edit.replace(command, repaired)], safe=True)
    if text.startswith("[") or program.dialect in WINDOWS_SHELLS or program.shell_script.foreign:
        return None
    items = _plain_words(program)
    if items is None:
        script = _script_with_exec(program)
        if script is None:
            return None
        items = ["sh", "-c", script]
    return Fix(title, [Edit.replace(command, _json_array(items))], safe=False)


def _script_text(program: Program) -> str:
    """The command as written in the file, continuation lines included."""
    return program.source.text[program.words[0].start : program.words[0].end]


def _json_array(items: list[str]) -> str:
    quoted = (item.replace("\\", "\\\\").replace('"', '\\"') for item in items)
    return "[" + ", ".join(f'"{item}"' for item in quoted) + "]"


def _repaired_array(text: str) -> str | None:
    """The JSON array that an array with single quotes, or with a comma after its last item, was meant to be."""
    if not _has_brackets(text):
        return None
    import json  # perf: only for what looks like JSON but is not

    for attempt in (text.replace("'", '"'), text[:-1].rstrip().removesuffix(",") + "]"):
        with suppress(ValueError, RecursionError):
            items = json.loads(attempt)
            if items and all(isinstance(item, str) for item in items) and "'" not in attempt:
                return _json_array(items)
    return None


def _plain_words(program: Program) -> list[str] | None:
    """The words that a shell makes of a single command without expansions; None for any other script."""
    script = program.words[0]
    text = script.text
    if not set(text) & _SHELL_CHARACTERS:
        words = text.split()
        return None if words[0] in _BUILTINS else words
    if "\\" in text or len(program.commands) != 1:
        return None
    (command,) = program.commands
    if command.redirects or command.after or command.assignments or command.wrappers:
        return None
    # Only a command that is the whole script.
    if command.outer_start != script.start or command.end != script.end:
        return None
    if command.name in _BUILTINS or not all(word.literal for word in command.words):
        return None
    unquoted = (word.text for word in command.words if word.text == word.value)
    if any(set(word) & _UNQUOTED_SHELL_CHARACTERS for word in unquoted):
        return None
    return [word.value for word in command.words]


def _script_with_exec(program: Program) -> str | None:
    """The script with ``exec`` before its last command; None unless it is a chain of plain commands."""
    script = _script_text(program)
    if not is_and_chain(program) or set(script) & set("`\\") or "$(" in script:
        return None
    last = program.commands[-1]
    if last.name in _BUILTINS or not last.words or (last.assignments and last.wrappers):
        return None
    at = last.words[0].start if last.assignments else last.outer_start
    head, tail = script[: at - program.words[0].start], script[at - program.words[0].start :]
    return script if tail.startswith("exec ") else f"{head}exec {tail}"
