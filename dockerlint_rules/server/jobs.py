"""Long work that the server does in steps, so that it can answer requests in between."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any


class Job:
    """Long work in steps.

    ``request_id`` is the request that is answered when the job ends, or None when its request was answered at once.
    """

    __slots__ = ("request_id", "steps")

    def __init__(self, steps: Generator[None]) -> None:
        self.steps = steps
        self.request_id: Any = None
