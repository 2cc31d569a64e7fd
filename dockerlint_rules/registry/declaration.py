"""Checks of what a rule declares: every argument of ``rule()`` has a form, and an error names the nearest right value.

Rows of the index were checked when they were written, so only an import of a rule's module comes here.
"""

from __future__ import annotations

from dockerlint_rules.registry.units import KEYWORD_UNITS, RuleError, nearest_to, suggestion_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from typing import Any

    from dockerlint_rules.registry.rule import Rule, RuleFunction

SEVERITIES = ("error", "warning", "info", "style")
FIXES = ("safe", "unsafe")
# Tests compare these with the configuration's profiles and with the table of package managers, which this room
# may not import.
PROFILES = ("elastic-beanstalk", "compose", "kubernetes")
FAMILIES = (
    "apk", "apt", "bower", "brew", "bun", "bundle", "cargo", "choco", "composer", "conda", "cpan", "cran",
    "emerge", "gem", "go", "luarocks", "npm", "nuget", "opkg", "pacman", "pdm", "pecl", "php-ext", "pip",
    "pipenv", "pipx", "pnpm", "poetry", "rpm", "uv", "xbps", "yarn", "zypper",
)  # fmt: skip
KEYWORDS = tuple(KEYWORD_UNITS.values())
_LISTS = ("aliases", "profiles", "tags", "on", "words")
_FLAGS = ("default", "preview", "needs_syntax_errors", "gives_own_codes")
_KEBAB = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def check_arguments(
    code: str, name: str | None, arguments: Mapping[str, Any], known_tags: Collection[str] = ()
) -> None:
    """Raise RuleError for the first argument whose value has a wrong form.

    *known_tags* are those that our own rules may have; a plugin's rules have codes and tags of their own.
    """
    for problem in _problems(code, name, arguments, known_tags):
        if problem:
            raise RuleError(f"{code}: {problem}")


def check_on(code: str, on: Iterable[str], unit: str) -> None:
    """Raise RuleError for names in *on* that the rule's unit never meets."""
    for name in on:
        problem = _on_problem(name, unit)
        if problem:
            raise RuleError(f"{code}: {problem}")


def check_code_is_free(code: str, function: RuleFunction, known: Rule | None) -> None:
    """Raise RuleError when another function has the code already, or one of our own rules has it."""
    place = function.__module__, function.__qualname__
    owner = None
    if known is not None:
        owner = known.function.__module__, known.function.__qualname__
    elif not place[0].startswith("dockerlint_rules.rules."):
        from dockerlint_rules.registry.index import ROWS

        for row in ROWS:
            if row["code"] == code:
                owner = f"dockerlint_rules.rules.{row['module_name']}", row["function_name"]
    # A module that is imported a second time declares its own rules again.
    if owner is not None and owner != place:
        raise RuleError(f"{code} is taken by {owner[0]}.{owner[1]}")


def _problems(
    code: str, name: str | None, arguments: Mapping[str, Any], known_tags: Collection[str]
) -> Iterable[str | None]:
    yield _code_problem(code, bool(known_tags))
    if name is not None:
        yield _kebab_problem("name", name)
    severity, fix, option = arguments["severity"], arguments["fix"], arguments["option"]
    if severity not in SEVERITIES:
        yield _unknown("severity", severity, SEVERITIES)
    if fix is not None and fix not in FIXES:
        yield f"{_unknown('fix', fix, FIXES)} or None"
    for argument in _FLAGS:
        if not isinstance(arguments[argument], bool):
            yield f"{argument}={arguments[argument]!r} must be True or False"
    for argument in _LISTS:
        values = arguments[argument]
        if values != ():
            yield _list_problem(argument, values)
    for alias in arguments["aliases"]:
        yield _alias_problem(alias)
    for profile in arguments["profiles"]:
        if profile not in PROFILES:
            yield _unknown("profiles", profile, PROFILES)
    for tag in arguments["tags"]:
        yield _tag_problem(tag, known_tags)
    for word in arguments["words"]:
        if word != word.lower() or not word:
            near = suggestion_for(word.lower())
            yield f"words={word!r} never occurs: rules search the file in lower case{near}"
    if arguments["security_severity"] is not None:
        yield _security_severity_problem(arguments["security_severity"])
    if option is not None and not (
        isinstance(option, str) and option.isidentifier() and option == option.lower()
    ):
        near = str(option).strip("-").replace("-", "_").lower()
        yield f"option={option!r} is not the name of an option{suggestion_for(near)}"


def _code_problem(code: object, is_built_in: bool) -> str | None:
    if not isinstance(code, str):
        return "the first argument of rule() is the code as text, such as 'DF240'"
    letters = code.rstrip("0123456789")
    digits = code[len(letters) :]
    if is_built_in:
        if (letters == "DF" and len(digits) == 3) or code == "SC":
            return None
        near = f"DF{digits.zfill(3)}" if 0 < len(digits) <= 3 else ""
        return f"a code is 'DF' and three digits{suggestion_for(near)}"
    is_form = (
        1 <= len(letters) <= 3 and letters.isascii() and letters.isalpha() and len(digits) <= 3
    )
    if is_form and letters == letters.upper():
        return None
    near = f"{letters[:3].upper()}{digits[:3]}"
    return f"a code is one to three capital letters and up to three digits{suggestion_for(near)}"


def _kebab_problem(argument: str, name: object) -> str | None:
    if not isinstance(name, str):
        return f"{argument}={name!r} must be a text"
    if name and _KEBAB.issuperset(name) and "--" not in name and name.strip("-") == name:
        return None
    near = "-".join("".join(one if one.isalnum() else " " for one in name.lower()).split())
    return f"{argument}={name!r} is not kebab-case{suggestion_for(near)}"


def _list_problem(argument: str, values: object) -> str | None:
    if isinstance(values, str):
        return f"{argument} is a text; write {argument}=({values!r},)"
    if not isinstance(values, (tuple, list)) or not all(isinstance(one, str) for one in values):
        return f"{argument}={values!r} must be a tuple of texts"
    return None


def _alias_problem(alias: str) -> str | None:
    if not alias.isascii() or not alias.replace("-", "").replace("_", "").isalnum():
        return f"aliases={alias!r} is not a code or name of another linter's rule (letters, digits, '-' and '_')"
    letters = alias.rstrip("0123456789")
    if len(letters) == 2 and letters.islower() and len(alias) > 2:
        return f"aliases={alias!r} is not a code{suggestion_for(alias.upper())}"
    return None


def _tag_problem(tag: str, known: Collection[str]) -> str | None:
    if known and tag not in known:
        return _unknown("tags", tag, known)
    return _kebab_problem("tags", tag)


def _security_severity_problem(value: object) -> str | None:
    if not isinstance(value, str):
        return f"security_severity={value!r} must be a text{suggestion_for(str(value))}"
    whole, _, fraction = value.partition(".")
    if (whole + fraction).isdecimal() and whole and value.isascii() and float(value) <= 10:
        return None
    near = value.replace(",", ".")
    is_near = near != value and not _security_severity_problem(near)
    return (
        f"security_severity={value!r} must be a number from 0.0 to 10.0 as text"
        f"{suggestion_for(near if is_near else '')}"
    )


def _on_problem(name: str, unit: str) -> str | None:
    if unit == "instruction":
        return None if name in KEYWORDS else _unknown("on", name, KEYWORDS)
    if unit == "install":
        return None if name in FAMILIES else _unknown("on", name, FAMILIES)
    if unit == "command":
        return _program_problem(name)
    if unit in KEYWORD_UNITS:
        return (
            f"on={name!r} has no effect: {unit!r} is each {KEYWORD_UNITS[unit]} already; remove it"
        )
    return (
        f"on={name!r} has no effect: the rule asks for {unit!r}; on narrows 'instruction' (keywords), "
        "'command' (programs) and 'install' (families of package managers)"
    )


def _program_problem(name: str) -> str | None:
    if name in KEYWORDS:
        near = f"; did you mean 'instruction' in place of 'command', or {name.lower()!r}?"
        return f"on={name!r} is a keyword, and a rule that asks for 'command' takes program names{near}"
    if not name or "/" in name or any(one.isspace() for one in name):
        near = (name.split() or [""])[0].rpartition("/")[2]
        return f"on={name!r} is not the name of a program{suggestion_for(near)}"
    return None


def _unknown(argument: str, value: object, known: Collection[str]) -> str:
    near = nearest_to(str(value), known)
    return f"{argument}={value!r} is unknown{suggestion_for(near) or '.'} Known: {', '.join(known)}"
