"""A YAML or JSON file as a mapping, with the line of each of its keys.

It is made from the parser's events, so deep nesting needs no recursion, an alias is never copied, and no object of
Python is constructed from a tag.
"""

from __future__ import annotations

from dockerlint_rules.config import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any

_DEEPEST = 50
_MOST_MERGED = 10_000  # keys that "<<" brings
_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = (None, "!", f"{_TAG}str", f"{_TAG}seq", f"{_TAG}map")


class NotText:
    """A scalar that is a number or a date: no option of hadolint takes one."""

    def __init__(self, text: str) -> None:
        self.text = text if len(text) <= 40 else f"{text[:40]}…"

    def __repr__(self) -> str:
        return self.text


class YamlMapping(dict):  # type: ignore[type-arg]
    """A mapping whose ``lines`` are those of its keys."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


def _yaml(path: str) -> Any:
    from dockerlint_rules.syntax.required_packages import MissingPackage, load

    try:
        return load("yaml")
    except MissingPackage as error:
        raise ConfigError(path, 0, f"cannot be read: {error}") from None


def read_yaml(text: str, path: str, may_repeat: Collection[str] = ()) -> YamlMapping:
    """A configuration file as a mapping, in which only the keys *may_repeat* are set twice.  Raises ConfigError."""
    if text.lstrip().startswith("{"):
        found = _json(text, path, may_repeat)
        if found is not None:
            return found
    yaml = _yaml(path)  # perf: 20 ms, only where there is such a file
    try:
        value = _Composer(text, path, may_repeat).value()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "a mistake"
        raise ConfigError(path, mark.line + 1 if mark else 0, _invalid(problem)) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        raise ConfigError(path, line, _invalid("a character that YAML does not allow")) from None
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigError(path, 0, _invalid(str(error).split("\n", 1)[0])) from None
    if value is None:
        return YamlMapping()
    if not isinstance(value, YamlMapping):
        raise ConfigError(path, 1, "is not a mapping of options")
    return value


def _invalid(problem: str) -> str:
    return f"is not valid YAML: {problem[:120]}"


def _json(text: str, path: str, may_repeat: Collection[str]) -> YamlMapping | None:
    """JSON, which may hold tabs that YAML does not allow; None where it is not JSON."""
    import json

    twice: list[str] = []

    def mapping(pairs: list[tuple[str, Any]]) -> YamlMapping:
        made = YamlMapping()
        for key, value in pairs:
            if key in made and key not in may_repeat:
                twice.append(key)
            made[key] = value
        return made

    try:
        value = json.loads(
            text, object_pairs_hook=mapping, parse_int=NotText, parse_float=NotText, parse_constant=NotText
        )  # fmt: skip
    except ValueError:
        return None
    except RecursionError:
        raise ConfigError(path, 0, "is nested too deeply to read") from None
    lines = _json_lines(text)
    if twice:
        places = lines[twice[0]]
        message = f"'{twice[0][:60]}' is set twice"
        raise ConfigError(path, places[1] if len(places) > 1 else places[0], message)
    value.lines = {key: places[0] for key, places in lines.items()}
    return value if isinstance(value, YamlMapping) else None


def _json_lines(text: str) -> dict[str, list[int]]:
    """The lines of every key."""
    import re

    found: dict[str, list[int]] = {}
    line = 1
    # A string without an end goes to the end of the text, so that no other place is tried.
    for token in re.finditer(r'"((?:[^"\\]|\\(?:.|\Z))*+)(?:"(\s*+:)?|\Z)|\n', text, re.S):
        if token[2]:
            import json

            found.setdefault(json.loads(f'"{token[1]}"'), []).append(line)
        line += token[0].count("\n")
    return found


class _Composer:
    """Values from the events of PyYAML's parser."""

    def __init__(self, text: str, path: str, may_repeat: Collection[str]) -> None:
        import yaml

        self.path = path
        self.may_repeat = may_repeat
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.events = yaml.parse(text, loader)
        self.resolver = yaml.SafeLoader("")
        self.anchors: dict[str, Any] = {}
        self.open: set[int] = set()  # ids of collections that are not complete
        self.merged = 0

    def value(self) -> Any:
        """The value of the only document; None where there is none.  Raises ConfigError and YAMLError."""
        import yaml

        documents: list[Any] = []
        stack: list[_Collection] = []
        for event in self.events:
            line = event.start_mark.line + 1 if event.start_mark else 0
            if isinstance(event, yaml.DocumentStartEvent):
                if documents:
                    raise ConfigError(self.path, line, "has more than one YAML document")
                continue
            if isinstance(event, yaml.CollectionStartEvent):
                made = YamlMapping() if isinstance(event, yaml.MappingStartEvent) else []
                self._check_tag(event, line)
                if len(stack) >= _DEEPEST:
                    raise ConfigError(self.path, line, "is nested too deeply to read")
                self._anchor(event, made)
                self.open.add(id(made))
                stack.append(_Collection(made, line))
                continue
            if isinstance(event, yaml.CollectionEndEvent):
                done = stack.pop()
                self.open.discard(id(done.value))
                value, line = done.value, done.line
            elif isinstance(event, yaml.ScalarEvent):
                value = self._scalar(event, line)
                self._anchor(event, value)
            elif isinstance(event, yaml.AliasEvent):
                value = self._alias(event, line)
            else:
                continue
            if stack:
                self._add(stack[-1], value, event, line)
            else:
                documents.append(value)
        return documents[0] if documents else None

    def _add(self, holder: _Collection, value: Any, event: Any, line: int) -> None:
        """Add a complete value to the collection that it is in: an item, or by turns a key and its value."""
        if isinstance(holder.value, list):
            holder.value.append(value)
        elif not holder.has_key:
            is_merge = getattr(event, "value", None) == "<<" and event.implicit[0]
            holder.begin(self._key(value, event, line), line, is_merge=is_merge)
        elif holder.is_merge:
            holder.has_key = False
            self._merge(holder, value, line)
        else:
            holder.has_key = False
            if holder.key in holder.own and holder.key not in self.may_repeat:
                message = f"'{holder.key[:60]}' is set twice"
                raise ConfigError(self.path, holder.key_line, message)
            holder.own.add(holder.key)
            holder.value[holder.key] = value
            holder.value.lines[holder.key] = holder.key_line

    def _key(self, value: Any, event: Any, line: int) -> str:
        if isinstance(value, list | dict):
            raise ConfigError(self.path, line, "a key is a collection, not a word")
        return str(getattr(event, "value", value))

    def _merge(self, holder: _Collection, value: Any, line: int) -> None:
        """Add the keys of the mappings that ``<<`` names, unless the mapping has them."""
        for one in value if isinstance(value, list) else [value]:
            if not isinstance(one, YamlMapping):
                raise ConfigError(self.path, line, "'<<' takes a mapping")
            self.merged += len(one) + 1
            if self.merged > _MOST_MERGED:
                raise ConfigError(self.path, line, "'<<' merges too many keys")
            for key in one:
                if key not in holder.value:
                    holder.value[key] = one[key]
                    holder.value.lines[key] = one.lines[key]

    def _scalar(self, event: Any, line: int) -> Any:
        import yaml

        self._check_tag(event, line)
        if "\0" in event.value:
            raise ConfigError(self.path, line, "contains a NUL character")
        if event.tag is not None or not event.implicit[0]:
            return event.value
        resolve: Callable[..., str] = self.resolver.resolve
        kind = resolve(yaml.ScalarNode, event.value, (True, False))
        if kind == f"{_TAG}null":
            return None
        if kind == f"{_TAG}bool":
            return event.value.lower() in ("true", "yes", "on")
        return event.value if kind in (f"{_TAG}str", f"{_TAG}merge") else NotText(event.value)

    def _check_tag(self, event: Any, line: int) -> None:
        if event.tag not in _PLAIN_TAGS:
            shown = event.tag.replace(_TAG, "!!")[:60]
            raise ConfigError(self.path, line, f"the tag '{shown}' is not supported")

    def _anchor(self, event: Any, value: Any) -> None:
        if event.anchor is not None:
            self.anchors[event.anchor] = value

    def _alias(self, event: Any, line: int) -> Any:
        if event.anchor not in self.anchors:
            raise ConfigError(self.path, line, f"there is no anchor '{event.anchor[:60]}'")
        value = self.anchors[event.anchor]
        if id(value) in self.open:
            raise ConfigError(self.path, line, f"'*{event.anchor[:60]}' contains itself")
        return value


class _Collection:
    """A list or mapping that is not complete: its line, and of a mapping the key whose value comes next."""

    __slots__ = ("has_key", "is_merge", "key", "key_line", "line", "own", "value")

    def __init__(self, value: Any, line: int) -> None:
        self.value = value
        self.line = line
        self.has_key = self.is_merge = False
        self.key = ""
        self.key_line = 0
        self.own: set[str] = set()

    def begin(self, key: str, line: int, *, is_merge: bool) -> None:
        """Take a key."""
        self.has_key, self.is_merge, self.key, self.key_line = True, is_merge, key, line
