"""Rules about unparsable lines."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.syntax.problems import (
    LONGEST_QUOTE,
    hint,
    invisible,
    is_other_file,
    is_template,
    problems_of,
    quoted_text,
    sentence,
)
from dockerlint_rules.syntax.dockerfile.directives import SPACES
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile


@rule("DF001", severity=Severity.ERROR, aliases=("DL1000",), only_refused=True)
def not_a_dockerfile(dockerfile: Dockerfile) -> Iterator[Finding]:
    """File is not a buildable Dockerfile.

    A Dockerfile needs at least one FROM; BuildKit refuses an empty file, one with comments alone, and
    one that is something else under the name of a Dockerfile (a script, YAML, a binary). For such a
    file this is the only finding, as every line of it would be another one.

    Bad::

    ```dockerfile
    ARG VERSION=1
    #^^
    ```

    Bad (not a Dockerfile at all)::

    ```dockerfile
    services:
    #^^^^^^^^
      web:
        image: nginx
    ```

    Good::

    ```dockerfile
    ARG VERSION=1
    FROM alpine:${VERSION}
    ```

    How to fix: begin the file with ``FROM image``, save it as UTF-8, or leave it out of what is linted.

    Source: BuildKit, ``parser.Parse`` ("file with no instructions"), ``dockerfile2llb`` ("dockerfile
    contains no stages to build").
    """
    if dockerfile.errors and is_other_file(dockerfile):
        first = dockerfile.instructions[0].keyword_word
        yield Finding.at(first, _other_file(dockerfile))
        return
    for problem in problems_of(dockerfile, "empty", "no-from"):
        if problem.kind == "no-from":
            text = "No FROM in the file, so there are no stages to build. Add 'FROM image' below the ARGs."
        else:
            text = (
                "File with no instructions: there is nothing to build. Begin it with 'FROM image'."
            )
        # hadolint takes a file without instructions.
        aliases = () if problem.kind == "empty" else None
        yield Finding.at(problem, text, aliases=aliases)


@rule("DF002", severity=Severity.ERROR, aliases=("DL1000",), fix="unsafe", only_refused=True)
def unknown_instruction(dockerfile: Dockerfile) -> Iterator[Finding]:
    r"""Line starts with an unknown instruction.

    BuildKit stops at it, so nothing is built. It is a slip of the keyboard, or a line that was meant to
    go on from the one above, which has lost its ``\`` at the end.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    CPOY app /app
    #^^^
    ```

    Fixed::

    ```dockerfile
    FROM alpine:3.22
    COPY app /app
    ```

    Bad (a continuation is missing)::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache
        curl
    #   ^^^^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    COPY app /app
    RUN apk add --no-cache \
        curl
    ```

    How to fix: correct the word, or end the line above with ``\``.

    Fix safety: unsafe, as the instruction that was meant is guessed from its spelling.

    Source: BuildKit, ``instructions.ParseInstruction`` ("unknown instruction").
    """
    for problem in problems_of(dockerfile, "unknown"):
        word = dockerfile.source.text[problem.start : problem.end]
        near = hint(problem)
        hidden = invisible(word)
        if hidden:
            text = (
                f"Unknown instruction {quoted_text(word)}: it holds the invisible character "
                f"U+{ord(hidden):04X}. Put a plain blank there or remove it."
            )
            plain = word.replace(hidden, " " if hidden in SPACES else "")
            fix = Fix("Write it in plain characters", [Edit.replace(problem, plain)], safe=False)
            yield Finding.at(problem, text, fix=fix)
            continue
        if near:
            text = f"Unknown instruction {quoted_text(word)} ends the build here; did you mean '{near}'?"
            fix = Fix(f"Write {near}", [Edit.replace(problem, near)], safe=False)
            yield Finding.at(problem, text, fix=fix)
            continue
        text = (
            f"Unknown instruction {quoted_text(word)} ends the build here. Begin the line with an instruction "
            f"such as RUN or COPY, or end the line above with '{dockerfile.document.escape}' if it goes on."
        )
        yield Finding.at(problem, text)


@rule("DF003", severity=Severity.ERROR, aliases=("DL3061", "DL1000"), only_refused=True)
def instruction_before_from(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Instruction comes before the first FROM.

    Above the first FROM there is no build stage that it could belong to, and BuildKit refuses the file.
    Only ARG, comments and parser directives may stand there.

    Bad::

    ```dockerfile
    LABEL org.opencontainers.image.title="app"
    #^^^^
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
    cure = "Move it below FROM" if dockerfile.stages else "Begin the file with 'FROM image'"
    for problem in problems_of(dockerfile, "before-from"):
        word = dockerfile.source.text[problem.start : problem.end].upper()
        text = f"{word} stands before the first FROM: there is no build stage that it could belong to. {cure}."
        yield Finding.at(problem, text, aliases=("DL3061",))


@rule("DF010", severity=Severity.ERROR, aliases=("DL1000",), only_refused=True)
def overlong_line(dockerfile: Dockerfile) -> Iterator[Finding]:
    r"""Line exceeds BuildKit's limit of 65,535 bytes.

    BuildKit reads lines of at most 65,535 bytes and refuses the file at a longer one. Such a line is
    mostly a file that was pasted into an instruction.

    Bad::

    ```dockerfile
    FROM alpine:3.22
      RUN echo ⟨70,000 characters⟩ > /etc/data
    # ^^^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    COPY data /etc/data
    ```

    How to fix: break the line with ``\``, or copy the text in from a file.

    Source: BuildKit, ``parser.Parse`` ("dockerfile line greater than max allowed size of 65535").
    """
    source = dockerfile.source
    for problem in problems_of(dockerfile, "long-line"):
        text = (
            f"{sentence(problem.message)} bytes: the file is refused. "
            f"Break it with '{dockerfile.document.escape}', or copy the text in from a file."
        )
        # Only the line's first word: an editor would mark 64 kB.
        line = source.line(source.line_of(problem.start))
        indent = len(line) - len(line.lstrip(SPACES))
        word = line[indent : indent + LONGEST_QUOTE].split(" ", 1)[0]
        start = problem.start + indent
        yield Finding.at(Span(start, start + max(len(word), 1)), text)


def _other_file(dockerfile: Dockerfile) -> str:
    text = dockerfile.source.text
    if "\0" in text:
        if text.startswith(("\udcff\udcfe", "\udcfe\udcff")):
            return "This is UTF-16 text, which BuildKit does not read. Save the file as UTF-8."
        return (
            "This is a binary file and no Dockerfile. Leave it out, or begin it with 'FROM image'."
        )
    if is_template(dockerfile.instructions):
        return "This is a template and no Dockerfile yet. Lint the file that is made from it."
    word = quoted_text(dockerfile.instructions[0].keyword_word.text)
    return (
        f"This is no Dockerfile: it begins with {word}, and no line holds an instruction. "
        "Leave it out, or begin it with 'FROM image'."
    )
