"""Reads package-manager calls: from the words of a command to action, packages, versions and flags."""

from __future__ import annotations

from dockerlint_rules import knowledge
from dockerlint_rules.model.packages.calls import Package, PackageCall
from dockerlint_rules.model.packages.package_names import (
    PEP_508_FAMILIES,
    find_outside_variables,
    is_only_variables,
    is_version,
    kind_of_operand,
    kind_of_source,
    split_outside_variables,
    split_qualifier,
    start_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockerlint_rules.knowledge.package_manager_records import Manager
    from dockerlint_rules.syntax.dockerfile.instructions import Program
    from dockerlint_rules.syntax.shell.command import Command, ShellWord


def calls_of(command: Command) -> list[PackageCall]:
    """Read the package-manager calls of a command: none, one, or also the one inside ``poetry run``."""
    calls: list[PackageCall] | None = command.package_calls
    if calls is None:
        calls = command.package_calls = list(_calls(command, command.name, command.words))
    return calls


def calls_in(run: Program) -> list[PackageCall]:
    """Read the package-manager calls of all commands of a RUN, in order."""
    calls: list[PackageCall] | None = run.facts.get("calls")
    if calls is None:
        calls = [call for command in run.commands for call in calls_of(command)]
        run.facts["calls"] = calls
    return calls


def _calls(command: Command, name: str, words: Sequence[ShellWord]) -> Iterator[PackageCall]:
    manager = knowledge.package_manager(name) if name else None
    args = list(words[1:])
    tool = name
    if manager is None:
        module = _module_of(name, args)
        if module is None:
            return
        manager, tool, args = module
    reader = _READERS.get(manager.style, CallReader)(manager, tool)
    call = reader.read(args)
    if call is None:
        return
    call.command = command
    call.words = words
    yield call
    if call.action == "run" and reader.rest:
        # `poetry run pip install …`: the inner program may be a package manager too.
        inner = reader.rest[0]
        if inner.literal:
            yield from _calls(command, inner.value.rpartition("/")[2], reader.rest)


def _module_of(name: str, args: list[ShellWord]) -> tuple[Manager, str, list[ShellWord]] | None:
    """The package manager, tool and words of ``python [FLAGS] -m MODULE``."""
    if name.removesuffix(".exe").rstrip("0123456789.") not in ("python", "pypy", "py"):
        return None
    from dockerlint_rules.knowledge import package_manager_records as manager_records

    skip = False
    for index, word in enumerate(args):
        value = word.value
        if skip:
            skip = False
        elif value.startswith("-m") and not value.startswith("--"):
            rest = args[index + 1 :]
            module = value[2:] or (rest[0].value if rest else "")
            manager = manager_records.by_module(module)
            return None if manager is None else (manager, module, rest if value[2:] else rest[1:])
        elif value in ("-W", "-X"):
            skip = True
        elif not value.startswith("-"):
            return None
    return None


class CallReader:
    """Reads one command line.  ``rest``: the words after the action word."""

    def __init__(self, manager: Manager, tool: str) -> None:
        self.manager = manager
        self.tool = tool
        self.flags: list[tuple[str, str | None, ShellWord]] = []
        self.operands: list[tuple[int, ShellWord]] = []
        # (role, word, value) of flags that name files.
        self.sources: list[tuple[str, ShellWord, str]] = []
        self.rest: list[ShellWord] = []

    def read(self, args: list[ShellWord]) -> PackageCall | None:
        """Read the words after the program; None if they are not a call."""
        self._scan(args)
        call = self._action()
        if call is None:
            return None
        self.rest = self._words_after_action(args, call)
        call.flags = self.flags
        if call.action in _ACTIONS_WITH_PACKAGES:
            self._add_packages(call)
        return call

    def _scan(self, args: list[ShellWord]) -> None:
        """Separate flags, their values and operands."""
        manager = self.manager
        index = 0
        while index < len(args):
            word = args[index]
            value = word.value
            if value == "--":
                if not manager.stops:
                    self.operands.extend(enumerate(args[index + 1 :], index + 1))
                return
            if not value.startswith("-") or value == "-":
                self.operands.append((index, word))
            else:
                following = args[index + 1] if index + 1 < len(args) else None
                index += self._read_flag(word, following)
            index += 1

    def _read_flag(self, word: ShellWord, following: ShellWord | None) -> int:
        """Record the flags of one word; return how many of the following words (0 or 1) are a value."""
        text = word.value
        name, equals, attached = text.partition("=")
        takes_value = name in self.manager.values
        if not equals and takes_value and following is not None:
            self._note(name, following.value, word, following)
            return 1
        if text.startswith("--") or takes_value or len(name) == 2 or self.manager.long_dash:
            self._note(name, attached if equals else None, word, word)
            return 0
        return self._read_cluster(word, following)

    def _read_cluster(self, word: ShellWord, following: ShellWord | None) -> int:
        """Read ``-qqy``, ``-yt bookworm`` or ``-rrequirements.txt``; return as ``_read_flag`` does."""
        letters = word.value[1:]
        for index, letter in enumerate(letters):
            flag = f"-{letter}"
            if flag in self.manager.values:
                attached = letters[index + 1 :]
                if attached:
                    self._note(flag, attached.removeprefix("="), word, word)
                    return 0
                if following is not None:
                    self._note(flag, following.value, word, following)
                    return 1
            self.flags.append((flag, None, word))
        # The tool may read a word such as -nv or -tags as one flag.
        self.flags.append((word.value.partition("=")[0], None, word))
        return 0

    def _note(self, name: str, value: str | None, word: ShellWord, carrier: ShellWord) -> None:
        self.flags.append((name, value, word))
        role = self.manager.files.get(name)
        if role is not None and value is not None:
            self.sources.append((role, carrier, value))

    def _action(self) -> PackageCall | None:
        """Find the action word, or two words that are an action together."""
        manager = self.manager
        if manager.implied:
            return self._call(manager.implied, None)
        while self.operands and self.operands[0][1].value in manager.scopes:
            del self.operands[:2]
        # A toolchain (`cargo +nightly`) or a variable, which may contain flags, can precede it.
        given = len(self.operands)
        while self.operands and (
            self.operands[0][1].value.startswith("+")
            or is_only_variables(self.operands[0][1].value)
        ):
            del self.operands[0]
        if not self.operands:
            is_bare = manager.bare and not given and self._is_bare()
            return self._call(manager.bare, None) if is_bare else None
        for length in (2, 1):
            words = [word for _, word in self.operands[:length]]
            action = manager.actions.get(" ".join(word.value for word in words))
            if action is not None and len(words) == length:
                del self.operands[:length]
                return self._call(action, words[-1])
        _, word = self.operands.pop(0)
        return self._call(word.value, word)

    def _is_bare(self) -> bool:
        """Whether a call without an action installs: ``yarn`` does, ``yarn --version`` does not."""
        return not any(name in ("--version", "-v", "--help", "-h") for name, _, _ in self.flags)

    def _call(self, action: str, word: ShellWord | None) -> PackageCall:
        return PackageCall(self.manager, self.tool, action, word)

    @staticmethod
    def _words_after_action(args: list[ShellWord], call: PackageCall) -> list[ShellWord]:
        """The words after the action word and its flags."""
        if call.action_word is None:
            return []
        at = next((i for i, word in enumerate(args) if word is call.action_word), len(args)) + 1
        while at < len(args) and args[at].value.startswith("-"):
            takes_value = args[at].value in call.manager.values
            at += 2 if takes_value else 1
        return args[at:]

    def _add_packages(self, call: PackageCall) -> None:
        """Turn operands and file flags into packages, in the order of the text."""
        version = self._version_flag()
        packages = [self._package(word, version) for _, word in self.operands]
        if self.manager.trailing_version and len(packages) == 2:
            # luarocks takes the version as a second operand.
            packages[0].version = packages.pop().name
        for role, word, value in self.sources:
            package = self._source(role, word, value)
            if role in ("requirements", "constraints"):
                call.files.append(package)
            if role != "constraints":
                packages.append(package)
        call.files.extend(package for package in packages if self._is_requirements_operand(package))
        call.files.sort(key=start_of)
        packages.sort(key=start_of)
        call.packages = packages

    def _is_requirements_operand(self, package: Package) -> bool:
        return package.kind == "requirements" and bool(self.manager.operands)

    def _source(self, role: str, word: ShellWord, value: str) -> Package:
        if role in ("editable", "source"):
            return Package(value, word, kind_of_source(value))
        return Package(value, word, role)

    def _version_flag(self) -> str | None:
        names = self.manager.version
        return next((value for name, value, _ in self.flags if name in names), None)

    def _package(self, word: ShellWord, version: str | None) -> Package:
        value = word.value
        if self.manager.operands:
            return Package(value, word, self.manager.operands)
        kind = kind_of_operand(value, self.manager.family)
        if kind != "package":
            return Package(value, word, kind, version)
        if self.manager.family in PEP_508_FAMILIES:
            # What follows a semicolon is a marker.
            value = value.partition(";")[0]
        package = Package(value, word)
        package.name, package.separator, own_version = self._split(value)
        package.version = own_version if package.separator else version
        split_qualifier(package, self.manager.family)
        return package

    def _split(self, value: str) -> tuple[str, str, str]:
        """Split a word at the first separator: name, separator, version."""
        best = len(value), "", 0
        # The first character is never a separator: it is npm's scope, Gentoo's "=" or apk's conflict.
        for rank, separator in enumerate(self.manager.separators):
            at = find_outside_variables(value, separator)
            if at > 0 and (at, rank) < (best[0], best[2]):
                best = at, separator, rank
        at, separator, _ = best
        return value[:at], separator, value[at + len(separator) :].strip()


class DashReader(CallReader):
    """Reads calls of rpm and related tools: NAME-VERSION-RELEASE.ARCH."""

    def _split(self, value: str) -> tuple[str, str, str]:
        name, separator, version = super()._split(value)
        # Capabilities ("pkg >= 1") and modules ("nodejs:18") have other separators.
        if separator or value.startswith("@"):
            return name, separator, version
        if ":" in value and "-" not in value:
            name, _, version = value.partition(":")
            return name, ":", version
        parts = split_outside_variables(value, "-")
        if len(parts) > 2 and is_version(parts[-2]) and is_version(parts[-1]):
            return "-".join(parts[:-2]), "-", "-".join(parts[-2:])
        if len(parts) > 1 and is_version(parts[-1]):
            return "-".join(parts[:-1]), "-", parts[-1]
        return value, "", ""


class PacmanReader(CallReader):
    """Reads calls of pacman: a capital letter is the operation, small letters modify it (pacman(8))."""

    def _action(self) -> PackageCall | None:
        names = {name for name, _, _ in self.flags}
        operations = ((name, word) for name, _, word in self.flags if name in _PACMAN_ACTIONS)
        operation, word = next(operations, (None, None))
        if operation is None:
            return None
        if names & {"-S", "--sync"}:
            return self._call(self._sync_action(names), word)
        return self._call(_PACMAN_ACTIONS[operation], word)

    def _sync_action(self, names: set[str]) -> str:
        if names & {"-c", "--clean"}:
            return "clean"
        if names & {"-s", "--search", "-i", "--info", "-l", "--list", "-g", "--groups"}:
            return "query"
        if names & {"-w", "--downloadonly"}:
            return "download"
        if self.operands:
            return "install"
        return "upgrade" if names & {"-u", "--sysupgrade"} else "update"


_READERS: dict[str, type[CallReader]] = {"rpm": DashReader, "pacman": PacmanReader}


# Actions with packages as operands. The operands of other actions are ignored.
_ACTIONS_WITH_PACKAGES = frozenset(
    {"install", "remove", "download", "upgrade", "build-dep", "dist-upgrade", "autoremove"}
)


_PACMAN_ACTIONS = {
    "-S": "install",
    "--sync": "install",
    "-U": "install",
    "--upgrade": "install",
    "-R": "remove",
    "--remove": "remove",
    "-Q": "query",
    "--query": "query",
    "-F": "query",
    "--files": "query",
    "-D": "config",
    "--database": "config",
    "-T": "query",
    "--deptest": "query",
}
