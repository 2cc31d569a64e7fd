"""What a RUN leaves in its layer: mounts and commands that keep it clean, and where to add one."""

from __future__ import annotations

from bisect import bisect_right

from dockerlint_rules.findings.finding import Edit
from dockerlint_rules.model.packages.call_reader import calls_in
from dockerlint_rules.model.stages import is_below

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.syntax.dockerfile.instructions import Program
    from dockerlint_rules.syntax.shell.command import Command

_GLOB = frozenset("*?[")
# What the tables call /root stands in scripts for whoever runs them.
_HOMES = ("~/", "${HOME}/", "/home/")


def has_mount(run: Program, paths: Iterable[str]) -> bool:
    """Whether a cache or tmpfs mount lies on one of *paths* or on a folder above it."""
    targets = list(_mount_targets(run))
    return any(is_below(path, target) for path in paths for target in targets)


def uses_cache_mounts(dockerfile: Dockerfile) -> bool:
    """Whether the author keeps caches in mounts somewhere in the file."""
    found: bool | None = dockerfile.facts.get("cache-mounts")
    if found is None:
        mounts = (one for stage in dockerfile.stages for run in stage.runs for one in run.mounts)
        found = dockerfile.facts["cache-mounts"] = any(one.type == "cache" for one in mounts)
    return found


def mount_targets(run: Program) -> list[str]:
    """Give the targets of the cache and tmpfs mounts, as written, without a final slash."""
    return list(_mount_targets(run))


def _mount_targets(run: Program) -> Iterator[str]:
    for mount in getattr(run, "mounts", ()):
        if mount.type in ("cache", "tmpfs") and mount.target:
            yield mount.target.rstrip("/") or "/"


def last_where(run: Program, key: object, is_wanted: Callable[[Command], bool]) -> int:
    """Place among the RUN's commands of the last that is wanted, -1 where none is.

    *key* names the question: the commands are looked at once for it, however often it is asked.
    """
    place: int | None = run.facts.get(("last", key))
    if place is None:
        found = (one.index for one in reversed(run.commands) if is_wanted(one))
        place = run.facts[("last", key)] = next(found, -1)
    return place


def first_where(run: Program, key: object, is_wanted: Callable[[Command], bool]) -> int:
    """Place of the first command that is wanted; the number of commands where none is."""
    place: int | None = run.facts.get(("first", key))
    if place is None:
        found = (one.index for one in run.commands if is_wanted(one))
        place = run.facts[("first", key)] = next(found, len(run.commands))
    return place


def calls_after(run: Program, command: Command, actions: tuple[str, ...]) -> list[PackageCall]:
    """Give the package-manager calls of these actions that stand behind *command* in its RUN."""
    calls: list[PackageCall] | None = run.facts.get(("calls", actions))
    if calls is None:
        calls = [call for call in calls_in(run) if call.action in actions]
        run.facts[("calls", actions)] = calls
    # The last ones are asked for most, and there the rest is short.
    at = bisect_right(calls, command.index, key=lambda call: call.command.index)
    return calls[at:]


def removes(command: Command, path: str) -> bool:
    """Whether a command deletes all that is in *path*: ``rm -r`` or ``find … -delete``."""
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
    """Whether a word of ``rm`` names *path*, a folder above it, or all that is in it."""
    for one in _braces(pattern):
        for home in _HOMES:
            if one.startswith(home):
                rest = one[len(home) :]
                one = "/root/" + (rest.partition("/")[2] if home == "/home/" else rest)
        folder, _, last = one.rpartition("/")
        stem = folder if _GLOB & set(last) else one.rstrip("/")
        if stem and is_below(path, stem):
            return True
    return False


def _braces(pattern: str) -> Iterator[str]:
    """Spell out ``a{b,c}d``."""
    open_, close = pattern.find("{"), pattern.find("}")
    if open_ < 0 or close < open_ or pattern[open_ - 1 : open_] == "$":
        yield pattern
        return
    for part in pattern[open_ + 1 : close].split(","):
        yield from _braces(pattern[:open_] + part + pattern[close + 1 :])


def is_and_chain(run: Program) -> bool:
    """Whether a RUN is plain commands joined by ``&&``, with nothing around or behind them."""
    if run.form != "shell" or run.heredocs or not run.commands:
        return False
    commands = run.commands
    if any(one.nested or one.conditional or one.heredoc_body for one in commands):
        return False
    if any(one.after != "&&" for one in commands[:-1]) or commands[-1].after:
        return False
    begin = run.words[0].start
    text = run.source.text
    before, behind = text[begin : commands[0].outer_start], text[commands[-1].end : run.end]
    return not before.strip() and not behind.strip()


def append_to_chain(run: Program, command: str) -> Edit | None:
    """Give the edit that lets *command* follow an ``&&`` chain, in the chain's own layout."""
    return insert_after(run, run.commands[-1], command) if is_and_chain(run) else None


def insert_after(run: Program, last: Command, command: str) -> Edit | None:
    """Give the edit that lets *command* follow one command of an ``&&`` chain, in the chain's own layout."""
    if run.dialect in ("cmd", "powershell", "pwsh"):
        return None
    line = run.source.line_of(last.end)
    if line == run.source.line_of(run.start):
        return Edit.after(last, f" && {command}")
    text = run.source.line(line)
    indent = text[: len(text) - len(text.lstrip())] or "    "
    newline = run.source.newline
    if _is_sign_last(run, last):
        return Edit.after(last, f" && {run.escape}{newline}{indent}{command}")
    return Edit.after(last, f" {run.escape}{newline}{indent}&& {command}")


def _is_sign_last(run: Program, command: Command) -> bool:
    """Whether the ``&&`` beside a command ends its line instead of beginning the next one."""
    at = min(command.index, len(run.commands) - 2)
    if at < 0:
        return False
    between = run.source.text[run.commands[at].end : run.commands[at + 1].outer_start]
    sign, _, behind = between.partition("&&")
    return "\n" in behind and "\n" not in sign


def has_text(runs: Iterable[Program], is_said: Callable[[str], bool]) -> bool:
    """Whether the text of any of the RUNs, heredocs included, says something."""
    for run in runs:
        if is_said(run.text) or any(is_said(one.content) for one in run.heredocs):
            return True
    return False
