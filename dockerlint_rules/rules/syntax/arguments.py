"""Rules about the arguments of instructions: how many there are, and what they look like."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.syntax.problems import instruction_of, problems_of, quoted, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.syntax.dockerfile.logical_lines import SyntaxProblem


# How to write each instruction, ready for a message.
_USAGE = {
    "ADD": "'ADD source destination'",
    "ARG": "'ARG name=default'",
    "CMD": """'CMD ["program", "argument"]'""",
    "COPY": "'COPY source destination'",
    "ENTRYPOINT": """'ENTRYPOINT ["program", "argument"]'""",
    "ENV": "'ENV name=value'",
    "EXPOSE": "'EXPOSE 8080'",
    "FROM": "'FROM image' or 'FROM image AS name'",
    "HEALTHCHECK": "'HEALTHCHECK CMD command' or 'HEALTHCHECK NONE'",
    "LABEL": "'LABEL name=value'",
    "MAINTAINER": "'MAINTAINER name'",
    "ONBUILD": "'ONBUILD RUN command'",
    "RUN": "'RUN command'",
    "SHELL": """'SHELL ["/bin/bash", "-c"]'""",
    "STOPSIGNAL": "'STOPSIGNAL SIGTERM'",
    "USER": "'USER name'",
    "VOLUME": """'VOLUME ["/data"]'""",
    "WORKDIR": "'WORKDIR /app'",
}


@rule("DF004", severity=Severity.ERROR, aliases=("DL1000",), needs_syntax_errors=True)
def invalid_arguments(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Instruction has missing, excess or malformed arguments.

    BuildKit checks the arguments of every instruction before it builds anything. It rejects the whole
    file if one of them is invalid, such as a COPY without a destination or an ENV word without ``=``.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    COPY app
    #^^^ COPY has no destination
    ENV MODE=production DEBUG
    #                   ^^^^^ 'DEBUG' in ENV has no '='
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    COPY app /app
    ENV MODE=production DEBUG=
    ```

    How to fix: add the arguments that the message names, and put quotes around a value with spaces.

    Source: BuildKit, ``instructions.ParseInstruction`` and ``parser.parseNameVal``.
    """
    for problem in problems_of(dockerfile, "arguments", "pair"):
        yield Finding.at(problem, _arguments_message(dockerfile, problem))


@rule("DF008", severity=Severity.ERROR, aliases=("DL1000",), needs_syntax_errors=True)
def invalid_value(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Instruction has a value that BuildKit rejects.

    BuildKit rejects the file before it builds anything. Examples are a stage name that starts with a
    digit, SHELL without a JSON array, a JSON array with an item that is not a string, and a health check
    interval without a unit.

    Bad::

    ```dockerfile
    FROM alpine:3.22 AS 1st
    #                   ^^^ Stage name '1st' is invalid
    SHELL /bin/bash -c
    #^^^^ SHELL needs a JSON array
    HEALTHCHECK --interval=30 CMD ["true"]
    #           ^^^^^^^^^^^^^ '--interval=30' has no unit
    CMD ["sleep", 60]
    #   ^^^^^^^^^^^^^ an item that is not a string
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22 AS first
    SHELL ["/bin/ash", "-c"]
    HEALTHCHECK --interval=30s CMD ["true"]
    CMD ["sleep", "60"]
    ```

    How to fix: write the value in the form that the message names.

    Source: BuildKit, ``instructions.parseFrom``, ``parseShell``, ``parseHealthcheck``, ``parseVolume``,
    ``parser.parseJSON``.
    """
    for problem in problems_of(dockerfile, "value", "json"):
        yield Finding.at(problem, _value_message(dockerfile, problem))


@rule("DF009", severity=Severity.ERROR, aliases=("DL3043", "DL1000"), needs_syntax_errors=True)
def invalid_onbuild_trigger(dockerfile: Dockerfile) -> Iterator[Finding]:
    """ONBUILD is followed by an instruction it does not allow.

    ONBUILD stores an instruction for the builds that use this image as their base. ONBUILD, FROM and
    MAINTAINER cannot be stored, so BuildKit rejects the file.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    ONBUILD ONBUILD RUN make
    #       ^^^^^^^ ONBUILD cannot follow ONBUILD
    ONBUILD FROM debian:12
    #       ^^^^ FROM cannot follow ONBUILD
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    ONBUILD RUN make
    ```

    How to fix: remove the line, or use an instruction that works inside a stage.

    Source: BuildKit, ``instructions.parseOnBuild``.
    """
    for problem in problems_of(dockerfile, "trigger"):
        trigger = text_of(dockerfile, problem).upper()
        fix = "Write ONBUILD once" if trigger == "ONBUILD" else "Remove the line"
        yield Finding.at(
            problem,
            f"{trigger} cannot follow ONBUILD, so BuildKit rejects the file. {fix}.",
            aliases=("DL3043",),
        )


def _usage(keyword: str) -> str:
    """A sentence that shows how to write the instruction."""
    usage = _USAGE.get(keyword)
    return f"Write {usage}." if usage else "See the Dockerfile reference."


def _arguments_message(dockerfile: Dockerfile, problem: SyntaxProblem) -> str:
    instruction = instruction_of(dockerfile, problem)
    keyword = instruction.keyword if instruction else ""
    buildkit = problem.message
    text = text_of(dockerfile, problem)
    if "can't find = in" in buildkit:
        return (
            f"{quoted(text)} in {keyword} has no '='. "
            "Write each word as name=value, and put quotes around a value with spaces."
        )
    if buildkit.endswith("must have two arguments"):
        return f"{quoted(text)} in {keyword} has no value. Write '{keyword} {text}=value'."
    if buildkit.endswith("Destination could not be determined"):
        return f"{keyword} has no destination. {_usage(keyword)}"
    if buildkit.endswith("names can not be blank"):
        return f"{keyword} has no name before '='. {_usage(keyword)}"
    if "heredoc as a destination" in buildkit:
        return f"{keyword} cannot use a heredoc as its destination. Put the path last, after the heredoc."
    if buildkit.endswith(("exactly one argument", "at least one argument")):
        return f"{keyword} has no argument. {_usage(keyword)}"
    if buildkit.endswith("one or three arguments"):
        return f"FROM takes one or three arguments. {_usage(keyword)}"
    if buildkit.startswith("Missing command"):
        return f"HEALTHCHECK CMD has no command. {_usage(keyword)}"
    return f"{buildkit}. {_usage(keyword)}"


def _value_message(dockerfile: Dockerfile, problem: SyntaxProblem) -> str:
    buildkit = problem.message
    text = text_of(dockerfile, problem)
    if problem.kind == "json":
        return f"{quoted(text)} contains an item that is not a string. Put every item in double quotes."
    if buildkit.startswith("invalid name for build stage"):
        return (
            f"Stage name {quoted(text)} is invalid. "
            "Start it with a letter, and use only letters, digits, '-', '_' and '.'."
        )
    if buildkit.startswith("SHELL"):
        return f"SHELL needs a JSON array. {_usage('SHELL')}"
    if buildkit.startswith("VOLUME"):
        return "VOLUME contains an empty path. Give the path, or remove the empty item."
    if buildkit.startswith("Unknown type"):
        return f"HEALTHCHECK has the unknown type {quoted(text)}. {_usage('HEALTHCHECK')}"
    name = text.partition("=")[0]
    if name == "--retries":
        problem_text = "is negative" if "negative" in buildkit else "is not a whole number"
        return f"{quoted(text)} {problem_text}. Write '--retries=3'."
    if "cannot be less than 1ms" in buildkit:
        problem_text = "is shorter than the minimum of 1ms"
    elif "missing unit" in buildkit:
        problem_text = "has no unit"
    elif "unknown unit" in buildkit:
        problem_text = "has an unknown unit"
    else:
        problem_text = "is not a duration"
    return f"{quoted(text)} {problem_text}. Write a duration such as '{name}=30s'."
