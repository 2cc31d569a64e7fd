"""What the syntax rules share: the parser's problems by kind, and user text in messages."""

from __future__ import annotations

from dockerlint_rules.syntax.dockerfile.directives import SPACES
from dockerlint_rules.syntax.dockerfile.instructions import From, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.dockerfile.logical_lines import SyntaxProblem


MOST_PROBLEMS = 20  # reported in one file; a file with more of them is usually not a Dockerfile
LONGEST_QUOTE = 40  # characters of user text in a message
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
TEMPLATE_MARKS = ("{{", "{%", "<%")


def problems_of(dockerfile: Dockerfile, *kinds: str) -> Iterator[SyntaxProblem]:
    """Problems of these kinds among the file's first twenty; none if the file is not a Dockerfile."""
    if not dockerfile.errors or is_other_file(dockerfile):
        return
    for problem in dockerfile.errors[:MOST_PROBLEMS]:
        if problem.kind in kinds:
            yield problem


def is_other_file(dockerfile: Dockerfile) -> bool:
    """Whether the file is a template, a binary file, or has no line that starts like an instruction."""
    instructions = dockerfile.instructions
    if not instructions:
        return False
    if not dockerfile.stages and "\0" in dockerfile.source.text:
        return True
    if is_template(instructions):
        return True
    return all(
        isinstance(instruction, Unknown)
        and not invisible_character(instruction.keyword_word.text)
        and not any(suggestion(problem) for problem in instruction.errors)
        for instruction in instructions
    )


def is_template(instructions: list[Instruction]) -> bool:
    """Whether an instruction that BuildKit rejects contains the syntax of a template engine."""
    return any(
        instruction.original.startswith(TEMPLATE_MARKS)
        or (isinstance(instruction, From) and "{{" in instruction.original)
        for instruction in instructions
        if instruction.errors
    )


def invisible_character(word: str) -> str:
    """The first invisible character, such as a no-break space or one of zero width; "" without one."""
    invisible = (char for char in word if char > "\x7f" and (char in SPACES or char in ZERO_WIDTH))
    return next(invisible, "")


def suggestion(problem: SyntaxProblem) -> str:
    """The word that BuildKit suggests in parentheses at the end of its message; "" without one."""
    _, mark, rest = problem.message.rpartition("(did you mean ")
    return rest.removesuffix("?)") if mark else ""


def instruction_of(dockerfile: Dockerfile, problem: SyntaxProblem) -> Instruction | None:
    """The instruction that starts on the problem's line, if any."""
    return next((each for each in dockerfile.instructions if each.line == problem.line), None)


def text_of(dockerfile: Dockerfile, problem: SyntaxProblem) -> str:
    """The part of the file that the problem marks."""
    return dockerfile.source.text[problem.start : problem.end]


def quoted(text: str) -> str:
    """User text in quotes, cut to a readable length."""
    return f"'{text}'" if len(text) <= LONGEST_QUOTE else f"'{text[:LONGEST_QUOTE]}…'"
