"""Image references: registry, name, tag and digest, and what is known about the image.

The grammar is that of github.com/distribution/reference (``reference.go``, ``normalize.go``, ``regexp.go``), which
BuildKit uses for FROM, ``COPY --from`` and ``RUN --mount=from``.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Host names of Docker Hub.  ``normalize.go`` knows the first two; the others work as well.
_HUB = frozenset(
    {"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"}
)

# Values that stand for a variable in the check for validity: a plain word (which is also a valid port), nothing, and
# values with a separator.
_STAND_INS = ("1", "", "1/", "/1", ":1", "1:1/1")

# A character that no reference may contain, so that it cannot come from the file.
_MASK = "\0"

_REFERENCE: re.Pattern[str] | None = None
_DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_LONGEST_NAME = 255


class ImageReference:
    """The parts of an image reference, as written.  Parsing never raises.

    ``registry`` is the host with its port, or "" if the reference has none. ``name`` is the rest without tag and
    digest.  Variables stay in the parts (``${V}``).
    """

    __slots__ = ("_valid", "digest", "name", "registry", "tag", "text", "unresolved")

    def __init__(
        self, text: str, registry: str, name: str, tag: str | None, digest: str | None
    ) -> None:
        self.text = text
        self.registry = registry
        self.name = name
        self.tag = tag
        self.digest = digest
        self.unresolved = "$" in text
        self._valid: bool | None = None

    @classmethod
    def parse(cls, text: str) -> ImageReference:
        """Parse a reference.

        A first component with a variable counts as the registry. It may not be one, but then no rule mistakes the rest
        for an image of Docker Hub.
        """
        masked, variables = _mask(text)
        rest, at, digest = masked.partition("@")
        head, slash, tail = rest.partition("/")
        registry = head if slash and (_is_registry(head) or _has_variable(head)) else ""
        path = tail if registry else rest
        directory, slash, last = path.rpartition("/")
        last, colon, tag = last.partition(":")
        return cls(
            text,
            _unmask(registry, variables),
            _unmask(directory + slash + last, variables),
            _unmask(tag, variables) if colon else None,
            _unmask(digest, variables) if at else None,
        )

    @property
    def valid(self) -> bool:
        """Whether the reference matches the grammar for some value of its variables."""
        if self._valid is None:
            # A digest with a variable cannot be checked.
            hidden = self.digest is not None and "$" in self.digest
            masked, variables = _mask(self.text.partition("@")[0] if hidden else self.text)
            self._valid = any(
                _is_valid(_unmask(masked, [stand_in] * len(variables)))
                for stand_in in (_STAND_INS if variables else ("",))
            )
        return self._valid

    @property
    def is_scratch(self) -> bool:
        """Whether it is the empty image.  BuildKit compares the word as written (``convert.go``)."""
        return self.text == "scratch"

    @property
    def is_name_certain(self) -> bool:
        """Whether the repository does not depend on a variable."""
        return "$" not in self.registry and "$" not in self.name

    @property
    def is_tag_certain(self) -> bool:
        """Whether the tag, or its absence, does not depend on a variable."""
        if self.tag is not None:
            return "$" not in self.tag
        return "$" not in self.name.rpartition("/")[2]

    @property
    def is_on_hub(self) -> bool:
        """Whether the image comes from Docker Hub, by default or by name."""
        return not self.registry or self.registry.lower() in _HUB

    @property
    def familiar(self) -> str:
        """The short name, without Docker Hub's host and ``library/``."""
        if self.is_on_hub:
            return self.name.removeprefix("library/")
        return f"{self.registry}/{self.name}"

    @property
    def upstream(self) -> str:
        """For an image from a known mirror, its familiar name on Docker Hub; else ``familiar``."""
        if self.is_on_hub or "$" in self.registry:
            return self.familiar
        from dockerlint_rules import knowledge

        full = f"{self.registry}/{self.name}"
        for mirror in knowledge.hub_mirrors():
            if full.startswith(mirror):
                return full[len(mirror) :].removeprefix("library/")
        return full

    def __repr__(self) -> str:
        return f"ImageReference({self.text!r})"


def distribution(reference: ImageReference) -> str | None:
    """The distribution of an image if its name and tag show it, else None.

    "debian", "ubuntu", "alpine", "wolfi", "rhel-like" (everything with dnf, yum, microdnf or tdnf), "suse", "arch",
    "busybox", "windows", "distroless", "scratch", …
    Source: the images' own pages; see ``knowledge/tables/images.toml``.
    """
    if reference.is_scratch:
        return "scratch"
    from dockerlint_rules import knowledge

    for part in _tag_parts(reference.tag or ""):
        name = knowledge.tag_distribution(part)
        if name is not None:
            return name
    if not reference.is_name_certain:
        return None
    name = knowledge.image_distribution(reference.upstream, reference.tag)
    if name is None and "slim" in _tag_parts(reference.tag or ""):
        # In official images, "slim" is the variant with the smaller Debian base.
        return "debian"
    return name


def _tag_parts(tag: str) -> Iterator[str]:
    """Yield the dash-separated parts of a tag, the last first, without the parts that have a variable."""
    if "$" in tag:
        tag = _mask(tag)[0]
    for part in reversed(tag.lower().split("-")):
        if part and not _has_variable(part):
            yield part


def _is_registry(component: str) -> bool:
    """Whether the first component is a registry.  Source: ``splitDockerDomain`` in ``normalize.go``."""
    return (
        "." in component
        or ":" in component
        or component == "localhost"
        or component.lower() != component
    )


def _mask(text: str) -> tuple[str, list[str]]:
    """Replace each variable with one character that no reference contains, and list the variables."""
    if "$" not in text:
        return text, []
    pieces: list[str] = []
    variables: list[str] = []
    text = text.replace(_MASK, "\ufffd")
    at = 0
    while at < len(text):
        end = _variable_end(text, at) if text[at] == "$" else at
        if end > at:
            variables.append(text[at:end])
            pieces.append(_MASK)
            at = end
        else:
            pieces.append(text[at])
            at += 1
    return "".join(pieces), variables


def _unmask(text: str, variables: list[str]) -> str:
    """Put the variables back.  Call it for the parts of a reference from left to right."""
    if not variables or _MASK not in text:
        return text
    pieces = text.split(_MASK)
    # Takes the variables off the list, because the next part goes on with the next variable.
    taken, variables[: len(pieces) - 1] = variables[: len(pieces) - 1], []
    return "".join(piece + value for piece, value in zip(pieces, [*taken, ""], strict=True))


def _has_variable(masked: str) -> bool:
    return _MASK in masked


def _variable_end(text: str, at: int) -> int:
    """The end of the variable that begins at *at*; *at* itself if there is none."""
    if text.startswith("${", at):
        depth = 0
        for index in range(at + 1, len(text)):
            depth += {"{": 1, "}": -1}.get(text[index], 0)
            if depth == 0:
                return index + 1
        return len(text)
    end = at + 1
    while end < len(text) and (text[end] == "_" or (text[end].isascii() and text[end].isalnum())):
        end += 1
    return end if end > at + 1 else at


def _is_valid(text: str) -> bool:
    """Check as ``ParseNormalizedNamed`` does: the regular expression, lower case, lengths and digests."""
    match = _grammar().fullmatch(text)
    if match is None or _is_identifier(text):
        return False
    path, digest = match["path"], match["digest"]
    if len(path) > _LONGEST_NAME:
        return False
    if digest is None:
        return True
    algorithm, _, hexadecimal = digest.partition(":")
    # go-digest refuses unknown algorithms and upper-case digits.
    return len(hexadecimal) == _DIGEST_LENGTHS.get(algorithm) and hexadecimal == hexadecimal.lower()


def _is_identifier(text: str) -> bool:
    """Whether a text is an image ID, 64 hexadecimal digits, which is not allowed as a name."""
    return len(text) == 64 and all(character in "0123456789abcdef" for character in text)


def _grammar() -> re.Pattern[str]:
    """``ReferenceRegexp`` of ``regexp.go``, with a look-ahead that separates the domain from the path."""
    global _REFERENCE
    if _REFERENCE is None:
        part = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
        host = rf"(?:{part}(?:\.{part})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
        name = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
        _REFERENCE = re.compile(
            rf"(?:(?=[^/]*[.:A-Z]|localhost/)(?=[^/]*/){host}/)?(?P<path>{name}(?:/{name})*)"
            r"(?::[0-9A-Za-z_][0-9A-Za-z_.-]{0,127})?"
            r"(?:@(?P<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*"
            r":[0-9a-fA-F]{32,}))?"
        )
    return _REFERENCE
