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
from dockerlint_rules.syntax.dockerfile.checks import FLAGS as KNOWN_FLAGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.server.completion.cursor import ArgumentCursor
    from dockerlint_rules.server.completion.items import Items
    from dockerlint_rules.server.open_file import OpenFile

_KINDS = {"s": "takes a value", "m": "takes a value, may be repeated", "b": "on or off"}


def add_flag_names(cursor: ArgumentCursor, items: Items) -> None:
    """Offer the flags of the instruction, without those that are given already."""
    typed = cursor.flag or ""
    given = cursor.flag_names
    for name, kind in KNOWN_FLAGS.get(cursor.keyword, {}).items():
        if name in given and kind != "m":
            continue
        text = FLAGS.get(f"--{name}", "")
        link = REFERENCE.format(anchor=cursor.keyword.lower())
        items.add(
            f"--{name}" + ("" if kind == "b" else "="),
            PROPERTY,
            typed,
            f"{cursor.keyword}: {_KINDS[kind]}",
            documentation=f"{text}\n\n[{cursor.keyword}]({link})",
        )


def add_flag_value(cursor: ArgumentCursor, items: Items, file: OpenFile) -> None:
    """Offer values of the flag that the cursor is in."""
    name, _, value = (cursor.flag or "")[2:].partition("=")
    if name not in KNOWN_FLAGS.get(cursor.keyword, {}):
        return
    if name == "mount":
        _add_mount(cursor, items, file, value)
    elif name == "from":
        add_stages(cursor, items, value, with_numbers=True)
        add_images(cursor, items, value)
    for word, detail in FLAG_VALUES.get((cursor.keyword, name), {}).items():
        items.add(word, ENUM_MEMBER, value, detail or f"--{name}={word}")


def _add_mount(cursor: ArgumentCursor, items: Items, file: OpenFile, value: str) -> None:
    """Offer a key of a mount, or the value of a key."""
    fields = value.split(",")
    typed = fields.pop()
    options = {key.lower(): text for key, _, text in (one.partition("=") for one in fields)}
    kind = options.get("type", "bind").lower()
    key, equals, typed_value = typed.partition("=")
    if equals:
        _add_mount_value(cursor, items, file, key.lower(), typed_value, options)
        return
    if not fields:
        for name, detail in MOUNT_TYPES.items():
            items.add(f"type={name}", ENUM_MEMBER, typed, detail)
    given = {MOUNT_ALIASES.get(one, one) for one in options}
    for name, detail in MOUNT_KEYS.get(kind, {}).items():
        if name not in given:
            items.add(name if name in MOUNT_SWITCHES else f"{name}=", PROPERTY, typed, detail)
    if fields and "type" not in given:
        items.add("type=", PROPERTY, typed, "default: bind")


def _add_mount_value(
    cursor: ArgumentCursor,
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
        add_stages(cursor, items, typed, with_numbers=True)
        add_images(cursor, items, typed)
    elif key == "source" and kind == "bind" and "from" not in options:
        add_paths(items, file, typed, without=',"')
    elif key == "target" and kind == "cache":
        _add_caches(items, typed)
    elif key == "target" and kind == "secret" and options.get("id"):
        items.add(f"/run/secrets/{options['id']}", CONSTANT, typed, "the default")


def _add_caches(items: Items, typed: str) -> None:
    """Offer the folders in which package managers keep downloads."""
    from dockerlint_rules import knowledge

    folders: dict[str, list[str]] = {}
    for manager in knowledge.package_managers():
        for folder in manager.caches:
            folders.setdefault(folder, []).append(manager.name)
    for folder, names in sorted(folders.items()):
        if folder.startswith("/") and not set(folder) & set(" *,$"):
            items.add(folder, FOLDER, typed, f"the cache of {', '.join(names[:3])}")
