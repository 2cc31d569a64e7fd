"""CMD, ENTRYPOINT and HEALTHCHECK in shell form."""

from __future__ import annotations

import pytest

from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.rules.runtime.shell_form import intentional_shell_form, shell_form_command
from dockerlint_rules.testing import lint_alone

HADOLINT, BUILDKIT = "DL3025", "JSONArgsRecommended"
FORMS = {
    "cmd": ("FROM a\nCMD b c\n", [(5, Severity.WARNING, (HADOLINT, BUILDKIT))]),
    "lower-case": ("from a\ncmd b c\n", [(5, Severity.WARNING, (HADOLINT, BUILDKIT))]),
    "entrypoint": ("FROM a\nENTRYPOINT b\n", [(12, Severity.WARNING, (HADOLINT, BUILDKIT))]),
    "comma": ('FROM a\nCMD ["b",]\n', [(5, Severity.WARNING, (HADOLINT, BUILDKIT))]),
    "exec": ("FROM a\nCMD exec b\n", [(5, Severity.INFO, (HADOLINT, BUILDKIT))]),
    "onbuild": ("FROM a\nONBUILD CMD b\n", [(13, Severity.WARNING, (HADOLINT,))]),
    "bare": ("FROM a\nCMD\n", [(1, Severity.INFO, (BUILDKIT, "DL1000"))]),
    "none": ("FROM a\nHEALTHCHECK NONE\n", []),
    "json": ('FROM a\nCMD ["b"]\n', []),
    "json-empty": ("FROM a\nCMD []\n", []),
    "crlf": ("FROM a\r\nCMD b\r\n", [(5, Severity.WARNING, (HADOLINT, BUILDKIT))]),
}


@pytest.mark.parametrize(("text", "want"), FORMS.values(), ids=FORMS)
def test_df601_shell_form(text: str, want: list[tuple[int, Severity, tuple[str, ...]]]) -> None:
    result = lint_alone(shell_form_command, text)
    assert [(one.column, one.severity, one.aliases) for one in result.findings] == want


INTENTIONAL = {
    "health": ("FROM a\nHEALTHCHECK --retries=2 CMD b\n", 29),
    "shell": ('FROM a\nSHELL ["b"]\nCMD c\n', 5),
    "shell-in-parent": ('FROM a AS p\nSHELL ["b"]\nFROM p\nCMD c\n', 5),
}


@pytest.mark.parametrize(("text", "column"), INTENTIONAL.values(), ids=INTENTIONAL)
def test_df601_leaves_intentional_shell_form_to_df645(text: str, column: int) -> None:
    assert lint_alone(shell_form_command, text).findings == []
    (one,) = lint_alone(intentional_shell_form, text).findings
    assert (one.column, one.severity, one.aliases) == (column, Severity.INFO, (HADOLINT,))


def test_df601_and_df645_report_brackets_that_are_not_json_once() -> None:
    text = 'FROM a\nSHELL ["b"]\nCMD ["c",]\n'
    assert len(lint_alone(shell_form_command, text).findings) == 1
    assert lint_alone(intentional_shell_form, text).findings == []


@pytest.mark.parametrize(
    ("command", "fixed"),
    [
        ("a b --c", '["a", "b", "--c"]'),
        ("a 'b c'", '["a", "b c"]'),
        ('a "b c" d', '["a", "b c", "d"]'),
        ("a $B", '["sh", "-c", "exec a $B"]'),
        ("a *", '["sh", "-c", "exec a *"]'),
        ("exec a $B", '["sh", "-c", "exec a $B"]'),
        ('a "$B"', r'["sh", "-c", "exec a \"$B\""]'),
        ("a && b", '["sh", "-c", "a && exec b"]'),
        ("cd /a && b", '["sh", "-c", "cd /a && exec b"]'),
        ("B=1 a", '["sh", "-c", "B=1 exec a"]'),
        ("a > b", '["sh", "-c", "exec a > b"]'),
        ("['a', 'b']", '["a", "b"]'),
        ('["a", "b",]', '["a", "b"]'),
        ("a  \\\n  b", None),
        ("a; b", None),
        ("a | b", None),
        ("a & b", None),
        ("a || b", None),
        ("a $(b)", None),
        ("cd /a", None),
        ("a && cd b", None),
        ("if a; then b; fi", None),
        ("['a' b]", None),
        ("[" * 5000, None),
    ],
)
def test_df601_fix(command: str, fixed: str | None) -> None:
    (one,) = lint_alone(shell_form_command, f"FROM a\nCMD {command}\n").findings
    assert (one.fix.edits[0].text if one.fix else None) == fixed


@pytest.mark.parametrize(
    ("command", "part"),
    [
        ("a", "may not pass on the stop signal. Write a JSON array."),
        ("a; b", "Write a JSON array, or put 'exec' before the program."),
        ("exec a", "starts a shell before the program"),
        ("['a']", "is not valid JSON"),
        ("", "has no command"),
    ],
)
def test_df601_message(command: str, part: str) -> None:
    (one,) = lint_alone(shell_form_command, f"FROM a\nCMD {command}\n").findings
    assert part in one.message
