"""Commands and mounts that keep a RUN's layer clean, and edits that add such a command."""

from __future__ import annotations

from bisect import bisect_right

from dockerlint_rules.model.packages.call_reader import calls_in
from dockerlint_rules.model.stages import WILDCARDS, is_below

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.syntax.dockerfile.instructions import Program
    from dockerlint_rules.syntax.shell.command import Command

# Ways to write a home directory in a script. The tables list only /root.
_HOMES = ("~/", "${HOME}/", "/home/")


def has_mount(run: Program, paths: Iterable[str]) -> bool:
    """Whether a cache or tmpfs mount covers one of *paths*."""
    targets = list(_mount_targets(run))
    return any(is_below(path, target) for path in paths for target in targets)


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
    return list(_mount_targets(run))


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


def calls_after(run: Program, command: Command, actions: tuple[str, ...]) -> list[PackageCall]:
    """Give the package-manager calls with these actions that follow *command* in its RUN."""
    calls: list[PackageCall] | None = run.facts.get(("calls", actions))
    if calls is None:
        calls = [call for call in calls_in(run) if call.action in actions]
        run.facts[("calls", actions)] = calls
    # perf: mostly used for one of the last calls, where the rest of the list is short.
    at = bisect_right(calls, command.index, key=lambda call: call.command.index)
    return calls[at:]


def removes(command: Command, path: str) -> bool:
    """Whether a command deletes everything in *path*: ``rm -r`` or ``find … -delete``."""
    if command.name == "rm":
        if not command.has_flag("-r", "-R", "--recursive"):
            return False
        return any(rm_covers(word.value, path) for word in command.args)
    if command.name == "find" and command.args:
        deletes = any(word.value in ("-delete", "rm") for word in command.args)
        return deletes and rm_covers(command.args[0].value, path)
    return False


def is_removed_after(run: Program, command: Command, paths: Iterable[str]) -> bool:
    """Whether a later command of the same RUN deletes one of *paths*."""
    return any(_last_removal(run, path) > command.index for path in paths)


def _last_removal(run: Program, path: str) -> int:
    return last_where(run, ("removes", path), lambda one: removes(one, path))


def rm_covers(pattern: str, path: str) -> bool:
    """Whether a word of ``rm`` names *path*, a directory above it, or everything in it."""
    for word in _expand_braces(pattern):
        for home in _HOMES:
            if word.startswith(home):
                rest = word[len(home) :]
                word = "/root/" + (rest.partition("/")[2] if home == "/home/" else rest)
        directory, _, last = word.rpartition("/")
        removed = directory if WILDCARDS & set(last) else word.rstrip("/")
        if removed and is_below(path, removed):
            return True
    return False


def _expand_braces(pattern: str) -> Iterator[str]:
    """Expand ``a{b,c}d`` as the shell does."""
    open_, close = pattern.find("{"), pattern.find("}")
    if open_ < 0 or close < open_ or pattern[open_ - 1 : open_] == "$":
        yield pattern
        return
    for part in pattern[open_ + 1 : close].split(","):
        yield from _expand_braces(pattern[:open_] + part + pattern[close + 1 :])


def has_text(runs: Iterable[Program], is_wanted: Callable[[str], bool]) -> bool:
    """Whether *is_wanted* accepts the text of any of the RUNs or of their heredocs."""
    return any(
        is_wanted(run.text) or any(is_wanted(heredoc.content) for heredoc in run.heredocs)
        for run in runs
    )
