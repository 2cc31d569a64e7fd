"""Clones of Git repositories."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.layers.cleanup import last_where
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command

# Usual names of branches; any other name may be a tag.
_MOVING_BRANCHES = frozenset(
    {"master", "main", "develop", "dev", "trunk", "head", "latest", "stable", "devel", "next"}
)


@rule("DF246", severity=Severity.INFO, on=("git",))
def unpinned_git_clone(command: Command, run: Run) -> Iterator[Finding]:
    """Git repository is cloned without a pinned revision.

    Builds of the same Dockerfile get different code as the branch moves, and the build cache keeps the old code as long
    as the line does not change. A tag or a commit pins the code.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN git clone --depth 1 https://example.com/tool.git && make -C tool
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ The default branch moves
    ```

    Bad (a branch)::

    ```dockerfile
    FROM debian:12
    RUN git clone -b master https://example.com/tool.git
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ The branch 'master' moves
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN git clone --depth 1 --branch v1.4.2 https://example.com/tool.git
    ```

    Good (checked out later)::

    ```dockerfile
    FROM debian:12
    RUN git clone https://example.com/tool.git && cd tool && git checkout 3f2c1ab
    ```

    How to fix: clone a tag with ``--branch``, or check out a commit in the same RUN. ``ADD https://…git#v1.4.2``
    downloads a tag without git.

    Known problems: the rule sees a checkout in a later RUN only in the same stage.

    Source: Docker docs, "Dockerfile reference", ADD from Git repositories.
    """
    words = command.operands(
        "-b", "--branch", "--depth", "-C", "-c", "--reference", "-o", "--origin", "-j", "--jobs"
    )
    if len(words) < 2 or words[0].value != "clone":
        return
    repository = words[1].value
    if not ("://" in repository or "@" in repository) or repository.startswith("file://"):
        return
    branch = command.value_of("-b", "--branch")
    if branch is not None and branch.startswith("${") and run.stage is not None:
        branch = run.stage.scope.value_at(run, branch[2:-1]) or branch
    if branch is not None and branch.lower() not in _MOVING_BRANCHES:
        return
    if command.has_flag("--revision") or _is_checked_out(run, command):
        return
    name = f"branch '{branch}'" if branch else "default branch"
    yield Finding.at(
        Span(command.start, command.end),
        f"The {name} moves, so each build may get different code. "
        "Clone a tag with '--branch', or check out a commit in the same RUN.",
    )


def _is_checked_out(run: Run, command: Command) -> bool:
    """Whether a later command of the RUN, or of a later RUN, checks out a revision."""
    if last_where(run, "git-checkout", _checks_out_revision) > command.index:
        return True
    stage: Stage | None = run.stage
    if stage is None:
        return False
    last_checkout = stage.facts.get("last-git-checkout")
    if last_checkout is None:
        last_checkout = stage.facts["last-git-checkout"] = max(
            (one.start for one in stage.runs if any(map(_checks_out_revision, one.commands))),
            default=-1,
        )
    return bool(last_checkout > run.start)


def _checks_out_revision(command: Command) -> bool:
    if command.name != "git":
        return False
    words = [word.value for word in command.operands("-C", "-c")]
    if len(words) < 2:
        return False
    action, operand = words[:2]
    if action == "reset":
        return True
    is_checkout = action in ("checkout", "switch", "fetch", "cherry-pick")
    return is_checkout and operand.lower() not in _MOVING_BRANCHES
