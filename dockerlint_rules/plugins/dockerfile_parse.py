"""dockerfile-parse's DockerfileParser for the file that is linted, and the file that such a parser holds.

Checks written against dockerfile-parse run unchanged: a rule asks for ``dockerfile_parser``, and
``lint()`` takes a parser.  The library is imported only for that.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.syntax.source import Source


def parser_of(source: Source) -> Any:
    """A DockerfileParser that reads *source* from memory; what it writes changes no file.

    The library reads only UTF-8, so it sees a question mark for a byte that is not.
    """
    from io import BytesIO

    from dockerfile_parse import DockerfileParser

    return DockerfileParser(fileobj=BytesIO(source.text.encode("utf-8", "replace")))


def is_parser(thing: object) -> bool:
    """Whether *thing* is a DockerfileParser; does not import the library."""
    return any(
        kind.__module__.partition(".")[0] == "dockerfile_parse" for kind in type(thing).__mro__
    )


def bytes_of(parser: Any) -> bytes:
    """The content that a DockerfileParser holds, byte for byte if it is in a file.

    Raises OSError when its file cannot be read.
    """
    if getattr(parser, "cache_content", False) and getattr(parser, "cached_content", ""):
        return _bytes(parser.cached_content)
    file = getattr(parser, "fileobj", None)
    if file is not None:
        at = file.tell()
        file.seek(0)
        try:
            return _bytes(file.read())
        finally:
            file.seek(at)
    path = getattr(parser, "dockerfile_path", None)
    if path:
        from dockerlint_rules.files.reading import load

        return load(path)
    return _bytes(parser.content)


def _bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")


def path_of(parser: Any) -> str:
    """The file that a DockerfileParser stands for; ``Dockerfile`` for one over a file object."""
    path = getattr(parser, "dockerfile_path", None)
    return str(path) if path else "Dockerfile"
