"""Completion of the arguments of an instruction."""

from __future__ import annotations

import re

from dockerlint_rules.server.completion.flags import add_flag_names, add_flag_value
from dockerlint_rules.server.completion.items import CONSTANT, FOLDER, KEYWORD, REFERENCE, SNIPPET
from dockerlint_rules.server.completion.references import add_images, add_paths, add_stages
from dockerlint_rules.server.completion.variables import add_arg_names
from dockerlint_rules.server.completion.vocabulary import SHELLS, SIGNALS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockerlint_rules.server.completion.cursor import ArgumentCursor
    from dockerlint_rules.server.completion.items import Items
    from dockerlint_rules.server.open_file import OpenFile

    Offer = Callable[[ArgumentCursor, Items, OpenFile], None]

_OPEN_STRING = re.compile(r'\[(?:\s*"[^"\\]*"\s*,)*\s*"([^"\\]*)\Z')


def add_arguments(cursor: ArgumentCursor, items: Items, file: OpenFile) -> None:
    """Offer what the instruction takes at the cursor, and flags as long as nothing follows them."""
    if cursor.flag is not None:
        if "=" in cursor.flag:
            add_flag_value(cursor, items, file)
        else:
            add_flag_names(cursor, items)
        return
    offer = _OFFERS.get(cursor.keyword)
    if offer is not None:
        offer(cursor, items, file)
    if not cursor.args:
        add_flag_names(cursor, items)


def _from(cursor: ArgumentCursor, items: Items, _: OpenFile) -> None:
    words = cursor.words
    typed = words[-1]
    if len(words) == 1:
        add_stages(cursor, items, typed, with_numbers=False)
        add_images(cursor, items, typed)
        items.add("scratch", REFERENCE, typed, "the empty image")
    elif len(words) == 2 and not cursor.after.strip():
        items.add(cursor.in_keyword_case("AS"), KEYWORD, typed, "names the stage")


def _copy(cursor: ArgumentCursor, items: Items, file: OpenFile) -> None:
    if any(name == "from" for name, _, _ in cursor.flags):
        return
    string = _OPEN_STRING.match(cursor.args)
    if string is not None:
        add_paths(items, file, string[1])
        return
    words = cursor.words
    if "<<" in cursor.args or words[0].startswith("["):
        return
    if not words[0] and file.context is not None and file.context.directory is not None:
        items.add(".", FOLDER, "", "the whole build context")
    add_paths(items, file, words[-1])


def _healthcheck(cursor: ArgumentCursor, items: Items, _: OpenFile) -> None:
    words = cursor.words
    if len(words) == 1:
        items.add(
            cursor.in_keyword_case("CMD"), KEYWORD, words[0], "the command that checks the health"
        )
        if not cursor.flag_names:
            items.add(
                cursor.in_keyword_case("NONE"),
                KEYWORD,
                words[0],
                "no health check, not even that of the base image",
            )


def _stopsignal(cursor: ArgumentCursor, items: Items, _: OpenFile) -> None:
    if len(cursor.words) == 1:
        for name, detail in SIGNALS.items():
            items.add(name, CONSTANT, cursor.args, detail or "signal")


def _shell(cursor: ArgumentCursor, items: Items, _: OpenFile) -> None:
    if not cursor.after.strip():
        for words, detail in SHELLS.items():
            items.add(words, SNIPPET, cursor.args, detail)


def _program(cursor: ArgumentCursor, items: Items, _: OpenFile) -> None:
    if items.takes_snippets and not cursor.args and not cursor.after.strip():
        text = '["${1:program}"$2]'
        items.add('["program"]', SNIPPET, "", "exec form", text=text, is_snippet=True)


def _arg(cursor: ArgumentCursor, items: Items, _: OpenFile) -> None:
    add_arg_names(cursor, items)


_OFFERS: dict[str, Offer] = {
    "FROM": _from,
    "COPY": _copy,
    "ADD": _copy,
    "HEALTHCHECK": _healthcheck,
    "STOPSIGNAL": _stopsignal,
    "SHELL": _shell,
    "CMD": _program,
    "ENTRYPOINT": _program,
    "ARG": _arg,
}
