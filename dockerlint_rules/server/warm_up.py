"""Loads what the first file will need while the editor is still starting."""

from __future__ import annotations

import os
from importlib import import_module

from dockerlint_rules.config import ConfigError
from dockerlint_rules.registry.indexed import IndexedRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from dockerlint_rules.server.session import Session

# What most files need in addition to the modules of their rules.
COMMON_MODULES = (
    "model.packages.call_reader",
    "knowledge.image_records",
    "knowledge.package_manager_records",
    "knowledge.release_records",
    "knowledge.stateful_software",
    "syntax.shell.script",
    "syntax.words",
)


def warm_up(session: Session) -> Generator[None]:
    """Import the modules that the first file will need, one at each step."""
    folder = session.folders[0] if session.folders else os.sep
    try:
        settings, _ = session.settings_for(os.path.join(folder, "Dockerfile"))
    except ConfigError:
        return  # shown in the file once one is open
    yield
    indexed = [rule for rule in settings.plan.rules if isinstance(rule, IndexedRule)]
    yield from _load_modules(rule for rule in indexed if not rule.is_conditional)
    for name in COMMON_MODULES:
        import_module(f"dockerlint_rules.{name}")
        yield
    yield from _load_modules(indexed)


def _load_modules(rules: Iterable[IndexedRule]) -> Generator[None]:
    """Load the modules of rules, one at each step."""
    loaded = set()
    for rule in rules:
        if rule.module not in loaded:
            loaded.add(rule.module)
            rule.load()
            yield
