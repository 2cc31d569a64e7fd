"""Rules about from arguments."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import without_lines
from dockerlint_rules.model.images.reference import ImageReference
from dockerlint_rules.model.variables import PLATFORM_ARGS
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.stages.undefined_variables import global_names, unset_variables
from dockerlint_rules.syntax.dockerfile.instructions import (
    Arg,
    Onbuild,
)
from dockerlint_rules.syntax.spelling import nearest
from dockerlint_rules.syntax.word_variables import variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import From, Word


@rule("DF732", severity=Severity.WARNING, aliases=("InvalidDefaultArgInFrom",))
def invalid_default_base_image(from_: From, dockerfile: Dockerfile) -> Iterator[Finding]:
    """Base image name is invalid without build arguments.

    ``docker build .`` without further words stops at once; a default lets it work, and says what is usual.

    Bad::

    ```dockerfile
    ARG TAG
    FROM alpine:$TAG
    #    ^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    ARG TAG=3.22
    FROM alpine:$TAG
    ```

    How to fix: give the ARG a default.

    Source: Docker docs, "Build checks", InvalidDefaultArgInFrom.
    """
    from dockerlint_rules.syntax.words import ExpansionError, process

    image = from_.image
    if image is None:
        return
    values = _defaults(dockerfile)
    try:
        base = process(image.text, values, from_.escape).text
    except ExpansionError:
        return
    if base and ImageReference.parse(base).valid:
        return
    if "$" not in image.text:
        yield Finding.at(
            image,
            f"'{image.text}' is no image name: {_why_invalid(base)}.",
            severity=Severity.ERROR,
        )
        return
    yield Finding.at(
        image,
        f"With the defaults alone '{image.text}' is '{base}', which is no image. Give the ARG a default.",
    )


def _why_invalid(base: str) -> str:
    path = base.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return (
        "names are in lower case" if path != path.lower() else "write NAME, NAME:TAG or NAME@DIGEST"
    )


def _defaults(dockerfile: Dockerfile) -> dict[str, str]:
    """Values of FROM's variables when no build argument is given."""
    from dockerlint_rules.model.variables import expand_known, platform_args

    known: dict[str, str] | None = dockerfile.facts.get("from-defaults")
    if known is None:
        known = platform_args(dockerfile)
        for one in dockerfile.global_instructions:
            if isinstance(one, Arg):
                for pair in one.pairs:
                    if pair.value is not None:
                        known[pair.name] = expand_known(pair.value.text, known, one.escape)
        dockerfile.facts["from-defaults"] = known
    return known


_AUTOMATIC = frozenset({*PLATFORM_ARGS, "TARGETSTAGE"})


def _hint(name: str, known: Iterable[str], sign: str = "") -> str:
    found = nearest(name, known)
    return f" Did you mean '{sign}{found}'?" if found else ""


@rule("DF731", severity=Severity.ERROR, aliases=("UndefinedArgInFrom",), words=("$",))
def undefined_arg_in_from(from_: From, stage: Stage, dockerfile: Dockerfile) -> Iterator[Finding]:
    """FROM uses a variable that no global ARG declares.

    FROM sees only the ARGs that stand before the first FROM. Any other variable is empty there, and the build
    stops or takes another image.

    Bad::

    ```dockerfile
    ARG VERSION=3.22
    FROM alpine:$VERSON
    #           ^^^^^^^
    ```

    Good::

    ```dockerfile
    ARG VERSION=3.22
    FROM alpine:$VERSION
    ```

    How to fix: declare the argument before the first FROM, with a default.

    Source: Docker docs, "Build checks", UndefinedArgInFrom.
    """
    names = global_names(dockerfile)
    known = {*names, *_AUTOMATIC}
    words: list[Word] = [*from_.words[:1], *from_.flags_named("platform")]
    for word in words:
        if "$" not in word.text:
            continue
        told = set()
        for name, place in unset_variables(word, word.text, from_, known):
            if name not in told:
                told.add(name)
                yield Finding.at(
                    place,
                    f"No ARG before the first FROM declares '{name}', so it is empty here."
                    f"{_hint(name, [*names[:1000], *sorted(_AUTOMATIC)]) or ' Declare it there, with a default.'}",
                )


# BuildKit reads these arguments itself, wherever they are declared.
_READ_BY_THE_BUILDER = ("BUILDKIT_", "SOURCE_DATE_EPOCH")


@rule("DF715", severity=Severity.INFO, fix="unsafe", on=("ARG",))
def unused_global_arg(arg: Arg, stage: Stage | None, dockerfile: Dockerfile) -> Iterator[Finding]:
    """ARG before the first FROM is never used.

    Only FROM sees it; a stage has to name it in an ARG of its own. Who gives another value by ``--build-arg``
    changes nothing, and mostly an ARG in the stage was forgotten.

    Bad::

    ```dockerfile
    ARG VERSION=1.4.2
    #   ^^^^^^^
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

    How to fix: name it in the stage that needs it (``ARG VERSION``), or drop it.

    Known problems: an ARG within a stage is not looked at, since each program that a RUN starts can read it.

    Source: Docker docs, "Variables", "Scoping".
    """
    if stage is not None or not dockerfile.stages:
        return
    # Of a template's placeholders nothing can be said.
    if not all(pair.name.isidentifier() for pair in arg.pairs):
        return
    used = _used_globals(dockerfile)
    for pair in arg.pairs:
        if pair.name not in used and not pair.name.startswith(_READ_BY_THE_BUILDER):
            yield Finding.at(
                pair.key,
                f"Nothing uses '{pair.name}': only FROM sees an ARG that stands before it. "
                f"Write 'ARG {pair.name}' in the stage that needs it, or drop it.",
                fix=Fix("Drop it.", [without_lines(arg)], safe=False)
                if len(arg.pairs) == 1
                else None,
            )


def _used_globals(dockerfile: Dockerfile) -> set[str]:
    """Names that FROM, another ARG before it or an ARG of a stage takes up."""
    known: set[str] | None = dockerfile.facts.get("used-globals")
    if known is not None:
        return known
    known = dockerfile.facts["used-globals"] = set()
    for one in dockerfile.instructions:
        if one.keyword == "FROM" or one.stage is None:
            known |= {use.name for use in variables(one.original, one.escape)}
        inner = one.trigger if isinstance(one, Onbuild) else one
        if isinstance(inner, Arg) and one.stage is not None:
            known |= {pair.name for pair in inner.pairs}
    return known
