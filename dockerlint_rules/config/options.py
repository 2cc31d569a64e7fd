"""The option table, the only source of everything that other modules know about an option.

The command line, the configuration readers, hadolint's settings, the names that plugins may not take, the JSON
schema, the editor's settings and ``docs/configuration.md`` all read :data:`TABLE`.
"""

from __future__ import annotations

from dockerlint_rules.findings.finding import SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LABEL_TYPES = ("text", "url", "semver", "hash", "rfc3339", "spdx", "email")
PROFILES = ("elastic-beanstalk", "compose", "kubernetes")
LEVELS = SEVERITIES

# Group and its heading in --help and in docs/configuration.md.
GROUPS = (
    ("rules", "rules"),
    ("files", "files"),
    ("output", "output"),
    ("fixes", "fixes"),
    ("config", "configuration and plugins"),
    ("build", "build"),
    ("run", "running"),
)

# Each row (perf: tuples of constants are loaded with the byte code):
#   name     with underscores, as the attribute of Options
#   kind     which converter of config/values.py reads it:
#            flag, count, text, date, choice, list, pairs, arguments, files, or folder and file (paths)
#   default  the value if none is given
#   group    one of GROUPS
#   where    who may give it: C command line, F configuration file, E editor
#   metavar  the placeholder in --help; empty for a flag
#   short    its short flag on the command line, or empty
#   help     one line
#   more     pairs of what only some options have:
#            choices   the values of a choice
#            values    what the right side of each pair is called in errors, and the values that it may have
#            adds      the command line adds to what the configuration says instead of replacing it
#            below     in a configuration file: only a path below the directory of that file; in an editor: only one in
#                      the workspace
#            hadolint  key in .hadolint.yaml, environment variable
_ROWS: tuple[tuple[Any, ...], ...] = (
    ("select", "list", None, "rules", "CFE", "CODES", "",
     "run only these rules: codes, prefixes, names, aliases or ALL", ()),
    ("extend_select", "list", [], "rules", "CFE", "CODES", "", "run these rules in addition to the selected ones", ()),
    ("ignore", "list", [], "rules", "CFE", "CODES", "", "skip these rules",
     (("adds", True), ("hadolint", ("ignored", "HADOLINT_IGNORE")))),
    ("extend_ignore", "list", [], "rules", "CFE", "CODES", "", "same as ignore, for flake8 users", (("adds", True),)),
    ("per_file_ignores", "files", [], "rules", "CFE", "PATTERN:CODES", "", "skip rules in files that match a pattern",
     (("adds", True),)),
    ("severity", "pairs", {}, "rules", "CFE", "CODE=LEVEL", "",
     "change the severity of a rule (error, warning, info or style)",
     (("values", ("severity '{}' for {}", LEVELS)),)),
    ("profile", "choice", None, "rules", "CFE", "NAME", "",
     "enable the rules of a platform: elastic-beanstalk, compose or kubernetes", (("choices", PROFILES),)),
    ("preview", "flag", False, "rules", "CFE", "", "", "enable rules that are still in preview", ()),
    ("trusted_registries", "list", [], "rules", "FE", "NAMES", "", "registries that base images may come from",
     (("hadolint", ("trustedRegistries", "HADOLINT_TRUSTED_REGISTRIES")),)),
    ("label_schema", "pairs", {}, "rules", "FE", "LABEL=TYPE", "",
     "labels that the image must have, with their types: " + ", ".join(LABEL_TYPES),
     (("values", ("type '{}' for label {}", LABEL_TYPES)), ("hadolint", ("label-schema", "HADOLINT_REQUIRE_LABELS")))),
    ("strict_labels", "flag", False, "rules", "FE", "", "", "allow only the labels of label-schema",
     (("hadolint", ("strict-labels", "HADOLINT_STRICT_LABELS")),)),
    ("disable_ignore_pragmas", "flag", False, "rules", "FE", "", "", "do not honor ignore comments",
     (("hadolint", ("disable-ignore-pragma", "HADOLINT_DISABLE_IGNORE_PRAGMA")),)),

    ("exclude", "list", [], "files", "CFE", "PATTERNS", "", "files and directories to skip when searching", ()),
    ("force_exclude", "flag", False, "files", "CF", "", "",
     "skip excluded files even when they are named on the command line", ()),
    ("baseline", "file", None, "files", "CF", "FILE", "", "hide the findings recorded in FILE by 'dockerlint baseline'",
     (("below", True),)),
    ("stdin_filename", "text", None, "files", "C", "NAME", "", "file name to report for standard input", ()),

    ("format", "choice", "default", "output", "CF", "FORMAT", "-f",
     "report format: default, pre-commit, json, sarif, github, gitlab, checkstyle, junit, or a plugin's format", ()),
    ("output_file", "file", None, "output", "C", "FILE", "", "write the report to FILE", ()),
    ("show_source", "flag", False, "output", "CF", "", "", "show the source of each finding, underlined", ()),
    ("statistics", "flag", False, "output", "CF", "", "", "print the number of findings per rule at the end", ()),
    ("quiet", "flag", False, "output", "CF", "", "-q", "print no summary and no progress bar", ()),
    ("no_color", "flag", False, "output", "CF", "", "", "never use colors", (("hadolint", ("no-color", "")),)),
    ("failure_threshold", "choice", "warning", "output", "CF", "LEVEL", "",
     "lowest severity that makes the run fail: error, warning, info, style or none (default: warning)",
     (("choices", (*LEVELS, "none")), ("hadolint", ("failure-threshold", "HADOLINT_FAILURE_THRESHOLD")))),
    ("exit_zero", "flag", False, "output", "CF", "", "", "exit with 0 even when there are findings",
     (("hadolint", ("no-fail", "HADOLINT_NOFAIL")),)),

    ("fix", "flag", False, "fixes", "C", "", "", "apply safe fixes: those that do not change the image", ()),
    ("unsafe_fixes", "flag", False, "fixes", "C", "", "",
     "with --fix or --diff: include fixes that may change the image", ()),
    ("diff", "flag", False, "fixes", "C", "", "", "show the fixes as a diff and write nothing", ()),

    ("config", "file", None, "config", "C", "FILE", "", "read this configuration file instead of the nearest one", ()),
    ("isolated", "flag", False, "config", "C", "", "", "ignore all configuration files", ()),
    ("local_plugins", "flag", False, "config", "C", "", "",
     "load the local plugins that the configuration file names (runs code from the linted tree)", ()),
    ("require_plugins", "list", [], "config", "CF", "NAMES", "",
     "fail unless these plugins are installed, for example 'dockerlint-acme>=1.2'", ()),
    ("enable_extensions", "list", [], "config", "CFE", "NAMES", "", "enable plugins that are off by default", ()),
    ("plugin_errors", "choice", "fail", "config", "CF", "ACTION", "",
     "what to do when a plugin cannot be loaded: fail (default) or warn", (("choices", ("fail", "warn")),)),

    ("context", "folder", None, "build", "CFE", "DIR", "",
     "build context (default: the Dockerfile's directory)", (("below", True),)),
    ("build_arg", "arguments", {}, "build", "CFE", "NAME=VALUE", "", "set a build argument", ()),
    ("target", "text", None, "build", "CFE", "STAGE", "", "stage to build (default: the last one)", ()),
    ("platform", "text", "linux/amd64", "build", "CFE", "PLATFORM", "",
     "platform to build for (default: linux/amd64)", ()),

    ("jobs", "count", 0, "run", "C", "N", "-j",
     "number of processes (default: one per CPU core, at most four per core)", ()),
    ("no_cache", "flag", False, "run", "CF", "", "",
     "do not use cached results (no effect: results are not cached yet)", ()),
    ("no_shellcheck", "flag", False, "run", "CFE", "", "", "do not run ShellCheck on the scripts in RUN", ()),
    ("today", "date", None, "run", "CFE", "DATE", "",
     "date to use for end-of-life checks (YYYY-MM-DD, default: today)", ()),
    ("verbose", "flag", False, "run", "CF", "", "-v", "show the tracebacks of rules and plugins that fail", ()),
)  # fmt: skip

COMMAND_LINE, FILE, EDITOR = "C", "F", "E"
"""Who may set an option: the letters of the column ``where``."""


class Option:
    """One row of the table."""

    __slots__ = (
        "adds", "below", "choices", "default", "group", "hadolint", "help", "kind", "metavar", "name", "short",
        "values",
        "where",
    )  # fmt: skip

    if TYPE_CHECKING:
        name: str
        kind: str
        default: Any
        group: str
        where: str
        metavar: str
        short: str
        help: str
        choices: tuple[str, ...]
        values: tuple[str, tuple[str, ...]] | None
        adds: bool
        below: bool
        hadolint: tuple[str, str] | None

    def __init__(self, row: tuple[Any, ...]) -> None:
        (
            self.name,
            self.kind,
            self.default,
            self.group,
            self.where,
            self.metavar,
            self.short,
            self.help,
            pairs,
        ) = row
        more = dict(pairs)
        self.choices = more.get("choices", ())
        self.values = more.get("values")
        self.adds = more.get("adds", False)
        self.below = more.get("below", False)
        self.hadolint = more.get("hadolint")

    @property
    def dashed(self) -> str:
        """The name as a person writes it."""
        return dashed(self.name)

    def may_be_set_by(self, who: str) -> bool:
        """Whether the command line, a configuration file or the editor may set it."""
        return who in self.where


TABLE = tuple(map(Option, _ROWS))
"""Every option, in the order of ``--help``."""
OPTIONS = {option.name: option for option in TABLE}
"""The options by name."""


def dashed(name: str) -> str:
    """An option's name as a person writes it."""
    return name.replace("_", "-")


class Options:
    """The value of every option; *root* is the directory of the configuration file.

    *plugin_values* are the values of plugins' options: what the configuration says, and what the command line says.
    Plugins keep the values of their options, and what they derive from them, as attributes of their own.
    """

    __slots__ = ("__dict__", *OPTIONS, "plugin_values", "root")

    if TYPE_CHECKING:
        select: list[str] | None
        extend_select: list[str]
        ignore: list[str]
        extend_ignore: list[str]
        per_file_ignores: list[tuple[str, list[str]]]
        severity: dict[str, str]
        profile: str | None
        preview: bool
        trusted_registries: list[str]
        label_schema: dict[str, str]
        strict_labels: bool
        disable_ignore_pragmas: bool
        exclude: list[str]
        force_exclude: bool
        baseline: str | None
        stdin_filename: str | None
        format: str
        output_file: str | None
        show_source: bool
        statistics: bool
        quiet: bool
        no_color: bool
        failure_threshold: str
        exit_zero: bool
        fix: bool
        unsafe_fixes: bool
        diff: bool
        config: str | None
        isolated: bool
        local_plugins: bool
        require_plugins: list[str]
        enable_extensions: list[str]
        plugin_errors: str
        context: str | None
        build_arg: dict[str, str]
        target: str | None
        platform: str
        jobs: int
        no_cache: bool
        no_shellcheck: bool
        today: str | None
        verbose: bool
        plugin_values: tuple[dict[str, Any], dict[str, Any]]
        root: str | None

    def __init__(self, **values: Any) -> None:
        for name, option in OPTIONS.items():
            if name not in values:
                default = option.default
                # Lists and mappings are copied, so that no two sets of options share one.
                values[name] = default.copy() if isinstance(default, list | dict) else default
        values.setdefault("root", None)
        values.setdefault("plugin_values", ({}, {}))
        for name, value in values.items():
            setattr(self, name, value)
