from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import stancekit
from stancekit.errors import ModelError, RefusedError
from stancekit.models.persistence import save_model


@pytest.fixture
def run(config_file: Path, tmp_path: Path) -> stancekit.Run:
    return stancekit.train(config_file, ["evaluation.folds.repeats=1"], output=tmp_path / "runs")


def test_a_loaded_model_has_the_config_metrics_and_card_of_its_run(run: stancekit.Run) -> None:
    for path in (run.path, run.path / "model"):
        model = stancekit.load(path)
        assert model.config == run.config
        assert model.metrics == run.metrics
        assert model.card == (run.path / "model" / "README.md").read_text(encoding="utf-8")


def test_they_are_found_when_the_current_folder_changes(run: stancekit.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(run.path.parent)
    model = stancekit.load(run.id)
    monkeypatch.chdir("/")
    assert model.metrics is not None
    assert model.metrics["run_id"] == run.id


def test_a_model_out_of_its_run_has_its_card_alone(run: stancekit.Run, tmp_path: Path) -> None:
    shutil.copytree(run.path / "model", tmp_path / "taken")
    model = stancekit.load(tmp_path / "taken")
    assert (model.config, model.metrics) == (None, None)
    assert model.card is not None


def test_a_model_that_was_only_fitted_or_saved_has_none_of_them(tmp_path: Path) -> None:
    fitted = stancekit.StanceClassifier().fit([{"text": "oui"}, {"text": "non"}], ["a", "b"]).model_
    assert (fitted.config, fitted.metrics, fitted.card) == (None, None, None)
    save_model(fitted, tmp_path)
    saved = stancekit.load(tmp_path)
    assert (saved.config, saved.metrics, saved.card) == (None, None, None)


def test_what_is_damaged_around_a_model_does_not_keep_it_from_labelling(run: stancekit.Run) -> None:
    (run.path / "metrics.json").write_text("[", encoding="utf-8")
    (run.path / "config.yaml").write_text("data: 3", encoding="utf-8")
    (run.path / "model" / "README.md").write_bytes(b"\xff")
    model = stancekit.load(run.path)
    assert model.predict(["Paris refuse."])
    with pytest.raises(ModelError, match=r"metrics\.json"):
        _ = model.metrics
    with pytest.raises(RefusedError, match=r"config\.yaml"):
        _ = model.config
    with pytest.raises(ModelError, match=r"README\.md"):
        _ = model.card
