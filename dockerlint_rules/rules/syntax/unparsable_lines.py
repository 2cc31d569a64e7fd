"""Rules about lines that BuildKit cannot parse, and files that are not Dockerfiles."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.syntax.problems import (
    LONGEST_QUOTE,
    invisible_character,
    is_other_file,
    is_template,
    problems_of,
    quoted,
    suggestion,
    text_of,
)
from dockerlint_rules.syntax.dockerfile.directives import SPACES
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile


@rule("DF001", severity=Severity.ERROR, aliases=("DL1000",), needs_syntax_errors=True)
def not_a_dockerfile(dockerfile: Dockerfile) -> Iterator[Finding]:
    """File is not a buildable Dockerfile.

    A Dockerfile needs at least one FROM. BuildKit rejects a file that is empty, has only comments or ARGs,
    or contains something else, such as a script, YAML or binary data. If no line starts with an instruction,
    this is the only finding, because otherwise every line would be reported.

    Bad::

    ```dockerfile
    ARG VERSION=1
    #^^ no FROM
    ```

    Bad (not a Dockerfile at all)::

    ```dockerfile
    services:
    #^^^^^^^^ starts with 'services:'
      web:
        image: nginx
    ```

    Good::

    ```dockerfile
    ARG VERSION=1
    FROM alpine:${VERSION}
    ```

    How to fix: add a FROM, save the file as UTF-8, or exclude it from linting.

    Source: BuildKit, ``parser.Parse`` ("file with no instructions"), ``dockerfile2llb`` ("dockerfile
    contains no stages to build").
    """
    if dockerfile.errors and is_other_file(dockerfile):
        first = dockerfile.instructions[0].keyword_word
        yield Finding.at(first, _other_file_message(dockerfile))
        return
    for problem in problems_of(dockerfile, "empty", "no-from"):
        if problem.kind == "no-from":
            text = "The file has no FROM, so there is nothing to build. Add 'FROM image' below the ARGs."
        else:
            text = "The file has no instructions, so there is nothing to build. Start it with 'FROM image'."
        # hadolint accepts a file without instructions.
        aliases = () if problem.kind == "empty" else None
        yield Finding.at(problem, text, aliases=aliases)


@rule("DF002", severity=Severity.ERROR, aliases=("DL1000",), fix="unsafe", needs_syntax_errors=True)
def unknown_instruction(dockerfile: Dockerfile) -> Iterator[Finding]:
    r"""Line starts with an unknown instruction.

    BuildKit rejects the file, so nothing is built. Either the keyword is misspelled, or the line should
    continue the line above, which has no ``\`` at its end.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    CPOY app /app
    #^^^ 'CPOY' stops the build. Did you mean 'COPY'?
    ```

    Fixed::

    ```dockerfile
    FROM alpine:3.22
    COPY app /app
    ```

    Bad (the line above is not continued)::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache
        curl
    #   ^^^^ 'curl' stops the build. Start the line
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    COPY app /app
    RUN apk add --no-cache \
        curl
    ```

    How to fix: correct the keyword, or end the line above with ``\``.

    Fix safety: unsafe, because the intended instruction is guessed from the spelling.

    Source: BuildKit, ``instructions.ParseInstruction`` ("unknown instruction").
    """
    for problem in problems_of(dockerfile, "unknown"):
        word = text_of(dockerfile, problem)
        invisible = invisible_character(word)
        suggested = suggestion(problem)
        if invisible:
            text, fix = _invisible_character_finding(word, invisible, problem)
            yield Finding.at(problem, text, fix=fix)
        elif suggested:
            fix = Fix(f"Replace with '{suggested}'", [Edit.replace(problem, suggested)], safe=False)
            yield Finding.at(
                problem,
                f"Unknown instruction {quoted(word)} stops the build. Did you mean '{suggested}'?",
                fix=fix,
            )
        else:
            yield Finding.at(
                problem,
                f"Unknown instruction {quoted(word)} stops the build. Start the line with an instruction, "
                f"or end the line above with '{dockerfile.document.escape}'.",
            )


def _invisible_character_finding(word: str, invisible: str, target: Span) -> tuple[str, Fix]:
    """Message and fix for a keyword with an invisible character in it."""
    name = f"U+{ord(invisible):04X}"
    if invisible in SPACES:
        remedy, title, replacement = "Replace it with a space", f"Replace {name} with a space", " "
    else:
        remedy, title, replacement = "Remove it", f"Remove {name}", ""
    text = f"The invisible character {name} in {quoted(word)} stops the build. {remedy}."
    plain = word.replace(invisible, replacement)
    return text, Fix(title, [Edit.replace(target, plain)], safe=False)


@rule("DF003", severity=Severity.ERROR, aliases=("DL3061", "DL1000"), needs_syntax_errors=True)
def instruction_before_from(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Instruction comes before the first FROM.

    Before the first FROM there is no build stage, so BuildKit rejects the file. Only ARG, comments and
    parser directives are allowed there.

    Bad::

    ```dockerfile
    LABEL org.opencontainers.image.title="app"
    #^^^^ LABEL comes before the first FROM
    FROM alpine:3.22
    ```

    Good::

    ```dockerfile
    # syntax=docker/dockerfile:1
    ARG VERSION=3.22
    FROM alpine:${VERSION}
    LABEL org.opencontainers.image.title="app"
    ```

    How to fix: move the instruction below FROM.

    Source: BuildKit, ``instructions.Parse`` ("no build stage in current context").
    """
    if dockerfile.stages:
        place, fix = "comes before the first FROM", "Move it below FROM"
    else:
        place, fix = "has no FROM before it", "Start the file with 'FROM image'"
    for problem in problems_of(dockerfile, "before-from"):
        keyword = text_of(dockerfile, problem).upper()
        text = f"{keyword} {place}, so BuildKit rejects the file. {fix}."
        yield Finding.at(problem, text, aliases=("DL3061",))


@rule("DF010", severity=Severity.ERROR, aliases=("DL1000",), needs_syntax_errors=True)
def overlong_line(dockerfile: Dockerfile) -> Iterator[Finding]:
    r"""Line exceeds BuildKit's limit of 65,535 bytes.

    BuildKit reads lines of at most 65,535 bytes and rejects a file with a longer one. Such a line is
    usually the content of a file that was pasted into an instruction.

    Bad::

    ```dockerfile
    FROM alpine:3.22
      RUN echo ⟨70,000 characters⟩ > /etc/data
    # ^^^ exceeds BuildKit's limit
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    COPY data /etc/data
    ```

    How to fix: split the line with ``\``, or copy the text from a file.

    Source: BuildKit, ``parser.Parse`` ("dockerfile line greater than max allowed size of 65535").
    """
    source = dockerfile.source
    for problem in problems_of(dockerfile, "long-line"):
        text = (
            "The line exceeds BuildKit's limit of 65,535 bytes, so BuildKit rejects the file. "
            f"Split it with '{dockerfile.document.escape}', or copy the text from a file."
        )
        # Only the line's first word, because an editor would underline all 64 kB.
        line = source.line(source.line_of(problem.start))
        indent = len(line) - len(line.lstrip(SPACES))
        word = line[indent : indent + LONGEST_QUOTE].split(" ", 1)[0]
        start = problem.start + indent
        yield Finding.at(Span(start, start + max(len(word), 1)), text)


def _other_file_message(dockerfile: Dockerfile) -> str:
    text = dockerfile.source.text
    if "\0" in text:
        if text.startswith(("\udcff\udcfe", "\udcfe\udcff")):
            return "The file is UTF-16 text, which BuildKit cannot read. Save it as UTF-8."
        return "The file contains NUL bytes, so it is not a Dockerfile. Exclude it from linting."
    if is_template(dockerfile.instructions):
        return "The file is a template, not a Dockerfile. Lint the Dockerfile that is generated from it."
    word = quoted(dockerfile.instructions[0].keyword_word.text)
    return (
        f"The file is not a Dockerfile: it starts with {word}, and no line is an instruction. "
        "Exclude it from linting, or start it with 'FROM image'."
    )
