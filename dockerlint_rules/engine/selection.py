"""Which rules are on and which of their findings are shown.  Of several selectors the most specific one wins."""

from __future__ import annotations

import os
import re
from bisect import bisect_left

from dockerlint_rules.config import ConfigError
from dockerlint_rules.registry.plan import owner_of
from dockerlint_rules.syntax.spelling import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from dockerlint_rules.config.options import Options
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.registry.rule import Rule

ALL = "ALL"
FULL = 1000  # rank of a full code, name or alias; a prefix has its length
NONE, IMPLICIT = -2, -1
_CODE = re.compile(r"[A-Z]+[0-9]*\Z")
SHELLCHECK = "SC"  # the code of the rule that stands for all of ShellCheck's
_ANY_SHELLCHECK = "SC0000"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SHELLCHECK = re.compile(r"SC[0-9]*\Z")


# ShellCheck's codes of level warning or error that are noise in real Dockerfiles; docs/shellcheck.md says why.
SHELLCHECK_NOISE = frozenset({
    "SC1007", "SC1008", "SC1010", "SC1012", "SC1054", "SC1056", "SC1072", "SC1073", "SC1075", "SC1083", "SC2011",
    "SC2034", "SC2038", "SC2043",
    "SC2044", "SC2046", "SC2086", "SC2154", "SC2155", "SC2164", "SC2166", "SC2174", "SC2211", "SC2226", "SC2288",
})  # fmt: skip


def is_noise(finding: Finding) -> bool:
    """Whether a finding of ShellCheck is off unless a selector asks for it: notes, and codes that are mostly noise."""
    level = getattr(finding, "severity", None)
    return level in ("info", "style") or finding.code in SHELLCHECK_NOISE


class SelectorError(ConfigError):
    """A selector that does not stand for a rule; *option* is where it was given."""

    def __init__(self, message: str, option: str) -> None:
        super().__init__("", 0, message)
        self.option = option


class Catalog:
    """Every code, name and alias of the rules.

    *prefixes* are those of plugins, loaded or not: every code that begins with one may exist.
    """

    __slots__ = (
        "_any_case",
        "codes",
        "full",
        "load_remaining",
        "off_by_default",
        "prefixes",
        "rules",
    )

    def __init__(self, rules: Iterable[Rule], prefixes: Iterable[str] = ()) -> None:
        self.rules: list[Rule] = []
        self.full: set[str] = set()
        self.prefixes = list(prefixes)
        self.load_remaining: Callable[[], None] | None = (
            None  # loads the plugins that no selector names
        )
        self.off_by_default: tuple[str, ...] = ()  # what plugins ignore by default
        self.add(rules)

    def add(self, rules: Iterable[Rule], off: Iterable[str] = ()) -> None:
        """Add more rules; those that are known stay as they are."""
        known = {id(one) for one in self.rules}
        new = [one for one in rules if id(one) not in known]
        self.off_by_default = tuple(off)
        self.rules += new
        for rule in new:
            self.full.update((rule.name, *rule.aliases))
            if not rule.gives_own_codes:
                self.full.add(rule.code)
        self.codes = sorted(one for one in self.full if _CODE.match(one))
        self._any_case: dict[str, str] | None = None

    def owner(self, code: str) -> Rule | None:
        """The rule of a code: the one with this code, or the plugin's rule whose prefix it begins with."""
        for rule in self.rules:
            if rule.code == code:
                return rule
        return owner_of(code, self.rules)

    def _below(self, selector: str) -> bool:
        """Whether a full code is one that a plugin may report."""
        return any(selector.startswith(one) for one in self.prefixes) and bool(
            re.fullmatch(r"[A-Z]{1,3}[0-9]{1,3}", selector, re.A)
        )

    def canonical(self, selector: str) -> str:
        """The selector as rules spell it: names and aliases may be written in any case, codes may not."""
        if selector in self.full or selector == ALL or selector in self.prefixes:
            return selector
        if self._any_case is None:
            spelt = [one for rule in self.rules for one in (rule.name, *rule.aliases)]
            self._any_case = {one.lower(): one for one in spelt}
        return self._any_case.get(selector.lower(), selector)

    def knows(self, selector: str) -> bool:
        """Whether the selector stands for a rule, plugins that are not loaded yet included."""
        if self._knows(selector):
            return True
        if self.load_remaining is None:
            return False
        # It may be the name or an alias of a rule of any plugin.
        load, self.load_remaining = self.load_remaining, None
        load()
        return self._knows(selector)

    def _knows(self, selector: str) -> bool:
        selector = self.canonical(selector)
        if selector == ALL or selector in self.full or _SHELLCHECK.match(selector):
            return True
        return bool(_CODE.match(selector)) and (
            self._is_prefix(selector)
            or any(one.startswith(selector) for one in self.prefixes)
            or self._below(selector)
        )

    def _is_prefix(self, selector: str) -> bool:
        """Whether any code begins so."""
        at = bisect_left(self.codes, selector)
        return at < len(self.codes) and self.codes[at].startswith(selector)

    def check(self, selectors: Iterable[str], where: str) -> None:
        """Raise SelectorError for the first selector that does not stand for a rule."""
        for selector in dict.fromkeys(selectors):
            if not self.knows(selector):
                raise self._error(selector, where)

    def check_full(self, codes: Iterable[str], where: str) -> None:
        """Raise SelectorError for the first code that is not the full code, name or alias of a rule."""
        for code in codes:
            if not self.is_full(code):
                raise self._error(code, where)

    def is_full(self, code: str) -> bool:
        """Whether it is the full code, name or alias of a rule, or a code of ShellCheck."""
        return (
            self.canonical(code) in self.full
            or bool(re.fullmatch(r"SC[0-9]+", code))
            or self._below(code)
        )

    def _error(self, selector: str, where: str) -> SelectorError:
        shown = selector if len(selector) <= 60 else f"{selector[:60]}…"
        return SelectorError(f"unknown rule '{shown}' in {where}{self.nearest(selector)}", where)

    def nearest(self, selector: str) -> str:
        """The end of a message about an unknown selector."""
        return (
            did_you_mean(selector, [ALL, *self.prefixes, *sorted(self.full)], 0.3)
            or "; 'dockerlint rules' lists all"
        )


def rank(selector: str, known_as: str) -> int:
    """How specific a selector is for a code, name or alias; NONE where it does not match."""
    if selector == ALL:
        return 0
    if selector == known_as:
        return FULL
    # Only codes have prefixes: a part of a name has no meaning.
    if known_as.startswith(selector) and _CODE.match(known_as) and _CODE.match(selector):
        return len(selector)
    return NONE


def _rank_of_best(selectors: Collection[str], known_as: str, *, prefixes: bool) -> int:
    """The highest :func:`rank` of selectors, in the same time for any number of them.

    Without *prefixes* only ALL and whole words count.
    """
    if known_as in selectors and known_as != ALL:
        return FULL
    if prefixes and _CODE.match(known_as):
        for end in range(len(known_as) - 1, 0, -1):
            if known_as[:end] in selectors and known_as[:end] != ALL:
                return end
    return 0 if ALL in selectors else NONE


def prefix_rank(selector: str, prefix: str) -> int:
    """How specific a selector is for the codes with a plugin's prefix, which are not known yet."""
    if selector == ALL:
        return 0
    if not _CODE.match(selector):
        return NONE
    if selector.startswith(prefix):
        return (
            FULL
            if len(selector) > len(prefix) or len(prefix.lstrip(_LETTERS)) == 3
            else len(selector)
        )
    return len(selector) if prefix.startswith(selector) else NONE


def may_select(prefix: str, options: Options) -> bool:
    """Whether the options select any code with a plugin's prefix; the plugin need not be loaded."""
    select = [*(options.select or []), *options.extend_select, *options.enable_extensions]
    best = max((prefix_rank(one, prefix) for one in select), default=NONE)
    if options.select is None:
        best = max(best, IMPLICIT)
    # Only an ignored selector that covers all codes with the prefix turns the whole plugin off.
    ignored = [
        rank(one, prefix) if one != prefix else len(one)
        for one in (*options.ignore, *options.extend_ignore)
        if one == ALL or prefix.startswith(one)
    ]
    return best > max(ignored, default=NONE)


class Selection:
    """The decision about rules and findings for one set of options."""

    __slots__ = ("_cache", "_ignored", "_select", "catalog", "options")

    def __init__(
        self, catalog: Catalog, options: Options, more_ignores: Sequence[str] = ()
    ) -> None:
        self.catalog = catalog
        self.options = options
        self._select = self._canonical(
            [*(options.select or []), *options.extend_select, *options.enable_extensions]
        )
        self._ignored = self._canonical([*options.ignore, *options.extend_ignore, *more_ignores])
        self._cache: dict[tuple[str, tuple[str, ...], bool], bool] = {}
        catalog.check(options.select or [], "select")
        catalog.check(options.extend_select, "extend-select")
        catalog.check(options.enable_extensions, "enable-extensions")
        catalog.check(self._ignored, "ignore")
        for _, codes in options.per_file_ignores:
            catalog.check(codes, "per-file-ignores")
        catalog.check_full(options.severity, "severity")

    def is_on(self, rule: Rule) -> bool:
        """Whether a finding of the rule can be shown.  One alias is enough, as a finding may have that alias alone."""
        if not self._select and not self._ignored and not self.catalog.off_by_default:
            # perf: nothing is chosen, so what follows would come to the same for each of some hundred rules.
            return self.options.select is None and self._is_on_by_default(rule)
        if rule.code == SHELLCHECK:
            # Any of its codes is enough; the first stands for those that no selector names.
            named = [one for one in self._select if _SHELLCHECK.match(one) and one != SHELLCHECK]
            return any(self._decide(rule, (code,)) for code in (_ANY_SHELLCHECK, *named))
        if rule.gives_own_codes:
            return self._may_give_shown_code(rule)
        return any(
            self._decide(rule, aliases) for aliases in [(), *((one,) for one in rule.aliases)]
        )

    def allows(self, rule: Rule, finding: Finding) -> bool:
        """Whether this finding is shown, by its code, its name and its own aliases."""
        aliases = rule.aliases if finding.aliases is None else finding.aliases
        if rule.code == SHELLCHECK:
            return self._decide(rule, (finding.code, *aliases), implicit=not is_noise(finding))
        if rule.gives_own_codes:
            return self._decide(rule, (finding.code, rule.name, *aliases))
        if finding.code != rule.code:
            aliases = (*aliases, finding.code)
        return self._decide(rule, tuple(aliases))

    def _may_give_shown_code(self, rule: Rule) -> bool:
        """Whether a rule that gives codes of its own may give one that is shown."""
        best = IMPLICIT if self.options.select is None and self._is_on_by_default(rule) else NONE
        for selector in self._select:
            found = FULL if selector == rule.name else prefix_rank(selector, rule.code)
            if not (0 < found < FULL and rule.preview and not self.options.preview):
                best = max(best, found)
        ignored = [
            FULL if one == rule.name else len(one) if one != ALL else 0
            for one in self._ignored
            if one in (ALL, rule.name) or rule.code.startswith(one)
        ]
        return best > max(ignored, default=NONE)

    def file_ignores(self, path: str) -> list[str]:
        """The selectors that ``per-file-ignores`` adds to the ignored rules of a file."""
        return file_ignores(self.options, path)

    def _decide(self, rule: Rule, aliases: tuple[str, ...], *, implicit: bool = True) -> bool:
        """Whether a finding with these aliases is shown; without *implicit* only where a selector names it."""
        key = rule.code, aliases, implicit
        known = self._cache.get(key)
        if known is None:
            whole = rule.code == SHELLCHECK or rule.gives_own_codes
            known_as = aliases if whole else (rule.code, rule.name, *aliases)
            selected = self._select_rank(rule, known_as)
            if selected == IMPLICIT and not implicit:
                selected = NONE
            known = self._cache[key] = selected > _best(self._ignored, known_as)
        return known

    def _select_rank(self, rule: Rule, known_as: tuple[str, ...]) -> int:
        best = IMPLICIT if self.options.select is None and self._is_on_by_default(rule) else NONE
        off = self.catalog.off_by_default
        if off and any(one.startswith(off) for one in known_as):
            best = NONE
        # A preview rule needs its code or ALL, so that a prefix selects nothing new after an upgrade.
        prefixes = self.options.preview or not rule.preview
        return max(best, _best(self._select, known_as, prefixes=prefixes))

    def _canonical(self, selectors: list[str]) -> dict[str, None]:
        """The selectors as rules spell them, each once; ShellCheck's name becomes the prefix of its codes."""
        names = {rule.name: rule.code for rule in self.catalog.rules if rule.code == SHELLCHECK}
        canonical = (self.catalog.canonical(one) for one in selectors)
        return dict.fromkeys(names.get(one, one) for one in canonical)

    def _is_on_by_default(self, rule: Rule) -> bool:
        if rule.preview and not self.options.preview:
            return False
        if rule.profiles:
            return self.options.profile in rule.profiles
        return rule.default


def _best(selectors: Collection[str], known_as: Iterable[str], *, prefixes: bool = True) -> int:
    if not selectors:
        return NONE  # perf: each run asks this for hundreds of names
    return max(_rank_of_best(selectors, one, prefixes=prefixes) for one in known_as)


def file_ignores(options: Options, path: str) -> list[str]:
    """The codes of every ``per-file-ignores`` pattern that glob_matches the path."""
    if not options.per_file_ignores:
        return []
    from dockerlint_rules.files.globs import glob_matches

    ways = {os.path.normpath(path).replace(os.sep, "/"), os.path.abspath(path).replace(os.sep, "/")}
    for root in (os.curdir, options.root):
        if root:
            ways.add(os.path.relpath(path, root).replace(os.sep, "/"))
    out: list[str] = []
    for pattern, codes in options.per_file_ignores:
        wanted = pattern.removeprefix("!").strip()
        if any(glob_matches(wanted, way) for way in ways) != pattern.startswith("!"):
            out += codes
    return out
