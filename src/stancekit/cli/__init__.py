"""The command line: one file for each command, imported when it is called."""

from __future__ import annotations

import codecs
import io
import os
import sys

from stancekit.errors import StancekitError

ESCAPED = "stancekit.escaped"
"""How characters are written that a stream's encoding lacks."""


def main() -> None:
    """Run the command line; errors of the input become a message and an exit code, never a traceback."""
    from stancekit.cli.app import app

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ESCAPED)
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except StancekitError as error:
        for problem in error.problems:
            print(f"error: {problem}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)
    except OSError as error:
        _let_go_of_stdout()
        if not isinstance(error, BrokenPipeError):
            print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


def escape_lacking(error: UnicodeError) -> tuple[str, int]:
    r"""Return the characters that an encoding lacks as JSON writes them: so what `--json` prints stays JSON.

    Examples
    --------
    >>> import json
    >>> "дa\U0001f600".encode("ascii", ESCAPED).decode("ascii") == json.dumps("дa\U0001f600")[1:-1]
    True
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4)), error.end


codecs.register_error(ESCAPED, escape_lacking)


def _let_go_of_stdout() -> None:
    """Keep the interpreter from writing once more to where nothing can be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
