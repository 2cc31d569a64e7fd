"""Rules about copy from."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage


def _digits(name: str) -> int | None:
    """The number that a name begins with, as hadolint reads it."""
    count = 0
    while count < len(name) and name[count].isdecimal():
        count += 1
    return int(name[: min(count, 9)]) if count else None


@rule("DF703", severity=Severity.WARNING, aliases=("DL3022",), words=("--from",))
def undefined_source_stage(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """COPY --from does not refer to an earlier stage.

    The builder then takes the name for an image and fetches it from the registry: mostly it is a slip of the pen. A number
    that no earlier stage has, and a stage that stands further down, stop the build: these are errors.

    Bad::

    ```dockerfile
    FROM golang:1.25 AS build
    FROM alpine:3.22
    COPY --from=builder /app /app
    #    ^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM golang:1.25 AS build
    FROM alpine:3.22
    COPY --from=build /app /app
    ```

    Good (an image)::

    ```dockerfile
    FROM alpine:3.22
    COPY --from=nginx:1.29 /etc/nginx/mime.types /etc/
    ```

    How to fix: name the stage as it is named in its FROM, or the image with its tag.

    Known problems: a name that is like no stage's may be an image or a named build context (``--build-context``);
    DF708 reports it.

    Source: Docker docs, "Multi-stage builds".
    """
    name = copy.from_
    if not name or stage is None or ":" in name or "@" in name or "$" in name:
        return
    dockerfile = stage.dockerfile
    if dockerfile.stage_named(name, stage.index) is not None or name.lower() == (stage.name or ""):
        return
    number = _digits(name)
    flag = copy.flag("from")
    assert flag is not None
    if name.isdecimal():
        if number == stage.index:
            return  # DF704
        yield Finding.at(
            flag,
            f"There is no stage {name} before this one. Stages count from 0; better name it.",
            severity=Severity.ERROR,
        )
        return
    later = dockerfile.stage_named(name)
    if later is not None and later.index > stage.index:
        yield Finding.at(
            flag,
            f"Stage '{name}' stands further down, and a stage can only copy from those before it. Move it up.",
            severity=Severity.ERROR,
        )
        return
    if "/" in name or "." in name:
        return
    # perf: the nearest are likest to be meant, and all of them would be compared for each that is wrong.
    nearest = dockerfile.stages[max(stage.index - _MOST_COMPARED, 0) : stage.index]
    names = [one.name for one in nearest if one.name]
    if not names:
        return  # a file of one stage means an image
    from difflib import get_close_matches  # perf: only on the way to a finding

    near = get_close_matches(name.lower(), names, 1)
    if near:
        yield Finding.at(
            flag,
            f"No stage before this one is called '{name}', so it is taken for an image. Did you mean '{near[0]}'?",
        )


@rule("DF708", severity=Severity.INFO, default=False, aliases=("DL3022",), words=("--from",))
def untagged_source_image(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """COPY --from names neither a stage nor a tagged image.

    An image without a tag moves with every release, as an untagged FROM does; and a slip in a stage's name looks the
    same.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    COPY --from=docker.io/library/busybox /bin/busybox /bin/
    #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    COPY --from=busybox:1.37 /bin/busybox /bin/
    ```

    How to fix: add the tag.

    Known problems: off by default; named build contexts look the same.

    Source: docs/hadolint.md, DL3022.
    """
    name = copy.from_
    if not name or ":" in name:
        return
    flag = copy.flag("from")
    assert flag is not None
    if stage is None:  # a fragment of a file, in which no stage can be named
        yield Finding.at(flag, f"'{name}' is no stage of this file, and as an image it has no tag.")
        return
    dockerfile = stage.dockerfile
    if (
        dockerfile.stage_named(name, stage.index) is not None
        or name.lower() == (stage.name or "")
        or name.isdecimal()
    ):
        return
    if any(True for _ in undefined_source_stage(copy, stage)):
        return
    yield Finding.at(
        flag, f"Image '{name}' has no tag, so it moves with every release. Add the tag."
    )


@rule("DF704", severity=Severity.ERROR, aliases=("DL3023",), words=("--from",))
def copy_from_own_stage(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """COPY --from refers to its own stage.

    A stage cannot copy from itself; the build stops.

    Bad::

    ```dockerfile
    FROM golang:1.25 AS build
    COPY --from=build /app /usr/bin/app
    #    ^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM golang:1.25 AS build
    RUN cp /app /usr/bin/app
    ```

    How to fix: name another stage, or use RUN cp.

    Source: Docker docs, "Multi-stage builds".
    """
    name = copy.from_
    if not name or stage is None:
        return
    is_own = name.lower() == stage.name or (name.isdecimal() and int(name[:9]) == stage.index)
    if is_own and stage.dockerfile.stage_named(name, stage.index) is None:
        flag = copy.flag("from")
        assert flag is not None
        yield Finding.at(
            flag,
            f"'{name}' is this stage, which cannot copy from itself. Name another one.",
        )


@rule("DF705", severity=Severity.INFO, words=("--from",), fix="safe")
def numeric_stage_reference(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """COPY --from refers to a stage by number.

    A stage that is put in between moves the numbers, and the copy takes from another one.

    Bad::

    ```dockerfile
    FROM golang:1.25
    RUN go build -o /app .
    FROM alpine:3.22
    COPY --from=0 /app /app
    #    ^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM golang:1.25 AS build
    RUN go build -o /app .
    FROM alpine:3.22
    COPY --from=build /app /app
    ```

    How to fix: name the stage with ``AS`` and use the name.

    Fix safety: safe; it is offered where the stage has a name.

    Source: Docker docs, "Multi-stage builds", "Name your build stages".
    """
    name = copy.from_
    if not name or not name.isdecimal() or stage is None or int(name[:9]) >= stage.index:
        return
    found = stage.dockerfile.stages[int(name[:9])]
    flag = copy.flag("from")
    assert flag is not None
    said = f"its name, '{found.name}'" if found.name else "a name"
    fix = None
    if found.name and stage.dockerfile.stage_named(found.name, stage.index) is found:
        edit = Edit(flag.end - len(name), flag.end, found.name)
        fix = Fix(f"Copy from '{found.name}'.", [edit], safe=True)
    yield Finding.at(
        flag,
        f"Stage {name} is another one as soon as a stage is put before it. Use {said}.",
        fix=fix,
    )


_MOST_COMPARED = 30
