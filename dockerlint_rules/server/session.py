"""What the server knows: open documents, workspace folders, and the settings of each."""

from __future__ import annotations

import os

from dockerlint_rules.config import ConfigError
from dockerlint_rules.engine.lint import lint_source
from dockerlint_rules.engine.settings import Settings
from dockerlint_rules.engine.settings_cache import SettingsCache
from dockerlint_rules.model.context.build_context import context_of
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.registry.indexed import builtin_rules
from dockerlint_rules.registry.plan import Plan
from dockerlint_rules.server.cached_context import CachedContext
from dockerlint_rules.server.positions import UTF16
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.server.open_file import OpenFile


# Bytes of one document, and characters of all documents that are open.
LARGEST_TEXT, MOST_TEXT = 5 << 20, 64 << 20
# Files whose findings are kept, and characters of their texts: what is found in a text takes a hundred times its size.
_MOST_LINTED, _MOST_LINTED_TEXT = 200, 1 << 20


def is_too_large(text: str) -> bool:
    """Whether a document is larger than the largest file that is linted."""
    if len(text) <= LARGEST_TEXT // 4 or (len(text) <= LARGEST_TEXT and text.isascii()):
        return False
    return len(text) > LARGEST_TEXT or len(text.encode("utf-8", "surrogatepass")) > LARGEST_TEXT


class Session:
    """Everything that belongs to one client.  Only the main thread uses it."""

    def __init__(self) -> None:
        self.encoding = UTF16
        self.files: dict[str, OpenFile] = {}
        self.folders: list[str] = []
        self.capabilities: Any = {}
        self.options: dict[str, Any] = {}  # the editor's options for every folder
        self.folder_options: dict[str, dict[str, Any]] = {}
        self.features: dict[str, bool] = {}  # the editor's switches ``layers`` and ``completion``
        self.folder_features: dict[str, dict[str, bool]] = {}
        self.warn: Callable[[str], None] | None = None  # called for settings that are ignored
        self._linted: dict[
            str, OpenFile
        ] = {}  # by URI: those whose findings are kept, the last used one last
        self._caches: dict[str, SettingsCache] = {}
        # By id of the whole settings: these, those without ShellCheck, those for ShellCheck only.
        self._divided: dict[int, tuple[Settings, Settings, Settings | None]] = {}

    def can(self, *path: str) -> bool:
        """Whether the client has a capability."""
        found: Any = self.capabilities
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        return found is not None and found is not False  # {} means yes

    def can_resolve(self, name: str) -> bool:
        """Whether the client asks for a property of a code action when the action is chosen."""
        action = (self.capabilities.get("textDocument") or {}).get("codeAction") or {}
        properties = (action.get("resolveSupport") or {}).get("properties") or ()
        return bool(action.get("dataSupport")) and name in properties

    def is_enabled(self, feature: str, path: str) -> bool:
        """Whether ``layers`` or ``completion`` is on for a file; both are on by default."""
        in_folder = self.folder_features.get(self.folder_of(path), {})
        return in_folder.get(feature, self.features.get(feature, True))

    # -- settings ----------------------------------------------------------------------------------

    def forget_settings(self) -> None:
        """Read configurations again when they are next needed."""
        self._caches.clear()
        self._divided.clear()
        for file in self.files.values():
            file.linted_version = file.shellcheck_version = file.context = None
            file.shellcheck_findings = []

    def folder_of(self, path: str) -> str:
        """The innermost workspace folder that holds a file; empty if there is none."""
        found = [
            one for one in self.folders if path == one or path.startswith(one.rstrip("/") + "/")
        ]
        return max(found, key=len, default="")

    def cache_for(self, path: str) -> SettingsCache:
        """The settings of a file's folder.  Raises ConfigError for a wrong option of the editor."""
        folder = self.folder_of(path)
        known = self._caches.get(folder)
        if known is None:
            from dockerlint_rules.config.editor import paths_inside

            set_by_editor = {**self.options, **self.folder_options.get(folder, {})}
            given = paths_inside(set_by_editor, folder, self.warn)
            known = self._caches[folder] = SettingsCache(builtin_rules(), given, warn=self.warn)
        return known

    def settings_for(self, path: str) -> tuple[Settings, Settings | None]:
        """Settings without ShellCheck, and those for ShellCheck only (None if it is off).  Raises ConfigError."""
        # A document that is not a file gets the configuration of the working directory.
        whole = self.cache_for(path).settings_for(
            path if "/" in path else os.path.join(os.curdir, path)
        )
        known = self._divided.get(id(whole))
        if known is None:
            known = self._divided[id(whole)] = (
                whole,
                _without_shellcheck(whole),
                _only_shellcheck(whole),
            )
        return known[1], known[2]

    def is_current(self, settings: Settings, path: str) -> bool:
        """Whether settings for ShellCheck only are still those of a file."""
        try:
            return self.settings_for(path)[1] is settings
        except ConfigError:
            return False

    def is_excluded(self, file: OpenFile) -> bool:
        """Whether the configuration excludes the file."""
        from dockerlint_rules.project.discovery import ExcludePatterns, is_excluded

        try:
            options = self.cache_for(file.path).options_for(file.path)
        except ConfigError:
            return False
        return bool(options.exclude) and is_excluded(
            file.path, ExcludePatterns(options.exclude, options.root)
        )

    # -- open documents ----------------------------------------------------------------------------

    def close(self, uri: str) -> OpenFile | None:
        """Forget a document; None if it is not open."""
        self._linted.pop(uri, None)
        return self.files.pop(uri, None)

    def refusal_of(self, file: OpenFile, text: str) -> str:
        """Why a document's text cannot be kept: its size, or that of all texts; empty if it can."""
        if is_too_large(text):
            return f"the text is larger than {LARGEST_TEXT >> 20} MiB, so it is not linted"
        # perf: the sum is needed only for texts that could matter to it.
        if len(text) > MOST_TEXT // 1000 or len(self.files) > 1000:
            others = sum(len(one.text.text) for one in self.files.values() if one is not file)
            if others + len(text) > MOST_TEXT:
                return f"the open files hold more than {MOST_TEXT >> 20} MiB, so this one is not linted"
        return ""

    def _keep_findings(self, file: OpenFile) -> None:
        """Keep what was found in a file, and forget that of the files that were not used for the longest time."""
        if self.files.get(file.uri) is not file:
            return
        self._linted.pop(file.uri, None)
        self._linted[file.uri] = file
        size = sum(len(one.text.text) for one in self._linted.values())
        while len(self._linted) > 1 and (
            len(self._linted) > _MOST_LINTED or size > _MOST_LINTED_TEXT
        ):
            oldest = self._linted.pop(next(iter(self._linted)))
            size -= len(oldest.text.text)
            oldest.forget_findings()

    # -- linting -----------------------------------------------------------------------------------

    def lint(self, file: OpenFile) -> None:
        """Lint the file's current text for our own findings, unless that is done already."""
        self._keep_findings(file)
        if file.dockerfile is not None:
            # Files with the same settings share one build; set it to this file's build context.
            file.dockerfile.build.context = file.context
        if file.linted_version == file.version:
            return
        file.problems = []
        file.findings = []
        file.linted_version = file.version
        file.change_result_id()
        file.dockerfile = None
        if file.kind is None:
            return
        if file.refusal:
            file.problems.append(file.refusal)
            return
        source = Source(file.text.text, file.path)
        settings = self._prepare_settings(file)
        if settings is None:
            if file.is_dockerfile:  # navigation works without rules
                file.dockerfile = Dockerfile(file.cache.read(source))
            return
        result = lint_source(source, settings, file.cache)
        file.findings = result.findings
        file.dockerfile = result.dockerfile
        if result.problem is not None:
            file.problems.append(result.problem)
        from dockerlint_rules.engine.rule_failures import failure_error

        file.problems += [failure_error(one).message for one in result.failures]

    def _prepare_settings(self, file: OpenFile) -> Settings | None:
        """The settings of a file, with its build context; None if the configuration is wrong or excludes the file."""
        if self.is_excluded(file):
            return None
        try:
            settings, _ = self.settings_for(file.path)
        except ConfigError as error:
            file.problems.append(str(error))
            return None
        if file.context is None:
            file.context = CachedContext(context_of(file.path, settings.options))
        settings.build.context = file.context
        return settings

    def lint_function(self, file: OpenFile) -> Callable[[Source], list[Finding]]:
        """A function that lints any text as if it were this file's, for applying fixes.  Raises ConfigError."""
        settings, _ = self.settings_for(file.path)
        settings.build.context = file.context
        return lambda source: lint_source(source, settings).findings


def _without_shellcheck(whole: Settings) -> Settings:
    rules = [one for one in whole.plan.rules if one.unit != "scripts"]
    return whole.with_plan(Plan(rules), "")


def _only_shellcheck(whole: Settings) -> Settings | None:
    rules = [one for one in whole.plan.rules if one.unit == "scripts"]
    return whole.with_plan(Plan(rules), whole.shellcheck) if whole.shellcheck and rules else None
