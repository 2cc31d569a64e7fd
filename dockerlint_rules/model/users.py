"""User names and IDs, as USER and ``useradd`` take them."""

from __future__ import annotations


def is_root(user: str) -> bool:
    """Whether a user name or ID, with or without a group, is root."""
    return user.partition(":")[0] in ("root", "0")
