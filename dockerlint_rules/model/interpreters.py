"""Interpreters."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass


WINDOWS_SHELLS = ("pwsh", "powershell", "cmd")
