"""A run in MLflow: its settings as params, its scores as metrics, its folder as artifacts, its model to be loaded.

The model is logged as its own files, which MLflow opens by `stancekit.models.exports.pyfunc`: there is no pickle.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from stancekit.errors import InputError, Problem, RefusedError, printable
from stancekit.experiment.run import Run

TAG = "stancekit.run_id"
LONGEST_KEY, LONGEST_VALUE = 250, 6000
"""What MLflow takes, in characters."""
AT_ONCE = 100
LOADER = "stancekit.models.exports.pyfunc"

_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9_\-. :/]")


@dataclass(frozen=True)
class Logged:
    """Where a run is in MLflow.

    Attributes
    ----------
    uri : str
    experiment, run : str
        The name of the experiment, and the id that MLflow gave the run.
    existed : bool
        Whether it was there already and nothing was done.
    """

    uri: str
    experiment: str
    run: str
    existed: bool


def log_run(run: Run, uri: str | None = None, experiment: str | None = None) -> Logged:
    """Log a finished run to MLflow; one that is there already is left alone.

    Parameters
    ----------
    run : Run
    uri : str, optional
        Where MLflow keeps runs, `sqlite:///runs.db` or a server; by its own settings if not given.
    experiment : str, optional
        The run's name if not given.

    Raises
    ------
    InputError
        If MLflow isn't installed.
    RefusedError
        If it fails.
    """
    if find_spec("mlflow") is None:
        hint = "Install it: pip install 'stancekit[mlflow]'"
        raise InputError(Problem("this needs the package mlflow, which is not installed", hint=hint))
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # it is asked when it is imported
    import mlflow

    place = uri if uri is not None else str(mlflow.get_tracking_uri())
    try:
        return _log(run, place, experiment or run.name)
    except Exception as error:  # MLflow, its database and its server each raise their own
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        said = printable(lines[0][:300]) if lines else type(error).__name__
        hint = "Does --uri name a place that MLflow can write to, as sqlite:///runs.db?"
        raise RefusedError(Problem(f"MLflow can't log the run: {said}", where=place, hint=hint)) from error


def _log(run: Run, uri: str, experiment: str) -> Logged:
    from mlflow import MlflowClient
    from mlflow.entities import Metric, Param

    client = MlflowClient(tracking_uri=uri)
    found = client.get_experiment_by_name(experiment)
    number = found.experiment_id if found is not None else client.create_experiment(experiment)
    there = client.search_runs([number], f"tags.`{TAG}` = '{run.id}' and attributes.status = 'FINISHED'", max_results=1)
    if there:
        return Logged(uri, experiment, there[0].info.run_id, True)
    tags = {TAG: run.id, "stancekit.version": version("stancekit"), "stancekit.primary": run.metrics["primary"]}
    logged = client.create_run(number, run_name=f"{run.name} {run.id}", tags=tags).info
    try:
        params = iter([Param(key, value) for key, value in params_of(run).items()])
        while batch := list(islice(params, AT_ONCE)):
            client.log_batch(logged.run_id, params=batch)
        metrics = iter([Metric(key, value, logged.start_time, 0) for key, value in metrics_of(run).items()])
        while several := list(islice(metrics, AT_ONCE)):
            client.log_batch(logged.run_id, metrics=several)
        client.log_artifacts(logged.run_id, str(run.path), "run")
        if (run.path / "model").is_dir():
            _log_model(client, logged.run_id, run)
    except BaseException:
        client.set_terminated(logged.run_id, "FAILED")
        raise
    client.set_terminated(logged.run_id)
    return Logged(uri, experiment, logged.run_id, False)


def _log_model(client: Any, number: str, run: Run) -> None:
    from mlflow import pyfunc

    with TemporaryDirectory() as folder:
        place = Path(folder) / "model"
        needs = [f"stancekit=={version('stancekit')}"]
        pyfunc.save_model(str(place), loader_module=LOADER, data_path=str(run.path / "model"), pip_requirements=needs)
        client.log_artifacts(number, str(place), "model")


def params_of(run: Run) -> dict[str, str]:
    """Return the resolved config of a run, flat: `model.C`, `features.blocks.0.field` and so on.

    A list of plain values stays one; what is longer than MLflow takes is cut off.
    """
    found: dict[str, str] = {}
    for path, value in _leaves(run.config.model_dump(mode="json"), ()):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        _put(found, ".".join(path), text[:LONGEST_VALUE])
    return found


def metrics_of(run: Run) -> dict[str, float]:
    """Return the scores of a run, flat: `cv.macro_f1`, `cv.macro_f1.low`, and so on."""
    found: dict[str, float] = {}
    for part in ("cv", "test"):
        scores: Mapping[str, Any] = run.metrics[part] or {}
        for metric, cell in scores.get("metrics", {}).items():
            _put_cell(found, f"{part}.{metric}", cell)
        for name, own in scores.get("baselines", {}).items():
            for metric, value in (own or {}).items():
                _put_cell(found, f"{part}.baseline.{name}.{metric}", {"value": value})
        for label, own in scores.get("per_label", {}).items():
            _put_cell(found, f"{part}.f1.{label}", own["f1"])
    return found


def _put_cell(found: dict[str, float], key: str, cell: Mapping[str, float | None]) -> None:
    for name, ending in (("value", ""), ("low", ".low"), ("high", ".high")):
        value = cell.get(name)
        if value is not None:
            _put(found, f"{key}{ending}", value)


def _put(found: dict[str, Any], key: str, value: Any) -> None:
    """Put a value under a key that MLflow takes and that isn't taken yet."""
    known = _NOT_IN_KEYS.sub("_", key)[: LONGEST_KEY - 4]
    while known in found:
        known += "_"
    found[known] = value


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict) and value:
        for key, own in value.items():
            yield from _leaves(own, (*path, str(key)))
    elif isinstance(value, list) and any(isinstance(own, (dict, list)) for own in value):
        for number, own in enumerate(value):
            yield from _leaves(own, (*path, str(number)))
    else:
        yield path, value
