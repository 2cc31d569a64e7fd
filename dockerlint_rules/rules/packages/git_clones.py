"""Rules about git clones."""

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


_MOVING_BRANCHES = frozenset(
    {"master", "main", "develop", "dev", "trunk", "head", "latest", "stable", "devel", "next"}
)


@rule("DF246", severity=Severity.INFO, on=("git",))
def unpinned_git_clone(command: Command, run: Run) -> Iterator[Finding]:
    """Git repository is cloned without a pinned revision.

    The same Dockerfile builds something else next week, and the build cache keeps an old state for as
    long as the line stays the same. A tag or commit says what is meant.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN git clone --depth 1 https://example.com/tool.git && make -C tool
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Bad (a branch moves as well)::

    ```dockerfile
    FROM debian:12
    RUN git clone -b master https://example.com/tool.git
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
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

    How to fix: clone a tag with ``--branch``, or check a commit out in the same RUN; or fetch it with
    ``ADD https://…git#v1.4.2``.

    Known problems: a checkout in a later RUN is seen only in the same stage.

    Source: Docker docs, "Dockerfile reference", ADD from Git repositories.
    """
    words = command.operands(
        "-b", "--branch", "--depth", "-C", "-c", "--reference", "-o", "--origin", "-j", "--jobs"
    )
    if len(words) < 2 or words[0].value != "clone":
        return
    source = words[1].value
    if not ("://" in source or "@" in source) or source.startswith("file://"):
        return
    branch = command.value_of("-b", "--branch")
    if branch is not None and branch.startswith("${") and run.stage is not None:
        branch = run.stage.scope.value_at(run, branch[2:-1]) or branch
    if branch is not None and branch.lower() not in _MOVING_BRANCHES:
        return
    if command.has_flag("--revision") or _is_checked_out(run, command):
        return
    yield Finding.at(
        Span(command.start, command.end),
        f"{'Branch ' + repr(branch) if branch else 'The default branch'} moves, so another build gets other code. "
        "Clone a tag with '--branch', or check out a commit in the same RUN.",
    )


def _is_checked_out(run: Run, command: Command) -> bool:
    last = last_where(run, "git-checkout", _checks_out)
    if last > command.index:
        return True
    stage: Stage | None = run.stage
    if stage is None:
        return False
    known = stage.facts.get("git-checkout")
    if known is None:
        known = max(
            (one.start for one in stage.runs if any(map(_checks_out, one.commands))), default=-1
        )
        stage.facts["git-checkout"] = known
    return bool(known > run.start)


def _checks_out(command: Command) -> bool:
    if command.name != "git":
        return False
    words = [word.value for word in command.operands("-C", "-c")]
    if words[:1] in (["checkout"], ["switch"], ["fetch"], ["cherry-pick"], ["submodule"]):
        return (
            words[0] != "submodule" and len(words) > 1 and words[1].lower() not in _MOVING_BRANCHES
        )
    return words[:2] == ["reset", *words[1:2]] and len(words) > 1
