"""Commands and mounts that keep a RUN's layer clean, and edits that add such a command."""

from __future__ import annotations

from dockerlint_rules.model.packages.call_reader import calls_in
from dockerlint_rules.model.stages import WILDCARDS, is_below

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.syntax.dockerfile.instructions import Program
    from dockerlint_rules.syntax.shell.command import Command

# Ways to write a home directory in a script. The tables list only /root.
_HOMES = ("~/", "${HOME}/", "/home/")
_MOST_BRACES = 1000


def has_mount(run: Program, paths: Iterable[str]) -> bool:
    """Whether a cache or tmpfs mount covers one of *paths*."""
    targets = mount_targets(run)
    if not targets:
        return False
    covering = run.facts.get("mounted-directories")
    if covering is None:
        covering = run.facts["mounted-directories"] = without_slashes(targets)
    return any(is_in(path, covering) for path in paths)


def without_slashes(directories: Iterable[str]) -> set[str]:
    """The directories as ``is_in`` takes them: without a final slash, so that the root is ""."""
    return {directory.rstrip("/") for directory in directories}


def is_in(path: str, directories: Container[str]) -> bool:
    """Whether a path is one of the directories or below one, in a time that does not depend on their number."""
    return any(directory in directories for directory in with_parents(path))


def with_parents(path: str) -> Iterator[str]:
    """The path and the directories above it, without a final slash: "" is the root."""
    yield path
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)


def uses_cache_mounts(dockerfile: Dockerfile) -> bool:
    """Whether any RUN of the file has a cache mount."""
    uses: bool | None = dockerfile.facts.get("cache-mounts")
    if uses is None:
        runs = (run for stage in dockerfile.stages for run in stage.runs)
        uses = any(mount.type == "cache" for run in runs for mount in run.mounts)
        dockerfile.facts["cache-mounts"] = uses
    return uses


def mount_targets(run: Program) -> list[str]:
    """Give the targets of the cache and tmpfs mounts, as written, without a final slash."""
    targets: list[str] | None = run.facts.get("mount-targets")
    if targets is None:
        targets = run.facts["mount-targets"] = list(_mount_targets(run))
    return targets


def any_mount_target(run: Program, key: object, is_wanted: Callable[[str], bool]) -> bool:
    """Whether *is_wanted* accepts the target of a cache or tmpfs mount; the answer is kept under *key*."""
    known: bool | None = run.facts.get(("mount", key))
    if known is None:
        known = run.facts[("mount", key)] = any(map(is_wanted, mount_targets(run)))
    return known


def _mount_targets(run: Program) -> Iterator[str]:
    for mount in getattr(run, "mounts", ()):
        if mount.type in ("cache", "tmpfs") and mount.target:
            yield mount.target.rstrip("/") or "/"


def last_where(run: Program, key: object, is_wanted: Callable[[Command], bool]) -> int:
    """Index of the RUN's last command that *is_wanted* accepts, -1 if there is none.

    *key* identifies *is_wanted*: the answer is kept under it, so that the commands are only searched once.
    """
    index: int | None = run.facts.get(("last", key))
    if index is None:
        indices = (command.index for command in reversed(run.commands) if is_wanted(command))
        index = run.facts[("last", key)] = next(indices, -1)
    return index


def first_where(run: Program, key: object, is_wanted: Callable[[Command], bool]) -> int:
    """Index of the RUN's first command that *is_wanted* accepts, the number of commands if there is none."""
    index: int | None = run.facts.get(("first", key))
    if index is None:
        indices = (command.index for command in run.commands if is_wanted(command))
        index = run.facts[("first", key)] = next(indices, len(run.commands))
    return index


def last_of_each(
    run: Program, key: object, properties: Callable[[PackageCall], Iterable[object]]
) -> dict[object, int]:
    """The index of the command of the last package-manager call that has a property, by property.

    *key* identifies *properties*: the answer is kept under it, so that the calls are only looked at once.
    """
    last: dict[object, int] | None = run.facts.get(("last-of-each", key))
    if last is None:
        last = {one: call.command.index for call in calls_in(run) for one in properties(call)}
        run.facts[("last-of-each", key)] = last
    return last


def has_call_after(run: Program, command: Command, action: str, family: str) -> bool:
    """Whether a call of that family of package managers with that action follows *command* in its RUN."""
    last = last_of_each(run, "action", lambda call: ((call.action, call.family),))
    return last.get((action, family), -1) > command.index


def is_removed_after(run: Program, command: Command, paths: Iterable[str]) -> bool:
    """Whether a later command of the same RUN deletes one of *paths*."""
    return any(_last_removal(run, path) > command.index for path in paths)


def _last_removal(run: Program, path: str) -> int:
    """Index of the RUN's last command that deletes everything in *path*, -1 if there is none."""
    removed: dict[str, int] | None = run.facts.get("removed-directories")
    if removed is None:
        removed = run.facts["removed-directories"] = {
            directory: command.index
            for command in run.commands
            for directory in _removed_by(command)
        }
    return max((removed.get(directory, -1) for directory in with_parents(path)), default=-1)


def _removed_by(command: Command) -> Iterator[str]:
    """The directories that a command deletes with everything in them: ``rm -r`` or ``find … -delete``."""
    if command.name == "rm":
        if command.has_flag("-r", "-R", "--recursive"):
            for word in command.args:
                yield from _removed_directories(word.value)
    elif (
        command.name == "find"
        and command.args
        and any(word.value in ("-delete", "rm") for word in command.args)
    ):
        yield from _removed_directories(command.args[0].value)


def rm_covers(pattern: str, path: str) -> bool:
    """Whether a word of ``rm`` names *path*, a directory above it, or everything in it."""
    return any(is_below(path, directory) for directory in _removed_directories(pattern))


def _removed_directories(pattern: str) -> Iterator[str]:
    """The directories that a word of ``rm`` names, or everything in them; without a final slash."""
    for word in _expand_braces(pattern):
        for home in _HOMES:
            if word.startswith(home):
                rest = word[len(home) :]
                word = "/root/" + (rest.partition("/")[2] if home == "/home/" else rest)
        directory, _, last = word.rpartition("/")
        removed = directory if WILDCARDS & set(last) else word.rstrip("/")
        if removed:
            yield removed.rstrip("/")


def _expand_braces(pattern: str) -> Iterable[str]:
    """Expand ``a{b,c}d`` as the shell does; a pattern of more than ``_MOST_BRACES`` words is left as it is."""
    # perf: expanded from the left, all words at once; n pairs of braces make 2ⁿ words.
    words, rest = [""], pattern
    while True:
        open_, close = rest.find("{"), rest.find("}")
        before = rest[open_ - 1 : open_] if open_ > 0 else words[0][-1:]
        if open_ < 0 or close < open_ or before == "$":
            return [word + rest for word in words]
        parts = rest[open_ + 1 : close].split(",")
        if len(words) * len(parts) > _MOST_BRACES:
            return (pattern,)
        words = [word + rest[:open_] + part for word in words for part in parts]
        rest = rest[close + 1 :]


def has_text(runs: Iterable[Program], is_wanted: Callable[[str], bool]) -> bool:
    """Whether *is_wanted* accepts the text of any of the RUNs or of their heredocs."""
    return any(
        is_wanted(run.text) or any(is_wanted(heredoc.content) for heredoc in run.heredocs)
        for run in runs
    )
