"""A learning curve, beside what scikit-learn makes of the same subsets."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from stancekit.config import load_config
from stancekit.config.settings import Setting
from stancekit.errors import DataError
from stancekit.experiment.corpora import Corpora, read_corpora
from stancekit.experiment.studies.learning_curve import Point, _found, _says, plan_curve
from stancekit.experiment.studies.material import Material

ONE_BLOCK = "features.blocks=[{field: text, tokens: sklearn}]"
CURVE = "evaluation.studies=[learning_curve]"


def planned(folder: Path, *changes: str) -> tuple[Corpora, list[Point]]:
    config = load_config(folder / "small.yaml", [ONE_BLOCK, CURVE, *(changes or ["evaluation.folds.repeats=2"])])
    corpora = read_corpora(config, print)
    assert corpora.folds is not None
    setting = Setting({}, config.features, config.model, "argmax")
    settings = [[setting] * len(np.unique(own)) for own in corpora.folds]
    return corpora, plan_curve(Material(config, corpora.train, corpora.folds, settings))


def scored_by_scikit_learn(rows: list[dict[str, Any]], point: Point) -> float:
    """Fit words anew for each fit, and score what is said of the rows it holds out; the mean of two repeats."""
    texts, gold = np.array([row["text"] for row in rows]), np.array([row["label"] for row in rows])
    said = np.full((2, len(rows)), "", dtype="U20")
    for fit in point.fits:
        trained_on, held_out = fit.split.trained_on, fit.split.held_out
        present = np.unique(gold[trained_on])
        words = TfidfVectorizer()
        matrix, asked = words.fit_transform(texts[trained_on]), words.transform(texts[held_out])
        values = np.zeros((len(held_out), len(present)))
        for number, label in enumerate(present if len(present) > 1 else ()):
            model = LogisticRegression(C=1.0, class_weight="balanced", solver="liblinear")
            values[:, number] = model.fit(matrix, gold[trained_on] == label).decision_function(asked)
        said[fit.repeat, held_out] = present[values.argmax(axis=1)]
    return float(np.mean([f1_score(gold, own, average="macro") for own in said]))


def test_every_point_is_what_scikit_learn_scores_on_the_same_articles(hard_rows, train, tmp_path: Path) -> None:
    run = train(hard_rows, ONE_BLOCK, CURVE, "evaluation.folds.repeats=2")
    _, points = planned(tmp_path)
    found = [row["score"]["value"] for row in run.metrics["studies"]["learning_curve"]["rows"]]
    expected = [scored_by_scikit_learn(hard_rows, point) for point in points]
    assert found == pytest.approx(expected, abs=1e-9)
    assert len({round(value, 6) for value in found}) > 4


def test_the_last_point_is_the_run_itself(hard_rows, train) -> None:
    run = train(hard_rows, CURVE)
    last = run.metrics["studies"]["learning_curve"]["rows"][-1]
    assert last["score"] == run.metrics["cv"]["metrics"]["macro_f1"]
    assert last["baselines"] == {name: own["macro_f1"] for name, own in run.metrics["cv"]["baselines"].items()}


def test_subsets_are_nested_whole_articles_of_the_other_folds(hard_rows, train, tmp_path: Path) -> None:
    train(hard_rows, ONE_BLOCK, CURVE)
    corpora, points = planned(tmp_path)
    article = np.array(corpora.train.columns["article"])
    ordinary = points[-1].fits
    for smaller, larger in pairwise(points):
        for few, many in zip(smaller.fits, larger.fits, strict=True):
            assert set(few.split.trained_on) < set(many.split.trained_on)
            assert few.split.held_out.tolist() == many.split.held_out.tolist()
    for point in points:
        for fit, whole, groups in zip(point.fits, ordinary, point.groups, strict=True):
            chosen = set(article[fit.split.trained_on])
            assert len(chosen) == groups == round(point.share * len(set(article[whole.split.trained_on])))
            assert np.isin(article, list(chosen)).sum() == len(fit.split.trained_on)
            assert not chosen & set(article[fit.split.held_out])


def test_other_folds_draw_other_articles(hard_rows, train, tmp_path: Path) -> None:
    train(hard_rows, ONE_BLOCK, CURVE)
    corpora, points = planned(tmp_path)
    article = np.array(corpora.train.columns["article"])
    assert len({tuple(sorted(set(article[fit.split.trained_on]))) for fit in points[1].fits}) > 1


def test_the_last_gain_is_the_difference_of_the_last_two_points(hard_rows, train) -> None:
    study = train(hard_rows, CURVE).metrics["studies"]["learning_curve"]
    gain, scores = study["last_gain"], [row["score"] for row in study["rows"]]
    assert gain["value"] == pytest.approx(scores[-1]["value"] - scores[-2]["value"])
    assert gain["low"] <= gain["value"] <= gain["high"]
    # Paired, it is narrower than two independent intervals laid against each other.
    assert gain["high"] - gain["low"] < scores[-1]["high"] - scores[-1]["low"] + scores[-2]["high"] - scores[-2]["low"]


def test_majority_is_that_of_the_subset(hard_rows, train, tmp_path: Path) -> None:
    run = train(hard_rows, ONE_BLOCK, CURVE, "evaluation.folds.repeats=2")
    corpora, points = planned(tmp_path)
    gold = corpora.train.labels.argmax(axis=1)
    for row, point in zip(run.metrics["studies"]["learning_curve"]["rows"], points, strict=True):
        said = np.empty((2, len(gold)), dtype=int)
        for fit in point.fits:
            said[fit.repeat, fit.split.held_out] = np.bincount(gold[fit.split.trained_on], minlength=3).argmax()
        expected = np.mean([f1_score(gold, own, average="macro") for own in said])
        assert row["baselines"]["majority"] == pytest.approx(expected)


def rare(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the examples with a label that two articles alone have, each with other labels beside it."""
    return [
        row | {"label": "supports"}
        if row["id"] in ("e1", "e61")
        else row | {"label": "neutral" if row["label"] == "supports" else row["label"]}
        for row in rows
    ]


def test_a_subset_without_a_label_never_predicts_it_and_says_so(hard_rows, train, tmp_path: Path) -> None:
    rows, twice = rare(hard_rows), "evaluation.folds={scheme: group, n: 2, repeats: 2}"
    run = train(rows, ONE_BLOCK, CURVE, twice, "seed=1")
    corpora, points = planned(tmp_path, twice, "seed=1")
    gold = corpora.train.labels
    study = run.metrics["studies"]["learning_curve"]
    lacking = [[~gold[fit.split.trained_on].any(axis=0) for fit in point.fits] for point in points]
    names = run.config.task.labels
    for row, own, point in zip(study["rows"], lacking, points, strict=True):
        assert row["lacking"] == {name: int(n) for name, n in zip(names, np.sum(own, axis=0), strict=True) if n}
        assert row["score"]["value"] == pytest.approx(scored_by_scikit_learn(rows, point), abs=1e-9)
    assert np.any(lacking[0])
    assert not np.any(lacking[-1])
    said = "10&#160;%: a label without training examples is never predicted: supports in"
    assert said in run.report.read_text("utf-8")


def test_an_article_of_one_label_alone_says_that_label_of_everything(hard_rows, train, tmp_path: Path) -> None:
    """One training article of ten, and each article all of one label: there is nothing to fit."""
    rows = [row | {"label": ("opposes", "supports")[int(row["article"][1:]) % 2]} for row in hard_rows]
    run = train(rows, ONE_BLOCK, CURVE, "evaluation.folds.n=2", "task.labels=[opposes, supports]")
    first = run.metrics["studies"]["learning_curve"]["rows"][0]
    assert first["groups"] == 1.0
    assert sum(first["lacking"].values()) == 2
    assert first["score"]["value"] == first["baselines"]["majority"]


def test_a_fold_with_few_articles_is_refused_in_the_result(hard_rows, train) -> None:
    run = train(hard_rows[:78], CURVE)
    refused = run.metrics["studies"]["learning_curve"]
    assert refused == {
        "refused": "a fold trains on 8 articles; a learning curve takes 10 at least",
        "why": {"code": "few_groups", "groups": 8, "by": "article", "least": 10},
    }
    assert "study learning_curve was not made" in (run.path / "log.txt").read_text(encoding="utf-8")
    assert "a fold trains on 8 articles" in run.report.read_text(encoding="utf-8")


def test_groups_that_folds_cannot_have_are_those_of_the_intervals(hard_rows, train) -> None:
    run = train(hard_rows, CURVE, "evaluation.folds={scheme: stratified, n: 3}")
    study = run.metrics["studies"]["learning_curve"]
    assert (study["by"], study["rows"][-1]["groups"], study["rows"][0]["groups"]) == ("id", 80.0, 8.0)


def test_points_whose_inner_folds_cannot_be_cut_are_left_out_with_the_reason(hard_rows, train) -> None:
    run = train(hard_rows, CURVE, "model.calibration=platt", "inner_folds=4")
    rows = run.metrics["studies"]["learning_curve"]["rows"]
    assert "inner_folds=4" in rows[0]["refused"]
    assert rows[0]["score"] is None
    assert rows[-1]["score"] == run.metrics["cv"]["metrics"]["macro_f1"]
    assert rows[-2]["refused"] is None


def test_no_subset_is_planned_where_folds_are_too_small(hard_rows, train, tmp_path: Path) -> None:
    train(hard_rows[:78])
    with pytest.raises(DataError, match="10 at least"):
        planned(tmp_path)


@pytest.mark.parametrize(
    ("metric", "low", "high", "said"),
    [
        ("macro_f1", 0.01, 0.03, "The curve still rises at the end, {}: more articles would likely help."),
        ("macro_f1", -0.03, -0.01, "The curve falls at the end, {}: more articles of this kind don't help."),
        ("macro_f1", -0.01, 0.01, "The curve has levelled off as far as this data can tell, {}."),
        (
            "brier",
            -0.03,
            -0.01,
            "The curve still falls at the end, which is better, {}: more articles would likely help.",
        ),
        ("brier", 0.01, 0.03, "The curve rises at the end, which is worse, {}: more articles of this kind don't help."),
        ("brier", -0.01, 0.01, "The curve has levelled off as far as this data can tell, {}."),
    ],
)
def test_what_is_said_of_the_last_step_goes_by_which_way_is_better(
    metric: str, low: float, high: float, said: str
) -> None:
    value = (low + high) / 2.0
    step = f"{value:+.3f} ({low:+.3f} to {high:+.3f}) from 8 to 10 articles"
    gain = {"value": value, "low": low, "high": high}
    assert _says(_found(gain, metric), gain, [{"groups": 8.0}, {"groups": 10.0}], "article") == said.format(step)
