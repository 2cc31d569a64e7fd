"""Rules about directives."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.syntax.problems import problems_of, sentence
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile


@rule("DF007", severity=Severity.ERROR, aliases=("DL1000",), only_refused=True)
def invalid_parser_directive(dockerfile: Dockerfile) -> Iterator[Finding]:
    r"""Parser directive is duplicated or has an invalid value.

    Directives at the top of the file say how all the rest is read, so BuildKit refuses one that it
    cannot follow: two of the same name, or an escape character other than a backslash or a backtick.

    Bad::

    ```dockerfile
    # escape=/
    #^^^^^^^^^
    FROM alpine:3.22
    ```

    Good::

    ```dockerfile
    # syntax=docker/dockerfile:1
    # escape=`
    FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
    ```

    How to fix: keep one of them, with ``\`` or a backtick as the escape character.

    Source: BuildKit, ``parser.DirectiveParser`` ("only one escape parser directive can be used",
    "invalid escape token").
    """
    for problem in problems_of(dockerfile, "directive"):
        if problem.message.startswith("only one"):
            text = f"{sentence(problem.message)}: the file is refused. Remove the second one."
        else:
            text = f"{sentence(problem.message)}: the file is refused. Use one of these two."
        yield Finding.at(problem, text)


_BOOLEANS = frozenset(
    {"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"}
)


@rule("DF021", severity=Severity.ERROR, words=("check=",))
def invalid_check_directive(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Directive check= has an invalid option.

    The options are ``skip``, ``error`` and ``experimental``, with ``;`` between them. At anything else every build of
    the file ends with "invalid check option".

    Bad::

    ```dockerfile
    # check=ignore=StageNameCasing
    #       ^^^^^^^^^^^^^^^^^^^^^^
    FROM alpine:3.22
    ```

    Good::

    ```dockerfile
    # check=skip=StageNameCasing,FromAsCasing;error=true
    FROM alpine:3.22
    ```

    How to fix: write ``skip=``, ``error=true`` or ``experimental=``; a blank ends the directive.

    Source: BuildKit, ``linter.ParseLintOptions`` ("invalid check option").
    """
    for directive in dockerfile.directives:
        if directive.name != "check" or directive.indented:
            continue
        value = directive.effective
        text = dockerfile.source.text
        start = text.index(value, text.index("=", directive.start) + 1)
        for part in value.split(";"):
            key, equals, said = part.partition("=")
            reason = None
            if not equals or key.strip() not in ("skip", "error", "experimental"):
                reason = f"'{part[:40]}' is no option of 'check='. Write 'skip=', 'error=' or 'experimental='."
            elif key.strip() == "error" and said not in _BOOLEANS:
                reason = f"'{part[:40]}' is neither true nor false. Write 'error=true'."
            if reason:
                yield Finding.at(Span(start, start + len(part)), reason)
            start += len(part) + 1
