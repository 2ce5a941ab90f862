"""Models that earlier code wrote load as long as there is stancekit, and predict what they predicted then."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

import stancekit
from stancekit.config.model import has_probabilities

HERE = Path(__file__).parent
FOLDERS = sorted(path.parent for path in HERE.glob("*/*/expected.json"))


def frozen(value):
    return float.fromhex(value)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_a_model_that_was_written_then_predicts_what_it_did(folder):
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    model, rows = stancekit.load(folder), expected["rows"]
    assert model.predict(rows) == expected["labels"]
    # Logarithms and exponentials of other processors differ in the last bit; `benchmarks.fresh` compares the bits.
    values = [[frozen(own) for own in row] for row in expected["decision_values"]]
    np.testing.assert_allclose(model.decision_function(rows), values, rtol=1e-12, atol=1e-12)
    assert has_probabilities(model.spec) == (expected["probabilities"] is not None)
    if expected["probabilities"] is not None:
        shares = [{name: frozen(own) for name, own in row.items()} for row in expected["probabilities"]]
        for row, known in zip(model.predict_proba(rows), shares, strict=True):
            assert row == pytest.approx(known, rel=1e-12, abs=1e-15)
    assert (model.about["languages"], model.about["training_data_sha256"]) == (["fr"], "0f" * 32)


def test_every_kind_of_model_that_can_be_saved_now_is_frozen():
    spec = importlib.util.spec_from_file_location("write", HERE / "write.py")
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)
    names = {folder.name for folder in FOLDERS if folder.parent.name == "1"}
    assert names == set(writer.MODELS)
    from typing import get_args

    from stancekit.config.features import BuiltInAnalyzer, Conditioning
    from stancekit.config.model import CalibrationName, ModelKind
    from stancekit.config.schema import TaskKind

    parts = list(writer.MODELS.values())
    members = [member for _, spec, *_ in parts for member in spec.members]
    assert {own.kind for own in members} | {spec.kind for _, spec, *_ in parts} == set(get_args(ModelKind))
    assert {own.calibration for own in members} == set(get_args(CalibrationName))
    assert {own for *_, own, _ in parts} == set(get_args(Conditioning))
    assert {task.kind for task, *_ in parts} == set(get_args(TaskKind))
    assert {block.analyzer for _, _, blocks, *_ in parts for block in blocks} == set(get_args(BuiltInAnalyzer))
