"""Package managers that ask for confirmation."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import insert_flag
from dockerlint_rules.model.packages.apt_settings import is_apt_configured, is_written_before
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import call_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run

_ASKING_ACTIONS = frozenset({
    "install", "upgrade", "dist-upgrade", "build-dep", "remove", "autoremove",
})  # fmt: skip
_YES_FLAGS = {"apt": "-y", "rpm": "-y", "zypper": "-n", "pacman": "--noconfirm", "conda": "-y"}
_SIMULATION_FLAGS = (
    "-s", "--simulate", "--just-print", "--dry-run", "--print-uris", "--assumeno",
    "-D", "-p",
)  # fmt: skip


@rule(
    "DF207",
    severity=Severity.ERROR,
    aliases=("DL3014", "DL3030", "DL3034", "DL3038"),
    fix="safe",
    on=("apt", "rpm", "zypper", "pacman", "conda"),
)
def missing_yes_flag(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Package manager may ask for confirmation during the build.

    Nobody can answer during a build, so the package manager takes the answer as no, and the build fails. ``apt-get``
    only asks if it has to change more than the named packages, so such a build may fail later, with new dependencies.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install --no-install-recommends nginx
    #                     ^^^^^^^^^^^^^^^ 'apt-get install' may ask for confirmation
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    ```

    Good (two -q imply yes)::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -qq --no-install-recommends nginx
    ```

    How to fix: add the flag that answers yes.

    Source: apt-get(8), dnf(8), zypper(8), pacman(8), ``conda install --help``.
    """
    word = install.action_word
    if install.action not in _ASKING_ACTIONS or word is None or install.assumes_yes:
        return
    if install.tool in ("microdnf", "yay", "paru") or install.has_flag(*_SIMULATION_FLAGS):
        return
    if _may_be_confirmed(install, run, stage):
        return
    flag = _YES_FLAGS[install.family]
    program = install.command.words[0]
    # zypper takes the flag only before its action.
    edit = insert_flag(program if install.family == "zypper" else word, flag, run)
    yield Finding.at(
        install.head,
        f"Without '{flag}', '{call_name(install)}' may ask for confirmation, which stops the build. Add '{flag}'.",
        fix=Fix(f"Add '{flag}'", [edit], safe=True) if program.literal else None,
        aliases=_aliases(install),
    )


def _may_be_confirmed(call: PackageCall, run: Run, stage: Stage | None) -> bool:
    """Whether something other than a flag of the call says yes, or may do so."""
    command = call.command
    # A variable before the action may hold flags.
    action = call.action_word
    if any(not word.literal for word in command.args if action and word.start < action.start):
        return True
    previous = run.commands[command.index - 1] if command.index else None
    if previous and previous.after in ("|", "|&") and previous.name in ("yes", "echo", "printf"):
        return True
    if call.family == "apt":
        return is_apt_configured(run, stage, "APT::Get::Assume-Yes")
    if call.family == "conda":
        if command.args and command.args[0].value == "env":
            return True
        if stage is not None and stage.scope.value_at(run, "CONDA_ALWAYS_YES"):
            return True
        return is_written_before(
            run, stage, "conda-yes", lambda text: "always_yes" in text or "ALWAYS_YES" in text
        )
    if call.family == "rpm":
        return is_written_before(run, stage, "assumeyes", lambda text: "assumeyes=" in text.lower())
    return False


def _aliases(call: PackageCall) -> tuple[str, ...]:
    """The hadolint rules that report this call too."""
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
