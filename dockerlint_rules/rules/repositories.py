"""Package managers and repositories that do not fit the base image or the way the build caches."""

from __future__ import annotations

from dockerlint_rules import knowledge
from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import insert_above, instruction_like
from dockerlint_rules.model.images.reference import distribution
from dockerlint_rules.model.layers.cleanup import has_mount, last_where, mount_targets
from dockerlint_rules.model.packages.apt_settings import keeps_downloads
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Env, Run
    from dockerlint_rules.syntax.shell.script import Command

# Families of distributions by the package manager that they come with.
_OF_MANAGER: dict[str, frozenset[str]] = {
    "apt": frozenset({"debian", "ubuntu"}),
    "apk": frozenset({"alpine", "wolfi"}),
    "rpm": frozenset({"rhel-like", "suse"}),
    "zypper": frozenset({"suse"}),
    "pacman": frozenset({"arch"}),
}
_KNOWN = frozenset().union(*_OF_MANAGER.values())


@rule("DF217", severity=Severity.ERROR, on=tuple(_OF_MANAGER))
def foreign_package_manager(
    install: PackageCall, stage: Stage | None, run: Run
) -> Iterator[Finding]:
    """The base image has no such package manager.

    ``apt-get`` is there on Debian and Ubuntu, ``apk`` on Alpine, ``dnf`` on Fedora and its kin. The RUN stops
    with "not found".

    Bad::

    ```dockerfile
    FROM alpine:3.22
    RUN apt-get update && apt-get install -y curl
    #   ^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache curl
    ```

    How to fix: use the package manager of the base image, or another base.

    Known problems: only distributions in plain tags of well-known images are known; a manager that was installed
    before, or is asked for first (``command -v``), is not reported.

    Source: the images' own documentation.
    """
    if stage is None or install.command.conditional:
        return
    root = stage.root
    image = root.from_.image
    if image is None or "$" in image.text or not root.base.is_tag_certain:
        return
    if "/" in root.base.upstream and knowledge.image_distribution(root.base.upstream) is None:
        return  # a tag's part tells the distribution of official images only
    found = distribution(root.base)
    if found is None or found not in _KNOWN or found in _OF_MANAGER[install.family]:
        return
    if install.action not in ("install", "update", "upgrade", "dist-upgrade"):
        return
    # Asked first: of many calls only the first is looked at from the stage's beginning.
    told = stage.facts.setdefault("foreign-manager", set())
    if install.tool in told or _is_brought(stage, run, install):
        return
    told.add(install.tool)
    word = install.action_word
    yield Finding.at(
        Span(install.start, word.end if word else install.command.words[0].end),
        f"'{root.base.text}' is {_MANAGER_OF[found][0]}, which has no '{install.tool}'. "
        f"Use {_MANAGER_OF[found][1]}.",
    )


_MANAGER_OF = {
    "debian": ("Debian", "'apt-get'"),
    "ubuntu": ("Ubuntu", "'apt-get'"),
    "alpine": ("Alpine", "'apk'"),
    "wolfi": ("Wolfi", "'apk'"),
    "arch": ("Arch Linux", "'pacman'"),
    "suse": ("SUSE", "'zypper'"),
    "rhel-like": ("of the Red Hat family", "'dnf', 'microdnf' or 'yum'"),
}


def _is_brought(stage: Stage, run: Run, install: PackageCall) -> bool:
    """Whether the manager is installed, copied, tested for, or other shells decide."""
    if any(one.name in ("command", "which", "type", "test", "[", "[[") for one in run.commands):
        return True
    tool = install.tool
    for place in stage.lineage():
        for one in place.of("COPY", "ADD"):
            if one.flag("from"):
                return True
        for call in place.installs:
            if call.start >= install.start:
                break
            if any(
                package.name in (tool, "apt", "dnf", "yum", "apk-tools")
                for package in call.packages
            ):
                return True
    return False


@rule("DF213", severity=Severity.INFO, fix="unsafe", words=("debian_frontend",))
def frontend_in_environment(env: Env) -> Iterator[Finding]:
    """DEBIAN_FRONTEND stays set in the image.

    It is meant for the build; in a container it silences questions for everybody who installs something by hand,
    and ``noninteractive`` keeps programs from working on a terminal.

    Bad::

    ```dockerfile
    FROM debian:12
    ENV DEBIAN_FRONTEND=noninteractive
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ARG DEBIAN_FRONTEND=noninteractive
    ```

    How to fix: use ARG, which ends with the build.

    Source: Docker documentation, "Frequently asked questions" of the Engine, "Why is DEBIAN_FRONTEND=noninteractive
    discouraged in Dockerfiles?".
    """
    stage = env.stage
    if stage is not None and not stage.ships:
        return
    for pair in env.pairs:
        if (
            pair.name == "DEBIAN_FRONTEND"
            and pair.value is not None
            and pair.value.value == "noninteractive"
        ):
            if stage is not None and stage.scope.final.get("DEBIAN_FRONTEND") != "noninteractive":
                return
            fix = None
            if len(env.pairs) == 1 and not pair.legacy:
                fix = Fix(
                    "Use ARG.",
                    [
                        Edit.replace(
                            env.keyword_word, "ARG" if env.keyword_word.text.isupper() else "arg"
                        )
                    ],
                    safe=False,
                )
            yield Finding.at(
                pair,
                "DEBIAN_FRONTEND is for the build, and this keeps it in every container. Use ARG.",
                fix=fix,
            )


_EDGE = ("/edge/", "/edge")


@rule("DF214", severity=Severity.WARNING, on=("apk",), words=("edge",))
def edge_on_stable(install: PackageCall, stage: Stage | None) -> Iterator[Finding]:
    """Packages of Alpine edge on a stable release.

    Edge is built against other libraries and moves every day: an upgrade pulls in a newer musl or OpenSSL half-way,
    and the same file gives another image tomorrow.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache --repository=https://dl-cdn.alpinelinux.org/alpine/edge/testing tool
    #                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache --repository=https://dl-cdn.alpinelinux.org/alpine/v3.22/community tool
    ```

    How to fix: take the package of the release, a newer release, or copy the program from an image that has it.

    Source: Alpine wiki, "Repositories".
    """
    if install.action != "install" or (stage is not None and _is_edge(stage)):
        return
    for name, value, word in install.flags:
        if name in ("--repository", "-X") and value and any(part in value for part in _EDGE):
            yield Finding.at(
                word,
                "Alpine edge moves every day and is built against other libraries than this release. "
                "Take the package of the release, or a newer release.",
            )
            return


def _is_edge(stage: Stage) -> bool:
    base = stage.root.base
    return base.tag in ("edge",) or not base.is_tag_certain


@rule("DF215", severity=Severity.WARNING, fix="unsafe", on=("pip", "apk"), words=("--mount",))
def cache_flag_defeats_mount(install: PackageCall, run: Run) -> Iterator[Finding]:
    """A flag keeps the cache mount empty.

    The mount is there so that the next build finds what this one fetched; ``--no-cache-dir`` makes sure that there is
    nothing.

    Bad::

    ```dockerfile
    FROM python:3.13
    RUN --mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir flask==3.1.0
    #                                                          ^^^^^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM python:3.13
    RUN --mount=type=cache,target=/root/.cache/pip pip install flask==3.1.0
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    RUN --mount=type=cache,target=/root/.cache/pip pip install flask==3.1.0
    ```

    How to fix: drop the flag. The cache lies in the mount, so the layer stays as small.

    Fix safety: unsafe, because a cache can hold a package that the index has replaced.

    Source: pip documentation, "Caching"; Docker docs, "Optimize cache usage in builds".
    """
    if not run.flags or run.form == "json":
        return
    flag = install.flag("--no-cache-dir" if install.family == "pip" else "--no-cache")
    if flag is None or not any(
        target.endswith(("/.cache", "/.cache/pip")) or "PIP_CACHE_DIR" in target
        if install.family == "pip"
        else target == "/var/cache/apk"
        for target in mount_targets(run)
    ):
        return
    text = run.source.text
    start = flag.start
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    yield Finding.at(
        flag,
        f"'{flag.value}' keeps the cache mount empty, so every build fetches everything again. Drop the flag.",
        fix=Fix(f"Drop {flag.value}.", [Edit(start, flag.end, "")], safe=False),
    )


@rule("DF216", severity=Severity.INFO, on=("apt",), words=("--mount",), fix="unsafe")
def mount_emptied_by_hook(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """The image's own hook empties apt's cache mount.

    Debian's and Ubuntu's images have ``/etc/apt/apt.conf.d/docker-clean``, which deletes ``/var/cache/apt/archives``
    after each install: the mount is there, and always empty.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y curl
    #                                                                             ^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN rm -f /etc/apt/apt.conf.d/docker-clean \\
        && echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' > /etc/apt/apt.conf.d/keep-cache
    RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y curl
    ```

    How to fix: delete the hook and keep downloads, as the Dockerfile reference shows.

    Fix safety: unsafe; the image is left without the hook, so a later install without a mount keeps its downloads.

    Source: Docker docs, "Dockerfile reference", RUN --mount=type=cache, "Example: cache apt packages".
    """
    if not run.flags or install.action != "install" or stage is None:
        return
    if not has_mount(run, ("/var/cache/apt/archives",)):
        return
    if distribution(stage.root.base) not in ("debian", "ubuntu"):
        return
    if keeps_downloads(run, stage):
        return
    told = stage.facts.setdefault("docker-clean-told", [])
    if told:
        return
    told.append(True)
    word = install.action_word
    yield Finding.at(
        Span(install.start, word.end if word else install.end),
        "The image's hook 'docker-clean' empties this cache mount after each install. "
        "Delete /etc/apt/apt.conf.d/docker-clean first, and keep downloaded packages.",
        fix=_without_hook(run),
    )


def _without_hook(run: Run) -> Fix | None:
    """What the Dockerfile reference shows, in a RUN before this one."""
    if run.keyword != "RUN":
        return None  # of an ONBUILD
    lines = [
        instruction_like(run, "RUN", f"rm -f /etc/apt/apt.conf.d/docker-clean {run.escape}"),
        """    && echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' > /etc/apt/apt.conf.d/keep-cache""",
    ]
    return Fix("Delete the hook first.", [insert_above(run, *lines)], safe=False)


@rule("DF229", severity=Severity.INFO, fix="safe", on=("apk",))
def redundant_apk_update(install: PackageCall, run: Run) -> Iterator[Finding]:
    """The index is fetched twice.

    ``apk add --no-cache`` fetches the index by itself and keeps none of it. A call of ``apk update`` beside it costs
    time and leaves a copy of the index in the layer.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    RUN apk update && apk add --no-cache curl
    #   ^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache curl
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache curl
    ```

    How to fix: drop ``apk update``.

    Fix safety: safe, where every ``apk`` of the RUN that follows has ``--no-cache``.

    Source: apk(8); Alpine wiki, "Alpine Package Keeper".
    """
    if install.action != "update" or install.skips_cache or install.command.conditional:
        return
    if install.command.nested:
        return
    from dockerlint_rules.model.packages.calls import calls_in

    later = run.facts.get("apk-calls")
    if later is None:
        later = run.facts["apk-calls"] = [call for call in calls_in(run) if call.family == "apk"]
    after = [call for call in later if call.start > install.start]
    if not after or not all(call.skips_cache for call in after if call.action != "remove"):
        return
    if not any(call.action in ("install", "upgrade") for call in after):
        return
    if (
        has_mount(run, ("/var/cache/apk",))
        or last_where(run, "rm-apk", _removes_index) > install.command.index
    ):
        return
    yield Finding.at(
        install,
        "'apk add --no-cache' fetches the index itself; 'apk update' fetches it again and leaves it in the layer. Drop it.",
        fix=_without(install, run),
    )


def _removes_index(command: Command) -> bool:
    return command.name == "rm" and any("/var/cache/apk" in word.value for word in command.args)


def _without(install: PackageCall, run: Run) -> Fix | None:
    """Drop a command and the ``&&`` behind it, where it begins its RUN."""
    command = install.command
    at = command.index + 1
    if command.after != "&&" or command.outer_start != command.start or at >= len(run.commands):
        return None
    following = run.commands[at]
    between = run.source.text[command.end : following.outer_start]
    if between.replace("&&", "", 1).replace(run.escape, "").strip():
        return None
    return Fix("Drop apk update.", [Edit(command.start, following.outer_start, "")], safe=True)


@rule(
    "DF228",
    severity=Severity.WARNING,
    on=("apt", "apk", "rpm", "zypper", "pacman"),
    words=("ssh", "dropbear"),
)
def ssh_server_installed(install: PackageCall, stage: Stage | None) -> Iterator[Finding]:
    """An SSH server is installed in the image.

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
