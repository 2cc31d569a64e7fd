"""Rules about removed files."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.model.layers.written_files import (
    WrittenFile,
    WrittenFiles,
    copied_paths,
    joined_path,
    written_by_run,
)
from dockerlint_rules.model.stages import join_path
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import Package, PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.shell.command import Command


# Files of which a second copy costs next to nothing.
_SMALL = (
    ".sh",
    ".py",
    ".pl",
    ".rb",
    ".txt",
    ".json",
    ".yml",
    ".yaml",
    ".conf",
    ".cfg",
    ".ini",
    ".asc",
    ".gpg",
    ".key",
    ".list",
    ".sql",
    ".xml",
    ".toml",
    ".lock",
    ".md",
    ".template",
    ".tmpl",
    ".j2",
    ".patch",
    ".diff",
    ".repo",
    ".crt",
    ".pem",
    ".sources",
    "crontab",
    "Dockerfile",
    "Gemfile",
    "Makefile",
)


@rule("DF302", severity=Severity.WARNING, words=("rm ", "rm\t"))
def file_removed_in_later_layer(stage: Stage) -> Iterator[Finding]:
    """File is added in one layer and removed in a later one.

    Layers only add up: the file is hidden and still in the image, with its full size, and whoever looks into the layer
    finds it.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY installer.run /tmp/installer.run
    RUN sh /tmp/installer.run && rm /tmp/installer.run
    #                            ^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=bind,source=installer.run,target=/tmp/installer.run sh /tmp/installer.run
    ```

    Good (fetched and removed in one layer)::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLo /tmp/tool.deb https://example.com/tool.deb && dpkg -i /tmp/tool.deb && rm /tmp/tool.deb
    ```

    How to fix: mount it for the RUN that needs it (``--mount=type=bind``), or fetch, use and remove it in one RUN.

    Known problems: only files whose path is plain to see are followed.

    Source: Docker docs, "Building best practices"; OCI image specification, "Whiteouts".
    """
    if not stage.ships:
        return
    files = WrittenFiles()
    for one in stage.instructions:
        if one.errors:
            continue
        if isinstance(one, Copy | Add):
            for path, word in copied_paths(stage, one):
                files.add(WrittenFile(path, word, one))
        elif isinstance(one, Run):
            if files.by_path and "rm" in one.text:
                yield from _removals(stage, one, files)
            for path, span in written_by_run(stage, one):
                files.add(WrittenFile(path, span, one))


def _removals(stage: Stage, run: Run, files: WrittenFiles) -> Iterator[Finding]:
    at = stage.workdir_before(run)
    for command in run.commands:
        if command.name == "cd" and not command.nested:
            words = command.operands()
            at = join_path(at, words[0].value) if words and words[0].literal else "$"
        if command.name != "rm" or command.conditional:
            continue
        is_deep = command.has_flag("-r", "-R", "--recursive")
        told = False
        for word in command.operands():
            found = _removed(word.value, at, files, is_deep=is_deep)
            if found and not told:
                told = True
                yield _too_late(command, word.value, found)
            files.drop(found)


def _removed(said: str, at: str | None, files: WrittenFiles, *, is_deep: bool) -> list[WrittenFile]:
    """What a word of rm takes away."""
    folder, _, last = said.rpartition("/")
    if last == "*" and folder:
        path = joined_path(at, folder)
        return [one for one in files.below(path) if one.path != path] if path and is_deep else []
    path = joined_path(at, said)
    if not path:
        return []
    return files.below(path) if is_deep else files.at(path)


def _too_late(command: Command, said: str, found: list[WrittenFile]) -> Finding:
    first = found[0]
    lines = sorted({one.by.line for one in found})
    is_itself = len(found) == 1 and first.path.endswith(said.rstrip("/").rpartition("/")[2])
    what = f"'{said}'" if is_itself else f"What '{said}' holds"
    where = f"line {lines[0]}" if len(lines) == 1 else "lines " + ", ".join(map(str, lines))
    layer = "that layer" if len(lines) == 1 else "those layers"
    is_small = all(one.path.endswith(_SMALL) for one in found)
    return Finding.at(
        Span(command.start, command.end),
        f"{what} came in with {where} and stays in {layer}. "
        "Mount it for this RUN, or bring it in and remove it in one RUN.",
        severity=Severity.INFO if is_small else None,
        related=[Related(one.word, "it comes in here") for one in found],
    )


@rule("DF321", severity=Severity.INFO, words=("remove", "purge", " del", "erase", "uninstall"))
def package_removed_in_later_layer(stage: Stage) -> Iterator[Finding]:
    """Package is installed in one layer and removed in another.

    The image keeps all of it, hidden. Only within one RUN does a removal save anything.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends gcc
    RUN make && make install
    RUN apt-get purge -y gcc
    #                    ^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends gcc \\
        && make && make install \\
        && apt-get purge -y gcc
    ```

    How to fix: install, use and remove it in one RUN; better, build in a stage of its own and copy the result.

    Known problems: some packages are removed for what they do, and not for their size.

    Source: Docker docs, "Multi-stage builds"; "Building best practices".
    """
    if not stage.ships:
        return
    installed: dict[tuple[str, str], Run] = {}
    for run in stage.runs:
        calls = _calls(run)
        for call in calls:
            if call.action in ("remove", "autoremove", "purge", "uninstall"):
                for package in call.packages:
                    by = installed.pop((call.family, package.name), None)
                    if by is not None and by is not run:
                        yield _package_removed_too_late(package, call, by)
                        break
        for call in calls:
            if call.action == "install":
                virtual = call.value_of("-t", "--virtual") if call.family == "apk" else None
                names = [virtual] if virtual else [package.name for package in call.packages]
                for name in names:
                    installed.setdefault((call.family, name), run)
            elif call.action in ("remove", "autoremove", "purge", "uninstall"):
                for package in call.packages:
                    installed.pop((call.family, package.name), None)


def _calls(run: Run) -> list[PackageCall]:
    from dockerlint_rules.model.packages.call_reader import calls_in

    return calls_in(run)


def _package_removed_too_late(package: Package, call: PackageCall, by: Run) -> Finding:
    return Finding.at(
        package,
        f"'{package.name}' was installed on line {by.line} and stays in that layer. Install it, use it and remove it in "
        "one RUN, or build in a stage of its own.",
        related=[Related(by.keyword_word, "it is installed here")],
    )
