"""Rules about env variables."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Env


@rule("DF709", severity=Severity.ERROR, aliases=("DL3044",), fix="unsafe")
def variable_from_same_env(env: Env, stage: Stage | None) -> Iterator[Finding]:
    """Variable is used in the ENV that sets it.

    All values of one ENV see the state before it: the variable is still empty there.

    Bad::

    ```dockerfile
    FROM debian:12
    ENV HOME_DIR=/app BIN_DIR=$HOME_DIR/bin
    #                         ^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ENV HOME_DIR=/app
    ENV BIN_DIR=$HOME_DIR/bin
    ```

    Good (its own former value)::

    ```dockerfile
    FROM debian:12
    ENV PATH=/app/bin:$PATH LANG=C.UTF-8
    ```

    How to fix: set it in an ENV of its own, before.

    Fix safety: unsafe; the value becomes what it looks like, which it is not today.

    Source: Docker docs, "Dockerfile reference", "Environment replacement".
    """
    if len(env.pairs) < 2:
        return
    from dockerlint_rules.syntax.word_variables import variables

    names: dict[str, list[int]] = {}
    for at, pair in enumerate(env.pairs):
        names.setdefault(pair.name, []).append(at)
    for at, pair in enumerate(env.pairs):
        if pair.value is None or "$" not in pair.value.text:
            continue
        for use in variables(pair.value.text, env.escape):
            # Set twice in one ENV: the second does not see the first, and wins.
            twice = use.name == pair.name and len(names.get(use.name, ())) > 1
            if use.name not in names or (use.name == pair.name and not twice):
                continue
            if stage is not None and not twice and _is_declared_before(stage, env, use.name):
                continue
            yield Finding.at(
                pair.value,
                f"'${use.name}' is set by this very ENV, and still empty here. Set it in an ENV of its own, before.",
                fix=_own_env(env, at) if not twice and names[use.name][0] < at else None,
            )
            break


def _own_env(env: Env, at: int) -> Fix | None:
    """Begin a new ENV at a pair, so that what stands before it is set."""
    pair = env.pairs[at]
    start = env.pairs[at - 1].end
    if set(env.source.text[start : pair.start]) - set(" \t\r\n" + env.escape):
        return None  # a comment is between them
    keyword = env.keyword_word.text
    edit = Edit(start, pair.start, f"{env.source.newline}{keyword} ")
    return Fix("Set it in an ENV of its own.", [edit], safe=False)


def _is_declared_before(stage: Stage, env: Env, name: str) -> bool:
    if name == "PATH" or stage.scope.value_at(env, name) is not None:
        return True
    return any(
        pair.name == name
        for one in stage.dockerfile.global_args
        for pair in getattr(one, "pairs", ())
    )
