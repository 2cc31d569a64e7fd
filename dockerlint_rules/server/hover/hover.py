"""Hover: what an instruction, image, flag, variable or package is, and what a finding's rule says."""

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
    from dockerlint_rules.server.session import OpenFile, Session

_PRAGMA = re.compile(r"ignore|noqa|skip", re.I)
_WORD = re.compile(r"[A-Za-z][\w-]*")
_HOW = re.compile(r"How to fix: (.*?)(?:\n\s*\n|\Z)", re.S)
_SHELLCHECK = re.compile(r"SC\d{4}\Z")
_MOST = 3  # rules that are told of at once


def hover(file: OpenFile, session: Session, offset: int) -> dict[str, Any] | None:
    """What is known of the place, the narrowest first; None where that is nothing."""
    say = Markup(is_markdown=_takes_markdown(session))
    dockerfile = _dockerfile(file)
    rules = _rules(file, session)
    named = _named_at(file, offset, rules, say)
    if named is not None:
        return _said(file, *named, say)
    found = element_at(dockerfile, offset, say) if dockerfile is not None else None
    here = [one for one in file.all_findings() if one.start <= offset <= max(one.end, one.start)]
    if found is not None:
        text, place = found
        lines = [_line(one, rules, say) for one in _of_other_rules(here)]
        return _said(file, say.parts([text, say.items(lines)] if lines else [text]), place, say)
    here = [one for one in here if offset < max(one.end, one.start + 1)]
    pages = [page for one in _of_other_rules(here) if (page := _page(one.code, rules, say))]
    if not pages:
        return None
    least = min(here, key=lambda one: one.end - one.start)
    return _said(file, say.parts(pages), Span(least.start, least.end), say)


def _said(file: OpenFile, value: str, place: Span, say: Markup) -> dict[str, Any]:
    kind = "markdown" if say.is_markdown else "plaintext"
    return {
        "contents": {"kind": kind, "value": value},
        "range": file.text.range(place.start, place.end),
    }


def _takes_markdown(session: Session) -> bool:
    formats = ((session.capabilities.get("textDocument") or {}).get("hover") or {}).get(
        "contentFormat"
    )
    return not isinstance(formats, list) or "markdown" in formats


def _dockerfile(file: OpenFile) -> Dockerfile | None:
    """What was read of the text that the file has now."""
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


def _of_other_rules(findings: list[Finding]) -> list[Finding]:
    """The first finding of each rule, and not too many."""
    return list({one.code: one for one in reversed(findings)}.values())[::-1][:_MOST]


def _line(finding: Finding, rules: list[Rule], say: Markup) -> str:
    """A finding in one line; editors show its message themselves."""
    rule = next((one for one in rules if one.code == finding.code), None)
    title = rule.title.rstrip(".") if rule is not None else finding.name
    url = rule.url if rule is not None else finding.url
    return f"{say.bold(finding.code)} {say.link(title, url) if url else say.text(title)}"


def _page(code: str, rules: list[Rule], say: Markup) -> str:
    """Why a rule is, and how what it finds is mended."""
    if _SHELLCHECK.match(code):
        return (
            f"{say.bold(code)} {say.link('ShellCheck', f'https://www.shellcheck.net/wiki/{code}')}"
        )
    rule = next((one for one in rules if one.code == code), None)
    if rule is None:
        return ""
    parts = [f"{say.bold(rule.title)} {say.prose(rule.why)}"]
    how = _HOW.search(rule.doc)
    if how:
        parts.append(f"How to fix: {say.prose(how[1])}")
    name = f"{rule.code}: {rule.name}"
    parts.append(say.link(name, rule.url) if rule.url else say.text(name))
    return "\n\n".join(parts)


def _named_at(
    file: OpenFile, offset: int, rules: list[Rule], say: Markup
) -> tuple[str, Span] | None:
    """The pages of the rules that a word of a comment names: by code, name or alias."""
    number = file.text.position(offset)["line"]
    line, start = file.text.line(number), file.text.starts[number]
    if not line.lstrip().startswith("#") or not _PRAGMA.search(line):
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
        pages = [_page(code, rules, say) for code in codes[:_MOST]]
        if pages:
            return say.parts(pages), Span(start + word.start(), start + word.end())
    return None
