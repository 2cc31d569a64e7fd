"""The rules: a folder for each hundred of the codes, a module for each topic; importing one registers its rules."""

from __future__ import annotations


def modules() -> list[str]:
    """Full names of all modules below this package that hold rules, sorted."""
    from pathlib import Path

    here = Path(__file__).parent
    return sorted(
        ".".join((__name__, *path.relative_to(here).with_suffix("").parts))
        for path in here.rglob("*.py")
        if path.stem not in ("__init__", "__main__")
    )


def load() -> None:
    """Import every module that holds rules."""
    from importlib import import_module

    for name in modules():
        import_module(name)
