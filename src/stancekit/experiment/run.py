"""`Run`: a finished run, read from its folder."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancekit.config.schema import Config, expand_shorthands
from stancekit.config.yaml12 import read_yaml
from stancekit.errors import InputError, Problem, RefusedError
from stancekit.experiment.store import FORMAT, METRICS, find_runs, is_run

if TYPE_CHECKING:
    from stancekit.models.stance_model import StanceModel


class Run:
    """A run folder.

    Parameters
    ----------
    path : str or Path
        The folder of a run.
    existed : bool, default=False
        Whether training found the run there already and did nothing.

    Raises
    ------
    InputError
        If there is no run at `path`.
    RefusedError
        If its metrics.json is damaged or of an unknown format.

    Examples
    --------
    >>> run = Run("experiments/mali/3f2a9c41d07b")  # doctest: +SKIP
    >>> run.metrics["cv"]["metrics"]["macro_f1"]["value"]  # doctest: +SKIP
    0.61
    """

    def __init__(self, path: str | Path, *, existed: bool = False) -> None:
        self.path = Path(path)
        self.existed = existed
        if not is_run(self.path):
            raise InputError(
                Problem(f"this is no run: it has no {METRICS}", where=str(path), hint=_nearby_runs(self.path))
            )
        self.metrics = self._read_metrics()

    @property
    def id(self) -> str:
        """12 hexadecimal digits."""
        return str(self.metrics["run_id"])

    @property
    def name(self) -> str:
        """The experiment's name."""
        return str(self.metrics["name"])

    @property
    def report(self) -> Path:
        """The page to open."""
        return self.path / "report.html"

    @cached_property
    def config(self) -> Config:
        """The config as resolved; its data files need not be there."""
        document = read_yaml(self.path / "config.yaml")
        return Config.model_validate_json(json.dumps(expand_shorthands(document.values)), strict=True)

    def predictions(self) -> list[dict[str, str]]:
        """Return the rows of predictions.csv."""
        with (self.path / "predictions.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def model(self) -> StanceModel:
        """Load the run's model."""
        from stancekit.models.persistence import load

        return load(self.path)

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    def _read_metrics(self) -> Mapping[str, Any]:
        path = self.path / METRICS
        try:
            metrics = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise RefusedError(Problem(f"not readable as JSON: {error}", where=str(path))) from error
        found = metrics.get("format") if isinstance(metrics, dict) else None
        if found != FORMAT:
            raise RefusedError(Problem(f"run format {found!r} is not known, only {FORMAT}", where=str(path)))
        return dict(metrics)


def _nearby_runs(path: Path) -> str:
    if path.is_dir():
        runs = find_runs(path)
        if runs:
            return f"Runs below it: {', '.join(str(run) for run in runs[:3])}"
    return "List the runs there are: stancekit runs"
