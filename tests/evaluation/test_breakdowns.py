"""Breakdowns: every part is scored on its own rows, quickly, and the worst are named."""

from __future__ import annotations

import time

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from stancekit.config.schema import Config
from stancekit.evaluation.breakdowns import MOST_BUNDLES, break_down, worst_groups
from stancekit.evaluation.intervals import percentile_interval, resample
from stancekit.evaluation.predictions import Predictions
from stancekit.models.tallies import exact_share


def config(metrics=("macro_f1", "accuracy"), resamples=1000, **task):
    return Config.model_validate(
        {
            "data": {"train": [{"path": "a.jsonl"}]},
            "task": task,
            "evaluation": {"metrics": metrics, "intervals": {"resamples": resamples}},
        }
    )


def one_hot(codes):
    return np.asarray(codes)[..., None] == np.arange(3)


def drawn(n, n_groups, repeats=1, seed=0):
    random = np.random.default_rng(seed)
    gold = random.integers(0, 3, n)
    predicted = np.where(random.random((repeats, n)) < 0.7, gold, random.integers(0, 3, (repeats, n)))
    groups = np.unique(random.integers(0, n_groups, n), return_inverse=True)[1]
    return gold, predicted, groups, random


def test_every_part_is_scored_on_its_own_rows_as_scikit_learn_scores_them():
    gold, predicted, groups, random = drawn(120, 30, repeats=2)
    columns = {
        "target": random.choice(["deal", "vote"], 120).tolist(),
        "language": random.choice(["fr", "en", None], 120).tolist(),
        "article": [f"a{group}" for group in groups],
        "case": random.choice(["irony", None], 120).tolist(),
    }
    found = break_down(Predictions(one_hot(gold), one_hot(predicted), groups), columns, config())
    assert list(found) == ["target", "actor", "language", "article", "case"]
    assert found["actor"] == {}
    assert set(found["language"]) == {"fr", "en"}
    for by in ("target", "language", "article", "case"):
        for value, cell in found[by].items():
            wanted = None if value == "other" else value
            rows = [row for row, own in enumerate(columns[by]) if own == wanted]
            assert (cell["n"], cell["groups"]) == (len(rows), len({*groups[rows]}))
            accuracy = np.mean([accuracy_score(gold[rows], own[rows]) for own in predicted])
            macro = np.mean([f1_score(gold[rows], own[rows], average="macro") for own in predicted])
            assert cell["metrics"]["accuracy"]["value"] == pytest.approx(accuracy)
            assert cell["metrics"]["macro_f1"]["value"] == pytest.approx(macro)
            if cell["groups"] == 1:
                assert cell["metrics"]["accuracy"]["low"] is None
            elif 0 < accuracy < 1 and cell["groups"] > 5:
                assert cell["metrics"]["accuracy"]["low"] < accuracy < cell["metrics"]["accuracy"]["high"]


def test_of_very_many_articles_none_is_scored_by_itself():
    gold, predicted, _, _ = drawn(201, 201)
    for n_articles in (200, 201):
        groups = np.minimum(np.arange(201), n_articles - 1)
        columns = {"article": [f"a{group}" for group in groups]}
        found = break_down(Predictions(one_hot(gold), one_hot(predicted), groups), columns, config())
        assert len(found["article"]) == (200 if n_articles == 200 else 0)


@pytest.mark.parametrize("n_groups", [40, 2000])
def test_intervals_are_those_of_the_bootstrap_over_all_groups_though_many_are_bundled(n_groups):
    gold, predicted, groups, _ = drawn(6000, n_groups)
    predictions = Predictions(one_hot(gold), one_hot(predicted), groups)
    cell = break_down(predictions, {"target": ["deal"] * 6000}, config())["target"]["deal"]
    low, high = percentile_interval(exact_share, resample(predictions.tallies(), 4000, 1), 0.95)
    own = cell["metrics"]["accuracy"]
    assert cell["groups"] == len({*groups}) > n_groups / 2
    assert own["high"] - own["low"] == pytest.approx(high - low, rel=0.2)
    assert (own["high"] + own["low"]) / 2 == pytest.approx((high + low) / 2, abs=0.1 * (high - low))


def test_bundles_hold_as_many_groups_each_and_every_group_is_in_one():
    from stancekit.evaluation.breakdowns import _bundled

    groups = np.arange(1000)
    bundled = _bundled(Predictions(one_hot([0] * 1000), one_hot([[0] * 1000]), groups), 1000, 0).groups
    assert np.bincount(bundled).tolist() == [5] * MOST_BUNDLES


def test_metrics_of_probabilities_are_broken_down_too():
    gold, predicted, groups, random = drawn(60, 20)
    shares = random.dirichlet(np.ones(3), (1, 60))
    columns = {"target": random.choice(["deal", "vote"], 60).tolist()}
    predictions = Predictions(one_hot(gold), one_hot(predicted), groups, probabilities=shares)
    found = break_down(predictions, columns, config(("brier", "accuracy")))["target"]
    for value, cell in found.items():
        rows = [row for row, own in enumerate(columns["target"]) if own == value]
        expected = ((shares[0][rows] - one_hot(gold[rows])) ** 2).sum(axis=1).mean()
        assert cell["metrics"]["brier"]["value"] == pytest.approx(expected)


def cell(n, value, metric="macro_f1"):
    return {"n": n, "groups": n, "metrics": {metric: {"value": value, "low": 0.0, "high": 1.0}}}


def test_the_worst_group_has_ten_examples_and_a_score():
    cells = {"a": cell(9, 0.1), "b": cell(10, 0.3), "c": cell(50, 0.2), "d": cell(20, None), "e": cell(99, 0.9)}
    found = worst_groups({"target": cells, "actor": {}}, "macro_f1")
    assert found == [{"by": "target", "value": "c", "n": 50, "score": 0.2, "low": 0.0, "high": 1.0}]


def test_of_a_single_group_none_is_the_worst():
    assert worst_groups({"language": {"fr": cell(50, 0.2), "en": cell(9, 0.1)}}, "macro_f1") == []


def test_where_lower_is_better_the_worst_is_the_highest():
    cells = {"a": cell(20, 0.9, "log_loss"), "b": cell(20, 1.2, "log_loss")}
    assert [own["value"] for own in worst_groups({"case": cells}, "log_loss")] == ["b"]


def test_hundreds_of_parts_are_scored_within_seconds():
    gold, predicted, groups, random = drawn(50_000, 20_000)
    columns = {"actor": [f"actor {code}" for code in random.integers(0, 500, 50_000)]}
    began = time.process_time()
    found = break_down(Predictions(one_hot(gold), one_hot(predicted), groups), columns, config(resamples=2000))
    assert len(found["actor"]) == 500
    assert time.process_time() - began < 10
