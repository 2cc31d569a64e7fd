"""Completion of what stands behind a keyword and its flags."""

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

    from dockerlint_rules.server.completion.cursor import ArgumentPlace
    from dockerlint_rules.server.completion.items import Items
    from dockerlint_rules.server.session import OpenFile

    Offer = Callable[[ArgumentPlace, Items, OpenFile], None]

_OPEN_STRING = re.compile(r'\[(?:\s*"[^"\\]*"\s*,)*\s*"([^"\\]*)\Z')


def add_arguments(place: ArgumentPlace, items: Items, file: OpenFile) -> None:
    """Offer what may stand at the place: flags while there is nothing else, then what the keyword takes."""
    if place.flag is not None:
        if "=" in place.flag:
            add_flag_value(place, items, file)
        else:
            add_flag_names(place, items)
        return
    offer = _OFFERS.get(place.keyword)
    if offer is not None:
        offer(place, items, file)
    if not place.args:
        add_flag_names(place, items)


def _from(place: ArgumentPlace, items: Items, _: OpenFile) -> None:
    words = place.words
    typed = words[-1]
    if len(words) == 1:
        add_stages(place, items, typed, with_numbers=False)
        add_images(place, items, typed)
        items.add("scratch", REFERENCE, typed, "the empty image")
    elif len(words) == 2 and not place.after.strip():
        items.add(place.cased("AS"), KEYWORD, typed, "gives the stage a name")


def _transfer(place: ArgumentPlace, items: Items, file: OpenFile) -> None:
    if any(name == "from" for name, _, _ in place.flags):
        return
    string = _OPEN_STRING.match(place.args)
    if string is not None:
        add_paths(items, file, string[1])
        return
    words = place.words
    if "<<" in place.args or words[0].startswith("["):
        return
    if not words[0] and file.context is not None and file.context.directory is not None:
        items.add(".", FOLDER, "", "the whole build context")
    add_paths(items, file, words[-1])


def _healthcheck(place: ArgumentPlace, items: Items, _: OpenFile) -> None:
    words = place.words
    if len(words) == 1:
        items.add(place.cased("CMD"), KEYWORD, words[0], "the command that checks")
        if not place.flag_names:
            items.add(place.cased("NONE"), KEYWORD, words[0], "no check, whatever the base says")


def _stopsignal(place: ArgumentPlace, items: Items, _: OpenFile) -> None:
    if len(place.words) == 1:
        for name, detail in SIGNALS.items():
            items.add(name, CONSTANT, place.args, detail or "signal")


def _shell(place: ArgumentPlace, items: Items, _: OpenFile) -> None:
    if not place.after.strip():
        for words, detail in SHELLS.items():
            items.add(words, SNIPPET, place.args, detail)


def _program(place: ArgumentPlace, items: Items, _: OpenFile) -> None:
    if items.takes_snippets and not place.args and not place.after.strip():
        text = '["${1:program}"$2]'
        items.add('["program"]', SNIPPET, "", "exec form", text=text, is_snippet=True)


def _arg(place: ArgumentPlace, items: Items, _: OpenFile) -> None:
    add_arg_names(place, items)


_OFFERS: dict[str, Offer] = {
    "FROM": _from,
    "COPY": _transfer,
    "ADD": _transfer,
    "HEALTHCHECK": _healthcheck,
    "STOPSIGNAL": _stopsignal,
    "SHELL": _shell,
    "CMD": _program,
    "ENTRYPOINT": _program,
    "ARG": _arg,
}
