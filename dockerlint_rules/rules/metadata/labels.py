"""Keys of labels, and labels that are set twice."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import remove_instruction
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage

_RESERVED_PREFIXES = ("com.docker.", "io.docker.", "org.dockerproject.")
_LETTERS_AND_DIGITS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_KEY_CHARACTERS = _LETTERS_AND_DIGITS | frozenset(".-_/")


@rule("DF810", severity=Severity.STYLE, default=False, aliases=("DL3048",), words=("label",))
def invalid_label_key(label: Label) -> Iterator[Finding]:
    """Label key does not follow Docker's naming guidelines.

    Tools look for labels by their exact keys. Docker recommends lowercase keys that start with a domain that you
    own, so
    that they do not clash with keys of others, and reserves a few prefixes for itself.

    Bad::

    ```dockerfile
    FROM debian:12
    LABEL Vendor="Example"
    #     ^^^^^^ Label key 'Vendor' does not follow Docker's guidelines
    ```

    Bad (a reserved prefix)::

    ```dockerfile
    FROM debian:12
    LABEL com.docker.team="Example"
    #     ^^^^^^^^^^^^^^^ has a prefix that is reserved for Docker
    ```

    Good::

    ```dockerfile
    FROM debian:12
    LABEL com.example.vendor="Example"
    ```

    How to fix: use lowercase letters, digits, ``.`` and ``-``, and start with a letter.

    Known problems: off by default, because changing a key that works is rarely worth the effort.

    Source: Docker docs, "Docker object labels", "Key format recommendations".
    """
    for pair in label.pairs:
        key = pair.key.value
        if not key or "$" in key:
            continue
        if key.startswith(_RESERVED_PREFIXES):
            text = f"Label key '{key}' has a prefix that is reserved for Docker. Use a domain that you own instead."
        elif _is_key(key):
            continue
        else:
            text = (
                f"Label key '{key}' does not follow Docker's guidelines. "
                "Use lowercase letters, digits, '.' and '-', and start with a letter."
            )
        yield Finding.at(pair.key, text)


def _is_key(key: str) -> bool:
    return (
        "a" <= key[0] <= "z"
        and key[-1] in _LETTERS_AND_DIGITS
        and _KEY_CHARACTERS.issuperset(key)
        and ".." not in key
        and "--" not in key
    )


@rule("DF811", severity=Severity.WARNING, fix="safe", words=("label",))
def duplicate_label(stage: Stage) -> Iterator[Finding]:
    """Label is set more than once in a stage.

    Only the last value counts. The earlier one misleads readers, and people may edit it without any effect.

    Bad::

    ```dockerfile
    FROM debian:12
    LABEL version="1.0"
    #     ^^^^^^^ Label 'version' is set again later in this stage
    LABEL version="1.1"
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    LABEL version="1.1"
    ```

    Good::

    ```dockerfile
    FROM debian:12
    LABEL version="1.1"
    ```

    How to fix: remove the earlier one.

    Fix safety: safe, because the image gets the same labels. The fix is not offered if the key has a variable or if
    there are comments between the labels of one instruction.

    Source: Docker docs, "Dockerfile reference", LABEL.
    """
    last: dict[str, tuple[Label, int]] = {}
    for label in stage.of("LABEL"):
        if not isinstance(label, Label):
            continue
        for index, pair in enumerate(label.pairs):
            key = pair.key.value
            if key in last and pair.value is not None:
                earlier_label, earlier_index = last[key]
                earlier = earlier_label.pairs[earlier_index]
                if earlier.value is not None:
                    yield Finding.at(
                        earlier.key,
                        f"Label '{key}' is set again later in this stage, so this value has no effect. Remove it.",
                        fix=_without_pair(earlier_label, earlier_index),
                    )
            last[key] = (label, index)


def _without_pair(label: Label, index: int) -> Fix | None:
    """Remove one pair of a LABEL, or the whole LABEL if it has no other pair."""
    pair = label.pairs[index]
    # Only plain keys: a variable may have another value at the later label.
    if "$" in pair.key.text:
        return None
    title = f"Remove label '{pair.key.value}'"
    if len(label.pairs) == 1:
        return Fix(title, [remove_instruction(label)], safe=True)
    if index + 1 < len(label.pairs):
        following = label.pairs[index + 1]
        start, end = pair.start, following.start
        gap = label.source.text[pair.end : following.start]
    else:
        previous = label.pairs[index - 1]
        start, end = previous.end, pair.end
        gap = label.source.text[previous.end : pair.start]
    if "#" in gap:  # a comment on a line of its own
        return None
    return Fix(title, [Edit(start, end, "")], safe=True)
