"""Rules about heredocs."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.syntax.problems import instruction_of, problems_of, quoted_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.syntax.dockerfile.logical_lines import SyntaxProblem


@rule("DF006", severity=Severity.ERROR, aliases=("DL1000",), fix="unsafe", only_refused=True)
def unterminated_heredoc(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Heredoc is not terminated.

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
    for problem in problems_of(dockerfile, "heredoc"):
        yield _heredoc_finding(dockerfile, problem)


def _heredoc_finding(dockerfile: Dockerfile, problem: SyntaxProblem) -> Finding:
    it = instruction_of(dockerfile, problem)
    heredoc = (
        next((one for one in it.heredocs if one.operator.start == problem.start), None)
        if it
        else None
    )
    if heredoc is None:
        return Finding.at(
            problem, "Unterminated heredoc. End it with its name on a line of its own."
        )
    name, end = quoted_text(heredoc.name), heredoc.terminator
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
