"""Exec form that needs a shell, or contains the whole command as one string."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.interpreters import SHELLS, WINDOWS_SHELLS
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instruction import Instruction

_PROGRAM_KEYWORDS = ("CMD", "ENTRYPOINT", "HEALTHCHECK", "RUN")

# Programs that are shells, that expand variables, or that start a shell which follows them.
_SHELLS = frozenset({
    *SHELLS, *WINDOWS_SHELLS, "busybox", "env", "eval", "envsubst", "dumb-init", "tini",
})  # fmt: skip

# Base images without an entrypoint of their own, or with one that only starts what it is given.
_IMAGES_WITHOUT_ENTRYPOINT = frozenset({
    "alpine", "amazoncorretto", "debian", "eclipse-temurin", "fedora", "golang", "maven", "node", "openjdk", "python",
    "ruby", "rust", "ubuntu", "scratch",
})  # fmt: skip

_OPERATORS = frozenset({"&&", "||", "|", ";", ">", ">>", "<", "2>&1", "&", "2>", "&>"})


def _exec_form(instruction: Instruction) -> Program | None:
    """The instruction if it is a JSON array for a Unix system."""
    if not isinstance(instruction, Program) or instruction.form != "json":
        return None
    is_windows = instruction.dialect in WINDOWS_SHELLS or instruction.escape == "`"
    return None if is_windows else instruction


def _has_shell(program: Program) -> bool:
    """Whether one of the first words is a shell, which reads the words that follow it."""
    return any(_base_name(word) in _SHELLS for word in program.args[:4])


def _base_name(word: str) -> str:
    return word.replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe")


def _may_be_arguments(program: Program) -> bool:
    """Whether it is a CMD whose words an entrypoint may get as arguments, and may interpret in its own way."""
    stage = program.stage
    if program.keyword != "CMD" or stage is None:
        return False
    return (
        stage.last("ENTRYPOINT") is not None
        or stage.root.base.upstream not in _IMAGES_WITHOUT_ENTRYPOINT
    )


@rule("DF634", severity=Severity.WARNING, on=_PROGRAM_KEYWORDS, words=("$",))
def variable_in_exec_form(instruction: Instruction) -> Iterator[Finding]:
    """Variable in exec form is not expanded.

    Exec form starts the program without a shell, and Docker does not expand variables in it. The program gets the text
    ``$PORT`` instead of the value.

    Bad::

    ```dockerfile
    FROM python:3.13
    CMD ["gunicorn", "--bind", "0.0.0.0:$PORT", "app:app"]
    #                          ^^^^^^^^^^^^^^^ No shell expands the variable in '0.0.0.0:$PORT'
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    CMD ["sh", "-c", "exec gunicorn --bind 0.0.0.0:$PORT app:app"]
    ```

    How to fix: run the command with a shell, ``["sh", "-c", "exec …"]``, or let the program read its environment.

    Known problems: an entrypoint may expand variables in its arguments. The rule does not report a CMD if there is an
    ENTRYPOINT, or if the base image may have one.

    Source: Docker docs, "Dockerfile reference", "Exec form".
    """
    program = _exec_form(instruction)
    if program is None or not program.args or _has_shell(program) or _may_be_arguments(program):
        return
    for word in program.words:
        text = word.text
        at = text.find("$")
        # Only what no program expands: Spring replaces ${name:default} itself.
        if ":" in text[at:].partition("}")[0] and ":-" not in text:
            continue
        if at >= 0 and (text[at + 1 : at + 2].isalpha() or text[at + 1 : at + 2] in ("{", "_")):
            yield Finding.at(
                word,
                f"No shell expands the variable in '{text}'. "
                "Run the command with 'sh -c', or let the program read its environment.",
            )
            return


@rule("DF635", severity=Severity.ERROR, on=_PROGRAM_KEYWORDS, words=("[",))
def shell_operator_in_exec_form(instruction: Instruction) -> Iterator[Finding]:
    """Shell operator in exec form is passed as an argument.

    Exec form starts the program without a shell. The first program gets ``&&`` and everything after it as arguments,
    and the second program never runs.

    Bad::

    ```dockerfile
    FROM node:24
    CMD ["npm", "run", "migrate", "&&", "npm", "start"]
    #                             ^^^^ '&&' is passed as an argument
    ```

    Good::

    ```dockerfile
    FROM node:24
    CMD ["sh", "-c", "npm run migrate && exec npm start"]
    ```

    How to fix: run the command with a shell, ``["sh", "-c", "… && exec …"]``.

    Source: Docker docs, "Dockerfile reference", "Exec form".
    """
    program = _exec_form(instruction)
    if program is None or _has_shell(program):
        return
    operator = next((word for word in program.words[1:] if word.text in _OPERATORS), None)
    if operator is not None:
        yield Finding.at(
            operator,
            f"'{operator.text}' is passed as an argument, because exec form has no shell. "
            "Run the command with 'sh -c'.",
        )


@rule("DF636", severity=Severity.ERROR, on=_PROGRAM_KEYWORDS, words=("[",))
def unsplit_exec_form(instruction: Instruction) -> Iterator[Finding]:
    """Exec form contains the whole command as one string.

    Docker looks for a program whose name is the whole string, spaces included. It fails with an error such as
    "executable file not found".

    Bad::

    ```dockerfile
    FROM node:24
    CMD ["npm start"]
    #    ^^^^^^^^^^^ Docker looks for a program named 'npm start'
    ```

    Good::

    ```dockerfile
    FROM node:24
    CMD ["npm", "start"]
    ```

    How to fix: write each word as a separate item.

    Known problems: an entrypoint may split the string. The rule does not report a CMD if there is an ENTRYPOINT, or if
    the base image may have one.

    Source: Docker docs, "Dockerfile reference", "Exec form".
    """
    program = _exec_form(instruction)
    if program is None or len(program.words) != 1 or _may_be_arguments(program):
        return
    command = program.words[0]
    text = command.text.strip()
    if " " in text and _is_program_name(text.split()[0]):
        yield Finding.at(
            command,
            f"Docker looks for a program named '{text}', spaces included. Write each word as a separate item.",
        )


def _is_program_name(word: str) -> bool:
    """Whether it is a bare name: a path may contain spaces."""
    if word.startswith("."):
        return False
    return word.replace("-", "").replace("_", "").replace(".", "").isalnum()
