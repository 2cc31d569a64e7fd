"""Where an image is run: compose files and Elastic Beanstalk's Dockerrun.aws.json, with the place of each value.

Source: the Compose specification; AWS, "Docker platform configuration" (Dockerrun versions 1 and 2).
"""

from __future__ import annotations

import os
import re

from dockerlint_rules.model.context.build_context import text_of
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.syntax.data.value_tree import Broken, Value, read
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.dockerfile.logical_lines import Comment
from dockerlint_rules.syntax.source import Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockerlint_rules.model.stages import Build

COMPOSE, DOCKERRUN_1, DOCKERRUN_2 = "compose", "dockerrun-1", "dockerrun-2"
_VARIABLE = re.compile(r"\$(?:\$|(\w+)|\{(\w+)(?:(:?[-?+])([^${}]*))?\})")


class Variable(Span):
    """One entry of a service's environment or build arguments; value None where it is taken from outside."""

    __slots__ = ("name", "value")

    def __init__(self, name: str, value: str | None, place: Span) -> None:
        super().__init__(place.start, place.end)
        self.name = name
        self.value = value


class Mounted(Span):
    """One mount of a service.  ``kind``: "volume", "bind" or "tmpfs"; source None for an anonymous volume."""

    __slots__ = ("is_read_only", "kind", "source", "target")

    def __init__(
        self, kind: str, source: str | None, target: str, place: Span, *, is_read_only: bool = False
    ) -> None:
        super().__init__(place.start, place.end)
        self.kind = kind
        self.source = source
        self.target = target.rstrip("/") or "/"
        self.is_read_only = is_read_only


class Published(Span):
    """One port: ``host`` (None for any), ``address`` ("" for all) and the container's; texts, as ranges are allowed."""

    __slots__ = ("address", "container", "host", "protocol")

    def __init__(
        self, container: str, host: str | None, address: str, protocol: str, place: Span
    ) -> None:
        super().__init__(place.start, place.end)
        self.container = container
        self.host = host
        self.address = address
        self.protocol = protocol


class Service(Span):
    """One service, or one container of a Dockerrun file.  Its span is that of its name."""

    __slots__ = ("deployment", "name", "value")

    def __init__(self, deployment: Deployment, name: str, value: Value, place: Span) -> None:
        super().__init__(place.start, place.end)
        self.deployment = deployment
        self.name = name
        self.value = value

    # -- what it is made of ------------------------------------------------------------------------

    @property
    def image(self) -> Value | None:
        """The image's name, where one is given."""
        if self.deployment.kind == DOCKERRUN_1:
            return _scalar(self.value.get("Image", "Name"))
        return _scalar(self.value.get("image"))

    @property
    def build(self) -> Value | None:
        """What follows ``build:``."""
        return self.value.get("build") if self.deployment.kind == COMPOSE else None

    @property
    def build_context(self) -> Value | None:
        """The build context as written."""
        build = self.build
        return _scalar(build if build is None or build.text is not None else build.get("context"))

    @property
    def context_path(self) -> str | None:
        """Where the build context lies, from the compose file's folder; None where a variable of it is not known."""
        written = self.build_context
        return interpolated(written.text or "") if written is not None else "."

    @property
    def dockerfile_name(self) -> str | None:
        """The Dockerfile's path from the build context; None where a variable of it is not known."""
        said = self.build.get("dockerfile") if self.build is not None else None
        return interpolated(said.text or "") if said is not None else "Dockerfile"

    @property
    def build_arguments(self) -> list[Variable]:
        """The build arguments."""
        build = self.build
        return list(_variables(build.get("args"))) if build is not None else []

    @property
    def is_extended(self) -> bool:
        """Whether the rest of it is in another file."""
        return self.value.get("extends") is not None or bool(self.deployment.tree.get("include"))

    # -- what it runs with -------------------------------------------------------------------------

    @property
    def environment(self) -> list[Variable]:
        """The environment variables."""
        return list(_variables(self.value.get("environment")))

    @property
    def mounts(self) -> list[Mounted]:
        """The mounts, ``tmpfs`` included."""
        if self.deployment.kind == COMPOSE:
            return list(_compose_mounts(self.value))
        return list(_dockerrun_mounts(self.value))

    @property
    def ports(self) -> list[Published]:
        """The ports that are published."""
        if self.deployment.kind == DOCKERRUN_1:
            return list(_ports_of(self.value.get("Ports"), "ContainerPort", "HostPort"))
        if self.deployment.kind == DOCKERRUN_2:
            return list(_ports_of(self.value.get("portMappings"), "containerPort", "hostPort"))
        return list(_compose_ports(self.value.get("ports")))

    @property
    def depends_on(self) -> list[tuple[Value, str]]:
        """Names of the services it waits for, each with the condition."""
        said = self.value.get("depends_on")
        if said is None:
            return []
        if said.pairs is not None:
            return [
                (key, (_text(value.get("condition")) or "service_started"))
                for key, value in said.pairs
            ]
        return [(one, "service_started") for one in said.scalars()]

    @property
    def networks(self) -> list[Value]:
        """Names of the networks it is in."""
        said = self.value.get("networks")
        if said is None:
            return []
        return [key for key, _ in said.each()] or said.scalars()


class Deployment:
    """One file.  It has the attributes of a Dockerfile that the engine asks for, with nothing in them."""

    __slots__ = (
        "build", "comments", "directives", "errors", "facts", "instructions", "kind", "problem", "services", "source", "stages", "tree",
    )  # fmt: skip

    def __init__(self, source: Source, build: Build) -> None:
        self.source = source
        self.build = build
        self.instructions: list[Any] = []
        self.stages: list[Any] = []
        self.errors: list[Any] = []
        self.directives: list[Any] = []
        self.facts: dict[Any, Any] = {}
        self.problem: str | None = None
        self.services: list[Service] = []
        self.tree = Value(0, 0)
        try:
            self.tree = read(source)
        except Broken as error:
            self.problem = str(error)
        self.kind = _kind(source.filename, self.tree)
        self.comments = list(_comments(source)) if self.kind == COMPOSE else []
        self.services = list(self._services())

    @property
    def filename(self) -> str:
        """The path that findings carry."""
        return self.source.filename

    @property
    def directory(self) -> str | None:
        """Where the file lies, None for a text of which that is not known."""
        path = self.source.filename
        return (os.path.dirname(path) or ".") if os.path.isfile(path) else None

    def has_file(self, *path: str) -> bool:
        """Whether a file exists, as seen from where this one lies."""
        return self.directory is not None and os.path.isfile(os.path.join(self.directory, *path))

    def has_folder(self, *path: str) -> bool:
        """Whether a folder exists, as seen from where this file lies."""
        return self.directory is not None and os.path.isdir(os.path.join(self.directory, *path))

    def dockerfile_at(self, *path: str) -> Dockerfile | None:
        """A Dockerfile, as seen from where this file lies; None where none can be read."""
        if self.directory is None:
            return None
        name = os.path.join(self.directory, *path)
        text = text_of(name)
        return Dockerfile(Document(Source(text, name))) if text is not None else None

    @property
    def is_for_tests(self) -> bool:
        """Whether the file's name says that it is for development or tests."""
        words = re.split(r"[^a-z]+", os.path.basename(self.filename).lower())
        return not {"test", "tests", "testing", "ci", "dev", "develop", "development", "local", "override", "example", "sample", "debug", "e2e"}.isdisjoint(words)  # fmt: skip

    def service_named(self, name: str) -> Service | None:
        """The service of that name."""
        return next((one for one in self.services if one.name == name), None)

    def _services(self) -> Iterator[Service]:
        if self.kind == DOCKERRUN_1:
            key = self.tree.key("AWSEBDockerrunVersion") or self.tree
            yield Service(self, "", self.tree, key)
        elif self.kind == DOCKERRUN_2:
            found = self.tree.get("containerDefinitions")
            for one in (found.items if found is not None else None) or ():
                name = _scalar(one.get("name"))
                yield Service(self, _text(name) or "", one, name or one)
        else:
            found = self.tree.get("services")
            for key, value in found.each() if found is not None else ():
                if key.text is not None and value.pairs is not None:
                    yield Service(self, key.text, value, key)


def interpolated(text: str) -> str | None:
    """A text with the defaults of its variables put in; None where one has none.  The environment is never read."""
    unknown = False

    def put(found: re.Match[str]) -> str:
        nonlocal unknown
        if found[0] == "$$":
            return "$"
        if found[3] in ("-", ":-"):
            return str(found[4])
        unknown = True
        return ""

    said = _VARIABLE.sub(put, text)
    return None if unknown else said


def _kind(filename: str, tree: Value) -> str:
    if not filename.lower().endswith(".json"):
        return COMPOSE
    version = _text(tree.get("AWSEBDockerrunVersion")) or ""
    return DOCKERRUN_2 if version.strip() == "2" else DOCKERRUN_1


def _scalar(value: Value | None) -> Value | None:
    return value if value is not None and value.text is not None and not value.is_null else None


def _text(value: Value | None) -> str | None:
    return value.text if value is not None else None


def _comments(source: Source) -> Iterator[Comment]:
    """Comment lines; each holds for the line below it."""
    for number in range(1, source.line_count + 1):
        line = source.line(number)
        bare = line.lstrip(" ")
        if bare.startswith("#"):
            start = source.offset(number) + len(line) - len(bare)
            comment = Comment(bare, number, start, start + len(bare))
            comment.inside = source
            yield comment


def _variables(said: Value | None) -> Iterator[Variable]:
    if said is None:
        return
    for key, value in said.each():
        if key.text is not None and (value.text is not None or value.pairs is None):
            text = None if value.is_null or value.text is None else value.text
            yield Variable(key.text, text, Span(key.start, max(key.end, value.end)))
    for one in said.items or ():
        if one.text is not None:
            name, sign, text = one.text.partition("=")
            yield Variable(name, text if sign else None, one)
        elif one.pairs is not None:  # a Dockerrun file of version 2
            found = _text(one.get("name"))
            if found is not None:
                yield Variable(found, _text(one.get("value")), one)


def _compose_mounts(service: Value) -> Iterator[Mounted]:
    said = service.get("volumes")
    for one in (said.items if said is not None else None) or ():
        if one.text is not None:
            if not one.is_null:
                yield from _short_mount(one)
        elif one.pairs is not None:
            target = _text(one.get("target"))
            if target:
                kind = _text(one.get("type")) or "volume"
                only = one.get("read_only")
                yield Mounted(
                    kind, _text(one.get("source")), target, one, is_read_only=only is not None and only.is_true
                )  # fmt: skip
    for one in (service.get("tmpfs") or Value(0, 0)).scalars():
        yield Mounted("tmpfs", None, (one.text or "").partition(":")[0], one)


def _short_mount(one: Value) -> Iterator[Mounted]:
    """``source:target:options``; a variable may hold a colon, and a Windows path does."""
    said = interpolated(one.text or "")
    text = said if said is not None else _VARIABLE.sub("variable", one.text or "")
    drive = text[:2] if re.match(r"[A-Za-z]:[\\/]", text) else ""
    parts = text[len(drive) :].split(":")
    parts[0] = drive + parts[0]
    if len(parts) == 1:
        yield Mounted("volume", None, parts[0], one)
        return
    source, target = parts[0], parts[1]
    kind = "bind" if source.startswith((".", "/", "~")) or drive or "\\" in source else "volume"
    if said is None and not source.startswith((".", "/", "~")):
        kind = "bind"  # of a variable nothing is known, least that it is a named volume
    options = parts[2].split(",") if len(parts) > 2 else []
    yield Mounted(kind, source, target, one, is_read_only="ro" in options)


def _dockerrun_mounts(value: Value) -> Iterator[Mounted]:
    for name, source, target in (
        ("Volumes", "HostDirectory", "ContainerDirectory"),
        ("mountPoints", "sourceVolume", "containerPath"),
    ):
        said = value.get(name)
        for one in (said.items if said is not None else None) or ():
            path = _text(one.get(target))
            if path:
                yield Mounted("bind", _text(one.get(source)), path, one)


def _ports_of(said: Value | None, container: str, host: str) -> Iterator[Published]:
    for one in (said.items if said is not None else None) or ():
        port = _text(one.get(container))
        if port:
            yield Published(port, _text(one.get(host)), "", "tcp", one)


def _compose_ports(said: Value | None) -> Iterator[Published]:
    for one in (said.items if said is not None else None) or ():
        if one.pairs is not None:
            target = _text(one.get("target"))
            if target:
                yield Published(
                    target, _text(one.get("published")), _text(one.get("host_ip")) or "", _text(one.get("protocol")) or "tcp", one
                )  # fmt: skip
            continue
        text = interpolated(one.text or "")
        if not text:
            continue
        text, _, protocol = text.partition("/")
        address, _, ports = text.rpartition("]:") if text.startswith("[") else ("", "", text)
        parts = ports.split(":")
        if len(parts) == 3:
            address, parts = parts[0], parts[1:]
        host = (parts[0] or None) if len(parts) == 2 else None
        yield Published(parts[-1], host, address.lstrip("["), protocol or "tcp", one)
