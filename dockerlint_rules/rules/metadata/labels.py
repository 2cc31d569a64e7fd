"""Rules about labels."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Pair
    from dockerlint_rules.syntax.dockerfile.instructions import Label


_RESERVED = ("com.docker.", "io.docker.", "org.dockerproject.")


_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_/")


_ENDS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def label_key(pair: Pair) -> str:
    """The key of a label without its quotes."""
    return pair.key.value


@rule("DF810", severity=Severity.STYLE, default=False, aliases=("DL3048",), words=("label",))
def invalid_label_key(label: Label) -> Iterator[Finding]:
    """Label key does not follow Docker's naming guidelines.

    Keys are in lower case and begin with a domain that one owns; tools look for them by their exact text, and a few
    prefixes are Docker's own.

    Bad::

    ```dockerfile
    FROM debian:12
    LABEL Vendor="Example"
    #     ^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    LABEL com.example.vendor="Example"
    ```

    How to fix: use lower-case letters, digits, ``.`` and ``-``, beginning with a letter.

    Known problems: off by default; a key that works is not worth a change in most images.

    Source: Docker docs, "Docker object labels", "Key format recommendations".
    """
    for pair in label.pairs:
        key = label_key(pair)
        if not key or "$" in key:
            continue
        wrong = (
            not ("a" <= key[0] <= "z")
            or key[-1] not in _ENDS
            or not _ALLOWED.issuperset(key)
            or key.startswith(_RESERVED)
            or ".." in key
            or "--" in key
        )
        if wrong:
            yield Finding.at(
                pair.key,
                f"'{key}' is no good key. Use lower-case letters, digits, '.' and '-', below a domain of your own.",
            )


@rule("DF811", severity=Severity.WARNING, fix="safe", words=("label",))
def duplicate_label(stage: Stage) -> Iterator[Finding]:
    """Label is set more than once in a stage.

    The last one counts, and the first is there to mislead.

    Bad::

    ```dockerfile
    FROM debian:12
    LABEL version="1.0"
    #     ^^^^^^^
    LABEL version="1.1"
    ```

    Good::

    ```dockerfile
    FROM debian:12
    LABEL version="1.1"
    ```

    How to fix: drop the earlier one.

    Source: Docker docs, "Dockerfile reference", LABEL.
    """
    last: dict[str, Pair] = {}
    for one in stage.of("LABEL"):
        for pair in getattr(one, "pairs", ()):
            known = last.get(label_key(pair))
            if known is not None and known.value is not None and pair.value is not None:
                yield Finding.at(
                    known.key,
                    f"Label '{label_key(pair)}' is set again below, which is what counts. Drop this one.",
                )
            last[label_key(pair)] = pair
