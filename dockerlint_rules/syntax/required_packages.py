"""Packages that dockerlint needs and may not find: what is lost without each, and how to get it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

# By the name of the module: the distributions, and what the run lacks.
_PACKAGES = {
    "tree_sitter": (
        "tree-sitter tree-sitter-bash",
        "so findings on scripts with more than simple commands are missing",
    ),
    "yaml": ("PyYAML", "so YAML files cannot be read"),
    "rich": ("rich", "so the page is shown as plain text"),
}
missing: dict[str, str] = {}
"""A sentence for each package that was needed in this process and could not be loaded."""


class MissingPackage(Exception):
    """A package that is needed cannot be loaded; the text says what is lost and how to install it."""


def load(module: str) -> ModuleType:
    """Import a module of another project.  Raises MissingPackage if that fails in any way."""
    from importlib import import_module

    try:
        return import_module(module)
    except Exception as error:  # a broken installation may raise anything
        raise MissingPackage(note_missing(module, error)) from None


def note_missing(module: str, error: Exception) -> str:
    """Keep in mind that a package cannot be loaded.  A sentence that says so."""
    name = module.partition(".")[0]
    distributions, loss = _PACKAGES[name]
    why = " ".join(f"{type(error).__name__}: {error}".split())
    missing[name] = (
        f"{distributions.replace(' ', ' or ')} cannot be loaded, {loss}; "
        f"repair it with 'pip install --force-reinstall {distributions}' ({why})"
    )
    return missing[name]
