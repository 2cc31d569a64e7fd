"""What BuildKit cannot parse: one finding for each problem, with a remedy."""

from __future__ import annotations

import pytest
from syntax_rules import found, lint

# One text for each rule, and one for each of the messages that a rule builds from BuildKit's.
TEXTS: dict[str, str | bytes] = {
    "DF001-empty": "",
    "DF001-comments": "# one\n# two\n",
    "DF001-args-only": "ARG A=1\n",
    "DF001-yaml": "services:\n  web:\n    image: x\n",
    "DF001-utf-16": "FROM a\nRUN b\n".encode("utf-16"),
    "DF001-binary": b"\x7fELF\x02\x01\0\0\0\nabc\0\n",
    "DF001-template": 'FROM {{image "go"}} AS b\n{{template "c"}}\n',
    "DF001-template-in-from": "FROM a:{{ b }}\nRUN c\n",
    "DF002-no-break-space": "FROM\u00a0a\n",
    "DF002-zero-width": "FROM a\n\u200bRUN b\n",
    "DF002-typo": "FROM a\nCPOY b c\n",
    "DF002-typo-crlf": "FROM a\r\nCPOY b c\r\n",
    "DF002-typo-alone": "FORM a\n",
    "DF002-indented": "FROM a\n  blah\n",
    "DF003-before-from": "RUN a\nLABEL b=c\nFROM d\n",
    "DF003-onbuild-before-from": "ONBUILD RUN a\nFROM d\n",
    "DF004-from-two": "FROM a b\n",
    "DF004-env-word": "FROM a\nENV A=1 B\n",
    "DF004-env-one": "FROM a\nENV A\n",
    "DF004-blank-name": "FROM a\nENV =1\n",
    "DF004-no-destination": "FROM a\nCOPY b\n",
    "DF004-no-argument": "FROM a\nWORKDIR\n",
    "DF004-heredoc-as-destination": "FROM a\nCOPY b <<EOF\nEOF\n",
    "DF004-healthcheck-none": "FROM a\nHEALTHCHECK NONE b\n",
    "DF004-healthcheck-without-command": "FROM a\nHEALTHCHECK CMD\n",
    "DF005-unknown": "FROM a\nRUN --foo b\n",
    "DF005-twice": "FROM a\nCOPY --from=b --from=c d e\n",
    "DF005-no-value": "FROM a\nCOPY --from d e\n",
    "DF005-network": "FROM a\nRUN --network=some b\n",
    "DF005-no-flags": "FROM a\nCMD --foo b\n",
    "DF005-mount-from-variable": "FROM a\nRUN --mount=from=$B,target=/c d\n",
    "DF006-no-end": "FROM a\nRUN <<EOF\nb\n",
    "DF006-spaces": "FROM a\nRUN <<EOF\nb\nEOF \nUSER c\n",
    "DF007-twice": "# escape=`\n# escape=`\nFROM a\n",
    "DF007-value": "# escape=x\nFROM a\n",
    "DF008-stage-name": "FROM a AS 1b\n",
    "DF008-json": 'FROM a\nCMD ["b", 1]\n',
    "DF008-shell": "FROM a\nSHELL bash -c\n",
    "DF008-volume": 'FROM a\nVOLUME [""]\n',
    "DF008-healthcheck-type": "FROM a\nHEALTHCHECK b\n",
    "DF008-retries": "FROM a\nHEALTHCHECK --retries=b CMD c\n",
    "DF008-negative-retries": "FROM a\nHEALTHCHECK --retries=-1 CMD c\n",
    "DF008-duration": "FROM a\nHEALTHCHECK --interval=b CMD c\n",
    "DF008-unknown-unit": "FROM a\nHEALTHCHECK --interval=3x CMD c\n",
    "DF008-too-short": "FROM a\nHEALTHCHECK --interval=1us CMD c\n",
    "DF009-from": "FROM a\nONBUILD FROM b\n",
    "DF009-chained": "FROM a\nONBUILD ONBUILD RUN b\n",
    "DF010-long": "FROM a\nRUN " + "x" * 70_000 + "\n",
    "DF020-blank": "FROM a\nRUN b \\\n\n  && c\n",
    "DF020-blank-crlf": "FROM a\r\nRUN b \\\r\n\r\n  && c\r\n",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_message_has_a_remedy(text: str | bytes) -> None:
    findings = lint(text).findings
    assert findings
    for finding in findings:
        assert finding.message.endswith((".", "?"))
        assert len(finding.message) < 240


def test_df002_to_df009_report_every_problem_once() -> None:
    text = "RUN a\nFROM b c\nCPOY d\nENV E\nONBUILD ONBUILD RUN f\nHEALTHCHECK --interval=3 CMD g\n"
    result = lint(text)
    assert result.dockerfile is not None
    errors = result.dockerfile.errors
    assert [finding.start for finding in result.findings] == [error.start for error in errors]


def test_df002_reports_at_most_twenty_problems() -> None:
    assert len(found("FROM a\n" + "blah\n" * 500)) == 20


def test_df001_to_df020_report_nothing_in_a_valid_file() -> None:
    assert found("# syntax=docker/dockerfile:1\nARG A\nFROM a\n") == []


@pytest.mark.parametrize(
    ("text", "aliases"),
    [
        ("RUN a\nFROM b\n", ("DL3061",)),
        ("FROM a\nONBUILD ONBUILD RUN b\n", ("DL3043",)),
        ("FROM a\nCOPY b\n", ("DL1000",)),
        ("# nothing\n", ()),
    ],
    ids=["DF003-before-from", "DF009-trigger", "DF004-arguments", "DF001-empty"],
)
def test_aliases(text: str, aliases: tuple[str, ...]) -> None:
    assert [finding.aliases for finding in lint(text).findings] == [aliases]
