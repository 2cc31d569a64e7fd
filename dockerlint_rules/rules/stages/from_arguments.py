"""Rules about the ARGs before the first FROM, and the variables that FROM uses."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import remove_instruction
from dockerlint_rules.model.images.reference import ImageReference
from dockerlint_rules.model.variables import PLATFORM_ARGS
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Arg, Onbuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Word
    from dockerlint_rules.syntax.dockerfile.instructions import From


# Variables that FROM has without an ARG.
_AUTOMATIC = frozenset({*PLATFORM_ARGS, "TARGETSTAGE"})
_MOST_SUGGESTED = 1000  # names that are compared with a misspelled one
# BuildKit reads these arguments itself, wherever they are declared.
_READ_BY_BUILDKIT = ("BUILDKIT_", "SOURCE_DATE_EPOCH")


@rule("DF731", severity=Severity.ERROR, aliases=("UndefinedArgInFrom",), words=("$",))
def undefined_arg_in_from(from_: From, stage: Stage, dockerfile: Dockerfile) -> Iterator[Finding]:
    """FROM uses a variable that no global ARG declares.

    FROM only sees the ARGs before the first FROM. Any other variable is empty there, so the build fails or uses
    another image.

    Bad::

    ```dockerfile
    ARG VERSION=3.22
    FROM alpine:$VERSON
    #           ^^^^^^^ No ARG before the first FROM declares 'VERSON', so it is empty. Did you mean 'VERSION'?
    ```

    Good::

    ```dockerfile
    ARG VERSION=3.22
    FROM alpine:$VERSION
    ```

    How to fix: declare the argument before the first FROM, with a default.

    Source: Docker docs, "Build checks", UndefinedArgInFrom.
    """
    if "$" not in from_.original:
        return
    from itertools import islice

    from dockerlint_rules.rules.stages.unset_names import global_arg_names, unset_names
    from dockerlint_rules.syntax.spelling import nearest

    declared = global_arg_names(dockerfile)
    known = dockerfile.facts.get("known-to-from")
    if known is None:
        known = dockerfile.facts["known-to-from"] = {*declared, *_AUTOMATIC}
    words: list[Word] = [*from_.words[:1], *from_.flags_named("platform")]
    for word in words:
        if "$" not in word.text:
            continue
        reported = set()
        for name, place in unset_names(word, word.text, from_, known):
            if name in reported:
                continue
            reported.add(name)
            near = nearest(name, [*islice(declared, _MOST_SUGGESTED), *sorted(_AUTOMATIC)])
            remedy = f"Did you mean '{near}'?" if near else "Declare it there, with a default."
            yield Finding.at(
                place,
                f"No ARG before the first FROM declares '{name}', so it is empty. {remedy}",
            )


@rule("DF732", severity=Severity.WARNING, aliases=("InvalidDefaultArgInFrom",))
def invalid_default_base_image(from_: From, dockerfile: Dockerfile) -> Iterator[Finding]:
    """Base image name is invalid without build arguments.

    A plain ``docker build .`` fails at once. A default makes it work, and shows readers a typical value.

    Bad::

    ```dockerfile
    ARG TAG
    FROM alpine:$TAG
    #    ^^^^^^^^^^^ 'alpine:$TAG' is 'alpine:', which is not a valid image name
    ```

    Bad (invalid with any build argument)::

    ```dockerfile
    FROM Alpine:3.22
    #    ^^^^^^^^^^^ Use lowercase letters
    ```

    Good::

    ```dockerfile
    ARG TAG=3.22
    FROM alpine:$TAG
    ```

    How to fix: give the ARG a default. A name without variables is an error; correct the name.

    Source: Docker docs, "Build checks", InvalidDefaultArgInFrom.
    """
    from dockerlint_rules.syntax.words import ExpansionError, expand_and_split

    image = from_.image
    if image is None:
        return
    try:
        name = expand_and_split(image.text, _default_values(dockerfile), from_.escape).text
    except ExpansionError:
        return
    if name and ImageReference.parse(name).valid:
        return
    if "$" not in image.text:
        yield Finding.at(
            image,
            f"'{image.text}' is not a valid image name. {_name_remedy(name)}.",
            severity=Severity.ERROR,
        )
        return
    wrong = (
        f"is '{name}', which is not a valid image name" if name else "is empty, so the build fails"
    )
    yield Finding.at(
        image, f"Without build arguments, '{image.text}' {wrong}. Give the ARG a default."
    )


def _name_remedy(name: str) -> str:
    path = name.partition("@")[0].rpartition("/")[2].partition(":")[0]
    if path != path.lower():
        return "Use lowercase letters"
    return "Write NAME, NAME:TAG or NAME@DIGEST"


def _default_values(dockerfile: Dockerfile) -> dict[str, str]:
    """Values of the variables that FROM sees, in a build without build arguments."""
    from dockerlint_rules.model.variables import expand_known, platform_args

    values: dict[str, str] | None = dockerfile.facts.get("from-defaults")
    if values is None:
        values = platform_args(dockerfile)
        for instruction in dockerfile.global_instructions:
            if isinstance(instruction, Arg):
                for pair in instruction.pairs:
                    if pair.value is not None:
                        values[pair.name] = expand_known(
                            pair.value.text, values, instruction.escape
                        )
        dockerfile.facts["from-defaults"] = values
    return values


@rule("DF715", severity=Severity.INFO, fix="unsafe")
def unused_global_arg(arg: Arg, stage: Stage | None, dockerfile: Dockerfile) -> Iterator[Finding]:
    """ARG before the first FROM is never used.

    Only FROM sees such an ARG; a stage has to repeat it. ``--build-arg`` therefore has no effect, and usually the
    ARG inside the stage was forgotten.

    Bad::

    ```dockerfile
    ARG VERSION=1.4.2
    #   ^^^^^^^ Nothing uses 'VERSION'
    FROM alpine:3.22
    COPY app /usr/bin/
    ```

    Fixed::

    ```dockerfile
    FROM alpine:3.22
    COPY app /usr/bin/
    ```

    Good::

    ```dockerfile
    ARG VERSION=1.4.2
    FROM alpine:3.22
    ARG VERSION
    RUN wget https://example.com/app-${VERSION}.tar.gz
    ```

    How to fix: repeat the ARG in the stage that needs it (``ARG VERSION``), or remove it.

    Known problems: the rule does not check an ARG inside a stage, because any program that a RUN starts can read
    it.

    Fix safety: unsafe, because the ARG may be missing in a stage rather than unused.

    Source: Docker docs, "Variables", "Scoping".
    """
    if stage is not None or not dockerfile.stages:
        return
    # Only real names, not the placeholders of a template.
    if not all(pair.name.isidentifier() for pair in arg.pairs):
        return
    used = _used_global_args(dockerfile)
    for pair in arg.pairs:
        if pair.name not in used and not pair.name.startswith(_READ_BY_BUILDKIT):
            is_only_pair = len(arg.pairs) == 1
            yield Finding.at(
                pair.key,
                f"Nothing uses '{pair.name}': stages do not see an ARG before the first FROM. "
                f"Repeat 'ARG {pair.name}' in the stage that needs it, or remove it.",
                fix=Fix("Remove the ARG", [remove_instruction(arg)], safe=False)
                if is_only_pair
                else None,
            )


def _used_global_args(dockerfile: Dockerfile) -> set[str]:
    """Names that a FROM or another global ARG uses, or that an ARG of a stage repeats."""
    used: set[str] | None = dockerfile.facts.get("used-global-args")
    if used is not None:
        return used
    from dockerlint_rules.syntax.word_variables import variables

    used = dockerfile.facts["used-global-args"] = set()
    for instruction in dockerfile.instructions:
        if instruction.keyword == "FROM" or instruction.stage is None:
            used |= {use.name for use in variables(instruction.original, instruction.escape)}
        inner = instruction.trigger if isinstance(instruction, Onbuild) else instruction
        if isinstance(inner, Arg) and instruction.stage is not None:
            used |= {pair.name for pair in inner.pairs}
    return used
