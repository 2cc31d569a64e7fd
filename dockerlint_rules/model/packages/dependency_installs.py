"""Installs that only need the files that list the dependencies, and not the source."""

from __future__ import annotations

from dockerlint_rules import knowledge
from dockerlint_rules.model.packages.call_reader import calls_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockerlint_rules.knowledge.ecosystem_records import Ecosystem
    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.syntax.shell.command import Command

# composer also runs scripts, which need the source. --no-scripts separates the two steps.
_SEPARABLE_INSTALLS = ("composer install",)
# Flags for one package of many, which needs its own directory, and for an install that downloads nothing.
_OTHER_INSTALL_FLAGS = (
    "--offline", "--prefer-offline", "--local", "--filter", "-F", "-w", "--workspace", "--workspaces", "-g", "--global",
)  # fmt: skip


class DependencyInstall:
    """A command that installs the dependencies in the manifests and nothing of the project itself."""

    __slots__ = ("command", "ecosystem", "end", "name", "start", "wanted")

    def __init__(self, command: Command, ecosystem: Ecosystem, name: str, wanted: str) -> None:
        self.command = command
        self.ecosystem = ecosystem
        self.start = command.start
        self.end = command.end
        self.name = name  # "npm ci", for messages
        # The manifest that it reads: the one in the command, or else the first of the ecosystem.
        self.wanted = wanted


def dependency_install(command: Command) -> DependencyInstall | None:
    """Read a command as an install of dependencies alone; None if it is something else."""
    if not command.words or not command.name:
        return None
    calls = calls_of(command)
    patterns = _patterns_by_program()
    for call in calls:
        known = patterns.get(call.manager.name, [])
        if call.tool != call.manager.name:
            known = [*known, *patterns.get(call.tool, ())]
        for ecosystem, tokens in known:
            if _matches_call(tokens, call):
                return _install_of_call(command, ecosystem, call)
    if calls:
        return None
    program = _program(command)
    for ecosystem, tokens in patterns.get(program, ()):
        if _matches_words(tokens, command) and not command.has_flag("--offline"):
            name = " ".join([program, *tokens[:1]])
            return DependencyInstall(command, ecosystem, name, ecosystem.manifests[0])
    return None


_PATTERNS: dict[str, list[tuple[Ecosystem, list[str]]]] = {}


def installers() -> Iterable[str]:
    """Names of the programs that install the dependencies in manifests."""
    return _patterns_by_program().keys()


def _patterns_by_program() -> dict[str, list[tuple[Ecosystem, list[str]]]]:
    """The table's patterns by program.  perf: most commands have no pattern, and every command is looked up."""
    if not _PATTERNS:
        for ecosystem, pattern in _patterns():
            program, *tokens = pattern.split()
            _PATTERNS.setdefault(program, []).append((ecosystem, tokens))
    return _PATTERNS


def _install_of_call(
    command: Command, ecosystem: Ecosystem, call: PackageCall
) -> DependencyInstall | None:
    # An operand may be the project itself, except with `cpanm --installdeps`, which reads its list of dependencies.
    is_list = call.tool == "cpanm" and call.has_flag("--installdeps")
    if not is_list and any(
        package.kind in ("path", "variable", "url", "package", "file") for package in call.packages
    ):
        return None
    if call.has_flag(*_OTHER_INSTALL_FLAGS):
        return None
    action = call.action_word.value if call.action_word else ""
    name = f"{call.tool} {action}".strip()
    files = [file.name for file in call.files if file.kind == "requirements"]
    wanted = files[0] if files else ecosystem.manifests[0]
    return DependencyInstall(command, ecosystem, name, wanted)


def _patterns() -> Iterator[tuple[Ecosystem, str]]:
    for ecosystem in knowledge.ecosystems():
        if ecosystem.kind == "language" and ecosystem.has_order and ecosystem.manifests:
            for pattern in ecosystem.dependency:
                if "*" not in pattern and "<package>" not in pattern:
                    yield ecosystem, pattern
            if ecosystem.name == "composer":
                for pattern in _SEPARABLE_INSTALLS:
                    yield ecosystem, pattern


def _matches_call(tokens: list[str], call: PackageCall) -> bool:
    words = [word.value for word in call.command.words]
    plain = [token for token in tokens if not token.startswith(("-", "<")) and token != "."]
    if plain and not (call.action_word and call.action_word.value == plain[-1]):
        return False
    if any(token not in words for token in plain):
        return False
    if not plain and tokens == ["<none>"]:
        return call.action == "install" and call.action_word is None
    if "<none>" in tokens and call.packages:
        return False
    if "<file>" in tokens:
        return any(file.kind == "requirements" for file in call.files)
    flags = [token.lstrip("!") for token in tokens if token.startswith("-")]
    return all(call.has_flag(flag) for flag in flags)


def _matches_words(tokens: list[str], command: Command) -> bool:
    words = [word.value for word in command.args]
    plain = [token for token in tokens if not token.startswith(("-", "<"))]
    flags = [token for token in tokens if token.startswith("-")]
    operands = [word for word in words if not word.startswith("-")]
    if any(token.startswith("<") for token in tokens):
        return False
    return all(token in operands for token in plain) and all(flag in words for flag in flags)


def _program(command: Command) -> str:
    """The name of the program that runs: for the wrapper script ``mvnw``, that is ``mvn``."""
    return {"mvnw": "mvn", "gradlew": "gradle"}.get(command.name, command.name)
