"""What the build of a Dockerfile would be given."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockerlint_rules.model.context.build_context import Context


class Build:
    """What ``docker build`` would be given: build arguments, target stage, platform, profile, date."""

    __slots__ = ("arguments", "context", "platform", "profile", "target", "today")

    def __init__(
        self,
        arguments: Mapping[str, str] | None = None,
        *,
        target: str | None = None,
        platform: str = "linux/amd64",
        profile: str | None = None,
        today: str = "",
    ) -> None:
        self.arguments = dict(arguments or {})
        self.context: Context | None = None  # None: found beside the Dockerfile when a rule asks
        self.target = target
        self.platform = platform
        self.profile = profile
        self.today = today  # ISO date; empty: nothing is past its end of life
