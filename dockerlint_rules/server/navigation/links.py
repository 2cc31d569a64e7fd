"""Links: files that are copied from the build context, and images on Docker Hub."""

from __future__ import annotations

import os

from dockerlint_rules.model.images.reference import ImageReference
from dockerlint_rules.server.uris import uri_of
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Onbuild
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.server.open_file import OpenFile

    Link = tuple[Span, str | None]  # a place, and the address if there is one


def links(file: OpenFile) -> list[dict[str, Any]]:
    """The links of a file."""
    dockerfile = file.dockerfile
    if dockerfile is None:
        return []
    found = [*_syntax_links(dockerfile)]
    for stage in dockerfile.stages:
        image = stage.from_.image
        if image is not None and stage.parent is None:
            found.append((image, _hub_page(stage.base)))
        found += _copy_links(file, dockerfile, stage)
    return [
        {"range": file.text.range(place.start, place.end), "target": target}
        for place, target in found
        if target is not None
    ]


def _syntax_links(dockerfile: Dockerfile) -> Iterator[Link]:
    """The image of ``# syntax=``."""
    for directive in dockerfile.directives:
        if directive.name == "syntax" and not directive.indented:
            image = directive.effective
            text = dockerfile.source.text[directive.start : directive.end]
            start = directive.start + text.rfind(image)
            yield Span(start, start + len(image)), _hub_page(ImageReference.parse(image))


def _copy_links(file: OpenFile, dockerfile: Dockerfile, stage: Stage) -> Iterator[Link]:
    """What COPY and ADD take: files, or an image."""
    for one in stage.instructions:
        inner = one.trigger if isinstance(one, Onbuild) else one
        if not isinstance(inner, Copy | Add):
            continue
        flag = inner.flag("from")
        if flag is None:
            for word in inner.sources:
                yield word, _file_uri(file, word.value)
        elif dockerfile.stage_named(flag.value, stage.index) is None:
            place = Span(flag.end - len(flag.value), flag.end)
            yield place, _hub_page(ImageReference.parse(flag.value))


def _hub_page(image: ImageReference) -> str | None:
    """The page of an image on Docker Hub; None if it has no page there, or a variable may change its name."""
    if not image.valid or not image.is_on_hub or not image.is_name_certain or image.is_scratch:
        return None
    name = image.upstream
    return f"https://hub.docker.com/{'r' if '/' in name else '_'}/{name}"


def _file_uri(file: OpenFile, path: str) -> str | None:
    """The URI of a copied file; None if it is not a file of the build context."""
    context = file.context
    if context is None or context.directory is None or "$" in path or path.startswith("<<"):
        return None
    if not context.exists(path):
        return None
    place = os.path.normpath(os.path.join(context.directory, path.lstrip("/")))
    return uri_of(place) if os.path.isfile(place) else None
