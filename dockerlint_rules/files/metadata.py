"""What a file is besides its content: owner, mode and extended attributes."""

from __future__ import annotations

import os
import stat

_ACCESS_LIST = "system.posix_acl_access"


def copy_metadata(old: int, new: int, status: os.stat_result) -> bool:
    """Give a new file all that an old one is besides its content; False where that is not possible.

    Both are descriptors; *status* is that of the old file.  At no time may more users read the new file.
    """
    try:
        _copy_owner(new, status)
        attributes = _attributes(old)
        # The folder may have given the new file attributes that the old one lacks, such as further users.
        for name in _attributes(new).keys() - attributes.keys():
            if not name.startswith("security."):
                os.removexattr(new, name)
        # An access list holds the mode.  Set before the list, the mode could give more than the list does.
        if _ACCESS_LIST not in attributes:
            set_mode(new, status)
        made = _attributes(new)
        for name, value in attributes.items():
            if made.get(name) != value:
                os.setxattr(new, name, value)
        if os.fstat(new).st_mode != status.st_mode:
            set_mode(new, status)
        return _attributes(new) == attributes
    except OSError:
        return False


def set_mode(handle: int, status: os.stat_result) -> None:
    """Give an open file a mode, setuid and setgid included.  Raises OSError."""
    if hasattr(os, "fchmod"):
        os.fchmod(handle, stat.S_IMODE(status.st_mode))


def _copy_owner(new: int, status: os.stat_result) -> None:
    made = os.fstat(new)
    if hasattr(os, "fchown") and (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
        os.fchown(new, status.st_uid, status.st_gid)


def _attributes(handle: int) -> dict[str, bytes]:
    """The extended attributes, access lists among them.  Raises OSError for one that cannot be read."""
    if not hasattr(os, "listxattr"):
        return {}  # macOS and Windows do not tell
    try:
        names = os.listxattr(handle)
    except OSError:
        return {}  # the file system has none
    return {name: os.getxattr(handle, name) for name in names}
