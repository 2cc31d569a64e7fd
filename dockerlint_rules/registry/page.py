"""A rule's docstring as its page: title, reason, examples, and the rest; and as Markdown.

The form is: a title, a blank line, the reason; then ``Bad::``, ``Good::`` and ``Fixed::`` blocks, each
followed by a fenced ``dockerfile``, ``yaml`` (a compose file) or ``json`` (a Dockerrun.aws.json) block, in which a comment line of carets marks the span of a finding
on the line above it (``#^^^`` begins at column 1), ``␠`` is a blank at the end of a line, and ``␃`` the end of a file whose last line has no newline; then further sections with a heading line (``Options``, ``Known problems``, ``Fix
safety``, ``Source: …``).
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.registry.rule import Rule

_BLOCK = re.compile(
    r"^(Bad|Good|Fixed)([^\n]*)::\s*\n\s*\n```(dockerfile|yaml|json)\n(.*?)^```$", re.M | re.S
)
_CARETS = re.compile(r"#( *)(\^+)(?:\s+(.*?))?\s*$")
_SETTING = re.compile(r"([A-Za-z.-]+): ``([^`]+)``")


_FILENAMES = {
    "dockerfile": "Dockerfile",
    "yaml": "compose.yaml",
    "json": "Dockerrun.aws.json",
}


class Example:
    """One fenced block: its text without caret lines, and the spans that they mark."""

    __slots__ = ("filename", "kind", "marks", "messages", "profile", "settings", "text", "title")

    def __init__(self, kind: str, title: str, block: str, language: str = "dockerfile") -> None:
        self.filename = _FILENAMES[language]
        self.kind = kind
        self.title = title.strip(" ()")
        self.profile: str | None = None
        # Options by name; under ".dockerignore" the text of the context's ignore file; under "Dockerfile" and "beside"
        # what lies beside the file.
        self.settings: dict[str, str] = dict(_SETTING.findall(title))
        self.marks: list[tuple[int, int, int]] = []  # line, column, end column; from 1
        self.messages: list[tuple[tuple[int, int, int], str]] = []  # parts of messages, by mark
        lines: list[str] = []
        for line in block.splitlines(keepends=True):
            found = _CARETS.match(line)
            if found:
                end = len(found[1]) + 2 + len(found[2])
                # Carets right after the "#" take its column in: there is no other way to mark it.
                self.marks.append((len(lines), len(found[1]) + 2 if found[1] else 1, end))
                if found[3]:
                    self.messages.append((self.marks[-1], found[3]))
                continue
            lines.append(line)
        self.text = "".join(lines).replace("␠", " ").replace("␃\n", "")


class Page:
    """What a docstring says."""

    __slots__ = ("examples", "rest", "title", "why")

    def __init__(self, doc: str) -> None:
        text = dedent(doc)
        self.title, _, body = text.partition("\n")
        self.examples = [
            Example(found[1], found[2], found[4], found[3]) for found in _BLOCK.finditer(body)
        ]
        first = _BLOCK.search(body)
        self.why = " ".join(body[: first.start() if first else len(body)].split())
        last = 0
        for found in _BLOCK.finditer(body):
            last = found.end()
        self.rest = body[last:].strip() if last else ""

    def of(self, kind: str) -> list[Example]:
        """The examples of one kind: ``Bad``, ``Good`` or ``Fixed``."""
        return [one for one in self.examples if one.kind == kind]


def dedent(doc: str) -> str:
    """The docstring without its indentation, as ``inspect.cleandoc`` does (perf: inspect is 15 ms)."""
    lines = doc.expandtabs().strip("\n").split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
    return "\n".join([lines[0].strip(), *(line[margin:].rstrip() for line in lines[1:])]).strip()


def markdown(rule: Rule) -> str:
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
