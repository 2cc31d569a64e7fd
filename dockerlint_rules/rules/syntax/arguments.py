"""Rules about arguments."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.syntax.problems import (
    instruction_of,
    problems_of,
    quoted_text,
    sentence,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.syntax.dockerfile.logical_lines import SyntaxProblem


USAGE = {
    "ADD": "ADD source destination",
    "ARG": "ARG name=default",
    "CMD": 'CMD ["program", "argument"]',
    "COPY": "COPY source destination",
    "ENTRYPOINT": 'ENTRYPOINT ["program", "argument"]',
    "ENV": "ENV name=value",
    "EXPOSE": "EXPOSE 8080",
    "FROM": "FROM image' or 'FROM image AS name",
    "HEALTHCHECK": "HEALTHCHECK CMD command' or 'HEALTHCHECK NONE",
    "LABEL": "LABEL name=value",
    "MAINTAINER": "MAINTAINER name",
    "ONBUILD": "ONBUILD RUN command",
    "RUN": "RUN command",
    "SHELL": 'SHELL ["/bin/bash", "-c"]',
    "STOPSIGNAL": "STOPSIGNAL SIGTERM",
    "USER": "USER name",
    "VOLUME": 'VOLUME ["/data"]',
    "WORKDIR": "WORKDIR /app",
}


@rule("DF004", severity=Severity.ERROR, aliases=("DL1000",), only_refused=True)
def invalid_arguments(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Instruction has missing, excess or malformed arguments.

    BuildKit counts the arguments before it builds anything and refuses the file where they cannot be
    right, as for a COPY without destination or an ENV word without ``=``.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    COPY app
    #^^^
    ENV MODE=production DEBUG
    #                   ^^^^^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    COPY app /app
    ENV MODE=production DEBUG=
    ```

    How to fix: give the arguments that the message asks for; put quotes around a value with blanks.

    Source: BuildKit, ``instructions.ParseInstruction`` and ``parser.parseNameVal``.
    """
    for problem in problems_of(dockerfile, "arguments", "pair"):
        yield Finding.at(problem, _arguments_text(dockerfile, problem))


@rule("DF008", severity=Severity.ERROR, aliases=("DL1000",), only_refused=True)
def invalid_value(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Instruction has a value that BuildKit rejects.

    The file is refused before anything is built: a stage name with a capital or a symbol in a wrong
    place, SHELL without a JSON array, a JSON array with something else than strings, a health check
    whose interval is no duration.

    Bad::

    ```dockerfile
    FROM alpine:3.22 AS 1st
    #                   ^^^
    SHELL /bin/bash -c
    #^^^^
    HEALTHCHECK --interval=30 CMD ["true"]
    #           ^^^^^^^^^^^^^
    CMD ["sleep", 60]
    #   ^^^^^^^^^^^^^
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
        yield Finding.at(problem, _value_text(dockerfile, problem))


@rule("DF009", severity=Severity.ERROR, aliases=("DL3043", "DL1000"), only_refused=True)
def invalid_onbuild_trigger(dockerfile: Dockerfile) -> Iterator[Finding]:
    """ONBUILD is followed by an instruction it does not allow.

    ONBUILD, FROM and MAINTAINER cannot be kept for the build of another image; BuildKit refuses the
    file.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    ONBUILD ONBUILD RUN make
    #       ^^^^^^^
    ONBUILD FROM debian:12
    #       ^^^^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    ONBUILD RUN make
    ```

    How to fix: remove the line, or defer an instruction that works inside a stage.

    Source: BuildKit, ``instructions.parseOnBuild``.
    """
    for problem in problems_of(dockerfile, "trigger"):
        said = problem.message.replace("`", "'")
        cure = "Write ONBUILD once" if said.startswith("Chaining") else "Remove the line"
        yield Finding.at(problem, f"{said}: the file is refused. {cure}.", aliases=("DL3043",))


def _usage(keyword: str) -> str:
    usage = USAGE.get(keyword)
    return f"Write '{usage}'." if usage else "See its reference."


def _arguments_text(dockerfile: Dockerfile, problem: SyntaxProblem) -> str:
    it = instruction_of(dockerfile, problem)
    keyword = it.keyword if it else ""
    said = problem.message
    at = dockerfile.source.text[problem.start : problem.end]
    if "can't find = in" in said:
        return (
            f"{quoted_text(at)} in {keyword} has no '=': each word must be of the form name=value. "
            "Put quotes around a value with blanks, or give the name a value."
        )
    if said.endswith("must have two arguments"):
        return f"{keyword} must have two arguments, and {quoted_text(at)} stands alone. Write '{keyword} {at}=value'."
    if said.endswith("Destination could not be determined"):
        return f"{keyword} requires at least two arguments, and there is no destination. {_usage(keyword)}"
    if said.endswith("names can not be blank"):
        return f"{said}: nothing stands before '='. {_usage(keyword)}"
    if "heredoc as a destination" in said:
        return f"{said}. Put the path of the file last, behind the heredoc."
    if said.endswith(("exactly one argument", "at least one argument")):
        return f"{said} and has none. {_usage(keyword)}"
    return f"{said}. {_usage(keyword)}"


def _value_text(dockerfile: Dockerfile, problem: SyntaxProblem) -> str:
    said = problem.message
    at = dockerfile.source.text[problem.start : problem.end]
    if problem.kind == "json":
        return f"{sentence(said)}, and {quoted_text(at)} holds something else. Put quotes around every item."
    if said.startswith("invalid name for build stage"):
        return (
            f"Invalid name for build stage: {quoted_text(at)} can't start with a number or contain symbols. "
            "Begin with a letter and go on with letters, digits, '-', '_' and '.'."
        )
    if said.startswith("SHELL"):
        return f"{said}. {_usage('SHELL')}"
    if said.startswith("VOLUME"):
        return f"{said}: it would be mounted nowhere. Give the path or remove it."
    if said.startswith("Unknown type"):
        return f"{said.removesuffix(' (try CMD)')}. {_usage('HEALTHCHECK')}".replace('"', "'")
    if "--retries" in at:
        return f"{quoted_text(at)} is no number of retries: {said.rpartition(': ')[2]}. Write '--retries=3'."
    name = at.partition("=")[0]
    if "cannot be less than 1ms" in said:
        return f"{quoted_text(at)}: an interval cannot be less than 1ms. Write a longer one, such as '{name}=30s'."
    reason = said.partition(": ")[2].partition(" in duration")[0].partition(' "')[0]
    return f"{quoted_text(at)} is no duration ({reason or said}). Write it with its unit, such as '{name}=30s'."
