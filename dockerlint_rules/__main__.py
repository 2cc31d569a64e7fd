"""``python -m dockerlint_rules`` and the command ``dockerlint``."""

from __future__ import annotations

import os
import sys

_NO_MEMORY = b"dockerlint: there is not enough memory, so the run is not complete\n"


def _leave_current_directory_out_of_imports() -> None:
    """``python -m`` imports from the current directory first: from the tree that is linted, with its own yaml.py."""
    if sys.path and sys.path[0] in ("", os.getcwd()):
        del sys.path[0]


def main() -> int:
    """Run the command line and return its exit status; whatever keeps the run from its end is one line."""
    try:
        from dockerlint_rules.files import interrupts

        # The language server has its own way to end.
        if sys.argv[1:2] != ["server"]:
            interrupts.install()
        from dockerlint_rules.cli.main import run

        status = run(sys.argv[1:])
        interrupts.ignore()  # the report is complete
    except BrokenPipeError:
        # The reader of our output, such as head or a pager, has stopped reading.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt as error:
        from dockerlint_rules.cli.early_end import report_interrupt

        return report_interrupt(error)
    except MemoryError:
        _write_without_memory()
        return 2
    except Exception as error:
        try:
            from dockerlint_rules.cli.early_end import report_internal_error

            return report_internal_error(error, sys.argv[1:])
        except MemoryError:
            _write_without_memory()
            return 2
    return status


def _write_without_memory() -> None:
    try:  # noqa: SIM105 (perf, and with "python -m" nothing may be imported from the current directory)
        os.write(2, _NO_MEMORY)
    except OSError:
        pass  # there may be no standard error


if __name__ == "__main__":
    if not sys.flags.safe_path:
        _leave_current_directory_out_of_imports()
    sys.exit(main())
