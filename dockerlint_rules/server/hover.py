"""Hover: what a finding's rule says, and what an instruction, image, flag, variable or package is."""

from __future__ import annotations

import re

from dockerlint_rules.model.scope import global_scope
from dockerlint_rules.server.knowledge_text import FLAGS, INSTRUCTIONS, REFERENCE
from dockerlint_rules.server.places import instruction_at, stage_at
from dockerlint_rules.server.stage_names import mention_at
from dockerlint_rules.server.variables import declarations_of, variable_at
from dockerlint_rules.syntax.instructions import From, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.findings import Finding
    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.server.session import OpenFile, Session

_CODE = re.compile(r"\b(DF\d{3}|DL\d{4}|SC\d{4})\b")


def hover(file: OpenFile, session: Session, offset: int) -> dict[str, Any] | None:
    """What is known of the place, the narrowest first; None where that is nothing."""
    parts: list[str] = []
    place: tuple[int, int] | None = None
    dockerfile = file.dockerfile
    if dockerfile is not None:
        found = _of_text(dockerfile, offset)
        if found is not None:
            place = found[1]
            parts.append(found[0])
    if not parts:
        code = _code_at(file, offset)
        if code is not None:
            parts.append(_page(code, session, file))
    here = [one for one in file.all_findings() if one.start <= offset < max(one.end, one.start + 1)]
    parts += [_of_finding(one, session, file) for one in here[:3]]
    parts = [one for one in parts if one]
    if not parts:
        return None
    kind = "markdown" if _takes_markdown(session) else "plaintext"
    value = "\n\n---\n\n".join(parts)
    said: dict[str, Any] = {
        "contents": {"kind": kind, "value": value if kind == "markdown" else _plain(value)}
    }
    if place is not None:
        said["range"] = file.text.range(*place)
    return said


def _takes_markdown(session: Session) -> bool:
    formats = ((session.capabilities.get("textDocument") or {}).get("hover") or {}).get(
        "contentFormat"
    )
    return not isinstance(formats, list) or "markdown" in formats


def _plain(text: str) -> str:
    return text.replace("**", "").replace("`", "")


def _of_finding(finding: Finding, session: Session, file: OpenFile) -> str:
    return f"**{finding.code}** {finding.message}\n\n{_page(finding.code, session, file)}"


def _page(code: str, session: Session, file: OpenFile) -> str:
    """Why a rule is, and how what it finds is mended."""
    rules = session.cache_for(file.path).rules
    rule = next((one for one in rules if one.code == code or code in one.aliases), None)
    if rule is None:
        return ""
    how = re.search(r"How to fix: (.*?)(?:\n\s*\n|\Z)", rule.doc, re.S)
    text = f"**{rule.title}** {rule.why}"
    if how:
        text += f"\n\n*How to fix:* {' '.join(how[1].split())}"
    return text.replace("``", "`") + (
        f"\n\n[{rule.code}: {rule.name}]({rule.url})" if rule.url else ""
    )


def _code_at(file: OpenFile, offset: int) -> str | None:
    position = file.text.position(offset)
    start = file.text.starts[position["line"]]
    for found in _CODE.finditer(file.text.line(position["line"])):
        if start + found.start() <= offset <= start + found.end():
            return found[0]
    return None


def _of_text(dockerfile: Dockerfile, offset: int) -> tuple[str, tuple[int, int]] | None:
    """What an element of the file is, and its place."""
    one = instruction_at(dockerfile, offset)
    if one is None:
        return None
    word = one.keyword_word
    if word.start <= offset <= word.end and one.keyword in INSTRUCTIONS:
        link = REFERENCE.format(anchor=one.keyword.lower())
        return f"**{one.keyword}**: {INSTRUCTIONS[one.keyword]}\n\n[Reference]({link})", (
            word.start,
            word.end,
        )
    for flag in one.flags:
        if flag.start <= offset <= flag.start + 2 + len(flag.name) and f"--{flag.name}" in FLAGS:
            return f"**--{flag.name}**: {FLAGS[f'--{flag.name}']}", (flag.start, flag.end)
    variable = variable_at(dockerfile, offset)
    if variable is not None:
        return _of_variable(dockerfile, variable[0], offset), (variable[1].start, variable[1].end)
    mention = mention_at(dockerfile, offset)
    if mention is not None:
        stage = mention.stage
        lines = f"line {stage.from_.line}"
        needed = "" if stage.needed else "; nothing that is built needs it"
        return f"Stage **{stage.label}** ({lines}), from `{stage.base.text}`{needed}.", (
            mention.start,
            mention.end,
        )
    if (
        isinstance(one, From)
        and one.image is not None
        and one.image.start <= offset <= one.image.end
    ):
        return _of_image(dockerfile, one), (one.image.start, one.image.end)
    if isinstance(one, Run):
        return _of_package(one, offset)
    return None


def _of_variable(dockerfile: Dockerfile, name: str, offset: int) -> str:
    one, stage = instruction_at(dockerfile, offset), stage_at(dockerfile, offset)
    if isinstance(one, From) or stage is None:
        value = global_scope(dockerfile).get(name)
    else:
        value = stage.scope.value_at(one, name)
    where = ", ".join(
        f"line {dockerfile.source.line_of(pair.start)}"
        for pair in declarations_of(dockerfile, name, offset)
    )
    text = (
        f"**${name}** is `{value}` here"
        if value is not None
        else f"**${name}** has no known value here"
    )
    return (
        f"{text} (declared on {where})." if where else f"{text}; nothing in this file declares it."
    )


def _of_image(dockerfile: Dockerfile, from_: From) -> str:
    from dockerlint_rules import knowledge
    from dockerlint_rules.model.images import distribution

    stage = next((one for one in dockerfile.stages if one.from_ is from_), None)
    base = stage.base if stage is not None else None
    if base is None or base.is_scratch:
        return "**scratch**: the empty image."
    parts = [f"**{base.text}**"]
    family = distribution(base)
    if family:
        parts.append(f"Distribution: {family}.")
    record = knowledge.end_of_life(base.upstream, base.tag)
    if record is not None and record.date:
        parts.append(f"Supported until {record.date}.")
    elif record is not None and record.state == "ended":
        parts.append("No longer supported.")
    state = knowledge.stateful_image(base.upstream, base.tag)
    if state is not None and state.data_dirs:
        volume = ", and declares a volume for it" if state.declares_volume else ""
        parts.append(f"Keeps its data in `{state.data_dirs[0]}`{volume}.")
    if base.tag is None and base.digest is None:
        parts.append("Without a tag: whatever is newest.")
    return " ".join(parts)


def _of_package(run: Run, offset: int) -> tuple[str, tuple[int, int]] | None:
    from dockerlint_rules import knowledge
    from dockerlint_rules.model.packages import calls_in

    for call in calls_in(run):
        for package in call.packages:
            if package.start <= offset <= package.end:
                text = f"**{package.name}**, a package of {call.tool}."
                record = knowledge.stateful_package(call.family, package.name)
                if record is not None and record.keeps_state and record.data_dirs:
                    text += f" Keeps its data in `{record.data_dirs[0]}`."
                return text, (package.start, package.end)
    return None
