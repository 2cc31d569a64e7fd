"""Rules about build numbers."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Arg, Copy, Env, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Pair


# Arguments that have another value with each commit or each build.
_VOLATILE = frozenset({
    "BUILD_DATE", "BUILD_ID", "BUILD_NUMBER", "BUILD_TIME", "BUILD_TIMESTAMP", "BUILDDATE", "BUILDNUMBER", "BUILDTIME",
    "CI_COMMIT_SHA", "CI_PIPELINE_ID", "COMMIT_HASH", "COMMIT_ID", "COMMIT_SHA", "GIT_COMMIT", "GIT_COMMIT_HASH",
    "GIT_COMMIT_SHA", "GIT_HASH", "GIT_REV", "GIT_REVISION", "GIT_SHA", "GITHUB_RUN_ID", "GITHUB_RUN_NUMBER",
    "GITHUB_SHA", "SOURCE_COMMIT", "VCS_REF", "VCS_REVISION",
})  # fmt: skip


_EVERYTHING = frozenset({".", "./", "*", "./*"})


@rule("DF314", severity=Severity.INFO, words=tuple(sorted(one.lower() for one in _VOLATILE)))
def volatile_arg_before_install(stage: Stage) -> Iterator[Finding]:
    """ARG that changes with every build precedes an install.

    The value of an ARG belongs to the environment of every RUN below it, whether that reads it or not. A new value
    runs all of them again.

    Bad::

    ```dockerfile
    FROM debian:12
    ARG GIT_SHA
    #   ^^^^^^^
    RUN apt-get update && apt-get install -y --no-install-recommends curl
    LABEL org.opencontainers.image.revision=$GIT_SHA
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends curl
    ARG GIT_SHA
    LABEL org.opencontainers.image.revision=$GIT_SHA
    ```

    How to fix: move the ARG below the installation, right above what reads it.

    Known problems: only names that are known, without a value of their own, and where no COPY of everything would run
    the installation again anyway.

    Source: Docker docs, "Dockerfile reference", ARG, "Impact on build caching".
    """
    if not stage.needed:
        return
    open_: dict[str, tuple[Pair, Arg]] = {}
    for one in stage.instructions:
        if one.errors:
            continue
        if isinstance(one, Copy | Add):
            if any(word.value in _EVERYTHING for word in one.sources):
                return
        elif isinstance(one, Arg):
            for pair in one.pairs:
                if pair.name.upper() in _VOLATILE and (pair.value is None or not pair.value.value):
                    open_[pair.name] = pair, one
        elif open_:
            for name in [name for name in open_ if name in one.text]:
                # What hands it on (ENV, LABEL) or reads it needs it above.
                if one.keyword != "LABEL":
                    del open_[name]
            if isinstance(one, Run) and open_:
                call = _first_install(one)
                if call is not None:
                    for pair, _ in open_.values():
                        yield Finding.at(
                            pair.key,
                            f"A new value of '{pair.name}' runs '{call.tool} {call.action}' on line "
                            f"{one.source.line_of(call.command.start)} again. Move the ARG below it.",
                            related=[Related(call.command, "the installation that is run again")],
                        )
                    return


def _first_install(run: Run) -> PackageCall | None:
    from dockerlint_rules.model.packages.call_reader import calls_in

    return next((call for call in calls_in(run) if call.action == "install"), None)


_RELEASES = frozenset({
    "APP_VERSION", "APPLICATION_VERSION", "RELEASE", "RELEASE_VERSION", "BUILD_VERSION", "SERVICE_VERSION", "PROJECT_VERSION", "PACKAGE_VERSION",
}) | _VOLATILE  # fmt: skip


@rule("DF343", severity=Severity.INFO, words=tuple(sorted(one.lower() for one in _RELEASES)))
def volatile_env_before_install(stage: Stage) -> Iterator[Finding]:
    """ENV with a version or build number precedes an install.

    An ENV belongs to the environment of every RUN below it. Each release has another version, and so installs all packages again.

    Bad::

    ```dockerfile
    FROM debian:12
    ENV APP_VERSION=1.4.2
    #   ^^^^^^^^^^^^^^^^^
    RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    COPY app /usr/bin/
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    COPY app /usr/bin/
    ENV APP_VERSION=1.4.2
    ```

    Good (it is what is installed)::

    ```dockerfile
    FROM debian:12
    ENV APP_VERSION=1.4.2
    RUN apt-get update && apt-get install -y --no-install-recommends app=$APP_VERSION && rm -rf /var/lib/apt/lists/*
    ```

    How to fix: put the ENV below the installation.

    Source: Docker docs, "Optimize cache usage in builds", section "Order your layers".
    """
    if not stage.needed:
        return
    for env in stage.of("ENV"):
        if not isinstance(env, Env):
            continue
        for pair in env.pairs:
            value = pair.value.value if pair.value is not None else ""
            if pair.name.upper() not in _RELEASES or "$" in value:
                continue
            runs = [run for run in stage.runs if run.start > env.start]
            if any(pair.name in run.text for run in runs):
                continue
            for run in runs:
                call = _first_install(run)
                if call is not None:
                    line = run.source.line_of(call.start)
                    yield Finding.at(
                        pair,
                        f"Each release has another {pair.name}, and with it the installation on line {line} is done again. Put it below.",
                        related=[Related(call, "installed again")],
                    )
                    return
