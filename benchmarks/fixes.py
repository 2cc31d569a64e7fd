"""Fix real Dockerfiles and check the results.

usage: python benchmarks/fixes.py [--unsafe] [--select CODES] [--show N] [FILE...]

Without files, it fixes the open corpus (../shared/tools/corpus).  All default rules run, with ``--shellcheck`` also
those of ShellCheck.  It counts the files in which

- there is a syntax error afterwards, but not before;
- a second run changes something;
- a fix was rejected, or a finding is still there that a fix should have removed;
- there are more errors or warnings of a rule than before;
- bytes outside the edits differ, or an instruction without edits differs;
- with safe fixes, a stage installs other packages.
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
    """The defaults of the command line, with a fixed date."""
    given = {"isolated": True, "today": "2026-11-25", "no_shellcheck": not _given["shellcheck"]}
    if _given["select"]:
        given["select"] = _given["select"].split(",")
    return SettingsCache(builtin_rules(), given).settings_for("Dockerfile")


def packages(source: Source) -> list[list[tuple[str, str]]]:
    """The packages that each stage installs, sorted: family of the manager, and package as written."""
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
    return [
        instruction.original
        for instruction in Document(source).instructions
        if not any(
            edit.start <= instruction.end and instruction.start <= edit.end for edit in edits
        )
    ]


def examine(path: str) -> dict[str, Any]:
    """Fix one file: its counts, and every property that does not hold."""
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
    findings = lint_source(before, rules).findings
    broken: list[str] = [f"rejected {one.code}: {reason}" for one, reason in result.rejected]
    if before.to_bytes() != data:
        broken.append("bytes lost in reading")
    if result.fixed:
        broken += _broken_properties(before, after, result, findings, rules, unsafe=unsafe)
    text = ""
    if result.fixed and _given["show"]:
        lines = difflib.unified_diff(
            before.text.splitlines(), after.text.splitlines(), path, path, lineterm=""
        )
        text = "\n".join(lines)
    return {
        "path": path,
        "applied": Counter(one.code for one in result.fixed),
        "findings": Counter(one.code for one in findings),
        "safe": Counter(one.code for one in findings if one.fix and one.fix.safety == "safe"),
        "fixable": Counter(one.code for one in findings if one.fix),
        "broken": broken,
        "diff": text,
    }


def _broken_properties(
    before: Source,
    after: Source,
    result: FixResult,
    findings: list[Finding],
    rules: Settings,
    *,
    unsafe: bool,
) -> list[str]:
    broken = []
    if Document(after).errors and not Document(before).errors:
        broken.append("has syntax errors afterwards")
    remaining = lint_source(after, rules).findings
    fixable = [one.code for one in remaining if is_applicable(one, unsafe=unsafe)]
    rejected = {one.code for one, _ in result.rejected}
    broken += [f"not fixed {code}" for code in fixable if code not in rejected]
    if apply_fixes(after, lambda at: lint_source(at, rules).findings, unsafe=unsafe).fixed:
        broken.append("a second run changes it")
    old_counts = Counter(one.code for one in findings if one.severity in LOUD)
    new_counts = Counter(one.code for one in remaining if one.severity in LOUD)
    if not Document(before).errors:  # rules see more of a file without syntax errors
        broken += [
            f"more {code} than before"
            for code, count in new_counts.items()
            if count > old_counts[code]
        ]
    first_pass = [one for one in findings if is_applicable(one, unsafe=unsafe)]
    edits = [edit for one in first_pass if one.fix for edit in one.fix.edits]
    if all(_is_among(one, first_pass) for one in result.fixed):  # one pass: nothing else may differ
        originals = Counter(one.original for one in Document(after).instructions)
        if Counter(untouched(before, edits)) - originals:
            broken.append("an instruction without edits differs")
    if not unsafe and packages(before) != packages(after):
        broken.append("other packages are installed")
    return broken


def _is_among(finding: Finding, findings: list[Finding]) -> bool:
    return any(finding is one or finding.sort_key == one.sort_key for one in findings)


def main() -> int:
    """Print the counts; return 1 if a property does not hold for a file."""
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
    total = {name: Counter[str]() for name in ("applied", "findings", "safe", "fixable")}
    broken: list[tuple[str, str]] = []
    shown = changed = 0
    with multiprocessing.get_context("fork").Pool() as pool:
        for report in pool.imap(examine, paths, chunksize=8):
            for name, counts in total.items():
                counts.update(report[name])
            broken += [(report["path"], text) for text in report["broken"]]
            changed += bool(report["applied"])
            if report["diff"] and shown < _given["show"]:
                shown += 1
                print(report["diff"], end="\n\n")
    for path, text in broken:
        print(f"{path}: {text}")
    findings = total["findings"].total()
    print(f"{'code':8}{'findings':>9}{'safe':>7}{'unsafe':>7}{'applied':>8}")
    for code, count in total["findings"].most_common():
        safe, fixable = total["safe"][code], total["fixable"][code]
        print(f"{code:8}{count:9}{safe:7}{fixable - safe:7}{total['applied'][code]:8}")
    safe, fixable = total["safe"].total(), total["fixable"].total()
    print(
        f"{len(paths)} files, {changed} changed, {total['applied'].total()} fixes applied, "
        f"{len(broken)} properties broken"
    )
    if findings:
        print(
            f"of {findings} findings, {fixable / findings:.1%} have a fix and {safe / findings:.1%} a safe fix"
        )
    kinds = Counter(text.partition(":")[0] for _, text in broken)
    for kind, count in kinds.most_common():
        print(f"{count:6} {kind}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
