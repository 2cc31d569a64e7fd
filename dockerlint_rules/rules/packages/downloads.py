"""Rules about downloads."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import flag_after, is_item
from dockerlint_rules.model.layers.cleanup import last_where
from dockerlint_rules.model.programs.downloads import (
    FETCHERS,
    LOCAL_HOSTS,
    fetches_headers_only,
    is_verified,
    names_remote,
    script_reader,
    urls_of,
)
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instructions import Add, Run
    from dockerlint_rules.syntax.shell.command import Command, ShellWord


def _is_clear(address: str) -> bool:
    lower = address.lower()
    if not lower.startswith(("http://", "ftp://")):
        return False
    host = lower.partition("://")[2]
    return bool(host) and not host.startswith(LOCAL_HOSTS) and not host.startswith(("$", "{"))


@rule("DF241", severity=Severity.WARNING, fix="unsafe", on=FETCHERS)
def unencrypted_download(command: Command, run: Run) -> Iterator[Finding]:
    """Download is neither encrypted nor verified.

    Over ``http://`` anybody on the way can put something else in its place, and the build takes it
    as root. TLS or a checksum closes that door.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLO http://example.com/tool-1.2.tar.gz && tar xzf tool-1.2.tar.gz
    #               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLO https://example.com/tool-1.2.tar.gz && tar xzf tool-1.2.tar.gz
    ```

    Good (checked)::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLO http://example.com/tool-1.2.tar.gz \\
        && echo "0f1e…  tool-1.2.tar.gz" | sha256sum -c - \\
        && tar xzf tool-1.2.tar.gz
    ```

    How to fix: use ``https://`` where the server has it; otherwise compare a checksum that the
    Dockerfile holds.

    Fix safety: unsafe, because not every server has https.

    Known problems: a proxy or a repository inside of your own network may be meant; the rule leaves
    private and local addresses alone.

    Source: OWASP, "Transport Layer Security Cheat Sheet".
    """
    if fetches_headers_only(command):
        return
    for word in urls_of(command):
        if _is_clear(word.value) and not is_verified(run, command):
            yield Finding.at(
                word,
                f"'{_shown(word.value)}' is fetched in clear text and not checked: anybody on the way can change it. "
                "Use https, or compare a checksum.",
                fix=_with_https(word, run),
            )


def _with_https(word: ShellWord, run: Run) -> Fix | None:
    written = run.source.text[word.start : word.end]
    at = written.find("http://")
    if at < 0 or written.count("http://") > 1 or ":80" in written:
        return None
    place = word.start + at + len("http")
    return Fix("Use https.", [Edit(place, place, "s")], safe=False)


def _shown(address: str) -> str:
    return address if len(address) <= 60 else f"{address[:57]}…"


@rule("DF242", severity=Severity.INFO, default=False, on=FETCHERS)
def unverified_download(command: Command, run: Run) -> Iterator[Finding]:
    """Downloaded program or archive is not verified.

    A release can be replaced, a mirror broken into; TLS only says from where the file came. A
    checksum in the Dockerfile says that it is the file that was tried.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLo /usr/bin/tool https://example.com/v1/tool && chmod +x /usr/bin/tool
    #                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLo /usr/bin/tool https://example.com/v1/tool \\
        && echo "0f1e…  /usr/bin/tool" | sha256sum -c - \\
        && chmod +x /usr/bin/tool
    ```

    How to fix: put the checksum into the Dockerfile and compare it in the same RUN, or fetch with
    ``ADD --checksum=sha256:…``.

    Known problems: off by default, since many teams trust TLS and the publisher.

    Source: Docker docs, "Dockerfile reference", ADD --checksum.
    """
    if (
        fetches_headers_only(command)
        or script_reader(command) is not None
        or is_verified(run, command)
    ):
        return
    if not (_saves(command) or _unpacks(command)):
        return
    for word in urls_of(command):
        if not _is_clear(word.value) and _is_program(word.value, command, run):
            yield Finding.at(
                word,
                f"Nothing checks that '{_shown(word.value)}' is what it was. Compare its checksum in the same RUN.",
            )
            return


def _saves(command: Command) -> bool:
    if command.name == "wget":
        return command.value_of("-O", "--output-document") not in ("-", "/dev/null", "/dev/stdout")
    return command.has_flag("-o", "--output", "-O", "--remote-name") or any(
        operator.endswith((">", ">>")) for operator, _ in command.redirects
    )


def _unpacks(command: Command) -> bool:
    return len(command.pipeline) > 1 and command.pipeline[-1].name in (
        "tar", "bsdtar", "unzip", "gunzip", "cpio", "dpkg",
    )  # fmt: skip


_ARCHIVES = (".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".tar.zst", ".zip", ".deb", ".rpm", ".jar", ".war", ".gz", ".xz", ".bin", ".run", ".whl")  # fmt: skip


def _is_program(address: str, command: Command, run: Run) -> bool:
    path = address.partition("?")[0].lower()
    if path.endswith(_ARCHIVES) or _unpacks(command):
        return True
    return last_where(run, "makes-executable", _makes_executable) > command.index


def _makes_executable(command: Command) -> bool:
    mode = next((word.value for word in command.args if word.value[:2] != "--"), "")
    if command.name != "chmod":
        return False
    if mode.isdigit():
        return any(digit in "1357" for digit in mode[-3:])
    return any("x" in part and ("+" in part or "=" in part) for part in mode.split(","))


@rule("DF248", severity=Severity.INFO, fix="unsafe", on=("curl",))
def curl_without_fail(command: Command, run: Run) -> Iterator[Finding]:
    """curl does not fail on HTTP errors.

    Without ``--fail`` curl ends well on "404 Not Found" and writes the page into the file; the build
    goes on, and the image breaks much later.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -sSL -o /usr/bin/tool https://example.com/tool && chmod +x /usr/bin/tool
    #   ^^^^
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL -o /usr/bin/tool https://example.com/tool && chmod +x /usr/bin/tool
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl --fail -sSLO https://example.com/tool.tgz
    ```

    How to fix: add ``-f``.

    Fix safety: unsafe, since a build that went on with an error page stops now, which is the point.

    Source: curl(1), ``--fail``.
    """
    if command.has_flag(
        "-f", "--fail", "--fail-with-body", "--fail-early", "-I", "--head", "-V", "--version"
    ):
        return
    if command.has_flag(
        "-w", "--write-out", "-K", "--config", "-X", "--request"
    ) or not names_remote(command):
        return
    saves = command.has_flag("-o", "--output", "-O", "--remote-name", "--output-dir")
    if not (
        saves
        or any(
            operator.rstrip(">") in ("", "1") and ">" in operator
            for operator, _ in command.redirects
        )
    ):
        return
    if command.value_of("-o", "--output") in ("/dev/null", "-") or script_reader(command):
        return
    if is_verified(run, command):
        return
    yield Finding.at(
        command.words[0],
        "curl takes an error page for the file and ends well. Add '-f', so that the build stops instead.",
        fix=Fix("Add -f.", [_with_letter(command, run)], safe=False),
    )


def _with_letter(command: Command, run: Run) -> Edit:
    """Put ``f`` to the first cluster of one-letter flags, or before everything."""
    first = command.args[0] if command.args else None
    if (
        first is not None
        and first.literal
        and first.text == first.value
        and len(first.text) > 1
        and first.text[0] == "-"
        and first.text[1:].isalpha()
    ):
        at = first.start + 1 + is_item(first, run)
        return Edit(at, at, "f")
    return flag_after(command.words[0], "-f", run)


@rule("DF249", severity=Severity.INFO, default=False)
def add_without_checksum(add: Add) -> Iterator[Finding]:
    """ADD downloads a file without a checksum.

    The address can give another file tomorrow. BuildKit compares a checksum when it is told one.

    Bad::

    ```dockerfile
    FROM debian:12
    ADD https://example.com/tool-1.2.tar.gz /opt/
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d \\
        https://example.com/tool-1.2.tar.gz /opt/
    ```

    How to fix: add ``--checksum=sha256:…``; for a Git repository name a commit.

    Source: Docker docs, "Dockerfile reference", ADD --checksum.
    """
    if add.flag("checksum"):
        return
    for word in add.sources:
        lower = word.value.lower()
        if lower.startswith(("http://", "https://")) and ".git" not in lower:
            yield Finding.at(
                word,
                f"Nothing checks that '{_shown(word.value)}' is what it was. Add '--checksum=sha256:…'.",
            )
