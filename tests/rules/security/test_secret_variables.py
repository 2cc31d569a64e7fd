"""ARG and ENV that are named like secrets."""

from __future__ import annotations

import pytest

from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.rules.security import secret_variables
from dockerlint_rules.testing import lint_alone

HADOLINT, BUILDKIT = "DL3064", "SecretsUsedInArgOrEnv"


SECRETS = {
    "arg": ("FROM a\nARG NPM_TOKEN\n", [(Severity.WARNING, (HADOLINT, BUILDKIT))]),
    "global-arg": ("ARG NPM_TOKEN\nFROM a\n", [(Severity.WARNING, (HADOLINT,))]),
    "second": ("FROM a\nARG A=1 B_TOKEN=2\n", [(Severity.WARNING, (HADOLINT, BUILDKIT))]),
    "pwd": ("FROM a\nENV MYSQL_PWD=x\n", [(Severity.WARNING, (HADOLINT,))]),
    "glued": ("FROM a\nENV dbpassword=x\n", [(Severity.WARNING, (HADOLINT,))]),
    "aws": ("FROM a\nENV AWS_ACCESS_KEY_ID=x\n", [(Severity.WARNING, (HADOLINT, BUILDKIT))]),
    "arg-empty": ('FROM a\nARG TOKEN=""\n', [(Severity.WARNING, (HADOLINT, BUILDKIT))]),
    "env-empty": ("FROM a\nENV TOKEN=\n", []),
    "key-id": ("FROM a\nENV GPG_KEY=ABC\n", []),
    "switch": ("FROM a\nENV EMPTY_PASSWORD=yes\n", []),
    "fingerprint": ("FROM a\nENV ANY_KEY=0123ABCD4567\n", []),
    "key-alone": ("FROM a\nENV ANY_KEY=swordfish\n", [(Severity.INFO, (BUILDKIT,))]),
    "file": ("FROM a\nENV DB_PASSWORD_FILE=/run/x\n", []),
    "private": ("FROM a\nENV GOPRIVATE=x\n", []),
    "username": ("FROM a\nARG USERNAME=x\n", []),
    "public": ("FROM a\nENV PUBLIC_TOKEN=x\n", []),
    "monkey": ("FROM a\nENV MONKEY=x KEYBOARD=y\n", []),
    "pwd-itself": ("FROM a\nENV PWD=/x\n", []),
}


@pytest.mark.parametrize(("text", "want"), SECRETS.values(), ids=SECRETS)
def test_df504_secrets(text: str, want: list[tuple[Severity, tuple[str, ...]]]) -> None:
    result = lint_alone(secret_variables.secret_in_arg_or_env, text)
    assert [(one.severity, one.aliases) for one in result.findings] == want


HARMLESS = {
    "env-empty": ("FROM a\nENV TOKEN=\n", [(BUILDKIT,)]),
    "key-id": ("FROM a\nENV GPG_KEY=ABC\n", [(BUILDKIT,)]),
    "switch": ("FROM a\nENV EMPTY_PASSWORD=yes\n", [(HADOLINT, BUILDKIT)]),
    "fingerprint": ("FROM a\nENV ANY_KEY=0123ABCD4567\n", [(BUILDKIT,)]),
    "secret": ("FROM a\nARG NPM_TOKEN\n", []),
    "file": ("FROM a\nENV DB_PASSWORD_FILE=/run/x\n", []),
}


@pytest.mark.parametrize(("text", "aliases"), HARMLESS.values(), ids=HARMLESS)
def test_df518_harmless_values(text: str, aliases: list[tuple[str, ...]]) -> None:
    found = lint_alone(secret_variables.misleading_secret_name, text).findings
    assert [one.aliases for one in found] == aliases


def test_df504_df518_a_name_is_reported_by_one_of_the_two() -> None:
    for text, _ in (*SECRETS.values(), *HARMLESS.values()):
        counts = [
            len(lint_alone(rule, text).findings)
            for rule in (
                secret_variables.secret_in_arg_or_env,
                secret_variables.misleading_secret_name,
            )
        ]
        assert max(counts) == sum(counts)
