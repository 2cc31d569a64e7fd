"""The rules: a folder for each hundred of the codes, a module for each topic; importing one registers its rules."""

from __future__ import annotations

# The hundreds digit of a code → the folder of its rule.
FOLDERS = {
    "0": "syntax", "1": "base_images", "2": "packages", "3": "layers", "4": "state", "5": "security", "6": "runtime",
    "7": "stages", "8": "metadata", "9": "style",
}  # fmt: skip


def module_names() -> list[str]:
    """Full names of all modules in the families' folders, and of those that lie beside the folders, sorted."""
    from pathlib import Path

    here = Path(__file__).parent
    found = [
        *here.glob("*.py"),
        *(path for name in FOLDERS.values() for path in (here / name).glob("*.py")),
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
