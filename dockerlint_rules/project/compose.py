"""Compose files.

Source: the Compose specification.
"""

from __future__ import annotations

import os
import re

from dockerlint_rules.files.tree import real_path
from dockerlint_rules.project.services import (
    Deployment,
    Mount,
    PublishedPort,
    Service,
    Variable,
    scalar,
    text,
    variables,
)
from dockerlint_rules.syntax.comment_lines import comment_lines
from dockerlint_rules.syntax.data.value_tree import Value
from dockerlint_rules.syntax.kinds import COMPOSE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.logical_lines import Comment

_VARIABLE = re.compile(r"\$(?:\$|(\w+)|\{(\w+)(?:(:?[-?+])([^${}]*))?\})")


class ComposeFile(Deployment):
    """A compose file."""

    __slots__ = ()
    kind = COMPOSE

    @property
    def is_override(self) -> bool:
        """Whether the file is merged over another one, by its name; then something that it lacks may be there."""
        name = os.path.basename(self.filename).lower().rpartition(".")[0]
        return name not in ("compose", "docker-compose")

    def find_comments(self) -> Iterator[Comment]:
        """Its comment lines."""
        return comment_lines(self.source)

    def find_services(self) -> Iterator[ComposeService]:
        """The mappings below ``services``."""
        found = self.tree.get("services")
        for key, value in found.each() if found is not None else ():
            if key.text is not None and value.pairs is not None:
                yield ComposeService(self, key.text, value, key)


class ComposeService(Service):
    """One service of a compose file."""

    __slots__ = ()

    @property
    def build(self) -> Value | None:
        """The value of ``build:``."""
        return self.value.get("build")

    @property
    def build_context(self) -> Value | None:
        """The build context as written."""
        build = self.build
        return scalar(build if build is None or build.text is not None else build.get("context"))

    @property
    def context_path(self) -> str | None:
        """Where the build context lies, from the file's folder; None where a variable of it is not known."""
        written = self.build_context
        return with_defaults(written.text or "") if written is not None else "."

    @property
    def dockerfile_name(self) -> str | None:
        """The Dockerfile's path from the build context; None where a variable of it is not known."""
        written = self.build.get("dockerfile") if self.build is not None else None
        return with_defaults(written.text or "") if written is not None else "Dockerfile"

    @property
    def build_arguments(self) -> list[Variable]:
        """The build arguments."""
        build = self.build
        return list(variables(build.get("args"))) if build is not None else []

    @property
    def is_extended(self) -> bool:
        """Whether another file has the rest of it."""
        return self.value.get("extends") is not None or bool(self.deployment.tree.get("include"))

    def is_built_from(self, dockerfile: str) -> bool:
        """Whether its image is built from the Dockerfile of that real path."""
        if self.build is None:
            # A file that is merged over another one often leaves the build out.
            path = self.deployment.filename
            return "override" in path or "prod" in os.path.basename(path)
        context, name, folder = self.context_path, self.dockerfile_name, self.deployment.directory
        if not context or not name or folder is None:
            return False
        return real_path(os.path.join(folder, context, name)) == dockerfile

    @property
    def mounts(self) -> list[Mount]:
        """The mounts, ``tmpfs`` included."""
        return list(_mounts(self.value))

    @property
    def ports(self) -> list[PublishedPort]:
        """The ports that are published."""
        return list(_ports(self.value.get("ports")))

    @property
    def depends_on(self) -> list[tuple[Value, str]]:
        """Names of the services it waits for, each with the condition."""
        value = self.value.get("depends_on")
        if value is None:
            return []
        if value.pairs is not None:
            return [
                (key, text(one.get("condition")) or "service_started") for key, one in value.pairs
            ]
        return [(one, "service_started") for one in value.scalars()]

    @property
    def networks(self) -> list[Value]:
        """Names of the networks it joins."""
        value = self.value.get("networks")
        if value is None:
            return []
        return [key for key, _ in value.each()] or value.scalars()


def with_defaults(written: str) -> str | None:
    """A text with the defaults of its variables; None where one has none.  The environment is never read."""
    has_unknown = False

    def default_of(found: re.Match[str]) -> str:
        nonlocal has_unknown
        if found[0] == "$$":
            return "$"
        if found[3] in ("-", ":-"):
            return str(found[4])
        has_unknown = True
        return ""

    filled_in = _VARIABLE.sub(default_of, written)
    return None if has_unknown else filled_in


def _mounts(service: Value) -> Iterator[Mount]:
    value = service.get("volumes")
    for one in (value.items if value is not None else None) or ():
        if one.text is not None:
            if not one.is_null:
                yield from _short_mount(one)
        elif one.pairs is not None:
            target = text(one.get("target"))
            if target:
                kind = text(one.get("type")) or "volume"
                source, read_only = text(one.get("source")), one.get("read_only")
                is_read_only = read_only is not None and read_only.is_true
                yield Mount(kind, source, target, one, is_read_only=is_read_only)
    for one in (service.get("tmpfs") or Value(0, 0)).scalars():
        yield Mount("tmpfs", None, (one.text or "").partition(":")[0], one)


def _short_mount(one: Value) -> Iterator[Mount]:
    """``source:target:options``; a variable may hold a colon, and a Windows path does."""
    known = with_defaults(one.text or "")
    written = known if known is not None else _VARIABLE.sub("variable", one.text or "")
    drive = written[:2] if re.match(r"[A-Za-z]:[\\/]", written) else ""
    parts = written[len(drive) :].split(":")
    parts[0] = drive + parts[0]
    if len(parts) == 1:
        yield Mount("volume", None, parts[0], one)
        return
    source, target = parts[0], parts[1]
    kind = "bind" if source.startswith((".", "/", "~")) or drive or "\\" in source else "volume"
    if known is None and not source.startswith((".", "/", "~")):
        kind = "bind"  # nothing is known of a variable, and certainly not that it names a volume
    options = parts[2].split(",") if len(parts) > 2 else []
    yield Mount(kind, source, target, one, is_read_only="ro" in options)


def _ports(value: Value | None) -> Iterator[PublishedPort]:
    for one in (value.items if value is not None else None) or ():
        if one.pairs is not None:
            target = text(one.get("target"))
            if target:
                address, protocol = text(one.get("host_ip")), text(one.get("protocol"))
                host = text(one.get("published"))
                yield PublishedPort(target, host, address or "", protocol or "tcp", one)
            continue
        written = with_defaults(one.text or "")
        if not written:
            continue
        written, _, short_protocol = written.partition("/")
        yield _short_port(written, short_protocol or "tcp", one)


def _short_port(written: str, protocol: str, place: Value) -> PublishedPort:
    """``address:host:container``, of which the first two may be missing; an IPv6 address has brackets."""
    address, _, ports = written.rpartition("]:") if written.startswith("[") else ("", "", written)
    parts = ports.split(":")
    if len(parts) == 3:
        address, parts = parts[0], parts[1:]
    host = (parts[0] or None) if len(parts) == 2 else None
    return PublishedPort(parts[-1], host, address.lstrip("["), protocol, place)
