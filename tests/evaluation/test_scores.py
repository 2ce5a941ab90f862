"""SCORES: the numbers of metrics.json, beside what an independent library finds."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_recall_fscore_support

from stancekit.config.schema import Config, Intervals
from stancekit.evaluation.intervals import Sample, percentile_interval, resample
from stancekit.evaluation.predictions import Predictions
from stancekit.evaluation.scores import score_predictions
from stancekit.models.tallies import macro_f1, tally_by_group

LABELS = ("opposes", "neutral", "supports")


def config(kind="stance", labels=LABELS, **evaluation):
    return Config.model_validate(
        {
            "seed": 3,
            "data": {"train": [{"path": "a.jsonl"}]},
            "task": {"kind": kind, "labels": labels},
            "evaluation": {"intervals": {"resamples": 200, "by": "article"}, **evaluation},
        }
    )


def one_hot(labels, n_labels=3):
    return np.asarray(labels)[..., None] == np.arange(n_labels)


@pytest.fixture(scope="module")
def sample():
    """Return gold and two repeats of predictions as codes, groups, and the columns."""
    random = np.random.default_rng(0)
    gold = random.integers(0, 3, 60)
    predicted = np.where(random.random((2, 60)) < 0.7, gold, random.integers(0, 3, (2, 60)))
    columns = {
        "actor": random.choice(["France", "Mali", "Russia"], 60).tolist(),
        "target": [None if value < 0.2 else "deal" for value in random.random(60)],
    }
    return gold, predicted, np.arange(60) // 3, columns


def score(sample, baselines=None, **evaluation):
    gold, predicted, groups, columns = sample
    predictions = Predictions(one_hot(gold), one_hot(predicted), groups)
    said = {
        name: None if own is None else Predictions(one_hot(gold), own, groups)
        for name, own in (baselines or {}).items()
    }
    return score_predictions(predictions, said, config(**evaluation), columns)


def test_a_metric_is_the_mean_over_repeats_of_scikit_learns(sample):
    gold, predicted, _, _ = sample
    names = ("macro_f1", "micro_f1", "weighted_f1", "accuracy")
    scores = score(sample, metrics=names)
    expected = {
        **{name: np.mean([f1_score(gold, own, average=name[:-3]) for own in predicted]) for name in names[:3]},
        "accuracy": np.mean([accuracy_score(gold, own) for own in predicted]),
    }
    assert {name: own["value"] for name, own in scores["metrics"].items()} == pytest.approx(expected, rel=1e-12)
    assert tuple(scores["metrics"]) == names
    for own in scores["metrics"].values():
        assert own["low"] < own["value"] < own["high"]
    assert (scores["n"], scores["groups"], scores["repeats"], scores["warnings"]) == (60, 20, 2, [])


def test_the_interval_is_that_of_the_bootstrap_over_groups(sample):
    gold, predicted, groups, _ = sample
    tallies = [tally_by_group(one_hot(gold), one_hot(own), groups, 20) for own in predicted]
    low, high = percentile_interval(macro_f1, resample(tallies, 200, 3), 0.95)
    own = score(sample, intervals={"method": "percentile", "resamples": 200})["metrics"]["macro_f1"]
    assert (own["low"], own["high"]) == (low, high)


def test_the_interval_is_that_of_the_jackknife_unless_another_is_asked_for(sample):
    gold, predicted, groups, _ = sample
    tallies = [tally_by_group(one_hot(gold), one_hot(own), groups, 20) for own in predicted]
    low, high = Sample(tallies, Intervals(method="jackknife"), 3).interval(macro_f1)
    own = score(sample)["metrics"]["macro_f1"]
    assert (own["low"], own["high"]) == (low, high)


def test_what_is_said_of_each_label_is_scikit_learns(sample):
    gold, predicted, _, _ = sample
    scores = score(sample)["per_label"]
    assert tuple(scores) == LABELS
    each = [precision_recall_fscore_support(gold, own, labels=range(3)) for own in predicted]
    exactness, found, f1, support = np.mean(each, axis=0)
    for i, label in enumerate(LABELS):
        own = scores[label]
        assert own["n"] == support[i]
        assert own["predicted"] == np.mean(predicted == i, axis=1).mean() * 60
        assert own["precision"] == pytest.approx(exactness[i], rel=1e-12)
        assert own["recall"] == pytest.approx(found[i], rel=1e-12)
        assert own["f1"]["value"] == pytest.approx(f1[i], rel=1e-12)
        assert own["f1"]["low"] < own["f1"]["value"] < own["f1"]["high"]


def test_the_confusion_is_the_mean_over_repeats_gold_in_rows(sample):
    gold, predicted, _, _ = sample
    expected = np.mean([confusion_matrix(gold, own, labels=range(3)) for own in predicted], axis=0)
    assert score(sample)["confusion"] == {"labels": list(LABELS), "matrix": expected.tolist()}


def test_actors_and_targets_are_scored_on_their_own_rows_the_most_frequent_first(sample):
    gold, predicted, groups, columns = sample
    scores = score(sample)
    sizes = {name: columns["actor"].count(name) for name in set(columns["actor"])}
    assert list(scores["per_actor"]) == sorted(sizes, key=lambda name: (-sizes[name], name))
    for name, own in scores["per_actor"].items():
        rows = [i for i, actor in enumerate(columns["actor"]) if actor == name]
        assert (own["n"], own["groups"]) == (sizes[name], len(set(groups[rows])))
        expected = np.mean([accuracy_score(gold[rows], repeat[rows]) for repeat in predicted])
        assert own["metrics"]["accuracy"]["value"] == pytest.approx(expected, rel=1e-12)
        expected = np.mean([f1_score(gold[rows], repeat[rows], average="macro") for repeat in predicted])
        assert own["metrics"]["macro_f1"]["value"] == pytest.approx(expected, rel=1e-12)
    assert list(scores["per_target"]) == ["deal"]
    assert scores["per_target"]["deal"]["n"] == columns["target"].count("deal")


def test_without_names_there_are_no_scores_by_name(sample):
    gold, predicted, groups, _ = sample
    for columns in ({}, {"actor": [None] * 60, "target": [None] * 60}):
        scores = score((gold, predicted, groups, columns))
        assert scores["per_actor"] == scores["per_target"] == {}


def test_baselines_are_scored_like_the_model_and_one_that_does_not_apply_is_null(sample):
    gold, predicted, _, _ = sample
    majority = np.broadcast_to(one_hot(0), (2, 60, 3))
    scores = score(sample, {"majority": majority, "same": one_hot(predicted), "names_only": None})
    assert scores["baselines"]["names_only"] is None
    assert scores["baselines"]["majority"] == pytest.approx(
        {"macro_f1": f1_score(gold, np.zeros(60), average="macro"), "accuracy": np.mean(gold == 0)}, rel=1e-12
    )
    assert scores["baselines"]["same"] == {name: own["value"] for name, own in scores["metrics"].items()}
    assert scores["beside"]["names_only"] is None
    for name, own in scores["metrics"].items():
        cell = scores["beside"]["same"][name]
        assert cell == {**own, "difference": {"value": 0.0, "low": 0.0, "high": 0.0}}, "the same draws for all"


def test_one_group_has_scores_but_no_interval():
    gold = np.array([0, 1, 2, 0])
    scores = score((gold, gold[None], np.zeros(4, dtype=int), {"actor": ["France"] * 4}))
    assert scores["metrics"]["macro_f1"] == {"value": 1.0, "low": None, "high": None}
    assert scores["per_label"]["neutral"]["f1"] == {"value": 1.0, "low": None, "high": None}
    assert scores["per_actor"]["France"]["metrics"]["accuracy"] == {"value": 1.0, "low": None, "high": None}


def test_what_is_undefined_is_null_and_all_of_it_is_json():
    gold, predicted = np.array([0, 0, 1, 1]), np.array([[0, 1, 1, 1]])
    scores = score((gold, predicted, np.arange(4), {}), {"majority": one_hot(np.zeros((1, 4)))})
    assert scores["per_label"]["supports"] == {
        "n": 0,
        "predicted": 0,
        "precision": None,
        "recall": None,
        "f1": {"value": None, "low": None, "high": None},
    }
    assert json.loads(json.dumps(scores, allow_nan=False)) == scores


def test_label_sets_have_a_table_of_two_by_two_for_each_label():
    gold = np.array([[1, 0], [1, 1], [0, 0]], dtype=bool)
    predicted = np.array([[[1, 1], [0, 1], [0, 0]]], dtype=bool)
    own = config(kind="multilabel", labels=("a", "b"))
    scores = score_predictions(Predictions(gold, predicted, np.arange(3)), {}, own, {})
    assert scores["confusion"] == {"labels": ["a", "b"], "matrix": [[[1, 0], [1, 1]], [[1, 1], [0, 1]]]}
    assert {name: entry["value"] for name, entry in scores["metrics"].items()} == pytest.approx(
        {"macro_f1": 2 / 3, "micro_f1": 2 / 3, "subset_accuracy": 1 / 3}
    )
