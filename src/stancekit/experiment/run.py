"""`Run`: a finished run, read from its folder."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import ValidationError

from stancekit.config.named import reading_back
from stancekit.config.resolved import read_resolved_config
from stancekit.config.schema import Config
from stancekit.config.settings import Setting, with_changes
from stancekit.errors import InputError, Problem, RefusedError
from stancekit.experiment.display import Kind, Plots, Shown, plots_of
from stancekit.experiment.store import FORMAT, METRICS, find_runs, is_run

if TYPE_CHECKING:
    from stancekit.models.stance_model import StanceModel


_PREDICTION_COLUMNS = {"id", "gold", "predicted", "fold", "repeat"}
_SEARCH_KEYS = {"metric", "n", "best", "tried"}
_STUDY_KEYS = {"metric", "rows", "says"}
_SCORE_KEYS = {"n", "groups", "repeats", "metrics", "baselines", "confusion", "warnings"}


class Run(Shown):
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

    _kind: ClassVar[Kind] = "run"

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

    @property
    def plot(self) -> Plots:
        """Its figures on axes of matplotlib: `run.plot.confusion(ax)`, `scores`, `stance_map` and `calibration`."""
        return plots_of(self)

    @cached_property
    def config(self) -> Config:
        """The config as resolved; its data files need not be there."""
        return read_resolved_config(self.path / "config.yaml")

    @cached_property
    def chosen(self) -> Setting:
        """The setting of the saved model: the config's own, or the best that its search found."""
        config, search = self.config, self.metrics["search"]
        own = Setting({}, config.features, config.model, config.decision)
        try:
            with reading_back():
                return own if search is None else with_changes(own, search["best"])
        except (KeyError, ValidationError) as error:
            said = "the run's search doesn't fit its config: one of them is damaged"
            raise RefusedError(Problem(said, where=str(self.path / METRICS))) from error

    def predictions(self) -> list[dict[str, str]]:
        """Return the rows of predictions.csv."""
        path = self.path / "predictions.csv"
        try:
            with path.open(encoding="utf-8", newline="") as file:
                reader = csv.DictReader(file)
                rows: list[dict[Any, Any]] = list(reader)
        except (OSError, ValueError, csv.Error) as error:
            raise RefusedError(Problem(f"the run's predictions can't be read: {error}", where=str(path))) from error
        missing = sorted(_PREDICTION_COLUMNS - set(reader.fieldnames or ()))
        if not missing and any(value is None or name is None for row in rows for name, value in row.items()):
            missing = ["some values"]
        if missing:
            raise RefusedError(Problem(f"the run's predictions lack the columns {missing}", where=str(path)))
        return rows

    def model(self, code: Sequence[str | Path] = (), trust: Sequence[str] | None = None) -> StanceModel:
        """Load the run's model; `code` are files with plug-ins, `trust` classes in them, see `stancekit.load`."""
        from stancekit.models.persistence import load

        return load(self.path, code, trust)

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
        if not _is_whole(metrics):
            raise RefusedError(Problem("the run's metrics are damaged: parts of them are missing", where=str(path)))
        defaults = dict.fromkeys(("search", "decision", "studies", "doubts", "data"))
        return {**defaults, **metrics}


def _is_whole(metrics: Mapping[str, Any]) -> bool:
    """Tell whether metrics.json has what everything that shows a run relies on."""
    if not all(isinstance(metrics.get(key), str) for key in ("name", "run_id", "primary")):
        return False
    if metrics.get("search") is not None and not _is_search(metrics["search"]):
        return False
    if metrics.get("studies") is not None and not _are_studies(metrics["studies"]):
        return False
    parts = [metrics.get("cv"), metrics.get("test")]
    scored = [part for part in parts if part is not None]
    return bool(scored) and all(
        isinstance(part, dict)
        and part.keys() >= _SCORE_KEYS
        and metrics["primary"] in part["metrics"]
        and all(_is_cell(cell) for cell in part["metrics"].values())
        for part in scored
    )


def _are_studies(studies: Any) -> bool:
    """Tell whether studies have what everything that shows them begins with."""
    return isinstance(studies, dict) and all(
        isinstance(own, dict) and ("refused" in own or own.keys() >= _STUDY_KEYS) for own in studies.values()
    )


def _is_search(search: Any) -> bool:
    if not (isinstance(search, dict) and search.keys() >= _SEARCH_KEYS and isinstance(search["tried"], list)):
        return False
    tried = [own for own in search["tried"] if isinstance(own, dict) and _is_score(own.get("score", ""))]
    known = isinstance(search["best"], dict) and search["best"] in [own.get("changes") for own in tried]
    return known and len(tried) == len(search["tried"])


def _is_score(value: Any) -> bool:
    return value is None or isinstance(value, (int, float))


def _is_cell(cell: Any) -> bool:
    known = isinstance(cell, dict) and {"value", "low", "high"} <= cell.keys()
    return known and all(_is_score(cell[key]) for key in ("value", "low", "high"))


def _nearby_runs(path: Path) -> str:
    if path.is_dir():
        runs = find_runs(path)
        if runs:
            return f"Runs below it: {', '.join(str(run) for run in runs[:3])}"
    return "List the runs there are: stancekit runs"
