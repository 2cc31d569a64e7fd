"""System caches, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines, run


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF208", "RUN apk add a && rm -rf /var/cache/apk/*", [2], id="DF208-apk-rm"),
        pytest.param("DF208", "RUN apk add --no-network -t .r a", [], id="DF208-apk-no-network"),
        pytest.param(
            "DF208", "RUN apk add --no-cache a && apk add -t .run $deps", [], id="DF208-apk-marks"
        ),
        pytest.param("DF208", "RUN apk add -t .build $deps", [2], id="DF208-apk-variable-alone"),
        pytest.param("DF208", "RUN apk --no-cache add a", [], id="DF208-apk-flag-before"),
        pytest.param("DF209", "RUN yum install -y a && yum clean all", [], id="DF209-yum-clean"),
        pytest.param(
            "DF209", "RUN dnf install -y a && rm -rf /var/cache/dnf", [], id="DF209-dnf-rm"
        ),
        pytest.param(
            "DF209", "RUN microdnf install -y a && dnf clean all", [2], id="DF209-another-program"
        ),
        pytest.param(
            "DF209", "RUN yum clean all && yum install -y a", [2], id="DF209-cleaned-too-early"
        ),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param("DF208", "RUN apk add a", "RUN apk add --no-cache a", id="DF208-apk"),
    ],
)
def test_fix(code: str, before: str, after: str) -> None:
    assert fixed(code, f"FROM debian:12\n{before}\n") == f"FROM debian:12\n{after}\n"


@pytest.mark.parametrize(
    ("code", "command", "aliases"),
    [
        pytest.param("DF209", "yum install -y a", ("DL3032",), id="DF209-yum"),
        pytest.param("DF209", "zypper -n in a", ("DL3036",), id="DF209-zypper"),
    ],
)
def test_aliases_are_those_whose_own_condition_holds(
    code: str, command: str, aliases: tuple[str, ...]
) -> None:
    (finding,) = run(code, f"FROM debian:12\nRUN {command}\n").findings
    assert finding.aliases == aliases


@pytest.mark.parametrize(
    ("code", "command"), [("DF208", "apk add a"), ("DF209", "dnf install -y a")]
)
def test_stages_that_do_not_ship_are_left_alone(code: str, command: str) -> None:
    text = f"FROM x AS build\nRUN {command}\nFROM x\nCOPY --from=build /a /a\n"
    assert lines(code, text) == []
    assert lines(code, text.replace("FROM x\nCOPY --from=build /a /a", "FROM build")) == [2]


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF229", "RUN apk update && apk add --no-cache a", [2], id="DF229-redundant"),
        pytest.param(
            "DF229", "run apk update \\\n  && apk add --no-cache a", [2], id="DF229-lower-case"
        ),
        pytest.param(
            "DF229", "RUN <<EOF\napk update\napk add --no-cache a\nEOF", [3], id="DF229-heredoc"
        ),
        pytest.param("DF229", "RUN apk update && apk add a", [], id="DF229-install-with-cache"),
        pytest.param(
            "DF229", "RUN apk update --no-cache && apk add --no-cache a", [], id="DF229-own-flag"
        ),
        pytest.param(
            "DF229",
            "RUN apk update && apk add --no-cache a && rm -rf /var/cache/apk/*",
            [],
            id="DF229-index-removed",
        ),
        pytest.param("DF229", "RUN apk update && apk del a", [], id="DF229-nothing-installed"),
    ],
)
def test_redundant_updates(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM alpine:3.22\n{body}\n") == expected


def test_df229_fix_keeps_the_line_breaks_of_crlf_files() -> None:
    text = "FROM alpine:3.22\r\nRUN apk update && \\\r\n    apk add --no-cache a\r\n"
    assert fixed("DF229", text) == "FROM alpine:3.22\r\nRUN apk add --no-cache a\r\n"
