"""Commands and mounts that keep a RUN's layer clean, and edits that add such a command."""

from __future__ import annotations

from bisect import bisect_right

from dockerlint_rules.findings.finding import Edit
from dockerlint_rules.model.interpreters import WINDOWS_SHELLS
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


def is_and_chain(run: Program) -> bool:
    """Whether a RUN only consists of plain commands joined by ``&&``."""
    if run.form != "shell" or run.heredocs or not run.commands:
        return False
    commands = run.commands
    if any(one.nested or one.conditional or one.heredoc_body for one in commands):
        return False
    if any(one.after != "&&" for one in commands[:-1]) or commands[-1].after:
        return False
    begin = run.words[0].start
    text = run.source.text
    before, after = text[begin : commands[0].outer_start], text[commands[-1].end : run.end]
    return not before.strip() and not after.strip()


def append_to_chain(run: Program, command: str) -> Edit | None:
    """Give the edit that adds *command* to the end of an ``&&`` chain, in the chain's own layout."""
    return insert_after(run, run.commands[-1], command) if is_and_chain(run) else None


def insert_after(run: Program, last: Command, command: str) -> Edit | None:
    """Give the edit that adds *command* after one command of an ``&&`` chain, in the chain's own layout."""
    if run.dialect in WINDOWS_SHELLS:
        return None
    line = run.source.line_of(last.end)
    if line == run.source.line_of(run.start):
        return Edit.after(last, f" && {command}")
    text = run.source.line(line)
    indent = text[: len(text) - len(text.lstrip())] or "    "
    newline = run.source.newline
    if _ends_line_with_operator(run, last):
        return Edit.after(last, f" && {run.escape}{newline}{indent}{command}")
    return Edit.after(last, f" {run.escape}{newline}{indent}&& {command}")


def _ends_line_with_operator(run: Program, command: Command) -> bool:
    """Whether the ``&&`` after a command is at the end of a line and not at the beginning of the next."""
    at = min(command.index, len(run.commands) - 2)
    if at < 0:
        return False
    between = run.source.text[run.commands[at].end : run.commands[at + 1].outer_start]
    before, _, after = between.partition("&&")
    return "\n" in after and "\n" not in before


def has_text(runs: Iterable[Program], is_wanted: Callable[[str], bool]) -> bool:
    """Whether *is_wanted* accepts the text of any of the RUNs or of their heredocs."""
    for run in runs:
        if is_wanted(run.text) or any(is_wanted(heredoc.content) for heredoc in run.heredocs):
            return True
    return False
