"""A baseline: the findings of a day, which later runs leave out, so that only new ones are told.

An entry is a file, a code and the text of the line, not its number, so that it stays with the line when others are put
above it.  Changing the line brings the finding back.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter

from dockerlint_rules.config import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.syntax.source import Source

DEFAULT = ".dockerlint-baseline.json"
VERSION = 1


class Baseline:
    """The findings to leave out, by file.  Paths are relative to the baseline's own folder."""

    __slots__ = ("folder", "known")

    def __init__(self, folder: str, known: dict[str, Counter[tuple[str, str]]]) -> None:
        self.folder = os.path.abspath(folder or ".")
        self.known = known

    def left(self, path: str, source: Source, findings: list[Finding]) -> list[Finding]:
        """The findings of a file that are not in the baseline; of two that look the same, the later one is new."""
        known = self.known.get(self.name(path))
        if not known:
            return findings
        budget = Counter(known)
        left = []
        for finding in findings:
            key = _key(finding, source)
            if budget[key] > 0:
                budget[key] -= 1
            else:
                left.append(finding)
        return left

    def name(self, path: str) -> str:
        """A path as the baseline has it: from its folder on, with slashes."""
        return os.path.relpath(os.path.abspath(path), self.folder).replace(os.sep, "/")


def _key(finding: Finding, source: Source) -> tuple[str, str]:
    return finding.code, " ".join(source.line(finding.line).split())


def read(path: str) -> Baseline:
    """Read a baseline.  Raises ConfigError, with the line where the JSON is wrong."""
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except OSError as error:
        hint = "; 'dockerlint baseline' writes it" if isinstance(error, FileNotFoundError) else ""
        raise ConfigError(
            path, 0, f"the baseline cannot be read: {error.strerror or error}{hint}"
        ) from None
    except json.JSONDecodeError as error:
        raise ConfigError(path, error.lineno, f"the baseline is no JSON: {error.msg}") from None
    except (UnicodeDecodeError, RecursionError):
        raise ConfigError(path, 0, "the baseline is no JSON") from None
    try:
        if data["version"] != VERSION:
            raise ConfigError(
                path, 0, f"the baseline has version {data['version']!r}; this is version {VERSION}"
            )
        known = {
            str(name): Counter(
                {(str(one["code"]), str(one["line"])): int(one.get("count", 1)) for one in entries}
            )
            for name, entries in data["findings"].items()
        }
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ConfigError(
            path, 0, "is no baseline of dockerlint; 'dockerlint baseline' writes one"
        ) from None
    return Baseline(os.path.dirname(path), known)


def text_of(folder: str, found: Iterable[tuple[str, Source, list[Finding]]]) -> str:
    """The baseline that leaves out these findings, in a form that is easy to compare and to merge."""
    names = Baseline(folder, {})
    findings: dict[str, list[dict[str, Any]]] = {}
    for path, source, listed in found:
        counts = Counter(_key(one, source) for one in listed)
        entries: list[dict[str, Any]] = []
        for (code, line), count in sorted(counts.items()):
            entries.append({"code": code, "line": line} | ({"count": count} if count > 1 else {}))
        if entries:
            findings[names.name(path)] = entries
    data = {"version": VERSION, "findings": dict(sorted(findings.items()))}
    return json.dumps(data, indent=1, ensure_ascii=True) + "\n"


def command(argv: list[str]) -> int:
    """``dockerlint baseline``: lint as ``check`` does, and write what was found.  0, or 2 where something failed."""
    from dockerlint_rules.cli.parsers import check_parser
    from dockerlint_rules.engine.run import Check, UsageError, write_whole
    from dockerlint_rules.plugins.entry_points import installed_roster

    given = vars(check_parser().parse_args(argv))
    if given.pop("help", False):
        sys.stdout.write(HELP)
        return 0
    given.pop("version", None)
    output = given.pop("output_file", None)
    try:
        run = Check(given | {"fix": False, "diff": False}, installed_roster(), with_baseline=False)
        result = run.lint()
    except UsageError as error:
        sys.stderr.write(f"dockerlint: {error}\n")
        return 2
    for failure in result.errors:
        where = f"{failure.path}: " if failure.path else ""
        sys.stderr.write(f"dockerlint: {where}{failure.message}\n")
    path = output or run.baseline_path or DEFAULT
    by_path: dict[str, list[Finding]] = {}
    for finding in result.findings:
        by_path.setdefault(finding.path, []).append(finding)
    found = (
        (name, source, listed)
        for name, listed in by_path.items()
        if (source := run.source_of(name))
    )
    try:
        write_whole(path, text_of(os.path.dirname(path), found).encode())
    except OSError as error:
        sys.stderr.write(f"dockerlint: {path}: cannot be written: {error.strerror or error}\n")
        return 2
    count = len(result.findings)
    noun = "finding" if count == 1 else "findings"
    sys.stderr.write(
        f"{path}: {count} {noun} that later runs leave out; give it as 'baseline' in the configuration, or --baseline {path}\n"
    )
    return 2 if result.errors else 0


HELP = """\
usage: dockerlint baseline [OPTIONS] [PATH…]

Lint as 'dockerlint check' does, with its options, and write what is found to a file (--output-file, else the configuration's
'baseline', else .dockerlint-baseline.json). Later runs with 'baseline = FILE' or --baseline FILE leave those findings out,
also when their lines move; a finding comes back when its line is changed.

exit status: 0 the file is written, 2 something could not be linted or written.
"""
