"""Interpreters."""

from __future__ import annotations

WINDOWS_SHELLS = ("pwsh", "powershell", "cmd")
