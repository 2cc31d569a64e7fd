"""The rules: a folder for each hundred of the codes, a module for each topic; importing one registers its rules."""

from __future__ import annotations

from dockerlint_rules.registry.rule import FAMILY_FOLDERS


def module_names() -> list[str]:
    """Full names of all modules in the families' folders, and of those that lie beside the folders, sorted."""
    from pathlib import Path

    here = Path(__file__).parent
    found = [
        *here.glob("*.py"),
        *(path for name in FAMILY_FOLDERS.values() for path in (here / name).glob("*.py")),
    ]
    return sorted(
        ".".join((__name__, *path.relative_to(here).with_suffix("").parts))
        for path in found
        if path.stem not in ("__init__", "__main__")
    )


def import_all() -> None:
    """Import every module that may hold rules."""
    from importlib import import_module

    for name in module_names():
        import_module(name)
