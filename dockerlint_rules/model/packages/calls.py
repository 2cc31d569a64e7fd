"""Package-manager calls: which tool does what to which packages.

``call_reader`` makes them from shell commands. The command lines of the tools are described by data:
``knowledge/tables/package_managers.toml``.
"""

from __future__ import annotations

from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockerlint_rules.knowledge.package_manager_records import Manager
    from dockerlint_rules.syntax.shell.command import Command, ShellWord

# Values of apt's options.  Source: apt.conf(5).
APT_TRUE = frozenset({"true", "yes", "on", "with", "enable", "1"})
APT_FALSE = frozenset({"false", "no", "off", "without", "disable", "0"})

# Families of package managers that install packages of a distribution.
SYSTEM_MANAGERS = ("apt", "apk", "rpm", "zypper", "pacman")
# Actions that look packages up in the package index.
ACTIONS_WITH_INDEX = frozenset({"install", "upgrade", "dist-upgrade", "build-dep", "download"})


class Package:
    """A package, or something else that a package-manager call names.

    ``kind``: "package"; "file" (an archive), "path" (a directory), "url" (version control too); "requirements" or
    "constraints" (a file that lists packages); "variable" (the word consists of variables).
    ``qualifier``: extras of pip, architecture of apt, pinned repository of apk, channel of conda.
    ``separator``: the text before ``version`` ("=", ">=", "@"); "" if a flag gives the version.
    """

    __slots__ = ("kind", "name", "qualifier", "separator", "version", "word")

    def __init__(
        self,
        name: str,
        word: ShellWord,
        kind: str = "package",
        version: str | None = None,
        separator: str = "",
        qualifier: str = "",
    ) -> None:
        self.name = name
        self.word = word
        self.kind = kind
        self.version = version
        self.separator = separator
        self.qualifier = qualifier

    @property
    def start(self) -> int:
        """Offset where the word begins."""
        return self.word.start

    @property
    def end(self) -> int:
        """Offset after the word."""
        return self.word.end

    def __repr__(self) -> str:
        return f"Package({self.name!r}, {self.kind!r}, {self.version!r})"


class PackageCall:
    """One call of a package manager.

    ``tool`` is the program ("apt-get", "pip" for ``python -m pip``, "micromamba").  ``action`` is the canonical
    action, or the word itself if the table does not have it.  ``action_word`` is the (last) word of the action, None if
    there is none.  ``files`` are the requirements and constraints files. ``packages`` is everything else, and the
    requirements files.
    """

    __slots__ = (
        "action",
        "action_word",
        "command",
        "files",
        "flags",
        "manager",
        "packages",
        "tool",
        "words",
    )

    def __init__(
        self, manager: Manager, tool: str, action: str, action_word: ShellWord | None
    ) -> None:
        self.manager = manager
        self.tool = tool
        self.action = action
        self.action_word = action_word
        self.packages: list[Package] = []
        self.files: list[Package] = []
        self.flags: list[tuple[str, str | None, ShellWord]] = []

    command: Command
    words: Sequence[ShellWord]

    @property
    def start(self) -> int:
        """Offset of the program's word."""
        return self.words[0].start

    @property
    def end(self) -> int:
        """Offset after the last word."""
        return self.words[-1].end

    @property
    def head(self) -> Span:
        """From the program to the action word: ``pip install``."""
        word = self.action_word
        return Span(self.start, word.end if word else self.command.words[0].end)

    @property
    def family(self) -> str:
        """Family of the manager: "apt", "apk", "rpm", "pip", …"""
        return self.manager.family

    def has_flag(self, *names: str) -> bool:
        """Whether the call has one of these flags, also in a cluster such as ``-qy``."""
        return any(name in names for name, _, _ in self.flags)

    def flag(self, *names: str) -> ShellWord | None:
        """Give the word of the first of these flags."""
        return next((word for name, _, word in self.flags if name in names), None)

    def value_of(self, *names: str) -> str | None:
        """Give the value of the first of these flags that has one."""
        for name, value, _ in self.flags:
            if name in names and value is not None:
                return value
        return None

    @property
    def assumes_yes(self) -> bool:
        """Whether the call answers yes to all questions (``-y``, ``-qq``, ``Assume-Yes=true``)."""
        if self.has_flag(*self.manager.yes):
            return True
        quiet = self.manager.quiet_yes
        if quiet:
            # apt-get(8): -qq implies -y; -q=2 is the same.
            count = sum(name in (quiet, "--quiet") for name, _, _ in self.flags)
            if count > 1 or self.value_of(quiet, "--quiet") == "2":
                return True
        return self.option("APT::Get::Assume-Yes") in APT_TRUE

    def option(self, name: str) -> str | None:
        """Give the value of an option of apt that ``-o NAME=VALUE`` sets. Names ignore case."""
        if self.family != "apt":
            return None
        for flag, value, _ in self.flags:
            if flag in ("-o", "--option") and value is not None:
                key, equals, setting = value.partition("=")
                if equals and key.lower() == name.lower():
                    return setting.lower()
        return None

    @property
    def skips_cache(self) -> bool:
        """Whether a flag keeps downloads out of the layer (``--no-cache``, ``--no-cache-dir``)."""
        return self.has_flag(*self.manager.no_cache)

    def __repr__(self) -> str:
        return f"PackageCall({self.tool!r}, {self.action!r}, {self.packages!r})"
