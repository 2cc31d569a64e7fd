"""Names of variables that hold secrets, such as ``DB_PASSWORD``, and values that are not secrets."""

from __future__ import annotations

# Texts that suggest a secret anywhere in a name in lower case.
SECRET_TEXTS = (
    "api_key", "apikey", "client_key", "private_key", "password", "passwd", "passphrase", "secret", "token",
)  # fmt: skip
# Parts of a name, between underscores, that suggest a secret.
SECRET_PARTS = frozenset({"pwd", "pword", "credentials"})
SECRET_NAMES = frozenset({"aws_access_key_id", "aws_access_key"})
# A name that also has one of these parts is about a secret and does not hold it: TOKEN_URL, PASSWORD_LENGTH.
DESCRIBING_PARTS = frozenset({
    "algorithm", "allow", "cache", "count", "dir", "directory", "empty", "endpoint", "exp", "expire", "expires",
    "expiration", "expiry", "file", "fingerprint", "gpg", "header", "id", "ids", "keyring", "keyserver", "length",
    "lifetime", "name", "path", "pgp", "public", "random", "required", "server", "size", "timeout", "ttl", "type",
    "uri", "url", "user", "username", "version",
})  # fmt: skip
PATH_SUFFIXES = ("_file", "_path", "_dir")
# Values that turn something on or off, in lower case.
SWITCH_VALUES = frozenset({"0", "1", "true", "false", "yes", "no", "on", "off", "none", "null"})


def suggests_secret(name: str) -> bool:
    """Whether a name in lower case contains what names of secrets contain."""
    return (
        name in SECRET_NAMES
        or not SECRET_PARTS.isdisjoint(name.split("_"))
        or any(text in name for text in SECRET_TEXTS)
    )


def is_secret_name(name: str) -> bool:
    """Whether a variable's name says that it holds a secret, and not something about a secret."""
    lower = name.lower()
    return (
        suggests_secret(lower)
        and lower != "pwd"  # the shell's working directory
        and not lower.endswith(PATH_SUFFIXES)
        and DESCRIBING_PARTS.isdisjoint(lower.split("_"))
        and "tokenizer" not in lower
    )
