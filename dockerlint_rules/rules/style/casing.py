"""Rules about casing."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import KINDS, Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import From


@rule("DF901", severity=Severity.STYLE, aliases=("ConsistentInstructionCasing",), fix="safe")
def inconsistent_instruction_casing(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Casing of instruction keywords is inconsistent.

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
def inconsistent_as_casing(from_: From) -> Iterator[Finding]:
    """Casing of AS does not match FROM.

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
def uppercase_stage_name(stage: Stage) -> Iterator[Finding]:
    """Stage name contains uppercase letters.

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
