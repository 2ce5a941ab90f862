"""A run in MLflow: a real one, with SQLite, on this machine."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import stancekit
from stancekit.errors import InputError
from stancekit.experiment import mlflow_runs
from stancekit.experiment.mlflow_runs import log_run, metrics_of, params_of

needs_mlflow = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("mlflow", "alembic", "sqlalchemy")),
    reason="mlflow, or what its SQLite store needs, is not installed",
)

LOOK = """
import json, sys
import mlflow
from mlflow import MlflowClient
uri, folder = sys.argv[1:]
client = MlflowClient(uri)
[experiment] = [own for own in client.search_experiments() if own.name != "Default"]
runs = client.search_runs([experiment.experiment_id])
run = runs[0]
mlflow.set_tracking_uri(uri)
mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="run", dst_path=folder)
loaded = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")
rows = [{"text": "Paris refuse un accord.", "actor": "France", "target": "deal"}]
print(json.dumps({
    "experiment": experiment.name,
    "runs": len(runs),
    "status": run.info.status,
    "params": run.data.params,
    "metrics": run.data.metrics,
    "tag": run.data.tags["stancekit.run_id"],
    "said": loaded.predict(__import__("pandas").DataFrame(rows)),
}))
"""


def in_mlflow(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """MLflow keeps its settings in the process and warns of much: each call has a process of its own."""
    own = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "GIT_PYTHON_REFRESH": "quiet"}
    own |= dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    command_line = [sys.executable, *map(str, command)]
    return subprocess.run(command_line, cwd=folder, env=own, capture_output=True, text=True, check=False)


@needs_mlflow
def test_a_run_is_logged_whole_and_its_model_predicts_the_same(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    place = tmp_path / "tracking"
    place.mkdir()
    uri = "sqlite:///own.db"
    done = in_mlflow(place, "-m", "stancekit", "export", run.path, "--format", "mlflow", "--uri", uri, "--json")
    assert done.returncode == 0, done.stderr
    logged = json.loads(done.stdout)
    assert (logged["experiment"], logged["existed"]) == ("small", False)
    again = in_mlflow(place, "-m", "stancekit", "export", run.path, "--format", "mlflow", "--uri", uri, "--json")
    assert json.loads(again.stdout) == {**logged, "existed": True}

    (tmp_path / "fetched").mkdir()
    looked = in_mlflow(place, "-c", LOOK, uri, tmp_path / "fetched")
    assert looked.returncode == 0, looked.stderr
    found: dict[str, Any] = json.loads(looked.stdout.splitlines()[-1])
    assert (found["experiment"], found["runs"], found["status"], found["tag"]) == ("small", 1, "FINISHED", run.id)
    assert found["params"] == params_of(run)
    assert found["params"]["model.kind"] == "logistic_regression"
    assert found["params"]["features.blocks.0.ngrams"] == "[1, 2]"
    assert found["metrics"] == metrics_of(run)
    own = run.metrics["cv"]["metrics"]["macro_f1"]
    keys = ("cv.macro_f1", "cv.macro_f1.low", "cv.macro_f1.high")
    assert [found["metrics"][key] for key in keys] == [own["value"], own["low"], own["high"]]
    fetched = tmp_path / "fetched" / "run"
    names = {path.relative_to(run.path) for path in run.path.rglob("*") if path.is_file()}
    assert {path.relative_to(fetched) for path in fetched.rglob("*") if path.is_file()} == names
    assert all((fetched / name).read_bytes() == (run.path / name).read_bytes() for name in names)
    row = {"text": "Paris refuse un accord.", "actor": "France", "target": "deal"}
    assert found["said"] == stancekit.load(fetched).predict([row]) == stancekit.load(run.path).predict([row])
    logged_files = [path for path in place.rglob("*") if path.is_file()]
    assert not [path for path in logged_files if path.suffix in (".pkl", ".pickle", ".joblib")]


@needs_mlflow
def test_a_place_that_is_none_is_a_message_and_no_traceback(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    place = "sqlite:////proc/nowhere/own.db"
    done = in_mlflow(tmp_path, "-m", "stancekit", "export", run.path, "--format", "mlflow", "--uri", place)
    assert done.returncode == 1
    assert f"error: {place}: MLflow can't log the run" in done.stderr
    assert "Traceback (most recent call last)" not in done.stderr.split("error: ")[1]


def test_without_mlflow_it_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mlflow_runs, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"the package mlflow.*stancekit\[mlflow\]"):
        log_run(SimpleNamespace())  # type: ignore[arg-type] # nothing of it is looked at


def test_keys_are_such_as_mlflow_takes_and_no_two_are_one() -> None:
    cell = {"value": 0.5, "low": None, "high": None}
    labels = {"pour | contre": {"f1": cell}, "pour & contre": {"f1": {**cell, "value": None}}, "é": {"f1": cell}}
    labels["è"] = {"f1": cell}
    scores = {"metrics": {"accuracy": {"value": 0.25, "low": 0.125, "high": 0.375}}, "per_label": labels}
    scores["baselines"] = {"majority": {"accuracy": 0.0}, "names_only": None}
    run: Any = SimpleNamespace(metrics={"cv": scores, "test": None})
    assert metrics_of(run) == {
        "cv.accuracy": 0.25,
        "cv.accuracy.low": 0.125,
        "cv.accuracy.high": 0.375,
        "cv.baseline.majority.accuracy": 0.0,
        "cv.f1.pour _ contre": 0.5,
        "cv.f1._": 0.5,
        "cv.f1.__": 0.5,
    }


def test_settings_are_flat_and_as_long_as_mlflow_takes() -> None:
    values = {"a": {"b": [1, 2], "c": None}, "d": [{"e": "x" * 7000}], "f": {}, "g" * 300: True}
    config = SimpleNamespace(model_dump=lambda **_: values)
    run: Any = SimpleNamespace(config=config)
    assert params_of(run) == {
        "a.b": "[1, 2]",
        "a.c": "null",
        "d.0.e": "x" * 6000,
        "f": "{}",
        "g" * 246: "true",
    }
