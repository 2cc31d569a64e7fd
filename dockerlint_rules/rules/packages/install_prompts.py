"""Rules about install prompts."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import flag_after
from dockerlint_rules.model.packages.apt_settings import is_apt_configured, is_said_until
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import short
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run


_ASKING = frozenset({"install", "upgrade", "dist-upgrade", "build-dep", "remove", "autoremove"})


_YES = {"apt": "-y", "rpm": "-y", "zypper": "-n", "pacman": "--noconfirm", "conda": "-y"}


@rule(
    "DF207",
    severity=Severity.ERROR,
    aliases=("DL3014", "DL3030", "DL3034", "DL3038"),
    fix="safe",
    on=("apt", "rpm", "zypper", "pacman", "conda"),
)
def missing_yes_flag(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Package manager asks for confirmation during the build.

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
        edit = flag_after(install.command.words[0], flag, run)
    else:
        edit = flag_after(word, flag, run)
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
