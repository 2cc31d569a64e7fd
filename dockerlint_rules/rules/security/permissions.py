"""Rules about permissions."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command


@rule("DF508", severity=Severity.WARNING, default=False, on=("chmod",))
def world_writable_files(command: Command, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """chmod makes files world-writable.

    Any process in the container, whoever runs it, can replace these files; what a service loads from there is no
    longer what was built.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN chmod -R 777 /var/www
    #            ^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN chown -R www-data /var/www
    ```

    Good (a directory for all, with the sticky bit)::

    ```dockerfile
    FROM debian:12
    RUN chmod 1777 /scratch
    ```

    Good (an empty folder for whoever will run)::

    ```dockerfile
    FROM debian:12
    RUN mkdir -p /data && chmod 777 /data
    ```

    How to fix: give the files to the user that needs them, ``chown`` or ``COPY --chown``, or to its group.

    Known problems: off by default, as toolchains and folders are often opened for a user's number that is not known
    before. Folders that the same RUN makes, and stages that do not ship, are left alone.

    Source: CIS Docker Benchmark, section 4; OpenShift's guidelines use the root group instead.
    """
    if stage is not None and not stage.ships:
        return
    for word in command.operands()[:1]:
        mode = word.value
        digits = mode.lstrip("0")
        numeric = digits.isdecimal() and len(digits) == 3 and digits[-1] in "367"
        symbolic = mode in (
            "a+w",
            "a+rw",
            "a+rwx",
            "o+w",
            "o+rw",
            "o+rwx",
            "ugo+rwx",
            "a=rwx",
            "ugo+rw",
            "a+rwX",
            "ugo+rwX",
        )
        if not (numeric or symbolic):
            continue
        targets = [one.value.rstrip("/") for one in command.operands()[1:]]
        if all(
            one.startswith(("/tmp", "/var/tmp", "/dev/")) or _is_temporary(one) for one in targets
        ):
            return
        # Made for whoever will run, as official images do for any user's number.
        made = _made_folders(run)
        if all(one in made for one in targets):
            return
        yield Finding.at(
            word,
            f"'chmod {mode}' lets everybody write there. Give the files to the user that needs them.",
        )


def _made_folders(run: Run) -> frozenset[str]:
    """Folders that a RUN makes, as they are written; each RUN is asked once."""
    known: frozenset[str] | None = run.facts.get("made-folders")
    if known is None:
        known = run.facts["made-folders"] = frozenset(
            word.value.rstrip("/")
            for command in run.commands
            if command.name in ("mkdir", "install")
            for word in command.operands()
        )
        # What "mkdir -p" makes on the way.
        known = run.facts["made-folders"] = known.union(
            one.rpartition("/")[0] for one in known if one.startswith("$")
        )
    return known


def _is_temporary(path: str) -> bool:
    """Whether a variable is named for what ``mktemp`` made."""
    return path.startswith("$") and path.lower().strip("${}") in (
        "tmp",
        "temp",
        "tmpdir",
        "tempdir",
        "tmp_dir",
        "temp_dir",
    )
