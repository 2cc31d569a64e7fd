"""Configuration: the option table, values and their checks, configuration files, hadolint's settings."""

from __future__ import annotations


class ConfigError(Exception):
    """A mistake in a configuration file or in an option; *line* is 0 where it is not known."""

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.line = line
        self.message = message

    def __reduce__(self) -> tuple[type[ConfigError], tuple[str, int, str]]:
        """Allow it to be sent to another process."""
        return ConfigError, (self.path, self.line, self.message)

    def __str__(self) -> str:
        if not self.path:
            return self.message
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message}"


class UsageError(Exception):
    """A command that cannot run as it was given: one line on standard error, exit status 2."""
