"""Downloads."""

from __future__ import annotations

from dockerlint_rules.model.layers.cleanup import last_where
from dockerlint_rules.syntax.dockerfile.instructions import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command, ShellWord


FETCHERS = ("curl", "wget")


SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})


INTERPRETERS = SHELLS | {"python", "python2", "python3", "perl", "ruby", "node", "php"}


# Programs that compare a file with what it must be.
CHECKERS = frozenset({
    "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "shasum", "md5sum", "b2sum", "b3sum", "cksum",
    "gpg", "gpg2", "gpgv", "gpgv2", "cosign", "minisign", "signify", "openssl", "rhash", "sha256", "sha512",
})  # fmt: skip


LOCAL_HOSTS = (
    "localhost",
    "127.",
    "0.0.0.0",
    "[::1]",
    "host.docker.internal",
    "10.",
    "192.168.",
    "169.254.",
)


def fetches_headers_only(command: Command) -> bool:
    """Whether a curl or wget call downloads no body."""
    return command.has_flag("-I", "--head", "--version", "-V", "--help", "--spider")


def script_reader(command: Command) -> Command | None:
    """The interpreter at the end of the command's pipeline that reads its script from there."""
    pipeline = command.pipeline
    if len(pipeline) < 2 or pipeline[0] is not command:
        return None
    last = pipeline[-1]
    name = last.name.rstrip("0123456789.")
    if name in SHELLS:
        operands = last.operands("-o", "-c")
        reads = not last.has_flag("-c") and (
            last.has_flag("-s") or not operands or operands[0].value in ("-", "/dev/stdin")
        )
        return last if reads else None
    if name in INTERPRETERS:
        operands = last.operands()
        reads = not last.has_flag("-c", "-e", "-m", "-n", "-p", "-r", "-l", "-E") and (
            not operands or operands[0].value == "-"
        )
        return last if reads else None
    return None


def urls_of(command: Command) -> Iterator[ShellWord]:
    """The words of a command that are HTTP or FTP URLs."""
    for word in command.args:
        if word.value.lower().startswith(("http://", "https://", "ftp://")):
            yield word


def names_remote(command: Command) -> bool:
    """Whether a command names an address, or something that may hold one."""
    return any("://" in word.value or "$" in word.value for word in command.args) or any(
        "." in word.value and "/" in word.value for word in command.operands()
    )


def compares_checksum(command: Command) -> bool:
    """Whether a command has a word that names a checksum."""
    return any("checksum" in word.value.lower() or "sha256" in word.value for word in command.words)


def is_verified(run: Run, command: Command) -> bool:
    """Whether the RUN compares anything with a checksum or a signature after *command*."""
    last = last_where(
        run, "checks-a-download", lambda one: one.name in CHECKERS or compares_checksum(one)
    )
    return last > command.index


def saved_as(command: Command) -> str | None:
    """The file that curl or wget writes."""
    if command.name == "curl":
        said = command.value_of("-o", "--output")
        if said is not None:
            return None if said == "-" else said
        named = command.has_flag("-O", "--remote-name")
    else:
        said = command.value_of("-O", "--output-document")
        if said is not None:
            return None if said == "-" else said
        named = True
    for operator, word in command.redirects:
        if operator in (">", "1>", ">>"):
            return word.value
    if not named:
        return None
    urls = [word.value for word in command.args if "://" in word.value]
    return urls[0].partition("?")[0].rpartition("/")[2] or None if len(urls) == 1 else None
