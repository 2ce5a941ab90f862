"""`stancekit runs`: the runs there are."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from stancekit.errors import RefusedError, StancekitError
from stancekit.experiment.run import Run
from stancekit.experiment.store import find_runs


def list_runs(folder: Path) -> tuple[list[Run], list[StancekitError]]:
    """Return the runs in a folder of experiments, by name and id, and what is wrong with those that can't be read."""
    runs: list[Run] = []
    errors: list[StancekitError] = []
    for path in find_runs(folder):
        try:
            run = Run(path)
            _ = run.config
            runs.append(run)
        except StancekitError as error:
            errors.append(error)
    return runs, errors


def runs_command(folder: Path, *, as_json: bool) -> None:
    """Print the runs in a folder."""
    from rich.console import Console

    from stancekit.report.terminal import print_to, runs_table

    runs, errors = list_runs(folder)
    if as_json:
        print(json.dumps([{"path": str(run.path), "metrics": run.metrics} for run in runs], ensure_ascii=False))
    elif runs:
        print_to(Console(highlight=False), runs_table(runs))
    elif not errors:
        print(f"no runs in {folder}; train one: stancekit train --config configs/mali.yaml", file=sys.stderr)
    if errors:
        raise RefusedError(problem for error in errors for problem in error.problems)
