"""Rules about releases."""

from __future__ import annotations

from dockerlint_rules import knowledge
from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.images.releases import days_to_move, newer_base, newer_release
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import image_label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.knowledge.release_records import EolRecord
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import From, Word


@rule("DF110", severity=Severity.ERROR)
def end_of_life_base_image(from_: From, stage: Stage, dockerfile: Dockerfile) -> Iterator[Finding]:
    """Base image or its distribution is past its end of life.

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
    shown = image_label(image, base)
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
def base_image_near_end_of_life(
    from_: From, stage: Stage, dockerfile: Dockerfile
) -> Iterator[Finding]:
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
        f"{image_label(image, base)} reaches its end of life {when}; {newer_release(base, record, today)}.",
    )


@rule("DF111", severity=Severity.WARNING)
def deprecated_base_image(from_: From, stage: Stage) -> Iterator[Finding]:
    """Base image gets no more updates under this name.

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
        f"{image_label(image, base)} {since}: {record.reason}. {cure}.",
        severity=None if record.is_certain else Severity.INFO,
    )


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
