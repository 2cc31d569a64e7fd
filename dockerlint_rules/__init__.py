"""dockerlint: a linter for Dockerfiles that plugins can extend.

Public names: ``lint``, ``lint_text``, ``parse``, ``rule``, ``Finding``, ``Severity``, ``Fix``, ``Edit``, ``Span``,
``Related``.
"""

from __future__ import annotations

from dockerlint_rules.version import VERSION as __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.api import lint, lint_text, parse
    from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
    from dockerlint_rules.registry.rule import rule
    from dockerlint_rules.syntax.source import Span

__all__ = [
    "Edit", "Finding", "Fix", "Related", "Severity", "Span", "__version__", "lint", "lint_text", "parse", "rule",
]  # fmt: skip

# perf: every start of the command line imports this package, so each name is imported on first use.
_MODULES = {
    "lint": "api", "lint_text": "api", "parse": "api", "rule": "registry.rule",
    "Edit": "findings.finding", "Finding": "findings.finding", "Fix": "findings.finding",
    "Related": "findings.finding", "Severity": "findings.finding",
    "Span": "syntax.source",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
