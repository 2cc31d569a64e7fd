"""The rule registry: one decorated function is one rule, called as often as what it asks for exists.

A rule names what it wants as parameters.  The finest *unit* among them says how often it is called:

===================  ===========================================================
``command``          each simple command inside a RUN (or CMD, ENTRYPOINT, HEALTHCHECK with ``on``)
``install``          each package-manager call inside a RUN
``run``, ``copy`` …  each instruction of that keyword
``instruction``      each instruction (``on=("COPY", "ADD")`` narrows it)
``comment``          each comment line
``physical_line``    each line of the file
``stage``            each build stage
``dockerfile``       the file
``service``          each service of a compose file, each container of a Dockerrun.aws.json
``deployment``       such a file
``scripts``          ShellCheck's findings on the file's scripts (its own rule alone)
``ignores``          the file's ignore comments, once every other rule has spoken
===================  ===========================================================

Every coarser unit around it is there for the asking, and so are ``filename``, ``lines``, ``source``,
``options``, ``context``, ``layers``, ``line_number`` and ``dockerfile_parser``; and, for those used to
flake8, ``total_lines``, ``checker_state`` (a mapping for this rule and file) and ``noqa`` (always False).
"""

from __future__ import annotations

from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.syntax.kinds import KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, TypeVar

    from dockerlint_rules.findings.finding import Finding

    RuleFunction = Callable[..., "Iterable[Finding] | None"]
    F = TypeVar("F", bound=RuleFunction)

KEYWORD_UNITS = {
    "from_": "FROM", "run": "RUN", "copy": "COPY", "add": "ADD", "env": "ENV", "arg": "ARG", "label": "LABEL",
    "expose": "EXPOSE", "user": "USER", "workdir": "WORKDIR", "volume": "VOLUME", "cmd": "CMD",
    "entrypoint": "ENTRYPOINT", "healthcheck": "HEALTHCHECK", "shell": "SHELL", "onbuild": "ONBUILD",
    "stopsignal": "STOPSIGNAL", "maintainer": "MAINTAINER",
}  # fmt: skip
# Finest first.
UNITS = (
    "install",
    "command",
    *KEYWORD_UNITS,
    "instruction",
    # Those of each kind of file: the Dockerfile's, whose row is the last, come first.
    *dict.fromkeys(unit for kind in reversed(KINDS) for unit in kind.units),
    "scripts",
    "ignores",
)
CONTEXT = (
    "filename",
    "lines",
    "source",
    "options",
    "context",
    "layers",
    "line_number",
    "dockerfile_parser",
    "total_lines",
    "checker_state",
    "noqa",
)
# What flake8's plugins ask for, and what stands for it here.
INSTEAD = {
    "tree": "dockerfile",
    "logical_line": "instruction",
    "tokens": "source",
    "file_tokens": "source",
    "previous_logical": "stage",
}
OURS = "dockerlint"
# The hundreds digit of our codes names the family; it is a rule's tag unless it brings its own.
FAMILY_TAGS = {
    "0": "syntax", "1": "base-image", "2": "packages", "3": "layers", "4": "state", "5": "security", "6": "runtime",
    "7": "stages", "8": "metadata", "9": "style",
}  # fmt: skip
URL = "https://github.com/dockerlint/dockerlint-rules/blob/main/docs/rules/{code}.md"


class RuleError(Exception):
    """A rule that cannot be registered; the text says which and what to change."""


class Rule:
    """A registered rule: its declaration, and how to call it."""

    __slots__ = (
        "aliases", "call", "code", "default", "failed_on", "fix", "function", "home", "name", "on", "only_refused", "open", "option",
        "origin", "parameters", "preview", "profiles", "security_severity", "severity", "tags", "unit", "words",
    )  # fmt: skip

    def __init__(
        self,
        function: RuleFunction,
        code: str,
        name: str | None,
        *,
        severity: Severity,
        aliases: Sequence[str],
        fix: str | None,
        default: bool,
        preview: bool,
        profiles: Sequence[str],
        tags: Sequence[str],
        on: Sequence[str],
        security_severity: str | None,
        words: Sequence[str] = (),
        option: str | None = None,
        only_refused: bool = False,
        parameters: Sequence[str] | None = None,
    ) -> None:
        self.function = function
        self.call = function  # a plugin's is called through what looks at its findings
        self.code = code
        self.name = name or function.__name__.strip("_").replace("_", "-")
        self.severity = Severity(severity)
        self.aliases = tuple(aliases)
        self.fix = fix
        self.default = default
        self.preview = preview
        self.profiles = tuple(profiles)
        self.tags = tuple(tags) or ((FAMILY_TAGS[code[2]],) if code[2:3] in FAMILY_TAGS else ())
        self.security_severity = security_severity
        self.on = tuple(on)
        self.words = tuple(words)
        self.option = option
        self.only_refused = only_refused
        module = function.__module__
        self.origin = OURS if module.startswith("dockerlint_rules.") else module.partition(".")[0]
        self.home = ""  # where a plugin's rules are described
        self.open = (
            False  # whether it gives codes of its own below its prefix, as flake8's plugins do
        )
        self.failed_on: set[str] = set()
        if parameters is None:
            wanted = function.__code__
            parameters = wanted.co_varnames[: wanted.co_argcount + wanted.co_kwonlyargcount]
            if wanted.co_kwonlyargcount:
                raise RuleError(f"{code}: takes {parameters[-1]!r} by keyword only; drop the '*'")
        self.parameters = tuple(parameters)
        self.unit = _unit(self)
        if "checker_state" in self.parameters:
            give_state(self)

    @property
    def is_conditional(self) -> bool:
        """Whether it is called only of files that hold certain words or errors, or with a certain option."""
        return bool(self.words or self.option or self.only_refused)

    @property
    def doc(self) -> str:
        """The docstring, which is the rule's page."""
        return self.function.__doc__ or ""

    @property
    def url(self) -> str:
        """Address of the rule's page; a plugin's home page, or nothing."""
        return URL.format(code=self.code) if self.origin == OURS else self.home

    @property
    def title(self) -> str:
        """The first line of the docstring."""
        return self.doc.strip().split("\n", 1)[0].strip()

    @property
    def why(self) -> str:
        """The paragraph below the title."""
        from dockerlint_rules.registry.page import Page

        return Page(self.doc).why

    @property
    def page_markdown(self) -> str:
        """The rule's page in Markdown."""
        from dockerlint_rules.registry.page import markdown

        return markdown(self)

    def __repr__(self) -> str:
        return f"<Rule {self.code} {self.name}>"


def _unit(rule: Rule) -> str:
    keywords = [name for name in rule.parameters if name in KEYWORD_UNITS]
    if len(keywords) > 1:
        raise RuleError(
            f"{rule.code}: asks for both {keywords[0]!r} and {keywords[1]!r}, which are never there together; "
            'ask for "instruction" with on=(…)'
        )
    for name in rule.parameters:
        if name not in UNITS and name not in CONTEXT:
            from difflib import get_close_matches  # perf: only on the way to an error

            near = (
                [INSTEAD[name]]
                if name in INSTEAD
                else get_close_matches(name, [*UNITS, *CONTEXT], 1)
            )
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise RuleError(
                f"{rule.code}: unknown parameter {name!r}{hint} Known: {', '.join([*UNITS, *CONTEXT])}"
            )
    for unit in UNITS:
        if unit in rule.parameters:
            return unit
    return "physical_line" if "line_number" in rule.parameters else "dockerfile"


def give_state(rule: Rule) -> None:
    """``checker_state``: one mapping for each rule and file, kept with the file's facts."""
    call, at, key = rule.call, rule.parameters.index("checker_state"), ("checker_state", rule.code)

    def with_state(*values: Any) -> Any:
        given = list(values)
        given[at] = given[at].facts.setdefault(key, {})
        return call(*given)

    rule.call = with_state
    rule.parameters = tuple(
        "document" if one == "checker_state" else one for one in rule.parameters
    )


RULES: dict[str, Rule] = {}


def rule(
    code: str,
    name: str | None = None,
    *,
    severity: Severity,
    aliases: Sequence[str] = (),
    fix: str | None = None,
    default: bool = True,
    preview: bool = False,
    profiles: Sequence[str] = (),
    tags: Sequence[str] = (),
    on: Sequence[str] = (),
    security_severity: str | None = None,
    words: Sequence[str] = (),
    option: str | None = None,
    only_refused: bool = False,
) -> Callable[[F], F]:
    """Register the decorated function as the rule *code*.

    *fix* is ``"safe"``, ``"unsafe"`` or None; *default* False leaves it off unless selected; *profiles*
    names those in which alone it is on; *on* narrows the calls to some keywords, program names
    (``command``) or package-manager families (``install``); *security_severity* is the CVSS-like figure that
    code scanning shows, as text, for rules tagged ``security``.  Three things spare a call that could find nothing:
    *words*, of which the file must hold one (lower case), *option*, which must be set, and *only_refused* for rules
    that speak of what BuildKit refuses.  Raises RuleError for a code that is taken or
    a parameter that does not exist.
    """

    def register(function: F) -> F:
        made = Rule(
            function, code, name, severity=severity, aliases=aliases, fix=fix, default=default, preview=preview,
            profiles=profiles, tags=tags, on=on, security_severity=security_severity, words=words, option=option,
            only_refused=only_refused,
        )  # fmt: skip
        known = RULES.get(code)
        if known is None and made.origin != OURS:
            known = next((one for one in builtin_rules() if one.code == code), None)
        # The same function again is its module imported anew.
        if known is not None and _place_of(known.function) != _place_of(function):
            raise RuleError(
                f"{code} is taken by {known.function.__module__}.{known.function.__qualname__}"
            )
        RULES[code] = made
        function.rule = made  # type: ignore[attr-defined]
        return function

    return register


def _place_of(function: RuleFunction) -> tuple[str, str]:
    return function.__module__, function.__qualname__


class LateRule(Rule):
    """A rule as the index has it; its module is imported when the rule is first called or read.

    perf: importing all rules takes 13 ms, and one small file asks for less than half of them.
    """

    __slots__ = ("_place",)

    def __init__(self, row: Sequence[Any]) -> None:
        (
            self.code, self.name, severity, self.aliases, self.fix, self.default, self.preview, self.profiles, self.tags, self.on,
            self.security_severity, self.words, self.option, self.only_refused, self.open, self.parameters, self.unit, module, function,
        ) = row  # fmt: skip
        self.severity = Severity(severity)
        self._place: tuple[str, str] = module, function
        self.origin = OURS
        self.home = ""
        self.failed_on = set()
        self.call = self._first

    @property
    def function(self) -> RuleFunction:  # type: ignore[override]
        """The rule's own function."""
        from importlib import import_module

        module, function = self._place
        found: RuleFunction = getattr(import_module(f"dockerlint_rules.rules.{module}"), function)
        return found

    @property
    def module(self) -> str:
        """Name of the module in ``rules`` that has it."""
        return self._place[0]

    def load(self) -> None:
        """Import its module now."""
        if self.call == self._first:
            self.call = self.function

    def _first(self, *values: Any) -> Iterable[Finding] | None:
        self.call = self.function
        return self.call(*values)


def row_of(one: Rule) -> tuple[Any, ...]:
    """A rule as a row of the index."""
    module = one.function.__module__.removeprefix("dockerlint_rules.rules.")
    return (
        one.code, one.name, str(one.severity), one.aliases, one.fix, one.default, one.preview, one.profiles, one.tags, one.on,
        one.security_severity, one.words, one.option, one.only_refused, one.open, one.parameters, one.unit, module, one.function.__name__,
    )  # fmt: skip


def registered_rules() -> list[Rule]:
    """All rules of this package out of their modules, sorted by code: what the index is made from."""
    from dockerlint_rules import rules

    rules.load()
    return sorted((one for one in RULES.values() if one.origin == OURS), key=lambda one: one.code)


def builtin_rules() -> list[Rule]:
    """All rules of this package, sorted by code."""
    from dockerlint_rules.registry.index import ROWS

    return [LateRule(row) for row in ROWS]


class Plan:
    """The rules that are on, sorted by when they are called."""

    __slots__ = (
        "_owners",
        "by_command",
        "by_family",
        "by_keyword",
        "conditional",
        "foreign",
        "needs",
        "rules",
        "units",
    )

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = list(rules)
        self.units: dict[str, list[Rule]] = {unit: [] for unit in UNITS}
        self.by_keyword: dict[str, list[Rule]] = {}
        self.by_command: dict[str, list[Rule]] = {}
        self.by_family: dict[str, list[Rule]] = {}
        for one in self.rules:
            self._place(one)
        self.needs = {name for one in self.rules for name in one.parameters}
        self.conditional = [one for one in self.rules if one.is_conditional]
        self.foreign = any(one.origin != OURS for one in self.rules)
        self._owners = {one.code: one for one in self.rules}

    def owner(self, code: str) -> Rule:
        """The rule that a finding of this code comes from."""
        known = self._owners.get(code)
        if known is None:
            known = self._owners[code] = owner_of(code, self.rules) or self.rules[0]
        return known

    def _place(self, one: Rule) -> None:
        table: dict[str, list[Rule]] | None = None
        names: Sequence[str] = one.on
        if one.unit in KEYWORD_UNITS:
            table, names = self.by_keyword, (KEYWORD_UNITS[one.unit],)
        elif one.unit == "instruction" and one.on:
            table = self.by_keyword
        elif one.unit == "command" and one.on:
            table = self.by_command
        elif one.unit == "install" and one.on:
            table = self.by_family
        if table is None:
            self.units[one.unit].append(one)
            return
        for name in names:
            table.setdefault(name, []).append(one)


def owner_of(code: str, rules: Iterable[Rule]) -> Rule | None:
    """The rule below whose prefix a code lies, the longest if several; None where there is none."""
    found = [one for one in rules if one.open and code.startswith(one.code)]
    return max(found, key=lambda one: len(one.code), default=None)
