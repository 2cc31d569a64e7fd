"""Edits that ignore a finding: with a comment in the file, or in the configuration."""

from __future__ import annotations

import os
import re

from dockerlint_rules.config import ConfigError
from dockerlint_rules.files.reading import load
from dockerlint_rules.server.positions import IndexedText
from dockerlint_rules.server.uris import uri_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.server.open_file import OpenFile
    from dockerlint_rules.server.session import Session

_IGNORE_COMMENT = re.compile(
    r"\s*#\s*dockerlint\s*:\s*ignore\s*=\s*[A-Za-z][\w-]*(?:\s*,\s*[A-Za-z][\w-]*)*"
)


# -- in the file -----------------------------------------------------------------------------------------


def comment_edits(finding: Finding, file: OpenFile) -> Iterator[tuple[str, dict[str, Any]]]:
    """Ignore comments for a finding, each with the title of its action: for the instruction, and for one line in it."""
    # No comment ignores a finding about ignore comments, and JSON has no comments.
    if file.path.endswith(".json") or finding.code.startswith("DF09"):
        return
    instruction = finding.instruction
    if instruction is None and file.is_dockerfile:
        return  # there is no instruction that a comment could be about
    first_line = instruction["line"] if instruction is not None else finding.line
    where = "for this instruction" if file.is_dockerfile else "here"
    yield f"Ignore {finding.code} {where}", _comment_above(first_line, finding.code, file)
    if first_line < finding.line <= _last_line_of_text(file, first_line):
        edit = _comment_above(finding.line, finding.code, file)
        yield f"Ignore {finding.code} on this line", edit


def _last_line_of_text(file: OpenFile, line: int) -> int:
    """The last line of an instruction's own text, before its here-documents."""
    found = file.dockerfile.element_at(line) if file.dockerfile is not None else None
    return found.raw_line.text_end_line if found is not None else 0


def _comment_above(line: int, code: str, file: OpenFile) -> dict[str, Any]:
    """Put an ignore comment above a line, or add the code to the comment that is there."""
    # Lines of the source end at \n only; lines of the client's text also end at \r.
    source = file.source
    start = source.offset(line)
    if start == 0 and source.text.startswith("\ufeff"):
        start = 1
    number = file.text.position(start)["line"]
    above = file.text.line(number - 1) if number else ""
    comment = _IGNORE_COMMENT.match(above)
    if comment:
        at = file.text.starts[number - 1] + comment.end()
        return {"range": file.text.range(at, at), "newText": f",{code}"}
    text = file.text.line(number)
    indent = text[: len(text) - len(text.lstrip(" \t"))]
    return {
        "range": file.text.range(start, start),
        "newText": f"{indent}# dockerlint: ignore={code}{source.newline}",
    }


# -- in the configuration --------------------------------------------------------------------------------


def configuration_edit(code: str, file: OpenFile, session: Session) -> dict[str, Any] | None:
    """Ignore a code in the file's configuration, or in a new one; None if no edit is known to be right."""
    cache = session.cache_for(file.path)
    try:
        root = cache.options_for(file.path).root
        config = cache.config_of(file.path)
    except ConfigError:
        return None
    if config is None:
        return _new_configuration(code, root or session.folder_of(file.path), session)
    from dockerlint_rules.server.ignore_in_config import add_ignored_code

    try:
        text = load(config).decode("utf-8")
    except (OSError, ValueError):
        return None
    insertion = add_ignored_code(text, code, config, cache.roster, cache.given)
    if insertion is None:
        return None
    at, new = insertion
    place = IndexedText(text, session.encoding).range(at, at)
    return {"changes": {uri_of(config): [{"range": place, "newText": new}]}}


def _new_configuration(code: str, folder: str, session: Session) -> dict[str, Any] | None:
    """A new configuration that ignores a code, if the client can create files."""
    can_create = session.can("workspace", "workspaceEdit", "documentChanges") and "create" in (
        session.capabilities["workspace"]["workspaceEdit"].get("resourceOperations") or ()
    )
    if not folder or not can_create:
        return None
    uri = uri_of(os.path.join(folder, ".dockerlint"))
    origin = {"line": 0, "character": 0}
    edit = {
        "range": {"start": origin, "end": origin},
        "newText": f"[dockerlint]\nignore = {code}\n",
    }
    return {
        "documentChanges": [
            {"kind": "create", "uri": uri, "options": {"ignoreIfExists": True}},
            {"textDocument": {"uri": uri, "version": None}, "edits": [edit]},
        ]
    }
