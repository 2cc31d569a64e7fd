"""Rules about the tags of base images."""

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
    from dockerlint_rules.syntax.dockerfile.instruction import Word
    from dockerlint_rules.syntax.dockerfile.instructions import From


# Images whose only free tag is "latest", or whose publisher recommends that tag.
_LATEST_ONLY = ("cgr.dev/", "chainguard/", "gcr.io/distroless/")


@rule("DF101", severity=Severity.WARNING, aliases=("DL3006",), fix="unsafe")
def untagged_base_image(from_: From, stage: Stage, dockerfile: Dockerfile) -> Iterator[Finding]:
    """Base image has neither a tag nor a digest.

    Without a tag, Docker uses ``latest``, which refers to a different image after each release. A build that
    worked yesterday may fail today, and the file does not say which release it uses. A version tag or a
    digest keeps the build repeatable.

    Bad::

    ```dockerfile
    FROM debian
    #    ^^^^^^ Base image 'debian' has no tag
    ```

    Fixed::

    ```dockerfile
    FROM debian:13
    ```

    Bad (the default of an ARG has no tag)::

    ```dockerfile
    ARG BASE=registry.example.com:5000/team/app
    FROM ${BASE} AS build
    #    ^^^^^^^ 'registry.example.com:5000/team/app' (from '${BASE}') has no tag
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

    Good (the value of the variable is unknown)::

    ```dockerfile
    ARG BASE
    FROM ${BASE}
    ```

    Good (a digest needs no tag)::

    ```dockerfile
    FROM debian@sha256:b877a1a3fdf02469440f1768cf69c9771338a875b7add5e80c45b756c92ac20a
    ```

    How to fix: add the version that you built and tested with, such as ``debian:12.12``.

    Fix safety: unsafe, because the fix names the current release (of images whose releases are known), and
    the file may have been written for an older one.

    Source: Docker docs, "Building best practices", section "Pin base image versions".
    """
    base = stage.base
    image = from_.image
    if image is None or stage.parent or base.is_scratch or base.tag or base.digest is not None:
        return
    if base.unresolved:
        return
    yield Finding.at(
        image,
        f"Base image {image_label(image, base)} has no tag, so Docker uses 'latest', which changes with each release. "
        "Add a version tag or a digest.",
        fix=_current_release_fix(image, base, dockerfile.build.today),
    )


def _current_release_fix(image: Word, base: ImageReference, today: str) -> Fix | None:
    """Add the current release as the tag; only if FROM names the image without variables."""
    if (
        image.text != base.text
        or not base.is_name_certain
        or knowledge.retired_image(base.upstream, base.tag)
    ):
        return None
    release = knowledge.current_release(base.upstream, today)
    if release is None or "/windows" in base.upstream:  # Windows tags have other prefixes
        return None
    text = f"{image.text.removesuffix(':latest')}:{release}"
    return Fix(f"Replace with '{text}'", [Edit.replace(image, text)], safe=False)


@rule("DF102", severity=Severity.WARNING, aliases=("DL3007",), fix="unsafe")
def latest_base_image(from_: From, stage: Stage, dockerfile: Dockerfile) -> Iterator[Finding]:
    """Base image uses the moving tag latest.

    ``latest`` refers to a different image after each release. A build that worked yesterday may fail today, and
    the file does not say which release it uses. A version tag or a digest keeps the build repeatable.

    Bad::

    ```dockerfile
    FROM ubuntu:latest
    #    ^^^^^^^^^^^^^ Base image 'ubuntu:latest' moves with every release
    ```

    Fixed::

    ```dockerfile
    FROM ubuntu:26.04
    ```

    Good::

    ```dockerfile
    FROM ubuntu:24.04
    ```

    Good (the digest takes precedence over the tag)::

    ```dockerfile
    FROM ubuntu:latest@sha256:b877a1a3fdf02469440f1768cf69c9771338a875b7add5e80c45b756c92ac20a
    ```

    How to fix: name the version that you built and tested with.

    Fix safety: unsafe, because the fix names the current release (a long-term release if the project has
    them), and the file may have been written for an older one.

    Known problems: some publishers offer only ``latest`` to most users (Chainguard, distroless). For their
    images the finding is a note, and a digest is the only way to pin them.

    Source: Docker docs, "Building best practices", section "Pin base image versions".
    """
    base = stage.base
    image = from_.image
    if image is None or stage.parent or base.tag != "latest" or base.digest is not None:
        return
    has_only_latest = base.text.startswith(_LATEST_ONLY)
    remedy = "Pin its digest" if has_only_latest else "Pin a version or a digest"
    yield Finding.at(
        image,
        f"Base image {image_label(image, base)} moves with every release, "
        f"so a rebuild may use a different image. {remedy}.",
        fix=_current_release_fix(image, base, dockerfile.build.today),
        severity=Severity.INFO if has_only_latest else None,
    )


_MOVING_TAGS = frozenset({
    "edge", "dev", "devel", "develop", "main", "master", "rolling", "stable", "lts", "current", "mainline", "testing",
    "unstable", "sid", "rawhide",
})  # fmt: skip


@rule("DF103", severity=Severity.INFO)
def moving_base_image_tag(from_: From, stage: Stage) -> Iterator[Finding]:
    """Base image uses a tag that moves between releases.

    ``edge``, ``stable`` or ``lts`` may refer to a different release next month, just as ``latest`` may. ``nightly`` and
    ``canary`` are not reported, because their users want the newest build.

    Bad::

    ```dockerfile
    FROM alpine:edge
    #    ^^^^^^^^^^^ 'edge' in base image 'alpine:edge' moves
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    ```

    How to fix: pin a release.

    Known problems: a file that tests against upcoming releases needs such a tag.

    Source: Docker docs, "Building best practices", section "Pin base image versions".
    """
    base = stage.base
    if stage.parent is not None or base.digest or not base.is_tag_certain:
        return
    tag = base.tag or ""
    first_part = tag.partition("-")[0].lower()
    # A tag such as devel-cu130 names a release.
    is_moving = first_part in _MOVING_TAGS and not any(char.isdigit() for char in tag)
    if is_moving and from_.image is not None:
        yield Finding.at(
            from_.image,
            f"Tag '{first_part}' in base image '{base.text}' moves to newer releases, "
            "so a rebuild may use a different one. Pin a release.",
        )
