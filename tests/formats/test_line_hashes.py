"""The line hash, by the vectors that its inventors publish (codeql-action, fingerprints.test.ts)."""

from __future__ import annotations

import pytest

from dockerlint_rules.formats.line_hashes import line_hashes, source_hashes
from dockerlint_rules.syntax.source import Source

GREETINGS = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    "c129715d7a2bc9a3:1",
]
VECTORS = {
    "empty": ("", ["c129715d7a2bc9a3:1"]),
    "blanks": (
        " a\nb\n  \t\tc\n d",
        ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
    ),
    "no-final-newline": (
        " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
        [
            "8b7cf3e952e7aeb2:1",
            "b1ae1287ec4718d9:1",
            "bff680108adb0fcc:1",
            "c6805c5e1288b612:1",
            "b86d3392aea1be30:1",
            "e6ceba753e1a442:1",
        ],
    ),
    "lf": (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", GREETINGS),
    "cr": (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", GREETINGS),
    "crlf": (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", GREETINGS),
    "mixed": (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", GREETINGS),
    "repeated": (
        "Lorem ipsum dolor sit amet.\n" * 10,
        [
            *(f"a7f2ff13bc495cf2:{number}" for number in range(1, 7)),
            "a7f2ff1481e87703:1",
            "a9cf91f7bbf1862b:1",
            "55ec222b86bcae53:1",
            "cc97dc7b1d7d8f7b:1",
            "c129715d7a2bc9a3:1",
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), VECTORS.values(), ids=VECTORS)
def test_published_vector(text: str, expected: list[str]) -> None:
    assert line_hashes(text) == expected


def test_byte_order_mark_counts() -> None:
    assert line_hashes("\ufeffa") != line_hashes("a")


def test_undecodable_bytes_are_hashed_as_the_uploader_reads_them() -> None:
    # A cut multi-byte sequence is one U+FFFD, not one for each byte.
    assert source_hashes(Source.from_bytes(b"a\xe2\x82b\xff")) == line_hashes("a\ufffdb\ufffd")
