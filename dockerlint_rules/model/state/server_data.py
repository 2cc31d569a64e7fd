"""Where servers write data that must outlive the container, and which volumes hold it."""

from __future__ import annotations

from dockerlint_rules import knowledge
from dockerlint_rules.model.layers.cleanup import last_of_each
from dockerlint_rules.model.packages.call_reader import calls_in
from dockerlint_rules.model.stages import is_below
from dockerlint_rules.model.variables import expand_known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dockerlint_rules.knowledge.stateful_software import StatefulRecord
    from dockerlint_rules.model.packages.calls import Package, PackageCall
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.dockerfile.instructions import Run


class ServerData:
    """A directory that a server writes to: the server, the instruction that installs it, whether a volume holds it."""

    __slots__ = ("directory", "instruction", "is_covered", "owner", "package", "record")

    def __init__(
        self,
        owner: str,
        directory: str,
        instruction: Instruction,
        record: StatefulRecord,
        package: Package | None,
        *,
        is_covered: bool,
    ) -> None:
        self.owner = owner
        self.directory = directory
        self.instruction = instruction
        self.record = record
        self.package = package
        self.is_covered = is_covered


def volumes_of(stage: Stage) -> list[str]:
    """Paths of every VOLUME of the image, including the known ones of its base image."""
    paths = [
        expand_known(word.value, stage.scope.final, stage.from_.escape) for word in stage.volumes
    ]
    base = stage.root.base
    record = knowledge.stateful_image(base.upstream, base.tag)
    if record is not None and record.declares_volume:
        paths += record.data_dirs
    return paths


def server_data(
    stage: Stage, is_mounted: Callable[[Dockerfile, str], bool]
) -> Iterator[ServerData]:
    """Yield the directories that the servers of a stage and of its ancestors write to, each directory once.

    The package or the base image shows which server it is. A configuration file that moves the data is not read.
    *is_mounted* says whether another file, such as a compose file, mounts a directory: ``project.mounts.is_mounted``.
    """

    def has_mount(record: StatefulRecord) -> bool:
        return any(is_mounted(stage.dockerfile, directory) for directory in record.data_dirs)

    volumes = volumes_of(stage)
    base = stage.root.base
    record = knowledge.stateful_image(base.upstream, base.tag) if base.is_name_certain else None
    if record is not None and record.keeps_state and record.data_dirs:
        covered = is_covered(record, volumes) or has_mount(record)
        from_ = stage.root.from_
        yield ServerData(
            base.upstream, record.data_dirs[0], from_, record, None, is_covered=covered
        )
    seen: set[str] = set()
    for ancestor in reversed(list(stage.lineage())):
        for run in ancestor.runs:
            for call in calls_in(run):
                for package, record in _installed_servers(run, call):
                    directory = record.data_dirs[0]
                    if directory not in seen:
                        seen.add(directory)
                        covered = is_covered(record, volumes) or has_mount(record)
                        yield ServerData(
                            package.name, directory, run, record, package, is_covered=covered
                        )


def _installed_servers(run: Run, call: PackageCall) -> Iterator[tuple[Package, StatefulRecord]]:
    """Yield the servers that a call installs, that keep data, and that the RUN does not remove again."""
    if call.action != "install" or "${" in (call.value_of("--root", "--installroot", "-p") or ""):
        return
    for package in call.packages:
        if package.kind != "package":
            continue
        record = knowledge.stateful_package(call.family, package.name)
        if record is None or not record.keeps_state or not record.is_certain:
            continue
        # A mail queue empties itself, so its data need not last.
        if not record.data_dirs or record.data_dirs[0].startswith("/var/spool/"):
            continue
        if not _is_removed(run, call, package.name):
            yield package, record


def _is_removed(run: Run, install: PackageCall, name: str) -> bool:
    removed = last_of_each(run, "removed", _removed_names)
    return removed.get(name, -1) > install.command.index


def _removed_names(call: PackageCall) -> Iterable[str]:
    if call.action not in ("remove", "autoremove"):
        return ()
    return (package.name for package in call.packages)


def is_covered(record: StatefulRecord, volumes: list[str]) -> bool:
    """Whether a volume holds the data. A volume with the name of the data or the server counts as its new place."""
    names = ("data", "db", record.name.partition("-")[0])
    for volume in volumes:
        path = volume.rstrip("/")
        if any(place.startswith(path) or is_below(path, place) for place in record.data_dirs):
            return True
        if any(name in path.lower() for name in names):
            return True
    return False
