"""hadolint's settings as ours: its configuration file and its environment variables."""

from __future__ import annotations

from dockerlint_rules.config import LEVELS, ConfigError, Reader, check_value, convert, suggestion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

# Keys that are options of ours under another name.
SAME = {
    "ignored": "ignore",
    "trustedRegistries": "trusted_registries",
    "label-schema": "label_schema",
    "strict-labels": "strict_labels",
    "no-fail": "exit_zero",
    "no-color": "no_color",
    "disable-ignore-pragma": "disable_ignore_pragmas",
}
# Keys that a file may have and that say nothing about what is found.
PASSED_OVER = ("format", "formats", "verbose")
_OTHERS = ("override", "failure-threshold", *PASSED_OVER)
_TRUE = frozenset({"1", "y", "on", "true", "yes"})
# Environment variable to key; lists are parted by commas.
_VARIABLES = {
    "HADOLINT_IGNORE": "ignored",
    "HADOLINT_TRUSTED_REGISTRIES": "trustedRegistries",
    "HADOLINT_REQUIRE_LABELS": "label-schema",
    "HADOLINT_STRICT_LABELS": "strict-labels",
    "HADOLINT_DISABLE_IGNORE_PRAGMA": "disable-ignore-pragma",
    "HADOLINT_FAILURE_THRESHOLD": "failure-threshold",
    "HADOLINT_NOFAIL": "no-fail",
}
_OVERRIDE = "HADOLINT_OVERRIDE_"


def from_text(text: str, path: str) -> dict[str, Any]:
    """The options that a ``.hadolint.yaml`` sets, by our names.  Raises ConfigError with the line."""
    return from_mapping(read_yaml(text, path), text, path)


def read_yaml(text: str, path: str) -> dict[str, Any]:
    """A configuration file as a mapping.  Raises ConfigError."""
    if text.lstrip().startswith("{"):
        import json

        try:
            said = json.loads(text)
            return said if isinstance(said, dict) else {}
        except ValueError:
            pass  # YAML's own braces
        except RecursionError:
            raise ConfigError(path, 0, "is nested too deeply to be read") from None
    import yaml  # perf: 20 ms, only where there is such a file

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        said = yaml.load(text, loader)  # a safe loader either way
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
        raise ConfigError(path, mark.line + 1 if mark else 0, f"is not YAML: {problem}") from None
    if said is None:
        return {}
    if not isinstance(said, dict):
        raise ConfigError(path, 1, "is not a mapping of options")
    return said


def from_mapping(said: Mapping[str, Any], text: str, path: str) -> dict[str, Any]:
    """What the keys of the file mean for us; ``lenient`` lets codes pass that we do not know."""
    reader = Reader(path, text, "")
    out: dict[str, Any] = {"lenient": True}
    key = ""
    try:
        for key, value in said.items():
            name = str(key)
            if name not in SAME and name not in _OTHERS:
                hint = suggestion(name, [*SAME, *_OTHERS])
                raise ValueError(
                    f"unknown option '{name}'{hint or '; hadolint has no such option'}"
                )
            if value is not None:
                _take(name, value, out)
    except ValueError as error:
        ours = SAME.get(str(key), str(key)).replace("_", "-")
        message = str(error).replace(f"option '{ours}'", f"option '{key}'")
        raise reader.error(str(key), message) from None
    return out


def _take(key: str, value: Any, out: dict[str, Any]) -> None:
    if key in SAME:
        if key == "label-schema" and isinstance(value, dict):
            value = {label: kind or "text" for label, kind in value.items()}  # as hadolint reads ""
        out[SAME[key]] = check_value(SAME[key], convert(SAME[key], value))
    elif key == "failure-threshold":
        level = value if isinstance(value, str) else repr(value)
        level = "none" if level.lower() in ("ignore", "none") else level.lower()
        out["failure_threshold"] = check_value("failure_threshold", level)
    elif key == "override":
        out["severity"] = overrides(value)


def overrides(value: Any) -> dict[str, str]:
    """Severities by code; of several the highest stays."""
    if not isinstance(value, dict):
        raise ValueError(f"option 'override' takes a mapping of severities to lists, not {value!r}")
    out: dict[str, str] = {}
    for level in value:
        if level not in LEVELS:
            raise ValueError(
                f"unknown severity '{level}' in override{suggestion(str(level), LEVELS)}"
            )
    for level in LEVELS:  # the highest first, and it stays
        for code in convert("ignore", value.get(level) or []):
            out.setdefault(code, level)
    return out


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
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
            continue  # of its output, or of another program
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
    if key in ("strict-labels", "disable-ignore-pragma", "no-fail"):
        return value.strip().lower() in _TRUE
    if key == "label-schema":
        pairs = (one.partition(":") for one in value.split(",") if one.strip())
        return {label.strip(): kind.strip() or "text" for label, _, kind in pairs}
    if key == "failure-threshold":
        return value.strip()
    return [one.strip() for one in value.split(",") if one.strip()]


def beside(environment: Mapping[str, Any], file: Mapping[str, Any]) -> dict[str, Any]:
    """Both together: the file beats the environment, and lists and mappings add up."""
    out = {**environment, **file}
    for name in ("ignore", "trusted_registries"):
        if name in environment and name in file:
            out[name] = [*environment[name], *file[name]]
    if "label_schema" in environment and "label_schema" in file:
        out["label_schema"] = {**environment["label_schema"], **file["label_schema"]}
    if "severity" in environment and "severity" in file:
        both = [environment["severity"], file["severity"]]
        out["severity"] = {
            code: min((one[code] for one in both if code in one), key=LEVELS.index)
            for code in {**both[0], **both[1]}
        }
    return out
