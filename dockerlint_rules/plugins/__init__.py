"""Plugins: finding and loading them, their options, and adapters for plugins in flake8's form."""

from __future__ import annotations


class PluginError(Exception):
    """A plugin failed in ``lint()`` or ``lint_text()``; the text names the plugin and the file."""
