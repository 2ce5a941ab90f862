"""`stancekit runs`: the runs there are."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from stancekit.experiment.run import Run
from stancekit.experiment.store import find_runs


def list_runs(folder: Path) -> list[Run]:
    """Return the runs in a folder of experiments, by name and id."""
    return [Run(path) for path in find_runs(folder)]


def runs_command(folder: Path, *, as_json: bool) -> None:
    """Print the runs in a folder."""
    from rich.console import Console

    from stancekit.report.terminal import print_to, runs_table

    runs = list_runs(folder)
    if as_json:
        print(json.dumps([{"path": str(run.path), "metrics": run.metrics} for run in runs], ensure_ascii=False))
    elif runs:
        print_to(Console(highlight=False), runs_table(runs))
    else:
        print(f"no runs in {folder}; train one: stancekit train --config configs/mali.yaml", file=sys.stderr)
