"""Code actions: mend this, mend all of a rule, mend all that is safe, ignore here, ignore in the configuration."""

from __future__ import annotations

import os
import re

from dockerlint_rules.config import ConfigError
from dockerlint_rules.fixes import mend
from dockerlint_rules.server.diagnostics import diagnostic
from dockerlint_rules.server.positions import Text
from dockerlint_rules.server.session import uri_of
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.findings import Edit, Finding
    from dockerlint_rules.server.session import OpenFile, Session

QUICK_FIX, FIX_ALL = "quickfix", "source.fixAll.dockerlint"
KINDS = [QUICK_FIX, FIX_ALL]


def actions(
    file: OpenFile, session: Session, place: dict[str, Any], context: dict[str, Any]
) -> list[dict[str, Any]]:
    """The actions for a range of a file."""
    only = context.get("only")
    found: list[dict[str, Any]] = []
    if _is_asked(QUICK_FIX, only):
        start, end = file.text.offset(place["start"]), file.text.offset(place["end"])
        here = [one for one in file.all_findings() if one.start <= end and start <= one.end]
        for finding in here:
            found += _of_finding(finding, file, session)
        told: set[str] = set()
        for finding in here:
            if finding.code not in told:
                told.add(finding.code)
                found += _of_rule(finding, file, session)
    if _is_asked(FIX_ALL, only):
        edits = fix_all(file, session)
        if edits:
            found.append(
                {
                    "title": "Mend all that is safe to mend (dockerlint)",
                    "kind": FIX_ALL,
                    "edit": workspace_edit(file, session, edits),
                }
            )
    return found


def _is_asked(kind: str, only: Any) -> bool:
    """Whether a kind, or one above it, is among those that the client wants."""
    if not isinstance(only, list):
        return True
    return any(
        isinstance(one, str) and (kind == one or kind.startswith(f"{one}.") or one == "")
        for one in only
    )


def _of_finding(finding: Finding, file: OpenFile, session: Session) -> list[dict[str, Any]]:
    shown = diagnostic(finding, file, session)
    found = []
    if finding.fix is not None:
        unsafe = "" if finding.fix.safety == "safe" else " (unsafe)"
        found.append(
            {
                "title": f"{finding.fix.message.rstrip('.')}{unsafe}",
                "kind": QUICK_FIX,
                "diagnostics": [shown],
                "isPreferred": not unsafe,
                "edit": workspace_edit(file, session, _edits(finding.fix.edits, file)),
            }
        )
    ignore = _ignore_here(finding, file)
    if ignore is not None:
        found.append(
            {
                "title": f"Ignore {finding.code} for this instruction",
                "kind": QUICK_FIX,
                "diagnostics": [shown],
                "edit": workspace_edit(file, session, [ignore]),
            }
        )
    return found


def _of_rule(finding: Finding, file: OpenFile, session: Session) -> list[dict[str, Any]]:
    """All of a rule in the file, and the rule off for the project."""
    found = []
    same = [one for one in file.all_findings() if one.code == finding.code and one.fix]
    if finding.fix is not None and len(same) > 1:
        taken: list[Edit] = []
        for one in same:
            edits = one.fix.edits if one.fix else []
            if not any(
                (a.start < b.end and b.start < a.end) or a.start == b.start
                for a in edits
                for b in taken
            ):
                taken += edits
        unsafe = any(one.fix is not None and one.fix.safety != "safe" for one in same)
        found.append(
            {
                "title": f"Mend all of {finding.code}{' (unsafe)' if unsafe else ''}",
                "kind": QUICK_FIX,
                "diagnostics": [diagnostic(one, file, session) for one in same],
                "edit": workspace_edit(file, session, _edits(taken, file)),
            }
        )
    in_config = _ignore_in_config(finding.code, file, session)
    if in_config is not None:
        found.append(
            {
                "title": f"Ignore {finding.code} in the configuration",
                "kind": QUICK_FIX,
                "diagnostics": [diagnostic(finding, file, session)],
                "edit": in_config,
            }
        )
    return found


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
    if not any(one.fix is not None and one.fix.safety == "safe" for one in file.findings):
        return []
    try:
        lint = session.linter_of(file)
    except ConfigError:
        return []
    mended = mend(Source(file.text.text, file.path), lint, unsafe=False)
    return differing(file.text, mended.source.text)


def differing(text: Text, after: str) -> list[dict[str, Any]]:
    """The edits that make one text of another, line by line."""
    if after == text.text:
        return []
    from difflib import SequenceMatcher

    old, new = _lines(text), _lines(Text(after, text.encoding))
    found = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, first, last, begin, end in matcher.get_opcodes():
        if tag != "equal":
            start = text.starts[first] if first < len(text.starts) else len(text.text)
            stop = text.starts[last] if last < len(text.starts) else len(text.text)
            found.append({"range": text.range(start, stop), "newText": "".join(new[begin:end])})
    return found


def _lines(text: Text) -> list[str]:
    bounds = [*text.starts, len(text.text)]
    return [text.text[a:b] for a, b in zip(bounds, bounds[1:], strict=False)]


# -- ignoring ----------------------------------------------------------------------------------------------

_PRAGMA = re.compile(
    r"\s*#\s*dockerlint\s*:\s*ignore\s*=\s*[A-Za-z][\w-]*(?:\s*,\s*[A-Za-z][\w-]*)*"
)


def _ignore_here(finding: Finding, file: OpenFile) -> dict[str, Any] | None:
    """A comment above the instruction, or one code more in the one that is there."""
    if file.path.endswith(".json") or finding.code.startswith("DF09"):
        return None
    line = (finding.instruction or {}).get("line", finding.line) - 1
    source = Source(file.text.text)
    # The engine's lines end at \n only.
    start = source.offset(line + 1)
    number = file.text.position(start)["line"]
    above = file.text.line(number - 1) if number else ""
    found = _PRAGMA.match(above)
    if found:
        at = file.text.starts[number - 1] + found.end()
        return {"range": file.text.range(at, at), "newText": f",{finding.code}"}
    text = file.text.line(number)
    indent = text[: len(text) - len(text.lstrip(" \t"))]
    newline = "\r\n" if "\r\n" in file.text.text else "\n"
    return {
        "range": file.text.range(start, start),
        "newText": f"{indent}# dockerlint: ignore={finding.code}{newline}",
    }


def _ignore_in_config(code: str, file: OpenFile, session: Session) -> dict[str, Any] | None:
    """The code among the ignored ones of the configuration that holds, or in a new one."""
    try:
        root = session.cache_for(file.path).options_for(file.path).root
        config = session.cache_for(file.path).config_of(file.path)
    except ConfigError:
        return None
    if config is None:
        folder = root or session.folder_of(file.path)
        if not folder or not session.can("workspace", "workspaceEdit", "documentChanges"):
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
    try:
        with open(config, encoding="utf-8", newline="") as stream:
            text = Text(stream.read(), session.encoding)
    except (OSError, ValueError):
        return None
    change = _ignored_more(text, code, is_toml=config.endswith(".toml"))
    return {"changes": {uri_of(config): [change]}} if change is not None else None


def _ignored_more(text: Text, code: str, *, is_toml: bool) -> dict[str, Any] | None:
    """Where one code more goes into a configuration's text."""
    head = r"^\[tool\.dockerlint\][^\n]*\n" if is_toml else r"^\[dockerlint\][^\n]*\n"
    section = re.search(head, text.text, re.M)
    if section is None:
        return None
    after = re.compile(r"^\[", re.M).search(text.text, section.end())
    end = after.start() if after else len(text.text)
    found = re.compile(r"^ignore[ \t]*=[ \t]*", re.M).search(text.text, section.end(), end)
    if found is None:
        line = f'ignore = ["{code}"]\n' if is_toml else f"ignore = {code}\n"
        return {"range": text.range(section.end(), section.end()), "newText": line}
    at = found.end()
    if is_toml:
        if text.text[at : at + 1] != "[":
            return None
        empty = text.text[at + 1 :].lstrip().startswith("]")
        return {
            "range": text.range(at + 1, at + 1),
            "newText": f'"{code}"' if empty else f'"{code}", ',
        }
    return {
        "range": text.range(at, at),
        "newText": f"{code}, " if text.text[at : at + 1].strip() else code,
    }
