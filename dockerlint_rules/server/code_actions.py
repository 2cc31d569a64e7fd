"""Code actions: apply_fixes this, apply_fixes all of a rule, apply_fixes all that is safe, ignore here, ignore in the configuration."""

from __future__ import annotations

import os
import re
from bisect import bisect_left, insort

from dockerlint_rules.config import ConfigError
from dockerlint_rules.fixes.apply import apply_fixes
from dockerlint_rules.server.diagnostics import diagnostic
from dockerlint_rules.server.positions import Text
from dockerlint_rules.server.session import uri_of
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockerlint_rules.findings.finding import Edit, Finding
    from dockerlint_rules.server.session import OpenFile, Session

QUICK_FIX, FIX_ALL = "quickfix", "source.fixAll.dockerlint"
KINDS = [QUICK_FIX, FIX_ALL]
_WINDOW = 60  # lines within which two texts are expected to be the same again
_MOST_FINDINGS = 200  # for which anything is offered one by one
_MOST_CODES = 3  # in a selection, for which turning them off everywhere is offered


def actions(
    file: OpenFile, session: Session, place: dict[str, Any], context: dict[str, Any]
) -> list[dict[str, Any]]:
    """The actions for a range of a file."""
    only = context.get("only")
    found: list[dict[str, Any]] = []
    if _is_asked(QUICK_FIX, only):
        start, end = file.text.offset(place["start"]), file.text.offset(place["end"])
        here = [one for one in file.all_findings() if one.start <= end and start <= one.end]
        here = here[:_MOST_FINDINGS]
        first_of = {one.code: one for one in reversed(here)}
        everywhere = start == end or len(first_of) <= _MOST_CODES
        # What mends stands above what silences, and the smaller above the greater.
        found += _once([one for finding in here for one in _mends(finding, file, session)])
        for finding in first_of.values():
            found += _all_of_rule(finding, file, session)
        found += _once([one for finding in here for one in _ignores(finding, file, session)])
        for finding in first_of.values() if everywhere else ():
            found += _off_for_project(finding, file, session)
    if _is_asked(FIX_ALL, only) and any(_is_safe(one) for one in file.findings):
        action = {"title": "Mend all that is safe to apply_fixes (dockerlint)", "kind": FIX_ALL}
        # perf: all of the file is mended for it, so who can ask for that later gets it later.
        if not isinstance(only, list) and session.resolves("edit"):
            found.append({**action, "data": {"uri": file.uri}})
        elif edits := fix_all(file, session):
            found.append({**action, "edit": workspace_edit(file, session, edits)})
    return found


def resolved(action: dict[str, Any], session: Session) -> dict[str, Any]:
    """An action with the edit that it was offered without."""
    data = action.get("data")
    file = session.files.get(data["uri"]) if isinstance(data, dict) and "uri" in data else None
    if file is None or action.get("kind") != FIX_ALL or "edit" in action:
        return action
    session.lint(file)
    return {**action, "edit": workspace_edit(file, session, fix_all(file, session))}


def _is_safe(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.safety == "safe"


def _is_asked(kind: str, only: Any) -> bool:
    """Whether a kind, or one above it, is among those that the client wants."""
    if not isinstance(only, list):
        return True
    return any(
        isinstance(one, str) and (kind == one or kind.startswith(f"{one}.") or one == "")
        for one in only
    )


def _mends(finding: Finding, file: OpenFile, session: Session) -> list[dict[str, Any]]:
    if finding.fix is None:
        return []
    unsafe = "" if finding.fix.safety == "safe" else " (unsafe)"
    return [
        {
            "title": f"{finding.fix.message.rstrip('.')}{unsafe}",
            "kind": QUICK_FIX,
            "diagnostics": [diagnostic(finding, file, session)],
            "isPreferred": not unsafe,
            "edit": workspace_edit(file, session, _edits(finding.fix.edits, file)),
        }
    ]


def _ignores(finding: Finding, file: OpenFile, session: Session) -> list[dict[str, Any]]:
    shown = diagnostic(finding, file, session)
    return [
        {
            "title": title,
            "kind": QUICK_FIX,
            "diagnostics": [shown],
            "edit": workspace_edit(file, session, [ignore]),
        }
        for title, ignore in _ignores_here(finding, file)
    ]


def _once(actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The actions, one for several findings where it would do the same for each."""
    kept: dict[str, dict[str, Any]] = {}
    for action in actions:
        known = kept.setdefault(repr((action["title"], action["edit"])), action)
        if known is not action:
            known["diagnostics"] += action["diagnostics"]
    return list(kept.values())


def _all_of_rule(finding: Finding, file: OpenFile, session: Session) -> list[dict[str, Any]]:
    """What mends all that a rule finds in the file, where that is more than one thing."""
    same = [one for one in file.all_findings() if one.code == finding.code and one.fix]
    if finding.fix is None or len(same) < 2:
        return []
    taken = Edits()
    mended = [one for one in same if one.fix is not None and taken.take(one.fix.edits)]
    unsafe = any(one.fix is not None and one.fix.safety != "safe" for one in mended)
    return [
        {
            "title": f"Mend all of {finding.code}{' (unsafe)' if unsafe else ''}",
            "kind": QUICK_FIX,
            "diagnostics": [diagnostic(one, file, session) for one in mended],
            "edit": workspace_edit(file, session, _edits(taken.found, file)),
        }
    ]


class Edits:
    """Edits of one text that can all be done, in the order of their places."""

    def __init__(self) -> None:
        self.found: list[Edit] = []

    def take(self, edits: list[Edit]) -> bool:
        """Take some more, all or none; none where one is in the way of another.  The same twice is once enough."""
        new = []
        for edit in edits:
            at = bisect_left(self.found, edit.key, key=lambda one: one.key)
            if self.found[at : at + 1] == [edit]:
                continue
            if any(_is_in_the_way(edit, other) for other in self.found[max(at - 1, 0) : at + 1]):
                return False
            new.append(edit)
        for edit in new:
            insort(self.found, edit, key=lambda one: one.key)
        return True


def _is_in_the_way(a: Edit, b: Edit) -> bool:
    """Whether two edits cannot both be done; two that put text at one place can."""
    if a.start == a.end == b.start == b.end:
        return False
    return (a.start < b.end and b.start < a.end) or a.start == b.start


def _off_for_project(finding: Finding, file: OpenFile, session: Session) -> list[dict[str, Any]]:
    in_config = _ignore_in_config(finding.code, file, session)
    if in_config is None:
        return []
    return [
        {
            "title": f"Ignore {finding.code} in the configuration",
            "kind": QUICK_FIX,
            "diagnostics": [diagnostic(finding, file, session)],
            "edit": in_config,
        }
    ]


# -- edits -----------------------------------------------------------------------------------------------


def _edits(edits: list[Edit], file: OpenFile) -> list[dict[str, Any]]:
    ordered = sorted(edits, key=lambda one: one.key)
    return [{"range": file.text.range(one.start, one.end), "newText": one.text} for one in ordered]


def workspace_edit(file: OpenFile, session: Session, edits: list[dict[str, Any]]) -> dict[str, Any]:
    """Edits of one open file, tied to its version where the client knows versions."""
    if session.can("workspace", "workspaceEdit", "documentChanges"):
        document = {"uri": file.uri, "version": file.version}
        return {"documentChanges": [{"textDocument": document, "edits": edits}]}
    return {"changes": {file.uri: edits}}


def fix_all(file: OpenFile, session: Session) -> list[dict[str, Any]]:
    """What all safe fixes make of the text, to a fixed point, as edits of the lines that differ."""
    if not any(_is_safe(one) for one in file.findings):
        return []
    try:
        lint = session.linter_of(file)
    except ConfigError:
        return []
    mended = apply_fixes(Source(file.text.text, file.path), lint, unsafe=False)
    return differing(file.text, mended.source.text)


def differing(text: Text, after: str) -> list[dict[str, Any]]:
    """The edits that make one text of another, line by line."""
    if after == text.text:
        return []
    old, new = _lines(text), _lines(Text(after, text.encoding))
    found = []
    for first, last, begin, end in _differences(old, new):
        start = text.starts[first] if first < len(text.starts) else len(text.text)
        stop = text.starts[last] if last < len(text.starts) else len(text.text)
        found.append({"range": text.range(start, stop), "newText": "".join(new[begin:end])})
    return found


def _differences(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where two lists differ: from and to in the one, from and to in the other.

    perf: mending changes lines here and there, so after a difference the nearest lines that are the same again are
    looked for; difflib, which finds the fewest differences, takes the square of the length where lines repeat.
    """
    at = to = 0
    while at < len(old) or to < len(new):
        if at < len(old) and to < len(new) and old[at] == new[to]:
            at += 1
            to += 1
            continue
        less, more = _same_again(old, new, at, to)
        yield at, at + less, to, to + more
        at += less
        to += more


def _same_again(old: list[str], new: list[str], at: int, to: int) -> tuple[int, int]:
    """How many lines are to be left out of each until both go on the same, for two lines or to the end."""
    for both in range(1, 2 * _WINDOW):
        for less in range(max(both - _WINDOW, 0), min(both, _WINDOW) + 1):
            a, b = at + less, to + both - less
            if a > len(old) or b > len(new):
                continue
            if old[a : a + 2] == new[b : b + 2] and (a < len(old) or b == len(new)):
                return less, both - less
    return len(old) - at, len(new) - to


def _lines(text: Text) -> list[str]:
    bounds = [*text.starts, len(text.text)]
    return [text.text[a:b] for a, b in zip(bounds, bounds[1:], strict=False)]


# -- ignoring ----------------------------------------------------------------------------------------------

_PRAGMA = re.compile(
    r"\s*#\s*dockerlint\s*:\s*ignore\s*=\s*[A-Za-z][\w-]*(?:\s*,\s*[A-Za-z][\w-]*)*"
)


def _ignores_here(finding: Finding, file: OpenFile) -> Iterator[tuple[str, dict[str, Any]]]:
    """Comments that silence a finding, each with its title: above the instruction, and above the line in it."""
    # What ignore comments say is silenced by none, and JSON has none.
    if file.path.endswith(".json") or finding.code.startswith("DF09"):
        return
    instruction = finding.instruction
    if instruction is None and file.is_dockerfile:
        return  # no instruction below which a comment would be about this
    first = instruction["line"] if instruction is not None else finding.line
    what = "for this instruction" if file.is_dockerfile else "here"
    yield f"Ignore {finding.code} {what}", _comment_above(first, finding.code, file)
    if first < finding.line <= _last_line_of_text(file, first):
        yield (
            f"Ignore {finding.code} on this line",
            _comment_above(finding.line, finding.code, file),
        )


def _last_line_of_text(file: OpenFile, line: int) -> int:
    """The last line of an instruction's own text, behind which its here-documents begin."""
    found = file.dockerfile.element_at(line) if file.dockerfile is not None else None
    return found.raw_line.text_end_line if found is not None else 0


def _comment_above(line: int, code: str, file: OpenFile) -> dict[str, Any]:
    """A comment above a line, or one code more in the comment that is there."""
    # The engine's lines end at \n only.
    source = file.source
    start = source.offset(line)
    if start == 0 and source.text.startswith("\ufeff"):
        start = 1
    number = file.text.position(start)["line"]
    above = file.text.line(number - 1) if number else ""
    found = _PRAGMA.match(above)
    if found:
        at = file.text.starts[number - 1] + found.end()
        return {"range": file.text.range(at, at), "newText": f",{code}"}
    text = file.text.line(number)
    indent = text[: len(text) - len(text.lstrip(" \t"))]
    return {
        "range": file.text.range(start, start),
        "newText": f"{indent}# dockerlint: ignore={code}{source.newline}",
    }


def _ignore_in_config(code: str, file: OpenFile, session: Session) -> dict[str, Any] | None:
    """The code among the ignored ones of the configuration that holds, or in a new one."""
    cache = session.cache_for(file.path)
    try:
        root = cache.options_for(file.path).root
        config = cache.config_of(file.path)
    except ConfigError:
        return None
    if config is None:
        return _new_config(code, root or session.folder_of(file.path), session)
    from dockerlint_rules.server.ignore_in_config import ignored_more

    try:
        with open(config, encoding="utf-8", newline="") as stream:
            text = stream.read()
    except (OSError, ValueError):
        return None
    found = ignored_more(text, code, config, cache.roster, cache.given)
    if found is None:
        return None
    at, new = found
    place = Text(text, session.encoding).range(at, at)
    return {"changes": {uri_of(config): [{"range": place, "newText": new}]}}


def _new_config(code: str, folder: str, session: Session) -> dict[str, Any] | None:
    """A configuration that ignores a code, for a client that can create files."""
    can = session.can("workspace", "workspaceEdit", "documentChanges") and "create" in (
        session.capabilities["workspace"]["workspaceEdit"].get("resourceOperations") or ()
    )
    if not folder or not can:
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
