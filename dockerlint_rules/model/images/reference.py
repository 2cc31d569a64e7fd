"""Image references: registry, name, tag and digest, and what is known of the image behind them.

The grammar is the one of github.com/distribution/reference (``reference.go``, ``normalize.go``,
``regexp.go``), which BuildKit uses for FROM, ``COPY --from`` and ``RUN --mount=from``.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Host names of Docker Hub.  ``normalize.go`` knows the first two; the others answer as well.
_HUB = frozenset(
    {"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"}
)

# Stand-ins for a variable when validity is asked for: a plain word (also good as a port), nothing,
# and values that bring a separator with them.
_STAND_INS = ("1", "", "1/", "/1", ":1", "1:1/1")

# A character that no reference may hold, so that it cannot be mistaken for text of the file.
_MASK = "\0"

_REFERENCE: re.Pattern[str] | None = None
_DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_LONGEST_NAME = 255


class ImageReference:
    """One image reference as written, taken apart; parsing never raises.

    ``registry`` is the host (with its port) or "" when none is written; ``name`` is the rest
    without tag and digest, as written.  A part that holds a variable keeps it (``${V}``).
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
        """Take a reference apart.

        A first component that holds a variable counts as the registry: whether it is one cannot
        be known, and so no rule takes the rest for an image of Docker Hub.
        """
        masked, variables = _mask(text)
        rest, at, digest = masked.partition("@")
        head, slash, tail = rest.partition("/")
        registry = head if slash and (_is_registry(head) or _has_variable(head)) else ""
        path = tail if registry else rest
        folder, slash, last = path.rpartition("/")
        last, colon, tag = last.partition(":")
        return cls(
            text,
            _unmask(registry, variables),
            _unmask(folder + slash + last, variables),
            _unmask(tag, variables) if colon else None,
            _unmask(digest, variables) if at else None,
        )

    @property
    def valid(self) -> bool:
        """Whether the reference fits the grammar (for some value of its variables)."""
        if self._valid is None:
            # Of a digest with a variable nothing can be said.
            hidden = self.digest is not None and "$" in self.digest
            masked, variables = _mask(self.text.partition("@")[0] if hidden else self.text)
            self._valid = any(
                _is_valid(_unmask(masked, [stand_in] * len(variables)))
                for stand_in in (_STAND_INS if variables else ("",))
            )
        return self._valid

    @property
    def is_scratch(self) -> bool:
        """The empty image; BuildKit compares the word as it is written (``convert.go``)."""
        return self.text == "scratch"

    @property
    def is_name_certain(self) -> bool:
        """No variable could change which repository is meant."""
        return "$" not in self.registry and "$" not in self.name

    @property
    def is_tag_certain(self) -> bool:
        """The tag, or that there is none, is known: no variable could bring or be one."""
        if self.tag is not None:
            return "$" not in self.tag
        return "$" not in self.name.rpartition("/")[2]

    @property
    def is_on_hub(self) -> bool:
        """The image comes from Docker Hub, by default or by name."""
        return not self.registry or self.registry.lower() in _HUB

    @property
    def familiar(self) -> str:
        """The short name: Docker Hub's host and its ``library/`` are left out."""
        if self.is_on_hub:
            return self.name.removeprefix("library/")
        return f"{self.registry}/{self.name}"

    @property
    def upstream(self) -> str:
        """The familiar name of what a known mirror of Docker Hub serves, else ``familiar``."""
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
    """Distribution inside an image as far as its name and tag tell, else None.

    "debian", "ubuntu", "alpine", "wolfi", "rhel-like" (everything with dnf, yum, microdnf or
    tdnf), "suse", "arch", "busybox", "windows", "distroless", "scratch", …
    Source: the images' own pages; see ``knowledge/tables/images.toml``.
    """
    if reference.is_scratch:
        return "scratch"
    from dockerlint_rules import knowledge

    for part in _tag_parts(reference.tag or ""):
        found = knowledge.tag_distribution(part)
        if found is not None:
            return found
    if not reference.is_name_certain:
        return None
    found = knowledge.image_distribution(reference.upstream, reference.tag)
    if found is None and "slim" in _tag_parts(reference.tag or ""):
        # Official images name their variant with the smaller Debian base so.
        return "debian"
    return found


def _tag_parts(tag: str) -> Iterator[str]:
    """Give the dash-separated parts of a tag, the last first, without the variables' parts."""
    if "$" in tag:
        tag = _mask(tag)[0]
    for part in reversed(tag.lower().split("-")):
        if part and not _has_variable(part):
            yield part


def _is_registry(component: str) -> bool:
    """``splitDockerDomain`` of ``normalize.go``."""
    return (
        "." in component
        or ":" in component
        or component == "localhost"
        or component.lower() != component
    )


def _mask(text: str) -> tuple[str, list[str]]:
    """Replace each variable by one private character, so that its inside is not looked at."""
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
    """Put variables back, in order.  The parts of a reference are unmasked from left to right."""
    if not variables or _MASK not in text:
        return text
    pieces = text.split(_MASK)
    # The list is consumed: registry, name, tag and digest follow each other in the text.
    taken, variables[: len(pieces) - 1] = variables[: len(pieces) - 1], []
    return "".join(piece + value for piece, value in zip(pieces, [*taken, ""], strict=True))


def _has_variable(masked: str) -> bool:
    return _MASK in masked


def _variable_end(text: str, at: int) -> int:
    """End of the variable that begins at *at*; *at* itself when there is none."""
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
    """``ParseNormalizedNamed``: the regular expression, lower case, lengths and digests."""
    match = _grammar().fullmatch(text)
    if match is None or _is_identifier(text):
        return False
    path, digest = match["path"], match["digest"]
    if len(path) > _LONGEST_NAME:
        return False
    if digest is None:
        return True
    algorithm, _, hexadecimal = digest.partition(":")
    # go-digest refuses algorithms that it does not know and upper-case digits.
    return len(hexadecimal) == _DIGEST_LENGTHS.get(algorithm) and hexadecimal == hexadecimal.lower()


def _is_identifier(text: str) -> bool:
    """64 hexadecimal digits are the id of an image, and no name."""
    return len(text) == 64 and all(character in "0123456789abcdef" for character in text)


def _grammar() -> re.Pattern[str]:
    """``ReferenceRegexp`` of ``regexp.go``, with its domain told from the path by look-ahead."""
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
