"""Manifests that refer to files of the project itself, so that an install from them needs the source.

Manifests are read from the build context, if there is one.
"""

from __future__ import annotations

import re

from dockerlint_rules.model.context.copy_patterns import has_wildcard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.model.context.build_context import BuildContext
    from dockerlint_rules.model.packages.dependency_installs import DependencyInstall

# Scripts that npm, yarn and pnpm run during an install.
_SCRIPTS = (
    "preinstall",
    "install",
    "postinstall",
    "preprepare",
    "prepare",
    "postprepare",
    "prepublish",
)
_LOCAL_PREFIXES = ("file:", "link:", "portal:", "workspace:")
_NODE_ECOSYSTEMS = frozenset({"npm", "yarn-classic", "yarn-berry", "pnpm", "bun"})
_MOST_READ = 200  # manifests for one Dockerfile
# Blanks before a word are those of its line: over empty lines, a search would take quadratic time.
_PATTERNS = {
    # An editable or local requirement; -r and -c refer to other lists.
    "requirements": r"(?m)^[^\S\n]*(?:-e|--editable|\.{1,2}(?:/|\s|\[|$)|file:)|@\s*file:(?!///)",
    "pyproject.toml": r"(?m)\bpath\s*=\s*[\"']|^[^\S\n]*\[tool\.uv\.workspace\]",
    "Pipfile": r"(?m)\bpath\s*=\s*[\"']",
    "Gemfile": r"(?m)^[^\S\n]*gemspec\b|\bpath:\s*[\"']|:path\s*=>",
    "composer.json": r'"type"\s*:\s*"path"',
    "go.mod": r"(?m)=>\s*\.{1,2}/",
    "pom.xml": r"<module>",
    "settings.gradle": r"(?m)^[^\S\n]*include\b",
    "settings.gradle.kts": r"(?m)^[^\S\n]*include\b",
    "mix.exs": r"\bpath:\s*\"|\bapps_path:",
    "pubspec.yaml": r"(?m)^[^\S\n]+path:\s*\S|^workspace:",
    "Package.swift": r"\.package\(\s*(?:name:[^,(]*,\s*)?path:",
    "Cargo.toml": r"(?m)^[^\S\n]*\[workspace\]|\bpath\s*=\s*\"",
}
_MANIFESTS = {
    "pip-requirements": ("requirements",), "uv-pip": ("requirements",), "uv": ("pyproject.toml",),
    "poetry": ("pyproject.toml",), "pdm": ("pyproject.toml",), "pipenv": ("Pipfile",), "bundler": ("Gemfile",),
    "composer": ("composer.json",), "go-modules": ("go.mod",), "maven": ("pom.xml",),
    "gradle": ("settings.gradle", "settings.gradle.kts"), "mix": ("mix.exs",), "dart": ("pubspec.yaml",),
    "flutter": ("pubspec.yaml",), "swift": ("Package.swift",), "cargo": ("Cargo.toml",),
}  # fmt: skip


def manifest_needs_source(
    install: DependencyInstall, directory: str, context: BuildContext
) -> bool:
    """Whether the manifest in a directory of the context refers to source files, or runs scripts of the project."""
    facts = context.facts
    key = (
        install.ecosystem.name,
        directory,
        install.wanted,
        install.command.has_flag("--ignore-scripts"),
    )
    if key not in facts:
        # Nobody has as many lists; without an answer the rules are silent.
        if len(facts) >= _MOST_READ:
            return True
        facts[key] = _needs_source(install, directory, context)
    return facts[key]


def _needs_source(install: DependencyInstall, directory: str, context: BuildContext) -> bool:
    name = install.ecosystem.name
    directory = directory.strip("/").removeprefix("./")
    start = "" if directory in ("", ".") else f"{directory}/"
    if name in _NODE_ECOSYSTEMS:
        if name == "pnpm" and context.exists(f"{start}pnpm-workspace.yaml"):
            return True
        path = f"{start}package.json"
        return context.is_unknown(path) or _package_json_needs_source(context.text(path), install)
    for kind in _MANIFESTS.get(name, ()):
        path = start + (install.wanted.removeprefix("./") if kind == "requirements" else kind)
        text = context.text(path) if not has_wildcard(path) else None
        if text is None and not has_wildcard(path) and context.is_unknown(path):
            return True  # nothing says that it does not
        if text is not None and re.search(_PATTERNS[kind], text):
            return True
    return False


def _package_json_needs_source(text: str | None, install: DependencyInstall) -> bool:
    if text is None:
        return False
    import json  # perf: only if the context has a package.json

    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if not isinstance(manifest, dict):
        return False
    if manifest.get("workspaces"):
        return True
    for group in ("dependencies", "devDependencies", "optionalDependencies"):
        versions = _values(manifest.get(group))
        if any(isinstance(each, str) and each.startswith(_LOCAL_PREFIXES) for each in versions):
            return True
    if install.command.has_flag("--ignore-scripts"):
        return False
    scripts = manifest.get("scripts")
    return isinstance(scripts, dict) and any(_reads_files(scripts.get(name)) for name in _SCRIPTS)


def _values(group: Any) -> list[Any]:
    return list(group.values()) if isinstance(group, dict) else []


def _reads_files(script: Any) -> bool:
    """Whether a script of package.json may read source files; a script that sets up Git hooks does not."""
    return (
        isinstance(script, str)
        and bool(script.strip())
        and not script.startswith(("husky", "is-ci", "echo "))
    )
