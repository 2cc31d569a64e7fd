"""What comes too early or too late for its layer: build numbers, archives and packages of an earlier one."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.later_layers import ARCHIVES, extracts, written_by_run
from dockerlint_rules.syntax.dockerfile.instructions import Add, Arg, Copy, Env, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.findings.finding import Spanned
    from dockerlint_rules.model.packages.calls import Package, PackageCall
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
def volatile_argument_early(stage: Stage) -> Iterator[Finding]:
    """A commit or a build number stands above an installation.

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
    from dockerlint_rules.model.packages.calls import calls_in

    return next((call for call in calls_in(run) if call.action == "install"), None)


@rule("DF319", severity=Severity.INFO, words=("curl", "wget", "add"))
def archive_of_an_earlier_layer(stage: Stage) -> Iterator[Finding]:
    """An archive is fetched in one layer and unpacked in another.

    It stays in the first for good, whatever comes later.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLo /tmp/tool.tar.gz https://example.com/tool.tar.gz
    RUN tar -xzf /tmp/tool.tar.gz -C /opt
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL https://example.com/tool.tar.gz | tar -xz -C /opt
    ```

    How to fix: fetch, unpack and remove it in one RUN; or fetch it in a stage of its own.

    Known problems: what is removed later DF302 reports.

    Source: Docker docs, "Building best practices", section "ADD or COPY".
    """
    if not stage.ships:
        return
    fetched: dict[str, tuple[Spanned, int]] = {}
    found: dict[str, Finding] = {}
    for one in stage.instructions:
        if one.errors:
            continue
        if isinstance(one, Add):
            for word in one.sources:
                name = word.value.partition("?")[0].rpartition("/")[2]
                target = one.destination.value if one.destination is not None else ""
                if "://" in word.value:
                    if not target.endswith("/") and target not in (".", ".."):
                        name = target.rpartition("/")[2] or name
                    if name.endswith(ARCHIVES) and "$" not in name:
                        fetched[name] = word, one.line
        elif isinstance(one, Run):
            if fetched or found:
                _read(one, fetched, found)
            for path, span in written_by_run(stage, one):
                name = path.rpartition("/")[2]
                if name.endswith(ARCHIVES):
                    fetched[name] = span, one.line
    yield from found.values()


def _read(run: Run, fetched: dict[str, tuple[Spanned, int]], found: dict[str, Finding]) -> None:
    """Note what a RUN unpacks of the files fetched before it, and forget what it removes."""
    for command in run.commands:
        unpacks = command.name == "unzip" or (
            command.name in ("tar", "bsdtar") and extracts(command)
        )
        if not unpacks and command.name not in ("rm", "mv", "find", "curl", "wget"):
            continue
        for word in command.args:
            name = word.value.rstrip("/").rpartition("/")[2].rpartition("=")[2]
            if not unpacks:
                if command.name in ("curl", "wget"):
                    fetched.pop(name, None)  # fetched anew
                elif "*" in name or command.has_flag("-r", "-R"):
                    fetched.clear()
                    found.clear()
                else:
                    fetched.pop(name, None)
                    found.pop(name, None)
            elif name in fetched and name not in found:
                place, line = fetched[name]
                found[name] = Finding.at(
                    Span(command.start, command.end),
                    f"'{word.value}' came in with line {line} and stays in that layer. Fetch it, unpack it and remove it "
                    "in one RUN.",
                    related=[Related(place, "it comes in here")],
                )


@rule("DF321", severity=Severity.INFO, words=("remove", "purge", " del", "erase", "uninstall"))
def package_of_an_earlier_layer(stage: Stage) -> Iterator[Finding]:
    """A package is removed in a later layer than it came in.

    The image keeps all of it, hidden. Only within one RUN does a removal save anything.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends gcc
    RUN make && make install
    RUN apt-get purge -y gcc
    #                    ^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends gcc \\
        && make && make install \\
        && apt-get purge -y gcc
    ```

    How to fix: install, use and remove it in one RUN; better, build in a stage of its own and copy the result.

    Known problems: some packages are removed for what they do, and not for their size.

    Source: Docker docs, "Multi-stage builds"; "Building best practices".
    """
    if not stage.ships:
        return
    installed: dict[tuple[str, str], Run] = {}
    for run in stage.runs:
        calls = _calls(run)
        for call in calls:
            if call.action in ("remove", "autoremove", "purge", "uninstall"):
                for package in call.packages:
                    by = installed.pop((call.family, package.name), None)
                    if by is not None and by is not run:
                        yield _too_late(package, call, by)
                        break
        for call in calls:
            if call.action == "install":
                virtual = call.value_of("-t", "--virtual") if call.family == "apk" else None
                names = [virtual] if virtual else [package.name for package in call.packages]
                for name in names:
                    installed.setdefault((call.family, name), run)
            elif call.action in ("remove", "autoremove", "purge", "uninstall"):
                for package in call.packages:
                    installed.pop((call.family, package.name), None)


def _calls(run: Run) -> list[PackageCall]:
    from dockerlint_rules.model.packages.calls import calls_in

    return calls_in(run)


def _too_late(package: Package, call: PackageCall, by: Run) -> Finding:
    return Finding.at(
        package,
        f"'{package.name}' was installed on line {by.line} and stays in that layer. Install it, use it and remove it in "
        "one RUN, or build in a stage of its own.",
        related=[Related(by.keyword_word, "it is installed here")],
    )


# What an install may need of the context: repositories, keys, certificates, settings and packages themselves.
_FOR_INSTALLS = (
    ".list", ".sources", ".repo", ".gpg", ".asc", ".key", ".pub", ".crt", ".cer", ".pem", ".conf", ".cfg", ".ini", ".deb", ".rpm", ".apk", ".txt",
)  # fmt: skip
_SETTINGS = (
    "/etc/",
    "/usr/share/keyrings",
    "/usr/local/share/ca-certificates",
    "/root/.",
    "/usr/share/ca-certificates",
)


@rule("DF341", severity=Severity.INFO, words=("install", "apk"))
def system_packages_below_source(stage: Stage) -> Iterator[Finding]:
    """System packages are installed below the source.

    Every edit of what is copied builds the layer of the install anew: minutes that the packages have nothing to do with.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY . /app
    RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
    #                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
    COPY . /app
    ```

    Good (the install needs what is copied)::

    ```dockerfile
    FROM debian:12
    COPY nginx.list /etc/apt/sources.list.d/
    RUN apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/*
    ```

    How to fix: put the install above the COPY.

    Known problems: a RUN that does more than install packages is left alone, as the rest of it may need the source.

    Source: Docker docs, "Optimize cache usage in builds", section "Order your layers".
    """
    if not stage.needed:
        return
    copied = None
    for one in stage.instructions:
        if isinstance(one, Copy | Add):
            if copied is None and not one.from_ and not one.errors and _is_source(one):
                copied = one
            elif _is_for_installs(one):
                return  # from here on an install may need it
        elif copied is not None and isinstance(one, Run):
            if _runs(one, copied):
                return  # it may set up what the install needs
            from dockerlint_rules.rules.packages import pure_install

            call = pure_install(one)
            if call is not None:
                yield Finding.at(
                    call,
                    f"Every edit of what line {copied.line} copies installs these packages again. Put the install above the {copied.keyword}.",
                    related=[Related(copied, "the source is copied here")],
                )
                return


# What is seldom edited.
_FIXED = (".gz", ".tgz", ".bz2", ".xz", ".zip", ".jar", ".war", ".whl", ".patch", ".diff", ".exe", ".msi", ".so", ".iso", ".img")  # fmt: skip


def _runs(run: Run, copied: Copy | Add) -> bool:
    """Whether a RUN starts something of what was copied."""
    names = {word.value.rstrip("/").rpartition("/")[2] for word in copied.words}
    return any(
        word.value.rpartition("/")[2] in names
        for command in run.commands
        if command.name not in ("chmod", "chown", "mv", "cp", "rm", "ln", "sed", "mkdir")
        for word in command.words[:2]
    )


def _is_for_installs(one: Copy | Add) -> bool:
    target = one.destination.value if one.destination is not None else ""
    return target.startswith(_SETTINGS) or any(
        word.value.endswith(_FOR_INSTALLS) or word.value.lower().startswith(("http://", "https://"))
        for word in one.sources
    )


def _is_source(one: Copy | Add) -> bool:
    """Whether files that are edited often, and that no install needs, may be among what is copied."""
    from dockerlint_rules.model.context.copy_patterns import kinds_of

    target = one.destination.value if one.destination is not None else "/"
    if one.heredocs or target == "/" or _is_for_installs(one):
        return False
    return any(
        kinds_of(word.value, None)[0]
        for word in one.sources
        if "$" not in word.value and not word.value.endswith(_FIXED)
    )


_RELEASES = frozenset({
    "APP_VERSION", "APPLICATION_VERSION", "RELEASE", "RELEASE_VERSION", "BUILD_VERSION", "SERVICE_VERSION", "PROJECT_VERSION", "PACKAGE_VERSION",
}) | _VOLATILE  # fmt: skip


@rule("DF343", severity=Severity.INFO, words=tuple(sorted(one.lower() for one in _RELEASES)))
def release_number_early(stage: Stage) -> Iterator[Finding]:
    """The application's version stands above an installation.

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
