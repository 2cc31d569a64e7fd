"""What a hover says, as Markdown or as plain text."""

from __future__ import annotations

import re

# An underscore within a word means nothing to Markdown.
_MEANINGFUL = re.compile(r"[\\`*\[\]<>]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_LONGEST = 300  # characters of a value


class Markup:
    """Makes texts for a client that takes Markdown, or for one that does not."""

    __slots__ = ("is_markdown",)

    def __init__(self, *, is_markdown: bool) -> None:
        self.is_markdown = is_markdown

    def text(self, text: str) -> str:
        """A text that means nothing but itself."""
        return _MEANINGFUL.sub(r"\\\g<0>", text) if self.is_markdown else text

    def bold(self, text: str) -> str:
        """What the hover speaks of."""
        return f"**{self.text(text)}**" if self.is_markdown else text

    def code(self, text: str) -> str:
        """A value or a piece of a file; *text* is not empty."""
        text = " ".join(text.splitlines()) or " "
        if len(text) > _LONGEST:
            text = f"{text[:_LONGEST]}…"
        if not self.is_markdown:
            return text
        # CommonMark, "Code spans": a fence longer than any run of backticks inside of it.
        fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
        padding = " " if text.startswith("`") or text.endswith("`") else ""
        return f"{fence}{padding}{text}{padding}{fence}"

    def link(self, text: str, url: str) -> str:
        """A text with an address."""
        return f"[{self.text(text)}]({url})" if self.is_markdown else f"{text}: {url}"

    def prose(self, text: str) -> str:
        """A text of a rule's page, in which code stands in double backticks."""
        pieces = " ".join(text.split()).split("``")
        return "".join(
            self.code(piece) if at % 2 and piece else self.text(piece)
            for at, piece in enumerate(pieces)
        )

    def items(self, texts: list[str]) -> str:
        """A list."""
        return "\n".join(f"- {one}" if self.is_markdown else one for one in texts)

    def parts(self, texts: list[str]) -> str:
        """Texts that have little to do with each other."""
        return ("\n\n---\n\n" if self.is_markdown else "\n\n").join(texts)
