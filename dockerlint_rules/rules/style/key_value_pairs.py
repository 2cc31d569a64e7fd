"""Rules about key value pairs."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.dockerfile.instructions import Pairs


@rule(
    "DF904",
    severity=Severity.STYLE,
    aliases=("LegacyKeyValueFormat",),
    fix="safe",
    on=("ENV", "LABEL"),
)
def legacy_key_value_format(instruction: Instruction) -> Iterator[Finding]:
    """ENV or LABEL uses the legacy format without '='.

    ``ENV NAME value`` takes the rest of the line as the value: a second pair on the line, or a comment, quietly
    becomes part of it. The form is kept for old files only.

    Bad::

    ```dockerfile
    FROM debian:12
    ENV GREETING hello world
    #   ^^^^^^^^^^^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    ENV GREETING="hello world"
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ENV LANG=C.UTF-8 TZ=UTC
    ```

    How to fix: write ``NAME="value"``.

    Fix safety: safe; it is offered only where the value reads the same in quotes.

    Source: Docker docs, "Build checks", LegacyKeyValueFormat.
    """
    pairs: Pairs = instruction  # type: ignore[assignment]
    for pair in pairs.pairs:
        if pair.legacy and pair.value is not None:
            yield Finding.at(
                pair,
                f"'{instruction.keyword} {_short(pair.name)} …' is the old form, which takes the rest of the line as the value. "
                f"Write '{_short(pair.name)}=…'.",
                fix=_with_equals(instruction, pairs),
            )


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:37]}…"


def _is_one_word(value: str, escape: str) -> bool:
    """Whether a value needs no quotes more than it has, as in ``"a b"``."""
    from dockerlint_rules.syntax.dockerfile.fields import quoted_words

    return len(quoted_words(f"={value}", 0, len(value) + 1, escape)) == 1


def _with_equals(instruction: Instruction, pairs: Pairs) -> Fix | None:
    from dockerlint_rules.syntax.words import ExpansionError, process

    pair = pairs.pairs[0]
    source = instruction.source.text
    assert pair.value is not None
    value = pair.value.text
    # Only what stands on one line, as written: a continuation inside would move into the quotes.
    if (
        source[pair.value.start : pair.value.end] != value
        or "\n" in source[pair.key.end : pair.value.end]
    ):
        return None
    quoted = value
    if not _is_one_word(value, instruction.escape):
        if any(char in value for char in "\"'`" + instruction.escape):
            return None
        quoted = f'"{value}"'
    elif value.endswith(instruction.escape):
        return None
    try:
        before = process(value, {}, instruction.escape, skip_unset=True).text
        after = process(quoted, {}, instruction.escape, skip_unset=True).text
    except ExpansionError:
        return None
    if before != after:
        return None
    return Fix(
        "Write it with an equals sign.",
        [Edit(pair.key.end, pair.value.end, f"={quoted}")],
        safe=True,
    )
