"""The hover at a position: an instruction, image, flag, variable or package, and the rules of findings there."""

from __future__ import annotations

import re

from dockerlint_rules.config import ConfigError
from dockerlint_rules.server.hover.elements import element_at
from dockerlint_rules.server.hover.markup import Markup
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.registry.rule import Rule
    from dockerlint_rules.server.open_file import OpenFile
    from dockerlint_rules.server.session import Session

_IGNORE_COMMENT = re.compile(r"ignore|noqa|skip", re.I)
_WORD = re.compile(r"[A-Za-z][\w-]*")
_HOW_TO_FIX = re.compile(r"How to fix: (.*?)(?:\n\s*\n|\Z)", re.S)
_SHELLCHECK = re.compile(r"SC\d{4}\Z")
_MOST_RULES = 3  # in one hover


def hover(file: OpenFile, session: Session, offset: int) -> dict[str, Any] | None:
    """What is known about the element at an offset; None if nothing is."""
    markup = Markup(is_markdown=_accepts_markdown(session))
    dockerfile = _dockerfile(file)
    rules = _rules(file, session)
    mentioned = _mentioned_rules(file, offset, rules, markup)
    if mentioned is not None:
        return _hover(file, *mentioned, markup)
    found = element_at(dockerfile, offset, markup) if dockerfile is not None else None
    here = [one for one in file.all_findings() if one.start <= offset <= max(one.end, one.start)]
    if found is not None:
        text, place = found
        lines = [_line(one, rules, markup) for one in _one_per_rule(here)]
        return _hover(
            file, markup.parts([text, markup.items(lines)] if lines else [text]), place, markup
        )
    here = [one for one in here if offset < max(one.end, one.start + 1)]
    pages = [page for one in _one_per_rule(here) if (page := _page(one.code, rules, markup))]
    if not pages:
        return None
    shortest = min(here, key=lambda one: one.end - one.start)
    return _hover(file, markup.parts(pages), Span(shortest.start, shortest.end), markup)


def _hover(file: OpenFile, value: str, place: Span, markup: Markup) -> dict[str, Any]:
    kind = "markdown" if markup.is_markdown else "plaintext"
    return {
        "contents": {"kind": kind, "value": value},
        "range": file.text.range(place.start, place.end),
    }


def _accepts_markdown(session: Session) -> bool:
    formats = ((session.capabilities.get("textDocument") or {}).get("hover") or {}).get(
        "contentFormat"
    )
    return not isinstance(formats, list) or "markdown" in formats


def _dockerfile(file: OpenFile) -> Dockerfile | None:
    """The parsed file, if it is a Dockerfile and parsed from its current text."""
    dockerfile = file.dockerfile
    if dockerfile is None or not file.is_dockerfile or dockerfile.source.text != file.text.text:
        return None
    return dockerfile


# -- rules -----------------------------------------------------------------------------------------------


def _rules(file: OpenFile, session: Session) -> list[Rule]:
    try:
        return session.cache_for(file.path).rules
    except ConfigError:
        return []


def _one_per_rule(findings: list[Finding]) -> list[Finding]:
    """The first finding of each rule, for a few rules."""
    return list({one.code: one for one in reversed(findings)}.values())[::-1][:_MOST_RULES]


def _line(finding: Finding, rules: list[Rule], markup: Markup) -> str:
    """The title of a finding's rule; the editor shows the message itself."""
    rule = next((one for one in rules if one.code == finding.code), None)
    title = rule.title.rstrip(".") if rule is not None else finding.name
    url = rule.url if rule is not None else finding.url
    return f"{markup.bold(finding.code)} {markup.link(title, url) if url else markup.text(title)}"


def _page(code: str, rules: list[Rule], markup: Markup) -> str:
    """Why a rule exists, and how to fix what it finds."""
    if _SHELLCHECK.match(code):
        return f"{markup.bold(code)} {markup.link('ShellCheck', f'https://www.shellcheck.net/wiki/{code}')}"
    rule = next((one for one in rules if one.code == code), None)
    if rule is None:
        return ""
    parts = [f"{markup.bold(rule.title)} {markup.prose(rule.why)}"]
    how = _HOW_TO_FIX.search(rule.doc)
    if how:
        parts.append(f"How to fix: {markup.prose(how[1])}")
    name = f"{rule.code}: {rule.name}"
    parts.append(markup.link(name, rule.url) if rule.url else markup.text(name))
    return "\n\n".join(parts)


def _mentioned_rules(
    file: OpenFile, offset: int, rules: list[Rule], markup: Markup
) -> tuple[str, Span] | None:
    """The pages of the rules that a word of an ignore comment names, by code, name or alias; and its place."""
    number = file.text.position(offset)["line"]
    line, start = file.text.line(number), file.text.starts[number]
    if not line.lstrip().startswith("#") or not _IGNORE_COMMENT.search(line):
        return None
    for word in _WORD.finditer(line):
        if not start + word.start() <= offset <= start + word.end():
            continue
        wanted = word[0].lower()
        codes = [
            one.code
            for one in rules
            if wanted in (one.code.lower(), one.name) or word[0] in one.aliases
        ]
        if _SHELLCHECK.match(word[0].upper()):
            codes.append(word[0].upper())
        pages = [_page(code, rules, markup) for code in codes[:_MOST_RULES]]
        if pages:
            return markup.parts(pages), Span(start + word.start(), start + word.end())
    return None
