"""Rules about problems."""

from __future__ import annotations

from dockerlint_rules.syntax.dockerfile.directives import SPACES
from dockerlint_rules.syntax.dockerfile.instructions import From, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction
    from dockerlint_rules.syntax.dockerfile.logical_lines import SyntaxProblem


MOST_PROBLEMS = 20  # of one file; more of them is another kind of file


LONGEST_QUOTE = 40  # characters of user text in a message


def problems_of(dockerfile: Dockerfile, *kinds: str) -> Iterator[SyntaxProblem]:
    """The file's problems of these kinds, of the first twenty; none of a file that is no Dockerfile."""
    if not dockerfile.errors or is_other_file(dockerfile):
        return
    for problem in dockerfile.errors[:MOST_PROBLEMS]:
        if problem.kind in kinds:
            yield problem


def is_other_file(dockerfile: Dockerfile) -> bool:
    """Not one line begins like an instruction, or NUL bytes and no FROM."""
    instructions = dockerfile.instructions
    if not instructions:
        return False
    if not dockerfile.stages and "\0" in dockerfile.source.text:
        return True
    if is_template(instructions):
        return True
    return all(
        isinstance(one, Unknown)
        and not invisible(one.keyword_word.text)
        and not any(hint(problem) for problem in one.errors)
        for one in instructions
    )


def invisible(word: str) -> str:
    """The first character that cannot be seen: a no-break space, or one without width."""
    hidden = (char for char in word if char > "\x7f" and (char in SPACES or char in NO_WIDTH))
    return next(hidden, "")


NO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"


def is_template(instructions: list[Instruction]) -> bool:
    """Whether a line, or what an instruction that is refused holds, is for a template engine."""
    return any(
        one.original.startswith(TEMPLATE_MARKS) or (isinstance(one, From) and "{{" in one.original)
        for one in instructions
        if one.errors
    )


TEMPLATE_MARKS = ("{{", "{%", "<%")


def hint(problem: SyntaxProblem) -> str:
    """What BuildKit thinks was meant, as it says in brackets at the end."""
    _, mark, rest = problem.message.rpartition("(did you mean ")
    return rest.removesuffix("?)") if mark else ""


def quoted_text(text: str) -> str:
    """Quote user text, cut to a readable length."""
    """User text in quotes, cut where it is long."""
    return f"'{text}'" if len(text) <= LONGEST_QUOTE else f"'{text[:LONGEST_QUOTE]}…'"


def sentence(message: str) -> str:
    """The message with a capital letter at its beginning."""
    return message[:1].upper() + message[1:]


def instruction_of(dockerfile: Dockerfile, problem: SyntaxProblem) -> Instruction | None:
    """The instruction that begins on the problem's line, if any."""
    return next((one for one in dockerfile.instructions if one.line == problem.line), None)
