"""Rules about the registries that images come from."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.dockerfile.instructions import From


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
    """Image comes from a registry that is not trusted.

    The configuration lists the registries that you trust. An image from any other registry may be under someone
    else's control.

    Bad (trusted-registries: ``docker.io``)::

    ```dockerfile
    FROM example.com/debian:12
    #    ^^^^^^^^^^^^^^^^^^^^^ comes from 'example.com', which is not a trusted registry
    ```

    Good (trusted-registries: ``docker.io, example.com``)::

    ```dockerfile
    FROM example.com/debian:12
    ```

    How to fix: use an image from a trusted registry, or add the registry to ``trusted-registries``.

    Options: ``trusted-registries``, a list of host names, in which ``*`` matches any text. Without it the rule
    reports nothing.

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
        if not any(_matches(pattern, host) for pattern in trusted):
            yield Finding.at(
                target,
                f"'{text}' comes from '{host}', which is not a trusted registry. "
                f"Use an image from {' or '.join(trusted[:3])}.",
            )


def _images_of(instruction: Instruction, stage: Stage | None) -> Iterator[tuple[Any, str]]:
    """The images that an instruction uses, each with the word that names it."""
    if stage is None:  # a fragment without FROM, in which every name is an image
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


def _matches(pattern: str, host: str) -> bool:
    if pattern in ("docker.io", "hub.docker.com") and host == "docker.io":
        return True
    if pattern == "*":
        return True
    if pattern.startswith("*"):
        return host.endswith(pattern[1:])
    if pattern.endswith("*"):
        return host.startswith(pattern[:-1])
    return host == pattern
