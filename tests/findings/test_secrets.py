"""Secrets are found in texts and masked, in place or by a mark."""

from __future__ import annotations

import pytest
from counted import calls
from hypothesis import given, settings
from hypothesis import strategies as st

from dockerlint_rules import lint_text
from dockerlint_rules.findings import secret_hints, secrets
from dockerlint_rules.findings.secrets import masked, masked_in_place, secret_spans
from dockerlint_rules.knowledge.secret_names import SECRET_NAMES, SECRET_PARTS, SECRET_TEXTS
from dockerlint_rules.syntax.source import Source

# Each text, and what is secret in it.
SECRETS = {
    "password of a URL": ("git clone https://user:hunter2@host/x", "user:hunter2"),
    "user alone": ("curl https://ghp0token@host/x", "ghp0token"),
    "escaped at sign": ("https://user:pa%40ss@host/x", "user:pa%40ss"),
    "at sign in the password": ("https://user:p@ss@host/x", "user:p@ss"),
    "git over https": ("pip install git+https://tok3n@host/x", "tok3n"),
    "git over ssh with a password": ("git+ssh://git:pw1@host/x", "git:pw1"),
    "ftp": ("ftp://anon:me@host/x", "anon:me"),
    "database": ("postgres://app:s3cret@db/app", "app:s3cret"),
    "default of a variable": ("https://bot:${PW:-hunter2}@host/x", "bot:${PW:-hunter2}"),
    "half a variable": ("https://${USER}:hunter2@host/x", "${USER}:hunter2"),
    "token parameter": ("https://host/x?token=abc&y=1", "abc"),
    "access token": ("https://host/x?y=1&access_token=abc", "abc"),
    "private token": ("https://host/x?private_token=abc", "abc"),
    "signature": ("https://host/x?sig=a%2Fb", "a%2Fb"),
    "Amazon's signature": ("https://host/x?X-Amz-Signature=0a1b&z=1", "0a1b"),
    "Amazon's credential": ("https://host/x?X-Amz-Credential=AK%2F1", "AK%2F1"),
    "GitHub's token": ("echo ghp_0123456789abcdefghij", "ghp_0123456789abcdefghij"),
    "GitHub's fine-grained token": ("x github_pat_0123456789abcdefghij_k", "github_pat_0123456789abcdefghij_k"),
    "GitLab's token": ("x glpat-0123456789abcdefghij", "glpat-0123456789abcdefghij"),
    "Amazon's key": ("x 'AKIA0123456789ABCDEF'", "AKIA0123456789ABCDEF"),
    "Slack's token": ("x xoxb-0123456789-abc", "xoxb-0123456789-abc"),
    "npm's token": ("//registry/:_x npm_0123456789abcdefghijABCDEFGHIJ01", "npm_0123456789abcdefghijABCDEFGHIJ01"),
    "JSON web token": ("x eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl", "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl"),
    "variable": ("ENV A=1 DB_PASSWORD=hunter2 B=2", "hunter2"),
    "legacy form": ("ENV DB_PASSWORD hunter 2", "hunter 2"),
    "build argument": ("ARG NPM_TOKEN=abc", "abc"),
    "quoted": ('ENV API_TOKEN="a b c" X=1', "a b c"),
    "single quotes": ("export api_secret='a b'; x", "a b"),
    "continued": ("ENV A=1 \\\n    SECRET_KEY=abc", "abc"),
    "YAML": ("  environment:\n    POSTGRES_PASSWORD: hunter2", "hunter2"),
    "YAML list": ("    - POSTGRES_PASSWORD=hunter2", "hunter2"),
    "JSON": ('{"DB_PASSWORD": "hunter2"}', "hunter2"),
    "option": ("mysql --password=hunter2 -x", "hunter2"),
    "option with a blank": ("mysql --password hunter2 -x", "hunter2"),
    "slash in the password": ("https://me:a/b#c?d@host/x", "me:a/b#c?d"),
    "sshpass": ("sshpass -p hunter2 ssh host", "hunter2"),
    "docker login": ("docker login -u me -p hunter2 host", "hunter2"),
    "MySQL": ("mysql -u root -phunter2 -e x", "hunter2"),
    "account": ("echo 'root:hunter2' | chpasswd", "hunter2"),
    "SQL": ("CREATE USER a IDENTIFIED BY 'hunter2';", "hunter2"),
    "login": ("curl -u joe:hunter2 https://host", "hunter2"),
}  # fmt: skip
HARMLESS = {
    "user of ssh": "git clone ssh://git@github.com/a/b",
    "short form of ssh": "git clone git@github.com:a/b",
    "variables": "https://${USER}:${TOKEN}@host/x",
    "digest": "FROM debian@sha256:0123",
    "address in a path": "https://host/a@b?x=1",
    "port": "https://host:8080/a/b@c",
    "directory": "mkdir -p /login && cp -p a b && mysql -p",
    "mail": "LABEL authors=me@example.com",
    "reference": "ENV DB_PASSWORD=$PASSWORD API_TOKEN=${TOKEN}",
    "command": "TOKEN=$(cat /run/secrets/token) make",
    "mount": "RUN --mount=type=secret,id=token,env=TOKEN make",
    "build secret": "docker build --secret id=token .",
    "standard input": "docker login --password-stdin registry",
    "file": "ENV DB_PASSWORD_FILE=/run/secrets/db",
    "switch": "ENV ALLOW_EMPTY_PASSWORD=yes MYSQL_RANDOM_ROOT_PASSWORD=1",
    "numbers of user and group": "install -u 1000:1000 x",
    "names of secrets": "services:\n  db:\n    secrets:\n      - db_password",
    "our own message": "Write 'DB_PASSWORD=…'.",
    "sudo": "echo 'me ALL=(ALL) NOPASSWD: ALL'",
    "a sentence": "unexpected token here, secret mount there",
}  # fmt: skip


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_masked_and_nothing_else(name: str) -> None:
    text, secret = SECRETS[name]
    assert masked_in_place(text) == text.replace(secret, "*" * len(secret))
    if name != "YAML":
        assert masked(text) == text.replace(secret, "***")


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_no_secret_stays(name: str) -> None:
    assert masked_in_place(HARMLESS[name]) == HARMLESS[name]
    assert masked(HARMLESS[name]) == HARMLESS[name]


def test_a_word_and_a_colon_in_a_sentence_is_no_secret() -> None:
    assert masked("unexpected token: foo") == "unexpected token: foo"


def test_a_private_key_of_several_lines_keeps_the_lines() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nRUN x\n"
    shown = masked_in_place(key)
    assert "MIIE" not in shown
    assert [len(line) for line in shown.split("\n")] == [len(line) for line in key.split("\n")]
    assert shown.endswith("\nRUN x\n")


PIECES = st.sampled_from([
    "://", "@", ":", "=", "?", "&", "token", "TOKEN", "password", "-u ", "--password", " ", "\n", "\t", "'", '"', "a",
    "é", "İ", "\udcff", "ghp_", "0123456789abcdef", "eyJ", ".", "-----BEGIN ", "PRIVATE KEY-----", "ENV ", "$", "{", "}",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_masking_keeps_every_place(text: str) -> None:
    shown = masked_in_place(text)
    assert len(shown) == len(text)
    assert [at for at, char in enumerate(shown) if char == "\n"] == [
        at for at, char in enumerate(text) if char == "\n"
    ]
    again = masked_in_place(shown)  # an asterisk may end a value otherwise, but nothing comes back
    assert all(new in (old, "*") for new, old in zip(again, shown, strict=True))
    for start, end in secret_spans(text):
        assert set(shown[start:end]) <= {"*", "\n", "\r"}


@pytest.mark.parametrize(
    "piece",
    [
        "token", "token=", 'token="', "token='", "://", "a://", "://a@", "?token", "?token=", ";a", "-u a", "-u=a", "ghp_",
        "eyJ-", "eyJa.", "SG.", "-----BEGIN ", "ENV token ", "--password ", "password: ", "a" * 9, " ", "token ", "x@",
        "sshpass -p ", " login ", "mysql ", "a:b|chpasswd", "a:", "identified by ", "://a:", "://a:/@",
    ],
)  # fmt: skip
def test_the_work_grows_with_the_text(piece: str) -> None:
    small, large = (calls(masked_in_place, piece * count) for count in (500, 4000))
    assert large <= 9 * small + 200


# -- findings ----------------------------------------------------------------------------------------

QUOTED = {
    "a URL": ("FROM a\nADD http://user:hunter2@host/x.tar.gz /x\n", "hunter2"),
    "an unknown instruction": ("FROM a\nTOKEN=hunter2sesame\n", "hunter2sesame"),
    "an invalid port": ("FROM a\nEXPOSE ghp_0123456789abcdefghij\n", "ghp_0123456789abcdefghij"),
    "legacy ENV": ("FROM a\nENV DB_PASSWORD hunter2sesame\n", "hunter2sesame"),
    "the value alone": ("FROM a\nENV DB_PASSWORD=hunter2sesame hunter2sesame\n", "hunter2sesame"),
    "a package index": ("FROM python:3\nRUN pip install --index-url http://u:hunter2@h/ a\n", "hunter2"),
    "a clone": ("FROM a\nRUN git clone http://u:hunter2@h/x && curl http://u:hunter2@h/y | sh\n", "hunter2"),
    "a stage": ("FROM http://u:hunter2@h/x AS b\nCOPY --from=http://u:hunter2@h/x a b\n", "hunter2"),
}  # fmt: skip


@pytest.mark.parametrize("name", QUOTED)
def test_no_finding_repeats_a_secret(name: str) -> None:
    text, secret = QUOTED[name]
    found = lint_text(text, config={"select": ["ALL"], "no-shellcheck": True})
    said = [one.message for one in found] + [one.fix.message for one in found if one.fix]
    said += [related.message for one in found for related in one.related]
    assert found
    assert not [one for one in said if secret in one]


def test_a_fix_that_holds_a_secret_is_marked_and_still_fixes() -> None:
    text = "FROM a\nENV DB_PASSWORD hunter2sesame\n"
    (one,) = lint_text(text, config={"select": ["DF904"]})
    assert one.fix is not None
    assert one.fix.holds_secret
    assert any("hunter2sesame" in edit.text for edit in one.fix.edits)


def test_short_words_of_other_lines_stay() -> None:
    text = "FROM postgres\nENV POSTGRES_PASSWORD=postgres\n"
    (one,) = lint_text(text, config={"select": ["untagged-base-image"]})
    assert "'postgres'" in one.message


def test_the_hints_leave_out_no_name_and_no_token() -> None:
    for word in (*SECRET_TEXTS, *SECRET_PARTS, *SECRET_NAMES):
        assert secret_hints.has_secret_names(f"MY_{word.upper()}=x"), word
    assert tuple(start for start, _ in secrets._TOKENS) == secret_hints.TOKEN_STARTS


def test_a_message_keeps_its_own_words() -> None:
    (one,) = lint_text("FROM a:1\nENV DB_PASSWORD=secret\n", config={"select": ["DF504"]})
    assert "seems to hold a secret," in one.message


def test_thousands_of_secrets_in_thousands_of_messages() -> None:
    def work(count: int) -> int:
        text = "FROM a:1\n" + "".join(f"ENV PASSWORD_{n}=swordfish{n}\n" for n in range(count))
        source = Source(text)
        findings = lint_text(text, config={"select": ["DF504"]})
        return calls(secrets.mask_findings, findings, source)

    assert work(800) <= 4.5 * work(200)
