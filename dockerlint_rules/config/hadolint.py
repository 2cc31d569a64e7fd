"""hadolint's settings as ours: its configuration file and its environment variables."""

from __future__ import annotations

from dockerlint_rules.config import ConfigError
from dockerlint_rules.config.options import LEVELS, OPTIONS, TABLE, dashed
from dockerlint_rules.config.section import SectionReader
from dockerlint_rules.config.values import TRUE, check_value, convert
from dockerlint_rules.syntax.spelling import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

KEYS = {option.hadolint[0]: option.name for option in TABLE if option.hadolint}
"""Keys of a ``.hadolint.yaml`` that are options of ours, by the option's name."""
PASSED_OVER = ("format", "formats", "verbose")
"""Keys that a file may have and that do not change what is found."""
_KNOWN = (*KEYS, "override", *PASSED_OVER)
# Environment variable to key.
_VARIABLES = {pair[1]: pair[0] for option in TABLE if (pair := option.hadolint) and pair[1]}
_OVERRIDE = "HADOLINT_OVERRIDE_"
_TRUE = TRUE | {"y"}


def options_of_text(text: str, path: str) -> dict[str, Any]:
    """The options that a ``.hadolint.yaml`` sets, by our names.  Raises ConfigError with the line."""
    return options_of_mapping(read_yaml(text, path), text, path)


def read_yaml(text: str, path: str) -> dict[str, Any]:
    """A configuration file as a mapping.  Raises ConfigError."""
    if text.lstrip().startswith("{"):
        import json

        try:
            settings = json.loads(text)
            return settings if isinstance(settings, dict) else {}
        except ValueError:
            pass  # YAML may begin with a brace as well
        except RecursionError:
            raise ConfigError(path, 0, "is nested too deeply to read") from None
    import yaml  # perf: 20 ms, only where there is such a file

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        settings = yaml.load(text, loader)  # a safe loader either way
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
        line = mark.line + 1 if mark else 0
        raise ConfigError(path, line, f"is not valid YAML: {problem}") from None
    if settings is None:
        return {}
    if not isinstance(settings, dict):
        raise ConfigError(path, 1, "is not a mapping of options")
    return settings


def options_of_mapping(settings: Mapping[str, Any], text: str, path: str) -> dict[str, Any]:
    """The options that the file's keys stand for; ``lenient`` accepts codes that we do not know."""
    reader = SectionReader(path, text, "")
    out: dict[str, Any] = {"lenient": True}
    for key, value in settings.items():
        name = str(key)
        if name not in _KNOWN:
            hint = did_you_mean(name, _KNOWN) or "; hadolint has no such option"
            raise reader.error(name, f"unknown option '{name}'{hint}")
        if value is None:
            continue
        try:
            _take(name, value, out)
        except ValueError as error:
            ours = dashed(KEYS.get(name, name))
            message = str(error).replace(f"option '{ours}'", f"option '{name}'")
            raise reader.error(name, message) from None
    return out


def _take(key: str, value: Any, out: dict[str, Any]) -> None:
    """Add the option that a key and its value stand for."""
    if key == "override":
        out["severity"] = overrides(value)
        return
    option = KEYS.get(key)
    if option is None:
        return
    if option == "label_schema" and isinstance(value, dict):
        value = {label: kind or "text" for label, kind in value.items()}  # as hadolint reads ""
    if option == "failure_threshold":
        level = value.lower() if isinstance(value, str) else repr(value)
        value = "none" if level == "ignore" else level
    out[option] = check_value(option, convert(option, value))


def overrides(value: Any) -> dict[str, str]:
    """Severities by code; where a code has several, the highest counts."""
    if not isinstance(value, dict):
        raise ValueError(f"option 'override' takes a mapping of severities to lists, not {value!r}")
    out: dict[str, str] = {}
    for level in value:
        if level not in LEVELS:
            hint = did_you_mean(str(level), LEVELS)
            raise ValueError(f"unknown severity '{level}' in override{hint}")
    for level in LEVELS:  # the highest first, and later ones do not replace it
        for code in convert("ignore", value.get(level) or []):
            out.setdefault(code, level)
    return out


def options_of_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """The options that hadolint's environment variables set, by our names.  Raises ConfigError."""
    out: dict[str, Any] = {}
    levels: dict[str, list[str]] = {}
    for name, value in environment.items():
        if not name.startswith("HADOLINT_") or not value.strip():
            continue
        if name.startswith(_OVERRIDE):
            levels[name[len(_OVERRIDE) :].lower()] = [
                one.strip() for one in value.split(",") if one.strip()
            ]
            continue
        key = _VARIABLES.get(name)
        if key is None:
            continue  # about its output, or of another program
        try:
            _take(key, _typed(key, value), out)
        except ValueError as error:
            raise ConfigError("", 0, f"{name}: {error}") from None
    if levels:
        try:
            out["severity"] = overrides(levels)
        except ValueError as error:
            raise ConfigError("", 0, f"{_OVERRIDE}…: {error}") from None
    return out


def _typed(key: str, value: str) -> Any:
    """A variable's text as the value that the key would have in the file."""
    kind = OPTIONS[KEYS[key]].kind
    if kind == "flag":
        return value.strip().lower() in _TRUE
    if kind == "pairs":
        pairs = (one.partition(":") for one in value.split(",") if one.strip())
        return {label.strip(): type_.strip() or "text" for label, _, type_ in pairs}
    return (
        value.strip()
        if kind == "choice"
        else [one.strip() for one in value.split(",") if one.strip()]
    )


def merge_environment(environment: Mapping[str, Any], file: Mapping[str, Any]) -> dict[str, Any]:
    """Both together: the file beats the environment, and lists and mappings add up."""
    out = {**environment, **file}
    for name in environment.keys() & file.keys():
        if name == "severity":
            out[name] = _higher_of_both(environment[name], file[name])
        elif isinstance(file[name], list):
            out[name] = [*environment[name], *file[name]]
        elif isinstance(file[name], dict):
            out[name] = {**environment[name], **file[name]}
    return out


def _higher_of_both(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    """Severities by code; where both have one, the higher counts."""
    both = (one, other)
    return {
        code: min((levels[code] for levels in both if code in levels), key=LEVELS.index)
        for code in {**one, **other}
    }
