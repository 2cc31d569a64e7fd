"""Downloads without encryption or verification, and downloads that fail unnoticed."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import insert_flag, is_item
from dockerlint_rules.model.layers.cleanup import last_where
from dockerlint_rules.model.programs.downloads import (
    DOWNLOADERS,
    LOCAL_HOSTS,
    fetches_headers_only,
    is_verified,
    may_name_url,
    script_reader,
    urls_of,
)
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instructions import Add, Run
    from dockerlint_rules.syntax.shell.command import Command, ShellWord


@rule("DF241", severity=Severity.WARNING, fix="unsafe", on=DOWNLOADERS)
def unencrypted_download(command: Command, run: Run) -> Iterator[Finding]:
    """Download is neither encrypted nor verified.

    An attacker between the build and the server can replace a file that is sent over ``http://`` or ``ftp://``. TLS or
    a checksum prevents that.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLO http://example.com/tool-1.2.tar.gz && tar xzf tool-1.2.tar.gz
    #               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is downloaded without encryption or verification
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLO https://example.com/tool-1.2.tar.gz && tar xzf tool-1.2.tar.gz
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLO https://example.com/tool-1.2.tar.gz && tar xzf tool-1.2.tar.gz
    ```

    Good (verified by a checksum)::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLO http://example.com/tool-1.2.tar.gz \\
        && echo "0f1e…  tool-1.2.tar.gz" | sha256sum -c - \\
        && tar xzf tool-1.2.tar.gz
    ```

    How to fix: use ``https://`` if the server supports it; otherwise compare a checksum from the Dockerfile.

    Fix safety: unsafe, because not every server supports https.

    Known problems: the rule skips private and local hosts, but not a host name that only your own network knows.

    Source: OWASP, "Transport Layer Security Cheat Sheet".
    """
    if fetches_headers_only(command):
        return
    for word in urls_of(command):
        if _is_unencrypted(word.value) and not is_verified(run, command):
            yield Finding.at(
                word,
                f"'{_shortened(word.value)}' is downloaded without encryption or verification. "
                "Use https, or compare a checksum.",
                fix=_use_https(word, run),
            )


def _is_unencrypted(url: str) -> bool:
    """Whether a URL has a scheme without encryption and a host that is neither local nor in a variable."""
    lower = url.lower()
    if not lower.startswith(("http://", "ftp://")):
        return False
    host = lower.partition("://")[2]
    return bool(host) and not host.startswith(LOCAL_HOSTS) and not host.startswith(("$", "{"))


def _use_https(word: ShellWord, run: Run) -> Fix | None:
    text = run.source.text[word.start : word.end]
    # A server on port 80 or 8080 usually does not support TLS.
    if text.count("http://") != 1 or ":80" in text:
        return None
    offset = word.start + text.index("http://") + len("http")
    return Fix("Use https", [Edit(offset, offset, "s")], safe=False)


def _shortened(url: str) -> str:
    return url if len(url) <= 60 else f"{url[:57]}…"


@rule("DF242", severity=Severity.INFO, default=False, on=DOWNLOADERS)
def unverified_download(command: Command, run: Run) -> Iterator[Finding]:
    """Downloaded program or archive is not verified.

    A release can be replaced, and a mirror can be compromised; TLS only shows which server the file comes from. A
    checksum in the Dockerfile proves that it is the same file that was tested.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLo /usr/bin/tool https://example.com/v1/tool && chmod +x /usr/bin/tool
    #                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^ is not verified after the download
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLo /usr/bin/tool https://example.com/v1/tool \\
        && echo "0f1e…  /usr/bin/tool" | sha256sum -c - \\
        && chmod +x /usr/bin/tool
    ```

    How to fix: put the checksum into the Dockerfile and compare it in the same RUN, or download the file with
    ``ADD --checksum=sha256:…``.

    Known problems: the rule is off by default, because many teams trust TLS and the publisher.

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
        # DF241 reports downloads without encryption.
        if not _is_unencrypted(word.value) and _is_program_or_archive(word.value, command, run):
            yield Finding.at(
                word,
                f"'{_shortened(word.value)}' is not verified after the download, so a changed file goes unnoticed. "
                "Compare its checksum in the same RUN.",
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


_PROGRAMS_AND_ARCHIVES = (
    ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".tar.zst", ".zip", ".gz", ".xz",
    ".deb", ".rpm", ".jar", ".war", ".bin", ".run", ".whl",
)  # fmt: skip


def _is_program_or_archive(url: str, command: Command, run: Run) -> bool:
    path = url.partition("?")[0].lower()
    if path.endswith(_PROGRAMS_AND_ARCHIVES) or _unpacks(command):
        return True
    return last_where(run, "makes-executable", _makes_executable) > command.index


def _makes_executable(command: Command) -> bool:
    if command.name != "chmod":
        return False
    mode = next((word.value for word in command.args if word.value[:2] != "--"), "")
    if mode.isdigit():
        return any(digit in "1357" for digit in mode[-3:])
    return any("x" in part and ("+" in part or "=" in part) for part in mode.split(","))


@rule("DF248", severity=Severity.INFO, fix="unsafe", on=("curl",))
def curl_without_fail(command: Command, run: Run) -> Iterator[Finding]:
    """curl does not fail on HTTP errors.

    Without ``--fail`` curl exits successfully on "404 Not Found" and writes the error page into the file. The build
    continues, and the image fails much later.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -sSL -o /usr/bin/tool https://example.com/tool && chmod +x /usr/bin/tool
    #   ^^^^ curl saves an HTTP error page as the file
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

    Fix safety: unsafe, because a build that continued with an error page now stops. This is intended.

    Source: curl(1), ``--fail``.
    """
    if command.has_flag(*_FAIL_FLAGS, *_STATUS_FLAGS) or not may_name_url(command):
        return
    saves_file = command.has_flag("-o", "--output", "-O", "--remote-name", "--output-dir")
    redirects_output = any(
        operator.rstrip(">") in ("", "1") and ">" in operator for operator, _ in command.redirects
    )
    if not saves_file and not redirects_output:
        return
    if command.value_of("-o", "--output") in ("/dev/null", "-") or script_reader(command):
        return
    if is_verified(run, command):
        return
    yield Finding.at(
        command.words[0],
        "Without '-f', curl saves an HTTP error page as the file and exits successfully. "
        "Add '-f' so that the build stops.",
        fix=Fix("Add '-f'", [_add_fail_flag(command, run)], safe=False),
    )


_FAIL_FLAGS = ("-f", "--fail", "--fail-with-body", "--fail-early")
# With these, the output is not a file, or the script may check the status itself.
_STATUS_FLAGS = (
    "-I", "--head", "-V", "--version", "-w", "--write-out",
    "-K", "--config", "-X", "--request",
)  # fmt: skip


def _add_fail_flag(command: Command, run: Run) -> Edit:
    """Add ``f`` to the first cluster of one-letter flags, or ``-f`` before all other words."""
    first = command.args[0] if command.args else None
    if (
        first is not None
        and first.literal
        and first.text == first.value
        and len(first.text) > 1
        and first.text[0] == "-"
        and first.text[1:].isalpha()
    ):
        offset = first.start + 1 + is_item(first, run)
        return Edit(offset, offset, "f")
    return insert_flag(command.words[0], "-f", run)


@rule("DF249", severity=Severity.INFO, default=False)
def add_without_checksum(add: Add) -> Iterator[Finding]:
    """ADD downloads a file without a checksum.

    The server may send a different file tomorrow, and the build does not notice. With ``--checksum``, BuildKit compares
    the file with the checksum.

    Bad::

    ```dockerfile
    FROM debian:12
    ADD https://example.com/tool-1.2.tar.gz /opt/
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is added without a checksum
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d \\
        https://example.com/tool-1.2.tar.gz /opt/
    ```

    How to fix: add ``--checksum=sha256:…``. For a Git repository, name a commit instead.

    Source: Docker docs, "Dockerfile reference", ADD --checksum.
    """
    if add.flag("checksum"):
        return
    for word in add.sources:
        lower = word.value.lower()
        if lower.startswith(("http://", "https://")) and ".git" not in lower:
            yield Finding.at(
                word,
                f"'{_shortened(word.value)}' is added without a checksum, so the build does not notice a changed file. "
                "Add '--checksum=sha256:…'.",
            )
