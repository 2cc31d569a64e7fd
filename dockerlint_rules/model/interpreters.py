"""Programs that run scripts."""

from __future__ import annotations

SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})
WINDOWS_SHELLS = ("pwsh", "powershell", "cmd")
