from __future__ import annotations

import json
from pathlib import Path

import pytest

import stancekit
from stancekit.errors import InputError, RefusedError


def test_a_run_is_read_back_without_its_data(config_file: Path, tmp_path: Path) -> None:
    trained = stancekit.train(config_file, output=tmp_path / "out")
    (tmp_path / "examples.jsonl").unlink()
    run = stancekit.Run(trained.path)
    assert run.config.model.C == 1.0
    assert run.metrics == trained.metrics
    assert run.model().predict("Paris refuse un accord.", actor="France", target="deal") == ["opposes"]


def test_a_folder_that_is_no_run_names_the_runs_below_it(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    with pytest.raises(InputError, match=run.id):
        stancekit.Run(tmp_path / "out")


def test_metrics_of_another_format_are_refused(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    path = run.path / "metrics.json"
    path.write_text(json.dumps(dict(run.metrics) | {"format": 99}), encoding="utf-8")
    with pytest.raises(RefusedError, match="format 99"):
        stancekit.Run(run.path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(RefusedError, match="JSON"):
        stancekit.Run(run.path)
