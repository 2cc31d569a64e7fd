"""YAML and JSON with the place of every value.  No objects are constructed, and aliases are not copied."""

from __future__ import annotations

import json

from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockerlint_rules.syntax.source import Source

_MANY_KEYS = 8  # a mapping with more gets an index


class ParseError(Exception):
    """A text that is not YAML or JSON; ``line`` and ``column`` count from 1."""

    def __init__(self, line: int, column: int, problem: str) -> None:
        super().__init__(f"line {line}, column {column}: {problem}")
        self.line = line
        self.column = column


class Value(Span):
    """One value and its place.  ``text`` of a scalar; ``pairs`` of a mapping, ``items`` of a list, else None."""

    __slots__ = ("_by_name", "is_plain", "items", "pairs", "text")

    def __init__(self, start: int, end: int) -> None:
        super().__init__(start, end)
        self.text: str | None = None
        self.is_plain = False  # a scalar without quotes, so that "true" may be a boolean
        self.pairs: list[tuple[Value, Value]] | None = None
        self.items: list[Value] | None = None
        self._by_name: dict[str | None, tuple[Value, Value]] | None = None

    def get(self, *keys: str) -> Value | None:
        """The value below the keys; None where a key is missing or a value is not a mapping."""
        found: Value | None = self
        for key in keys:
            if found is None:
                return None
            found = found._pair(key)[1]
        return found

    def _pair(self, name: str) -> tuple[Value, Value] | tuple[None, None]:
        """The first key of that name, with its value."""
        if self._by_name is not None:
            return self._by_name.get(name, (None, None))
        pairs = self.pairs or ()
        if len(pairs) > _MANY_KEYS:
            self._by_name = {pair[0].text: pair for pair in reversed(pairs)}
            return self._by_name.get(name, (None, None))
        return next((pair for pair in pairs if pair[0].text == name), (None, None))

    def each(self) -> Iterator[tuple[Value, Value]]:
        """Keys and values; nothing where it is not a mapping."""
        return iter(self.pairs or ())

    def key(self, name: str) -> Value | None:
        """The key itself, for its position."""
        return self._pair(name)[0]

    def scalars(self) -> list[Value]:
        """The scalars of a list, or the value itself where it is a scalar."""
        if self.text is not None:
            return [self]
        return [one for one in self.items or () if one.text is not None]

    @property
    def is_true(self) -> bool:
        """Whether it is YAML's true."""
        return self.is_plain and (self.text or "").lower() in ("true", "yes", "on")

    @property
    def is_null(self) -> bool:
        """Whether it is YAML's null, or empty."""
        return self.is_plain and (self.text or "").lower() in ("", "~", "null")


def read_values(source: Source) -> Value:
    """The tree of a text.  Raises ParseError.  Keys that ``<<`` merges into a mapping are there like its own."""
    # perf: takes 20 ms, and few runs have such a file
    from dockerlint_rules.syntax.required_packages import load

    yaml: Any = load("yaml")
    from dockerlint_rules.syntax.data.yaml_nodes import compose

    text = source.text
    is_json = source.filename.lower().endswith(".json")
    if is_json:
        try:
            json.loads(text.removeprefix("\ufeff"))
        except json.JSONDecodeError as error:
            raise ParseError(error.lineno, error.colno, error.msg) from None
        except (ValueError, RecursionError) as error:
            raise ParseError(1, 1, str(error) or "nesting is too deep") from None
        # YAML does not accept tabs as JSON does.  One blank for each keeps every place.
        text = text.replace("\t", " ")
    try:
        node = compose(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = source.position(mark.index) if mark else (1, 1)
        raise ParseError(line, column, str(error.problem or error.context)) from None
    except yaml.reader.ReaderError as error:
        line, column = source.position(min(int(error.position), len(text)))
        raise ParseError(line, column, "a character that YAML does not allow") from None
    except RecursionError:
        raise ParseError(1, 1, "nesting is too deep") from None
    return _Tree(text).value(node) if node is not None else Value(0, 0)


class _Tree:
    """PyYAML's nodes as values.  Each node is converted once, however many aliases point to it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.done: dict[int, Value] = {}

    def value(self, node: object) -> Value:
        import yaml

        known = self.done.get(id(node))
        if known is not None:
            return known
        assert isinstance(node, yaml.Node)
        start, end = node.start_mark.index, node.end_mark.index
        while (
            end > start and self.text[end - 1] in " \r\n"
        ):  # PyYAML ends a block where the next one begins
            end -= 1
        made = self.done[id(node)] = Value(start, end)
        if isinstance(node, yaml.ScalarNode):
            made.text = node.value
            made.is_plain = node.style is None
        elif isinstance(node, yaml.SequenceNode):
            made.items = [self.value(one) for one in node.value]
        elif isinstance(node, yaml.MappingNode):
            made.pairs = []
            merged: list[Value] = []
            for key, below in node.value:
                name, value = self.value(key), self.value(below)
                if name.text == "<<" and name.is_plain:
                    merged += value.items if value.items is not None else [value]
                else:
                    made.pairs.append((name, value))
            if merged:
                self._merge(made, merged)
        return made

    def _merge(self, made: Value, merged: list[Value]) -> None:
        """Add the keys of the mappings that ``<<`` names, unless they are there already."""
        assert made.pairs is not None
        names = {key.text for key, _ in made.pairs}
        # A mapping that is named again adds nothing.
        for one in {id(one): one for one in merged if one is not made}.values():
            for key, value in one.each():
                if key.text not in names:
                    names.add(key.text)
                    made.pairs.append((key, value))
