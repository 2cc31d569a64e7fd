"""Rules about shipped tools."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.layers.cleanup import (
    calls_after,
    last_where,
)
from dockerlint_rules.model.packages.build_tools import (
    compilers_among,
    is_idle,
    is_language_image,
    is_toolchain_image,
)
from dockerlint_rules.model.stages import is_shipped
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import Package, PackageCall
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run


_SYSTEM = ("apt", "apk", "rpm", "zypper", "pacman")


@rule("DF221", severity=Severity.INFO, on=_SYSTEM)
def build_tools_in_final_image(
    install: PackageCall, run: Run, stage: Stage | None, dockerfile: Dockerfile
) -> Iterator[Finding]:
    """Compilers or build tools stay in the final image.

    A compiler makes the image bigger by some hundred megabytes and is what an intruder wishes
    for. What it builds can be built in a stage of its own and copied, or the tools can go in
    the RUN that brought them.

    Bad::

    ```dockerfile
    FROM python:3.12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends build-essential
    #                                                                ^^^^^^^^^^^^^^^
    COPY app /app
    CMD ["python", "/app/main.py"]
    ```

    Good::

    ```dockerfile
    FROM python:3.12-slim AS build
    RUN apt-get update && apt-get install -y --no-install-recommends build-essential
    RUN pip wheel --wheel-dir=/wheels uwsgi==2.0.28

    FROM python:3.12-slim
    COPY --from=build /wheels /wheels
    RUN pip install --no-cache-dir /wheels/*
    CMD ["uwsgi"]
    ```

    Good (gone in the same RUN)::

    ```dockerfile
    FROM alpine:3.20
    RUN apk add --no-cache --virtual .build build-base && make -C /src install && apk del .build
    CMD ["/usr/local/bin/app"]
    ```

    Good (the image is a toolchain)::

    ```dockerfile
    FROM golang:1.23
    RUN apt-get update && apt-get install -y --no-install-recommends gcc
    COPY build.sh /
    CMD ["/build.sh"]
    ```

    Good (an environment to work in)::

    ```dockerfile
    FROM ubuntu:24.04
    RUN apt-get update && apt-get install -y --no-install-recommends build-essential
    COPY tools /usr/local/bin/
    CMD ["bash"]
    ```

    How to fix: build in a stage of its own and copy the result.

    Known problems: images that start nothing, or only a shell, are taken for environments to work in, unless
    files are copied into the image of a language; stages are judged by their names (``test``,
    ``dev``) too. Images that others build upon are reported where they start something.

    Source: Docker docs, "Building best practices", section "Use multi-stage builds".
    """
    if install.action != "install" or stage is None:
        return
    if not stage.ships or not stage.holds(run):
        return
    if _is_file_for_work(dockerfile) or is_toolchain_image(stage.root.base):
        return
    # A base out of a variable may be there to build with as well.
    if not stage.root.base.is_name_certain:
        return
    tools = compilers_among(install)
    if not tools or not _is_application(stage) or _is_removed(install, tools, run):
        return
    said = [one.word.value for one in tools]
    yield Finding.at(
        tools[0],
        f"{names(said)} stay{'s' if len(said) == 1 else ''} in the final image, where only the build needs "
        f"{'it' if len(said) == 1 else 'them'}. Build in a stage of its own, or remove what was needed in the same RUN.",
    )


def _is_file_for_work(dockerfile: Dockerfile) -> bool:
    """Whether the file's folders or its suffix say that the image is there to work in."""
    facts = dockerfile.facts
    if "is-for-work" not in facts:
        path = dockerfile.filename.lower().replace("\\", "/")
        parts = path.replace(".dockerfile", "").replace("dockerfile.", "").split("/")
        facts["is-for-work"] = not _WORKPLACES.isdisjoint(parts[-3:])
    return bool(facts["is-for-work"])


_WORKPLACES = frozenset(
    {
        ".ci",
        ".circleci",
        ".cursor",
        ".devcontainer",
        ".github",
        ".gitpod",
        "builder",
        "ci",
        "dev",
        "test",
    }
)


_IS_FOR_WORK = frozenset(
    {"build", "builder", "ci", "dev", "devel", "development", "lint", "test", "testing", "tests"}
)


def _is_application(stage: Stage) -> bool:
    """Whether the image is there to run something; else it may be there to build with."""
    facts = stage.dockerfile.facts
    if "is-application" not in facts:
        facts["is-application"] = _starts_program(stage.dockerfile.final_stage or stage)
    return bool(facts["is-application"])


def _starts_program(final: Stage) -> bool:
    """Whether the image says what to run; where it does not, files in a language's image tell."""
    if _IS_FOR_WORK & set((final.name or "").lower().replace("_", "-").split("-")):
        return False
    places = list(final.lineage())
    for place in places:
        commands = place.of("CMD")
        if commands:
            # An environment to work in waits, or opens a shell.
            return not is_idle(commands[-1].args)
    if any(place.of("ENTRYPOINT") for place in places):
        return True
    return is_language_image(final.root.base) and any(place.of("COPY", "ADD") for place in places)


def _is_removed(install: PackageCall, tools: list[Package], run: Run) -> bool:
    virtual = install.value_of("-t", "--virtual")
    for call in calls_after(run, install.command, ("remove", "autoremove")):
        if call.family != install.family:
            continue
        gone = {one.word.value for one in call.packages}
        variables = any(one.kind == "variable" for one in call.packages)
        named = any(one.word.value in gone or one.name in gone for one in tools)
        # "apt-mark auto '.*'" first: then whatever nothing needs goes with the purge.
        marked = (
            call.action == "autoremove" or call.has_flag("--auto-remove", "--autoremove")
        ) and last_where(run, "apt-mark", lambda one: one.name == "apt-mark") >= 0
        if named or variables or marked or (virtual is not None and virtual in gone):
            return True
    return False


# Editors, and tools to look around with.
_LUXURIES = frozenset({
    "vim", "vim-nox", "vim-tiny", "nano", "emacs", "emacs-nox", "telnet", "inetutils-telnet", "net-tools", "iputils-ping", "htop",
    "screen", "tmux", "man-db", "mlocate", "less", "strace", "ltrace", "gdb", "lsof", "tcpdump", "nmap", "traceroute",
})  # fmt: skip


@rule("DF225", severity=Severity.INFO, default=False, on=("apt", "apk", "rpm", "zypper", "pacman"))
def debugging_tools_in_final_image(install: PackageCall, stage: Stage | None) -> Iterator[Finding]:
    """Editors or debugging tools stay in the final image.

    They make the image bigger, and give an intruder tools to work with.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx vim
    #                                                                      ^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    ```

    How to fix: leave them out; for a look inside use ``docker debug`` or a container that shares the namespaces.

    Known problems: off by default, since some images are there to work in.

    Source: Docker docs, "Building best practices", "Don't install unnecessary packages".
    """
    if install.action != "install" or not is_shipped(stage):
        return
    found = [one for one in install.packages if one.name in _LUXURIES]
    if found:
        yield Finding.at(
            found[0],
            f"{names([one.name for one in found])}: nothing that the image runs needs it. Leave it out.",
        )


@rule(
    "DF228",
    severity=Severity.WARNING,
    on=("apt", "apk", "rpm", "zypper", "pacman"),
    words=("ssh", "dropbear"),
)
def ssh_server_in_image(install: PackageCall, stage: Stage | None) -> Iterator[Finding]:
    """SSH server is installed in the image.

    A container is entered with ``docker exec``; a second door with its own keys, users and updates is one more to
    guard, and a second program to keep running.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends openssh-server nginx
    #                                                                ^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    ```

    How to fix: leave it out, and use ``docker exec`` or ``kubectl exec``.

    Known problems: an image that is itself an SSH server means it; the rule is silent where ``sshd`` is what the image
    starts, where port 22 or 2222 is exposed on purpose, and where MPI or Hadoop reach their workers over SSH.

    Source: Docker docs, "Building best practices", "Decouple applications".
    """
    if install.action != "install" or stage is None or not stage.ships:
        return
    for package in install.packages:
        if package.name in ("openssh-server", "dropbear", "openssh", "ssh") and not (
            package.name in ("openssh", "ssh") and install.family != "apt"
        ):
            if package.name in ("openssh", "ssh") or _is_ssh_image(stage):
                continue
            yield Finding.at(
                package,
                f"'{package.name}' is a second door into the container, with keys and updates of its own. "
                "Leave it out and use 'docker exec'.",
            )
            return


def _is_ssh_image(stage: Stage) -> bool:
    known = stage.facts.get("is-ssh")
    if known is None:
        known = any("sshd" in one.original for one in stage.start_commands) or any(
            word.value.partition("/")[0] in ("22", "2222")
            for place in stage.lineage()
            for one in place.of("EXPOSE")
            for word in one.words
        )
        if not known:
            text = stage.dockerfile.source.text.lower()
            known = any(
                one in text for one in ("openmpi", "open_mpi", "mpirun", "horovod", "hadoop")
            )
        stage.facts["is-ssh"] = known
    return bool(known)
