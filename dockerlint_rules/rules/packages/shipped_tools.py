"""Compilers, debugging tools and SSH servers in the final image."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.layers.cleanup import last_of_each, last_where
from dockerlint_rules.model.packages.build_tools import (
    compilers_among,
    is_language_image,
    is_toolchain_image,
    only_opens_shell,
)
from dockerlint_rules.model.packages.calls import SYSTEM_MANAGERS
from dockerlint_rules.model.stages import is_shipped
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import quoted_list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import Package, PackageCall
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command


@rule("DF221", severity=Severity.INFO, on=SYSTEM_MANAGERS)
def build_tools_in_final_image(
    install: PackageCall, run: Run, stage: Stage | None, dockerfile: Dockerfile
) -> Iterator[Finding]:
    """Compilers or build tools stay in the final image.

    A compiler can add hundreds of megabytes to the image, and an intruder can use it. Build in a separate stage
    and copy the result, or remove the tools in the RUN that installs them.

    Bad::

    ```dockerfile
    FROM python:3.12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends build-essential
    #                                                                ^^^^^^^^^^^^^^^ stays in the final image
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

    Good (removed in the same RUN)::

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

    Good (a working environment)::

    ```dockerfile
    FROM ubuntu:24.04
    RUN apt-get update && apt-get install -y --no-install-recommends build-essential
    COPY tools /usr/local/bin/
    CMD ["bash"]
    ```

    How to fix: build in another stage and copy the result.

    Known problems: the rule skips an image that starts nothing or only a shell as a working environment, unless it
    copies files into the image of a language. It also skips stages and files with names such as ``test`` and ``dev``. A
    base image for other images is reported if it starts a program.

    Source: Docker docs, "Building best practices", section "Use multi-stage builds".
    """
    if install.action != "install" or stage is None:
        return
    if not stage.ships or not stage.holds(run):
        return
    if _is_development_file(dockerfile) or is_toolchain_image(stage.root.base):
        return
    # A base image from a variable may be a toolchain as well.
    if not stage.root.base.is_name_certain:
        return
    tools = compilers_among(install)
    if not tools or not _is_application(stage) or _are_removed(install, tools, run):
        return
    verb, pronoun = ("stays", "it") if len(tools) == 1 else ("stay", "them")
    yield Finding.at(
        tools[0],
        f"{quoted_list([tool.word.value for tool in tools])} {verb} in the final image, although usually only the "
        f"build needs {pronoun}. Build in another stage, or remove {pronoun} in the same RUN.",
    )


# Directories, and suffixes of file names, of images for development and CI.
_DEVELOPMENT_NAMES = frozenset({
    ".ci", ".circleci", ".cursor", ".devcontainer", ".github", ".gitpod", "builder", "ci", "dev", "test",
})  # fmt: skip


def _is_development_file(dockerfile: Dockerfile) -> bool:
    """Whether the file's path says that the image is a working or build environment."""
    facts = dockerfile.facts
    if "is-development-file" not in facts:
        path = dockerfile.filename.lower().replace("\\", "/")
        parts = path.replace(".dockerfile", "").replace("dockerfile.", "").split("/")
        facts["is-development-file"] = not _DEVELOPMENT_NAMES.isdisjoint(parts[-3:])
    return bool(facts["is-development-file"])


def _is_application(stage: Stage) -> bool:
    """Whether the final image runs a program, and is not a working or build environment."""
    facts = stage.dockerfile.facts
    if "is-application" not in facts:
        facts["is-application"] = _starts_program(stage.dockerfile.final_stage or stage)
    return bool(facts["is-application"])


_DEVELOPMENT_STAGES = frozenset({
    "build", "builder", "ci", "dev", "devel", "development", "lint", "test", "testing", "tests",
})  # fmt: skip


def _starts_program(final: Stage) -> bool:
    """Whether the image starts a program, or else copies files into the image of a language."""
    if _DEVELOPMENT_STAGES & set((final.name or "").lower().replace("_", "-").split("-")):
        return False
    stages = list(final.lineage())
    for stage in stages:
        commands = stage.of("CMD")
        if commands:
            # A working environment waits, or opens a shell.
            return not only_opens_shell(commands[-1].args)
    if any(stage.of("ENTRYPOINT") for stage in stages):
        return True
    return is_language_image(final.root.base) and any(stage.of("COPY", "ADD") for stage in stages)


def _are_removed(install: PackageCall, tools: list[Package], run: Run) -> bool:
    """Whether the RUN removes any of the tools again, or may do so."""
    removed = last_of_each(run, ("removed", install.family), lambda call: _removed(call, install))
    names = {name for tool in tools for name in (tool.word.value, tool.name)}
    names.add(install.value_of("-t", "--virtual") or _VARIABLE)
    names.add(_VARIABLE)
    # After "apt-mark auto '.*'" a purge also removes every package that no other one needs.
    if last_where(run, "apt-mark", _is_apt_mark) >= 0:
        names.add(_UNNEEDED)
    return any(removed.get(name, -1) > install.command.index for name in names)


_VARIABLE, _UNNEEDED = "$", " "  # never names of packages


def _removed(call: PackageCall, install: PackageCall) -> Iterator[str]:
    """What a call removes of what calls of the same family install: names, those in a variable, and the unneeded."""
    if call.action not in ("remove", "autoremove") or call.family != install.family:
        return
    for package in call.packages:
        yield package.word.value
        if package.kind == "variable":
            yield _VARIABLE
    if call.action == "autoremove" or call.has_flag("--auto-remove", "--autoremove"):
        yield _UNNEEDED


def _is_apt_mark(command: Command) -> bool:
    return command.name == "apt-mark"


_DEBUGGING_TOOLS = frozenset({
    "vim", "vim-nox", "vim-tiny", "nano", "emacs", "emacs-nox", "less", "screen", "tmux", "man-db", "mlocate",
    "telnet", "inetutils-telnet", "net-tools", "iputils-ping", "traceroute", "nmap", "tcpdump",
    "htop", "lsof", "strace", "ltrace", "gdb",
})  # fmt: skip


@rule("DF225", severity=Severity.INFO, default=False, on=SYSTEM_MANAGERS)
def debugging_tools_in_final_image(install: PackageCall, stage: Stage | None) -> Iterator[Finding]:
    """Editors or debugging tools stay in the final image.

    These tools make the image bigger, and an intruder can use them.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx vim
    #                                                                      ^^^ 'vim' is rarely needed at run time
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    ```

    How to fix: leave them out. To look inside a running container, use ``docker debug`` or a container that shares its
    namespaces.

    Known problems: the rule is off by default, because some images are working environments.

    Source: Docker docs, "Building best practices", "Don't install unnecessary packages".
    """
    if install.action != "install" or not is_shipped(stage):
        return
    tools = [package for package in install.packages if package.name in _DEBUGGING_TOOLS]
    if tools:
        verb, pronoun = ("is", "it") if len(tools) == 1 else ("are", "them")
        yield Finding.at(
            tools[0],
            f"{quoted_list([tool.name for tool in tools])} {verb} rarely needed at run time. Leave {pronoun} out.",
        )


@rule(
    "DF228",
    severity=Severity.WARNING,
    on=SYSTEM_MANAGERS,
    words=("ssh", "dropbear"),
)
def ssh_server_in_image(install: PackageCall, stage: Stage | None) -> Iterator[Finding]:
    """SSH server is installed in the image.

    ``docker exec`` opens a shell in a container. An SSH server is another way in, with its own keys, users and updates,
    and a second process to keep running.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends openssh-server nginx
    #                                                                ^^^^^^^^^^^^^^ is another way into the container
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    ```

    How to fix: leave it out, and use ``docker exec`` or ``kubectl exec``.

    Known problems: the rule reports nothing if the image starts ``sshd`` or exposes port 22 or 2222, and in files that
    use MPI or Hadoop, whose workers connect over SSH.

    Source: Docker docs, "Building best practices", "Decouple applications".
    """
    if install.action != "install" or stage is None or not stage.ships:
        return
    for package in install.packages:
        if package.name in ("openssh-server", "dropbear") and not _needs_ssh(stage):
            yield Finding.at(
                package,
                f"'{package.name}' is another way into the container, with its own keys and updates. "
                "Leave it out and use 'docker exec'.",
            )
            return


def _needs_ssh(stage: Stage) -> bool:
    """Whether the image starts sshd, exposes its port, or has a program that connects its workers over SSH."""
    facts = stage.facts
    if "needs-ssh" not in facts:
        facts["needs-ssh"] = (
            any("sshd" in command.original for command in stage.start_commands)
            or _exposes_ssh(stage)
            or any(name in stage.dockerfile.source.text.lower() for name in _SSH_USERS)
        )
    return bool(facts["needs-ssh"])


_SSH_USERS = ("openmpi", "open_mpi", "mpirun", "horovod", "hadoop")


def _exposes_ssh(stage: Stage) -> bool:
    return any(
        word.value.partition("/")[0] in ("22", "2222")
        for ancestor in stage.lineage()
        for expose in ancestor.of("EXPOSE")
        for word in expose.words
    )
