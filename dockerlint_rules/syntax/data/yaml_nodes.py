"""YAML as PyYAML's nodes, within bounds that no file of a person reaches: depth, values, and what aliases expand to.

Imported only where there is such a file, as PyYAML takes 20 ms.
"""

from __future__ import annotations

import yaml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DEEPEST = 60
"""Levels of nesting."""
MOST_VALUES = 50_000
"""Keys and values of a file, also when each alias is replaced by what it stands for."""


class BoundError(yaml.MarkedYAMLError):
    """A file that is beyond the bounds; ``problem`` says which one, ``problem_mark`` where."""


class BoundedLoader(yaml.SafeLoader):
    """PyYAML's safe loader, which stops at the bounds."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._values = 0
        self._sizes: dict[int, int] = {}  # of each whole node, with aliases expanded

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """One node and all below it.  Raises BoundError."""
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
        is_alias = self.check_event(yaml.AliasEvent)
        self._depth += 1
        self._values += 1
        if self._depth > DEEPEST:
            raise BoundError(problem="nesting is too deep", problem_mark=mark)
        if self._values > MOST_VALUES:
            raise BoundError(
                problem=f"there are more than {MOST_VALUES:,} values", problem_mark=mark
            )
        node = super().compose_node(parent, index)
        self._depth -= 1
        if not is_alias:
            self._sizes[id(node)] = self._size(node)
        elif id(node) not in self._sizes:
            raise BoundError(
                problem="an alias stands for a value that it is a part of", problem_mark=mark
            )
        if self._sizes[id(node)] > MOST_VALUES:
            problem = f"aliases stand for more than {MOST_VALUES:,} values"
            raise BoundError(problem=problem, problem_mark=mark)
        return node

    def _size(self, node: yaml.Node | None) -> int:
        if isinstance(node, yaml.SequenceNode):
            return 1 + sum(self._sizes[id(one)] for one in node.value)
        if isinstance(node, yaml.MappingNode):
            return 1 + sum(self._sizes[id(key)] + self._sizes[id(one)] for key, one in node.value)
        return 1


def compose(text: str) -> yaml.Node | None:
    """The root node of a text; None for an empty one.  Raises yaml.YAMLError, BoundError among them."""
    loader = BoundedLoader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    return node
