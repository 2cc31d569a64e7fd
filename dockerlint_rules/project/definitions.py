"""Names that one part of a Compose file uses and another part has to define."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeVar

    from dockerlint_rules.project.services import Deployment

    T = TypeVar("T")


def undefined_names(
    deployment: Deployment, section: str, used: Iterable[tuple[str, T]]
) -> Iterator[tuple[str, T]]:
    """Those of the used names (each with its place) that a top-level section such as "networks" does not define.

    A name with a variable may be any name, so it counts as defined.
    """
    defined = deployment.facts.get(("defined", section))
    if defined is None:
        definitions = deployment.tree.get(section)
        defined = {key.text for key, _ in definitions.each()} if definitions is not None else set()
        deployment.facts["defined", section] = defined
    for name, place in used:
        if name not in defined and "$" not in name:
            yield name, place
