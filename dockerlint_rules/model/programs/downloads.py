"""What a command downloads, where it saves the file, and whether the RUN verifies it."""

from __future__ import annotations

from dockerlint_rules.model.interpreters import INTERPRETERS, SHELLS
from dockerlint_rules.model.layers.cleanup import last_where

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command, ShellWord

DOWNLOADERS = ("curl", "wget")


# Programs that compare a file with a checksum or a signature.
_VERIFIERS = frozenset({
    "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "shasum", "md5sum", "b2sum", "b3sum", "cksum",
    "gpg", "gpg2", "gpgv", "gpgv2", "cosign", "minisign", "signify", "openssl", "rhash", "sha256", "sha512",
})  # fmt: skip

# Prefixes of hosts on this machine or in a private network.
LOCAL_HOSTS = (
    "localhost", "127.", "0.0.0.0", "[::1]", "host.docker.internal",
    "10.", "192.168.", "169.254.",
)  # fmt: skip


def fetches_headers_only(command: Command) -> bool:
    """Whether a curl or wget call downloads no body."""
    return command.has_flag("-I", "--head", "--version", "-V", "--help", "--spider")


def script_reader(command: Command) -> Command | None:
    """The interpreter at the end of the pipeline that *command* begins, if it reads its script from the pipe."""
    pipeline = command.pipeline
    if len(pipeline) < 2 or pipeline[0] is not command:
        return None
    last = pipeline[-1]
    name = last.name.rstrip("0123456789.")
    if name in SHELLS:
        operands = last.operands("-o", "-c")
        reads_script = not last.has_flag("-c") and (
            last.has_flag("-s") or not operands or operands[0].value in ("-", "/dev/stdin")
        )
        return last if reads_script else None
    if name in INTERPRETERS:
        operands = last.operands()
        reads_script = not last.has_flag("-c", "-e", "-m", "-n", "-p", "-r", "-l", "-E") and (
            not operands or operands[0].value == "-"
        )
        return last if reads_script else None
    return None


def urls_of(command: Command) -> Iterator[ShellWord]:
    """Yield the words of a command that are HTTP or FTP URLs."""
    for word in command.args:
        if word.value.lower().startswith(("http://", "https://", "ftp://")):
            yield word


def may_name_url(command: Command) -> bool:
    """Whether a word of a command is a URL, with or without its scheme, or a variable that may hold one."""
    return any("://" in word.value or "$" in word.value for word in command.args) or any(
        "." in word.value and "/" in word.value for word in command.operands()
    )


def is_verified(run: Run, command: Command) -> bool:
    """Whether a command after *command* in its RUN verifies a checksum or a signature of any file."""
    return last_where(run, "verifies-file", _verifies_file) > command.index


def _verifies_file(command: Command) -> bool:
    return command.name in _VERIFIERS or any(
        "checksum" in word.value.lower() or "sha256" in word.value for word in command.words
    )


def saved_as(command: Command) -> str | None:
    """The file that curl or wget writes; None for standard output, or if the name is not certain."""
    if command.name == "curl":
        output = command.value_of("-o", "--output")
        takes_remote_name = command.has_flag("-O", "--remote-name")
    else:
        output = command.value_of("-O", "--output-document")
        takes_remote_name = True
    if output is not None:
        return None if output == "-" else output
    for operator, word in command.redirects:
        if operator in (">", "1>", ">>"):
            return word.value
    if not takes_remote_name:
        return None
    urls = [word.value for word in command.args if "://" in word.value]
    return urls[0].partition("?")[0].rpartition("/")[2] or None if len(urls) == 1 else None
