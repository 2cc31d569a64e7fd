"""What a run found, and what a format is told about the run."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Protocol, TypedDict

    from dockerlint_rules.findings.finding import Finding, Severity
    from dockerlint_rules.syntax.source import Source

    class RuleInfo(Protocol):
        """What a format wants to know of a rule; any object with these attributes will do.

        A rule may have ``origin`` as well: ``dockerlint``, or a plugin's name, a space and its version.
        """

        @property
        def code(self) -> str:
            """Such as ``DF201``."""

        @property
        def name(self) -> str:
            """Such as ``stale-package-index``."""

        @property
        def severity(self) -> Severity:
            """How bad its findings are, unless configured."""

        @property
        def aliases(self) -> Sequence[str]:
            """The peers' codes for it."""

        @property
        def title(self) -> str:
            """The defect as one sentence."""

        @property
        def why(self) -> str:
            """Why it matters, in a few sentences."""

        @property
        def page_markdown(self) -> str:
            """Its whole page."""

        @property
        def url(self) -> str:
            """Where the page is published."""

        @property
        def fix(self) -> str | None:
            """``safe`` or ``unsafe``, when its findings bring a fix."""

        @property
        def tags(self) -> Sequence[str]:
            """Topics, such as ``security``."""

        @property
        def security_severity(self) -> str | float | None:
            """GitHub's score, in (0, 10]."""

        @property
        def default(self) -> bool:
            """Whether it is on unless configured."""

    class Summary(TypedDict):
        """The ``summary`` object of the JSON format."""

        files: int
        findings: int
        fixable: int
        by_severity: dict[str, int]
        seconds: float


HOME = "https://github.com/dockerlint/dockerlint-rules"
"""The project's home page."""

SEVERITIES = ("error", "warning", "info", "style")
"""Names of the severities, the worst first."""


def no_source(path: str) -> Source | None:
    """Know no file's text."""
    return None


def no_rule(code: str) -> RuleInfo | None:
    """Know no rule."""
    return None


class FormatOptions:
    """What a format may ask about the run.

    *sources* gives a file's text by the path that findings carry, *rule_of* a rule by its code.
    *rules* are the rules that were enabled, *url* is the project's home page, *category* tells two
    SARIF uploads of one workflow apart.  *root* is the folder that report paths are relative to;
    without it, the repository around the current directory.
    """

    __slots__ = (
        "category",
        "color",
        "quiet",
        "root",
        "rule_of",
        "rules",
        "show_source",
        "sources",
        "statistics",
        "url",
        "version",
    )

    def __init__(
        self,
        *,
        show_source: bool = False,
        color: bool = False,
        statistics: bool = False,
        quiet: bool = False,
        version: str = "",
        sources: Callable[[str], Source | None] = no_source,
        rule_of: Callable[[str], RuleInfo | None] = no_rule,
        rules: Iterable[RuleInfo] = (),
        url: str = HOME,
        category: str = "",
        root: str | None = None,
    ) -> None:
        self.show_source = show_source
        self.color = color
        self.statistics = statistics
        self.quiet = quiet
        self.version = version
        self.sources = sources
        self.rule_of = rule_of
        self.rules = tuple(rules)
        self.url = url
        self.category = category
        self.root = root


class RunError:
    """Something that kept dockerlint from linting; *kind* is io, config, plugin or internal.

    *rule* is the code of a plugin's rule that raised; *once* marks what is said only the first time.
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
