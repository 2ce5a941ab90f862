"""Metrics of a whole run: of probabilities beside scikit-learn's, losses in a search, what decisions are tuned for."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, f1_score, log_loss

import stancekit
from stancekit.config.metrics import METRICS_OF, PROBABILITY_METRICS
from stancekit.experiment.run import Run

WEAK = ["features.blocks=[{field: text, analyzer: char, ngrams: [1, 1], norm: none}]", "evaluation.folds.repeats=1"]
"""Features that tell the label now and then only."""
ASKED = [*WEAK, "task.neutral=neutral", f"evaluation.metrics=[{', '.join(METRICS_OF['stance'])}]"]


def train(config_file: Path, tmp_path: Path, *changes: str) -> Run:
    return stancekit.train(config_file, [*ASKED, *changes], output=tmp_path / "out")


def test_losses_are_those_of_the_probabilities_in_the_predictions(config_file: Path, tmp_path: Path) -> None:
    run = train(config_file, tmp_path)
    with (run.path / "predictions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    labels = run.metrics["labels"]
    shares = np.array([[float(row[f"p_{label}"]) for label in labels] for row in rows])
    gold = np.array([labels.index(row["gold"]) for row in rows])
    scores = {name: own["value"] for name, own in run.metrics["cv"]["metrics"].items()}
    assert scores["log_loss"] == pytest.approx(log_loss(gold, shares, labels=range(3)), rel=1e-5)
    assert scores["brier"] == pytest.approx(brier_score_loss(gold, shares, labels=range(3), scale_by_half=False))
    predicted = [labels.index(row["predicted"]) for row in rows]
    others = [code for code, label in enumerate(labels) if label != "neutral"]
    assert scores["f_avg"] == pytest.approx(f1_score(gold, predicted, labels=others, average="macro"))
    for cell in run.metrics["cv"]["metrics"].values():
        assert cell["low"] <= cell["value"] <= cell["high"]


def test_baselines_without_scores_have_no_losses_and_controls_do(config_file: Path, tmp_path: Path) -> None:
    baselines = train(config_file, tmp_path).metrics["cv"]["baselines"]
    for metric in PROBABILITY_METRICS:
        assert baselines["majority"][metric] is baselines["stratified"][metric] is None
        assert baselines["names_only"][metric] > 0


def test_a_model_without_probabilities_has_no_losses(config_file: Path, tmp_path: Path) -> None:
    run = train(config_file, tmp_path, "model.kind=linear_svc", "evaluation.primary=macro_f1")
    for metric in PROBABILITY_METRICS:
        assert run.metrics["cv"]["metrics"][metric] == {"value": None, "low": None, "high": None}


def test_a_search_by_a_loss_takes_the_lowest(config_file: Path, tmp_path: Path) -> None:
    search = "search={grid: {model.C: [0.000001, 0.01, 1]}, metric: log_loss, n: 2, nested: false}"
    found = train(config_file, tmp_path, search).metrics["search"]
    scores = {own["changes"]["model.C"]: own["score"] for own in found["tried"]}
    assert len({*scores.values()}) == 3
    assert found["best"]["model.C"] == min(scores, key=lambda C: scores[C])


@pytest.mark.parametrize("metric", ["f_avg", "mcc", "cohen_kappa", "balanced_accuracy"])
def test_a_decision_can_be_tuned_for_a_metric_of_counts(config_file: Path, tmp_path: Path, metric: str) -> None:
    run = train(config_file, tmp_path, f"decision={{tune: {metric}}}", "inner_folds=2")
    assert run.metrics["decision"]["tune"] in (metric, None)


def test_a_run_is_broken_down_and_says_where_it_is_weakest(config_file: Path, tmp_path: Path) -> None:
    run = train(config_file, tmp_path)
    scores = run.metrics["cv"]
    assert {"per_target", "per_actor", "per_language", "per_article", "per_case", "worst"} <= scores.keys()
    assert sum(cell["n"] for cell in scores["per_article"].values()) == scores["n"]
    assert max(own["n"] for own in scores["worst"]) >= 10
    own = scores["worst"][0]
    assert f"{own['by']} {own['value']} {own['score']:.3f}" in (run.path / "report.html").read_text(encoding="utf-8")
