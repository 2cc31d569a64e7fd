"""Rules about variables that an ENV sets."""

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

    BuildKit expands all values of an ENV before it sets any of its variables. A variable of the same ENV is
    therefore empty, or has the value that it had before.

    Bad::

    ```dockerfile
    FROM debian:12
    ENV HOME_DIR=/app BIN_DIR=$HOME_DIR/bin
    #                         ^^^^^^^^^^^^^ '$HOME_DIR' is set by this same ENV
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    ENV HOME_DIR=/app
    ENV BIN_DIR=$HOME_DIR/bin
    ```

    Good (a variable that extends its earlier value)::

    ```dockerfile
    FROM debian:12
    ENV PATH=/app/bin:$PATH LANG=C.UTF-8
    ```

    How to fix: set the variable in an earlier ENV.

    Fix safety: unsafe, because the value changes: it now contains the variable's new value.

    Source: Docker docs, "Dockerfile reference", "Environment replacement".
    """
    if len(env.pairs) < 2:
        return
    from dockerlint_rules.syntax.word_variables import variables

    positions: dict[str, list[int]] = {}
    for position, pair in enumerate(env.pairs):
        positions.setdefault(pair.name, []).append(position)
    for position, pair in enumerate(env.pairs):
        if pair.value is None or "$" not in pair.value.text:
            continue
        for use in variables(pair.value.text, env.escape):
            if use.name not in positions:
                continue
            # If one ENV sets a variable twice, the second value wins but does not see the first.
            uses_itself = use.name == pair.name
            is_set_twice = uses_itself and len(positions[use.name]) > 1
            if uses_itself and not is_set_twice:
                continue
            if stage is not None and not is_set_twice and _is_declared_before(stage, env, use.name):
                continue
            is_set_to_the_left = not is_set_twice and positions[use.name][0] < position
            yield Finding.at(
                pair.value,
                f"'${use.name}' is set by this same ENV, so it does not have its new value here. "
                "Set it in an earlier ENV.",
                fix=_split_env(env, position) if is_set_to_the_left else None,
            )
            break


def _split_env(env: Env, position: int) -> Fix | None:
    """Start a new ENV at a pair, so that the pairs before it are set."""
    pair = env.pairs[position]
    start = env.pairs[position - 1].end
    if set(env.source.text[start : pair.start]) - set(" \t\r\n" + env.escape):
        return None  # there is a comment between the pairs
    keyword = env.keyword_word.text
    edit = Edit(start, pair.start, f"{env.source.newline}{keyword} ")
    return Fix("Split the ENV in two", [edit], safe=False)


def _is_declared_before(stage: Stage, env: Env, name: str) -> bool:
    if name == "PATH" or stage.scope.value_at(env, name) is not None:
        return True
    return any(
        pair.name == name
        for global_arg in stage.dockerfile.global_args
        for pair in getattr(global_arg, "pairs", ())
    )
