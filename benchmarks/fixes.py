"""Fix real Dockerfiles and count what must hold afterwards.

usage: python benchmarks/fixes.py [--unsafe] [--select CODES] [--show N] [FILE...]

Without files, the open corpus (../shared/tools/corpus).  Every default rule runs (ShellCheck's, too, with ``--shellcheck``).
Counted are the files where

- a file that BuildKit accepts is refused afterwards (by our reader, which agrees with BuildKit on all of the corpus);
- a second run changes something;
- a fix was rejected, or a finding is still there that it should have fixed;
- there are more errors or warnings of a kind than before;
- bytes outside the edits differ, or an instruction that no edit touched differs;
- with safe fixes, the packages installed in a stage differ.
"""

from __future__ import annotations

import argparse
import difflib
import multiprocessing
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from dockerlint_rules.engine.lint import lint_source
from dockerlint_rules.engine.settings import Settings
from dockerlint_rules.engine.settings_cache import SettingsCache
from dockerlint_rules.findings.finding import Finding
from dockerlint_rules.fixes.apply import FixResult, apply_fixes, is_applicable
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.registry.indexed import builtin_rules
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.source import Source

SHARED = Path(__file__).resolve().parents[2] / "shared"
LOUD = ("error", "warning")
_given: dict[str, Any] = {}


def settings() -> Settings:
    """Those of the command line's defaults, the clock stopped."""
    given = {"isolated": True, "today": "2026-11-25", "no_shellcheck": not _given["shellcheck"]}
    if _given["select"]:
        given["select"] = _given["select"].split(",")
    return SettingsCache(builtin_rules(), given).settings_for("Dockerfile")


def packages(source: Source) -> list[list[tuple[str, str]]]:
    """What each stage installs: manager and package as written, sorted."""
    return [
        sorted(
            (call.manager.family, package.word.text)
            for call in stage.installs
            for package in call.packages
        )
        for stage in Dockerfile(Document(source)).stages
    ]


def untouched(source: Source, edits: list[Any]) -> list[str]:
    """Instructions that no edit touches, as written."""
    out = []
    for one in Document(source).instructions:
        if not any(edit.start <= one.end and one.start <= edit.end for edit in edits):
            out.append(one.original)
    return out


def examine(path: str) -> dict[str, Any]:
    """One file: what was fixed, and every property that does not hold."""
    data = Path(path).read_bytes()
    before = Source.from_bytes(data, path)
    rules = settings()
    passes: list[Source] = []

    def lint(source: Source) -> list[Finding]:
        passes.append(source)
        return lint_source(source, rules).findings

    unsafe = _given["unsafe"]
    result = apply_fixes(before, lint, unsafe=unsafe)
    after = Source.from_bytes(result.source.to_bytes(), path)
    found = lint_source(before, rules).findings
    wrong: list[str] = [f"rejected {one.code}: {why}" for one, why in result.rejected]
    if before.to_bytes() != data:
        wrong.append("bytes lost in reading")
    if result.fixed:
        wrong += _properties(before, after, result, found, rules, unsafe=unsafe)
    text = ""
    if result.fixed and _given["show"]:
        lines = difflib.unified_diff(
            before.text.splitlines(), after.text.splitlines(), path, path, lineterm=""
        )
        text = "\n".join(lines)
    return {
        "path": path,
        "applied": Counter(one.code for one in result.fixed),
        "found": Counter(one.code for one in found),
        "safe": Counter(one.code for one in found if one.fix and one.fix.safety == "safe"),
        "fixable": Counter(one.code for one in found if one.fix),
        "wrong": wrong,
        "diff": text,
    }


def _properties(
    before: Source,
    after: Source,
    result: FixResult,
    found: list[Finding],
    rules: Settings,
    *,
    unsafe: bool,
) -> list[str]:
    wrong = []
    if Document(after).errors and not Document(before).errors:
        wrong.append("refused afterwards")
    left = lint_source(after, rules).findings
    again = [one.code for one in left if is_applicable(one, unsafe=unsafe)]
    rejected = {one.code for one, _ in result.rejected}
    wrong += [f"not fixed {code}" for code in again if code not in rejected]
    if apply_fixes(after, lambda at: lint_source(at, rules).findings, unsafe=unsafe).fixed:
        wrong.append("a second run changes it")
    loud = Counter(one.code for one in found if one.severity in LOUD)
    now = Counter(one.code for one in left if one.severity in LOUD)
    if not Document(before).errors:  # else more is seen of the file now
        wrong += [f"more {code} than before" for code, count in now.items() if count > loud[code]]
    first = [one for one in found if is_applicable(one, unsafe=unsafe)]
    edits = [edit for one in first if one.fix for edit in one.fix.edits]
    if all(_is_first(one, first) for one in result.fixed):  # no later pass: nothing else may differ
        kept = untouched(before, edits)
        lines = Counter(one.original for one in Document(after).instructions)
        if Counter(kept) - lines:
            wrong.append("an instruction that no edit touched differs")
    if not unsafe and packages(before) != packages(after):
        wrong.append("other packages are installed")
    return wrong


def _is_first(finding: Finding, first: list[Finding]) -> bool:
    return any(finding is one or finding.sort_key == one.sort_key for one in first)


def main() -> int:
    """Print the counts; 1 where a property does not hold somewhere."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--unsafe", action="store_true")
    parser.add_argument("--shellcheck", action="store_true")
    parser.add_argument("--select", default="")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N diffs")
    parser.add_argument("files", nargs="*")
    _given.update(vars(parser.parse_args()))
    paths: list[str] = _given["files"]
    if not paths:
        corpus = subprocess.check_output([SHARED / "tools" / "corpus"], text=True).strip()
        paths = sorted(str(one) for one in Path(corpus, "files").glob("*.Dockerfile"))
    total = {name: Counter[str]() for name in ("applied", "found", "safe", "fixable")}
    wrong: list[tuple[str, str]] = []
    shown = changed = 0
    with multiprocessing.get_context("fork").Pool() as pool:
        for one in pool.imap(examine, paths, chunksize=8):
            for name, counts in total.items():
                counts.update(one[name])
            wrong += [(one["path"], what) for what in one["wrong"]]
            changed += bool(one["applied"])
            if one["diff"] and shown < _given["show"]:
                shown += 1
                print(one["diff"], end="\n\n")
    for path, what in wrong:
        print(f"{path}: {what}")
    findings = total["found"].total()
    print(f"{'code':8}{'findings':>9}{'safe':>7}{'unsafe':>7}{'applied':>8}")
    for code, count in total["found"].most_common():
        safe, fixable = total["safe"][code], total["fixable"][code]
        print(f"{code:8}{count:9}{safe:7}{fixable - safe:7}{total['applied'][code]:8}")
    safe, fixable = total["safe"].total(), total["fixable"].total()
    print(
        f"{len(paths)} files, {changed} changed, {total['applied'].total()} fixes applied, {len(wrong)} properties broken"
    )
    if findings:
        print(
            f"of {findings} findings {fixable / findings:.1%} carry a fix, {safe / findings:.1%} a safe one"
        )
    kinds = Counter(what.partition(":")[0] for _, what in wrong)
    for what, count in kinds.most_common():
        print(f"{count:6} {what}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
