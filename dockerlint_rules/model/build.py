"""The settings of a build: build arguments, target stage, platform, context, date."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockerlint_rules.model.context.build_context import BuildContext


class Build:
    """What the user gives to ``docker build``, the profile of the image and the date of the run."""

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
        self.context: BuildContext | None = (
            None  # None: a rule that asks gets the Dockerfile's directory
        )
        self.target = target
        self.platform = platform
        self.profile = profile
        self.today = today  # ISO date; with an empty one, no release has reached its end of life
