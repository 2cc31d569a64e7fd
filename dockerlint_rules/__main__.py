"""``python -m dockerlint_rules`` and the command ``dockerlint``."""

from __future__ import annotations

import sys


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
    sys.exit(main())
