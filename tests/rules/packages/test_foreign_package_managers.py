"""Package managers of another distribution, beyond the examples of the page."""

from __future__ import annotations

import pytest
from one_rule import lines, run


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        pytest.param("DF217", "FROM debian:12\nRUN apk add a", [2], id="DF217-apk"),
        pytest.param("DF217", "from alpine\nrun dnf \\\n  install -y a", [2], id="DF217-dnf"),
        pytest.param(
            "DF217", "FROM alpine\nRUN <<EOF\napt-get update\nEOF", [3], id="DF217-heredoc"
        ),
        pytest.param("DF217", "FROM fedora:41\nRUN yum install -y a", [], id="DF217-same-family"),
        pytest.param("DF217", "FROM $BASE\nRUN apk add a", [], id="DF217-unknown-base"),
        pytest.param(
            "DF217",
            "FROM debian:12\nRUN command -v apk && apk add a",
            [],
            id="DF217-tested-for",
        ),
        pytest.param(
            "DF217", "FROM alpine\nRUN apk add dnf && dnf install -y a", [], id="DF217-installed"
        ),
        pytest.param(
            "DF217",
            "FROM debian:12\nRUN apk add a && apk add b\nRUN apk add c",
            [2],
            id="DF217-once-a-stage",
        ),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"{text}\n") == expected


@pytest.mark.parametrize(
    ("base", "remedy"),
    [
        ("debian:12", "is based on Debian, which has no 'pacman'. Use 'apt-get'."),
        ("alpine", "is based on Alpine, which has no 'pacman'. Use 'apk'."),
        (
            "fedora:41",
            "is based on a Red Hat family distribution, which has no 'pacman'. "
            "Use 'dnf', 'microdnf' or 'yum'.",
        ),
    ],
)
def test_df217_names_the_package_manager_of_the_base_image(base: str, remedy: str) -> None:
    (finding,) = run("DF217", f"FROM {base}\nRUN pacman -S a\n").findings
    assert finding.message == f"'{base}' {remedy}"
