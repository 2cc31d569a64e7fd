"""ADD where COPY is enough, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines, run


@pytest.mark.parametrize(
    ("instruction", "safety"),
    [
        pytest.param("ADD a /a", "safe", id="file"),
        pytest.param("ADD --chown=1:1 a b /c/", "safe", id="flag"),
        pytest.param("ADD a* /a/", "unsafe", id="pattern"),
        pytest.param("ADD --checksum=sha256:1 a /a", None, id="flag-of-add"),
        pytest.param("ADD a b.tar /c/", None, id="with-an-archive"),
        pytest.param("ONBUILD ADD . /app", "safe", id="onbuild"),
    ],
)
def test_df303_add_of_plain_files(instruction: str, safety: str | None) -> None:
    (finding,) = run("DF303", f"FROM x\n{instruction}\n").findings
    assert (finding.fix.safety if finding.fix else None) == safety


@pytest.mark.parametrize(
    "body",
    [
        "ADD a.tar.gz /a",
        "ADD A.TGZ /a",
        "ADD https://example.com/a /a",
        "ADD git@example.com:a/b.git#v1 /a",
        "ADD $SOURCE /a",
        "ARG U=https://example.com/a\nADD $U /a",
        "ADD rootfs.tar.zst /",
    ],
)
def test_df303_what_only_add_can_do_is_left_alone(body: str) -> None:
    assert not run("DF303", f"FROM x\n{body}\n").findings


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("DF320", "ADD $X /a", [2]),
        ("DF320", "ADD a.txt /a", []),
        ("DF320", "ADD a.tar /a", []),
        ("DF320", "add --chown=1 $X \\\n  /a", [2]),
        ("DF320", "ADD git@example.com:a/b.git /a", [2]),
        ("DF320", "ADD a.tar.zst /a", [2]),
        ("DF320", "ADD https://example.com/a /a", []),
        ("DF320", "ADD <<E /a\nE", []),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{text}\n") == expected


@pytest.mark.parametrize(
    ("code", "text", "aliases"),
    [("DF320", "ADD $X /a", ()), ("DF320", "ADD a.tar.zst /a", ("DL3020",))],
)
def test_hadolint_is_named_where_it_is_right(
    code: str, text: str, aliases: tuple[str, ...]
) -> None:
    (finding,) = run(code, f"FROM debian:12\n{text}\n").findings
    assert finding.aliases == aliases


def test_df303_fix_keeps_the_case_of_the_keyword() -> None:
    assert (
        fixed("DF303", "FROM a\r\nadd b /b\r\nADD \\\n  c /c\n")
        == "FROM a\r\ncopy b /b\r\nCOPY \\\n  c /c\n"
    )
