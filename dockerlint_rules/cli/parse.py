"""``dockerlint parse``: what the parser sees, as JSON."""

from __future__ import annotations

import json

from dockerlint_rules.cli.parsers import parse_parser
from dockerlint_rules.cli.terminal import read_file, write_error, write_output
from dockerlint_rules.formats.terminal_text import json_without_commands
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.dockerfile.instructions import From
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.syntax.dockerfile.instruction import Instruction


def parse(argv: list[str]) -> int:
    """Print a list with an object for each file; 2 when one cannot be read."""
    options = parse_parser().parse_args(argv)
    status = 0
    separator = ""
    write_output("[")
    for path in options.paths:
        data = read_file(path)
        if isinstance(data, str):
            write_error(f"{path}: {data}")
            status = 2
            continue
        document = Document(Source.from_bytes(data, path))
        text = json.dumps(document_as_json(document, path))
        write_output(separator + json_without_commands(text))
        separator = ",\n "
    write_output("]\n")
    return status


def document_as_json(document: Document, path: str) -> dict[str, Any]:
    """One file as ``dockerlint parse`` prints it, which is a stable interface; lines count from 1."""
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
        "instructions": [_instruction_as_json(one) for one in document.instructions],
    }


def _instruction_as_json(instruction: Instruction) -> dict[str, Any]:
    return {
        "keyword": instruction.keyword,
        "line": instruction.line,
        "end_line": instruction.end_line,
        "flags": [flag.text for flag in instruction.flags],
        "form": instruction.form,
        "args": instruction.args,
        "heredocs": [
            {"name": h.name, "expand": h.expand, "chomp": h.chomp, "content": h.content}
            for h in instruction.heredocs
        ],
        "original": instruction.original,
    }
