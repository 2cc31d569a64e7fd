"""Variables that nothing in a stage sets."""

from __future__ import annotations

import pytest

from dockerlint_rules.rules.stages import undefined_variables
from dockerlint_rules.testing import lint_alone


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("ENV A=$B", 1),
        ("ENV A=b\nENV C=$A", 0),
        ("ENV A=b C=$A", 1),  # all of one ENV sees what was before it
        ("ARG A\nENV B=$A", 0),
        ("ARG A=$A", 0),
        ("WORKDIR $HOME", 1),
        ("ENV P=$PATH", 0),
        ("RUN echo $B", 0),
        ("CMD echo $B", 0),
        ("ENV A=\\$B", 0),
        ("ENV A='$B'", 0),
        ("ENV A=${B:-c}", 0),
        ("COPY --chown=$B a b", 1),
        ("ONBUILD ENV A=$B", 0),
        ("ENV A=$TARGETARCH", 1),
        ("ARG TARGETARCH\nENV A=$TARGETARCH", 0),
        ("COPY <<EOF /x\nserver $name;\nEOF", 1),
        ("COPY <<'EOF' /x\nserver $name;\nEOF", 0),
        ("COPY <<EOF /x\nserver \\$name;\nEOF", 0),
        ("RUN <<EOF\necho $name\nEOF", 0),
    ],
)
def test_df730_undefined(body: str, found: int) -> None:
    result = lint_alone(undefined_variables.undefined_variable, f"FROM alpine:3.22\n{body}\n")
    assert not result.failures
    assert len(result.findings) == found


def test_df730_stages_inherit() -> None:
    text = "FROM alpine:3.22 AS a\nENV A=b\nFROM a\nENV C=$A\nFROM alpine:3.22\nENV C=$A\n"
    found = lint_alone(undefined_variables.undefined_variable, text).findings
    assert [finding.line for finding in found] == [6]


def test_df730_and_df733_names_in_a_heredoc() -> None:
    """Images set variables in upper case, so a lower-case name belongs to the text of the file."""
    text = "FROM nginx:1.29\nCOPY <<EOF /etc/nginx/conf.d/a.conf\ntry_files $uri $NGINX_VERSION;\nEOF\n"
    (finding,) = lint_alone(undefined_variables.undefined_variable, text).findings
    assert (finding.line, finding.column, finding.end_column) == (3, 11, 15)
    (other,) = lint_alone(undefined_variables.possibly_undefined_variable, text).findings
    assert "NGINX_VERSION" in other.message


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("ARG V=1\nFROM alpine:3.22\nENV A=$V\n", "so it is empty here. Repeat 'ARG V'"),
        ("ARG V=1\nFROM nginx:1\nENV A=$V\n", "so it may be empty here. Repeat 'ARG V'"),
        ("FROM alpine:3.22\nENV A=$V\n", "so it is empty. Declare it"),
        ("FROM nginx:1\nENV VERSION=1\nENV A=$VERSON\n", "so it may be empty. Did you mean"),
        ("FROM nginx:1\nENV A=$WORKDIR\n", "so it may be empty. Declare it"),
    ],
    ids=["global-arg", "global-arg-and-base", "plain-base", "misspelled", "workdir"],
)
def test_df730_only_claims_what_the_base_image_cannot_refute(text: str, part: str) -> None:
    (finding,) = lint_alone(undefined_variables.undefined_variable, text).findings
    assert part in finding.message


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("ENV A=$GOPATH/b", ["GOPATH"]),
        ("env A=${GOPATH:-/go}\r", ["GOPATH"]),
        ("COPY b \\\n  $GOPATH/", ["GOPATH"]),
        ("ENV GOPATH=/go\nENV A=$GOPATH", []),
        ("ENV A=$PATH", []),
        ("RUN echo $GOPATH", []),
    ],
)
def test_df733_variables_of_the_base_image(body: str, names: list[str]) -> None:
    found = lint_alone(
        undefined_variables.possibly_undefined_variable, f"FROM golang:1.25\n{body}\n"
    ).findings
    assert [finding.message.split("'")[1] for finding in found] == [f"${name}" for name in names]
