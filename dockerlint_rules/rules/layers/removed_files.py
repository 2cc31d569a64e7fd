"""Rules about files and packages that a later layer removes."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.model.layers.written_files import (
    WrittenFile,
    WrittenFiles,
    commands_with_directories,
    copied_paths,
    downloaded_files,
    resolve_path,
)
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import line_list
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import Package, PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.shell.command import Command


# Suffixes of files that are usually small, so that a copy in a layer costs almost nothing.
_SMALL_FILES = (
    ".sh", ".py", ".pl", ".rb", ".txt", ".json", ".yml", ".yaml", ".conf", ".cfg", ".ini", ".asc", ".gpg", ".key",
    ".list", ".sql", ".xml", ".toml", ".lock", ".md", ".template", ".tmpl", ".j2", ".patch", ".diff", ".repo", ".crt",
    ".pem", ".sources", "crontab", "Dockerfile", "Gemfile", "Makefile",
)  # fmt: skip


@rule("DF302", severity=Severity.WARNING, words=("rm ", "rm\t"))
def file_removed_in_later_layer(stage: Stage) -> Iterator[Finding]:
    """File is added in one layer and removed in a later one.

    Removing a file in a later layer only hides it. It still takes up its full size in the image, and anyone with the
    image can read it from the earlier layer.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY installer.run /tmp/installer.run
    RUN sh /tmp/installer.run && rm /tmp/installer.run
    #                            ^^^^^^^^^^^^^^^^^^^^^ Mount it into the RUN that needs it
    ```

    Bad (a download)::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLo /tmp/tool.deb https://example.com/tool.deb
    RUN dpkg -i /tmp/tool.deb && rm /tmp/tool.deb
    #                            ^^^^^^^^^^^^^^^^ Download, use and remove it in one RUN
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=bind,source=installer.run,target=/tmp/installer.run sh /tmp/installer.run
    ```

    Good (downloaded and removed in one layer)::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLo /tmp/tool.deb https://example.com/tool.deb && dpkg -i /tmp/tool.deb && rm /tmp/tool.deb
    ```

    How to fix: mount the file into the RUN that needs it (``--mount=type=bind``), or download, use and remove it in one
    RUN.

    Known problems: files are only followed where their paths are literal.

    Source: Docker docs, "Building best practices"; OCI image specification, "Whiteouts".
    """
    if not stage.ships:
        return
    files = WrittenFiles()
    for instruction in stage.instructions:
        if instruction.errors:
            continue
        if isinstance(instruction, Copy | Add):
            for path, word in copied_paths(stage, instruction):
                files.add(WrittenFile(path, word, instruction))
        elif isinstance(instruction, Run):
            if files.by_path and "rm" in instruction.text:
                yield from _removals(stage, instruction, files)
            for path, place in downloaded_files(stage, instruction):
                files.add(WrittenFile(path, place, instruction))


def _removals(stage: Stage, run: Run, files: WrittenFiles) -> Iterator[Finding]:
    """Yield one finding for each ``rm`` of earlier files, and forget the files that it removes."""
    for command, directory in commands_with_directories(stage, run):
        if command.name != "rm" or command.conditional:
            continue
        is_recursive = command.has_flag("-r", "-R", "--recursive")
        is_reported = False
        for word in command.operands():
            removed = _removed_files(word.value, directory, files, is_recursive=is_recursive)
            if removed and not is_reported:
                is_reported = True
                yield _late_removal_finding(command, word.value, removed)
            files.remove(removed)


def _removed_files(
    operand: str, directory: str | None, files: WrittenFiles, *, is_recursive: bool
) -> list[WrittenFile]:
    """The files that one operand of ``rm`` removes."""
    parent, _, last_part = operand.rpartition("/")
    if last_part == "*" and parent:
        path = resolve_path(directory, parent)
        if not path or not is_recursive:
            return []
        return [file for file in files.below(path) if file.path != path]
    path = resolve_path(directory, operand)
    if not path:
        return []
    return files.below(path) if is_recursive else files.at(path)


def _late_removal_finding(command: Command, operand: str, removed: list[WrittenFile]) -> Finding:
    name = operand.rstrip("/").rpartition("/")[2]
    numbers = sorted({file.instruction.line for file in removed})
    layer = "that layer" if len(numbers) == 1 else "those layers"
    if len(removed) == 1 and removed[0].path.endswith(name):
        subject, it = f"'{operand}' was added on {line_list(numbers)} and stays", "it"
    else:
        files = "Files matching" if name == "*" else "Files in"
        subject, it = f"{files} '{operand}' were added on {line_list(numbers)} and stay", "them"
    if all(_is_download(file) for file in removed):
        remedy = f"Download, use and remove {it} in one RUN."
    else:
        remedy = f"Mount {it} into the RUN that needs {it}."
    is_small = all(file.path.endswith(_SMALL_FILES) for file in removed)
    return Finding.at(
        Span(command.start, command.end),
        f"{subject} in {layer}. {remedy}",
        severity=Severity.INFO if is_small else None,
        related=[Related(file.place, "it is added here") for file in removed],
    )


def _is_download(file: WrittenFile) -> bool:
    return isinstance(file.instruction, Run) or "://" in getattr(file.place, "value", "")


_REMOVALS = ("remove", "autoremove", "purge", "uninstall")


@rule("DF321", severity=Severity.INFO, words=("remove", "purge", " del", "erase", "uninstall"))
def package_removed_in_later_layer(stage: Stage) -> Iterator[Finding]:
    """Package is installed in one layer and removed in another.

    Removing a package in a later layer only hides its files: the image keeps their full size. Only a removal in the RUN
    that installs the package saves space.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends gcc
    RUN make && make install
    RUN apt-get purge -y gcc
    #                    ^^^ 'gcc' was installed on line 2
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends gcc \\
        && make && make install \\
        && apt-get purge -y gcc
    ```

    How to fix: build in an earlier stage and copy the result, or install, use and remove the package in one RUN.

    Known problems: some packages are removed because of what they do, not because of their size.

    Source: Docker docs, "Multi-stage builds"; "Building best practices".
    """
    if not stage.ships:
        return
    installed: dict[tuple[str, str], Run] = {}
    for run in stage.runs:
        calls = _package_calls(run)
        for call in calls:
            if call.action in _REMOVALS:
                for package in call.packages:
                    install_run = installed.pop((call.family, package.name), None)
                    if install_run is not None and install_run is not run:
                        yield _late_package_removal(package, install_run)
                        break
        for call in calls:
            if call.action == "install":
                # apk add --virtual gives the packages a common name, under which they are removed.
                group = call.value_of("-t", "--virtual") if call.family == "apk" else None
                names = [group] if group else [package.name for package in call.packages]
                for name in names:
                    installed.setdefault((call.family, name), run)
            elif call.action in _REMOVALS:
                for package in call.packages:
                    installed.pop((call.family, package.name), None)


def _package_calls(run: Run) -> list[PackageCall]:
    from dockerlint_rules.model.packages.call_reader import calls_in

    return calls_in(run)


def _late_package_removal(package: Package, install_run: Run) -> Finding:
    return Finding.at(
        package,
        f"'{package.name}' was installed on line {install_run.line} and stays in that layer. "
        "Install, use and remove it in one RUN, or build in an earlier stage.",
        related=[Related(install_run.keyword_word, "it is installed here")],
    )
