"""Variables that nothing sets, where BuildKit looks for them."""

from __future__ import annotations

import pytest

from dockerlint_rules.rules.stages import undefined_variables
from dockerlint_rules.rules.syntax import directives
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
def test_undefined(body: str, found: int) -> None:
    result = lint_alone(undefined_variables.undefined_variable, f"FROM alpine:3.22\n{body}\n")
    assert not result.failures
    assert len(result.findings) == found


def test_stages_inherit() -> None:
    text = "FROM alpine:3.22 AS a\nENV A=b\nFROM a\nENV C=$A\nFROM alpine:3.22\nENV C=$A\n"
    found = lint_alone(undefined_variables.undefined_variable, text).findings
    assert [one.line for one in found] == [6]


def test_names_of_the_file_in_a_body() -> None:
    """What images set is in upper case, so a lower-case name is the file's own whatever the base."""
    text = "FROM nginx:1.29\nCOPY <<EOF /etc/nginx/conf.d/a.conf\ntry_files $uri $NGINX_VERSION;\nEOF\n"
    (finding,) = lint_alone(undefined_variables.undefined_variable, text).findings
    assert (finding.line, finding.column, finding.end_column) == (3, 11, 15)
    (other,) = lint_alone(undefined_variables.possibly_undefined_variable, text).findings
    assert "NGINX_VERSION" in other.message


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("skip=all", 0), ("skip=A,B;error=true", 0), ("experimental=all;skip=X;error=0", 0), ("skip=A // why", 0), ("ignore=A", 1),
        ("skip", 1), ("error=yes", 1), ("skip=A;;error=true", 1), ("error=maybe;foo", 2),
    ],
)  # fmt: skip
def test_check_options(value: str, count: int) -> None:
    result = lint_alone(directives.invalid_check_directive, f"# check={value}\nFROM alpine:3.22\n")
    assert not result.failures
    assert len(result.findings) == count
