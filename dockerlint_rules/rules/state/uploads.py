"""Rules about files that users upload."""

from __future__ import annotations

import posixpath

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.stages import is_below, join_path
from dockerlint_rules.model.state.volumes import is_temporary, known_volumes
from dockerlint_rules.project.mounts import is_on_volume
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Env, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.findings.finding import Spanned
    from dockerlint_rules.model.stages import Stage


_DIRECTORY_NAMES = frozenset({"uploads", "upload", "user_uploads", "userfiles", "mediafiles"})


_VARIABLES = frozenset({
    "MEDIA_ROOT", "UPLOAD_FOLDER", "UPLOAD_DIR", "UPLOADS_DIR", "UPLOAD_PATH", "UPLOADS_PATH", "UPLOADS_FOLDER",
})  # fmt: skip


# Demos keep temporary files in the home directory of a user called "user".
_DEMO_HOME = "/home/user"


@rule("DF414", severity=Severity.INFO, words=("upload", "media_root", "mediafiles", "userfiles"))
def uploads_without_volume(stage: Stage) -> Iterator[Finding]:
    """Uploaded files are stored outside a volume.

    Files in the container's own layer are lost when the container is removed. After the next deployment, the uploaded
    pictures and documents are gone.

    Bad::

    ```dockerfile
    FROM python:3.13
    ENV MEDIA_ROOT=/srv/media
    #              ^^^^^^^^^^ Uploads in '/srv/media' are lost
    CMD ["gunicorn", "shop.wsgi"]
    ```

    Bad (a directory for uploads is created)::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    RUN mkdir -p uploads && chown node uploads
    #            ^^^^^^^ Uploads in '/app/uploads' are lost
    CMD ["node", "server.js"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    ENV MEDIA_ROOT=/srv/media
    VOLUME /srv/media
    CMD ["gunicorn", "shop.wsgi"]
    ```

    How to fix: declare the directory as a VOLUME and mount a named volume there, or keep uploads in object storage.

    Known problems: directories are recognized by common names. A volume that is only mounted when the container starts
    is only seen in a Compose file or a Dockerrun.aws.json next to the Dockerfile.

    Source: Docker docs, "Volumes"; Django documentation, MEDIA_ROOT.
    """
    if not stage.is_final:
        return
    volumes = known_volumes(stage)
    if volumes is None:
        return
    for place, path in _upload_directories(stage):
        if is_temporary(path) or is_below(path, _DEMO_HOME):
            continue
        if not is_on_volume(stage, path, volumes):
            yield Finding.at(
                place,
                f"Uploads in '{path}' are lost when the container is removed. "
                "Declare the directory as a VOLUME, or use object storage.",
            )
            return


def _upload_directories(stage: Stage) -> Iterator[tuple[Spanned, str]]:
    for instruction in stage.instructions:
        if isinstance(instruction, Env):
            yield from _directories_in_variables(instruction)
        elif isinstance(instruction, Run) and "mkdir" in instruction.text:
            yield from _created_directories(stage, instruction)


def _directories_in_variables(env: Env) -> Iterator[tuple[Spanned, str]]:
    for pair in env.pairs:
        if pair.name.upper() not in _VARIABLES or pair.value is None:
            continue
        path = pair.value.value
        if path.startswith("/") and "$" not in path:
            yield pair.value, posixpath.normpath(path)


def _created_directories(stage: Stage, run: Run) -> Iterator[tuple[Spanned, str]]:
    workdir = stage.workdir_before(run)
    for command in run.commands:
        if command.name != "mkdir":
            continue
        for word in command.operands("-m", "--mode"):
            name = word.value.rstrip("/").rpartition("/")[2].lower()
            if name not in _DIRECTORY_NAMES or not word.literal:
                continue
            if workdir or word.value.startswith("/"):
                yield word, posixpath.normpath(join_path(workdir, word.value))
