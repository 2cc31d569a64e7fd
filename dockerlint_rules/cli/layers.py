"""``dockerlint layers FILE``: the layer map of a Dockerfile, drawn in the chosen format."""

from __future__ import annotations

import os
import sys

from dockerlint_rules.cli.parsers import layers_parser
from dockerlint_rules.cli.terminal import read_file, wants_color, write_bytes, write_error
from dockerlint_rules.syntax.required_packages import missing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from dockerlint_rules.layers.layer_map import LayerMap
    from dockerlint_rules.model.build import Build
    from dockerlint_rules.model.stages import Dockerfile


def layers(argv: list[str]) -> int:
    """Draw the layers of one file.  0, or 2 if something cannot be read or written."""
    options = layers_parser().parse_args(argv)
    try:
        dockerfile = _read_dockerfile(options)
        layer_map = _layer_map(dockerfile, options)
    except _CannotDraw as error:
        write_error(str(error))
        return 2
    for problem in dockerfile.errors[:1]:
        line = dockerfile.source.line_of(problem.start)
        more = f" (and {len(dockerfile.errors) - 1} more)" if len(dockerfile.errors) > 1 else ""
        place = f"{dockerfile.filename}:{line}"
        write_error(
            f"{place}: {problem.message}{more}; the layers of the rest of the file are shown"
        )
    status = _write(_draw(layer_map, options), options.output_file)
    for sentence in missing.values():
        write_error(sentence)
    return 2 if missing else status


class _CannotDraw(Exception):
    """The layers cannot be drawn; the text says why."""


def _read_dockerfile(options: Namespace) -> Dockerfile:
    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.syntax.dockerfile.document import Document
    from dockerlint_rules.syntax.source import Source

    path = options.path
    if os.path.isdir(path):
        path = os.path.join(path, "Dockerfile")
    data = read_file(path)
    if isinstance(data, str):
        raise _CannotDraw(f"{path}: {data}")
    name = options.stdin_filename or "Dockerfile" if path == "-" else path
    return Dockerfile(Document(Source.from_bytes(data, name)), _build(options, path))


def _build(options: Namespace, path: str) -> Build:
    from dockerlint_rules.model.build import Build
    from dockerlint_rules.model.context.build_context import context_of

    arguments = {}
    for argument in options.build_arg or ():
        name, _, value = argument.partition("=")
        arguments[name] = value
    build = Build(arguments, target=options.target, platform=options.platform or "linux/amd64")
    build.context = context_of(path, options)
    return build


def _layer_map(dockerfile: Dockerfile, options: Namespace) -> LayerMap:
    from dockerlint_rules.layers.layer_map import map_layers

    if options.target and dockerfile.stage_named(options.target) is None:
        names = ", ".join(stage.label for stage in dockerfile.stages)
        raise _CannotDraw(
            f"{dockerfile.filename}: no stage '{options.target}'; choose from {names}"
        )
    changed = None
    if options.changed is not None:
        context = dockerfile.build.context
        directory = context.directory if context is not None else None
        changed = [_in_context(path, directory) for path in options.changed]
    found = map_layers(dockerfile, changed, files=options.format == "html")
    if options.history:
        from dockerlint_rules.layers.build_history import HistoryError, add_history

        data = read_file(options.history)
        if isinstance(data, str):
            raise _CannotDraw(f"{options.history}: {data}")
        try:
            add_history(found, data.decode("utf-8-sig", "replace"))
        except HistoryError as error:
            raise _CannotDraw(f"{options.history}: {error}") from None
    return found


def _in_context(path: str, directory: str | None) -> str:
    """A changed path relative to the build context; it is given from the current directory or from the context."""
    if directory is None:
        return path
    inside = os.path.relpath(os.path.abspath(path), os.path.abspath(directory))
    if not inside.startswith(os.pardir):
        within = os.path.exists(path) or not os.path.exists(os.path.join(directory, path))
        return inside.replace(os.sep, "/") if within else path
    if os.path.isabs(path) or os.path.exists(path):
        raise _CannotDraw(
            f"{path}: is outside the build context {directory}, so no layer depends on it"
        )
    return path.replace(os.sep, "/")


def _draw(layer_map: LayerMap, options: Namespace) -> str:
    if options.format == "json":
        from dockerlint_rules.layers.json_output import as_json

        return as_json(layer_map)
    if options.format == "mermaid":
        from dockerlint_rules.layers.mermaid import as_mermaid

        return as_mermaid(layer_map)
    if options.format == "svg":
        from dockerlint_rules.layers.svg import as_svg

        return as_svg(layer_map)
    if options.format == "html":
        from dockerlint_rules.layers.html import as_html

        return as_html(layer_map)
    from shutil import get_terminal_size

    from dockerlint_rules.layers.table import as_table

    color = not options.no_color and not options.output_file and wants_color(sys.stdout)
    return as_table(layer_map, max(80, min(get_terminal_size((140, 24)).columns, 200)), color=color)


def _write(text: str, path: str | None) -> int:
    from dockerlint_rules.formats.terminal_text import well_formed

    data = well_formed(text).encode("utf-8")
    if path is None:
        write_bytes(data)
        return 0
    from dockerlint_rules.files.reading import write_error_text
    from dockerlint_rules.files.writing import write_atomically

    try:
        write_atomically(path, data)
    except (OSError, ValueError) as error:
        write_error(f"{path}: {write_error_text(error)}")
        return 2
    return 0
