"""File permissions that let every user write."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command

# Symbolic modes of chmod that let every user write.
_WORLD_WRITABLE_MODES = frozenset({
    "a+w", "a+rw", "a+rwx", "o+w", "o+rw", "o+rwx", "ugo+rwx", "a=rwx", "ugo+rw", "a+rwX", "ugo+rwX",
})  # fmt: skip
# Names of variables for what mktemp creates.
_TEMPORARY_NAMES = frozenset({"tmp", "temp", "tmpdir", "tempdir", "tmp_dir", "temp_dir"})


@rule("DF508", severity=Severity.WARNING, default=False, on=("chmod",))
def world_writable_files(command: Command, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """chmod makes files world-writable.

    Every process in the container can change or replace these files, even one that runs as another user. A program that
    loads them may then run an attacker's code.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN chmod -R 777 /var/www
    #            ^^^ 'chmod 777' lets every user write to the files
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN chown -R www-data /var/www
    ```

    Good (a shared directory with the sticky bit)::

    ```dockerfile
    FROM debian:12
    RUN chmod 1777 /scratch
    ```

    Good (an empty directory for a user whose ID is not known)::

    ```dockerfile
    FROM debian:12
    RUN mkdir -p /data && chmod 777 /data
    ```

    How to fix: give the files to the user that needs them (``chown``, ``COPY --chown``), or to that user's group.

    Known problems: off by default, because images often open toolchains and directories for a user ID that is not known
    during the build. Directories that the same RUN creates, and stages that are not part of the final image, are left
    alone.

    Source: CIS Docker Benchmark, section 4; OpenShift's guidelines use the root group instead.
    """
    if stage is not None and not stage.ships:
        return
    operands = command.operands()
    if not operands or not _is_world_writable(operands[0].value):
        return
    targets = [target.value.rstrip("/") for target in operands[1:]]
    if all(_is_temporary(target) for target in targets):
        return
    # Created for an unknown user, as official images do.
    created = _created_directories(run)
    if all(target in created for target in targets):
        return
    yield Finding.at(
        operands[0],
        f"'chmod {operands[0].value}' lets every user write to the files. "
        "Give them to the user that needs them with 'chown'.",
    )


def _is_world_writable(mode: str) -> bool:
    """Whether a mode of chmod lets every user write, without the sticky bit."""
    digits = mode.lstrip("0")
    if digits.isdecimal():
        return len(digits) == 3 and digits[-1] in "367"
    return mode in _WORLD_WRITABLE_MODES


def _created_directories(run: Run) -> frozenset[str]:
    """Directories that a RUN creates, as they are written; computed once for each RUN."""
    created: frozenset[str] | None = run.facts.get("created-directories")
    if created is None:
        created = frozenset(
            word.value.rstrip("/")
            for command in run.commands
            if command.name in ("mkdir", "install")
            for word in command.operands()
        )
        # "mkdir -p $D/b" also creates $D; the parents of a plain path may be the system's.
        created |= {path.rpartition("/")[0] for path in created if path.startswith("$")}
        run.facts["created-directories"] = created
    return created


def _is_temporary(path: str) -> bool:
    """Whether a path is temporary, or a variable that is named like one from ``mktemp``."""
    if path.startswith(("/tmp", "/var/tmp", "/dev/")):
        return True
    return path.startswith("$") and path.lower().strip("${}") in _TEMPORARY_NAMES
