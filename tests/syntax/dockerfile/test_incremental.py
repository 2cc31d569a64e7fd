"""Incremental parsing gives the same document as parsing from scratch, with the same offsets."""

from __future__ import annotations

from typing import Any

import pytest
from dockerfile_pieces import BASES, PIECES
from hypothesis import given
from hypothesis import strategies as st

from dockerlint_rules.model.packages.call_reader import calls_in
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.dockerfile.incremental import reparse, same_before, same_behind
from dockerlint_rules.syntax.dockerfile.instructions import Onbuild, Program
from dockerlint_rules.syntax.source import Source

SNIPPETS = (
    "\n", "\n\n", " ", "\\\n", '"', "'", "$", "#", "# a\n", "# escape=`\n", "# hadolint shell=bash\n", "RUN <<EOF\n", "EOF\n", "EOF", "  EOF\n",
    "FROM a AS b\n", "FROM b\n", "ONBUILD ", "ONBUILD RUN sh -c 'echo a'\n", 'SHELL ["powershell"]\n', 'SHELL ["/bin/bash", "-c"]\n',
    'CMD ["sh", "-c", "echo \\"a\\" && b"]\n', "HEALTHCHECK --interval=3s CMD curl a\n", "ENV A b\n", "ARG A\nARG B=1 C=2\n", "COPY --from=b a b\n",
    "RUN a | b > c && (d; e)\\\n # in\n\n  f\n", "RUN <<A <<-B\na\nA\n\tb\n\tB\n", "x", "\r", "\r\n", "é😀", "\ufeff",
)  # fmt: skip
NOT_COMPARED = ("source", "stage", "facts", "places")  # attributes that are not results of parsing
Edit = tuple[int, int, str]

texts = st.builds(
    lambda base, pieces, end: "\n".join([f"FROM {base}", *pieces]) + end,
    st.sampled_from(BASES),
    st.lists(st.sampled_from((*PIECES, *SNIPPETS, "FROM debian:13 AS build")), max_size=12),
    st.sampled_from(("", "\n")),
)
edits = st.lists(
    st.tuples(st.integers(0, 1000), st.integers(0, 40), st.sampled_from(SNIPPETS)), max_size=6
)


def edited(text: str, edit: Edit) -> str:
    """Replace a part of a text; the place is in thousandths of the text, mostly moved to the beginning of its line."""
    place, length, new = edit
    at = len(text) * place // 1000
    if place % 4:
        at = text.rfind("\n", 0, at) + 1
    return text[:at] + new + text[at + (length if place % 3 == 0 else 0) :]


def fully_parsed(document: Document) -> Document:
    """Parse the shell scripts and package-manager calls of a document too, which is otherwise done on demand."""
    Dockerfile(document)
    for one in document.instructions:
        inner = one.trigger if isinstance(one, Onbuild) else one
        if isinstance(inner, Program):
            calls_in(inner)
    return document


def difference(a: Any, b: Any, path: str, seen: set[tuple[int, int]]) -> str:
    """Where two values differ in any of their attributes; empty if they are equal."""
    if type(a) is not type(b):
        return f"{path}: {a!r} and {b!r}"
    if (id(a), id(b)) in seen or type(a).__module__.startswith("dockerlint_rules.knowledge"):
        return ""
    seen.add((id(a), id(b)))
    if isinstance(a, list | tuple):
        if len(a) != len(b):
            return f"{path}: {len(a)} and {len(b)} of them"
        pairs = [(f"[{at}]", x, y) for at, (x, y) in enumerate(zip(a, b, strict=True))]
    elif not hasattr(type(a), "__slots__"):
        return "" if a == b else f"{path}: {a!r} and {b!r}"
    else:
        names = {name for kind in type(a).__mro__ for name in getattr(kind, "__slots__", ())}
        pairs = [
            (f".{name}", getattr(a, name, None), getattr(b, name, None))
            for name in sorted(names.difference(NOT_COMPARED))
        ]
    return next((text for name, x, y in pairs if (text := difference(x, y, path + name, seen))), "")


def assert_same(before: str, after: str) -> None:
    document = fully_parsed(reparse(fully_parsed(Document(Source(before))), Source(after)))
    assert difference(document, fully_parsed(Document(Source(after))), "document", set()) == ""


@given(texts, edits)
def test_random_edits(text: str, changes: list[Edit]) -> None:
    document = fully_parsed(Document(Source(text)))
    for change in changes:
        text = edited(text, change)
        document = fully_parsed(reparse(document, Source(text)))
        fresh = fully_parsed(Document(Source(text)))
        assert difference(document, fresh, "document", set()) == ""


FILE = "# escape=\\\nFROM a AS b\n# c\nRUN d \\\n # e\n  f\nRUN <<EOF\ng\nEOF\nCMD h\n# i\n"


@pytest.mark.parametrize(
    "after",
    [
        FILE,
        "",
        FILE + "RUN j\n",
        FILE + "# j",
        FILE.replace("# escape=\\", "# escape=`"),
        FILE.replace("  f\n", "  f \\\n"),
        FILE.replace("EOF\nCMD", "EOFCMD"),
        FILE.replace("<<EOF", "<<EO"),
        FILE.replace("FROM a AS b\n", ""),
        FILE.replace("# c\n", "# c\n# d\n\n"),
        FILE.replace("CMD h", "CMD h\\"),
        "FROM x\n" + FILE,
        FILE * 2,
    ],
)
def test_changes_with_distant_effects(after: str) -> None:
    assert_same(FILE, after)
    assert_same(after, FILE)


def test_unchanged_instructions_are_reused() -> None:
    text = "FROM a\n" + "".join(f"RUN echo {number} && b\n" for number in range(9))
    document = fully_parsed(Document(Source(text)))
    before = list(document.instructions)
    after = reparse(document, Source(text.replace("echo 4", "echo 4\\\n  5")))
    # All but the changed one and the one above it, which might have been continued.
    kept = [one for one in after.instructions if any(one is other for other in before)]
    assert [one.line for one in kept] == [1, 2, 3, 4, 8, 9, 10, 11]


@pytest.mark.parametrize(
    ("before", "after", "head", "tail"),
    [
        ("", "", 0, 0),
        ("a", "", 0, 0),
        ("a", "b", 0, 0),
        ("a", "a", 1, 0),
        ("ab", "a", 1, 0),
        ("ba", "a", 0, 1),
        ("abc", "axc", 1, 1),
        ("aaa", "aa", 2, 0),
        ("abcabc", "abcxabc", 3, 3),
        ("abcdefgh", "abcdefgi", 7, 0),
        ("xbcdefgh", "abcdefgh", 0, 7),
        ("abcdefg", "abcxefg", 3, 3),
    ],
)
def test_what_two_texts_have_in_common(before: str, after: str, head: int, tail: int) -> None:
    assert same_before(before, after) == head
    assert same_behind(before, after, head) == tail
