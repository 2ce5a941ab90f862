"""`stancekit compare`: runs side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from stancekit.experiment.compare import compare


def compare_command(paths: Sequence[Path], *, as_json: bool) -> None:
    """Print a comparison of runs."""
    from rich.console import Console

    from stancekit.report.terminal import comparison_table, print_to

    comparison = compare(paths)
    if as_json:
        print(json.dumps(comparison.to_dict(), ensure_ascii=False))
    else:
        print_to(Console(highlight=False), comparison_table(comparison))
