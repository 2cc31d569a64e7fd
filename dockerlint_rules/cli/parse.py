"""What ``dockerlint parse`` prints: a document as plain JSON values."""

from __future__ import annotations

from dockerlint_rules.syntax.dockerfile.instructions import From

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.syntax.dockerfile.document import Document
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction


def describe(document: Document, path: str) -> dict[str, Any]:
    """The binding shape of ``dockerlint parse`` for one file; lines count from 1."""
    refusal = document.refusal
    return {
        "path": path,
        "accept": document.accepted,
        "error": None if refusal is None else {"line": refusal.line, "message": refusal.message},
        "escape": document.escape,
        "syntax": document.directive("syntax"),
        "stages": [
            {"name": one.name, "base": one.image.text if one.image else "", "line": one.line}
            for one in document.instructions
            if isinstance(one, From)
        ],
        "instructions": [_instruction(one) for one in document.instructions],
    }


def _instruction(one: Instruction) -> dict[str, Any]:
    return {
        "keyword": one.keyword,
        "line": one.line,
        "end_line": one.end_line,
        "flags": [flag.text for flag in one.flags],
        "form": one.form,
        "args": one.args,
        "heredocs": [
            {"name": h.name, "expand": h.expand, "chomp": h.chomp, "content": h.content}
            for h in one.heredocs
        ],
        "original": one.original,
    }
