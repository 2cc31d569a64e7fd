"""Rules about merged installs."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.model.layers.cleanup import is_and_chain
from dockerlint_rules.model.packages.call_reader import calls_of
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.packages.upgrades import SYSTEM_MANAGERS
from dockerlint_rules.rules.wording import lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Run
    from dockerlint_rules.syntax.shell.command import Command


_METADATA = frozenset(
    {"LABEL", "EXPOSE", "CMD", "ENTRYPOINT", "STOPSIGNAL", "HEALTHCHECK", "MAINTAINER"}
)


@rule("DF210", severity=Severity.INFO, fix="unsafe", words=("install", "add"))
def consecutive_installs(stage: Stage) -> Iterator[Finding]:
    """Consecutive package installs could share one RUN.

    Each RUN is a layer with its own copy of the package database, and each repeats the update
    and the clean-up. One RUN installs the same packages in less space and time.

    Bad::

    ```dockerfile
    FROM alpine:3.20
    RUN apk add --no-cache curl
    RUN apk add --no-cache git
    #   ^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.20
    RUN apk add --no-cache curl git
    ```

    Good (files come in between)::

    ```dockerfile
    FROM alpine:3.20
    RUN apk add --no-cache curl
    COPY repositories /etc/apk/repositories
    RUN apk add --no-cache git
    ```

    How to fix: name all packages in one install.

    Fix safety: unsafe; a change of one package then reinstalls them all.

    Source: Docker docs, "Building best practices", section "RUN".
    """
    group: list[tuple[Run, PackageCall]] = []
    for one in stage.instructions:
        call = pure_install(one)
        if call is not None and (not group or _is_alike(group[-1], one, call)):
            group.append((one, call))  # type: ignore[arg-type]
        elif one.keyword not in _METADATA:
            yield from _merged(stage, group)
            group = [(one, call)] if call is not None else []  # type: ignore[list-item]
    yield from _merged(stage, group)


def pure_install(one: Instruction) -> PackageCall | None:
    """The first install of a RUN that does nothing but call one package manager."""
    if one.keyword != "RUN" or one.form != "shell" or one.heredocs or one.errors:
        return None
    found = None
    families = set()
    for command in one.commands:  # type: ignore[attr-defined]
        if command.name in ("rm", "true"):
            continue
        calls = calls_of(command)
        if not calls:
            return None
        families.add(calls[0].family)
        if calls[0].action == "install" and found is None:
            found = calls[0]
    if found is None or len(families) != 1 or found.family not in SYSTEM_MANAGERS:
        return None
    return found if found.packages and all(p.kind == "package" for p in found.packages) else None


def _is_alike(last: tuple[Run, PackageCall], one: Instruction, call: PackageCall) -> bool:
    flags = [flag.text for flag in last[0].flags]
    return last[1].family == call.family and flags == [flag.text for flag in one.flags]


def _merged(stage: Stage, group: list[tuple[Run, PackageCall]]) -> Iterator[Finding]:
    if len(group) < 2:
        return
    run, call = group[-1]
    source = run.source
    earlier = [source.line_of(one.start) for _, one in group[:-1]]
    yield Finding.at(
        call,
        f"This install and {'that' if len(earlier) == 1 else 'those'} on {lines(earlier)} are layers that could "
        "be one, with one copy of the package database. Name all packages in one RUN.",
        fix=_merge_fix(group),
        related=[Related(one, "installs with the same manager") for _, one in group[:-1]],
    )


def _merge_fix(group: list[tuple[Run, PackageCall]]) -> Fix | None:
    """Make one RUN of those between which only blank space and comments are, with the upgrade right above them.

    A comment stays above its install, inside of the RUN. An update that begins a later RUN goes, as the first has one; a clean-up stays once, at the end; and where two
    installs have the same flags their packages become one list.
    """
    runs = [run for run, _ in group]
    text = runs[0].source.text
    above = _upgrade_above(*group[0])
    if above is not None:
        runs.insert(0, above)
    gaps = [text[one.end : other.start].strip() for one, other in pairwise(runs)]
    if not all(map(_is_remark, gaps)) or not all(map(is_and_chain, runs)):
        return None
    newline = runs[0].source.newline
    joiner = f" {runs[0].escape}{newline}    && "
    body, tail = _body(runs[0])
    last = body[-1]
    has_update = any(map(_is_update, body))
    begin = runs[0].start
    merged = [text[begin : last.end]]
    for run, remark in zip(runs[1:], gaps, strict=True):
        body, cleanup = _body(run)
        if has_update and len(body) > 1 and _is_update(body[0]):
            body = body[1:]
        has_update = has_update or any(map(_is_update, body))
        if not remark and len(body) == 1 and (more := _packages_alike(last, body[0])):
            merged += [_separator(last, run) + word for word in more]
        else:
            last = body[-1]
            said = "".join(f"{line.strip()}{newline}" for line in remark.splitlines() if line)
            merged.append(joiner.replace(newline, newline + said))
            merged.append(text[body[0].outer_start : last.end])
        tail = max(cleanup, tail, key=lambda text: text.count("&&"))
    if "\n" not in tail and any("\n" in part for part in merged):
        tail = tail.replace(" && ", joiner)
    # All of it is replaced, so that no other edit in one of the RUNs is applied in the same pass.
    edit = Edit(begin, runs[-1].end, "".join(merged) + tail)
    return Fix("Make one RUN of them.", [edit], safe=False)


def _is_remark(gap: str) -> bool:
    """Whether nothing but comments, and none that a linter reads, is in a gap."""
    lines = gap.splitlines()
    return all(line.lstrip().startswith("#") for line in lines if line.strip()) and not (
        "ignore" in gap or "noqa" in gap or "hadolint" in gap
    )


def _upgrade_above(run: Run, call: PackageCall) -> Run | None:
    """The RUN right above that does nothing but bring the same manager's packages up to date."""
    instructions = run.stage.instructions
    at = bisect_left(instructions, run.start, key=lambda one: one.start)
    above = instructions[at - 1] if at else None
    if above is None or above.keyword != "RUN" or above.flags or run.flags or above.errors:
        return None
    actions: set[str] = set()
    for command in above.commands:
        calls = calls_of(command)
        if command.name != "rm" and not calls:
            return None
        actions.update(one.action for one in calls if one.family == call.family)
    return above if "update" in actions and actions <= _REFRESHING else None


_REFRESHING = {"update", "upgrade", "dist-upgrade"}


def _body(run: Run) -> tuple[list[Command], str]:
    """The commands without the clean-up at the end, and the text of that with the ``&&`` before it."""
    end = len(run.commands)
    while end > 1 and _is_cleanup(run.commands[end - 1]):
        end -= 1
    return run.commands[:end], run.source.text[run.commands[end - 1].end : run.end]


def _is_cleanup(command: Command) -> bool:
    calls = calls_of(command)
    return command.name == "rm" or (bool(calls) and all(call.action == "clean" for call in calls))


def _is_update(command: Command) -> bool:
    return any(call.action == "update" for call in calls_of(command))


# Flags that say nothing about which packages, so that what has the same of them can share a list.
_PLAIN_FLAGS = frozenset({
    "-y", "-q", "-qq", "-yq", "-qy", "-yqq", "-qqy", "--yes", "--assume-yes", "--assumeyes", "--quiet", "--no-install-recommends", "--no-cache",
    "--no-install-suggests", "-n", "--non-interactive", "--noconfirm",
})  # fmt: skip


def _packages_alike(first: Command, second: Command) -> list[str]:
    """The packages of the second install as written, where the first could name them as well; else nothing."""
    lists = []
    for command in (first, second):
        calls = calls_of(command)
        if len(calls) != 1 or calls[0].action != "install" or command.redirects or command.wrappers:
            return []
        names = [package.word.text for package in calls[0].packages]
        flags = {word.text for word in command.args if word.text.startswith("-")}
        others = (
            len(command.args) - len(names) - sum(word.text.startswith("-") for word in command.args)
        )
        if not flags <= _PLAIN_FLAGS or others != 1 or command.words[-1].text != names[-1]:
            return []
        assigned = [word.text for word in command.assignments]
        lists.append((calls[0].tool, flags, assigned, names))
    return lists[1][3] if lists[0][:3] == lists[1][:3] else []


def _separator(install: Command, run: Run) -> str:
    """What stands between the last two words of an install: a blank, or a new line where each package has its own."""
    before, last = install.words[-2], install.words[-1]
    between = run.source.text[before.end : last.start]
    return between if "\n" in between and "#" not in between else " "
