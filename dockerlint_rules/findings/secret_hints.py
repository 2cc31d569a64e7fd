"""Whether a text may hold a secret at all: every file is asked, and only few need the patterns of ``secrets.py``."""

from __future__ import annotations

# How the tokens of well-known services begin.
TOKEN_STARTS = (
    "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "gldt-", "glrt-", "glptt-", "AKIA", "ASIA",
    "xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-", "sk_live_", "rk_live_", "sk-", "npm_", "pypi-", "dckr_pat_",
    "dckr_oat_", "hf_", "AIza", "ya29.", "SG.", "eyJ", "dop_v1_", "shpat_", "-----BEGIN ",
)  # fmt: skip
# perf: what names of secrets contain (knowledge/secret_names.py), without the words that contain another one of these.
NAME_WORDS = (
    "api_key", "api-key", "apikey", "client_key", "client-key", "private_key", "private-key", "password", "passwd",
    "passphrase", "secret", "token", "pwd", "pword", "credentials", "aws_access_key",
)  # fmt: skip


def may_hold_secrets(text: str) -> bool:
    """Whether looking for secrets is worth the time: False means that there are none."""
    return (
        ("://" in text and ("@" in text or "?" in text))
        or "-u " in text
        or "--user" in text
        or "sshpass" in text
        or " login" in text
        or "mysql" in text
        or "dentified" in text
        or "DENTIFIED" in text
        or any(start in text for start in TOKEN_STARTS)
        or has_secret_names(text)
    )


def has_secret_names(text: str) -> bool:
    """Whether a text has a word that names of secrets contain."""
    lower = text.lower()
    return any(word in lower for word in NAME_WORDS)
