"""Completion: what may stand at a place, by what the parser makes of the text in front of it."""

from __future__ import annotations

from dockerlint_rules.server.completion.arguments import add_arguments
from dockerlint_rules.server.completion.comments import add_comment
from dockerlint_rules.server.completion.cursor import (
    ArgumentPlace,
    CommentPlace,
    HeredocPlace,
    KeywordPlace,
    Place,
    dockerfile_of,
    place_of,
)
from dockerlint_rules.server.completion.items import KEYWORD, Items
from dockerlint_rules.server.completion.variables import add_variables, is_variable
from dockerlint_rules.server.completion.vocabulary import BEFORE_FROM, NO_TRIGGERS, SHAPES
from dockerlint_rules.server.reference_text import INSTRUCTIONS, REFERENCE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.server.session import OpenFile, Session

_WANTED_BEHIND_BLANK = frozenset(
    {"FROM", "COPY", "ADD", "HEALTHCHECK", "STOPSIGNAL", "SHELL", "ARG"}
)


def complete(
    file: OpenFile, session: Session, offset: int, trigger: str = ""
) -> list[dict[str, Any]]:
    """What may stand at an offset, in the order in which it is to be shown; *trigger* is what asked unbidden."""
    place = place_of(dockerfile_of(file), offset)
    items = Items(file, session, offset)
    if place is None or (trigger == " " and not _is_wanted(place)):
        return []
    if isinstance(place, CommentPlace):
        add_comment(place, items, file, session)
    elif isinstance(place, KeywordPlace):
        _add_keywords(place, items)
    elif isinstance(place, ArgumentPlace | HeredocPlace) and is_variable(place):
        add_variables(place, items)
    elif isinstance(place, ArgumentPlace):
        add_arguments(place, items, file)
    return items.found


def _is_wanted(place: Place) -> bool:
    """Whether what can be offered behind a blank is worth a list that nobody has asked for."""
    if isinstance(place, CommentPlace):
        said = place.before.strip("# \t").lower()
        return said in ("dockerlint:", "hadolint") or (not said and place.directives is not None)
    if isinstance(place, KeywordPlace):
        return place.is_trigger
    if not isinstance(place, ArgumentPlace) or place.keyword not in _WANTED_BEHIND_BLANK:
        return False
    # Behind an image comes its name; behind a source it may as well be where it goes to.
    return len(place.words) == (2 if place.keyword == "FROM" and place.args else 1)


def _add_keywords(place: KeywordPlace, items: Items) -> None:
    """Offer instructions, in the case in which one begins or else in that of the file."""
    if not place.typed.isalpha() and place.typed:
        return
    lowers = place.typed.islower() if place.typed else _lowers(place)
    for name, shape in SHAPES.items():
        if place.is_trigger and name in NO_TRIGGERS:
            continue
        if not place.stages_above and name not in BEFORE_FROM:
            continue
        link = REFERENCE.format(anchor=name.lower())
        items.add(
            name.lower() if lowers else name,
            KEYWORD,
            place.typed,
            shape,
            documentation=f"{INSTRUCTIONS[name]}\n\n[{name}]({link})",
        )


def _lowers(place: KeywordPlace) -> bool:
    above = [one for one in place.dockerfile.instructions if one.line < place.line]
    return bool(above) and above[-1].keyword_word.text.islower()
