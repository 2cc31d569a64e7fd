"""The apt command and its settings, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF212", "RUN apt-get install apt", [], id="DF212-package-named-apt"),
        pytest.param("DF212", "RUN apt search x", [2], id="DF212-query"),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param("DF212", "RUN apt policy a", "RUN apt-cache policy a", id="DF212-apt-cache"),
        pytest.param("DF212", "RUN apt list", "RUN apt list", id="DF212-no-counterpart"),
    ],
)
def test_fix(code: str, before: str, after: str) -> None:
    assert fixed(code, f"FROM debian:12\n{before}\n") == f"FROM debian:12\n{after}\n"


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF213", "env DEBIAN_FRONTEND=noninteractive", [2], id="DF213-lower-case"),
        pytest.param("DF213", "ENV DEBIAN_FRONTEND noninteractive", [2], id="DF213-old-syntax"),
        pytest.param(
            "DF213", "ENV A=b \\\n  DEBIAN_FRONTEND=noninteractive", [3], id="DF213-continued-line"
        ),
        pytest.param("DF213", "ARG DEBIAN_FRONTEND=noninteractive", [], id="DF213-arg"),
        pytest.param("DF213", "ENV DEBIAN_FRONTEND=dialog", [], id="DF213-another-value"),
        pytest.param(
            "DF213",
            "ENV DEBIAN_FRONTEND=noninteractive\nENV DEBIAN_FRONTEND=dialog",
            [],
            id="DF213-set-back-later",
        ),
        pytest.param(
            "DF213",
            "ENV DEBIAN_FRONTEND=noninteractive\nFROM debian:12",
            [],
            id="DF213-does-not-ship",
        ),
    ],
)
def test_debian_frontend(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


def test_df213_fix_keeps_the_case_of_the_keyword() -> None:
    text = "FROM debian:12\n{} DEBIAN_FRONTEND=noninteractive\n"
    assert fixed("DF213", text.format("env")) == text.format("arg")


def test_df212_full_upgrade_has_another_name_in_apt_get() -> None:
    text = "FROM debian:12\nRUN apt full-upgrade -y\n"
    assert lines("DF212", text) == [2]
    assert fixed("DF212", text) == text
