"""Text as XML, for the formats that are XML."""

from __future__ import annotations

from dockerlint_rules.formats.terminal_text import commands_as_entities

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


def attribute(text: object) -> str:
    """Escape an attribute's value.  Line ends and tabs survive the reader's normalisation."""
    escaped = content(text).replace('"', "&quot;")
    return escaped.replace("\n", "&#10;").replace("\t", "&#9;")


def content(text: object) -> str:
    """Escape text for XML 1.0 as pure ASCII.  A character that XML does not allow becomes U+FFFD."""
    import re

    legal = re.sub(
        "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", str(text)
    ).replace("&", "&amp;")
    legal = commands_as_entities(legal)
    escaped = legal.replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    escaped = escaped.replace("\x7f", "&#127;")
    # Character references are right in every encoding of the stream.
    return escaped.encode("ascii", "xmlcharrefreplace").decode("ascii")


def element(name: str, attributes: dict[str, object]) -> str:
    """Return the inside of a start tag."""
    return " ".join([name, *(f'{key}="{attribute(value)}"' for key, value in attributes.items())])
