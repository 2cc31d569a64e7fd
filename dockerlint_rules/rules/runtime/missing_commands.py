"""Images without CMD and ENTRYPOINT."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.images.defaults import is_bare
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage


@rule("DF602", severity=Severity.INFO)
def application_without_command(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Application image has no CMD or ENTRYPOINT.

    Without CMD and ENTRYPOINT a container starts the command of the base image. For a distribution or a language that
    is a shell or an interactive prompt: it ends at once unless a terminal is attached, and the application never runs.

    Bad::

    ```dockerfile
    FROM python:3.13
    #    ^^^^^^^^^^^ 'python:3.13' starts only a shell or an interactive prompt
    COPY . /app
    EXPOSE 8000
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    COPY . /app
    EXPOSE 8000
    CMD ["python", "/app/main.py"]
    ```

    Good (the base image starts a server)::

    ```dockerfile
    FROM nginx:1.29
    COPY dist /usr/share/nginx/html
    EXPOSE 8080
    ```

    How to fix: add CMD with the program that the container is for.

    Known problems: an image counts as an application if it has an EXPOSE, installs a server, or copies the whole build
    context onto the image of a language. Other images may be meant as a base or as a tool; DF644, off by default,
    reports them. Dockerfiles in a ``.devcontainer`` directory are not reported.

    Source: Docker documentation, Dockerfile reference, "CMD".
    """
    stage = dockerfile.final_stage
    if stage is not None and _is_application(stage):
        yield from _missing_command(stage)


@rule("DF644", severity=Severity.INFO, default=False)
def image_without_command(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Image has no CMD or ENTRYPOINT.

    This rule reports the images that DF602 leaves out. It is off by default because such an image may be a base for
    others, a place to work in, or get its command at each start.

    Bad::

    ```dockerfile
    FROM python:3.13
    #    ^^^^^^^^^^^ No CMD or ENTRYPOINT is set
    COPY tool.py /usr/bin/tool
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    COPY tool.py /usr/bin/tool
    CMD ["python", "/usr/bin/tool"]
    ```

    How to fix: add CMD with the program that the container is for.

    Source: Docker documentation, Dockerfile reference, "CMD".
    """
    stage = dockerfile.final_stage
    if stage is not None and not _is_application(stage):
        yield from _missing_command(stage)


# Languages whose images mostly run an application from the build context, and rarely compile one.
_APPLICATION_LANGUAGES = frozenset({"node", "perl", "php", "pypy", "python", "ruby"})

# Packages of a distribution that contain a server.
_SERVERS = frozenset({"apache2", "httpd", "lighttpd", "nginx", "php-fpm", "supervisor", "uwsgi"})


def _is_application(stage: Stage) -> bool:
    """Whether the image is made to run a program of its own, as far as the file shows."""
    if stage.last("EXPOSE") is not None:
        return True
    is_language = stage.root.base.upstream in _APPLICATION_LANGUAGES
    return any(
        (is_language and _copies_build_context(each)) or _installs_server(each)
        for each in stage.lineage()
    )


def _copies_build_context(stage: Stage) -> bool:
    return any(
        isinstance(copy, Copy | Add)
        and copy.from_ is None
        and any(source.value in (".", "./") for source in copy.sources)
        for copy in stage.of("COPY", "ADD")
    )


def _installs_server(stage: Stage) -> bool:
    return any(
        call.action == "install" and any(package.name in _SERVERS for package in call.packages)
        for call in stage.installs
    )


def _missing_command(stage: Stage) -> Iterator[Finding]:
    """Yield the finding if neither the stage nor its base image starts a program."""
    image = stage.from_.image
    if image is None or ".devcontainer" in stage.dockerfile.filename:
        return
    base = stage.root.base
    if stage.last("CMD", "ENTRYPOINT", "ONBUILD") is not None or not is_bare(base):
        return
    yield Finding.at(
        image,
        f"No CMD or ENTRYPOINT is set, and '{base.text}' starts only a shell or an interactive prompt. "
        "Add CMD with the program to run.",
    )
