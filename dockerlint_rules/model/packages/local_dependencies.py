"""Manifests that name files of the project itself, so that an install from them needs the source.

Read from the build context, where there is one; a manifest that cannot be found there tells nothing.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.model.context.build_context import Context
    from dockerlint_rules.model.packages.dependency_installs import DependencyInstall

# Scripts that npm, yarn and pnpm run at the end of an install.
_SCRIPTS = (
    "preinstall",
    "install",
    "postinstall",
    "preprepare",
    "prepare",
    "postprepare",
    "prepublish",
)
_LOCAL = ("file:", "link:", "portal:", "workspace:")
_NODE = frozenset({"npm", "yarn-classic", "yarn-berry", "pnpm", "bun"})
_PATTERNS = {
    # An editable or local requirement; -r and -c name other lists.
    "requirements": r"(?m)^\s*(?:-e|--editable|\.{1,2}(?:/|\s|\[|$)|file:)|@\s*file:(?!///)",
    "pyproject.toml": r"(?m)\bpath\s*=\s*[\"']|^\s*\[tool\.uv\.workspace\]",
    "Pipfile": r"(?m)\bpath\s*=\s*[\"']",
    "Gemfile": r"(?m)^\s*gemspec\b|\bpath:\s*[\"']|:path\s*=>",
    "composer.json": r'"type"\s*:\s*"path"',
    "go.mod": r"(?m)=>\s*\.{1,2}/",
    "pom.xml": r"<module>",
    "settings.gradle": r"(?m)^\s*include\b",
    "settings.gradle.kts": r"(?m)^\s*include\b",
    "mix.exs": r"\bpath:\s*\"|\bapps_path:",
    "pubspec.yaml": r"(?m)^\s+path:\s*\S|^workspace:",
    "Package.swift": r"\.package\(\s*(?:name:[^,]*,\s*)?path:",
    "Cargo.toml": r"(?m)^\s*\[workspace\]|\bpath\s*=\s*\"",
}
_NEEDED = {
    "pip-requirements": ("requirements",), "uv-pip": ("requirements",), "uv": ("pyproject.toml",), "poetry": ("pyproject.toml",),
    "pdm": ("pyproject.toml",), "pipenv": ("Pipfile",), "bundler": ("Gemfile",), "composer": ("composer.json",), "go-modules": ("go.mod",),
    "maven": ("pom.xml",), "gradle": ("settings.gradle", "settings.gradle.kts"), "mix": ("mix.exs",), "dart": ("pubspec.yaml",),
    "flutter": ("pubspec.yaml",), "swift": ("Package.swift",), "cargo": ("Cargo.toml",),
}  # fmt: skip


def manifest_needs_source(found: DependencyInstall, folder: str, context: Context) -> bool:
    """Whether the manifest in *folder* of the context names files that are no manifests, or runs scripts of the project."""
    name = found.ecosystem.name
    folder = folder.strip("/").removeprefix("./")
    start = "" if folder in ("", ".") else f"{folder}/"
    if name in _NODE:
        if name == "pnpm" and context.exists(f"{start}pnpm-workspace.yaml"):
            return True
        return _node_needs(context.text(f"{start}package.json"), found)
    for kind in _NEEDED.get(name, ()):
        path = start + (found.wanted.removeprefix("./") if kind == "requirements" else kind)
        text = context.text(path) if not set("*?[$") & set(path) else None
        if text is not None and re.search(_PATTERNS[kind], text):
            return True
    return False


def _node_needs(text: str | None, found: DependencyInstall) -> bool:
    if text is None:
        return False
    import json  # perf: only where a package.json lies in the context

    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if not isinstance(manifest, dict):
        return False
    if manifest.get("workspaces"):
        return True
    for group in ("dependencies", "devDependencies", "optionalDependencies"):
        if any(
            isinstance(one, str) and one.startswith(_LOCAL) for one in _values(manifest.get(group))
        ):
            return True
    if found.command.has_flag("--ignore-scripts"):
        return False
    scripts = manifest.get("scripts")
    return isinstance(scripts, dict) and any(_reads_files(scripts.get(one)) for one in _SCRIPTS)


def _values(group: Any) -> list[Any]:
    return list(group.values()) if isinstance(group, dict) else []


def _reads_files(script: Any) -> bool:
    """Whether a script of package.json may read the project; setting up Git hooks does not."""
    return (
        isinstance(script, str)
        and bool(script.strip())
        and not script.startswith(("husky", "is-ci", "echo "))
    )
