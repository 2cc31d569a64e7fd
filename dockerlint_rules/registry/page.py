"""A rule's docstring as its page: title, reason, examples and the rest; and the page as Markdown.

The form is: a title, a blank line, the reason; then ``Bad::``, ``Good::`` and ``Fixed::`` blocks; then further
sections with a heading line (``Options``, ``Known problems``, ``Fix safety``, ``Source: …``).

A block is a fenced ``dockerfile``, ``yaml`` (a Compose file) or ``json`` (a Dockerrun.aws.json).  A comment line of
carets marks the span of a finding on the line above it (``#^^^`` begins at column 1), and text after the carets is a
part of that finding's message.  ``␠`` stands for a blank at the end of a line, ``␃`` for the end of a file whose
last line has no newline.
"""

from __future__ import annotations

import re

from dockerlint_rules.syntax.kinds import KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from dockerlint_rules.findings.finding import Severity

    class Described(Protocol):
        """What a page tells of a rule."""

        @property
        def doc(self) -> str:
            """The docstring."""

        code: str
        name: str
        severity: Severity
        default: bool
        fix: str | None
        aliases: tuple[str, ...]
        profiles: tuple[str, ...]


_BLOCK = re.compile(
    r"^(Bad|Good|Fixed)([^\n]*)::[^\S\n]*+\n(?:[^\S\n]*+\n)++```("
    rf"{'|'.join(kind.fence for kind in KINDS)})\n((?:(?!```)[^\n]*+\n)*+)```$",
    re.M,
)
_CARETS = re.compile(r"#( *)(\^+)(?![^\s^])(.*)")
_SETTING = re.compile(r"(?<![A-Za-z.-])([A-Za-z.-]++): ``([^`]++)``")


_FILENAMES = {kind.fence: kind.example for kind in KINDS}


class Example:
    """One fenced block: its text without caret lines, and the findings that they promise."""

    __slots__ = (
        "expected_messages", "expected_spans", "filename", "kind", "line", "profile", "settings", "text", "title",
    )  # fmt: skip

    def __init__(
        self, kind: str, title: str, block: str, language: str = "dockerfile", line: int = 0
    ) -> None:
        self.filename = _FILENAMES[language]
        self.kind = kind
        self.title = title.strip(" ()")
        self.line = line  # of the heading in the docstring, from 0
        self.profile: str | None = None
        # Options by name; under ".dockerignore" the text of the context's ignore file; under "Dockerfile" and "beside"
        # what lies beside the file.
        self.settings: dict[str, str] = dict(_SETTING.findall(title))
        self.expected_spans: list[tuple[int, int, int]] = []  # line, column, end column; from 1
        # The spans whose caret lines have text, and the part of the finding's message that it is.
        self.expected_messages: list[tuple[tuple[int, int, int], str]] = []
        lines: list[str] = []
        for text in block.splitlines(keepends=True):
            found = _CARETS.match(text)
            if not found:
                lines.append(text)
                continue
            blanks, carets, message = found.groups()
            end = len(blanks) + 2 + len(carets)
            # Carets right after the "#" take its column in: there is no other way to mark it.
            span = (len(lines), len(blanks) + 2 if blanks else 1, end)
            self.expected_spans.append(span)
            if message.strip():
                self.expected_messages.append((span, message.strip()))
        self.text = "".join(lines).replace("␠", " ").replace("␃\n", "")


class Page:
    """What a docstring says."""

    __slots__ = ("examples", "rest", "title", "why")

    def __init__(self, doc: str) -> None:
        text = dedent(doc)
        self.title, _, _ = text.partition("\n")
        blocks = list(_BLOCK.finditer(text))
        self.examples = [
            Example(found[1], found[2], found[4], found[3], text.count("\n", 0, found.start()))
            for found in blocks
        ]
        body = text[len(self.title) : blocks[0].start() if blocks else len(text)]
        self.why = " ".join(body.split())
        self.rest = text[blocks[-1].end() :].strip() if blocks else ""

    def examples_of(self, kind: str) -> list[Example]:
        """The examples of one kind: ``Bad``, ``Good`` or ``Fixed``."""
        return [one for one in self.examples if one.kind == kind]


def dedent(doc: str) -> str:
    """The docstring without its indentation, as ``inspect.cleandoc`` does (perf: inspect is 15 ms)."""
    lines = doc.expandtabs().strip("\n").split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
    return "\n".join([lines[0].strip(), *(line[margin:].rstrip() for line in lines[1:])]).strip()


def markdown(rule: Described) -> str:
    """The rule's page in Markdown."""
    page = Page(rule.doc)
    codes = ", ".join(rule.aliases) or "none"
    fix = {"safe": "yes, safe", "unsafe": "yes, unsafe"}.get(rule.fix or "", "no")
    state = "on" if rule.default and not rule.profiles else "off"
    if rule.profiles:
        state = "on in the profile " + ", ".join(rule.profiles)
    body = dedent(rule.doc).partition("\n")[2].strip()
    body = re.sub(r"^(Bad|Good|Fixed)([^\n]*)::$", r"### \1\2", body, flags=re.M)
    body = re.sub(r"``([^`\n]+)``", r"`\1`", body)
    return (
        f"# {rule.code}: {rule.name}\n\n{page.title}\n\n"
        f"Severity: {rule.severity} · by default: {state} · fix: {fix} · known elsewhere as: {codes}\n\n"
        f"{body}\n\n### How to ignore it\n\n"
        f"```dockerfile\n# dockerlint: ignore={rule.code} say why\n```\n"
    )
