"""Where servers write data that has to last, and which volumes hold it."""

from __future__ import annotations

from dockerlint_rules import knowledge
from dockerlint_rules.model.layers.cleanup import calls_after
from dockerlint_rules.model.packages.call_reader import calls_in
from dockerlint_rules.model.variables import expand_known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dockerlint_rules.knowledge.stateful_software import StatefulRecord
    from dockerlint_rules.model.packages.calls import Package, PackageCall
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.dockerfile.instructions import Run


class ServerData:
    """A folder that a server writes to: which server, the instruction that installs it, and whether a volume holds it."""

    __slots__ = ("folder", "instruction", "is_covered", "owner", "package", "record")

    def __init__(
        self,
        owner: str,
        folder: str,
        instruction: Instruction,
        record: StatefulRecord,
        package: Package | None,
        *,
        is_covered: bool,
    ) -> None:
        self.owner = owner
        self.folder = folder
        self.instruction = instruction
        self.record = record
        self.package = package
        self.is_covered = is_covered


def volumes_of(stage: Stage) -> list[str]:
    """Paths of every VOLUME of the image, including those that its base image is known to declare."""
    found = [
        expand_known(word.value, stage.scope.final, stage.from_.escape) for word in stage.volumes
    ]
    base = stage.root.base
    record = knowledge.stateful_image(base.upstream, base.tag)
    if record is not None and record.declares_volume:
        found += record.data_dirs
    return found


def server_data(
    stage: Stage, is_mounted: Callable[[Dockerfile, str], bool]
) -> Iterator[ServerData]:
    """The folders that the servers of a stage and of those it is built from write to, each folder once.

    Servers are known by their package or by the base image; a configuration file that moves the data is not read.
    *is_mounted* tells whether something beside the Dockerfile mounts a folder: ``project.mounts.is_mounted``.
    """

    def has_mount(record: StatefulRecord) -> bool:
        return any(is_mounted(stage.dockerfile, folder) for folder in record.data_dirs)

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
    for place in reversed(list(stage.lineage())):
        for run in place.runs:
            for call in calls_in(run):
                for package, record in _servers(run, call):
                    folder = record.data_dirs[0]
                    if folder not in seen:
                        seen.add(folder)
                        covered = is_covered(record, volumes) or has_mount(record)
                        yield ServerData(
                            package.name, folder, run, record, package, is_covered=covered
                        )


def _servers(run: Run, call: PackageCall) -> Iterator[tuple[Package, StatefulRecord]]:
    """Packages of an install whose server keeps data that has to last, and that stay installed."""
    if call.action != "install" or "${" in (call.value_of("--root", "--installroot", "-p") or ""):
        return
    for package in call.packages:
        if package.kind != "package":
            continue
        record = knowledge.stateful_package(call.family, package.name)
        if record is None or not record.keeps_state or not record.is_certain:
            continue
        # A mail queue empties by itself.
        if not record.data_dirs or record.data_dirs[0].startswith("/var/spool/"):
            continue
        if not _is_removed(run, call, package.name):
            yield package, record


def _is_removed(run: Run, install: PackageCall, name: str) -> bool:
    return any(
        one.name == name
        for call in calls_after(run, install.command, ("remove", "autoremove"))
        for one in call.packages
    )


def is_covered(record: StatefulRecord, volumes: list[str]) -> bool:
    """Whether a volume holds the data; one named for it shows that the path was moved there."""
    names = ("data", "db", record.name.partition("-")[0])
    for volume in volumes:
        path = volume.rstrip("/")
        if any(folder == path or folder.startswith(path + "/") for folder in record.data_dirs):
            return True
        if any(
            folder.startswith(path) or path.startswith(folder + "/") for folder in record.data_dirs
        ):
            return True
        if any(name in path.lower() for name in names):
            return True
    return False
