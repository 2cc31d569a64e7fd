"""The text of a hover, as Markdown or as plain text."""

from __future__ import annotations

import re

# An underscore inside a word has no meaning in Markdown.
_SPECIAL = re.compile(r"[\\`*\[\]<>]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_LONGEST = 300  # characters of a value


class Markup:
    """Formats text for clients that accept Markdown, and for those that do not."""

    __slots__ = ("is_markdown",)

    def __init__(self, *, is_markdown: bool) -> None:
        self.is_markdown = is_markdown

    def text(self, text: str) -> str:
        """Text as it is, with Markdown's special characters escaped."""
        return _SPECIAL.sub(r"\\\g<0>", text) if self.is_markdown else text

    def bold(self, text: str) -> str:
        """The name of the element that the hover is about."""
        return f"**{self.text(text)}**" if self.is_markdown else text

    def code(self, text: str) -> str:
        """A value or a part of a file."""
        text = " ".join(text.splitlines()) or " "
        if len(text) > _LONGEST:
            text = f"{text[:_LONGEST]}…"
        if not self.is_markdown:
            return text
        # CommonMark, "Code spans": the fence must be longer than any run of backticks inside.
        fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
        padding = " " if text.startswith("`") or text.endswith("`") else ""
        return f"{fence}{padding}{text}{padding}{fence}"

    def link(self, text: str, url: str) -> str:
        """A link."""
        return f"[{self.text(text)}]({url})" if self.is_markdown else f"{text}: {url}"

    def prose(self, text: str) -> str:
        """Text of a rule's page, which has code in double backticks."""
        pieces = " ".join(text.split()).split("``")
        return "".join(
            self.code(piece) if at % 2 and piece else self.text(piece)
            for at, piece in enumerate(pieces)
        )

    def items(self, texts: list[str]) -> str:
        """A bullet list."""
        return "\n".join(f"- {one}" if self.is_markdown else one for one in texts)

    def parts(self, texts: list[str]) -> str:
        """Separate parts, with a rule between them."""
        return ("\n\n---\n\n" if self.is_markdown else "\n\n").join(texts)
