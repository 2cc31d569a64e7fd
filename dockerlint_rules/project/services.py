"""Services that a file describes, with the place of each value: what compose files and Dockerrun files have in
common.
"""

from __future__ import annotations

import os
import re

from dockerlint_rules.files.tree import lies_in_tree_of
from dockerlint_rules.model.build import Build
from dockerlint_rules.model.context.build_context import text_of
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.syntax.data.value_tree import (
    ParseError,
    Value,
    read_values,
)
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.kinds import LintedDocument
from dockerlint_rules.syntax.source import Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from typing import Any, Self

    from dockerlint_rules.syntax.dockerfile.logical_lines import Comment

# Words of a file name that mark a file for development or tests.
_TEST_WORDS = frozenset({
    "test", "tests", "testing", "ci", "dev", "develop", "development", "local", "override", "example", "sample",
    "debug", "e2e",
})  # fmt: skip


class Variable(Span):
    """One entry of a service's environment or build arguments; value None where it comes from outside the file."""

    __slots__ = ("name", "value")

    def __init__(self, name: str, value: str | None, place: Span) -> None:
        super().__init__(place.start, place.end)
        self.name = name
        self.value = value


class Mount(Span):
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


class PublishedPort(Span):
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
    """One service of a compose file, or one container of a Dockerrun file.  Its span is that of its name.

    What is not overridden is absent in files of that kind.
    """

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
        return scalar(self.value.get("image"))

    @property
    def build(self) -> Value | None:
        """The value of ``build:``."""
        return None

    @property
    def build_context(self) -> Value | None:
        """The build context as written."""
        return None

    @property
    def context_path(self) -> str | None:
        """Where the build context lies, from the file's folder; None where a variable of it is not known."""
        return "."

    @property
    def dockerfile_name(self) -> str | None:
        """The Dockerfile's path from the build context; None where a variable of it is not known."""
        return "Dockerfile"

    @property
    def build_arguments(self) -> list[Variable]:
        """The build arguments."""
        return []

    @property
    def is_extended(self) -> bool:
        """Whether another file has the rest of it."""
        return False

    def is_built_from(self, dockerfile: str) -> bool:
        """Whether its image is built from the Dockerfile of that real path."""
        return False

    # -- what it runs with -------------------------------------------------------------------------

    @property
    def environment(self) -> list[Variable]:
        """The environment variables."""
        return list(variables(self.value.get("environment")))

    @property
    def mounts(self) -> list[Mount]:
        """The mounts, ``tmpfs`` included."""
        return []

    @property
    def ports(self) -> list[PublishedPort]:
        """The ports that are published."""
        return []

    @property
    def depends_on(self) -> list[tuple[Value, str]]:
        """Names of the services it waits for, each with the condition."""
        return []

    @property
    def networks(self) -> list[Value]:
        """Names of the networks it joins."""
        return []


class Deployment(LintedDocument):
    """A file that says where images run.  ``tree`` is all of it, ``services`` what it starts."""

    __slots__ = ("build", "comments", "facts", "problem", "services", "source", "tree")
    source: Source
    build: Build
    comments: list[Comment]
    facts: dict[Any, Any]
    problem: str | None

    def __init__(self, source: Source, build: Build | None = None) -> None:
        self.source = source
        self.build = build or Build()
        self.facts = {}
        self.problem = None
        self.tree = Value(0, 0)
        try:
            self.tree = read_values(source)
        except ParseError as error:
            self.problem = str(error)
        self.comments = list(self.find_comments())
        self.services: list[Service] = list(self.find_services())

    @classmethod
    def read(cls, source: Source, build: Build | None = None) -> Self:
        """Read a source; ``problem`` says why nothing can be read."""
        return cls(source, build)

    def find_comments(self) -> Iterator[Comment]:
        """Its comment lines."""
        return iter(())

    def find_services(self) -> Iterator[Service]:
        """Its services, in their order."""
        raise NotImplementedError

    def units(self, wanted: Container[str]) -> Iterator[tuple[str, object]]:
        """The file, then each service."""
        yield "deployment", self
        for service in self.services:
            yield "service", service

    def service_named(self, name: str) -> Service | None:
        """The service of that name."""
        by_name: dict[str, Service] | None = self.facts.get("services-by-name")
        if by_name is None:
            by_name = {one.name: one for one in reversed(self.services)}
            self.facts["services-by-name"] = by_name
        return by_name.get(name)

    @property
    def is_for_tests(self) -> bool:
        """Whether the file's name marks it for development or tests."""
        words = re.split(r"[^a-z]+", os.path.basename(self.filename).lower())
        return not _TEST_WORDS.isdisjoint(words)

    # -- the files around it -----------------------------------------------------------------------

    @property
    def directory(self) -> str | None:
        """The folder that holds the file; None for a text that is not a file."""
        path = self.source.filename
        return (os.path.dirname(path) or ".") if os.path.isfile(path) else None

    def has_file(self, *path: str) -> bool:
        """Whether a file exists at a path that is relative to this file's folder, or may exist out of the tree."""
        if self.directory is None:
            return False
        name = self._in_tree(*path)
        return name is None or os.path.isfile(name)

    def has_folder(self, *path: str) -> bool:
        """Whether a folder exists at a path that is relative to this file's folder, or may exist out of the tree."""
        if self.directory is None:
            return False
        name = self._in_tree(*path)
        return name is None or os.path.isdir(name)

    def dockerfile_at(self, *path: str) -> Dockerfile | None:
        """The Dockerfile at a path that is relative to this file's folder; None where none can be read.

        None is read out of the tree, whatever path the file names.
        """
        name = self._in_tree(*path) if self.directory is not None else None
        if name is None:
            return None
        known = ("dockerfile", name)
        if known not in self.facts:  # perf: many services may be built from one file
            text = text_of(name)
            read = Dockerfile(Document(Source(text, name))) if text is not None else None
            self.facts[known] = read
        found: Dockerfile | None = self.facts[known]
        return found

    def _in_tree(self, *path: str) -> str | None:
        """A path relative to this file's folder; None if it leads out of the tree, so that nothing is known of it."""
        name = os.path.join(self.directory or "", *path)
        return name if lies_in_tree_of(self.directory or "", name) else None


# -- values ------------------------------------------------------------------------------------------


def scalar(value: Value | None) -> Value | None:
    """The value where it is a scalar that says something."""
    return value if value is not None and value.text is not None and not value.is_null else None


def text(value: Value | None) -> str | None:
    """The text of a scalar."""
    return value.text if value is not None else None


def variables(value: Value | None) -> Iterator[Variable]:
    """The variables of a mapping, of a list of ``NAME=VALUE``, or of a list of mappings with ``name`` and ``value``."""
    if value is None:
        return
    for key, one in value.each():
        if key.text is not None and (one.text is not None or one.pairs is None):
            written = None if one.is_null or one.text is None else one.text
            yield Variable(key.text, written, Span(key.start, max(key.end, one.end)))
    for one in value.items or ():
        if one.text is not None:
            name, sign, written = one.text.partition("=")
            yield Variable(name, written if sign else None, one)
        elif one.pairs is not None:  # a Dockerrun file of version 2
            named = text(one.get("name"))
            if named is not None:
                yield Variable(named, text(one.get("value")), one)
