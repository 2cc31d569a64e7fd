"""The objects of entry points as rules: ``@rule`` functions, modules of them, and checks in flake8's form.

Every finding of a plugin is checked here, so that an invalid one is an error of the plugin and not a crash.
"""

from __future__ import annotations

import re

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.registry.rule import RULES, Rule, bind_checker_state
from dockerlint_rules.registry.units import KEYWORD_UNITS, UNITS, RuleError
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from dockerlint_rules.plugins.entry_points import Entry
    from dockerlint_rules.syntax.source import Source

CODE = re.compile(r"[A-Z]{1,3}[0-9]{0,3}", re.A)
MOST_FINDINGS = 10_000  # of one call; a rule that returns more may never end
_TEXT = re.compile(r"([A-Z]{1,3}[0-9]{1,3})[ \t:]\s*(.*)", re.S | re.A)
_WHOLE = {"lines", "source", "filename", "dockerfile_parser", "layers", "line_number"}
# Which class of the model a unit is, for annotations.
_TYPES = {unit: keyword.capitalize() for unit, keyword in KEYWORD_UNITS.items()} | {
    "instruction": "Instruction", "command": "Command", "install": "PackageCall", "comment": "Comment",
    "physical_line": "str", "stage": "Stage", "dockerfile": "Dockerfile",
}  # fmt: skip


class UnusablePlugin(Exception):
    """A plugin cannot be used; the text says why and what to change."""


class InvalidFinding(Exception):
    """A finding that no rule may give."""


class UnexpectedCode(InvalidFinding):
    """A code that does not begin with the entry point's name: reported once, and the rule goes on."""

    counts = False


def rules_of(entry: Entry, thing: Any) -> tuple[list[Rule], list[str]]:
    """The rules of an entry point's object, and a sentence for each rule that cannot be used.

    Raises UnusablePlugin if it has none.
    """
    found = declared_rules(thing)
    if not found:
        if isinstance(thing, type(re)):
            raise UnusablePlugin("the module has no function with @rule")
        return [_adapted(entry, thing)], []
    problems: list[str] = []
    rules: list[Rule] = []
    for rule in found:
        why = _code_problem(rule, entry)
        if why:
            problems.append(why)
            continue
        rule.origin, rule.home = entry.origin, entry.home
        try:
            _apply_annotations(rule, rule.function)
        except UnusablePlugin as error:
            problems.append(str(error))
            continue
        # Reset, as the module may have been loaded before in this process.
        rule.failed_on = set()
        rule.call = rule.function
        rule.parameters = rule.function.__code__.co_varnames[: rule.function.__code__.co_argcount]
        if "checker_state" in rule.parameters:
            bind_checker_state(rule)
        _guard(rule, rule.call, rule.parameters, entry)
        rules.append(rule)
    return rules, problems


def declared_rules(thing: Any) -> list[Rule]:
    """The rules of a decorated function, or of a module and its submodules."""
    if isinstance(thing, type(re)):
        name = thing.__name__
        found: list[Rule] = [
            one.rule for one in vars(thing).values() if isinstance(getattr(one, "rule", None), Rule)
        ]
        for rule in RULES.values():
            module = rule.function.__module__
            if rule not in found and (module == name or module.startswith(f"{name}.")):
                found.append(rule)
        return sorted(found, key=lambda one: one.code)
    own = getattr(thing, "rule", None)
    return [own] if isinstance(own, Rule) else []


def _code_problem(rule: Rule, entry: Entry) -> str:
    if not CODE.fullmatch(rule.code):
        return f"code {rule.code!r} does not consist of one to three capital letters and up to three digits"
    if not rule.code.startswith(entry.name):
        return f"code {rule.code} does not begin with the entry point's name {entry.name}"
    if rule.code.startswith(tuple(entry.longer)):
        return f"code {rule.code} belongs to the longer prefix of another entry point"
    if rule.unit == "ignores":
        return f"{rule.code} asks for 'ignores', which is reserved for dockerlint's own rules"
    return ""


# -- flake8's shapes -------------------------------------------------------------------------------


def _adapted(entry: Entry, thing: Any) -> Rule:
    """A rule from a function or class in flake8's form, whose findings name their own codes."""
    names, by_keyword = parameters_of(thing)
    if isinstance(thing, type) and not callable(getattr(thing, "run", None)):
        raise UnusablePlugin(f"class {thing.__name__} has no method run()")
    severity = getattr(thing, "severity", Severity.WARNING)
    try:
        severity = Severity(severity)
    except ValueError:
        known = ", ".join(Severity)
        raise UnusablePlugin(f"severity {severity!r} is not one of {known}") from None
    named = getattr(thing, "__name__", type(thing).__name__)

    def described(dockerfile: object) -> None:
        """Carry the name, docstring and module of the object."""

    described.__doc__ = getattr(thing, "__doc__", None)
    described.__module__ = str(getattr(thing, "__module__", "plugin"))
    if described.__module__.startswith("dockerlint_rules."):
        described.__module__ = "plugin"
    try:
        rule = Rule(
            described, entry.name, _kebab(named), severity=severity, aliases=(), fix=None,
            default=not getattr(thing, "off_by_default", False), preview=bool(getattr(thing, "preview", False)),
            profiles=(), tags=(), on=(), security_severity=None, parameters=names,
        )  # fmt: skip
    except RuleError as error:
        raise UnusablePlugin(str(error).removeprefix(f"{entry.name}: ")) from None
    if rule.unit == "ignores":
        raise UnusablePlugin("asks for 'ignores', which is reserved for dockerlint's own rules")
    if not any(name in UNITS for name in names) and not _WHOLE & {*names}:
        known = ", ".join(UNITS[:-1])
        raise UnusablePlugin(f"asks for no part of the file; name a parameter after one of {known}")
    rule.gives_own_codes = True
    rule.origin, rule.home = entry.origin, entry.home
    _apply_annotations(rule, getattr(thing, "__init__", None) if isinstance(thing, type) else thing)
    plain = len(names) - len(by_keyword)

    def call(*values: Any) -> Any:
        made = thing(*values[:plain], **dict(zip(by_keyword, values[plain:], strict=True)))
        return made.run() if isinstance(thing, type) else made

    rule.call, rule.parameters = call, names
    if "checker_state" in names:
        bind_checker_state(rule)
    _guard(rule, rule.call, rule.parameters, entry)
    return rule


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).replace("_", "-").strip("-").lower()


def parameters_of(thing: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The parameters of a function or of a class's ``__init__``, and the keyword-only ones among them.

    Raises UnusablePlugin if they cannot be read.
    """
    if not callable(thing):
        raise UnusablePlugin(
            f"is a {type(thing).__name__}, not a function, a class or a module with @rule"
        )
    function, skip = thing, 0
    if isinstance(thing, type):
        function, skip = thing.__init__, 1  # type: ignore[misc]
    elif hasattr(thing, "__func__"):
        function, skip = thing.__func__, 1
    elif not hasattr(thing, "__code__") and not hasattr(thing, "__wrapped__"):
        function, skip = type(thing).__call__, 1
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    code = getattr(function, "__code__", None)
    if code is None:
        raise UnusablePlugin("has no readable parameters")
    count = code.co_argcount
    return code.co_varnames[skip : count + code.co_kwonlyargcount], code.co_varnames[
        count : count + code.co_kwonlyargcount
    ]


def _apply_annotations(rule: Rule, function: Any) -> None:
    """Limit ``instruction`` to the keywords of its annotation; other annotations must fit the parameter's name."""
    annotations = getattr(function, "__annotations__", None) or {}
    for name, annotation in annotations.items():
        kinds = _kinds(annotation)
        wanted = _TYPES.get(name)
        if wanted is None or not kinds or not kinds <= {*_TYPES.values()}:
            continue
        keywords = sorted(kinds & {_TYPES[unit] for unit in KEYWORD_UNITS})
        if name == "instruction" and keywords and kinds == {*keywords}:
            if rule.unit == "instruction" and not rule.on:
                rule.on = tuple(keyword.upper() for keyword in keywords)
        elif wanted not in kinds:
            raise UnusablePlugin(
                f"parameter {name!r} is a {wanted}, not a {' or '.join(sorted(kinds))} as its annotation says"
            )


def _kinds(annotation: Any) -> set[str]:
    text = annotation.__name__ if isinstance(annotation, type) else str(annotation)
    parts = {part.strip(" '\"").rpartition(".")[2] for part in text.split("|")}
    return parts - {"None", ""}


# -- findings -------------------------------------------------------------------------------------


def _guard(rule: Rule, call: Callable[..., Any], parameters: tuple[str, ...], entry: Entry) -> None:
    """Wrap the rule so that each of its findings is checked."""
    unit = rule.unit
    line = ("line_number",) if unit == "physical_line" else ()
    rule.parameters = (*parameters, unit, *line, "dockerfile")
    count = len(parameters)

    def guarded(*values: Any) -> Iterator[Finding]:
        source: Source = values[-1].source
        at = values[count + 1] if line else values[count]
        result = call(*values[:count])
        wrong: InvalidFinding | None = None
        for number, item in enumerate(_items(result)):
            if number >= MOST_FINDINGS:
                raise InvalidFinding(f"returns more than {MOST_FINDINGS:,} findings for one place")
            try:
                yield _finding(item, at, source, rule, entry)
            except InvalidFinding as error:
                wrong = wrong or error
        if wrong:
            raise wrong

    rule.call = guarded


def _items(result: Any) -> Iterable[Any]:
    if result is None:
        return ()
    if isinstance(result, Finding):
        return (result,)
    if isinstance(result, tuple) and any(isinstance(one, str) for one in result):
        return (result,)  # one finding, as physical_line may give it
    if isinstance(result, str | bytes | dict) or not hasattr(result, "__iter__"):
        raise InvalidFinding(f"returns {_repr(result)}, not findings")
    found: Iterable[Any] = result
    return found


def _repr(thing: object) -> str:
    text = repr(thing)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _finding(item: Any, at: Any, source: Source, rule: Rule, entry: Entry) -> Finding:
    prefix = entry.name
    if isinstance(item, Finding):
        found = _checked(item, source)
    elif isinstance(item, tuple):
        found = _from_tuple(item, at, source)
    else:
        raise InvalidFinding(f"returns {_repr(item)}, not a Finding or a tuple")
    if rule.gives_own_codes:
        matched = _TEXT.match(found.message)
        code = matched[1] if matched else prefix
        if matched:
            found.message = matched[2].strip()
        elif isinstance(item, tuple) and len(prefix) < 4:
            raise InvalidFinding(
                f"returns {_repr(found.message)}, which does not begin with a code"
            )
        if not code.startswith(prefix):
            raise UnexpectedCode(
                f"returns code {code}, which does not begin with its prefix {prefix}"
            )
        if code.startswith(tuple(entry.longer)):
            raise UnexpectedCode(
                f"returns code {code}, which belongs to the longer prefix of another plugin"
            )
        if not found.message:
            raise InvalidFinding(f"returns {code} without a message")
        found.code = code
    elif isinstance(item, tuple):
        found.message = found.message.removeprefix(rule.code).strip()
    return found


def _from_tuple(item: tuple[Any, ...], at: Any, source: Source) -> Finding:
    """flake8's ``(line, col0, text, …)``, and its ``(offset, text)`` for one line or one unit."""
    if len(item) >= 3 and _is_int(item[0]) and _is_int(item[1]):
        line, column, text = item[:3]
    elif len(item) == 2 and _is_int(item[0]):
        if _is_int(at):
            line, (column, text) = at, item
        else:
            start = getattr(at, "start", 0)
            line, column = source.position(min(max(start + item[0], 0), len(source.text)))
            column, text = column - 1, item[1]
    elif (
        len(item) == 2
        and isinstance(item[0], tuple)
        and len(item[0]) == 2
        and all(map(_is_int, item[0]))
    ):
        (line, column), text = item
    else:
        raise InvalidFinding(f"returns {_repr(item)}, not (line, column, text)")
    if not isinstance(text, str):
        raise InvalidFinding(f"returns {_repr(text)} instead of a string")
    start = _place(line, column, source)
    rest = re.compile(r"\S*").match(source.text, start)
    return Finding(Span(start, rest.end() if rest else start), text)


def _is_int(thing: object) -> bool:
    return isinstance(thing, int) and not isinstance(thing, bool)


def _place(line: int, column: int, source: Source) -> int:
    if not 1 <= line <= max(source.line_count, 1):
        raise InvalidFinding(f"names line {line} of a file with {source.line_count}")
    end = source.line_starts[line] if line < len(source.line_starts) else len(source.text)
    start = source.offset(line) + column
    if column < 0 or start > end:
        raise InvalidFinding(f"names column {column + 1} of line {line}, which does not exist")
    return start


def _checked(found: Finding, source: Source) -> Finding:
    """The finding, once all of it is known to be valid: it can be shown, sorted and sent to another process."""
    if type(found) is not Finding:
        plain = Finding.at(
            found.target, found.message, fix=found.fix, aliases=found.aliases, related=found.related
        )
        if hasattr(found, "severity"):
            plain.severity = found.severity
        found = plain
    if not isinstance(found.message, str) or not found.message.strip():
        raise InvalidFinding(f"returns the message {_repr(found.message)}")
    found.message = str(found.message)
    if _is_int(found.target):
        _place(found.target, 0, source)  # type: ignore[arg-type]
    else:
        _check_span(found.target, source, "a finding")
    if hasattr(found, "severity"):
        try:
            found.severity = Severity(found.severity)
        except ValueError:
            raise InvalidFinding(f"returns the severity {_repr(found.severity)}") from None
    if found.aliases is not None and not all(type(one) is str for one in found.aliases):
        raise InvalidFinding(f"returns the aliases {_repr(found.aliases)}")
    for one in found.related:
        if type(one) is not Related:
            raise InvalidFinding(f"returns {_repr(one)} as a related location")
        _check_span(one, source, "a related place")
    _check_fix(found.fix, source)
    return found


def _check_fix(fix: Fix | None, source: Source) -> None:
    if fix is None:
        return
    if type(fix) is not Fix or not all(type(one) is Edit for one in fix.edits):
        raise InvalidFinding(f"returns {_repr(fix)} as a fix")
    for edit in fix.edits:
        _check_span(edit, source, "an edit")
        if not isinstance(edit.text, str):
            raise InvalidFinding(f"returns {_repr(edit.text)} as the text of an edit")


def _check_span(thing: Any, source: Source, what: str) -> None:
    start: Any = getattr(thing, "start", None)
    end: Any = getattr(thing, "end", None)
    if not (_is_int(start) and _is_int(end)):
        raise InvalidFinding(f"returns {_repr(thing)} as the location of {what}")
    if not 0 <= start <= end <= len(source.text):
        raise InvalidFinding(
            f"places {what} outside the file, at {start} to {end} of {len(source.text)}"
        )
