"""Rules about COPY --from: which stage or image it refers to."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Copy
from dockerlint_rules.syntax.spelling import most_similar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage


_MOST_COMPARED = 30  # stages, of which the nearest to the COPY are the most likely to be meant


@rule("DF703", severity=Severity.WARNING, aliases=("DL3022",), words=("--from",))
def undefined_source_stage(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """COPY --from does not refer to an earlier stage.

    BuildKit then treats the name as an image and pulls it from a registry, although it is usually a misspelled
    stage name. A number that no earlier stage has, or a stage that is defined later, makes the build fail
    and is an error.

    Bad::

    ```dockerfile
    FROM golang:1.25 AS build
    FROM alpine:3.22
    COPY --from=builder /app /app
    #    ^^^^^^^^^^^^^^ No earlier stage is named 'builder', so BuildKit pulls an image. Did you mean 'build'?
    ```

    Bad (a stage that is defined later)::

    ```dockerfile
    FROM alpine:3.22
    COPY --from=build /app /app
    #    ^^^^^^^^^^^^ Stage 'build' is defined later
    FROM golang:1.25 AS build
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

    How to fix: use the name that the stage has in its FROM, or an image with a tag.

    Known problems: a name that resembles no stage name may be an image or a named build context
    (``--build-context``). DF708 reports it.

    Source: Docker docs, "Multi-stage builds".
    """
    name = copy.from_
    if not name or stage is None or ":" in name or "@" in name or "$" in name:
        return
    dockerfile = stage.dockerfile
    if dockerfile.stage_named(name, stage.index) is not None or name.lower() == (stage.name or ""):
        return
    flag = copy.flag("from")
    assert flag is not None
    if name.isdecimal():
        if _leading_number(name) == stage.index:
            return  # DF704
        yield Finding.at(
            flag,
            f"There is no stage {name} before this one, so the build fails. Copy from a stage by its name.",
            severity=Severity.ERROR,
        )
        return
    later = dockerfile.stage_named(name)
    if later is not None and later.index > stage.index:
        yield Finding.at(
            flag,
            f"Stage '{name}' is defined later, but COPY can only read earlier stages. Move the stage up.",
            severity=Severity.ERROR,
        )
        return
    if "/" in name or "." in name:
        return
    # perf: comparing every stage with every unknown name would be quadratic.
    nearest_stages = dockerfile.stages[max(stage.index - _MOST_COMPARED, 0) : stage.index]
    stage_names = [each.name for each in nearest_stages if each.name]
    if not stage_names:
        return  # without named stages, it must be an image
    similar = most_similar(name.lower(), stage_names)
    if similar:
        yield Finding.at(
            flag,
            f"No earlier stage is named '{name}', so BuildKit pulls an image. Did you mean '{similar}'?",
        )


def _leading_number(name: str) -> int | None:
    """The number at the start of a name, which is what hadolint compares."""
    count = 0
    while count < len(name) and name[count].isdecimal():
        count += 1
    return int(name[: min(count, 9)]) if count else None


@rule("DF708", severity=Severity.INFO, default=False, aliases=("DL3022",), words=("--from",))
def untagged_source_image(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """COPY --from names neither a stage nor a tagged image.

    An image without a tag changes with every release, as an untagged base image does. A misspelled stage name
    looks the same.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    COPY --from=docker.io/library/busybox /bin/busybox /bin/
    #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ neither an earlier stage nor a tagged image
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    COPY --from=busybox:1.37 /bin/busybox /bin/
    ```

    How to fix: add a tag.

    Known problems: off by default, because a named build context looks the same.

    Source: docs/hadolint.md, DL3022.
    """
    name = copy.from_
    if not name or ":" in name:
        return
    flag = copy.flag("from")
    assert flag is not None
    if stage is not None:  # without a FROM, the file is a fragment that defines no stages
        is_stage = stage.dockerfile.stage_named(name, stage.index) is not None
        if is_stage or name.lower() == (stage.name or "") or name.isdecimal():
            return
        if any(True for _ in undefined_source_stage(copy, stage)):
            return
    yield Finding.at(
        flag,
        f"'{name}' is neither an earlier stage nor a tagged image, so its files may change. Add a tag.",
    )


@rule("DF704", severity=Severity.ERROR, aliases=("DL3023",), words=("--from",))
def copy_from_own_stage(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """COPY --from refers to its own stage.

    A stage cannot copy from itself, so the build fails.

    Bad::

    ```dockerfile
    FROM golang:1.25 AS build
    COPY --from=build /app /usr/bin/app
    #    ^^^^^^^^^^^^ 'build' is this stage
    ```

    Good::

    ```dockerfile
    FROM golang:1.25 AS build
    RUN cp /app /usr/bin/app
    ```

    How to fix: name another stage, or copy the file with ``RUN cp``.

    Source: Docker docs, "Multi-stage builds".
    """
    name = copy.from_
    if not name or stage is None:
        return
    is_own_stage = name.lower() == stage.name or (name.isdecimal() and int(name[:9]) == stage.index)
    if is_own_stage and stage.dockerfile.stage_named(name, stage.index) is None:
        flag = copy.flag("from")
        assert flag is not None
        yield Finding.at(
            flag,
            f"'{name}' is this stage, which cannot copy from itself. Name another stage, or use 'RUN cp'.",
        )


@rule("DF705", severity=Severity.INFO, words=("--from",), fix="safe")
def numeric_stage_reference(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """COPY --from refers to a stage by number.

    A new stage above shifts the numbers, and the COPY then reads from a different stage.

    Bad::

    ```dockerfile
    FROM golang:1.25
    RUN go build -o /app .
    FROM alpine:3.22
    COPY --from=0 /app /app
    #    ^^^^^^^^ Name the stage
    ```

    Bad (the stage has a name)::

    ```dockerfile
    FROM golang:1.25 AS build
    RUN go build -o /app .
    FROM alpine:3.22
    COPY --from=0 /app /app
    #    ^^^^^^^^ Use its name 'build'
    ```

    Fixed::

    ```dockerfile
    FROM golang:1.25 AS build
    RUN go build -o /app .
    FROM alpine:3.22
    COPY --from=build /app /app
    ```

    Good::

    ```dockerfile
    FROM golang:1.25 AS build
    RUN go build -o /app .
    FROM alpine:3.22
    COPY --from=build /app /app
    ```

    How to fix: name the stage with ``AS`` and use the name.

    Fix safety: safe, because the name refers to the same stage. There is only a fix if the stage has a name.

    Source: Docker docs, "Multi-stage builds", "Name your build stages".
    """
    name = copy.from_
    if not name or not name.isdecimal() or stage is None or int(name[:9]) >= stage.index:
        return
    source_stage = stage.dockerfile.stages[int(name[:9])]
    stage_name = source_stage.name
    flag = copy.flag("from")
    assert flag is not None
    fix = None
    if stage_name and stage.dockerfile.stage_named(stage_name, stage.index) is source_stage:
        edit = Edit(flag.end - len(name), flag.end, stage_name)
        fix = Fix(f"Replace with '{stage_name}'", [edit], safe=True)
    remedy = f"Use its name '{stage_name}'" if stage_name else "Name the stage, and use the name"
    yield Finding.at(
        flag,
        f"Stage number {name} means a different stage once a stage is added above. {remedy}.",
        fix=fix,
    )
