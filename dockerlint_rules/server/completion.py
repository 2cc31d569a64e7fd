"""Completion: instructions, flags, stages, variables, and codes in ignore comments."""

from __future__ import annotations

import re

from dockerlint_rules.server.knowledge_text import FLAGS, INSTRUCTIONS
from dockerlint_rules.server.places import instruction_at, stage_at
from dockerlint_rules.server.variables import pairs_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.server.session import OpenFile, Session

_KEYWORD, _PROPERTY, _MODULE, _VARIABLE, _CONSTANT = 14, 10, 9, 6, 21
_PRAGMA = re.compile(
    r"#\s*(?:dockerlint\s*:|hadolint)\s*ignore(?:-file)?\s*=\s*(?:[\w-]+\s*,\s*)*([\w-]*)\Z"
)
_NAME = re.compile(r"\$\{?(\w*)\Z")
_FROM = re.compile(r"(?:--from=|[,=]from=|\AFROM\s+)(\S*)\Z", re.I)
_FLAG = re.compile(r"(?:\s)(--[\w-]*)\Z")
_START = re.compile(r"\s*(?:ONBUILD\s+)?([A-Za-z]*)\Z", re.I)
# Set in every build.  Source: Docker docs, "Automatic platform ARGs in the global scope".
_PLATFORM = (
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
)


def complete(file: OpenFile, session: Session, offset: int) -> list[dict[str, Any]]:
    """What may stand at an offset, by what stands before it on its line."""
    position = file.text.position(offset)
    before = file.text.text[file.text.starts[position["line"]] : offset]

    def item(label: str, kind: int, typed: str, detail: str = "") -> dict[str, Any]:
        said: dict[str, Any] = {
            "label": label,
            "kind": kind,
            "textEdit": {"range": file.text.range(offset - len(typed), offset), "newText": label},
        }
        return {**said, "detail": detail} if detail else said

    found = _PRAGMA.search(before)
    if found:
        rules = session.cache_for(file.path).rules
        return [item(one.code, _CONSTANT, found[1], f"{one.name}: {one.title}") for one in rules]
    if before.lstrip().startswith("#"):
        return []
    dockerfile = file.dockerfile
    found = _NAME.search(before)
    if found and dockerfile is not None:
        names = {
            pair.name: f"line {dockerfile.source.line_of(pair.start)}"
            for pair, _ in pairs_of(dockerfile)
        }
        names |= {name: "set in every build" for name in _PLATFORM if name not in names}
        return [item(name, _VARIABLE, found[1], detail) for name, detail in names.items()]
    found = _FROM.search(before)
    if found and dockerfile is not None:
        here = stage_at(dockerfile, max(offset - 1, 0))
        last = here.index if here is not None else 0
        if before.lstrip().upper().startswith("FROM"):
            last += (
                0
                if here is not None and here.from_.start >= file.text.starts[position["line"]]
                else 1
            )
        stages = [one for one in dockerfile.stages[:last] if one.name]
        return [item(one.name or "", _MODULE, found[1], f"FROM {one.base.text}") for one in stages]
    found = _FLAG.search(before)
    if found and dockerfile is not None:
        from dockerlint_rules.syntax.checks import FLAGS as KNOWN

        one = instruction_at(dockerfile, max(offset - 1, 0))
        keyword = one.keyword if one is not None else before.split(None, 1)[0].upper()
        return [
            item(
                f"--{name}" + ("" if kind == "b" else "="),
                _PROPERTY,
                found[1],
                FLAGS.get(f"--{name}", ""),
            )
            for name, kind in KNOWN.get(keyword, {}).items()
        ]
    found = _START.match(before)
    if found and not _is_continued(file, position["line"]):
        lower = found[1].islower()
        return [
            item(name.lower() if lower else name, _KEYWORD, found[1], text)
            for name, text in INSTRUCTIONS.items()
            if name != "MAINTAINER"
        ]
    return []


def _is_continued(file: OpenFile, line: int) -> bool:
    """Whether the line goes on with what the one before began."""
    escape = file.dockerfile.document.escape if file.dockerfile is not None else "\\"
    return line > 0 and file.text.line(line - 1).rstrip().endswith(escape)
