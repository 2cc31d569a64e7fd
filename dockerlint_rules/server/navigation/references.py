"""Where the stage or variable at a position is defined, and where it is used."""

from __future__ import annotations

from dockerlint_rules.server.navigation.stage_names import mention_at, mentions
from dockerlint_rules.server.navigation.variables import declarations_of, uses_of, variable_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.server.open_file import OpenFile
    from dockerlint_rules.syntax.source import Span


def definitions(file: OpenFile, offset: int) -> list[dict[str, Any]]:
    """Where a stage is named or a variable is declared."""
    dockerfile = file.dockerfile
    if dockerfile is None:
        return []
    mention = mention_at(dockerfile, offset)
    if mention is not None:
        word = mention.stage.from_.name_word or mention.stage.from_.keyword_word
        return [_location(file, word)]
    variable = variable_at(dockerfile, offset)
    if variable is None:
        return []
    return [_location(file, pair.key) for pair in declarations_of(dockerfile, variable[0], offset)]


def references(file: OpenFile, offset: int, *, with_declaration: bool) -> list[dict[str, Any]]:
    """Where a stage or a variable is used."""
    dockerfile = file.dockerfile
    if dockerfile is None:
        return []
    mention = mention_at(dockerfile, offset)
    if mention is not None:
        return [
            _location(file, one)
            for one in mentions(dockerfile)
            if one.stage is mention.stage and (with_declaration or not one.is_definition)
        ]
    variable = variable_at(dockerfile, offset)
    if variable is None:
        return []
    places = uses_of(dockerfile, variable[0], offset, with_declarations=with_declaration)
    return [_location(file, one) for one in places]


def _location(file: OpenFile, place: Span) -> dict[str, Any]:
    return {"uri": file.uri, "range": file.text.range(place.start, place.end)}
