"""A build context that reads each path once, so that typing does not read the disk at every key stroke."""

from __future__ import annotations

from dockerlint_rules.model.context.build_context import BuildContext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class CachedContext(BuildContext):
    """The build context as it was when each path was first asked for; a save makes a new one."""

    def __init__(self, like: BuildContext) -> None:
        super().__init__(like.directory, like.dockerfile)
        self._answers: dict[tuple[str, str], Any] = {}

    def _once(self, question: str, key: str, look_up: Callable[[], Any]) -> Any:
        if (question, key) not in self._answers:
            self._answers[question, key] = look_up()
        return self._answers[question, key]

    def exists(self, path: str) -> bool | None:
        """Whether a path existed when it was first asked for."""
        found: bool | None = self._once(
            "exists", path, lambda: super(CachedContext, self).exists(path)
        )
        return found

    def text(self, path: str) -> str | None:
        """The text of a file when it was first asked for."""
        found: str | None = self._once("text", path, lambda: super(CachedContext, self).text(path))
        return found

    def named(self, names: set[str]) -> list[str]:
        """The files of these names when they were first asked for."""
        key = " ".join(sorted(names))
        found: list[str] = self._once("named", key, lambda: super(CachedContext, self).named(names))
        return found
