"""Renames a stage, wherever it is named and only if the build stays the same."""

from __future__ import annotations

import re

from dockerlint_rules.server.navigation.stage_names import (
    INDIRECT,
    NAME,
    NUMBER,
    RESERVED,
    images_copied_from,
    mention_at,
    mentions,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.server.open_file import OpenFile

_NAME = re.compile(r"[a-z][a-z0-9_.-]*\Z")


class RenameError(Exception):
    """Why a stage cannot be renamed."""


def renameable(file: OpenFile, offset: int) -> dict[str, Any] | None:
    """The range of a stage's name; None if something else is at the offset."""
    mention = mention_at(file.dockerfile, offset) if file.dockerfile is not None else None
    if mention is None or mention.kind != NAME or mention.stage.from_.name_word is None:
        return None
    text = file.text.text[mention.start : mention.end]
    return {"range": file.text.range(mention.start, mention.end), "placeholder": text}


def rename_stage(file: OpenFile, offset: int, name: str) -> list[dict[str, Any]]:
    """The edits that give the stage at an offset another name.  Raises RenameError."""
    dockerfile = file.dockerfile
    mention = mention_at(dockerfile, offset) if dockerfile is not None else None
    if dockerfile is None or mention is None or mention.stage.name is None:
        raise RenameError("only a stage that has a name can be renamed")
    stage = mention.stage
    _check_form(name)
    _check_unused(dockerfile, stage, name)
    found = [one for one in mentions(dockerfile) if one.stage is stage and one.kind != NUMBER]
    indirect = next((one for one in found if one.kind == INDIRECT), None)
    if indirect is not None:
        raise RenameError(
            f"line {indirect.line} refers to stage '{stage.name}' in a way that cannot be renamed; "
            "write the name itself there"
        )
    return [{"range": file.text.range(one.start, one.end), "newText": name} for one in found]


def _check_form(name: str) -> None:
    if name in RESERVED:
        raise RenameError(f"'{name}' is reserved and cannot be the name of a stage")
    if not _NAME.match(name):
        raise RenameError(
            f"'{name}' is not a valid stage name: it must begin with a lowercase letter, "
            "and may contain letters, digits, '.', '_' and '-'"
        )


def _check_unused(dockerfile: Dockerfile, stage: Stage, name: str) -> None:
    """Refuse a name that another stage has, or that means an image somewhere in the file."""
    for one in dockerfile.stages:
        if one is not stage and one.name == name:
            raise RenameError(f"stage '{name}' already exists (line {one.from_.line})")
        if one.parent is None and one.base.text.lower() == name:
            raise RenameError(
                f"line {one.from_.line} builds on the image '{name}', which would become this stage"
            )
    for image, line in images_copied_from(dockerfile):
        if image.lower() == name:
            raise RenameError(
                f"line {line} copies from the image '{name}', which would become this stage"
            )
