"""Rules about the paths that VOLUME declares."""

from __future__ import annotations

import posixpath

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.stages import is_windows, join_path
from dockerlint_rules.model.variables import expand_known
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Word
    from dockerlint_rules.syntax.dockerfile.instructions import Volume


_SYSTEM_PATHS = frozenset({
    "/", "/proc", "/sys", "/dev", "/bin", "/sbin", "/lib", "/lib64", "/usr", "/usr/bin", "/usr/lib", "/boot", "/etc",
})  # fmt: skip


@rule("DF405", severity=Severity.ERROR)
def volume_on_system_path(volume: Volume) -> Iterator[Finding]:
    """VOLUME is declared on a system path.

    An existing volume hides the image's files at its path. Empty or outdated files in place of the system's own break
    the container.

    Bad::

    ```dockerfile
    FROM debian:12
    VOLUME /usr
    #      ^^^^ A volume on '/usr' may hide
    ```

    Bad (the socket of the host)::

    ```dockerfile
    FROM debian:12
    VOLUME /var/run/docker.sock
    #      ^^^^^^^^^^^^^^^^^^^^ is a new directory, not the host's Docker socket
    ```

    Good::

    ```dockerfile
    FROM debian:12
    VOLUME /var/lib/app
    ```

    How to fix: declare only the data directory.

    Source: Filesystem Hierarchy Standard 3.0; Docker docs, "Dockerfile reference", VOLUME.
    """
    for word in volume.paths:
        path = posixpath.normpath(word.value) if word.value.startswith("/") else ""
        if path in _SYSTEM_PATHS:
            yield Finding.at(
                word,
                f"A volume on '{word.value}' may hide the system's own files. Declare only the data directory.",
            )
        elif path.endswith("/docker.sock"):
            yield Finding.at(
                word,
                f"A volume on '{word.value}' is a new directory, not the host's Docker socket. "
                "Remove it, and mount the socket when the container starts.",
            )


@rule("DF403", severity=Severity.ERROR, fix="unsafe", words=("volume",))
def relative_volume(volume: Volume, stage: Stage | None) -> Iterator[Finding]:
    """VOLUME is not an absolute path.

    WORKDIR does not apply to VOLUME. The image builds, but its containers do not start ("mount path must be absolute"),
    or have the volume in the root directory. Single quotes have the same effect: ``['/data']`` is not JSON, so the
    brackets become part of the path.

    Bad::

    ```dockerfile
    FROM debian:12
    WORKDIR /srv
    VOLUME data
    #      ^^^^ VOLUME path 'data' is not absolute
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    WORKDIR /srv
    VOLUME /srv/data
    ```

    Bad (single quotes)::

    ```dockerfile
    FROM debian:12
    VOLUME ['/data']
    #      ^^^^^^^^^ JSON needs double quotes
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    VOLUME ["/data"]
    ```

    Good::

    ```dockerfile
    FROM debian:12
    WORKDIR /srv
    VOLUME /srv/data
    ```

    How to fix: use the absolute path.

    Fix safety: unsafe, because the volume is then at another path.

    Source: OCI runtime specification, "Mounts": the destination must be an absolute path.
    """
    if volume.errors or (stage is not None and is_windows(stage.root.base)):
        return
    if any(mark in volume.text for mark in ("{{", "{%", "<%")):
        return  # a template
    for word in volume.paths:
        path = word.value
        if "$" in path:
            path = expand_known(path, stage.scope.before(volume) if stage else {}, volume.escape)
        if not path or path.startswith(("/", "$", "%", "\\", "<", "{")) or path[1:2] == ":":
            continue
        if not path.startswith("["):
            yield _relative_path_finding(volume, word, path, stage)
        elif "'" in volume.text:
            yield _quotes_finding(volume, word, path)
            return


def _relative_path_finding(volume: Volume, word: Word, path: str, stage: Stage | None) -> Finding:
    workdir = stage.workdir_before(volume) if stage is not None else None
    fix = None
    remedy = "Use an absolute path"
    if workdir is not None and workdir.startswith("/") and "$" not in workdir:
        absolute = posixpath.normpath(join_path(workdir, path))
        remedy = f"Use '{absolute}'"
        if word.text == word.value == path:
            text = f'"{absolute}"' if volume.form == "json" else absolute
            fix = Fix(f"Use '{absolute}'", [Edit.replace(word, text)], safe=False)
    return Finding.at(
        word,
        f"VOLUME path '{path}' is not absolute and does not follow WORKDIR, so containers may fail to start. {remedy}.",
        fix=fix,
    )


def _quotes_finding(volume: Volume, word: Word, path: str) -> Finding:
    array = _as_json(volume)
    return Finding.at(
        word,
        f"The brackets become part of the path '{path}', because JSON needs double quotes. Write 'VOLUME {array}'.",
        fix=Fix(
            "Use double quotes",
            [Edit(volume.paths[0].start, volume.paths[-1].end, array)],
            safe=False,
        ),
    )


def _as_json(volume: Volume) -> str:
    text = " ".join(word.value for word in volume.paths).strip()
    paths = [part.strip(" '\"") for part in text.strip("[]").split(",")]
    return "[" + ", ".join(f'"{path}"' for path in paths if path) + "]"


@rule("DF411", severity=Severity.INFO, default=False, words=("volume",))
def declared_volume(volume: Volume, stage: Stage | None) -> Iterator[Finding]:
    """Image declares a volume.

    A container that is started without a volume for the path gets an anonymous one. Anonymous volumes pile up, their
    data is hard to find again, and an image built on this one cannot remove the declaration.

    Bad::

    ```dockerfile
    FROM debian:12
    VOLUME /data
    #^^^^^ without a volume for '/data'
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN mkdir /data
    ```

    How to fix: remove it, and describe what to mount in the documentation, in Compose or in the deployment.

    Known problems: off by default, because without a declaration the data is lost if nobody mounts a volume.
    DF401 reports such data.

    Source: Docker docs, "Volumes", "Named and anonymous volumes".
    """
    if stage is not None and stage.ships and volume.paths:
        yield Finding.at(
            volume.keyword_word,
            f"Containers started without a volume for '{volume.paths[0].value}' get an anonymous one. "
            "Remove the VOLUME, and document what to mount.",
        )
