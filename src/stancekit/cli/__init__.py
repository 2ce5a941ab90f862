"""The command line: one file for each command, imported when it is called."""

from __future__ import annotations

import sys

from stancekit.errors import StancekitError


def main() -> None:
    """Run the command line; errors of the input become a message and an exit code, never a traceback."""
    from stancekit.cli.app import app

    try:
        app()
    except StancekitError as error:
        for problem in error.problems:
            print(f"error: {problem}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
