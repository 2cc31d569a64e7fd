"""Rules about volume paths."""

from __future__ import annotations

import posixpath

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.stages import is_windows, join_path
from dockerlint_rules.model.variables import expand_known
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Volume

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage


@rule("DF405", severity=Severity.ERROR)
def volume_on_system_path(volume: Volume) -> Iterator[Finding]:
    """VOLUME is declared on a system path.

    An empty or old volume in its place hides the system's own files.

    Bad::

    ```dockerfile
    FROM debian:12
    VOLUME /usr
    #      ^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    VOLUME /var/lib/app
    ```

    How to fix: declare the folder of the data alone.

    Source: Filesystem Hierarchy Standard 3.0; Docker docs, "Dockerfile reference", VOLUME.
    """
    for word in volume.paths:
        path = posixpath.normpath(word.value) if word.value.startswith("/") else ""
        if path in (
            "/",
            "/proc",
            "/sys",
            "/dev",
            "/bin",
            "/sbin",
            "/lib",
            "/lib64",
            "/usr",
            "/usr/bin",
            "/usr/lib",
            "/boot",
            "/etc",
        ):
            yield Finding.at(
                word,
                f"'{word.value}' holds the system itself, which a volume hides. Declare the folder of the data alone.",
            )
        elif path.endswith("/docker.sock"):
            yield Finding.at(
                word,
                f"A volume on '{word.value}' is an empty folder, not the socket of the host. Leave it out, and mount the "
                "socket when the container is started.",
            )


@rule("DF403", severity=Severity.ERROR, fix="unsafe", words=("volume",))
def relative_volume(volume: Volume, stage: Stage | None) -> Iterator[Finding]:
    """VOLUME is not an absolute path.

    It does not begin at the WORKDIR, as one may think. The image builds, and then a container does not start ("mount
    destination not absolute", "mount path must be absolute") or has the volume in the root folder. Single quotes do the
    same: ``['/data']`` is no JSON, so the brackets become part of the name.

    Bad::

    ```dockerfile
    FROM debian:12
    WORKDIR /srv
    VOLUME data
    #      ^^^^
    ```

    Bad (single quotes are no JSON)::

    ```dockerfile
    FROM debian:12
    VOLUME ['/data']
    #      ^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    WORKDIR /srv
    VOLUME /srv/data
    ```

    How to fix: write the path from ``/`` on.

    Fix safety: unsafe; the volume lies elsewhere then.

    Source: OCI runtime specification, "Mounts": the destination must be an absolute path.
    """
    if volume.errors or (stage is not None and is_windows(stage.root.base)):
        return
    if any(mark in volume.text for mark in ("{{", "{%", "<%")):
        return  # a template
    for word in volume.paths:
        text = word.value
        if "$" in text:
            text = expand_known(text, stage.scope.before(volume) if stage else {}, volume.escape)
        if text.startswith(("/", "$", "%", "\\", "<", "{")) or text[1:2] == ":" or not text:
            continue
        if text.startswith("["):
            if "'" not in volume.text:
                continue
            yield Finding.at(
                word,
                f"The brackets become part of the path '{text}', because JSON wants double quotes. Write "
                f"'VOLUME {_as_json(volume)}'.",
                fix=Fix(
                    "Write JSON.",
                    [Edit(volume.paths[0].start, volume.paths[-1].end, _as_json(volume))],
                    safe=False,
                ),
            )
            return
        folder = stage.workdir_before(volume) if stage is not None else None
        whole = None
        if folder is not None and folder.startswith("/") and "$" not in folder:
            whole = posixpath.normpath(join_path(folder, text))
        advice = f"Write '{whole}'" if whole else "Write it from / on"
        is_plain = whole is not None and word.text == word.value == text
        yield Finding.at(
            word,
            f"The volume '{text}' is no absolute path, and no WORKDIR is put before it: containers fail to start. "
            f"{advice}.",
            fix=Fix("Write the whole path.", [Edit.replace(word, whole or "")], safe=False)
            if is_plain
            else None,
        )


def _as_json(volume: Volume) -> str:
    text = " ".join(word.value for word in volume.paths).strip()
    parts = [one.strip(" '\"") for one in text.strip("[]").split(",")]
    return "[" + ", ".join(f'"{one}"' for one in parts if one) + "]"


@rule("DF411", severity=Severity.INFO, default=False, words=("volume",))
def declared_volume(volume: Volume, stage: Stage | None) -> Iterator[Finding]:
    """Image declares a volume.

    Each container that is started without a volume of its own then gets one without a name: they pile up, nobody
    finds the data again, and an image built on this one cannot take the declaration back.

    Bad::

    ```dockerfile
    FROM debian:12
    VOLUME /data
    #^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN mkdir /data
    ```

    How to fix: leave it out, and say in the documentation, in Compose or in the deployment what is to be mounted.

    Known problems: off by default; without a declaration data are lost when nobody reads that documentation, which
    DF401 speaks of.

    Source: Docker docs, "Volumes", "Named and anonymous volumes".
    """
    if stage is not None and stage.ships and volume.paths:
        yield Finding.at(
            volume.keyword_word,
            f"Each container without a volume for '{volume.paths[0].value}' gets one without a name. Leave it to whoever "
            "starts the container.",
        )
