"""Plugins: finding them, loading them, their options, and what flake8's plugins look like to us."""

from __future__ import annotations


class PluginError(Exception):
    """A plugin that failed, told to a program that lints; the text names the plugin and the file."""
