"""System packages: installs that go through, can be repeated, and make one layer."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.fixes.edits import insert_flag, replace_word
from dockerlint_rules.model.layers.cleanup import is_and_chain
from dockerlint_rules.model.packages.apt_settings import is_apt_configured, is_said_until
from dockerlint_rules.model.packages.calls import calls_of
from dockerlint_rules.model.values import value_of_word
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import lines, names, short
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import Package, PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Run
    from dockerlint_rules.syntax.shell.script import Command

_SYSTEM = ("apt", "apk", "rpm", "zypper", "pacman")
_METADATA = frozenset(
    {"LABEL", "EXPOSE", "CMD", "ENTRYPOINT", "STOPSIGNAL", "HEALTHCHECK", "MAINTAINER"}
)


@rule("DF203", severity=Severity.WARNING, aliases=("DL3035",), on=_SYSTEM)
def distribution_upgrade(install: PackageCall) -> Iterator[Finding]:
    """The whole distribution is upgraded inside the image.

    What the upgrade brings depends on the day of the build, so no two builds give the same
    image, and the replaced files stay in the layers below. The base image is rebuilt by its
    maintainers with the same fixes.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get -y dist-upgrade
    #                     ^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12.8
    RUN apt-get update && apt-get -y upgrade
    ```

    How to fix: take a newer base image and drop the upgrade.

    Source: Docker docs, "Building best practices", section "Rebuild your images often".
    """
    if (
        install.action != "dist-upgrade"
        or install.family == "pacman"
        or install.action_word is None
    ):
        return
    yield Finding.at(
        install,
        f"'{install.action_word.value}' makes each build a different image and keeps the replaced files "
        "in the layers below. Take a newer base image instead.",
        aliases=("DL3035",) if install.family == "zypper" else (),
    )


@rule("DF204", severity=Severity.INFO, default=False, on=("apt", "apk", "rpm", "zypper"))
def package_upgrade(install: PackageCall) -> Iterator[Finding]:
    """All installed packages are upgraded inside the image.

    The result depends on the day of the build, and the upgraded files take space twice. Some
    teams want it for the security fixes between two releases of the base image, so this rule is
    off by default.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get -y upgrade
    #                     ^^^^^^^^^^^^^^^^^^
    ```

    Good (a package is named)::

    ```dockerfile
    FROM alpine:3.20
    RUN apk upgrade --no-cache openssl
    ```

    How to fix: take a newer base image, or upgrade the packages by name.

    Source: Docker docs, "Building best practices", section "Rebuild your images often".
    """
    if install.action != "upgrade" or install.packages:
        return
    yield Finding.at(
        install,
        f"'{short(install)}' upgrades every package to what the mirror has today, so each build differs. "
        "Take a newer base image, or name the packages.",
    )


_ASKING = frozenset({"install", "upgrade", "dist-upgrade", "build-dep", "remove", "autoremove"})
_YES = {"apt": "-y", "rpm": "-y", "zypper": "-n", "pacman": "--noconfirm", "conda": "-y"}


@rule(
    "DF207",
    severity=Severity.ERROR,
    aliases=("DL3014", "DL3030", "DL3034", "DL3038"),
    fix="safe",
    on=("apt", "rpm", "zypper", "pacman", "conda"),
)
def unconfirmed_install(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Package manager would ask before it goes on.

    A build has nobody to answer. The package manager reads the end of its input, takes that for
    a no and stops the build as soon as it needs anything beyond what was named.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install --no-install-recommends nginx
    #                     ^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    ```

    Good (two q imply yes)::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -qq --no-install-recommends nginx
    ```

    How to fix: add the flag that answers yes.

    Source: apt-get(8), dnf(8), zypper(8), pacman(8), ``conda install --help``.
    """
    word = install.action_word
    if install.action not in _ASKING or word is None or install.assumes_yes:
        return
    if install.tool in ("microdnf", "yay", "paru") or _is_simulated(install):
        return
    if _is_answered(install, run, stage):
        return
    flag = _YES[install.family]
    if install.family == "zypper":
        edit = insert_flag(install.command.words[0], flag, run)
    else:
        edit = insert_flag(word, flag, run)
    yield Finding.at(
        Span(install.start, word.end),
        f"'{short(install)}' asks before it goes on, and a build has nobody to answer. Add '{flag}'.",
        fix=Fix(f"Add {flag}.", [edit], safe=True) if install.command.words[0].literal else None,
        aliases=_confirm_aliases(install),
    )


def _is_simulated(call: PackageCall) -> bool:
    dry = (
        "-s",
        "--simulate",
        "--just-print",
        "--dry-run",
        "--print-uris",
        "--assumeno",
        "-D",
        "-p",
    )
    return call.has_flag(*dry) and call.family in ("apt", "rpm", "zypper", "conda", "pacman")


def _is_answered(call: PackageCall, run: Run, stage: Stage | None) -> bool:
    """Whether something other than a flag of the call says yes, or may do so."""
    command = call.command
    # A variable before the action may hold flags.
    word = call.action_word
    if any(not one.literal for one in command.args if word and one.start < word.start):
        return True
    commands = run.commands
    at = command.index
    if (
        at
        and commands[at - 1].after in ("|", "|&")
        and commands[at - 1].name in ("yes", "echo", "printf")
    ):
        return True
    if call.family == "apt":
        return is_apt_configured(run, stage, "APT::Get::Assume-Yes")
    if call.family == "conda":
        if len(command.args) > 0 and command.args[0].value == "env":
            return True
        if stage is not None and stage.scope.value_at(run, "CONDA_ALWAYS_YES"):
            return True
        return is_said_until(
            run, stage, "conda-yes", lambda text: "always_yes" in text or "ALWAYS_YES" in text
        )
    if call.family == "rpm":
        return is_said_until(run, stage, "assumeyes", lambda text: "assumeyes=" in text.lower())
    return False


def _confirm_aliases(call: PackageCall) -> tuple[str, ...]:
    """The peers' codes whose own condition holds for this call."""
    word = call.action_word.value if call.action_word else ""
    if call.tool == "apt-get":
        return ("DL3014",) if word == "install" else ()
    if call.tool == "yum":
        return ("DL3030",) if word in ("install", "groupinstall", "localinstall") else ()
    if call.manager.name == "dnf":
        return ("DL3038",) if word in ("install", "groupinstall", "localinstall") else ()
    if call.tool == "zypper":
        known = ("install", "in", "remove", "rm", "source-install", "si", "patch", "update", "up")
        return ("DL3034",) if word in known else ()
    return ()


@rule("DF210", severity=Severity.INFO, fix="unsafe", words=("install", "add"))
def installs_that_merge(stage: Stage) -> Iterator[Finding]:
    """Install layers that follow each other could be one.

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
    if found is None or len(families) != 1 or found.family not in _SYSTEM:
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


_PIN_ALIASES = {"apt-get": "DL3008", "apk": "DL3018", "yum": "DL3033", "zypper": "DL3037"}


@rule(
    "DF211",
    severity=Severity.INFO,
    aliases=("DL3008", "DL3018", "DL3033", "DL3037", "DL3041"),
    default=False,
    on=_SYSTEM,
)
def unpinned_system_packages(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """System packages are installed without a version.

    The build gets what the mirror has that day, so two builds of one commit may differ. Mirrors
    drop old versions, however, and then a pinned build fails: this rule is off by default.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    #                                                                ^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx=1.22.1-9+deb12u1
    ```

    How to fix: name the version of each package, or build from a snapshot of the mirror.

    Source: Docker docs, "Building best practices", section "Version pinning".
    """
    word = install.action_word
    if install.action != "install" or word is None or install.family == "pacman":
        return
    loose = [one for one in install.packages if _is_unpinned(one, install, run, stage)]
    if not loose:
        return
    loose_names = [one.word.value for one in loose]
    yield Finding.at(
        loose[0],
        f"{names(loose_names)} {'has' if len(loose_names) == 1 else 'have'} no version, so each build may get another one. "
        "Name the version, or install from a snapshot of the mirror.",
        aliases=_pin_aliases(install, word.value, loose),
    )


def _is_unpinned(package: Package, call: PackageCall, run: Run, stage: Stage | None) -> bool:
    if package.kind == "variable":
        known = value_of_word(package.word.value, run, stage)
        separators = "-" if call.family == "rpm" else "=/~<>"
        return known is None or not all(set(separators) & set(one) for one in known.split())
    if package.kind != "package" or package.version is not None:
        return False
    name = package.word.value
    if call.family in ("rpm", "zypper") and _is_group(name, call):
        return False
    # A trailing minus removes the package.
    return not (call.family == "apt" and name.endswith("-"))


def _is_group(name: str, call: PackageCall) -> bool:
    """Whether a name stands for a group or pattern, which has no version."""
    words = {word.value for word in call.command.args}
    return name.startswith("@") or bool(words & {"group", "groups", "groupinstall", "-t", "--type"})


def _pin_aliases(call: PackageCall, word: str, loose: list[Package]) -> tuple[str, ...]:
    if call.manager.name in ("dnf", "microdnf"):
        return ("DL3041",) if word == "install" else ()
    if call.tool == "zypper":
        return ("DL3037",) if word in ("install", "in") else ()
    known = {"apt-get": "install", "apk": "add", "yum": "install"}
    return (_PIN_ALIASES[call.tool],) if known.get(call.tool) == word else ()


_APT_GET = frozenset(
    {
        "install",
        "update",
        "upgrade",
        "remove",
        "purge",
        "autoremove",
        "clean",
        "full-upgrade",
        "build-dep",
        "autoclean",
    }
)
_APT_CACHE = frozenset({"search", "show", "policy", "depends", "rdepends", "showsrc"})


@rule("DF212", severity=Severity.WARNING, aliases=("DL3027",), fix="safe")
def apt_command(command: Command, run: Run) -> Iterator[Finding]:
    """Script calls apt, which is made for people.

    ``apt`` warns that its command line and output may change at any time, and shows progress
    bars that fill the build log. ``apt-get`` and ``apt-cache`` do the same and stay as they
    are.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt update && apt-get install -y --no-install-recommends nginx
    #   ^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    ```

    How to fix: write ``apt-get``, or ``apt-cache`` for queries.

    Source: apt(8), "SCRIPT USAGE AND DIFFERENCES FROM OTHER APT TOOLS".
    """
    if command.name != "apt" or not command.words:
        return
    word = command.words[0]
    action = next((one.value for one in command.args if not one.value.startswith("-")), "")
    new = "apt-get" if action in _APT_GET else "apt-cache" if action in _APT_CACHE else ""
    fix = None
    if new and word.text == "apt":
        action_fix = {"full-upgrade": "dist-upgrade"}.get(action)
        edits = [replace_word(word, new, run)]
        if action_fix is None:
            fix = Fix(f"Call {new}.", edits, safe=True)
    yield Finding.at(
        word,
        "'apt' is made for people: its command line and output may change. "
        f"Call '{new or 'apt-get'}'.",
        fix=fix,
    )
