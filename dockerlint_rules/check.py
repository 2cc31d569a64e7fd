"""A run of ``dockerlint check``: options, files, findings, report, exit status."""

from __future__ import annotations

import sys
import time

from dockerlint_rules.config import ConfigError, Options, file_options, merge
from dockerlint_rules.results import FormatOptions, RunError, RunResult
from dockerlint_rules.runner import FileReport, in_order, lint_file, total
from dockerlint_rules.selection import Catalog, Selection, SelectorError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TextIO

    from dockerlint_rules.engine import Settings
    from dockerlint_rules.formats import Format
    from dockerlint_rules.registry import Rule
    from dockerlint_rules.syntax.source import Source

HOME = "https://github.com/dockerlint/dockerlint-rules"
STDIN = "-"


class UsageError(Exception):
    """Words or a configuration that cannot be understood: one line, exit status 2."""
