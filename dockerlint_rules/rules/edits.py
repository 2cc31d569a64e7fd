"""Edits that several rules make: words of a command, in shell form and in JSON form alike."""

from __future__ import annotations

from dockerlint_rules.findings import Edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.syntax.instructions import Program
    from dockerlint_rules.syntax.shell import ShellWord


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
