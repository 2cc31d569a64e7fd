"""Keys and values of ENV and LABEL."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instruction import Instruction, Pair
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

    ``ENV NAME value`` takes the rest of the line as the value. A second pair on the line silently becomes part of the
    first value. Docker keeps this format only for old files.

    Bad::

    ```dockerfile
    FROM debian:12
    ENV GREETING hello world
    #   ^^^^^^^^^^^^^^^^^^^^ 'ENV GREETING …' uses the legacy format
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

    How to fix: write ``NAME="value"``, with quotes if the value contains spaces.

    Fix safety: safe. The fix is only offered if the value stays the same in quotes.

    Source: Docker docs, "Build checks", LegacyKeyValueFormat.
    """
    pairs: Pairs = instruction  # type: ignore[assignment]
    for pair in pairs.pairs:
        if pair.legacy and pair.value is not None:
            name = pair.name if len(pair.name) <= _LONGEST_NAME else f"{pair.name[:37]}…"
            yield Finding.at(
                pair,
                f"'{instruction.keyword} {name} …' uses the legacy format, in which the rest of the line is the value. "
                f"Write '{name}=…'.",
                fix=_add_equals_sign(instruction, pair),
            )


_LONGEST_NAME = 40  # characters in a message


def _add_equals_sign(instruction: Instruction, pair: Pair) -> Fix | None:
    """Write a legacy pair with an equals sign; None if its value would change or might."""
    from dockerlint_rules.syntax.words import ExpansionError, expand_and_split

    source = instruction.source.text
    assert pair.value is not None
    value = pair.value.text
    # Only a value on one line, as written: a line continuation in it would move into the quotes.
    if (
        source[pair.value.start : pair.value.end] != value
        or "\n" in source[pair.key.end : pair.value.end]
    ):
        return None
    new_value = value
    if not _is_one_word(value, instruction.escape):
        if any(char in value for char in "\"'`" + instruction.escape):
            return None
        new_value = f'"{value}"'
    elif value.endswith(instruction.escape):
        return None
    try:
        before = expand_and_split(value, {}, instruction.escape, skip_unset=True).text
        after = expand_and_split(new_value, {}, instruction.escape, skip_unset=True).text
    except ExpansionError:
        return None
    if before != after:
        return None
    edit = Edit(pair.key.end, pair.value.end, f"={new_value}")
    return Fix("Add an equals sign", [edit], safe=True)


def _is_one_word(value: str, escape: str) -> bool:
    """Whether a value is one word as written, such as ``a`` or ``"a b"``."""
    from dockerlint_rules.syntax.dockerfile.fields import quoted_words

    return len(quoted_words(f"={value}", 0, len(value) + 1, escape)) == 1
