"""Upper and lower case of keywords and stage names, and the old way of writing pairs."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import KINDS, Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import From, Instruction, Pairs


@rule("DF901", severity=Severity.STYLE, aliases=("ConsistentInstructionCasing",), fix="safe")
def mixed_keyword_casing(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Keywords are written in several ways.

    Upper case sets instructions off from their arguments, and one way of writing lets the eye find them.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY app /usr/bin/
    cmd ["app"]
    #^^
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    COPY app /usr/bin/
    CMD ["app"]
    ```

    Good::

    ```dockerfile
    from debian:12
    copy app /usr/bin/
    ```

    How to fix: write all keywords in upper case.

    Fix safety: safe; the case of a keyword means nothing.

    Source: Docker docs, "Build checks", ConsistentInstructionCasing; the majority counts as it does there.
    """
    words = [
        one.keyword_word
        for stage in dockerfile.stages
        for one in (stage.from_, *stage.instructions)
        if one.keyword in KINDS  # the others are no keywords
    ]
    lower = sum(word.text.islower() for word in words)
    upper = sum(word.text.isupper() for word in words)
    style = "lowercase" if lower > upper else "uppercase"
    for word in words:
        wanted = word.text.lower() if lower > upper else word.text.upper()
        if word.text != wanted:
            fix = None
            if word.end - word.start == len(word.text):
                fix = Fix(f"Write {wanted}.", [Edit.replace(word, wanted)], safe=True)
            yield Finding.at(
                word,
                f"'{word.text}' is not written as most keywords here are, in {style}. Write '{wanted}'.",
                fix=fix,
            )


@rule(
    "DF902", severity=Severity.STYLE, aliases=("FromAsCasing",), fix="safe", words=(" as ", "\tas ")
)
def mixed_as_casing(from_: From) -> Iterator[Finding]:
    """AS is not written as FROM is.

    ``FROM … as`` in one line reads as a slip.

    Bad::

    ```dockerfile
    FROM debian:12 as build
    #              ^^
    ```

    Fixed::

    ```dockerfile
    FROM debian:12 AS build
    ```

    Good::

    ```dockerfile
    from debian:12 as build
    ```

    How to fix: write both in one case.

    Fix safety: safe; the case of a keyword means nothing.

    Source: Docker docs, "Build checks", FromAsCasing.
    """
    if len(from_.words) != 3:
        return
    keyword, word = from_.keyword_word.text, from_.words[1]
    if not (keyword.isupper() or keyword.islower()):
        return
    wanted = "AS" if keyword.isupper() else "as"
    if word.text != wanted:
        yield Finding.at(
            word,
            f"'{word.text}' is not written as '{keyword}' is. Write '{wanted}'.",
            fix=Fix(f"Write {wanted}.", [Edit.replace(word, wanted)], safe=True),
        )


@rule(
    "DF903",
    severity=Severity.STYLE,
    aliases=("StageNameCasing",),
    fix="safe",
    words=(" as ", "\tas "),
)
def stage_name_casing(stage: Stage) -> Iterator[Finding]:
    """A stage's name is not in lower case.

    BuildKit compares stage names in lower case, and a name in capitals looks like a keyword.

    Bad::

    ```dockerfile
    FROM debian:12 AS Build
    #                 ^^^^^
    FROM debian:12
    COPY --from=Build /app /app
    ```

    Fixed::

    ```dockerfile
    FROM debian:12 AS build
    FROM debian:12
    COPY --from=build /app /app
    ```

    Good::

    ```dockerfile
    FROM debian:12 AS build
    ```

    How to fix: write the name in lower case where it is given and where it is used.

    Fix safety: safe; names in ``--target`` are compared in lower case too.

    Source: Docker docs, "Build checks", StageNameCasing.
    """
    words = stage.from_.words
    if len(words) != 3 or words[2].text == words[2].text.lower():
        return
    word = words[2]
    lower = word.text.lower()
    source = stage.dockerfile.source.text
    edits = [Edit.replace(word, lower)]
    for start, end, text in _uses(stage.dockerfile).get(lower, ()):
        if start < word.start or text == lower:
            continue
        if source[end - len(text) : end] != text:
            edits = []  # written in a way that an edit would have to guess at
            break
        edits.append(Edit(end - len(text), end, lower))
    yield Finding.at(
        word,
        f"'{word.text}' is not in lower case, as names of stages are compared. Write '{lower}'.",
        fix=Fix(f"Write {lower}.", edits, safe=True) if edits else None,
    )


def _uses(dockerfile: Dockerfile) -> dict[str, list[tuple[int, int, str]]]:
    """Where the file names stages: by lower-case name, start and end of the place and the name as written.

    The name is at the end of the place; inside of a mount's options, where it may not be, start and end are one.
    """
    found: dict[str, list[tuple[int, int, str]]] | None = dockerfile.facts.get("stage-uses")
    if found is not None:
        return found
    found = {}
    for stage in dockerfile.stages:
        image = stage.from_.image
        if image is not None:
            found.setdefault(image.text.lower(), []).append((image.start, image.end, image.text))
        for one in stage.instructions:
            if isinstance(one, Copy) and one.from_:
                flag = one.flag("from")
                assert flag is not None
                found.setdefault(one.from_.lower(), []).append((flag.start, flag.end, one.from_))
            elif isinstance(one, Run) and one.flags:
                for mount in one.mounts:
                    name = mount.options.get("from", "")
                    if name != name.lower():
                        at = mount.flag.start
                        found.setdefault(name.lower(), []).append((at, at, name))
    dockerfile.facts["stage-uses"] = found
    return found


@rule(
    "DF904",
    severity=Severity.STYLE,
    aliases=("LegacyKeyValueFormat",),
    fix="safe",
    on=("ENV", "LABEL"),
)
def legacy_pair(instruction: Instruction) -> Iterator[Finding]:
    """ENV or LABEL in the old form, without an equals sign.

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
