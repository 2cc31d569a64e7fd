"""Base images: a tag that stays, a release that is supported, a name that is still published."""

from __future__ import annotations

from dockerlint_rules import knowledge
from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.images.reference import ImageReference
from dockerlint_rules.model.images.releases import days_to_move, newer_base, newer_release
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Arg

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.knowledge.release_records import EolRecord
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import From, Word

# Published for everyone under the tag latest alone, or meant to be used so.
LATEST_ONLY = ("cgr.dev/", "chainguard/", "gcr.io/distroless/")


@rule("DF101", severity=Severity.WARNING, aliases=("DL3006",), fix="unsafe")
def untagged_base_image(from_: From, stage: Stage, dockerfile: Dockerfile) -> Iterator[Finding]:
    """Base image has neither tag nor digest.

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
    shown = _shown(image, base)
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
    """Base image is pinned to the moving tag latest.

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
        f"{_shown(image, base)} moves with every release, so the same file builds another image later. {cure}.",
        fix=_pinned(image, base, dockerfile.build.today),
        severity=Severity.INFO if is_only else None,
    )


_MOVING = frozenset({
    "edge", "dev", "devel", "develop", "main", "master", "rolling", "stable", "lts", "current", "mainline", "testing", "unstable",
    "sid", "rawhide",
})  # fmt: skip


@rule("DF103", severity=Severity.INFO)
def moving_base_tag(from_: From, stage: Stage) -> Iterator[Finding]:
    """Base image has a tag that moves by its meaning.

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


@rule("DF110", severity=Severity.ERROR)
def end_of_life_base(from_: From, stage: Stage, dockerfile: Dockerfile) -> Iterator[Finding]:
    """Base image is past its end of life.

    Nobody mends security holes in it any more, so they stay in everything that is built on it; and its
    package mirrors move away, which breaks the build one day. For a release that ended less than a year
    ago this is a warning, while Debian's long-term support lasts a note.

    Bad::

    ```dockerfile
    FROM python:3.6.4
    #    ^^^^^^^^^^^^
    ```

    Bad (the distribution inside)::

    ```dockerfile
    FROM python:3.13-buster
    #    ^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM python:3.13-trixie
    ```

    Good (a tag that moves to supported releases)::

    ```dockerfile
    FROM python:3-slim
    ```

    How to fix: move to the release that the message names; ``dockerlint --today DATE`` shows what will
    be reported on another day.

    Known problems: what is known ends with the release of dockerlint; a release that came out later is
    not named.

    Source: endoflife.date; the projects' own calendars.
    """
    base = stage.base
    image = from_.image
    today = dockerfile.build.today
    if image is None or stage.parent or (not base.tag and not base.is_name_certain):
        return
    name = base.upstream
    if knowledge.retired_image(name, base.tag):
        return
    shown = _shown(image, base)
    record = knowledge.end_of_life(name, base.tag)
    if record is not None and record.is_past(today):
        yield _ended(image, shown, record, newer_release(base, record, today), today)
        return
    if "/" in name:
        return
    record = knowledge.base_end_of_life(base.tag, name)
    if record is not None and record.is_past(today):
        what = f"{record.product.capitalize()} {record.tag_prefix} in {shown}"
        yield _ended(image, what, record, newer_base(record, today), today)


@rule("DF112", severity=Severity.INFO)
def base_near_its_end(from_: From, stage: Stage, dockerfile: Dockerfile) -> Iterator[Finding]:
    """Base image reaches its end of life within 90 days.

    From that day on nobody mends security holes in it; there is still time to move in peace.

    Bad::

    ```dockerfile
    FROM php:8.2-cli
    #    ^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM php:8.4-cli
    ```

    How to fix: plan the move to the release that the message names; ``dockerlint --today DATE`` shows what
    will be reported on another day.

    Known problems: only the image itself is looked at, not the distribution that its tag names.

    Source: endoflife.date; the projects' own calendars.
    """
    base = stage.base
    image = from_.image
    today = dockerfile.build.today
    if image is None or stage.parent or not base.tag or not today:
        return
    if knowledge.retired_image(base.upstream, base.tag):
        return
    record = knowledge.end_of_life(base.upstream, base.tag)
    if record is None:
        return
    days = days_to_move(record, today)
    if days is None:
        return
    when = "today" if not days else f"in {days} day{'s' if days > 1 else ''}, on {record.date}"
    yield Finding.at(
        image,
        f"{_shown(image, base)} reaches its end of life {when}; {newer_release(base, record, today)}.",
    )


@rule("DF111", severity=Severity.WARNING)
def retired_base_image(from_: From, stage: Stage) -> Iterator[Finding]:
    """Base image is no longer updated under its name.

    The image was withdrawn, renamed, or moved to another registry: what is there stays as it is, with
    every security hole found since.

    Bad::

    ```dockerfile
    FROM openjdk:17
    #    ^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM eclipse-temurin:17
    ```

    How to fix: take the image that the message names.

    Source: the deprecation notices of the Docker official images and of the vendors.
    """
    base = stage.base
    image = from_.image
    if image is None or stage.parent or not base.is_name_certain:
        return
    record = knowledge.retired_image(base.upstream, base.tag)
    if record is None:
        return
    since = f"has had no updates since {record.date}" if record.date else "gets no updates any more"
    cure = f"Use {_either(record.successors)}" if record.successors else "Choose another image"
    yield Finding.at(
        image,
        f"{_shown(image, base)} {since}: {record.reason}. {cure}.",
        severity=None if record.is_certain else Severity.INFO,
    )


# -- what the rules share -----------------------------------------------------------------------------


def _shown(image: Word, base: ImageReference) -> str:
    """The image in quotes, with what was written where a variable stood for it."""
    if image.value != base.text:
        return f"'{base.text}' (from '{image.text}')"
    return f"'{base.text}'"


def _either(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _ended(image: Word, what: str, record: EolRecord, cure: str, today: str) -> Finding:
    """The finding for a release that is past its end; how bad depends on how long."""
    end = record.last_day
    if record.has_long_term_support_alone(today):
        text = f"{what} gets only long-term support since {record.date}, until {end}; {cure}."
        return Finding.at(image, text, severity=Severity.INFO)
    since = f" since its end of life on {end}" if end else " since it reached its end of life"
    year_ago = f"{int(today[:4]) - 1}{today[4:]}" if today[:4].isdecimal() else ""
    is_recent = bool(end) and end >= year_ago
    text = f"{what} has had no security fixes{since}; {cure}."
    return Finding.at(image, text, severity=Severity.WARNING if is_recent else Severity.ERROR)


@rule("DF732", severity=Severity.WARNING, aliases=("InvalidDefaultArgInFrom",))
def base_without_default(from_: From, dockerfile: Dockerfile) -> Iterator[Finding]:
    """The base is no image unless a build argument is given.

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
