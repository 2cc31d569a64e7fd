"""Completion: what may be written at the cursor, based on how the parser reads the text in front of it."""

from __future__ import annotations

from dockerlint_rules.server.completion.arguments import add_arguments
from dockerlint_rules.server.completion.comments import add_comment
from dockerlint_rules.server.completion.cursor import (
    ArgumentCursor,
    CommentCursor,
    Cursor,
    HeredocCursor,
    KeywordCursor,
    cursor_at,
    dockerfile_of,
)
from dockerlint_rules.server.completion.items import KEYWORD, Items
from dockerlint_rules.server.completion.variables import add_variables, is_at_variable
from dockerlint_rules.server.completion.vocabulary import BEFORE_FROM, NO_TRIGGERS, SYNTAX
from dockerlint_rules.server.reference_text import INSTRUCTIONS, REFERENCE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.server.open_file import OpenFile
    from dockerlint_rules.server.session import Session

_COMPLETED_AFTER_BLANK = frozenset(
    {"FROM", "COPY", "ADD", "HEALTHCHECK", "STOPSIGNAL", "SHELL", "ARG"}
)


def complete(
    file: OpenFile, session: Session, offset: int, trigger: str = ""
) -> list[dict[str, Any]]:
    """The completion items at an offset, in order.  *trigger* is the character that opened the list by itself."""
    cursor = cursor_at(dockerfile_of(file), offset)
    items = Items(file, session, offset)
    if cursor is None or (trigger == " " and not _is_wanted(cursor)):
        return []
    if isinstance(cursor, CommentCursor):
        add_comment(cursor, items, file, session)
    elif isinstance(cursor, KeywordCursor):
        _add_keywords(cursor, items)
    elif isinstance(cursor, ArgumentCursor | HeredocCursor) and is_at_variable(cursor):
        add_variables(cursor, items)
    elif isinstance(cursor, ArgumentCursor):
        add_arguments(cursor, items, file)
    return items.found


def _is_wanted(cursor: Cursor) -> bool:
    """Whether the list may open by itself after a blank."""
    if isinstance(cursor, CommentCursor):
        text = cursor.before.strip("# \t").lower()
        return text in ("dockerlint:", "hadolint") or (not text and cursor.directives is not None)
    if isinstance(cursor, KeywordCursor):
        return cursor.is_trigger
    if not isinstance(cursor, ArgumentCursor) or cursor.keyword not in _COMPLETED_AFTER_BLANK:
        return False
    # After an image comes the stage's name.  After a source, the next word may just as well be the destination.
    return len(cursor.words) == (2 if cursor.keyword == "FROM" and cursor.args else 1)


def _add_keywords(cursor: KeywordCursor, items: Items) -> None:
    """Offer instructions, in lower case if what is typed, or the instruction above, is in lower case."""
    if not cursor.typed.isalpha() and cursor.typed:
        return
    lowercase = cursor.typed.islower() if cursor.typed else _is_lowercase_above(cursor)
    for name, syntax in SYNTAX.items():
        if cursor.is_trigger and name in NO_TRIGGERS:
            continue
        if not cursor.stages_above and name not in BEFORE_FROM:
            continue
        link = REFERENCE.format(anchor=name.lower())
        items.add(
            name.lower() if lowercase else name,
            KEYWORD,
            cursor.typed,
            syntax,
            documentation=f"{INSTRUCTIONS[name]}\n\n[{name}]({link})",
        )


def _is_lowercase_above(cursor: KeywordCursor) -> bool:
    above = [one for one in cursor.dockerfile.instructions if one.line < cursor.line]
    return bool(above) and above[-1].keyword_word.text.islower()
