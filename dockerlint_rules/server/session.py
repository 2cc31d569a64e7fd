"""What the server knows: open documents, workspace folders, the settings that hold for each, and what was found."""

from __future__ import annotations

import os
from itertools import count

from dockerlint_rules.config import ConfigError
from dockerlint_rules.engine.lint import lint_source
from dockerlint_rules.engine.settings import Settings
from dockerlint_rules.engine.settings_cache import SettingsCache
from dockerlint_rules.model.context.build_context import Context, context_of
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.registry.indexed import builtin_rules
from dockerlint_rules.registry.plan import Plan
from dockerlint_rules.server.finding_reuse import Memory
from dockerlint_rules.server.positions import UTF16, Text
from dockerlint_rules.server.shellcheck_thread import moved
from dockerlint_rules.syntax.kinds import DOCKERFILE
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.syntax.kinds import Kind

_ANSWERS = count(1)


class SteadyContext(Context):
    """A build context that looks at each path once, as nobody wants the disk read at every key stroke."""

    def __init__(self, like: Context) -> None:
        super().__init__(like.directory, like.dockerfile)
        self._seen: dict[tuple[str, str], Any] = {}

    def _once(self, what: str, key: str, look: Callable[[], Any]) -> Any:
        if (what, key) not in self._seen:
            self._seen[what, key] = look()
        return self._seen[what, key]

    def exists(self, path: str) -> bool | None:
        """As it was when it was first asked."""
        found: bool | None = self._once(
            "exists", path, lambda: super(SteadyContext, self).exists(path)
        )
        return found

    def text(self, path: str) -> str | None:
        """As it was when it was first asked."""
        found: str | None = self._once("text", path, lambda: super(SteadyContext, self).text(path))
        return found

    def named(self, names: set[str]) -> list[str]:
        """As it was when it was first asked."""
        key = " ".join(sorted(names))
        found: list[str] = self._once("named", key, lambda: super(SteadyContext, self).named(names))
        return found


class OpenFile:
    """One open document: its text and version, and what was last found in it."""

    __slots__ = ("answer", "context", "dockerfile", "findings", "language", "late", "late_version", "linted", "memory", "path", "problems", "text", "uri", "version")  # fmt: skip

    def __init__(self, uri: str, language: str, version: int, text: Text) -> None:
        self.uri = uri
        self.language = language
        self.version = version
        self.text = text
        self.path = path_of(uri)
        self.context: SteadyContext | None = None  # anew after each save
        self.linted: int | None = None  # the version that ``findings`` are of
        self.findings: list[Finding] = []
        self.dockerfile: Dockerfile | None = None
        self.problems: list[str] = []  # what kept rules or settings from being of use
        self.late: list[Finding] = []  # ShellCheck's, of ``late_version``
        self.late_version: int | None = None
        self.memory = Memory()
        self.answer = next(_ANSWERS)  # another number whenever something else is found

    @property
    def kind(self) -> Kind | None:
        """What it is read as; None where it is not ours."""
        from dockerlint_rules.project.discovery import kind_in_editor

        return kind_in_editor(self.path, self.language)

    @property
    def is_ours(self) -> bool:
        """Whether it is a Dockerfile, or one of the files that say where images are run."""
        return self.kind is not None

    @property
    def is_dockerfile(self) -> bool:
        """Whether it is read as a Dockerfile."""
        return self.kind is DOCKERFILE

    @property
    def source(self) -> Source:
        """The text as rules see it, whose lines end at line feeds alone."""
        read = self.dockerfile.source if self.dockerfile is not None else None
        return read if read is not None and read.text is self.text.text else Source(self.text.text)

    def all_findings(self) -> list[Finding]:
        """Our own findings, and ShellCheck's as far as what they are about is still as it was."""
        return sorted([*self.findings, *self.late], key=lambda one: one.sort_key)

    def take(self, text: Text, version: int) -> None:
        """Have another text.  What ShellCheck said stays until it says more, but for the instruction that is changed."""
        if self.late:
            self.late = moved(self.late, self.text.text, text.text)
        self.text = text
        self.version = version
        self.linted = self.late_version = None

    def take_late(self, findings: list[Finding]) -> None:
        """Have ShellCheck's findings of the text at hand."""
        self.late, self.late_version = findings, self.version
        self.answer = next(_ANSWERS)


def path_of(uri: str) -> str:
    """The file's path, or for what is none a name that no file has."""
    if uri.startswith("file:///") and not set("%?#") & set(uri) and os.name != "nt":
        return uri[7:]  # perf: urllib takes 4 ms to import
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(uri)
    if parts.scheme != "file":
        return f"{parts.scheme or 'untitled'}:{unquote(parts.path)}"
    path = unquote(parts.path)
    if os.name == "nt" and path[:1] == "/" and path[2:3] == ":":
        path = path[1:]
    return path or "/"


def uri_of(path: str) -> str:
    """The address of a file."""
    from urllib.parse import quote

    path = os.path.abspath(path).replace(os.sep, "/")
    return "file://" + quote(path if path.startswith("/") else f"/{path}")


class Session:
    """All of it; only the loop's own thread touches it."""

    def __init__(self) -> None:
        self.encoding = UTF16
        self.files: dict[str, OpenFile] = {}
        self.folders: list[str] = []
        self.capabilities: Any = {}
        self.options: dict[str, Any] = {}  # what the editor says for every folder
        self.folder_options: dict[str, dict[str, Any]] = {}
        self.wishes: dict[str, bool] = {}  # what of the editor's own is wanted, for every folder
        self.folder_wishes: dict[str, dict[str, bool]] = {}
        self.warn: Callable[[str], None] | None = None  # told what a configuration may not set
        self._caches: dict[str, SettingsCache] = {}
        self._derived: dict[int, tuple[Settings, Settings, Settings | None]] = {}

    def can(self, *path: str) -> bool:
        """Whether the client says that it can do something."""
        found: Any = self.capabilities
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        return found is not None and found is not False  # {} is a yes

    def resolves(self, name: str) -> bool:
        """Whether the client asks for a property of a code action once that is chosen."""
        action = (self.capabilities.get("textDocument") or {}).get("codeAction") or {}
        properties = (action.get("resolveSupport") or {}).get("properties") or ()
        return bool(action.get("dataSupport")) and name in properties

    def wants(self, name: str, path: str) -> bool:
        """Whether ``layers`` or ``completion`` is wanted in a file; both are unless somebody says no."""
        own = self.folder_wishes.get(self.folder_of(path), {})
        return own.get(name, self.wishes.get(name, True))

    # -- settings ----------------------------------------------------------------------------------

    def forget_settings(self) -> None:
        """Read configurations anew when they are next asked for."""
        self._caches.clear()
        self._derived.clear()
        for file in self.files.values():
            file.linted = file.late_version = file.context = None
            file.late = []

    def folder_of(self, path: str) -> str:
        """The workspace folder that a file lies in, the deepest if several; empty for none."""
        found = [
            one for one in self.folders if path == one or path.startswith(one.rstrip("/") + "/")
        ]
        return max(found, key=len, default="")

    def cache_for(self, path: str) -> SettingsCache:
        """The settings of a file's folder.  Raises ConfigError for what the editor says."""
        folder = self.folder_of(path)
        known = self._caches.get(folder)
        if known is None:
            given = {**self.options, **self.folder_options.get(folder, {})}
            known = self._caches[folder] = SettingsCache(builtin_rules(), given, warn=self.warn)
        return known

    def settings_for(self, path: str) -> tuple[Settings, Settings | None]:
        """Settings without ShellCheck, and those for it alone; None where it is not wanted.  Raises ConfigError."""
        # What is no file has no configuration but that of its folder.
        whole = self.cache_for(path).settings_for(
            path if "/" in path else os.path.join(os.curdir, path)
        )
        known = self._derived.get(id(whole))
        if known is None:
            known = self._derived[id(whole)] = (whole, _without(whole), _alone(whole))
        return known[1], known[2]

    def is_current(self, alone: Settings, path: str) -> bool:
        """Whether settings for ShellCheck alone are still those of a file."""
        try:
            return self.settings_for(path)[1] is alone
        except ConfigError:
            return False

    def is_excluded(self, file: OpenFile) -> bool:
        """Whether the configuration leaves the file out."""
        from dockerlint_rules.project.discovery import ExcludePatterns, is_excluded

        try:
            options = self.cache_for(file.path).options_for(file.path)
        except ConfigError:
            return False
        return bool(options.exclude) and is_excluded(
            file.path, ExcludePatterns(options.exclude, options.root)
        )

    # -- linting -----------------------------------------------------------------------------------

    def lint(self, file: OpenFile) -> None:
        """Find our own findings of what the file holds now."""
        if file.dockerfile is not None:
            # Files with the same settings share a build; what is asked now is of this one.
            file.dockerfile.build.context = file.context
        if file.linted == file.version:
            return
        file.problems = []
        file.findings = []
        file.linted = file.version
        file.answer = next(_ANSWERS)
        file.dockerfile = None
        if not file.is_ours:
            return
        source = Source(file.text.text, file.path)
        settings = self._settings_of(file)
        if settings is None:
            if file.is_dockerfile:  # whoever finds no rules finds his way all the same
                file.dockerfile = Dockerfile(file.memory.read(source))
            return
        result = lint_source(source, settings, file.memory)
        file.findings = result.findings
        file.dockerfile = result.dockerfile
        if result.problem is not None:
            file.problems.append(result.problem)
        from dockerlint_rules.engine.rule_failures import failure_error

        file.problems += [failure_error(one).message for one in result.failures]

    def _settings_of(self, file: OpenFile) -> Settings | None:
        """The settings of a file and its build context; None where the configuration is wrong or leaves the file out."""
        if self.is_excluded(file):
            return None
        try:
            settings, _ = self.settings_for(file.path)
        except ConfigError as error:
            file.problems.append(str(error))
            return None
        if file.context is None:
            file.context = SteadyContext(context_of(file.path, settings.options))
        settings.build.context = file.context
        return settings

    def linter_of(self, file: OpenFile) -> Callable[[Source], list[Finding]]:
        """What mends ask for the findings of a text in the file's place.  Raises ConfigError."""
        settings, _ = self.settings_for(file.path)
        settings.build.context = file.context
        return lambda source: lint_source(source, settings).findings


def _with(whole: Settings, plan: Plan, shellcheck: str) -> Settings:
    return whole.with_plan(plan, shellcheck)


def _without(whole: Settings) -> Settings:
    return _with(whole, Plan([one for one in whole.plan.rules if one.unit != "scripts"]), "")


def _alone(whole: Settings) -> Settings | None:
    rules = [one for one in whole.plan.rules if one.unit == "scripts"]
    return _with(whole, Plan(rules), whole.shellcheck) if whole.shellcheck and rules else None
