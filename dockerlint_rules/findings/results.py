"""What a run found in each file and in all of them, and what went wrong."""

from __future__ import annotations

from dockerlint_rules.findings.finding import SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypedDict

    from dockerlint_rules.findings.finding import Finding

    class Summary(TypedDict):
        """The ``summary`` object of the JSON format."""

        files: int
        findings: int
        fixable: int
        by_severity: dict[str, int]
        seconds: float


class RunError:
    """Something that kept dockerlint from linting; *kind* is io, config, plugin or internal.

    *rule* is the code of a plugin's rule that raised; *once* marks an error that is the same for
    many files: people are told it once.
    """

    __slots__ = ("kind", "message", "once", "path", "rule")

    def __init__(
        self, path: str | None, message: str, kind: str, *, rule: str = "", once: bool = False
    ) -> None:
        self.path = path
        self.message = message
        self.kind = kind
        self.rule = rule
        self.once = once

    def __repr__(self) -> str:
        return f"RunError({self.path!r}, {self.message!r}, {self.kind!r})"


class FileReport:
    """What a run keeps of one file."""

    __slots__ = (
        "baselined",
        "diff",
        "errors",
        "findings",
        "fixed",
        "fixed_bytes",
        "from_stdin",
        "incomplete",
        "path",
        "plugin_problems",
        "read",
        "shellcheck",
    )

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self.errors: list[RunError] = []
        self.read = True
        self.shellcheck: str | None = None  # why ShellCheck's findings are missing
        self.incomplete: list[
            str
        ] = []  # sentences about packages that findings are missing without
        self.from_stdin = False
        self.baselined = 0  # findings that the baseline holds
        self.fixed = 0  # how many problems are fixed, or would be without --diff
        self.fixed_bytes: bytes | None = None
        self.diff = ""
        self.plugin_problems: list[str] = []  # of another process, which this file's plugins met

    def drop_targets(self) -> None:
        """Forget what the findings were made from: nobody needs it, and it would be sent between processes."""
        for finding in self.findings:
            finding.target = 0


class RunResult:
    """Everything a run found; *files* is how many files were linted, *seconds* how long it took."""

    __slots__ = ("errors", "files", "findings", "seconds")

    def __init__(
        self,
        findings: Iterable[Finding] = (),
        errors: Iterable[RunError] = (),
        files: int = 0,
        seconds: float = 0.0,
    ) -> None:
        self.findings = list(findings)
        self.errors = list(errors)
        self.files = files
        self.seconds = seconds

    @property
    def summary(self) -> Summary:
        """The counts of the JSON format; ``fixable`` counts safe and unsafe fixes."""
        by_severity = dict.fromkeys(SEVERITIES, 0)
        for finding in self.findings:
            by_severity[str(finding.severity)] += 1
        return {
            "files": self.files,
            "findings": len(self.findings),
            "fixable": sum(finding.fix is not None for finding in self.findings),
            "by_severity": by_severity,
            "seconds": round(self.seconds, 3),
        }
