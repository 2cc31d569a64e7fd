"""Rules about base images that are no longer supported, or will not be for long."""

from __future__ import annotations

from dockerlint_rules import knowledge
from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.images.releases import (
    days_to_move,
    ended_within_a_year,
    newer_base,
    upgrade_hint,
)
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import image_label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.knowledge.release_records import EolRecord
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Word
    from dockerlint_rules.syntax.dockerfile.instructions import From


_MOST_SUCCESSORS = 2  # images that a message suggests, the best first


@rule("DF110", severity=Severity.ERROR)
def end_of_life_base_image(from_: From, stage: Stage, dockerfile: Dockerfile) -> Iterator[Finding]:
    """Base image or its distribution is past its end of life.

    Security holes in it are no longer fixed, so they stay in every image that is built on it. Its package
    repositories are eventually moved or removed, which breaks the build. If support ended less than a year ago, the
    finding is a warning; while Debian's long-term support lasts, it is a note.

    Bad::

    ```dockerfile
    FROM python:3.6.4
    #    ^^^^^^^^^^^^ 'python:3.6.4' has had no security fixes since its end of life on 2021-12-23
    ```

    Bad (the distribution inside)::

    ```dockerfile
    FROM python:3.13-buster
    #    ^^^^^^^^^^^^^^^^^^ Debian 10 in 'python:3.13-buster' has had no security fixes
    ```

    Good::

    ```dockerfile
    FROM python:3.13-trixie
    ```

    Good (a tag that moves to supported releases)::

    ```dockerfile
    FROM python:3-slim
    ```

    How to fix: use the release that the message names. ``dockerlint --today DATE`` shows what is reported on
    another day.

    Known problems: dockerlint only knows the releases that existed when it was released itself, so it cannot
    name a later one.

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
    label = image_label(image, base)
    record = knowledge.end_of_life(name, base.tag)
    if record is not None and record.is_past(today):
        yield _end_of_life_finding(image, label, record, upgrade_hint(base, record, today), today)
        return
    if "/" in name:
        return
    record = knowledge.base_end_of_life(base.tag, name)
    if record is not None and record.is_past(today):
        distribution = f"{record.product.capitalize()} {record.tag_prefix} in {label}"
        yield _end_of_life_finding(image, distribution, record, newer_base(record, today), today)


def _end_of_life_finding(
    image: Word, product: str, record: EolRecord, remedy: str, today: str
) -> Finding:
    """The finding for a release that is past its end of life; older ends are more severe."""
    end = record.last_day
    if record.has_long_term_support_alone(today):
        text = (
            f"{product} has had only long-term support since {record.date}, until {end}. {remedy}."
        )
        return Finding.at(image, text, severity=Severity.INFO)
    since = f"its end of life on {end}" if end else "it reached its end of life"
    text = f"{product} has had no security fixes since {since}. {remedy}."
    severity = Severity.WARNING if ended_within_a_year(end, today) else Severity.ERROR
    return Finding.at(image, text, severity=severity)


@rule("DF111", severity=Severity.WARNING)
def deprecated_base_image(from_: From, stage: Stage) -> Iterator[Finding]:
    """Base image gets no more updates under this name.

    The image was withdrawn, renamed or moved to another registry. Its tags never change, so security
    holes that are found later stay in the image.

    Bad::

    ```dockerfile
    FROM openjdk:17
    #    ^^^^^^^^^^ 'openjdk:17' no longer gets updates: deprecated in 2022
    ```

    Good::

    ```dockerfile
    FROM eclipse-temurin:17
    ```

    How to fix: use one of the images that the message names.

    Source: the deprecation notices of the Docker official images and of the vendors.
    """
    base = stage.base
    image = from_.image
    if image is None or stage.parent or not base.is_name_certain:
        return
    record = knowledge.retired_image(base.upstream, base.tag)
    if record is None:
        return
    status = f"has had no updates since {record.date}" if record.date else "no longer gets updates"
    successors = [f"'{name}'" for name in record.successors[:_MOST_SUCCESSORS]]
    remedy = f"Use {' or '.join(successors)}" if successors else "Use another image"
    yield Finding.at(
        image,
        f"{image_label(image, base)} {status}: {record.reason}. {remedy}.",
        severity=None if record.is_certain else Severity.INFO,
    )


@rule("DF112", severity=Severity.INFO)
def base_image_near_end_of_life(
    from_: From, stage: Stage, dockerfile: Dockerfile
) -> Iterator[Finding]:
    """Base image reaches its end of life within 90 days.

    After that day security holes in it are no longer fixed. The early notice leaves time to plan the move
    to a newer release.

    Bad::

    ```dockerfile
    FROM php:8.2-cli
    #    ^^^^^^^^^^^ reaches its end of life in 37 days, on 2026-12-31
    ```

    Good::

    ```dockerfile
    FROM php:8.4-cli
    ```

    How to fix: plan the move to the release that the message names. ``dockerlint --today DATE`` shows what is
    reported on another day.

    Known problems: the rule only checks the image itself, not the distribution that its tag names.

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
    remedy = upgrade_hint(base, record, today)
    yield Finding.at(image, f"{image_label(image, base)} reaches its end of life {when}. {remedy}.")
