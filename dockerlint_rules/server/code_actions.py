"""Code actions: fix this, fix all of a rule, fix everything that is safe, ignore here, ignore in the configuration."""

from __future__ import annotations

from bisect import bisect_left, insort

from dockerlint_rules.config import ConfigError
from dockerlint_rules.fixes.apply import apply_fixes
from dockerlint_rules.server.diagnostics import diagnostic
from dockerlint_rules.server.ignore_edits import comment_edits, configuration_edit
from dockerlint_rules.server.text_edits import line_edits, text_edits, workspace_edit
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.findings.finding import Edit, Finding
    from dockerlint_rules.server.open_file import OpenFile
    from dockerlint_rules.server.session import Session

    Action = dict[str, Any]

QUICK_FIX, FIX_ALL = "quickfix", "source.fixAll.dockerlint"
_MOST_FINDINGS = 200  # that get actions of their own
_MOST_CODES = 3  # in a selection, for which "ignore in the configuration" is offered


def code_actions(
    file: OpenFile, session: Session, selection: dict[str, Any], context: dict[str, Any]
) -> list[Action]:
    """The actions for a range of a file."""
    wanted = context.get("only")
    found: list[Action] = []
    if _is_wanted(QUICK_FIX, wanted):
        found += _quick_fixes(file, session, selection)
    if _is_wanted(FIX_ALL, wanted) and any(_is_safe(one) for one in file.findings):
        action = {"title": "Fix everything that is safe to fix (dockerlint)", "kind": FIX_ALL}
        # perf: this fixes the whole file, so a client that can ask for the edit later gets it later.
        if not isinstance(wanted, list) and session.can_resolve("edit"):
            found.append({**action, "data": {"uri": file.uri}})
        elif edits := fix_all(file, session):
            found.append({**action, "edit": workspace_edit(file, session, edits)})
    return found


def resolve_code_action(action: Action, session: Session) -> Action:
    """An action with the edit that was left out when it was offered."""
    data = action.get("data")
    file = session.files.get(data["uri"]) if isinstance(data, dict) and "uri" in data else None
    if file is None or action.get("kind") != FIX_ALL or "edit" in action:
        return action
    session.lint(file)
    return {**action, "edit": workspace_edit(file, session, fix_all(file, session))}


def fix_all(file: OpenFile, session: Session) -> list[dict[str, Any]]:
    """The edits of all safe fixes, applied until nothing changes any more."""
    if not any(_is_safe(one) for one in file.findings):
        return []
    try:
        lint = session.lint_function(file)
    except ConfigError:
        return []
    fixed = apply_fixes(Source(file.text.text, file.path), lint, unsafe=False)
    return line_edits(file.text, fixed.source.text)


def _is_wanted(kind: str, wanted: Any) -> bool:
    """Whether a kind, or a more general one, is among those that the client asks for."""
    if not isinstance(wanted, list):
        return True
    return any(
        isinstance(one, str) and (kind == one or kind.startswith(f"{one}.") or one == "")
        for one in wanted
    )


def _is_safe(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.safety == "safe"


def _quick_fixes(file: OpenFile, session: Session, selection: dict[str, Any]) -> list[Action]:
    """Actions for the findings in a range: fixes before ignore comments, small changes before big ones."""
    start, end = file.text.offset(selection["start"]), file.text.offset(selection["end"])
    here = [one for one in file.all_findings() if one.start <= end and start <= one.end]
    here = here[:_MOST_FINDINGS]
    first_of_code = {one.code: one for one in reversed(here)}
    found = _merge_equal([action for one in here for action in _fix_this(one, file, session)])
    for finding in first_of_code.values():
        found += _fix_all_of_rule(finding, file, session)
    found += _merge_equal([action for one in here for action in _ignore_here(one, file, session)])
    if start == end or len(first_of_code) <= _MOST_CODES:
        for finding in first_of_code.values():
            found += _ignore_everywhere(finding, file, session)
    return found


def _fix_this(finding: Finding, file: OpenFile, session: Session) -> list[Action]:
    if finding.fix is None:
        return []
    is_safe = _is_safe(finding)
    return [
        {
            "title": f"{finding.fix.message.rstrip('.')}{'' if is_safe else ' (unsafe)'}",
            "kind": QUICK_FIX,
            "diagnostics": [diagnostic(finding, file, session)],
            "isPreferred": is_safe,
            "edit": workspace_edit(file, session, text_edits(finding.fix.edits, file)),
        }
    ]


def _fix_all_of_rule(finding: Finding, file: OpenFile, session: Session) -> list[Action]:
    """An action that fixes all findings of a rule in the file, if there are several."""
    same = [one for one in file.all_findings() if one.code == finding.code and one.fix]
    if finding.fix is None or len(same) < 2:
        return []
    edits = CompatibleEdits()
    fixed = [one for one in same if one.fix is not None and edits.add(one.fix.edits)]
    is_safe = all(_is_safe(one) for one in fixed)
    return [
        {
            "title": f"Fix all {finding.code} in this file{'' if is_safe else ' (unsafe)'}",
            "kind": QUICK_FIX,
            "diagnostics": [diagnostic(one, file, session) for one in fixed],
            "edit": workspace_edit(file, session, text_edits(edits.found, file)),
        }
    ]


def _ignore_here(finding: Finding, file: OpenFile, session: Session) -> list[Action]:
    shown = diagnostic(finding, file, session)
    return [
        {
            "title": title,
            "kind": QUICK_FIX,
            "diagnostics": [shown],
            "edit": workspace_edit(file, session, [edit]),
        }
        for title, edit in comment_edits(finding, file)
    ]


def _ignore_everywhere(finding: Finding, file: OpenFile, session: Session) -> list[Action]:
    edit = configuration_edit(finding.code, file, session)
    if edit is None:
        return []
    return [
        {
            "title": f"Ignore {finding.code} in the configuration",
            "kind": QUICK_FIX,
            "diagnostics": [diagnostic(finding, file, session)],
            "edit": edit,
        }
    ]


def _merge_equal(actions: list[Action]) -> list[Action]:
    """The actions, with one for several findings if it does the same for each."""
    merged: dict[str, Action] = {}
    for action in actions:
        known = merged.setdefault(repr((action["title"], action["edit"])), action)
        if known is not action:
            known["diagnostics"] += action["diagnostics"]
    return list(merged.values())


class CompatibleEdits:
    """Edits of one text that can all be applied, in the order of their places."""

    def __init__(self) -> None:
        self.found: list[Edit] = []

    def add(self, edits: list[Edit]) -> bool:
        """Add all of the edits, or none if one of them overlaps another edit; the same edit twice does not overlap."""
        new = []
        for edit in edits:
            at = bisect_left(self.found, edit.key, key=lambda one: one.key)
            if self.found[at : at + 1] == [edit]:
                continue
            if any(_overlap(edit, other) for other in self.found[max(at - 1, 0) : at + 1]):
                return False
            new.append(edit)
        for edit in new:
            insort(self.found, edit, key=lambda one: one.key)
        return True


def _overlap(a: Edit, b: Edit) -> bool:
    """Whether two edits exclude each other; two insertions at the same place do not."""
    if a.start == a.end == b.start == b.end:
        return False
    return (a.start < b.end and b.start < a.end) or a.start == b.start
