"""One open document: its text, and what was last found in it."""

from __future__ import annotations

from itertools import count

from dockerlint_rules.server.finding_reuse import FindingCache
from dockerlint_rules.server.moved_findings import move_findings
from dockerlint_rules.server.positions import IndexedText
from dockerlint_rules.server.uris import path_of
from dockerlint_rules.syntax.kinds import DOCKERFILE
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.server.cached_context import CachedContext
    from dockerlint_rules.syntax.kinds import Kind

_RESULT_IDS = count(1)


class OpenFile:
    """One open document: its text and version, and what was last found in it."""

    __slots__ = (
        "cache", "context", "dockerfile", "findings", "language", "linted_version", "path", "problems", "refusal",
        "result_id", "shellcheck_findings", "shellcheck_version", "text", "uri", "version",
    )  # fmt: skip

    def __init__(self, uri: str, language: str, version: int, text: IndexedText) -> None:
        self.uri = uri
        self.language = language
        self.version = version
        self.text = text
        self.path = path_of(uri)
        self.refusal = ""  # why the text is not kept, as it is too large
        self.context: CachedContext | None = None  # a new one after each save
        self.linted_version: int | None = None  # what ``findings`` and ``dockerfile`` are of
        self.findings: list[Finding] = []  # our own
        self.dockerfile: Dockerfile | None = None
        self.problems: list[str] = []  # wrong settings, rules that failed
        self.shellcheck_findings: list[Finding] = []
        self.shellcheck_version: int | None = None
        self.cache = FindingCache()
        self.result_id = next(_RESULT_IDS)  # changes whenever the findings do

    @property
    def kind(self) -> Kind | None:
        """The kind of document that it is read as; None for other files."""
        from dockerlint_rules.project.discovery import kind_in_editor

        return kind_in_editor(self.path, self.language)

    @property
    def is_dockerfile(self) -> bool:
        """Whether it is read as a Dockerfile."""
        return self.kind is DOCKERFILE

    @property
    def source(self) -> Source:
        """The text as rules see it, with lines that end at line feeds only."""
        known = self.dockerfile.source if self.dockerfile is not None else None
        if known is not None and known.text is self.text.text:
            return known
        return Source(self.text.text)

    def all_findings(self) -> list[Finding]:
        """Our own findings, and those of ShellCheck in instructions that have not changed since it ran."""
        return sorted([*self.findings, *self.shellcheck_findings], key=lambda one: one.sort_key)

    def set_text(self, text: IndexedText, version: int) -> None:
        """Replace the text.  ShellCheck's findings move along until it has checked the new text."""
        if self.shellcheck_findings:
            self.shellcheck_findings = move_findings(
                self.shellcheck_findings, self.text.text, text.text
            )
        self.text = text
        self.version = version
        self.linted_version = self.shellcheck_version = None

    def refuse_text(self, reason: str, encoding: str) -> None:
        """Keep an empty text instead of one that is too large."""
        self.refusal = reason
        self.text = IndexedText("", encoding)
        self.linted_version = self.shellcheck_version = None
        self.shellcheck_findings = []

    def forget_findings(self) -> None:
        """Free what was found, and the memory that it takes: a hundred times the text.  It can be found again."""
        self.findings, self.dockerfile, self.context = [], None, None
        self.cache = FindingCache()
        self.linted_version = None

    def forget_context(self) -> None:
        """Look at the build context again, and lint again."""
        self.linted_version = self.context = None

    def set_shellcheck_findings(self, findings: list[Finding]) -> None:
        """Keep ShellCheck's findings in the current text."""
        self.shellcheck_findings, self.shellcheck_version = findings, self.version
        self.change_result_id()

    def change_result_id(self) -> None:
        """Let a client that asks again see that the findings have changed."""
        self.result_id = next(_RESULT_IDS)
