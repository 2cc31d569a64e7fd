"""Letter case of keywords and stage names."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import KINDS, Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Word
    from dockerlint_rules.syntax.dockerfile.instructions import From


@rule("DF901", severity=Severity.STYLE, aliases=("ConsistentInstructionCasing",), fix="safe")
def inconsistent_instruction_casing(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Casing of instruction keywords is inconsistent.

    Instructions are easier to find if they are all written the same way. Uppercase also sets them apart from their
    arguments.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY app /usr/bin/
    cmd ["app"]
    #^^ makes the casing of instructions inconsistent
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

    How to fix: write all keywords in uppercase.

    Fix safety: safe, because Docker ignores the case of keywords.

    Source: Docker docs, "Build checks", ConsistentInstructionCasing. As there, the case of the majority wins.
    """
    words = [
        instruction.keyword_word
        for stage in dockerfile.stages
        for instruction in (stage.from_, *stage.instructions)
        if instruction.keyword in KINDS  # BuildKit rejects unknown instructions
    ]
    lower = sum(word.text.islower() for word in words)
    upper = sum(word.text.isupper() for word in words)
    for word in words:
        wanted = word.text.lower() if lower > upper else word.text.upper()
        if word.text != wanted:
            fix = None
            if word.end - word.start == len(word.text):  # no line continuation inside of it
                fix = Fix(f"Write '{wanted}'", [Edit.replace(word, wanted)], safe=True)
            yield Finding.at(
                word,
                f"'{word.text}' makes the casing of instructions inconsistent. Write '{wanted}'.",
                fix=fix,
            )


@rule(
    "DF902", severity=Severity.STYLE, aliases=("FromAsCasing",), fix="safe", words=(" as ", "\tas ")
)
def inconsistent_as_casing(from_: From) -> Iterator[Finding]:
    """Casing of AS does not match FROM.

    ``FROM`` and ``as`` belong to one instruction and are easier to read in the same case.

    Bad::

    ```dockerfile
    FROM debian:12 as build
    #              ^^ 'as' does not match the casing of 'FROM'
    ```

    Fixed::

    ```dockerfile
    FROM debian:12 AS build
    ```

    Good::

    ```dockerfile
    from debian:12 as build
    ```

    How to fix: write both in the same case.

    Fix safety: safe, because Docker ignores the case of keywords.

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
            f"'{word.text}' does not match the casing of '{keyword}'. Write '{wanted}'.",
            fix=Fix(f"Write '{wanted}'", [Edit.replace(word, wanted)], safe=True),
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

    BuildKit compares stage names in lowercase, so ``Build`` and ``build`` are the same stage. A name in uppercase also
    looks like a keyword.

    Bad::

    ```dockerfile
    FROM debian:12 AS Build
    #                 ^^^^^ Stage name 'Build' contains uppercase letters
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

    How to fix: write the name in lowercase where it is defined and where it is used.

    Fix safety: safe, because ``--target`` ignores case too. The fix also changes each use of the name in the file.

    Source: Docker docs, "Build checks", StageNameCasing.
    """
    words = stage.from_.words
    if len(words) != 3 or words[2].text == words[2].text.lower():
        return
    word = words[2]
    lower = word.text.lower()
    yield Finding.at(
        word,
        f"Stage name '{word.text}' contains uppercase letters, but names are compared in lowercase. Write '{lower}'.",
        fix=_lowercase_name(stage.dockerfile, word),
    )


def _lowercase_name(dockerfile: Dockerfile, word: Word) -> Fix | None:
    """Write a stage's name in lowercase, where it is defined and in each use below."""
    lower = word.text.lower()
    source = dockerfile.source.text
    edits = [Edit.replace(word, lower)]
    for start, end, name in _stage_uses(dockerfile).get(lower, ()):
        if start < word.start or name == lower:
            continue
        name_start = end - len(name)
        if source[name_start:end] != name:
            return None  # written with quotes or in a mount's options, where an edit would have to guess
        edits.append(Edit(name_start, end, lower))
    return Fix(f"Write '{lower}'", edits, safe=True)


def _stage_uses(dockerfile: Dockerfile) -> dict[str, list[tuple[int, int, str]]]:
    """Where the file names stages: by lowercase name, start and end of the word and the name as written.

    The name is usually the end of the word. In a mount's options it can be anywhere, so start and end are the same.
    """
    uses: dict[str, list[tuple[int, int, str]]] | None = dockerfile.facts.get("stage-uses")
    if uses is not None:
        return uses
    uses = {}
    for stage in dockerfile.stages:
        image = stage.from_.image
        if image is not None:
            uses.setdefault(image.text.lower(), []).append((image.start, image.end, image.text))
        for instruction in stage.instructions:
            if isinstance(instruction, Copy) and instruction.from_:
                name = instruction.from_
                flag = instruction.flag("from")
                assert flag is not None
                uses.setdefault(name.lower(), []).append((flag.start, flag.end, name))
            elif isinstance(instruction, Run) and instruction.flags:
                for mount in instruction.mounts:
                    name = mount.options.get("from", "")
                    if name != name.lower():
                        at = mount.flag.start
                        uses.setdefault(name.lower(), []).append((at, at, name))
    dockerfile.facts["stage-uses"] = uses
    return uses
