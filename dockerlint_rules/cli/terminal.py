"""The terminal and the standard streams: the only module of the command line that writes to them.

What it writes may be text of the linted tree, so nothing that a terminal or a CI server would obey passes here; and
what cannot be written is an error, never a report that seems whole.
"""

from __future__ import annotations

import os
import sys

from dockerlint_rules.findings.secret_hints import may_hold_secrets
from dockerlint_rules.formats.terminal_text import safe_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def wants_color(stream: object) -> bool:
    """Whether to color what goes to *stream*: NO_COLOR, FORCE_COLOR, else whether it is a terminal."""
    environ = os.environ
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR") or environ.get("PRE_COMMIT_COLOR") == "always":
        return True
    return is_terminal(stream) and environ.get("TERM") != "dumb"


def is_terminal(stream: object) -> bool:
    """Whether a stream is open and a terminal."""
    isatty = getattr(stream, "isatty", None)
    try:
        return bool(isatty and isatty())
    except ValueError:  # closed
        return False


def is_regular_file(stream: object) -> bool:
    """Whether a stream goes into a file, not to a terminal or another program."""
    from stat import S_ISREG

    try:
        return S_ISREG(os.fstat(stream.fileno()).st_mode)  # type: ignore[attr-defined]
    except (AttributeError, OSError, ValueError):
        return False


def read_file(path: str) -> bytes | str:
    """A file's bytes, or why it cannot be read; ``-`` is standard input."""
    if path == "-":
        from dockerlint_rules.files.standard_input import read_standard_input

        return read_standard_input()
    from dockerlint_rules.files.reading import read_bytes
    from dockerlint_rules.files.tree import leads_out

    if leads_out(path) and os.path.isfile(path):  # a device or a folder is named as such
        return "is a symbolic link out of the tree that it lies in; name its target to read it"
    return read_bytes(path)


# -- standard error ----------------------------------------------------------------------------------


def write_error(text: str, *, details: bool = False) -> None:
    """Write one line to standard error, with the program's name in front.

    With *details*, for ``--verbose``, line ends in *text* stay, and each further line is marked.
    """
    if may_hold_secrets(text):
        from dockerlint_rules.findings.secrets import masked

        text = masked(text)
    first, *rest = text.split("\n") if details else [text]
    write_note(f"dockerlint: {first}")
    for line in rest:
        write_note(f"  | {line}")


def write_note(line: str) -> None:
    """Write one line to standard error.  It is lost if nobody can read it; the exit status does not depend on it."""
    write_progress(safe_line(line) + "\n")


def write_progress(text: str) -> None:
    """Write text of our own, with colors or movements of the cursor, to standard error."""
    stream = sys.stderr
    if stream is None:
        return
    try:
        AnyTextStream(stream).write(text)
        stream.flush()
    except (OSError, ValueError, OutputError):
        _discard(stream)
        sys.stderr = None  # so that a report that needs it is not lost in silence


# -- standard output ---------------------------------------------------------------------------------


class OutputError(Exception):
    """What a run has to say cannot be written; the text says why."""


def write_output(text: str) -> None:
    """Write lines to standard output.  Raises OutputError."""
    AnyTextStream(sys.stdout).write("\n".join(safe_line(line) for line in text.split("\n")))


def write_painted(text: str) -> None:
    """Write text with colors to standard output; what comes from files is safe already.  Raises OutputError."""
    AnyTextStream(sys.stdout).write(text)


def write_bytes(data: bytes) -> None:
    """Write bytes as they are to standard output.  Raises OutputError."""
    stream = sys.stdout
    try:
        flush_output()
        stream.buffer.write(data)
        stream.buffer.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError, AttributeError) as error:
        raise OutputError(_reason(stream, error)) from None


def flush_output() -> None:
    """Make sure that all output has left this process.  Raises OutputError."""
    stream = sys.stdout
    try:
        if stream is not None:
            stream.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        raise OutputError(_reason(stream, error)) from None


def with_streams(command: Callable[[list[str]], int], argv: list[str]) -> int:
    """Run a command and return its exit status, 2 if standard output did not take everything."""
    _occupy_closed_descriptors()
    try:
        status = command(argv)
        flush_output()
    except OutputError as error:
        return _cannot_write(error)
    except BrokenPipeError:
        # The reader of our output, such as head or a pager, has stopped reading.
        for stream in (sys.stdout, sys.stderr):
            _discard(stream)
        return 141
    except SystemExit:  # --help, or a wrong argument
        try:
            flush_output()
        except OutputError as error:
            return _cannot_write(error)
        raise
    return status


def _cannot_write(error: OutputError) -> int:
    _discard(sys.stdout)  # first: it may be the same file as standard error
    write_error(str(error))
    return 2


def _reason(stream: object, error: Exception) -> str:
    import errno

    name = "standard error" if stream is sys.stderr else "standard output"
    code = getattr(error, "errno", None)
    if stream is None or code == errno.EBADF or not isinstance(error, OSError):
        return f"{name} is closed, so the report is not complete"
    return f"{name} cannot be written, so the report is not complete: {(error.strerror or str(error)).lower()}"


def _occupy_closed_descriptors() -> None:
    """Give the numbers of closed standard streams to the null device: the next file opened would get them."""
    for number, stream in enumerate((sys.stdin, sys.stdout, sys.stderr)):
        if stream is None:
            try:
                os.fstat(number)
            except OSError:
                os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest free number


def _discard(stream: Any) -> None:
    """Send what the stream still holds to the null device: at its end, the interpreter would fail on it again."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (AttributeError, OSError, ValueError):
        pass  # not a stream of the process


# -- any stream --------------------------------------------------------------------------------------


class AnyTextStream:
    """A text stream that takes any text: what its encoding lacks is written as an escape."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def write(self, text: str) -> None:
        """Write *text*.  Raises OutputError."""
        if self.stream is None:
            raise OutputError(_reason(None, OSError()))
        try:
            try:
                self.stream.write(text)
            except UnicodeEncodeError:
                encoding = getattr(self.stream, "encoding", None) or "utf-8"
                self.stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        except BrokenPipeError:
            raise
        except (OSError, ValueError) as error:
            raise OutputError(_reason(self.stream, error)) from None
