"""Programs that run scripts: shells, and interpreters of other languages."""

from __future__ import annotations

from dockerlint_rules.syntax.shell.wrappers import SHELLS as SHELLS

WINDOWS_SHELLS = ("pwsh", "powershell", "cmd")

# Without a script file these programs run what they read from standard input.
INTERPRETERS = frozenset({"python", "python2", "python3", "perl", "ruby", "node", "php"})

# Without arguments these programs show a prompt.
INTERACTIVE_PROGRAMS = frozenset(
    {"ash", "bash", "fish", "ipython", "node", "python", "python2", "python3", "sh", "zsh"}
)
