"""Edits that several rules make: words of a command, in shell form and in JSON form alike."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.dockerfile.instructions import Program
    from dockerlint_rules.syntax.shell.command import ShellWord
    from dockerlint_rules.syntax.source import Span


def is_item(word: ShellWord, run: Program) -> bool:
    """Whether the word is an item of a JSON array with its quotes, and not part of a script inside an item."""
    return run.form == "json" and run.source.text.startswith('"', word.start)


def insert_flag(word: ShellWord, flag: str, run: Program) -> Edit:
    """Insert a flag (or several, separated by spaces) right after a word of a command."""
    if is_item(word, run):
        return Edit.after(word, "".join(f', "{one}"' for one in flag.split()))
    return Edit.after(word, f" {flag}")


def replace_word(word: ShellWord, text: str, run: Program) -> Edit:
    """Replace a word with plain *text*."""
    return Edit.replace(word, f'"{text}"' if is_item(word, run) else text)


def remove_word(word: Span | ShellWord, run: Program) -> Edit | None:
    """Remove a word and the blanks before it; None in a JSON array and at the beginning of a line."""
    text = run.source.text
    start = word.start
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    if run.form == "json" or start == word.start or text[start - 1] == "\n":
        return None
    return Edit(start, word.end, "")


def add_flag(instruction: Instruction, *flags: str) -> Edit:
    """Add flags to an instruction, after those that it has."""
    last = instruction.flags[-1] if instruction.flags else instruction.keyword_word
    return Edit.after(last, "".join(f" {one}" for one in flags))


def insert_above(instruction: Instruction, *lines: str) -> Edit:
    """Insert lines before an instruction and the comments right above it."""
    source = instruction.source
    number = instruction.line
    while number > 1 and source.line(number - 1).lstrip().startswith("#"):
        number -= 1
    if number == 1:
        number = instruction.line  # a comment at the very top may be a parser directive
    at = source.offset(number)
    newline = source.newline
    return Edit(at, at, "".join(line + newline for line in lines))


def insert_below(instruction: Instruction, *lines: str) -> Edit | None:
    """Insert lines after an instruction and its here-documents; None where its last line ends with the escape
    character.
    """
    source = instruction.source
    if source.line(instruction.end_line).rstrip().endswith(instruction.escape):
        return None
    at = source.line_span(instruction.end_line).end
    newline = source.newline
    return Edit(at, at, "".join(newline + line for line in lines))


def instruction_like(like: Instruction, keyword: str, rest: str) -> str:
    """A new instruction in the style of *like*: the case of the keyword, and the column of the arguments."""
    word = like.keyword_word
    keyword = keyword.lower() if word.text.islower() else keyword
    line = like.source.line(like.line)[word.end - like.source.line_span(like.line).start :]
    blanks = len(line) - len(line.lstrip(" "))
    if blanks > 1:  # aligned with its neighbours
        keyword = keyword.ljust(len(word.text) + blanks - 1)
    return f"{keyword} {rest}"


def remove_instruction(instruction: Instruction) -> Edit:
    """Remove an instruction with its lines; comments above it stay."""
    source = instruction.source
    return Edit(source.offset(instruction.line), source.offset(instruction.end_line + 1), "")
