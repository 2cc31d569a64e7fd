"""What is generated from the option table: a JSON schema, the settings of the VS Code extension, a page of the docs.

Only the generator of documents and tests import this.
"""

from __future__ import annotations

import json
import re

from dockerlint_rules.config.editor import OWN
from dockerlint_rules.config.options import COMMAND_LINE, EDITOR, FILE, GROUPS, TABLE
from dockerlint_rules.config.values import choices_of
from dockerlint_rules.formats import BUILT_IN
from dockerlint_rules.version import HOME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Any

    from dockerlint_rules.config.options import Option

    Schema = dict[str, Any]

_STRINGS: Schema = {"type": "array", "items": {"type": "string"}}
_LOCAL_PLUGINS: Schema = {
    "description": "Plugins in the linted tree, which run only with --local-plugins.",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "extension": {"anyOf": [_STRINGS, {"type": "object", "additionalProperties": {"type": "string"}}]},
        "report": {"anyOf": [_STRINGS, {"type": "object", "additionalProperties": {"type": "string"}}]},
        "paths": _STRINGS,
    },
}  # fmt: skip


def sentence(option: Option) -> str:
    """An option's help as a sentence."""
    return f"{option.help[0].upper()}{option.help[1:]}."


def _choices(option: Option) -> list[str]:
    """The values of a choice; formats of plugins that happen to be installed are left out."""
    return [one for one in choices_of(option.name) if option.name != "format" or one in BUILT_IN]


def _type(option: Option) -> Schema:
    """The values that an option takes in TOML and JSON."""
    kind = option.kind
    if kind == "flag":
        return {"type": "boolean"}
    if kind == "count":
        return {"type": "integer", "minimum": 0}
    if kind == "choice":
        known: Schema = {"enum": _choices(option)}
        return {"anyOf": [known, {"type": "string"}]} if option.name == "format" else known
    if kind == "list":
        return {"anyOf": [_STRINGS, {"type": "string"}]}
    if kind == "files":
        codes: Schema = {"anyOf": [_STRINGS, {"type": "string"}]}
        return {"anyOf": [{"type": "object", "additionalProperties": codes}, _STRINGS]}
    if kind in ("pairs", "arguments"):
        value: Schema = {"enum": list(option.values[1])} if option.values else {"type": "string"}
        return {"anyOf": [{"type": "object", "additionalProperties": value}, _STRINGS]}
    return {"type": "string", "format": "date"} if kind == "date" else {"type": "string"}


def json_schema() -> Schema:
    """The schema of ``[tool.dockerlint]`` in ``pyproject.toml``."""
    properties: Schema = {}
    for option in TABLE:
        if option.may_be_set_by(FILE):
            properties[option.dashed] = {"description": sentence(option), **_type(option)}
            if option.default not in (None, [], {}):
                properties[option.dashed]["default"] = option.default
    properties["local-plugins"] = _LOCAL_PLUGINS
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "dockerlint",
        "description": f"Configuration of dockerlint: {HOME}",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def editor_properties() -> Schema:
    """The settings of the VS Code extension, as its ``package.json`` declares them."""
    properties: Schema = {
        "dockerlint.path": {
            # A workspace could name a program of its own.
            "type": "string", "default": "dockerlint", "scope": "machine",
            "description": "Command that starts dockerlint. A workspace cannot set it.",
        },
    }  # fmt: skip
    for option in TABLE:
        if option.may_be_set_by(EDITOR):
            setting = {**_editor_type(option), "default": None, "description": sentence(option)}
            properties[f"dockerlint.{option.dashed}"] = setting
    for name, description in OWN:
        setting = {"type": "boolean", "default": True, "description": description}
        properties[f"dockerlint.{name}"] = setting
    return properties


def _editor_type(option: Option) -> Schema:
    """A type that the settings editor of VS Code can show; null leaves the option to the configuration file."""
    if option.kind == "flag":
        return {"type": ["boolean", "null"]}
    if option.kind == "choice":
        return {"type": ["string", "null"], "enum": [*_choices(option), None]}
    if option.kind in ("list", "files", "pairs", "arguments"):
        return {"type": ["array", "null"], "items": {"type": "string"}}
    return {"type": ["string", "null"]}


def editor_setting_names() -> list[str]:
    """The names of the settings that the extension passes to the server."""
    names = [option.dashed for option in TABLE if option.may_be_set_by(EDITOR)]
    return [*names, *(name for name, _ in OWN)]


_PAGE = """\
# Configuration

dockerlint needs no configuration. To change what it does, set options on the command line, in a configuration file or
in the editor. This page lists every option; `python docs/generate.py` writes it from the option table in
`dockerlint_rules/config/options.py`.

## Configuration files

For each linted file, dockerlint uses the nearest configuration: it looks in the file's directory, then in each
directory above. In each directory it takes the first of these files that has a section for dockerlint:

1. `.dockerlint`, section `[dockerlint]`
2. `setup.cfg`, section `[dockerlint]`
3. `tox.ini`, section `[dockerlint]`
4. `pyproject.toml`, table `[tool.dockerlint]`

If there is none, the nearest `.hadolint.yaml` or `.hadolint.yml` applies: see [hadolint.md](hadolint.md).

```ini
[dockerlint]
extend-select = DF211
ignore =
    DF206,
    DF502  # images run as root on purpose
per-file-ignores =
    test/*: DF102
severity = DF230=error
```

```toml
[tool.dockerlint]
extend-select = ["DF211"]
ignore = ["DF206", "DF502"]
severity = {DF230 = "error"}

[tool.dockerlint.per-file-ignores]
"test/*" = ["DF102"]
```

The command line overrides the file, and the file overrides the defaults. `ignore`, `extend-ignore`,
`per-file-ignores` and options with pairs (`severity`, `build-arg`) add up. `--config FILE` reads FILE instead of the
nearest configuration, and `--isolated` reads none. Unknown options and values are errors. What concerns the whole run,
such as `format`, `exclude`, `baseline` and `failure-threshold`, comes from the configuration of the first path on the
command line.

[dockerlint.schema.json](dockerlint.schema.json) is a JSON schema of `[tool.dockerlint]` for editors. It knows
dockerlint's own options, not those that plugins add.

A configuration that exists and cannot be understood is an error with its file and line, and the exit status is 2: a
heading that is nearly right (`[Dockerlint]`, `[tool.dockerlint]` in an INI file), an option that is set twice, a wrong
type, text that is not UTF-8, a file that is not a regular file or is larger than 1 MiB, an option with more than 1,000
values (10,000 for rules). The files that another configuration applies to are linted all the same.

The search goes up to the root of the file system, as for an editor or a formatter, so a configuration above the
folders that you name applies too. It is trusted no more than one inside. A symbolic link is followed if it stays in
its repository (without one: in the current directory); if it leads elsewhere, that is an error.

## What a configuration file may not do

A configuration file belongs to the linted tree, so someone else may have written it. It chooses rules, severities and
files; it cannot apply fixes, write files, load plugins from the tree, read the environment or set the number of
processes. These options can only be given on the command line: {only_command_line}.
In a configuration file, each of them is ignored with a warning. There, {paths} must be inside the directory
of the configuration file (with `--config FILE`, they may also be inside the current directory), and a `build-arg`
needs a value. So must the paths of plugins' options that ask for absolute paths.

Editor settings may be part of a workspace, so they are trusted no more. They set some of the options that a file sets,
a path must be inside the workspace folder, and the setting `dockerlint.path` of VS Code only counts in the user's own
settings.

The plugins in `[dockerlint:local-plugins]` run only with `--local-plugins`: see [plugins.md](plugins.md).

What a configuration may do is enough to hide every finding: `ignore = ALL`, `exclude`, `per-file-ignores`, a
`baseline`, `exit-zero`, `failure-threshold = none`, and ignore comments in the files themselves. That is what
configuration is for, and a reviewer sees it in the diff. Where a pull request must not decide what is checked, run
dockerlint with `--isolated`, or with `--config` and a file that does not come from the pull request;
`disable-ignore-pragmas = true` in that file turns the comments off.

## Options

The columns show where an option can be set, and what it may then be. Its name is the same everywhere: `--target` on the
command line is `target` in a file and `dockerlint.target` in the settings of VS Code.
"""


def configuration_page() -> str:
    """``docs/configuration.md``."""
    groups = {
        "{only_command_line}": [one for one in TABLE if one.where == COMMAND_LINE],
        "{paths}": [one for one in TABLE if one.below],
    }
    text = _PAGE
    for mark, options in groups.items():
        names = [f"`{one.dashed}`" for one in options]
        text = text.replace(mark, f"{', '.join(names[:-1])} and {names[-1]}")
    for group, title in GROUPS:
        rows = [_table_row(option) for option in TABLE if option.group == group]
        head = ["option", "value", "default", "command line", "file", "editor", ""]
        text += f"\n### {title[0].upper()}{title[1:]}\n\n{_line(head)}{_line(['---'] * 7)}{''.join(rows)}"
    return text


def _table_row(option: Option) -> str:
    flags = f"`--{option.dashed}`" + (f", `{option.short}`" if option.short else "")
    cells = [
        f"`{option.dashed}`",
        _value(option),
        _default(option),
        flags if option.may_be_set_by(COMMAND_LINE) else "",
        _how(option, FILE, "its directory"),
        _how(option, EDITOR, "the workspace"),
        sentence(option),
    ]
    return _line(cells)


def _how(option: Option, who: str, place: str) -> str:
    """Whether a file or an editor may set an option, and what it may then be."""
    if not option.may_be_set_by(who):
        return ""
    if option.below:
        return f"inside {place}"
    return "with a value" if option.kind == "arguments" else "yes"


def _value(option: Option) -> str:
    words = {
        "flag": "true or false",
        "count": "number",
        "list": f"list of {option.metavar.lower()}",
        "date": "date",
        "choice": option.metavar.lower(),
        "files": f"list of `{option.metavar}`",
        "pairs": f"list of `{option.metavar}`",
        "arguments": f"list of `{option.metavar}`",
    }
    return words.get(option.kind, option.metavar.lower())


def _default(option: Option) -> str:
    if option.kind == "flag":
        return str(option.default).lower()
    return f"`{option.default}`" if option.default else ""


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def generated_files(root: Path) -> dict[Path, str]:
    """Path to text of every file below *root* that the option table generates, or generates a part of."""
    vscode = root / "editors" / "vscode"
    package = (vscode / "package.json").read_text(encoding="utf-8")
    script = (vscode / "extension.js").read_text(encoding="utf-8")
    names = ", ".join(json.dumps(name) for name in editor_setting_names())
    lines = (
        f"        {json.dumps(name)}: {json.dumps(setting)}"
        for name, setting in editor_properties().items()
    )
    properties = '      "properties": {\n' + ",\n".join(lines) + "\n      }\n"
    return {
        root / "docs" / "configuration.md": configuration_page(),
        root / "docs" / "dockerlint.schema.json": json.dumps(json_schema(), indent=2) + "\n",
        vscode / "package.json": _replace(
            package, r' {6}"properties": \{\n.*?\n {6}\}\n', properties
        ),
        vscode / "extension.js": _replace(
            script, r"const SETTINGS = \[.*?\];", f"const SETTINGS = [{names}];"
        ),
    }


def _replace(text: str, pattern: str, new: str) -> str:
    """The text with the one part that the pattern matches replaced."""
    replaced, count = re.subn(pattern, lambda _: new, text, flags=re.S)
    if count != 1:
        raise ValueError(f"{pattern} matches {count} times, not once")
    return replaced
