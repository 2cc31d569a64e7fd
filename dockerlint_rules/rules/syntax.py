"""What BuildKit's parser refuses: each place is one finding, sorted into rules by what is wrong there."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.directives import SPACES
from dockerlint_rules.syntax.dockerfile.instructions import From, Unknown
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction
    from dockerlint_rules.syntax.dockerfile.logical_lines import SyntaxProblem

MOST_PROBLEMS = 20  # of one file; more of them is another kind of file
LONGEST_QUOTE = 40  # characters of user text in a message

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


@rule("DF001", severity=Severity.ERROR, aliases=("DL1000",), only_refused=True)
def not_a_dockerfile(dockerfile: Dockerfile) -> Iterator[Finding]:
    """File holds nothing that can be built.

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
    if dockerfile.errors and _is_other_file(dockerfile):
        first = dockerfile.instructions[0].keyword_word
        yield Finding.at(first, _other_file(dockerfile))
        return
    for problem in _problems(dockerfile, "empty", "no-from"):
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
    r"""Line begins with a word that is no instruction.

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
    for problem in _problems(dockerfile, "unknown"):
        word = dockerfile.source.text[problem.start : problem.end]
        near = _hint(problem)
        invisible = _invisible(word)
        if invisible:
            text = (
                f"Unknown instruction {_quoted(word)}: it holds the invisible character "
                f"U+{ord(invisible):04X}. Put a plain blank there or remove it."
            )
            plain = word.replace(invisible, " " if invisible in SPACES else "")
            fix = Fix("Write it in plain characters", [Edit.replace(problem, plain)], safe=False)
            yield Finding.at(problem, text, fix=fix)
            continue
        if near:
            text = (
                f"Unknown instruction {_quoted(word)} ends the build here; did you mean '{near}'?"
            )
            fix = Fix(f"Write {near}", [Edit.replace(problem, near)], safe=False)
            yield Finding.at(problem, text, fix=fix)
            continue
        text = (
            f"Unknown instruction {_quoted(word)} ends the build here. Begin the line with an instruction "
            f"such as RUN or COPY, or end the line above with '{dockerfile.document.escape}' if it goes on."
        )
        yield Finding.at(problem, text)


@rule("DF003", severity=Severity.ERROR, aliases=("DL3061", "DL1000"), only_refused=True)
def instruction_before_from(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Instruction stands before the first FROM.

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
    for problem in _problems(dockerfile, "before-from"):
        word = dockerfile.source.text[problem.start : problem.end].upper()
        text = f"{word} stands before the first FROM: there is no build stage that it could belong to. {cure}."
        yield Finding.at(problem, text, aliases=("DL3061",))


@rule("DF004", severity=Severity.ERROR, aliases=("DL1000",), only_refused=True)
def wrong_arguments(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Instruction has too few or too many arguments.

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
    for problem in _problems(dockerfile, "arguments", "pair"):
        yield Finding.at(problem, _arguments_text(dockerfile, problem))


@rule("DF005", severity=Severity.ERROR, aliases=("DL1000",), fix="unsafe", only_refused=True)
def invalid_flag(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Flag is unknown, given twice or without a good value.

    BuildKit refuses the file: a flag that it does not know cannot be left out silently. Flags stand
    between the instruction and its arguments and take their value after ``=``.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    COPY --form=build /app /app
    #    ^^^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM alpine:3.22
    COPY --from=build /app /app
    ```

    Bad (a blank instead of the equals sign)::

    ```dockerfile
    FROM alpine:3.22
    COPY --chown app:app . /app
    #    ^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    COPY --chown=app:app . /app
    ```

    How to fix: correct the flag's name, or write its value as ``--flag=value``.

    Known problems: flags of experimental frontends (``# syntax=docker/dockerfile:1-labs`` of a later
    release) are not known.

    Fix safety: unsafe, as the flag that was meant is guessed from its spelling.

    Source: BuildKit, ``instructions.BFlags.Parse`` and ``parseMount``.
    """
    for problem in _problems(dockerfile, "flag"):
        text, fix = _flag_text(dockerfile, problem)
        yield Finding.at(problem, text, fix=fix)


@rule("DF006", severity=Severity.ERROR, aliases=("DL1000",), fix="unsafe", only_refused=True)
def unterminated_heredoc(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Here-document has no end.

    Its body goes on until a line that holds its name and nothing else; without one, all the rest of
    the file is its body and BuildKit refuses it. Blanks before or after the name count: only ``<<-``
    lets tabs stand before it.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    RUN <<EOF
    #   ^^^^^
    apk add --no-cache curl
      EOF
    ```

    Fixed::

    ```dockerfile
    FROM alpine:3.22
    RUN <<EOF
    apk add --no-cache curl
    EOF
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    COPY <<EOF /etc/motd
    hello
    EOF
    ```

    How to fix: put the name on a line of its own, without blanks.

    Fix safety: unsafe, as a line that looks like the end may have been meant as text.

    Source: BuildKit, ``parser.heredocsFromLine`` and "unterminated heredoc" in ``parser.Parse``.
    """
    for problem in _problems(dockerfile, "heredoc"):
        yield _heredoc_finding(dockerfile, problem)


@rule("DF007", severity=Severity.ERROR, aliases=("DL1000",), only_refused=True)
def invalid_directive(dockerfile: Dockerfile) -> Iterator[Finding]:
    r"""Parser directive is given twice or has a bad value.

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
    for problem in _problems(dockerfile, "directive"):
        if problem.message.startswith("only one"):
            text = f"{_sentence(problem.message)}: the file is refused. Remove the second one."
        else:
            text = f"{_sentence(problem.message)}: the file is refused. Use one of these two."
        yield Finding.at(problem, text)


@rule("DF008", severity=Severity.ERROR, aliases=("DL1000",), only_refused=True)
def invalid_value(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Argument has a value that BuildKit cannot take.

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
    for problem in _problems(dockerfile, "value", "json"):
        yield Finding.at(problem, _value_text(dockerfile, problem))


@rule("DF009", severity=Severity.ERROR, aliases=("DL3043", "DL1000"), only_refused=True)
def forbidden_onbuild_trigger(dockerfile: Dockerfile) -> Iterator[Finding]:
    """ONBUILD holds an instruction that it cannot defer.

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
    for problem in _problems(dockerfile, "trigger"):
        said = problem.message.replace("`", "'")
        cure = "Write ONBUILD once" if said.startswith("Chaining") else "Remove the line"
        yield Finding.at(problem, f"{said}: the file is refused. {cure}.", aliases=("DL3043",))


@rule("DF010", severity=Severity.ERROR, aliases=("DL1000",), only_refused=True)
def overlong_line(dockerfile: Dockerfile) -> Iterator[Finding]:
    r"""Line is longer than BuildKit reads.

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
    for problem in _problems(dockerfile, "long-line"):
        text = (
            f"{_sentence(problem.message)} bytes: the file is refused. "
            f"Break it with '{dockerfile.document.escape}', or copy the text in from a file."
        )
        # Only the line's first word: an editor would mark 64 kB.
        line = source.line(source.line_of(problem.start))
        indent = len(line) - len(line.lstrip(SPACES))
        word = line[indent : indent + LONGEST_QUOTE].split(" ", 1)[0]
        start = problem.start + indent
        yield Finding.at(Span(start, start + max(len(word), 1)), text)


# -- what the rules share -----------------------------------------------------------------------------


def _problems(dockerfile: Dockerfile, *kinds: str) -> Iterator[SyntaxProblem]:
    """The file's problems of these kinds, of the first twenty; none of a file that is no Dockerfile."""
    if not dockerfile.errors or _is_other_file(dockerfile):
        return
    for problem in dockerfile.errors[:MOST_PROBLEMS]:
        if problem.kind in kinds:
            yield problem


def _is_other_file(dockerfile: Dockerfile) -> bool:
    """Not one line begins like an instruction, or NUL bytes and no FROM."""
    instructions = dockerfile.instructions
    if not instructions:
        return False
    if not dockerfile.stages and "\0" in dockerfile.source.text:
        return True
    if _is_template(instructions):
        return True
    return all(
        isinstance(one, Unknown)
        and not _invisible(one.keyword_word.text)
        and not any(_hint(problem) for problem in one.errors)
        for one in instructions
    )


def _invisible(word: str) -> str:
    """The first character that cannot be seen: a no-break space, or one without width."""
    hidden = (char for char in word if char > "\x7f" and (char in SPACES or char in _NO_WIDTH))
    return next(hidden, "")


_NO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"


def _is_template(instructions: list[Instruction]) -> bool:
    """Whether a line, or what an instruction that is refused holds, is for a template engine."""
    return any(
        one.original.startswith(_TEMPLATE_MARKS) or (isinstance(one, From) and "{{" in one.original)
        for one in instructions
        if one.errors
    )


_TEMPLATE_MARKS = ("{{", "{%", "<%")


def _other_file(dockerfile: Dockerfile) -> str:
    text = dockerfile.source.text
    if "\0" in text:
        if text.startswith(("\udcff\udcfe", "\udcfe\udcff")):
            return "This is UTF-16 text, which BuildKit does not read. Save the file as UTF-8."
        return (
            "This is a binary file and no Dockerfile. Leave it out, or begin it with 'FROM image'."
        )
    if _is_template(dockerfile.instructions):
        return "This is a template and no Dockerfile yet. Lint the file that is made from it."
    word = _quoted(dockerfile.instructions[0].keyword_word.text)
    return (
        f"This is no Dockerfile: it begins with {word}, and no line holds an instruction. "
        "Leave it out, or begin it with 'FROM image'."
    )


def _hint(problem: SyntaxProblem) -> str:
    """What BuildKit thinks was meant, as it says in brackets at the end."""
    _, mark, rest = problem.message.rpartition("(did you mean ")
    return rest.removesuffix("?)") if mark else ""


def _quoted(text: str) -> str:
    """User text in quotes, cut where it is long."""
    return f"'{text}'" if len(text) <= LONGEST_QUOTE else f"'{text[:LONGEST_QUOTE]}…'"


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:]


def _instruction_of(dockerfile: Dockerfile, problem: SyntaxProblem) -> Instruction | None:
    return next((one for one in dockerfile.instructions if one.line == problem.line), None)


def _usage(keyword: str) -> str:
    usage = USAGE.get(keyword)
    return f"Write '{usage}'." if usage else "See its reference."


def _arguments_text(dockerfile: Dockerfile, problem: SyntaxProblem) -> str:
    it = _instruction_of(dockerfile, problem)
    keyword = it.keyword if it else ""
    said = problem.message
    at = dockerfile.source.text[problem.start : problem.end]
    if "can't find = in" in said:
        return (
            f"{_quoted(at)} in {keyword} has no '=': each word must be of the form name=value. "
            "Put quotes around a value with blanks, or give the name a value."
        )
    if said.endswith("must have two arguments"):
        return f"{keyword} must have two arguments, and {_quoted(at)} stands alone. Write '{keyword} {at}=value'."
    if said.endswith("Destination could not be determined"):
        return f"{keyword} requires at least two arguments, and there is no destination. {_usage(keyword)}"
    if said.endswith("names can not be blank"):
        return f"{said}: nothing stands before '='. {_usage(keyword)}"
    if "heredoc as a destination" in said:
        return f"{said}. Put the path of the file last, behind the heredoc."
    if said.endswith(("exactly one argument", "at least one argument")):
        return f"{said} and has none. {_usage(keyword)}"
    return f"{said}. {_usage(keyword)}"


def _flag_text(dockerfile: Dockerfile, problem: SyntaxProblem) -> tuple[str, Fix | None]:
    it = _instruction_of(dockerfile, problem)
    keyword = it.keyword if it else ""
    said, near = problem.message, _hint(problem)
    written = dockerfile.source.text[problem.start : problem.end]
    name, equals, _ = written.partition("=")
    if said.startswith("unknown flag"):
        if near:
            fix = None
            if equals and name.startswith("--"):
                edit = Edit(problem.start, problem.start + len(name), f"--{near}")
                fix = Fix(f"Write --{near}", [edit], safe=False)
            return f"Unknown flag {_quoted(name)} on {keyword}; did you mean '--{near}'?", fix
        return (
            f"Unknown flag {_quoted(name)} on {keyword}: the file is refused. {_known_flags(keyword)}",
            None,
        )
    if said.startswith("duplicate flag"):
        return (
            f"Duplicate flag {_quoted(name)} on {keyword}: the file is refused. Keep one of them.",
            None,
        )
    if said.startswith("missing a value"):
        return (
            f"Missing a value on flag {_quoted(name)}: the file is refused. Write '{name}=value'.",
            None,
        )
    if "variable expansion" in said:
        return f"{_sentence(said)}. Name the image by 'FROM … AS name' and mount from that.", None
    cure = _VALUE_CURES.get(name, f"Correct the value of '{name}'" if equals else "Give it a value")
    return f"{_sentence(said)}: the file is refused. {cure}.", None


_VALUE_CURES = {
    "--network": "Use default, none or host",
    "--security": "Use sandbox or insecure",
    "--link": "Use true or false",
    "--parents": "Use true or false",
    "--keep-git-dir": "Use true or false",
    "--unpack": "Use true or false",
    "--mount": "Write it as key=value pairs between commas",
    "--device": "Write it as name=vendor/class=device",
}


def _known_flags(keyword: str) -> str:
    from dockerlint_rules.syntax.dockerfile.checks import FLAGS

    known = FLAGS.get(keyword)
    if not known:
        return f"{keyword} takes no flags; remove it." if keyword else "Remove it."
    return f"{keyword} knows {', '.join(f'--{name}' for name in known)}."


def _heredoc_finding(dockerfile: Dockerfile, problem: SyntaxProblem) -> Finding:
    it = _instruction_of(dockerfile, problem)
    heredoc = (
        next((one for one in it.heredocs if one.operator.start == problem.start), None)
        if it
        else None
    )
    if heredoc is None:
        return Finding.at(
            problem, "Unterminated heredoc. End it with its name on a line of its own."
        )
    name, end = _quoted(heredoc.name), heredoc.terminator
    if end.end > end.start:
        line = dockerfile.source.line_of(end.start)
        text = f"Unterminated heredoc: line {line} holds {name} with blanks around it. Remove the blanks."
        fix = Fix(
            f"Remove the blanks around {heredoc.name}",
            [Edit.replace(end, heredoc.name)],
            safe=False,
        )
        return Finding.at(problem, text, fix=fix)
    text = (
        f"Unterminated heredoc: no line below is just {name}, so all the rest of the file is its text. "
        f"End it with {name} on a line of its own."
    )
    return Finding.at(problem, text)


def _value_text(dockerfile: Dockerfile, problem: SyntaxProblem) -> str:
    said = problem.message
    at = dockerfile.source.text[problem.start : problem.end]
    if problem.kind == "json":
        return f"{_sentence(said)}, and {_quoted(at)} holds something else. Put quotes around every item."
    if said.startswith("invalid name for build stage"):
        return (
            f"Invalid name for build stage: {_quoted(at)} can't start with a number or contain symbols. "
            "Begin with a letter and go on with letters, digits, '-', '_' and '.'."
        )
    if said.startswith("SHELL"):
        return f"{said}. {_usage('SHELL')}"
    if said.startswith("VOLUME"):
        return f"{said}: it would be mounted nowhere. Give the path or remove it."
    if said.startswith("Unknown type"):
        return f"{said.removesuffix(' (try CMD)')}. {_usage('HEALTHCHECK')}".replace('"', "'")
    if "--retries" in at:
        return f"{_quoted(at)} is no number of retries: {said.rpartition(': ')[2]}. Write '--retries=3'."
    name = at.partition("=")[0]
    if "cannot be less than 1ms" in said:
        return f"{_quoted(at)}: an interval cannot be less than 1ms. Write a longer one, such as '{name}=30s'."
    reason = said.partition(": ")[2].partition(" in duration")[0].partition(' "')[0]
    return f"{_quoted(at)} is no duration ({reason or said}). Write it with its unit, such as '{name}=30s'."
