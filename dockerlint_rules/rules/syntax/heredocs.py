"""Rules about heredocs."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.syntax.problems import instruction_of, problems_of, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.syntax.dockerfile.logical_lines import SyntaxProblem


@rule("DF006", severity=Severity.ERROR, aliases=("DL1000",), fix="unsafe", needs_syntax_errors=True)
def unterminated_heredoc(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Heredoc is not terminated.

    A heredoc ends at a line with its name and nothing else. Without such a line, the rest of the file
    becomes its text, and BuildKit rejects the file. Whitespace around the name counts: only ``<<-`` allows
    tabs before it.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    RUN <<EOF
    #   ^^^^^ line 4 has whitespace around the name
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

    Bad (no line with the name)::

    ```dockerfile
    FROM alpine:3.22
    RUN <<EOF
    #   ^^^^^ the rest of the file becomes its text
    apk add --no-cache curl
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    COPY <<EOF /etc/motd
    hello
    EOF
    ```

    How to fix: write the name alone on a line, without whitespace.

    Fix safety: unsafe, because the line that looks like the end may be part of the text.

    Source: BuildKit, ``parser.heredocsFromLine`` and "unterminated heredoc" in ``parser.Parse``.
    """
    for problem in problems_of(dockerfile, "heredoc"):
        yield _heredoc_finding(dockerfile, problem)


def _heredoc_finding(dockerfile: Dockerfile, problem: SyntaxProblem) -> Finding:
    instruction = instruction_of(dockerfile, problem)
    heredocs = instruction.heredocs if instruction else []
    heredoc = next((each for each in heredocs if each.operator.start == problem.start), None)
    if heredoc is None:
        return Finding.at(
            problem, "The heredoc is not terminated. End it with its name alone on a line."
        )
    name, terminator = quoted(heredoc.name), heredoc.terminator
    if terminator.end > terminator.start:
        line = dockerfile.source.line_of(terminator.start)
        text = f"Heredoc {name} is not terminated: line {line} has whitespace around the name. Remove the whitespace."
        edit = Edit.replace(terminator, heredoc.name)
        fix = Fix(f"Remove the whitespace around {name}", [edit], safe=False)
        return Finding.at(problem, text, fix=fix)
    text = (
        f"Heredoc {name} is not terminated, so the rest of the file becomes its text. "
        f"End it with {name} alone on a line."
    )
    return Finding.at(problem, text)
