"""Edits that several rules make: words of a command, in shell form and in JSON form alike."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Program
    from dockerlint_rules.syntax.shell.command import ShellWord
    from dockerlint_rules.syntax.source import Span


def is_item(word: ShellWord, run: Program) -> bool:
    """Whether the word is an item of a JSON array, with its quotes; not one of a script in such an item."""
    return run.form == "json" and run.source.text.startswith('"', word.start)


def flag_after(word: ShellWord, flag: str, run: Program) -> Edit:
    """Give a command one more flag (or several, with spaces between) right after one of its words."""
    if is_item(word, run):
        return Edit.after(word, "".join(f', "{one}"' for one in flag.split()))
    return Edit.after(word, f" {flag}")


def word_replaced(word: ShellWord, text: str, run: Program) -> Edit:
    """Put plain *text* in the place of a word."""
    return Edit.replace(word, f'"{text}"' if is_item(word, run) else text)


def without_word(word: Span | ShellWord, run: Program) -> Edit | None:
    """Take a word out, with the blanks before it; None in a JSON array and at the beginning of a line."""
    text = run.source.text
    start = word.start
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    if run.form == "json" or start == word.start or text[start - 1] == "\n":
        return None
    return Edit(start, word.end, "")


def with_flag(instruction: Instruction, *flags: str) -> Edit:
    """Give an instruction more flags, behind those that it has."""
    last = instruction.flags[-1] if instruction.flags else instruction.keyword_word
    return Edit.after(last, "".join(f" {one}" for one in flags))


def lines_above(instruction: Instruction, *lines: str) -> Edit:
    """Put whole lines before an instruction and the comments right above it."""
    source = instruction.source
    number = instruction.line
    while number > 1 and source.line(number - 1).lstrip().startswith("#"):
        number -= 1
    if number == 1:
        number = instruction.line  # what stands at the very top may be a parser directive
    at = source.offset(number)
    newline = source.newline
    return Edit(at, at, "".join(line + newline for line in lines))


def lines_below(instruction: Instruction, *lines: str) -> Edit | None:
    """Put whole lines behind an instruction, here-documents included; None where its last line is continued into nothing."""
    source = instruction.source
    if source.line(instruction.end_line).rstrip().endswith(instruction.escape):
        return None
    at = source.line_span(instruction.end_line).end
    newline = source.newline
    return Edit(at, at, "".join(newline + line for line in lines))


def line_like(like: Instruction, keyword: str, rest: str) -> str:
    """A new instruction in the manner of its neighbour: the keyword's case, and the column where all else begins."""
    word = like.keyword_word
    keyword = keyword.lower() if word.text.islower() else keyword
    line = like.source.line(like.line)[word.end - like.source.line_span(like.line).start :]
    blanks = len(line) - len(line.lstrip(" "))
    if blanks > 1:  # aligned with its neighbours
        keyword = keyword.ljust(len(word.text) + blanks - 1)
    return f"{keyword} {rest}"


def without_lines(instruction: Instruction) -> Edit:
    """Take an instruction out with its lines; comments above it stay."""
    source = instruction.source
    return Edit(
        source.offset(instruction.line),
        len(source.text)
        if instruction.end_line >= source.line_count
        else source.offset(instruction.end_line + 1),
        "",
    )
