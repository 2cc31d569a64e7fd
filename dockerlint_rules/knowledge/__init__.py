"""Facts as data: package managers, ecosystems, software that keeps state, end of life, images.

The tables are TOML (``tables/*.toml``, each with its source and the date of the last check).
``python -m dockerlint_rules.knowledge`` compiles them to Python modules of literals, which load from byte code.  A
look-up only loads its own table.  Nothing here reads the clock: dates are ISO strings, which compare as text, and the
caller gives *today*.
"""

# perf: each look-up imports its table on first use; parsing the TOML would cost 14 ms.

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.knowledge.ecosystem_records import Ecosystem
    from dockerlint_rules.knowledge.package_manager_records import Manager
    from dockerlint_rules.knowledge.release_records import EolRecord, RetiredImage
    from dockerlint_rules.knowledge.stateful_software import StatefulRecord


def package_manager(command_name: str) -> Manager | None:
    """Give the package manager for a program name: "pip3.11" is pip."""
    from dockerlint_rules.knowledge import package_manager_records as manager_records

    return manager_records.by_command(command_name)


def package_managers() -> list[Manager]:
    """Give all package managers, in the order of the table."""
    from dockerlint_rules.knowledge import package_manager_records as manager_records

    return manager_records.every()


def ecosystems() -> tuple[Ecosystem, ...]:
    """Give all ecosystems: manifests, lock files, commands before and after the source."""
    from dockerlint_rules.knowledge import ecosystem_records

    return ecosystem_records.every()


def ecosystem(name: str) -> Ecosystem | None:
    """Give one ecosystem by its name."""
    from dockerlint_rules.knowledge import ecosystem_records

    return ecosystem_records.by_name(name)


def stateful_package(manager_family: str, package: str) -> StatefulRecord | None:
    """Give the record of a package that may keep state. A version after the name is ignored.

    ``postgresql-16`` finds the record of ``postgresql-<major>``.  Clients and software that keeps everything in memory
    have records too: check ``.keeps_state``.
    """
    from dockerlint_rules.knowledge import stateful_software as state_records

    return state_records.by_package(manager_family, package)


def stateful_image(name: str, tag: str | None = None) -> StatefulRecord | None:
    """Give the record of an image that may keep state; where releases differ, the record for this tag."""
    from dockerlint_rules.knowledge import stateful_software as state_records

    return state_records.by_image(name, tag)


def stateful_records() -> tuple[StatefulRecord, ...]:
    """Give all records of software that keeps state: images, packages, files and frameworks."""
    from dockerlint_rules.knowledge import stateful_software as state_records

    return state_records.every()


def end_of_life(image_name: str, tag: str | None) -> EolRecord | None:
    """Give the release that a familiar image name and a tag refer to, with its end-of-life date.

    Tags are compared by component: "3.6.4-slim" is release "3.6", "3.60" is not. "3-slim" is not a release because the
    tag moves.
    """
    from dockerlint_rules.knowledge import release_records

    return release_records.by_tag(image_name, tag)


def current_release(image_name: str, today: str) -> str | None:
    """Give the tag that a new file should use today; None for an image that is not in the table."""
    from dockerlint_rules.knowledge import release_records

    return release_records.current(image_name, today)


def base_end_of_life(tag: str | None, image_name: str = "") -> EolRecord | None:
    """Give the release of the distribution in a tag: "3.12-buster" is Debian 10.

    Only for official images: in other tags, a part such as "disco" may mean anything.
    """
    from dockerlint_rules.knowledge import release_records

    return release_records.by_suffix(tag, image_name)


def retired_image(name: str, tag: str | None = None) -> RetiredImage | None:
    """Give the record of an image that is no longer updated under its name."""
    from dockerlint_rules.knowledge import release_records

    return release_records.retired(name, tag)


def withdrawn_variant(tag: str | None) -> str | None:
    """Give the part of a tag for a variant that official images no longer publish."""
    from dockerlint_rules.knowledge import release_records

    return release_records.withdrawn(tag)


def hub_mirrors() -> tuple[str, ...]:
    """Give the prefixes, with a final slash, under which other registries mirror Docker Hub."""
    from dockerlint_rules.knowledge import image_records

    return image_records.mirrors()


def image_distribution(name: str, tag: str | None = None) -> str | None:
    """Give the distribution in an image's plain tags, such as "3.12", by its familiar name."""
    from dockerlint_rules.knowledge import image_records

    return image_records.by_name(name, tag)


def tag_distribution(part: str) -> str | None:
    """Give the distribution for one dash-separated part of a tag ("alpine3.19")."""
    from dockerlint_rules.knowledge import image_records

    return image_records.by_tag_part(part)
