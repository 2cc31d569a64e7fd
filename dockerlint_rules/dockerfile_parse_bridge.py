"""dockerfile-parse's DockerfileParser over the file being linted, and a file out of such a parser.

Checks written against dockerfile-parse run unchanged: a rule asks for ``dockerfile_parser``, and
``lint()`` takes a parser.  The library is imported only for that.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.syntax.source import Source


def parser_of(source: Source) -> Any:
    """A DockerfileParser that reads *source* from memory; what it writes changes no file."""
    from io import BytesIO

    from dockerfile_parse import DockerfileParser

    return DockerfileParser(fileobj=BytesIO(source.to_bytes()))


def is_parser(thing: object) -> bool:
    """Whether *thing* is a DockerfileParser, told without importing the library."""
    return any(
        kind.__module__.partition(".")[0] == "dockerfile_parse" for kind in type(thing).__mro__
    )


def bytes_of(parser: Any) -> bytes:
    """The content that a DockerfileParser holds."""
    content: str | bytes = parser.content
    return content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")


def path_of(parser: Any) -> str:
    """The file that a DockerfileParser stands for; ``Dockerfile`` for one over a file object."""
    path = getattr(parser, "dockerfile_path", None)
    return str(path) if path else "Dockerfile"
