"""What a word of a package-manager call means: a package, a file or a URL, and its version."""

from __future__ import annotations

from dockerlint_rules.model.packages.calls import Package

_ARCHIVES = (
    *(".deb", ".rpm", ".apk", ".whl", ".gem", ".ipk", ".conda", ".egg", ".zip"),
    *(".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".pkg.tar.zst"),
)


# Families that write packages as in PEP 508: extras, specifiers, markers.
PEP_508_FAMILIES = frozenset({"pip", "uv", "pipx", "pipenv", "poetry", "pdm"})


_HOSTED = ("github:", "gitlab:", "bitbucket:", "gist:")


_VERSION_CHARACTERS = frozenset(
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.~^_+:*"
)


def is_only_variables(value: str) -> bool:
    """Whether a word's value only consists of variables and command substitutions."""
    at = 0
    while at < len(value):
        end = _expansion_end(value, at)
        if end == at:
            return False
        at = end
    return bool(value)


def _expansion_end(value: str, at: int) -> int:
    """The end of the ``${…}`` or ``$()`` that begins at *at*; *at* itself if none begins there."""
    closing = {"${": "}", "$(": ")"}.get(value[at : at + 2])
    if closing is None:
        return at
    depth = 0
    for index in range(at + 1, len(value)):
        if value[index] == value[at + 1]:
            depth += 1
        elif value[index] == closing:
            depth -= 1
            if depth == 0:
                return index + 1
    return len(value)


def find_outside_variables(value: str, separator: str) -> int:
    """First index of a separator after the first character and outside variables, or -1."""
    if "$" not in value:
        return value.find(separator, 1)
    at = 0
    while at < len(value):
        end = _expansion_end(value, at)
        if end > at:
            at = end
            continue
        if at > 0 and value.startswith(separator, at):
            return at
        at += 1
    return -1


def split_outside_variables(value: str, separator: str) -> list[str]:
    """Split at a separator, but not inside ``${…}``."""
    parts = [""]
    at = 0
    while at < len(value):
        end = max(_expansion_end(value, at), at + 1)
        if value[at:end] == separator:
            parts.append("")
        else:
            parts[-1] += value[at:end]
        at = end
    return parts


def is_version(part: str) -> bool:
    """Whether a part of an RPM name can be a version: it begins with a digit or is a variable."""
    if is_only_variables(part):
        return True
    return bool(part) and part[0].isdecimal() and not set(part) - _VERSION_CHARACTERS


def kind_of_operand(value: str, family: str) -> str:
    """The kind of an operand (see ``Package``), from its spelling."""
    if is_only_variables(value):
        return "variable"
    head = value.partition("://")[0] if "://" in value else ""
    if (head and not set(head) & set(" @=<>")) or value.startswith(_HOSTED):
        return "url"
    if family in PEP_508_FAMILIES and " @ " in value:
        # PEP 508: `name @ url`.
        return "url"
    if value.startswith("git@") or "@git+" in value or "@http" in value:
        return "url"
    lowered = value.lower()
    if lowered.endswith(_ARCHIVES) and (family != "npm" or "/" in value or "@" not in value[1:]):
        return "file"
    if value in (".", "..") or value.startswith(("./", "../", "/", "~/", "file:", ".[")):
        return "path"
    if "/" in value and family in ("pip", "uv", "gem", "pipx"):
        return "path"
    if family in ("npm", "yarn", "pnpm", "bun") and "/" in value and not value.startswith("@"):
        # npm-install(1): USER/REPOSITORY is on GitHub; in an alias, the slash follows "@npm:".
        return "package" if "@npm:" in value else "url"
    return "package"


def kind_of_source(value: str) -> str:
    """The kind of the value of ``-e``, ``--git`` or ``--path``, which is never a package of an index."""
    kind = kind_of_operand(value, "pip")
    return "path" if kind == "package" else kind


def split_qualifier(package: Package, family: str) -> None:
    """Move extras, architecture, repository or channel from a package's name to its qualifier."""
    name = package.name.rstrip()
    if family == "apt":
        name, _, package.qualifier = name.partition(":")
    elif family == "apk":
        name, _, package.qualifier = name.partition("@")
    elif family == "conda" and "::" in name:
        package.qualifier, _, name = name.partition("::")
    elif family in PEP_508_FAMILIES:
        name, _, extras = name.partition("[")
        package.qualifier = extras.rstrip("] ")
    package.name = name.rstrip()


def start_of(package: Package) -> int:
    """Sort key: the offset of the word."""
    return package.word.start
