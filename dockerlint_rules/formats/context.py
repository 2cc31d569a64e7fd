"""What a format knows about a run and its rules."""

from __future__ import annotations

from dockerlint_rules.version import HOME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Protocol

    from dockerlint_rules.findings.finding import Severity
    from dockerlint_rules.syntax.source import Source

    class RuleInfo(Protocol):
        """What a format needs to know about a rule; any object with these attributes works.

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
            """The severity of its findings, unless configured."""

        @property
        def aliases(self) -> Sequence[str]:
            """The codes of other linters for it."""

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
            """The address of the page."""

        @property
        def fix(self) -> str | None:
            """``safe`` or ``unsafe``, when its findings have a fix."""

        @property
        def tags(self) -> Sequence[str]:
            """Topics, such as ``security``."""

        @property
        def security_severity(self) -> str | float | None:
            """GitHub's score, in (0, 10]."""

        @property
        def default(self) -> bool:
            """Whether it is on unless configured."""


def no_source(path: str) -> Source | None:
    """Return None: no text is known."""
    return None


def no_rule(code: str) -> RuleInfo | None:
    """Return None: no rule is known."""
    return None


def warn_on_stderr(message: str) -> None:
    """Write a line to standard error."""
    import sys

    from dockerlint_rules.formats.terminal_text import safe_line

    sys.stderr.write(f"dockerlint: {safe_line(message)}\n")


class ReportContext:
    """What a format can use of the run.

    *sources* gives a file's text by the path that findings carry, *rule_of* a rule by its code.
    *rules* are the rules that were enabled, *url* is the project's home page, *category* distinguishes two
    SARIF uploads of one workflow.  *root* is the directory that report paths are relative to;
    without it, the repository around the current directory.  *warn* takes what is wrong with the report itself.
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
        "warn",
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
        warn: Callable[[str], None] = warn_on_stderr,
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
        self.warn = warn
