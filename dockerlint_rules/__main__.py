"""``python -m dockerlint_rules`` and the command ``dockerlint``."""

from __future__ import annotations

import sys


def _leave_current_directory_out_of_imports() -> None:
    """``python -m`` imports from the current directory first: from the tree that is linted, with its own yaml.py."""
    import os

    if sys.path and sys.path[0] in ("", os.getcwd()):
        del sys.path[0]


def main() -> int:
    """Run the command line and return its exit status."""
    from dockerlint_rules.cli.main import run

    try:
        return run(sys.argv[1:])
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output, such as head or a pager, has stopped reading.
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


if __name__ == "__main__":
    if not sys.flags.safe_path:
        _leave_current_directory_out_of_imports()
    sys.exit(main())
