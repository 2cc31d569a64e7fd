"""A baseline: findings recorded at one time, which later runs hide so that only new ones are reported.

An entry is a file, a code and the text of the line, not its number: it still matches when lines are added above.  A
finding comes back when its line changes.
"""

from __future__ import annotations

import json
import os
from collections import Counter

from dockerlint_rules.config import ConfigError
from dockerlint_rules.config.files import display_path
from dockerlint_rules.files.reading import LARGEST_FILE, RAISE_LIMIT, read_bytes
from dockerlint_rules.findings.secrets import masked_in_place, masked_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.syntax.source import Source

DEFAULT_FILE = ".dockerlint-baseline.json"
FORMAT_VERSION = 1


class Baseline:
    """The findings to leave out, by file.  Paths are relative to the baseline's own folder."""

    __slots__ = ("folder", "known")

    def __init__(self, folder: str, known: dict[str, Counter[tuple[str, str]]]) -> None:
        self.folder = os.path.abspath(folder or ".")
        self.known = known

    def new_findings(self, path: str, source: Source, findings: list[Finding]) -> list[Finding]:
        """The findings of a file that the baseline does not hold; of several that look the same, the last ones are
        new.
        """
        known = self.known.get(self.relative_path(path))
        if not known:
            return findings
        budget = Counter(known)
        new = []
        lines: dict[int, str] = {}
        shown = masked_source(source)
        for finding in findings:
            key = _key(finding, shown, lines)
            if budget[key] > 0:
                budget[key] -= 1
            else:
                new.append(finding)
        return new

    def relative_path(self, path: str) -> str:
        """A path as the baseline spells it: relative to its folder, with slashes."""
        return os.path.relpath(os.path.abspath(path), self.folder).replace(os.sep, "/")


def _key(finding: Finding, shown: Source, lines: dict[int, str]) -> tuple[str, str]:
    """The code and the text of the line, of a source without secrets: a baseline is a file that is shared.

    *lines* keeps the texts, as thousands of findings may be on one long line.
    """
    line = lines.get(finding.line)
    if line is None:
        line = lines[finding.line] = " ".join(shown.line(finding.line).split())
    return finding.code, line


def read_baseline(path: str, largest: int = LARGEST_FILE) -> Baseline:
    """Read a baseline of at most *largest* bytes.  Raises ConfigError, with the line where the JSON is wrong."""
    path = display_path(path)
    content = read_bytes(path, largest, RAISE_LIMIT)
    if isinstance(content, str):
        hint = "" if os.path.lexists(path) else "; create it with 'dockerlint baseline'"
        message = f"the baseline cannot be read: {content.removeprefix('cannot be read: ')}{hint}"
        raise ConfigError(path, 0, message)
    try:
        data = json.loads(content.decode("utf-8"))
    except json.JSONDecodeError as error:
        raise ConfigError(
            path, error.lineno, f"the baseline is not valid JSON: {error.msg}"
        ) from None
    except (ValueError, RecursionError):  # not UTF-8, or a number of thousands of digits
        raise ConfigError(path, 0, "the baseline is not valid JSON") from None
    try:
        if data["version"] != FORMAT_VERSION:
            raise ConfigError(
                path,
                0,
                f"the baseline has version {repr(data['version'])[:40]}, "
                f"but this dockerlint reads version {FORMAT_VERSION}",
            )
        known = {
            str(name): Counter(
                {
                    (str(one["code"]), masked_in_place(str(one["line"]))): int(one.get("count", 1))
                    for one in entries
                }
            )
            for name, entries in data["findings"].items()
        }
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise ConfigError(
            path, 0, "is not a baseline; create one with 'dockerlint baseline'"
        ) from None
    return Baseline(os.path.dirname(path), known)


def format_baseline(folder: str, found: Iterable[tuple[str, Source, list[Finding]]]) -> str:
    """The text of a baseline that hides these findings, easy to compare and to merge."""
    paths = Baseline(folder, {})
    findings: dict[str, list[dict[str, Any]]] = {}
    for path, source, listed in found:
        lines: dict[int, str] = {}
        shown = masked_source(source)
        counts = Counter(_key(one, shown, lines) for one in listed)
        entries: list[dict[str, Any]] = []
        for (code, line), count in sorted(counts.items()):
            entries.append({"code": code, "line": line} | ({"count": count} if count > 1 else {}))
        if entries:
            findings[paths.relative_path(path)] = entries
    data = {"version": FORMAT_VERSION, "findings": dict(sorted(findings.items()))}
    return json.dumps(data, indent=1, ensure_ascii=True) + "\n"
