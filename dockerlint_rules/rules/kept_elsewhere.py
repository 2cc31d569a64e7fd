"""State that the Dockerfile itself does not show at once: servers behind scripts, uploads, data on Elastic Beanstalk."""

from __future__ import annotations

import posixpath

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.stages import is_below, join_path
from dockerlint_rules.project.mounts import is_mounted
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Env, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.findings.finding import Spanned
    from dockerlint_rules.model.context.build_context import Context
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction


def _volumes(stage: Stage) -> list[str] | None:
    """The folders that are volumes; None where one of them is not known."""
    from dockerlint_rules.model.state.server_data import volumes_of

    found = [posixpath.normpath(one) for one in volumes_of(stage) if one]
    return None if any("$" in one for one in found) else found


def _is_held(stage: Stage, path: str, volumes: list[str]) -> bool:
    return any(is_below(path, one) for one in volumes) or is_mounted(stage.dockerfile, path)


_UPLOADS = frozenset({"uploads", "upload", "user_uploads", "userfiles", "mediafiles"})
_VARIABLES = frozenset({"MEDIA_ROOT", "UPLOAD_FOLDER", "UPLOAD_DIR", "UPLOADS_DIR", "UPLOAD_PATH", "UPLOADS_PATH", "UPLOADS_FOLDER"})  # fmt: skip
_PASSING = ("/tmp", "/run", "/dev/shm", "/var/tmp", "/var/run", "/home/user/")


@rule("DF414", severity=Severity.INFO, words=("upload", "media_root", "mediafiles", "userfiles"))
def uploads_in_layer(stage: Stage) -> Iterator[Finding]:
    """What users upload lies in the container's own layer.

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
    volumes = _volumes(stage)
    if volumes is None:
        return
    for place, path in _upload_folders(stage):
        if not path.startswith(_PASSING) and not _is_held(stage, path, volumes):
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


@rule(
    "DF415",
    severity=Severity.WARNING,
    on=("CMD", "ENTRYPOINT"),
    words=("supervisord", ".sh", "entrypoint", "/start", "/run"),
)
def server_behind_a_script(
    instruction: Instruction, stage: Stage | None, context: Context
) -> Iterator[Finding]:
    """A script starts a server whose data no volume keeps.

    The Dockerfile does not name the server, so nobody sees that the container has a database; its data are gone with it.

    Bad (start.sh: ``exec mongod``)::

    ```dockerfile
    FROM debian:12
    COPY start.sh /
    CMD ["/start.sh"]
    #   ^^^^^^^^^^^^^
    ```

    Good (start.sh: ``exec mongod``)::

    ```dockerfile
    FROM debian:12
    COPY start.sh /
    VOLUME /data/db
    CMD ["/start.sh"]
    ```

    How to fix: declare the folder as a VOLUME, or run the server as a service of its own.

    Known problems: looked at are the start script and supervisord's configuration as they lie in the build context.

    Source: the programs' own documentation of their data folders.
    """
    if stage is None or not stage.is_final or instruction not in stage.start_commands[:1]:
        return
    from dockerlint_rules.model.programs.entry_scripts import through_files
    from dockerlint_rules.model.state.server_data import server_data
    from dockerlint_rules.rules.data_files import SERVERS, WHERE

    volumes = _volumes(stage)
    if volumes is None:
        return
    packaged = {data.folder for data in server_data(stage, is_mounted)}  # DF401 speaks of those
    for command, source in through_files(stage, context):
        name = command.name
        if name not in SERVERS:
            continue
        flags = SERVERS[name]
        folder = (command.value_of(*flags) if flags else None) or WHERE.get(name)
        if folder is None or "$" in folder or folder.startswith(_PASSING) or folder in packaged:
            continue
        if not _is_held(stage, posixpath.normpath(folder), volumes):
            text = instruction.source.text[instruction.keyword_word.end : instruction.end]
            start = instruction.keyword_word.end + len(text) - len(text.lstrip())
            yield Finding.at(
                Span(start, instruction.end),
                f"'{source}' starts {name}, which keeps its data in {folder}, and no VOLUME covers it. Declare the volume, or run the "
                "server as a service of its own.",
            )
            return


@rule("DF416", severity=Severity.WARNING, profiles=("elastic-beanstalk",))
def state_on_replaced_instances(stage: Stage) -> Iterator[Finding]:
    """Data are kept on instances that Elastic Beanstalk replaces.

    A volume lies on the disk of one instance. Beanstalk adds, removes and replaces instances, at each update of the platform
    and whenever the load changes: two instances have two sets of data, and a new one has none.

    Bad::

    ```dockerfile
    FROM wordpress:6
    VOLUME /var/www/html/wp-content
    #      ^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    EXPOSE 8000
    CMD ["gunicorn", "shop.wsgi"]
    ```

    How to fix: keep data in RDS, EFS or S3, which all instances share.

    Source: AWS, "Elastic Beanstalk concepts" and "Design considerations", persistent storage.
    """
    if not stage.is_final:
        return
    for word in stage.volumes[:1]:
        yield Finding.at(
            word,
            f"The volume {word.value} lies on one instance, which Elastic Beanstalk replaces at will. Keep the data in RDS, EFS or S3.",
        )
