"""Rules about versions and build numbers that invalidate cached installs."""

from __future__ import annotations

from bisect import bisect_right

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.model.context.copy_patterns import takes_whole_context
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Arg, Copy, Env, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Pair


# Build arguments whose value usually differs with each commit or each build.
_BUILD_NUMBERS = frozenset({
    "BUILD_DATE", "BUILD_ID", "BUILD_NUMBER", "BUILD_TIME", "BUILD_TIMESTAMP", "BUILDDATE", "BUILDNUMBER", "BUILDTIME",
    "CI_COMMIT_SHA", "CI_PIPELINE_ID", "COMMIT_HASH", "COMMIT_ID", "COMMIT_SHA", "GIT_COMMIT", "GIT_COMMIT_HASH",
    "GIT_COMMIT_SHA", "GIT_HASH", "GIT_REV", "GIT_REVISION", "GIT_SHA", "GITHUB_RUN_ID", "GITHUB_RUN_NUMBER",
    "GITHUB_SHA", "SOURCE_COMMIT", "VCS_REF", "VCS_REVISION",
})  # fmt: skip


@rule("DF314", severity=Severity.INFO, words=tuple(sorted(name.lower() for name in _BUILD_NUMBERS)))
def volatile_arg_before_install(stage: Stage) -> Iterator[Finding]:
    """ARG that changes with every build precedes an install.

    An ARG is part of the environment of every RUN after it, whether the RUN uses it or not. Each new value therefore
    reruns all of them, including slow installs.

    Bad::

    ```dockerfile
    FROM debian:12
    ARG GIT_SHA
    #   ^^^^^^^ A new value of 'GIT_SHA' invalidates the cached 'apt-get install' on line 3
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

    How to fix: move the ARG below the install, right above the instruction that uses it.

    Known problems: only well-known names without a default value are reported, and only where no earlier COPY of the
    whole build context would run the install again anyway.

    Source: Docker docs, "Dockerfile reference", ARG, "Impact on build caching".
    """
    if not stage.needed:
        return
    unused: dict[str, Pair] = {}
    for instruction in stage.instructions:
        if instruction.errors:
            continue
        if isinstance(instruction, Copy | Add):
            if any(takes_whole_context(word.value) for word in instruction.sources):
                return
        elif isinstance(instruction, Arg):
            for pair in instruction.pairs:
                has_default = pair.value is not None and pair.value.value
                if pair.name.upper() in _BUILD_NUMBERS and not has_default:
                    unused[pair.name] = pair
        elif unused:
            # An instruction that uses the ARG or passes it on (ENV) needs it above. A LABEL can move as well.
            if instruction.keyword != "LABEL":
                for name in [name for name in unused if name in instruction.text]:
                    del unused[name]
            if not isinstance(instruction, Run) or not unused:
                continue
            install = _first_install(instruction)
            if install is not None:
                line = instruction.source.line_of(install.command.start)
                for pair in unused.values():
                    yield Finding.at(
                        pair.key,
                        f"A new value of '{pair.name}' invalidates the cached '{install.tool} {install.action}' "
                        f"on line {line}. Move the ARG below it.",
                        related=[Related(install.command, "this install runs again")],
                    )
                return


def _first_install(run: Run) -> PackageCall | None:
    from dockerlint_rules.model.packages.call_reader import calls_in

    return next((call for call in calls_in(run) if call.action == "install"), None)


_VERSIONS_AND_BUILD_NUMBERS = frozenset({
    "APP_VERSION", "APPLICATION_VERSION", "RELEASE", "RELEASE_VERSION", "BUILD_VERSION", "SERVICE_VERSION",
    "PROJECT_VERSION", "PACKAGE_VERSION",
}) | _BUILD_NUMBERS  # fmt: skip


@rule(
    "DF343",
    severity=Severity.INFO,
    words=tuple(sorted(name.lower() for name in _VERSIONS_AND_BUILD_NUMBERS)),
)
def volatile_env_before_install(stage: Stage) -> Iterator[Finding]:
    """ENV with a version or build number precedes an install.

    An ENV is part of the environment of every RUN after it. Each release changes the version and so reinstalls all
    packages.

    Bad::

    ```dockerfile
    FROM debian:12
    ENV APP_VERSION=1.4.2
    #   ^^^^^^^^^^^^^^^^^ A new value of 'APP_VERSION' invalidates the cached install on line 3
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

    Good (the install uses the version)::

    ```dockerfile
    FROM debian:12
    ENV APP_VERSION=1.4.2
    RUN apt-get update && apt-get install -y --no-install-recommends app=$APP_VERSION && rm -rf /var/lib/apt/lists/*
    ```

    How to fix: move the ENV below the install.

    Known problems: only well-known names are reported, and only if no later RUN names the variable.

    Source: Docker docs, "Optimize cache usage in builds", section "Order your layers".
    """
    if not stage.needed:
        return
    last_uses: dict[str, int] = {}  # the offset of the last RUN that names a variable
    installs: list[PackageCall] | None = None
    for env in stage.of("ENV"):
        if not isinstance(env, Env):
            continue
        for pair in env.pairs:
            value = pair.value.value if pair.value is not None else ""
            if pair.name.upper() not in _VERSIONS_AND_BUILD_NUMBERS or "$" in value:
                continue
            if pair.name not in last_uses:
                uses = (run.start for run in reversed(stage.runs) if pair.name in run.text)
                last_uses[pair.name] = next(uses, -1)
            if last_uses[pair.name] > env.start:
                continue
            if installs is None:
                found = (_first_install(run) for run in stage.runs)
                installs = [install for install in found if install is not None]
            at = bisect_right(installs, env.start, key=lambda install: install.command.start)
            if at < len(installs):
                install = installs[at]
                line = env.source.line_of(install.start)
                yield Finding.at(
                    pair,
                    f"A new value of '{pair.name}' invalidates the cached install on line {line}. "
                    "Move the ENV below it.",
                    related=[Related(install, "this install runs again")],
                )
                return
