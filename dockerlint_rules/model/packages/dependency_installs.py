"""Installs that need no more than the files that list the dependencies."""

from __future__ import annotations

from dockerlint_rules import knowledge
from dockerlint_rules.model.packages.call_reader import calls_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockerlint_rules.knowledge.ecosystem_records import Ecosystem
    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.syntax.shell.command import Command

# With its scripts composer needs the source as well; --no-scripts parts the two.
_PARTED_BY_A_FLAG = ("composer install",)
# One package of many, whose own folders are needed, or nothing to fetch at all.
_TELLS_OTHERWISE = (
    "--offline", "--prefer-offline", "--local", "--filter", "-F", "-w", "--workspace", "--workspaces", "-g", "--global",
)  # fmt: skip


class DependencyInstall:
    """One command that installs what the manifests list and nothing of the project itself."""

    __slots__ = ("command", "ecosystem", "end", "said", "start", "wanted")

    def __init__(self, command: Command, ecosystem: Ecosystem, said: str, wanted: str) -> None:
        self.command = command
        self.ecosystem = ecosystem
        self.start = command.start
        self.end = command.end
        self.said = said
        # The manifest that it reads, as the command names it or else as the ecosystem does.
        self.wanted = wanted


def dependency_install(command: Command) -> DependencyInstall | None:
    """Tell whether a command installs dependencies alone, and those of which ecosystem."""
    if not command.words or not command.name:
        return None
    calls = calls_of(command)
    patterns = _by_program()
    for call in calls:
        known = patterns.get(call.manager.name, [])
        if call.tool != call.manager.name:
            known = [*known, *patterns.get(call.tool, ())]
        for ecosystem, tokens in known:
            if _fits_call(tokens, call):
                return _found(command, ecosystem, call)
    if calls:
        return None
    program = _program(command)
    for ecosystem, tokens in patterns.get(program, ()):
        if _fits_words(tokens, command) and not command.has_flag("--offline"):
            said = " ".join([program, *tokens[:1]])
            return DependencyInstall(command, ecosystem, said, ecosystem.manifests[0])
    return None


_PATTERNS: dict[str, list[tuple[Ecosystem, list[str]]]] = {}


def installers() -> Iterable[str]:
    """Names of the programs that install what manifests list."""
    return _by_program().keys()


def _by_program() -> dict[str, list[tuple[Ecosystem, list[str]]]]:
    """The table's patterns by program: most commands are of none, and this is asked for each."""
    if not _PATTERNS:
        for ecosystem, pattern in _patterns():
            program, *tokens = pattern.split()
            _PATTERNS.setdefault(program, []).append((ecosystem, tokens))
    return _PATTERNS


def _found(command: Command, ecosystem: Ecosystem, call: PackageCall) -> DependencyInstall | None:
    # What is named beside the list may be the project itself; cpanm reads the list of what it is given.
    is_list = call.tool == "cpanm" and call.has_flag("--installdeps")
    if not is_list and any(
        one.kind in ("path", "variable", "url", "package", "file") for one in call.packages
    ):
        return None
    if call.has_flag(*_TELLS_OTHERWISE):
        return None
    action = call.action_word.value if call.action_word else ""
    said = f"{call.tool} {action}".strip()
    listed = [one.name for one in call.files if one.kind == "requirements"]
    return DependencyInstall(
        command, ecosystem, said, listed[0] if listed else ecosystem.manifests[0]
    )


def _patterns() -> Iterator[tuple[Ecosystem, str]]:
    for ecosystem in knowledge.ecosystems():
        if ecosystem.kind == "language" and ecosystem.has_order and ecosystem.manifests:
            for pattern in ecosystem.dependency:
                if "*" not in pattern and "<package>" not in pattern:
                    yield ecosystem, pattern
            if ecosystem.name == "composer":
                for pattern in _PARTED_BY_A_FLAG:
                    yield ecosystem, pattern


def _fits_call(tokens: list[str], call: PackageCall) -> bool:
    words = [word.value for word in call.command.words]
    plain = [one for one in tokens if not one.startswith(("-", "<")) and one != "."]
    if plain and not (call.action_word and call.action_word.value == plain[-1]):
        return False
    if any(one not in words for one in plain):
        return False
    if not plain and tokens == ["<none>"]:
        return call.action == "install" and call.action_word is None
    if "<none>" in tokens and call.packages:
        return False
    if "<file>" in tokens:
        return any(one.kind == "requirements" for one in call.files)
    flags = [one.lstrip("!") for one in tokens if one.startswith("-")]
    return all(call.has_flag(flag) for flag in flags)


def _fits_words(tokens: list[str], command: Command) -> bool:
    words = [word.value for word in command.args]
    plain = [one for one in tokens if not one.startswith(("-", "<"))]
    flags = [one for one in tokens if one.startswith("-")]
    operands = [one for one in words if not one.startswith("-")]
    if any(token.startswith("<") for token in tokens):
        return False
    return all(one in operands for one in plain) and all(one in words for one in flags)


def _program(command: Command) -> str:
    """The program's name; a wrapper script such as ``mvnw`` stands for what it wraps."""
    return {"mvnw": "mvn", "gradlew": "gradle"}.get(command.name, command.name)
