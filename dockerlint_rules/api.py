"""The functions for other programs: ``lint``, ``lint_text`` and ``parse``."""

from __future__ import annotations

from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.required_packages import missing
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike
    from typing import Any

    from dockerlint_rules.engine.rule_caller import RuleFailure
    from dockerlint_rules.findings.finding import Finding


def lint(
    target: str | PathLike[str] | Any, *, config: Mapping[str, Any] | None = None
) -> list[Finding]:
    """Findings of a file: its path, an open file, or a ``dockerfile_parse.DockerfileParser``.

    *config* maps option names to values (``{"select": ["DF2"]}``); ``{"no-shellcheck": False}`` lets ShellCheck run.
    Without *config* the configuration nearest to the file applies.  Raises OSError when the file cannot be read,
    ``dockerlint_rules.config.ConfigError`` for a
    configuration that cannot be understood, ``dockerlint_rules.plugins.PluginError`` for a plugin that fails.
    """
    data, filename = _content(target)
    return _lint(Source.from_bytes(data, filename), config)


def lint_text(
    text: str, filename: str = "Dockerfile", config: Mapping[str, Any] | None = None
) -> list[Finding]:
    """Findings of a text.  Without *config* the defaults apply.  No configuration file is read."""
    return _lint(Source(text, filename), config or {})


def parse(text: str | bytes) -> Dockerfile:
    """The text as instructions and stages: what ``dockerlint parse`` prints, as objects.

    Never raises for the content of the text: see ``.errors``.
    """
    source = Source(text) if isinstance(text, str) else Source.from_bytes(text)
    return Dockerfile(Document(source))


def _content(target: Any) -> tuple[bytes, str]:
    from dockerlint_rules.plugins import dockerfile_parse as bridge

    if bridge.is_parser(target):
        return bridge.bytes_of(target), bridge.path_of(target)
    if hasattr(target, "read"):
        content = target.read()
        data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
        return data, str(getattr(target, "name", "Dockerfile"))
    from os import fspath

    from dockerlint_rules.files.reading import load

    path = fspath(target)
    return load(path), path


def _lint(source: Source, config: Mapping[str, Any] | None) -> list[Finding]:
    from dockerlint_rules.engine.lint import lint_source
    from dockerlint_rules.engine.settings_cache import SettingsCache
    from dockerlint_rules.registry.indexed import builtin_rules

    given = {"isolated": True, **config} if config is not None else {}
    # ShellCheck starts only when the caller asks for it: config={"no-shellcheck": False}.
    given.setdefault("no-shellcheck", True)
    cache = SettingsCache(builtin_rules(), dict(given))
    result = lint_source(source, cache.settings_for(source.filename))
    for sentence in missing.values():
        import warnings

        warnings.warn(sentence, RuntimeWarning, stacklevel=3)
    problems = cache.roster.take_problems() if cache.roster else []
    if result.failures or problems:
        # The caller must not mistake the crash of a rule or plugin for a clean file.
        _raise(result.failures, problems)
    return result.findings


def _raise(failures: list[RuleFailure], problems: list[str]) -> None:
    from dockerlint_rules.plugins import PluginError

    if not failures:
        raise PluginError(problems[0])
    failure = failures[0]
    if failure.rule.origin == "dockerlint":
        raise failure.error
    from dockerlint_rules.engine.rule_failures import failure_error

    raise PluginError(f"{failure.path}: {failure_error(failure).message}") from failure.error
