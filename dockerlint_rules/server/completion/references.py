"""Completion of what an instruction refers to: stages, images, files of the build context."""

from __future__ import annotations

from dockerlint_rules.server.completion.items import FILE, FOLDER, MODULE, REFERENCE
from dockerlint_rules.syntax.dockerfile.instructions import Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.server.completion.cursor import ArgumentCursor
    from dockerlint_rules.server.completion.items import Items
    from dockerlint_rules.server.open_file import OpenFile

# With one of these characters a path would be several words, or mean something else.
_SPECIAL = frozenset(" \t\n\v\f\r$\\`'\"*?[]#<>{}")


def add_stages(cursor: ArgumentCursor, items: Items, typed: str, *, with_numbers: bool) -> None:
    """Offer the stages above, the nearest first; *with_numbers* also those without a name, by number."""
    # What ONBUILD triggers runs in another build, which has its own stages.
    above = [] if cursor.is_trigger else cursor.stages_above
    if cursor.keyword != "FROM":
        above = above[:-1]  # the last one is the stage of the cursor
    for stage in reversed(above):
        detail = f"FROM {stage.base.text} (line {stage.from_.line})"
        if stage.name:
            items.add(stage.name, MODULE, typed, detail)
        elif with_numbers:
            items.add(str(stage.index), MODULE, typed, detail)


def add_images(cursor: ArgumentCursor, items: Items, typed: str) -> None:
    """Offer the images that the file uses elsewhere."""
    for text, line in _images(cursor):
        if text and "$" not in text and text.lower() != "scratch":
            items.add(text, REFERENCE, typed, f"image (line {line})")


def _images(cursor: ArgumentCursor) -> Iterator[tuple[str, int]]:
    dockerfile = cursor.dockerfile
    for stage in dockerfile.stages:
        if stage.parent is None and stage.from_.line != cursor.line:
            yield stage.base.text, stage.from_.line
    for stage in dockerfile.stages:
        for one in stage.of("COPY", "RUN"):
            names: list[str] = []
            if isinstance(one, Copy) and one.from_:
                names.append(one.from_)
            elif isinstance(one, Run) and one.flags:
                names += [mount.options.get("from", "") for mount in one.mounts]
            for name in names:
                is_own = one.line == cursor.line or dockerfile.stage_named(name, stage.index)
                # A bare number or word means a stage that is not written yet.
                if not is_own and set(name) & set(":/@."):
                    yield name, one.line


def add_paths(items: Items, file: OpenFile, typed: str, *, without: str = "") -> None:
    """Offer the contents of one folder of the build context; only the last part of the path is replaced."""
    context = file.context
    if context is None or context.directory is None or set(typed) & _SPECIAL:
        return
    folder, slash, name = typed.rpartition("/")
    special = _SPECIAL.union(without)
    children = context.children(folder or slash, name)
    # Hidden files come last.
    for child, is_folder in sorted(children, key=lambda one: (one[0].startswith("."), one[0])):
        if special & set(child) or child.startswith("-"):
            continue
        if is_folder:
            items.add(f"{child}/", FOLDER, name, "directory in the build context")
        else:
            items.add(child, FILE, name, "file in the build context")
