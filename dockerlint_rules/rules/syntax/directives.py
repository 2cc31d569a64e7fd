"""Rules about parser directives at the top of the file: # syntax=, # escape= and # check=."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.syntax.problems import problems_of, quoted, text_of
from dockerlint_rules.syntax.dockerfile.checks import GO_BOOLEANS
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile


@rule("DF007", severity=Severity.ERROR, aliases=("DL1000",), needs_syntax_errors=True)
def invalid_parser_directive(dockerfile: Dockerfile) -> Iterator[Finding]:
    r"""Parser directive is duplicated or has an invalid value.

    Parser directives at the top of the file change how BuildKit reads the rest. BuildKit therefore rejects
    the file if a directive appears twice, or if the escape character is not a backslash or a backtick.

    Bad::

    ```dockerfile
    # escape=/
    #^^^^^^^^^ '/' is not a valid escape character
    FROM alpine:3.22
    ```

    Bad (the same directive twice)::

    ```dockerfile
    # escape=\
    # escape=`
    #^^^^^^^^^ 'escape' appears more than once
    FROM alpine:3.22
    ```

    Good::

    ```dockerfile
    # syntax=docker/dockerfile:1
    # escape=`
    FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
    ```

    How to fix: keep each directive once, with ``\`` or a backtick as the escape character.

    Source: BuildKit, ``parser.DirectiveParser`` ("only one escape parser directive can be used",
    "invalid escape token").
    """
    for problem in problems_of(dockerfile, "directive"):
        name, _, value = text_of(dockerfile, problem).lstrip("#").partition("=")
        if problem.message.startswith("only one"):
            text = (
                f"Parser directive {quoted(name.strip().lower())} appears more than once, "
                "so BuildKit rejects the file. Keep only one."
            )
        else:
            text = (
                f"{quoted(value.strip())} is not a valid escape character, "
                r"so BuildKit rejects the file. Use '\' or '`'."
            )
        yield Finding.at(problem, text)


@rule("DF021", severity=Severity.ERROR, words=("check=",))
def invalid_check_directive(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Directive check= has an invalid option.

    The options are ``skip``, ``error`` and ``experimental``, separated by ``;``. With any other option, every build
    of the file fails with "invalid check option".

    Bad::

    ```dockerfile
    # check=ignore=StageNameCasing
    #       ^^^^^^^^^^^^^^^^^^^^^^ is not an option of 'check='
    FROM alpine:3.22
    ```

    Bad (a value that is not a boolean)::

    ```dockerfile
    # check=error=yes
    #       ^^^^^^^^^ is neither true nor false
    FROM alpine:3.22
    ```

    Good::

    ```dockerfile
    # check=skip=StageNameCasing,FromAsCasing;error=true
    FROM alpine:3.22
    ```

    How to fix: write ``skip=``, ``error=true`` or ``experimental=``, without spaces, because a space ends the
    directive.

    Source: BuildKit, ``linter.ParseLintOptions`` ("invalid check option").
    """
    for directive in dockerfile.directives:
        if directive.name != "check" or directive.indented:
            continue
        options = directive.effective
        text = dockerfile.source.text
        start = text.index(options, text.index("=", directive.start) + 1)
        for option in options.split(";"):
            name, equals, value = option.partition("=")
            message = None
            if not equals or name.strip() not in ("skip", "error", "experimental"):
                message = (
                    f"{quoted(option)} is not an option of 'check=', so every build fails. "
                    "Use 'skip=', 'error=' or 'experimental='."
                )
            elif name.strip() == "error" and value not in GO_BOOLEANS:
                message = f"{quoted(option)} is neither true nor false, so every build fails. Write 'error=true'."
            if message:
                yield Finding.at(Span(start, start + len(option)), message)
            start += len(option) + 1
