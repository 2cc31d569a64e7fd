"""A sentence about a package that a RUN installs."""

from __future__ import annotations

from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.model.packages.calls import Package, PackageCall
    from dockerlint_rules.server.hover.markup import Markup
    from dockerlint_rules.syntax.dockerfile.instructions import Run

# What may stand between a package and its one version; other operators allow several versions.
_EXACT = frozenset({"=", "==", "===", "@", "-", ":", ""})
_VERBS = {
    "install": "installs",
    "remove": "removes",
    "autoremove": "removes",
    "download": "downloads",
    "upgrade": "upgrades",
    "dist-upgrade": "upgrades",
    "build-dep": "installs the build dependencies of",
}
_KINDS = {
    "file": "archive",
    "path": "directory",
    "url": "URL",
    "requirements": "requirements file",
    "constraints": "constraints file",
}


def package_at(run: Run, offset: int, markup: Markup) -> tuple[str, Span] | None:
    """The description of the package at an offset, and its place."""
    from dockerlint_rules.model.packages.call_reader import calls_in

    for call in calls_in(run):
        for package in (*call.packages, *call.files):
            if package.start <= offset <= package.end:
                text = _package_text(call, package, markup)
                return (text, Span(package.start, package.end)) if text else None
    return None


def _package_text(call: PackageCall, package: Package, markup: Markup) -> str | None:
    from dockerlint_rules import knowledge

    name, verb = markup.bold(package.name), _VERBS.get(call.action, "uses")
    if package.kind in _KINDS:
        verb = "reads" if package.kind in ("requirements", "constraints") else verb
        return f"{name}: {call.tool} {verb} this {_KINDS[package.kind]}."
    if package.kind != "package" or not package.name:
        return None
    text = f"{name}: {call.tool} {verb} this {call.family} package"
    if package.version:
        is_pinned = package.separator in _EXACT and "*" not in package.version
        version = package.version if is_pinned else f"{package.separator}{package.version}"
        text += f", {'pinned to' if is_pinned else 'version'} {markup.code(version)}"
    elif call.action in ("install", "download"):
        text += " in its current version"
    record = knowledge.stateful_package(call.family, package.name)
    if record is not None and record.keeps_state and record.data_dirs:
        return f"{text}. It keeps its data in {markup.code(record.data_dirs[0])}."
    return f"{text}."
