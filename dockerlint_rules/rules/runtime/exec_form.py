"""Rules about exec form."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction


_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh", "cmd", "powershell", "pwsh", "busybox", "env", "eval", "envsubst", "dumb-init", "tini"})  # fmt: skip


_STARTS = ("CMD", "ENTRYPOINT", "HEALTHCHECK", "RUN")


def _base(word: str) -> str:
    return word.replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe")


def _has_shell(program: Program) -> bool:
    """Whether any word of an exec form is a shell, which reads what follows by itself."""
    return any(_base(word) in _SHELLS for word in program.args[:4])


@rule("DF634", severity=Severity.WARNING, on=_STARTS, words=("$",))
def variable_in_exec_form(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """Variable in exec form is not expanded.

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
def shell_operator_in_exec_form(instruction: Instruction) -> Iterator[Finding]:
    """Shell operator in exec form is passed as an argument.

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
def unsplit_exec_form(instruction: Instruction) -> Iterator[Finding]:
    """Exec form contains the whole command as one string.

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
