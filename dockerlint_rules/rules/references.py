"""References between stages: COPY --from, stages that nobody needs, and what cannot work in them."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Env, From, Instruction, Word


def _digits(name: str) -> int | None:
    """The number that a name begins with, as hadolint reads it."""
    count = 0
    while count < len(name) and name[count].isdecimal():
        count += 1
    return int(name[: min(count, 9)]) if count else None


@rule("DF703", severity=Severity.WARNING, aliases=("DL3022",), words=("--from",))
def unknown_source_stage(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """COPY --from names no stage of the file.

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
    """COPY --from names neither a stage nor an image with a tag.

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
    if any(True for _ in unknown_source_stage(copy, stage)):
        return
    yield Finding.at(
        flag, f"Image '{name}' has no tag, so it moves with every release. Add the tag."
    )


@rule("DF704", severity=Severity.ERROR, aliases=("DL3023",), words=("--from",))
def copied_from_itself(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """COPY --from names its own stage.

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
def stage_by_number(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """COPY --from counts stages instead of naming one.

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


@rule("DF706", severity=Severity.INFO, default=False)
def unused_stage(stage: Stage) -> Iterator[Finding]:
    """No other stage needs this one.

    The build passes it over; what it makes is in no image unless it is asked for by ``--target``.

    Bad::

    ```dockerfile
    FROM golang:1.25 AS tools
    #                   ^^^^^
    RUN go install example.com/lint@v1.2.0
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

    How to fix: drop it, or copy from it.

    Known problems: off by default, since bake files and ``--target`` use such stages. Names that are targets by custom (``dev``, ``test``, ``prod`` …), and files where several
    stages lead nowhere, are left alone.

    Source: Docker docs, "Multi-stage builds".
    """
    if stage.needed or stage.dockerfile.build.target:
        return
    told = stage.dockerfile.facts.get("loose-stages")
    if told is None:
        needed = stage.dockerfile.needed
        used = {one.index for other in stage.dockerfile.stages for one in other.uses}
        used |= {other.parent.index for other in stage.dockerfile.stages if other.parent}
        told = [
            one.index
            for one in stage.dockerfile.stages
            if one.index not in needed and one.index not in used
        ]
        stage.dockerfile.facts["loose-stages"] = told
    if told != [stage.index] or any(
        part in _TARGETS for part in (stage.name or "").replace("_", "-").split("-")
    ):
        return
    yield Finding.at(
        stage.from_.name_word or stage.from_,
        f"Nothing needs stage '{stage.label}', so a build passes it over. Drop it, or copy from it.",
    )


_MOST_COMPARED = 30
_TARGETS = frozenset({
    "dev", "devel", "development", "debug", "test", "tests", "testing", "lint", "ci", "prod", "production", "release", "export", "docs", "run",
    "runtime", "final", "local", "staging", "check", "validate", "vendor", "update", "bin", "binary", "binaries", "artifact", "artifacts",
    "migrate", "migrations", "worker", "web", "server", "client", "cli", "all", "image", "e2e", "integration", "unit", "coverage", "shell",
})  # fmt: skip


@rule("DF707", severity=Severity.WARNING, aliases=("DL3067",), words=("--from",))
def whole_stage_copied(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """The whole file system of a stage is copied.

    Devices, caches, package lists and the build's own tools come along; what several stages were for is lost.

    Bad::

    ```dockerfile
    FROM golang:1.25 AS build
    RUN go build -o /app .
    FROM alpine:3.22
    COPY --from=build / /
    #                 ^
    ```

    Good::

    ```dockerfile
    FROM golang:1.25 AS build
    RUN go build -o /app .
    FROM alpine:3.22
    COPY --from=build /app /app
    ```

    How to fix: copy what is needed.

    Known problems: stages without a RUN are made to be copied whole, and a copy into ``scratch`` or over the same base
    image squashes layers on purpose; DF713 reports those.

    Source: Docker docs, "Multi-stage builds".
    """
    word = _root_source(copy)
    if word is None or stage is None or stage.root.base.is_scratch:
        return
    found = stage.dockerfile.stage_named(copy.from_ or "", stage.index)
    if found is None or found.root.base.text == stage.root.base.text:
        return
    if any(place.runs for place in found.lineage()):
        yield Finding.at(word, "This copies everything that the stage holds. Copy what is needed.")


def _root_source(copy: Copy) -> Word | None:
    """The ``/`` of ``COPY --from=… / /``."""
    destination = copy.destination
    if copy.from_ is None or destination is None or destination.value not in ("/", "/."):
        return None
    return next((word for word in copy.sources if word.value in ("/", "/.", "/*")), None)


@rule("DF713", severity=Severity.INFO, default=False, aliases=("DL3067",), words=("--from",))
def whole_file_system_copied(copy: Copy) -> Iterator[Finding]:
    """A whole file system is copied.

    The wider form of DF707: images that are made to be copied, and squashing into ``scratch``, are reported as well.

    Bad::

    ```dockerfile
    FROM alpine:3.22 AS build
    FROM scratch
    COPY --from=build / /
    #                 ^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22 AS build
    FROM scratch
    COPY --from=build /app /app
    ```

    How to fix: copy what is needed.

    Source: docs/hadolint.md, DL3067.
    """
    word = _root_source(copy)
    if word is not None:
        yield Finding.at(word, "This copies everything that is there. Copy what is needed.")


@rule("DF709", severity=Severity.ERROR, aliases=("DL3044",), fix="unsafe")
def variable_of_same_env(env: Env, stage: Stage | None) -> Iterator[Finding]:
    """A variable is used in the ENV that sets it.

    All values of one ENV see the state before it: the variable is still empty there.

    Bad::

    ```dockerfile
    FROM debian:12
    ENV HOME_DIR=/app BIN_DIR=$HOME_DIR/bin
    #                         ^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ENV HOME_DIR=/app
    ENV BIN_DIR=$HOME_DIR/bin
    ```

    Good (its own former value)::

    ```dockerfile
    FROM debian:12
    ENV PATH=/app/bin:$PATH LANG=C.UTF-8
    ```

    How to fix: set it in an ENV of its own, before.

    Fix safety: unsafe; the value becomes what it looks like, which it is not today.

    Source: Docker docs, "Dockerfile reference", "Environment replacement".
    """
    if len(env.pairs) < 2:
        return
    from dockerlint_rules.syntax.words import variables

    names: dict[str, list[int]] = {}
    for at, pair in enumerate(env.pairs):
        names.setdefault(pair.name, []).append(at)
    for at, pair in enumerate(env.pairs):
        if pair.value is None or "$" not in pair.value.text:
            continue
        for use in variables(pair.value.text, env.escape):
            # Set twice in one ENV: the second does not see the first, and wins.
            twice = use.name == pair.name and len(names.get(use.name, ())) > 1
            if use.name not in names or (use.name == pair.name and not twice):
                continue
            if stage is not None and not twice and _is_declared_before(stage, env, use.name):
                continue
            yield Finding.at(
                pair.value,
                f"'${use.name}' is set by this very ENV, and still empty here. Set it in an ENV of its own, before.",
                fix=_own_env(env, at) if not twice and names[use.name][0] < at else None,
            )
            break


def _own_env(env: Env, at: int) -> Fix | None:
    """Begin a new ENV at a pair, so that what stands before it is set."""
    pair = env.pairs[at]
    start = env.pairs[at - 1].end
    if set(env.source.text[start : pair.start]) - set(" \t\r\n" + env.escape):
        return None  # a comment is between them
    keyword = env.keyword_word.text
    edit = Edit(start, pair.start, f"{env.source.newline}{keyword} ")
    return Fix("Set it in an ENV of its own.", [edit], safe=False)


def _is_declared_before(stage: Stage, env: Env, name: str) -> bool:
    if name == "PATH" or stage.scope.value_at(env, name) is not None:
        return True
    return any(
        pair.name == name
        for one in stage.dockerfile.global_args
        for pair in getattr(one, "pairs", ())
    )


@rule("DF714", severity=Severity.ERROR, words=("scratch",))
def empty_source_stage(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """COPY --from takes files from a stage that has none.

    A stage built from scratch holds what is copied into it and nothing else; where it copies nothing the build
    stops with "not found".

    Bad::

    ```dockerfile
    FROM scratch AS files
    LABEL stage=files
    FROM alpine:3.22
    COPY --from=files /etc/app.conf /etc/
    #    ^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM scratch AS files
    COPY app.conf /etc/
    FROM alpine:3.22
    COPY --from=files /etc/app.conf /etc/
    ```

    How to fix: copy the files into that stage first, or name the stage that has them.

    Source: Docker docs, "Base images", "Create a minimal base image using scratch".
    """
    if stage is None or not copy.from_:
        return
    found = stage.dockerfile.stage_named(copy.from_, stage.index)
    if found is None or not found.root.base.is_scratch or any(_wants_root(copy)):
        return
    filled = found.gathered("filled", lambda at: [bool(at.of("COPY", "ADD", "RUN", "WORKDIR"))])
    flag = copy.flag("from")
    if flag is None or True in filled:
        return
    yield Finding.at(
        flag,
        f"Stage '{found.label}' is built from scratch and copies nothing, so there is nothing to take from it. "
        "Fill it first, or name another stage.",
    )


def _wants_root(copy: Copy) -> Iterator[bool]:
    """For each source whether it is the root, which every stage has, or a pattern, which may match nothing."""
    for word in copy.sources:
        yield not word.value.strip("/.") or bool(set(word.value) & set("*?["))


@rule("DF710", severity=Severity.ERROR, words=("scratch",))
def shell_in_scratch(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """A shell is to run where there is none.

    ``scratch`` is empty: no shell, no program. The RUN stops with "no such file or directory".

    Bad::

    ```dockerfile
    FROM scratch
    RUN mkdir /data
    #^^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22 AS build
    RUN mkdir /data
    FROM scratch
    COPY --from=build /data /data
    ```

    How to fix: do it in an earlier stage and copy the result, or use WORKDIR to make a directory.

    Known problems: a stage that has copied anything before may have a shell in it, and is left alone.

    Source: Docker docs, "Base images", scratch.
    """
    if stage is None or run.form != "shell" or not stage.root.base.is_scratch or run.flag("mount"):
        return
    for place in stage.lineage():
        first = next((one for one in place.instructions if isinstance(one, Copy | Add)), None)
        if first is not None and first.start < run.start:
            return
    yield Finding.at(
        run.keyword_word,
        "'scratch' is empty and has no shell to run this. Do it in an earlier stage and copy the result.",
    )


@rule(
    "DF711",
    severity=Severity.ERROR,
    aliases=("DL3026",),
    on=("FROM", "COPY", "RUN"),
    option="trusted_registries",
)
def untrusted_registry(
    instruction: Instruction, stage: Stage | None, options: Any
) -> Iterator[Finding]:
    """An image comes from a registry that is not on the list.

    The configuration says which registries are trusted; anything else may be somebody else's.

    Bad (trusted-registries: ``docker.io``)::

    ```dockerfile
    FROM example.com/debian:12
    #    ^^^^^^^^^^^^^^^^^^^^^
    ```

    Good (trusted-registries: ``docker.io, example.com``)::

    ```dockerfile
    FROM example.com/debian:12
    ```

    How to fix: use an image of a trusted registry, or add the registry to ``trusted-registries``.

    Options: ``trusted-registries``, host names in which ``*`` stands for anything; without it the rule says nothing.

    Source: docs/hadolint.md, DL3026.
    """
    trusted = getattr(options, "trusted_registries", None) or ()
    if not trusted:
        return
    for target, text in _images_of(instruction, stage):
        from dockerlint_rules.model.images.reference import ImageReference

        image = ImageReference.parse(text)
        if image.is_scratch or not text or "$" in text.partition("/")[0]:
            continue
        host = image.registry or "docker.io"
        if not any(_allows(one, host) for one in trusted):
            yield Finding.at(
                target,
                f"'{text}' comes from '{host}', which is not among the trusted registries ({', '.join(trusted[:5])}).",
            )


def _images_of(instruction: Instruction, stage: Stage | None) -> Iterator[tuple[Any, str]]:
    if stage is None:
        if isinstance(instruction, Copy) and instruction.from_:
            yield instruction.flag("from"), instruction.from_
        elif isinstance(instruction, Run) and instruction.flags:
            for mount in instruction.mounts:
                if mount.options.get("from"):
                    yield mount.flag, mount.options["from"]
        return
    dockerfile: Dockerfile = stage.dockerfile
    if instruction is stage.from_:
        from_: From = stage.from_
        if stage.parent is None and from_.image is not None:
            yield from_.image, stage.base.text
        return
    if isinstance(instruction, Copy) and instruction.from_:
        if dockerfile.stage_named(instruction.from_, stage.index) is None:
            yield instruction.flag("from"), instruction.from_
    elif isinstance(instruction, Run) and instruction.flags:
        for mount in instruction.mounts:
            name = mount.options.get("from")
            if (
                name
                and mount.type in ("bind", "cache")
                and dockerfile.stage_named(name, stage.index) is None
            ):
                yield mount.flag, name


def _allows(pattern: str, host: str) -> bool:
    if pattern in ("docker.io", "hub.docker.com") and host == "docker.io":
        return True
    if pattern == "*":
        return True
    if pattern.startswith("*"):
        return host.endswith(pattern[1:])
    if pattern.endswith("*"):
        return host.startswith(pattern[:-1])
    return host == pattern
