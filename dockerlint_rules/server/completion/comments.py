"""Completion in comments: parser directives, and codes in ignore comments."""

from __future__ import annotations

import re
from bisect import bisect_right

from dockerlint_rules.config import ConfigError
from dockerlint_rules.engine.suppressions import SYNTAX_ERROR
from dockerlint_rules.registry.indexed import builtin_rules
from dockerlint_rules.server.completion.items import CONSTANT, ENUM_MEMBER, PROPERTY
from dockerlint_rules.server.completion.vocabulary import (
    CHECK_OPTIONS,
    DIRECTIVE_VALUES,
    EXPERIMENTAL_CHECKS,
)
from dockerlint_rules.server.reference_text import DIRECTIVES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.registry.rule import Rule
    from dockerlint_rules.server.completion.cursor import CommentCursor
    from dockerlint_rules.server.completion.items import Items
    from dockerlint_rules.server.open_file import OpenFile
    from dockerlint_rules.server.session import Session

_FIRST_WORD = re.compile(r"#+[ \t]*((?:[A-Za-z][\w-]*)?)\Z")
_DIRECTIVE = re.compile(r"#[ \t]*(\w+)[ \t]*=[ \t]*(\S*)\Z")
_OURS = re.compile(r"#+[ \t]*dockerlint[ \t]*:[ \t]*([\w-]*)\Z", re.I)
_HADOLINT = re.compile(r"#+[ \t]*hadolint[ \t]+((?:global|stage)[ \t]+)?(\w*)\Z")
# The groups: what widens the scope, the codes that are given already, and the one that is being typed.
_CODES = r"(?P<given>(?:[A-Za-z][\w-]*[ \t]*,[ \t]*)*)(?P<typed>[\w-]*)\Z"
_IGNORE_COMMENTS = (
    re.compile(
        rf"#+[ \t]*(?P<tool>dockerlint)[ \t]*:[ \t]*ignore(?P<wide>-file)?[ \t]*=[ \t]*{_CODES}",
        re.I,
    ),
    re.compile(
        rf"#+[ \t]*(?P<tool>hadolint)[ \t]+(?P<wide>(?:global|stage)[ \t]+)?ignore[ \t]*=[ \t]*{_CODES}"
    ),
    re.compile(rf"#+[ \t]*(?P<tool>noqa)(?P<wide>)[ \t]*:[ \t]*{_CODES}", re.I),
)
_CHECKS = re.compile(
    r"#+[ \t]*check[ \t]*=(?:[^ \t]*;)?(?P<key>skip|experimental)=(?P<given>(?:\w+,)*)(?P<typed>\w*)\Z",
    re.I,
)
_CHECK_OPTION = re.compile(
    r"#+[ \t]*check[ \t]*=[ \t]*(?P<given>(?:[^ \t;]*;)*)(?P<typed>\w*)\Z", re.I
)
_CHECK_ERROR = re.compile(r"#+[ \t]*check[ \t]*=(?:[^ \t]*;)?error=(?P<typed>\w*)\Z", re.I)
_PEER_CODE = re.compile(r"(?:DL|SC)\d+\Z")
_BUILDKIT_CHECK = re.compile(r"[A-Z][A-Za-z]*[a-z]\Z")
_OWN_FORMS = {
    "ignore=": "ignores findings in the next instruction",
    "ignore-file=": "ignores findings in the whole file",
}
_HADOLINT_FORMS = {
    "ignore=": "ignores findings in the next instruction",
    "stage ignore=": "ignores findings in the stage",
    "global ignore=": "ignores findings in the whole file",
}


def add_comment(cursor: CommentCursor, items: Items, file: OpenFile, session: Session) -> None:
    """Offer what a comment may tell a tool; nothing in a comment for people."""
    text = cursor.before
    for form in _IGNORE_COMMENTS:
        found = form.match(text)
        if found:
            _add_codes(found, cursor, items, file, session)
            return
    if _add_checks(text, items, file, session):
        return
    ours, hadolint, word = _OURS.match(text), _HADOLINT.match(text), _FIRST_WORD.match(text)
    if ours:
        for label, detail in _OWN_FORMS.items():
            items.add(label, PROPERTY, ours[1], detail)
    elif hadolint:
        for label, detail in _HADOLINT_FORMS.items():
            if not hadolint[1] or " " not in label:
                items.add(label, PROPERTY, hadolint[2], detail)
    elif word:
        _add_words(cursor, items, word[1])
    else:
        _add_directive_value(cursor, items)


def _add_words(cursor: CommentCursor, items: Items, typed: str) -> None:
    if cursor.directives is not None:
        for name, detail in DIRECTIVES.items():
            if name not in cursor.directives:
                items.add(f"{name}=", PROPERTY, typed, detail)
    # In a script, most comments are for people.
    if not cursor.is_in_heredoc:
        for label, detail in _OWN_FORMS.items():
            items.add(f"dockerlint: {label}", PROPERTY, typed, detail)


def _add_directive_value(cursor: CommentCursor, items: Items) -> None:
    found = _DIRECTIVE.match(cursor.before)
    if found and cursor.directives is not None:
        for value, detail in DIRECTIVE_VALUES.get(found[1].lower(), {}).items():
            items.add(value, ENUM_MEMBER, found[2], detail)


# -- BuildKit's checks ---------------------------------------------------------------------------------


def _add_checks(text: str, items: Items, file: OpenFile, session: Session) -> bool:
    """Offer what ``check=`` takes.  Returns whether the comment is such a directive."""
    found = _CHECKS.match(text)
    if found:
        given = set(found["given"].split(","))
        titles = {
            alias: rule.title
            for rule in _rules(file, session)
            for alias in rule.aliases
            if _BUILDKIT_CHECK.match(alias)
        }
        names = EXPERIMENTAL_CHECKS if found["key"].lower() != "skip" else sorted(titles)
        here = {alias for one in file.findings for alias in one.aliases or ()}
        for name in sorted(names, key=lambda one: one not in here):
            if name not in given:
                items.add(name, CONSTANT, found["typed"], titles.get(name, "BuildKit check"))
        if not given - {""}:
            items.add("all", CONSTANT, found["typed"], "all of BuildKit's checks")
        return True
    found = _CHECK_ERROR.match(text)
    if found:
        items.add("true", ENUM_MEMBER, found["typed"], "findings fail the build")
        return True
    found = _CHECK_OPTION.match(text)
    if found:
        given = {one.partition("=")[0].lower() for one in found["given"].split(";")}
        for name, detail in CHECK_OPTIONS.items():
            if name not in given:
                items.add(f"{name}=", PROPERTY, found["typed"], detail)
    return found is not None


# -- codes ---------------------------------------------------------------------------------------------


def _add_codes(
    found: re.Match[str], cursor: CommentCursor, items: Items, file: OpenFile, session: Session
) -> None:
    """Offer the codes that this form of comment takes, beginning with those of findings that it would ignore."""
    typed = found["typed"]
    given = {one.strip().upper() for one in found["given"].split(",")}
    codes_of = _CODES_OF[found["tool"].lower()]
    if found["tool"].lower() == "dockerlint" and (typed[:1].islower() or "-" in typed):
        codes_of = _only_name
    rules = _rules(file, session)
    by_code = {rule.code: rule for rule in rules}
    for one in _findings_in_scope(cursor, file, whole_file=bool(found["wide"])):
        rule = by_code.get(one.code)
        for code in codes_of(one.code, one.name, one.aliases or ()):
            if code.upper() not in given:
                title = rule.title if rule is not None else one.message
                detail = f"{_detail(code, one.code, one.name, title)} Found here."
                items.add(code, CONSTANT, typed, detail)
    for rule in rules:
        for code in codes_of(rule.code, rule.name, rule.aliases):
            if code.upper() not in given:
                detail = _detail(code, rule.code, rule.name, rule.title)
                items.add(code, CONSTANT, typed, detail)


def _detail(label: str, code: str, name: str, title: str) -> str:
    return f"{name}: {title}" if label == code else f"{code}: {title}"


def _only_code(code: str, name: str, aliases: Sequence[str]) -> Sequence[str]:
    return (code,)


def _only_name(code: str, name: str, aliases: Sequence[str]) -> Sequence[str]:
    return (name,)


def _peer_codes(code: str, name: str, aliases: Sequence[str]) -> Sequence[str]:
    # hadolint cannot ignore what it cannot parse.
    return [one for one in (code, *aliases) if _PEER_CODE.match(one) and one != SYNTAX_ERROR]


_CODES_OF: dict[str, Callable[[str, str, Sequence[str]], Sequence[str]]] = {
    "dockerlint": _only_code,
    "noqa": _only_code,
    "hadolint": _peer_codes,
}


def _rules(file: OpenFile, session: Session) -> Sequence[Rule]:
    try:
        return session.cache_for(file.path).rules
    except ConfigError:
        return builtin_rules()


def _next_line(cursor: CommentCursor) -> int:
    """The next line that is neither blank nor a comment."""
    source = cursor.dockerfile.source
    line = cursor.line + 1
    while line <= source.line_count and source.line(line).strip()[:1] in ("", "#"):
        line += 1
    return line


def _findings_in_scope(cursor: CommentCursor, file: OpenFile, *, whole_file: bool) -> list[Finding]:
    """The findings that the comment would ignore: in the next instruction, the next line inside one, or the file."""
    findings = file.all_findings()
    if whole_file:
        return findings
    if cursor.is_inside:
        first = last = _next_line(cursor)
    else:
        instructions = cursor.dockerfile.instructions
        at = bisect_right(instructions, cursor.line, key=lambda one: one.line)
        if at == len(instructions):
            return []
        first, last = instructions[at].line, instructions[at].end_line
    return [one for one in findings if first <= one.line <= last]
