"""The rules, a module for each family; importing one registers its rules."""

from __future__ import annotations

FAMILIES = (
    "syntax",
    "continuations",
    "conversion",
    "ignores",
    "base_image",
    "runtimes",
    "package_index",
    "packages",
    "leftovers",
    "languages",
    "language_leftovers",
    "lockfiles",
    "repositories",
    "downloads",
    "powershell",
    "layers",
    "later_layers",
    "cache_mounts",
    "copied",
    "layer_order",
    "state",
    "data",
    "volumes",
    "data_files",
    "security",
    "users",
    "runtime",
    "start",
    "shell_habits",
    "shell_scripts",
    "stages",
    "references",
    "metadata",
    "context_files",
    "labels",
    "casing",
    "layout",
    "ports",
    "platforms",
    "variables",
    "kept_elsewhere",
    "ignored",
    "composed_state",
    "compose",
    "beanstalk",
    "beanstalk_port",
)


def load() -> None:
    """Import every family."""
    from importlib import import_module

    for family in FAMILIES:
        import_module(f"{__name__}.{family}")
