"""Completion of flags: their names, their values, and the keys of mounts."""

from __future__ import annotations

from dockerlint_rules.server.completion.items import CONSTANT, ENUM_MEMBER, FOLDER, PROPERTY
from dockerlint_rules.server.completion.references import add_images, add_paths, add_stages
from dockerlint_rules.server.completion.vocabulary import (
    FLAG_VALUES,
    MOUNT_ALIASES,
    MOUNT_KEYS,
    MOUNT_SWITCHES,
    MOUNT_TYPES,
    MOUNT_VALUES,
)
from dockerlint_rules.server.reference_text import FLAGS, REFERENCE
from dockerlint_rules.syntax.dockerfile.checks import FLAGS as KNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.server.completion.cursor import ArgumentPlace
    from dockerlint_rules.server.completion.items import Items
    from dockerlint_rules.server.session import OpenFile

_KINDS = {"s": "takes a value", "m": "takes a value, may be given again", "b": "a switch"}


def add_flag_names(place: ArgumentPlace, items: Items) -> None:
    """Offer the flags of the instruction that are not given yet."""
    typed = place.flag or ""
    given = place.flag_names
    for name, kind in KNOWN.get(place.keyword, {}).items():
        if name in given and kind != "m":
            continue
        said = FLAGS.get(f"--{name}", "")
        link = REFERENCE.format(anchor=place.keyword.lower())
        items.add(
            f"--{name}" + ("" if kind == "b" else "="),
            PROPERTY,
            typed,
            f"{place.keyword}: {_KINDS[kind]}",
            documentation=f"{said}\n\n[{place.keyword}]({link})",
        )


def add_flag_value(place: ArgumentPlace, items: Items, file: OpenFile) -> None:
    """Offer values of the flag that the place is in."""
    name, _, value = (place.flag or "")[2:].partition("=")
    if name not in KNOWN.get(place.keyword, {}):
        return
    if name == "mount":
        _add_mount(place, items, file, value)
    elif name == "from":
        add_stages(place, items, value, with_numbers=True)
        add_images(place, items, value)
    for word, detail in FLAG_VALUES.get((place.keyword, name), {}).items():
        items.add(word, ENUM_MEMBER, value, detail or f"--{name}={word}")


def _add_mount(place: ArgumentPlace, items: Items, file: OpenFile, value: str) -> None:
    """Offer a key of a mount, or a key's value."""
    fields = value.split(",")
    typed = fields.pop()
    options = {key.lower(): said for key, _, said in (one.partition("=") for one in fields)}
    kind = options.get("type", "bind").lower()
    key, equals, said = typed.partition("=")
    if equals:
        _add_mount_value(place, items, file, key.lower(), said, options)
        return
    if not fields:
        for name, detail in MOUNT_TYPES.items():
            items.add(f"type={name}", ENUM_MEMBER, typed, detail)
    given = {MOUNT_ALIASES.get(one, one) for one in options}
    for name, detail in MOUNT_KEYS.get(kind, {}).items():
        if name not in given:
            items.add(name if name in MOUNT_SWITCHES else f"{name}=", PROPERTY, typed, detail)
    if fields and "type" not in given:
        items.add("type=", PROPERTY, typed, "bind by default")


def _add_mount_value(
    place: ArgumentPlace,
    items: Items,
    file: OpenFile,
    key: str,
    typed: str,
    options: dict[str, str],
) -> None:
    key = MOUNT_ALIASES.get(key, key)
    kind = options.get("type", "bind").lower()
    for word, detail in MOUNT_VALUES.get(key, {}).items():
        items.add(word, ENUM_MEMBER, typed, detail or f"{key}={word}")
    if key == "from" and "from" in MOUNT_KEYS.get(kind, {}):
        add_stages(place, items, typed, with_numbers=True)
        add_images(place, items, typed)
    elif key == "source" and kind == "bind" and "from" not in options:
        add_paths(items, file, typed, without=',"')
    elif key == "target" and kind == "cache":
        _add_caches(items, typed)
    elif key == "target" and kind == "secret" and options.get("id"):
        items.add(f"/run/secrets/{options['id']}", CONSTANT, typed, "the default")


def _add_caches(items: Items, typed: str) -> None:
    """Offer the folders in which package managers keep what they have fetched."""
    from dockerlint_rules import knowledge

    folders: dict[str, list[str]] = {}
    for manager in knowledge.package_managers():
        for folder in manager.caches:
            folders.setdefault(folder, []).append(manager.name)
    for folder, names in sorted(folders.items()):
        if folder.startswith("/") and not set(folder) & set(" *,$"):
            items.add(folder, FOLDER, typed, f"the cache of {', '.join(names[:3])}")
