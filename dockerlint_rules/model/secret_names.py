"""Secret names."""

from __future__ import annotations

# What a secret's name holds, anywhere or as a part.
SECRET_TEXTS = (
    "api_key",
    "apikey",
    "client_key",
    "private_key",
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
)


SECRET_PARTS = frozenset(("pwd", "pword", "credentials"))


SECRET_NAMES = frozenset(("aws_access_key_id", "aws_access_key"))


# A name with one of these parts is about a secret and is none.
ABOUT_A_SECRET = frozenset(
    (
        "algorithm",
        "allow",
        "cache",
        "count",
        "dir",
        "directory",
        "empty",
        "endpoint",
        "exp",
        "expire",
        "expires",
        "expiration",
        "expiry",
        "file",
        "fingerprint",
        "gpg",
        "header",
        "id",
        "ids",
        "keyring",
        "keyserver",
        "length",
        "lifetime",
        "name",
        "path",
        "pgp",
        "public",
        "random",
        "required",
        "server",
        "size",
        "timeout",
        "ttl",
        "type",
        "uri",
        "url",
        "user",
        "username",
        "version",
    )
)


PATH_SUFFIXES = ("_file", "_path", "_dir")


def is_secret_name(name: str) -> bool:
    """Whether a variable's name is that of a secret itself, and not of something about one."""
    lower = name.lower()
    parts = set(lower.split("_"))
    named = (
        lower in SECRET_NAMES
        or bool(parts & SECRET_PARTS)
        or any(text in lower for text in SECRET_TEXTS)
    )
    return (
        named
        and lower != "pwd"
        and not lower.endswith(PATH_SUFFIXES)
        and not parts & ABOUT_A_SECRET
    ) and "tokenizer" not in lower
