"""Files that are only in a cache mount, beyond the examples on the page."""

from __future__ import annotations

import pytest
from one_rule import lines


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("DF310", "RUN --mount=type=cache,target=/c make\nCOPY --from=x /c/a /a", []),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{text}\n") == expected


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        (
            "DF310",
            "RUN --mount=type=cache,target=/c make\nFROM debian:12\nCOPY --from=b /c/a /a",
            [4],
        ),
        (
            "DF310",
            "run --mount=type=cache,target=/c make\r\nfrom debian:12\r\ncopy --from=0 c/a /a",
            [4],
        ),
        (
            "DF310",
            "WORKDIR /w\nRUN --mount=type=cache,target=c make\nFROM debian:12\nCOPY --from=b /w/c/a /a",
            [5],
        ),
        (
            "DF310",
            "RUN --mount=type=cache,target=/c make\nFROM debian:12\nCOPY --from=b /cache/a /a",
            [],
        ),
        (
            "DF310",
            "RUN --mount=type=bind,target=/c make\nFROM debian:12\nCOPY --from=b /c/a /a",
            [],
        ),
        (
            "DF310",
            "COPY a /c/\nRUN --mount=type=cache,target=/c make\nFROM debian:12\nCOPY --from=b /c/a /a",
            [],
        ),
        (
            "DF310",
            "RUN --mount=type=cache,target=/c make\nRUN make -o /c/a\nFROM debian:12\nCOPY --from=b /c/a /a",
            [],
        ),
        (
            "DF310",
            "RUN --mount=type=cache,target=$C make\nFROM debian:12\nCOPY --from=b /c/a /a",
            [],
        ),
    ],
)
def test_copies_from_a_stage(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12 AS b\n{text}\n") == expected
