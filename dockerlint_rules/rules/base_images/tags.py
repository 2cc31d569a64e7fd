"""Rules about tags."""

from __future__ import annotations

from dockerlint_rules import knowledge
from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.images.reference import ImageReference
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import image_label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import From, Word


# Published for everyone under the tag latest alone, or meant to be used so.
LATEST_ONLY = ("cgr.dev/", "chainguard/", "gcr.io/distroless/")


@rule("DF101", severity=Severity.WARNING, aliases=("DL3006",), fix="unsafe")
def untagged_base_image(from_: From, stage: Stage, dockerfile: Dockerfile) -> Iterator[Finding]:
    """Base image has neither a tag nor a digest.

    Without a tag Docker takes ``latest``, which is another image after each release: a build that
    worked yesterday breaks, and nobody can tell which release is inside. A version as the tag, or a
    digest, keeps the build repeatable.

    Bad::

    ```dockerfile
    FROM debian
    #    ^^^^^^
    ```

    Bad (the default of an ARG has no tag)::

    ```dockerfile
    ARG BASE=registry.example.com:5000/team/app
    FROM ${BASE} AS build
    #    ^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12.12-slim
    ```

    Good (an earlier stage, and the empty image)::

    ```dockerfile
    FROM golang:1.26 AS build
    FROM build AS test
    FROM scratch
    ```

    Good (what the variable holds is not known)::

    ```dockerfile
    ARG BASE
    FROM ${BASE}
    ```

    Good (a digest needs no tag)::

    ```dockerfile
    FROM debian@sha256:b877a1a3fdf02469440f1768cf69c9771338a875b7add5e80c45b756c92ac20a
    ```

    How to fix: add the version that the image was built and tested with, as in ``debian:12.12``.

    Fix safety: unsafe; for images whose releases are known it names the one that is current, which ``latest`` need not have been
    when the file was tried.

    Source: Docker documentation, "Building best practices", section "Pin base image versions".
    """
    base = stage.base
    image = from_.image
    if image is None or stage.parent or base.is_scratch or base.tag or base.digest is not None:
        return
    if base.unresolved:
        return
    shown = image_label(image, base)
    yield Finding.at(
        image,
        f"{shown} has no tag, so each build takes whatever 'latest' is that day. "
        "Add its version as the tag, or a digest.",
        fix=_pinned(image, base, dockerfile.build.today),
    )


def _pinned(image: Word, base: ImageReference, today: str) -> Fix | None:
    """Name the release that is current, where the file names the image itself."""
    if (
        image.text != base.text
        or not base.is_name_certain
        or knowledge.retired_image(base.upstream, base.tag)
    ):
        return None
    release = knowledge.current_release(base.upstream, today)
    if release is None or "/windows" in base.upstream:  # there tags begin with other words
        return None
    text = f"{image.text.removesuffix(':latest')}:{release}"
    return Fix(f"Write {text}.", [Edit.replace(image, text)], safe=False)


@rule("DF102", severity=Severity.WARNING, aliases=("DL3007",), fix="unsafe")
def latest_base_image(from_: From, stage: Stage, dockerfile: Dockerfile) -> Iterator[Finding]:
    """Base image uses the moving tag latest.

    ``latest`` is another image after each release: a build that worked yesterday breaks, and nobody can
    tell which release is inside. A version as the tag, or a digest, keeps the build repeatable.

    Bad::

    ```dockerfile
    FROM ubuntu:latest
    #    ^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM ubuntu:24.04
    ```

    Good (the digest decides)::

    ```dockerfile
    FROM ubuntu:latest@sha256:b877a1a3fdf02469440f1768cf69c9771338a875b7add5e80c45b756c92ac20a
    ```

    How to fix: name the version that the image was built and tested with.

    Fix safety: unsafe; for images whose releases are known it names the one that is current, with long support where the
    project has such.

    Known problems: of images that are published as ``latest`` alone to most people (Chainguard,
    distroless), the finding is a note; a digest is the only way to pin them.

    Source: Docker documentation, "Building best practices", section "Pin base image versions".
    """
    base = stage.base
    image = from_.image
    if image is None or stage.parent or base.tag != "latest" or base.digest is not None:
        return
    is_only = base.text.startswith(LATEST_ONLY)
    cure = "Pin its digest" if is_only else "Pin a version or a digest"
    yield Finding.at(
        image,
        f"{image_label(image, base)} moves with every release, so the same file builds another image later. {cure}.",
        fix=_pinned(image, base, dockerfile.build.today),
        severity=Severity.INFO if is_only else None,
    )


_MOVING = frozenset({
    "edge", "dev", "devel", "develop", "main", "master", "rolling", "stable", "lts", "current", "mainline", "testing", "unstable",
    "sid", "rawhide",
})  # fmt: skip


@rule("DF103", severity=Severity.INFO)
def moving_base_image_tag(from_: From, stage: Stage) -> Iterator[Finding]:
    """Base image uses a tag that moves between releases.

    ``edge``, ``stable`` or ``lts`` is another release next month, as ``latest`` is. Who asks for ``nightly`` or
    ``canary`` wants what comes next: these are left alone.

    Bad::

    ```dockerfile
    FROM alpine:edge
    #    ^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    ```

    How to fix: name the release.

    Known problems: testing against what comes next is what such tags are for.

    Source: Docker docs, "Building best practices", "Pin base image versions".
    """
    base = stage.base
    if stage.parent is not None or base.digest or not base.is_tag_certain or base.is_scratch:
        return
    first = (base.tag or "").partition("-")[0].lower()
    # devel-cu130 and the like are releases of their own.
    if (
        first in _MOVING
        and not any(char.isdigit() for char in base.tag or "")
        and from_.image is not None
    ):
        yield Finding.at(
            from_.image,
            f"'{base.text}' is another release before long, as '{first}' moves. Name the release.",
        )
