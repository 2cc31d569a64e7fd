"""COPY and ADD against the ignore file; BuildKit's options for its checks."""

from __future__ import annotations

import pytest

from dockerlint_rules.api import lint_text
from dockerlint_rules.rules.layers import build_context
from dockerlint_rules.testing import lint_alone


@pytest.mark.parametrize(
    ("line", "ignored", "found"),
    [
        ("COPY a /x", "a", 1), ("ADD a /x", "a", 1), ("COPY a/b /x", "a", 1), ("COPY a b /x", "b", 1), ("COPY . /x", "*", 1),
        ("COPY . /x", "a", 0), ("COPY a /x", "a\n!b", 0), ("COPY --from=c a /x", "a", 0), ("ADD https://example.com/a /x", "**", 0),
        ("COPY <<EOF /x\nEOF", "**", 0), ('COPY ["a", "/x"]', "a", 1), ("ARG D=a\nCOPY $D /x", "a", 1), ("COPY ./a /x", "a", 1),
        ("COPY a*.txt /x", "*.txt", 1), ("COPY /a /x", "a", 0), ("COPY a /x", "# a", 0),
    ],
)  # fmt: skip
def test_df340_ignored_source(line: str, ignored: str, found: int) -> None:
    result = lint_alone(build_context.copy_of_ignored_file, f"FROM x\n{line}\n", ignored=ignored)
    assert not result.failures
    assert len(result.findings) == found


def _severities(text: str, **config: object) -> list[tuple[str, str]]:
    found = lint_text(text, config={"select": ["FromAsCasing", "DF903"], **config})
    return [(one.code, str(one.severity)) for one in found]


BOTH = "FROM debian:12 as Build\n"


@pytest.mark.parametrize(
    ("directive", "found"),
    [
        ("", [("DF902", "style"), ("DF903", "style")]),
        ("# check=error=true\n", [("DF902", "error"), ("DF903", "error")]),
        ("# check=skip=FromAsCasing;error=true\n", [("DF903", "error")]),
        ("# check=skip=all\n", []),
        ("# check=skip=NoSuchCheck\n", [("DF902", "style"), ("DF903", "style")]),
    ],
)
def test_df902_df903_directive(directive: str, found: list[tuple[str, str]]) -> None:
    assert _severities(directive + BOTH) == found


def test_df902_df903_build_argument_replaces_the_directive() -> None:
    said = {"build_arg": {"BUILDKIT_DOCKERFILE_CHECK": "skip=StageNameCasing"}}
    text = f"# check=skip=FromAsCasing;error=true\n{BOTH}"
    assert _severities(text, **said) == [("DF902", "style")]
