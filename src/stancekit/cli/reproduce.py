"""`stancekit reproduce`: a run trained again, and compared file by file."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from stancekit.cli.progress import shown_progress
from stancekit.errors import printable
from stancekit.evaluation.verdict import count_of
from stancekit.experiment.differences import Difference
from stancekit.experiment.reproduce import Reproduction, reproduce
from stancekit.plugins import load_code
from stancekit.report.pages import PAGES

SHOWN_OF_A_FILE = 5
LONGEST_VALUE = 60


def reproduce_command(path: Path, jobs: int, code: Sequence[Path], *, quiet: bool, as_json: bool) -> None:
    """Print `equal`, or what differs and where; exit with 1 if something does."""
    load_code(code)
    try:
        with shown_progress(quiet or as_json) as progress:
            found = reproduce(path, jobs=jobs, progress=progress, pages=PAGES)
    except KeyboardInterrupt:
        print("interrupted: nothing was compared", file=sys.stderr)
        sys.exit(130)
    if as_json:
        print(json.dumps(found.to_dict(), ensure_ascii=False, allow_nan=False))
    else:
        print("\n".join(map(printable, describe(found))))
    if not found.is_equal:
        sys.exit(1)


def describe(found: Reproduction) -> list[str]:
    """Return the lines that the terminal shows."""
    if found.changed:
        return ["differs: this is another run", *found.changed, *_versions(found)]
    left_out = [f"not compared: {name}: {why}" for name, why in found.not_compared.items()]
    compared = count_of(len(found.compared), "file")
    if found.is_equal:
        return [f"equal: {compared}, byte for byte", *left_out]
    names = list(dict.fromkeys(difference.file for difference in found.differences))
    return [
        f"differs: {len(names)} of {compared}",
        *(line for name in names for line in _of_file(name, found.differences)),
        *left_out,
        *_versions(found),
    ]


def _of_file(name: str, differences: Sequence[Difference]) -> Iterator[str]:
    own = [difference for difference in differences if difference.file == name]
    for difference in own[:SHOWN_OF_A_FILE]:
        note = f"; {difference.note}" if difference.note else ""
        yield f"{name}: {difference.where}: {_shown(difference.run)} in the run, {_shown(difference.again)} now{note}"
    if len(own) > SHOWN_OF_A_FILE:
        yield f"{name}: and {len(own) - SHOWN_OF_A_FILE} more; --json has all of them"


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _versions(found: Reproduction) -> list[str]:
    changed = [f"{name} {then} then, {now} now" for name, (then, now) in found.versions.items()]
    return [f"likely why: other versions: {', '.join(changed)}"] if changed else []
