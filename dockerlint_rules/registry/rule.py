"""The rule registry: the ``rule`` decorator and what it makes of a function.

A rule names what it wants to see as parameters; ``units.py`` lists them and says how often each makes the
engine call the rule.  ``declaration.py`` checks the decorator's arguments, ``page.py`` reads the docstring,
``plan.py`` sorts rules by when they are called, and ``indexed.py`` has rules whose modules are not loaded yet.
"""

from __future__ import annotations

from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.registry.units import RuleError, unit_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, TypeVar

    from dockerlint_rules.findings.finding import Finding

    RuleFunction = Callable[..., "Iterable[Finding] | None"]
    F = TypeVar("F", bound=RuleFunction)

BUILT_IN = "dockerlint"  # the origin of our own rules; a plugin's origin is its package
# The hundreds digit of our codes names the family: its folder below ``rules``, and its tag, which each of its rules has
# unless the rule declares its own.
_FAMILIES = {
    "0": ("syntax", "syntax"),
    "1": ("base_images", "base-image"),
    "2": ("packages", "packages"),
    "3": ("layers", "layers"),
    "4": ("state", "state"),
    "5": ("security", "security"),
    "6": ("runtime", "runtime"),
    "7": ("stages", "stages"),
    "8": ("metadata", "metadata"),
    "9": ("style", "style"),
}
FAMILY_FOLDERS = {digit: folder for digit, (folder, _) in _FAMILIES.items()}
FAMILY_TAGS = {digit: tag for digit, (_, tag) in _FAMILIES.items()}
URL = "https://github.com/dockerlint/dockerlint-rules/blob/main/docs/rules/{code}.md"


class Rule:
    """A registered rule: its declaration, and how to call it."""

    # perf: no __slots__, so that a row of the index is an instance's dictionary and these are what it leaves out.
    aliases: tuple[str, ...] = ()
    fix: str | None = None
    default: bool = True
    preview: bool = False
    profiles: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    security_severity: str | None = None
    words: tuple[str, ...] = ()
    option: str | None = None
    needs_syntax_errors: bool = False
    gives_own_codes: bool = (
        False  # its findings bring codes below its own, as ShellCheck's and flake8's plugins do
    )
    origin: str = BUILT_IN
    home: str = ""  # where a plugin's rules are described
    code: str
    name: str
    severity: Severity
    tags: tuple[str, ...]
    parameters: tuple[str, ...]
    unit: str
    call: RuleFunction  # what the engine calls; for a plugin a wrapper that checks its findings
    failed_on: set[str]  # paths of files on which it raised

    def __init__(
        self,
        function: RuleFunction,
        code: str,
        name: str | None,
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
        needs_syntax_errors: bool = False,
        gives_own_codes: bool = False,
        parameters: Sequence[str] | None = None,
    ) -> None:
        self._function = function
        self.call = function
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
        self.needs_syntax_errors = needs_syntax_errors
        self.origin = origin_of(function)
        self.gives_own_codes = gives_own_codes
        self.failed_on = set()
        if parameters is None:
            wanted = function.__code__
            parameters = wanted.co_varnames[: wanted.co_argcount + wanted.co_kwonlyargcount]
            if wanted.co_kwonlyargcount:
                raise RuleError(f"{code}: takes {parameters[-1]!r} by keyword only; drop the '*'")
        self.parameters = tuple(parameters)
        self.unit = unit_of(code, self.parameters)
        if "checker_state" in self.parameters:
            bind_checker_state(self)

    @property
    def function(self) -> RuleFunction:
        """The rule's own function."""
        return self._function

    @property
    def module(self) -> str:
        """Name of the module that has the rule."""
        return self.function.__module__

    @property
    def is_conditional(self) -> bool:
        """Whether the engine calls it only for files with certain words or errors, or with a certain option."""
        return bool(self.words or self.option or self.needs_syntax_errors)

    @property
    def doc(self) -> str:
        """The docstring, which is the rule's page."""
        return self.function.__doc__ or ""

    @property
    def url(self) -> str:
        """Address of the rule's page; for a plugin its home page, or nothing."""
        return URL.format(code=self.code) if self.origin == BUILT_IN else self.home

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


def origin_of(function: RuleFunction) -> str:
    """The package that a rule comes from; ``BUILT_IN`` for our own."""
    module = function.__module__
    return BUILT_IN if module.startswith("dockerlint_rules.") else module.partition(".")[0]


def bind_checker_state(rule: Rule) -> None:
    """Give the rule its ``checker_state``: one mapping for each rule and file, kept with the file's facts."""
    call, key = rule.call, ("checker_state", rule.code)
    position = rule.parameters.index("checker_state")

    def with_state(*values: Any) -> Any:
        given = list(values)
        given[position] = given[position].facts.setdefault(key, {})
        return call(*given)

    rule.call = with_state
    rule.parameters = tuple(
        "document" if name == "checker_state" else name for name in rule.parameters
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
    needs_syntax_errors: bool = False,
    gives_own_codes: bool = False,
) -> Callable[[F], F]:
    """Register the decorated function as the rule *code*.

    - *name*: kebab-case; the function's name unless given. *aliases*: codes of other linters for the same problem.
    - *fix*: ``"safe"``, ``"unsafe"`` or None: the best fix that the rule can give.
    - *default*: False leaves the rule off until it is selected, as *preview* does until ``--preview``; *profiles*
      turns it on in those profiles only.
    - *on* narrows the calls: keywords for ``instruction``, program names for ``command``, families of package
      managers for ``install``.
    - *security_severity*: a figure from 0 to 10, as text, which code scanning shows for rules tagged ``security``.
    - *words*, *option* and *needs_syntax_errors* save calls that cannot find anything: the file must hold one of
      these lowercase words, the option must be set, BuildKit must refuse the file.
    - *gives_own_codes*: its findings bring codes that begin with *code*.

    Raises RuleError for an argument with a wrong value, a parameter that does not exist and a code that is taken.
    """

    def register(function: F) -> F:
        # perf: a run that takes all its rules from the index without calling one needs no checks
        from dockerlint_rules.registry.declaration import (
            check_arguments,
            check_code_is_free,
            check_on,
        )

        arguments: dict[str, Any] = {
            "severity": severity, "aliases": aliases, "fix": fix, "default": default, "preview": preview,
            "profiles": profiles, "tags": tags, "on": on, "security_severity": security_severity, "words": words,
            "option": option, "needs_syntax_errors": needs_syntax_errors, "gives_own_codes": gives_own_codes,
        }  # fmt: skip
        is_built_in = origin_of(function) == BUILT_IN
        check_arguments(code, name, arguments, FAMILY_TAGS.values() if is_built_in else ())
        made = Rule(function, code, name, **arguments)
        check_on(code, made.on, made.unit)
        check_code_is_free(code, function, RULES.get(code))
        RULES[code] = made
        function.rule = made  # type: ignore[attr-defined]
        return function

    return register
