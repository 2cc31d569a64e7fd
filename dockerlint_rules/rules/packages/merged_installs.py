"""Consecutive RUNs that install system packages, and how they merge into one."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.model.packages.call_reader import calls_of
from dockerlint_rules.model.packages.calls import SYSTEM_MANAGERS
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import line_list
from dockerlint_rules.syntax.dockerfile.instructions import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.shell.command import Command

# Instructions between two installs that do not change what the later one installs.
_METADATA = frozenset(
    {"LABEL", "EXPOSE", "CMD", "ENTRYPOINT", "STOPSIGNAL", "HEALTHCHECK", "MAINTAINER"}
)


@rule("DF210", severity=Severity.INFO, fix="unsafe", words=("install", "add"))
def consecutive_installs(stage: Stage) -> Iterator[Finding]:
    """Consecutive package installs could share one RUN.

    Each RUN creates a layer with its own copy of the package database, and may repeat the update and the clean-up. A
    single RUN needs less space and time.

    Bad::

    ```dockerfile
    FROM alpine:3.20
    RUN apk add --no-cache curl
    RUN apk add --no-cache git
    #   ^^^^^^^^^^^^^^^^^^^^^^ This install and the one on line 2 make separate layers
    ```

    Fixed::

    ```dockerfile
    FROM alpine:3.20
    RUN apk add --no-cache curl git
    ```

    Good::

    ```dockerfile
    FROM alpine:3.20
    RUN apk add --no-cache curl git
    ```

    Good (a file is copied in between)::

    ```dockerfile
    FROM alpine:3.20
    RUN apk add --no-cache curl
    COPY repositories /etc/apk/repositories
    RUN apk add --no-cache git
    ```

    How to fix: install all packages in one RUN.

    Fix safety: unsafe, because a change to one package then reinstalls all of them.

    Source: Docker docs, "Building best practices", section "RUN".
    """
    group: list[tuple[Run, PackageCall]] = []
    for instruction in stage.instructions:
        install = pure_install(instruction)
        if install is not None and (not group or _can_share(group[-1], instruction, install)):
            group.append((instruction, install))  # type: ignore[arg-type]
        elif instruction.keyword not in _METADATA:
            yield from _group_finding(group)
            group = [(instruction, install)] if install is not None else []  # type: ignore[list-item]
    yield from _group_finding(group)


def pure_install(instruction: Instruction) -> PackageCall | None:
    """The first install of a RUN that does nothing but call one package manager."""
    if instruction.keyword != "RUN" or instruction.form != "shell":
        return None
    if instruction.heredocs or instruction.errors:
        return None
    install = None
    families = set()
    for command in instruction.commands:  # type: ignore[attr-defined]
        if command.name in ("rm", "true"):
            continue
        calls = calls_of(command)
        if not calls:
            return None
        families.add(calls[0].family)
        if calls[0].action == "install" and install is None:
            install = calls[0]
    if install is None or len(families) != 1 or install.family not in SYSTEM_MANAGERS:
        return None
    packages = install.packages
    return install if packages and all(one.kind == "package" for one in packages) else None


def _can_share(
    last: tuple[Run, PackageCall], instruction: Instruction, install: PackageCall
) -> bool:
    """Whether an install has the package manager and the flags of RUN that the last one of a group has."""
    flags = [flag.text for flag in last[0].flags]
    return last[1].family == install.family and flags == [flag.text for flag in instruction.flags]


def _group_finding(group: list[tuple[Run, PackageCall]]) -> Iterator[Finding]:
    """The finding at the last install of a group, if the group has more than one."""
    if len(group) < 2:
        return
    run, last = group[-1]
    earlier = [install for _, install in group[:-1]]
    those = "the one" if len(earlier) == 1 else "those"
    line_numbers = [run.source.line_of(install.start) for install in earlier]
    yield Finding.at(
        last,
        f"This install and {those} on {line_list(line_numbers)} make separate layers, "
        "each with a copy of the package database. Install all packages in one RUN.",
        fix=_merge_runs(group),
        related=[Related(install, "installs with the same package manager") for install in earlier],
    )


def _merge_runs(group: list[tuple[Run, PackageCall]]) -> Fix | None:
    """Merge RUNs that only blank lines and comments separate, together with the upgrade right above them.

    A comment stays above its install, inside the RUN. An update that begins a later RUN is left out, because the
    first RUN has one. The clean-up stays once, at the end. If two installs have the same flags, their packages
    become one list.
    """
    runs = [run for run, _ in group]
    text = runs[0].source.text
    above = _upgrade_above(*group[0])
    if above is not None:
        runs.insert(0, above)
    gaps = [text[upper.end : lower.start].strip() for upper, lower in pairwise(runs)]
    from dockerlint_rules.fixes.run_chain import is_and_chain

    if not all(map(_has_only_comments, gaps)) or not all(map(is_and_chain, runs)):
        return None
    newline = runs[0].source.newline
    joiner = f" {runs[0].escape}{newline}    && "
    commands, cleanup = _split_cleanup(runs[0])
    last = commands[-1]
    has_update = any(map(_is_update, commands))
    start = runs[0].start
    merged = [text[start : last.end]]
    for run, comments in zip(runs[1:], gaps, strict=True):
        commands, own_cleanup = _split_cleanup(run)
        if has_update and len(commands) > 1 and _is_update(commands[0]):
            commands = commands[1:]
        has_update = has_update or any(map(_is_update, commands))
        if not comments and len(commands) == 1 and (more := _same_list(last, commands[0])):
            merged += [_separator(last, run) + word for word in more]
        else:
            last = commands[-1]
            above_it = "".join(f"{line.strip()}{newline}" for line in comments.splitlines() if line)
            merged.append(joiner.replace(newline, newline + above_it))
            merged.append(text[commands[0].outer_start : last.end])
        # The more thorough clean-up is the one with more commands.
        cleanup = max(own_cleanup, cleanup, key=lambda part: part.count("&&"))
    if "\n" not in cleanup and any("\n" in part for part in merged):
        cleanup = cleanup.replace(" && ", joiner)
    # One edit replaces all of the RUNs, so that no other fix changes one of them in the same pass.
    edit = Edit(start, runs[-1].end, "".join(merged) + cleanup)
    return Fix("Merge the RUNs into one", [edit], safe=False)


def _has_only_comments(gap: str) -> bool:
    """Whether a gap holds nothing but comments, and none that a linter reads."""
    lines = gap.splitlines()
    return all(line.lstrip().startswith("#") for line in lines if line.strip()) and not (
        "ignore" in gap or "noqa" in gap or "hadolint" in gap
    )


_UPGRADE_ACTIONS = {"update", "upgrade", "dist-upgrade"}


def _upgrade_above(run: Run, install: PackageCall) -> Run | None:
    """The RUN right above, if all that it does is upgrade packages with the same package manager."""
    instructions = run.stage.instructions if run.stage is not None else []
    position = bisect_left(instructions, run.start, key=lambda instruction: instruction.start)
    above = instructions[position - 1] if position else None
    if not isinstance(above, Run) or above.flags or run.flags or above.errors:
        return None
    actions: set[str] = set()
    for command in above.commands:
        calls = calls_of(command)
        if command.name != "rm" and not calls:
            return None
        actions.update(call.action for call in calls if call.family == install.family)
    return above if "update" in actions and actions <= _UPGRADE_ACTIONS else None


def _split_cleanup(run: Run) -> tuple[list[Command], str]:
    """The commands without the clean-up at the end, and the clean-up's text with the ``&&`` before it."""
    end = len(run.commands)
    while end > 1 and _is_cleanup(run.commands[end - 1]):
        end -= 1
    return run.commands[:end], run.source.text[run.commands[end - 1].end : run.end]


def _is_cleanup(command: Command) -> bool:
    calls = calls_of(command)
    return command.name == "rm" or (bool(calls) and all(call.action == "clean" for call in calls))


def _is_update(command: Command) -> bool:
    return any(call.action == "update" for call in calls_of(command))


# Flags that do not change which packages are installed. Installs that have the same of these can share a list.
_SHARED_FLAGS = frozenset({
    "-y", "-q", "-qq", "-yq", "-qy", "-yqq", "-qqy", "--yes", "--assume-yes", "--assumeyes", "--quiet",
    "-n", "--non-interactive", "--noconfirm", "--no-cache", "--no-install-recommends", "--no-install-suggests",
})  # fmt: skip


def _same_list(first: Command, second: Command) -> list[str]:
    """The packages of the second install as written, if the first install can list them too; else nothing."""
    installs = []
    for command in (first, second):
        calls = calls_of(command)
        if len(calls) != 1 or calls[0].action != "install" or command.redirects or command.wrappers:
            return []
        packages = [package.word.text for package in calls[0].packages]
        flags = [word.text for word in command.args if word.text.startswith("-")]
        # Besides flags and packages there is only the action's word.
        if len(command.args) - len(packages) - len(flags) != 1:
            return []
        if not _SHARED_FLAGS.issuperset(flags) or command.words[-1].text != packages[-1]:
            return []
        variables = [word.text for word in command.assignments]
        installs.append(((calls[0].tool, set(flags), variables), packages))
    (first_head, _), (second_head, packages) = installs
    return packages if first_head == second_head else []


def _separator(install: Command, run: Run) -> str:
    """What separates the last two words of an install: a blank, or a line break if each package has its own line."""
    before, last = install.words[-2], install.words[-1]
    between = run.source.text[before.end : last.start]
    # A comment would be repeated.
    return between if "\n" in between and "#" not in between else " "
