"""The methods of the protocol: one decorated function each.

A module that only one method needs is imported in that function: so the first diagnostics come 10 ms sooner.
"""

from dockerlint_rules.server.methods import commands, documents, language, lifecycle, settings
from dockerlint_rules.server.methods.table import METHODS

__all__ = ["METHODS", "commands", "documents", "language", "lifecycle", "settings"]
