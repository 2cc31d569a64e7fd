"""Rules about uploads."""

from __future__ import annotations

import posixpath

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.stages import join_path
from dockerlint_rules.model.state.volumes import TEMPORARY_FOLDERS, known_volumes
from dockerlint_rules.project.mounts import is_on_volume
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Env, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.findings.finding import Spanned
    from dockerlint_rules.model.stages import Stage


_UPLOADS = frozenset({"uploads", "upload", "user_uploads", "userfiles", "mediafiles"})


_VARIABLES = frozenset({"MEDIA_ROOT", "UPLOAD_FOLDER", "UPLOAD_DIR", "UPLOADS_DIR", "UPLOAD_PATH", "UPLOADS_PATH", "UPLOADS_FOLDER"})  # fmt: skip


@rule("DF414", severity=Severity.INFO, words=("upload", "media_root", "mediafiles", "userfiles"))
def uploads_without_volume(stage: Stage) -> Iterator[Finding]:
    """Uploaded files are stored outside a volume.

    It is deleted with the container: after the next deployment the pictures and documents are gone.

    Bad::

    ```dockerfile
    FROM python:3.13
    ENV MEDIA_ROOT=/srv/media
    #              ^^^^^^^^^^
    CMD ["gunicorn", "shop.wsgi"]
    ```

    Bad (the folder is made for it)::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    RUN mkdir -p uploads && chown node uploads
    #            ^^^^^^^
    CMD ["node", "server.js"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    ENV MEDIA_ROOT=/srv/media
    VOLUME /srv/media
    CMD ["gunicorn", "shop.wsgi"]
    ```

    How to fix: declare the folder as a VOLUME and mount a named volume there, or keep uploads in object storage.

    Known problems: a volume that is only mounted when the container starts is seen in the compose file and the
    Dockerrun.aws.json beside the Dockerfile, and nowhere else.

    Source: Docker docs, "Volumes"; Django documentation, MEDIA_ROOT.
    """
    if not stage.is_final:
        return
    volumes = known_volumes(stage)
    if volumes is None:
        return
    for place, path in _upload_folders(stage):
        if not path.startswith(TEMPORARY_FOLDERS) and not is_on_volume(stage, path, volumes):
            yield Finding.at(
                place,
                f"What users upload to {path} is gone with the container. Declare it as a VOLUME, or keep uploads elsewhere.",
            )
            return


def _upload_folders(stage: Stage) -> Iterator[tuple[Spanned, str]]:
    for one in stage.instructions:
        if isinstance(one, Env):
            for pair in one.pairs:
                value = pair.value.value if pair.value is not None else ""
                if (
                    pair.name.upper() in _VARIABLES
                    and value.startswith("/")
                    and "$" not in value
                    and pair.value is not None
                ):
                    yield pair.value, posixpath.normpath(value)
        elif isinstance(one, Run) and "mkdir" in one.text:
            at = stage.workdir_before(one)
            for command in one.commands:
                if command.name != "mkdir":
                    continue
                for word in command.operands("-m", "--mode"):
                    name = word.value.rstrip("/").rpartition("/")[2].lower()
                    if name in _UPLOADS and word.literal and (at or word.value.startswith("/")):
                        yield word, posixpath.normpath(join_path(at, word.value))
