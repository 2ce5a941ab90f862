"""The human ceiling, by hand, by scikit-learn on all pairs of annotators, and by `stancekit agreement`."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from stancekit.config.schema import Intervals
from stancekit.corpus.agreement import measure_agreement
from stancekit.evaluation.ceiling import Annotations, measure_ceiling

METRICS = ("macro_f1", "weighted_f1", "accuracy")
PLAN = Intervals(resamples=200)


def one_hot(codes: Any, n_labels: int = 3) -> Any:
    return np.asarray(codes)[:, None] == np.arange(n_labels)


def ceiling(
    labels: Any, items: Any, groups: Any = None, annotators: int = 2, metrics: Any = METRICS, plan: Any = PLAN
) -> Any:
    items = np.asarray(items)
    own = Annotations(np.asarray(labels), items, items if groups is None else np.asarray(groups), annotators)
    return measure_ceiling(own, metrics, plan, 0)


def test_two_annotators_agree_on_two_of_three_items() -> None:
    """a, b, c against a, b, a: F1 of a and of c, in either direction, 2/3 and 0; of b 1."""
    said = ceiling(one_hot([0, 0, 1, 1, 2, 0]), [0, 0, 1, 1, 2, 2])
    assert (said["annotators"], said["items"]) == (2, 3)
    assert said["metrics"]["accuracy"]["value"] == pytest.approx(2 / 3)
    assert said["metrics"]["macro_f1"]["value"] == pytest.approx((2 / 3 + 1 + 0) / 3)


def test_with_two_annotators_it_is_the_mean_of_both_directions() -> None:
    random = np.random.default_rng(0)
    one = random.integers(0, 3, 80)
    other = np.where(random.random(80) < 0.7, one, random.integers(0, 3, 80))
    said = ceiling(one_hot(np.stack([one, other], axis=1).ravel()), np.repeat(np.arange(80), 2))["metrics"]
    macro = np.mean([f1_score(*pair, average="macro") for pair in permutations([one, other])])
    assert said["macro_f1"]["value"] == pytest.approx(macro)
    assert said["accuracy"]["value"] == pytest.approx(accuracy_score(one, other))
    for cell in said.values():
        assert cell["low"] < cell["value"] < cell["high"]


def test_three_annotators_of_every_item_are_all_their_ordered_pairs() -> None:
    random = np.random.default_rng(1)
    codes = random.integers(0, 3, (50, 3))
    gold, predicted = (np.concatenate([codes[:, pair[i]] for pair in permutations(range(3), 2)]) for i in (0, 1))
    said = ceiling(one_hot(codes.ravel()), np.repeat(np.arange(50), 3), annotators=3)["metrics"]
    assert said["macro_f1"]["value"] == pytest.approx(f1_score(gold, predicted, average="macro"))
    assert said["weighted_f1"]["value"] == pytest.approx(f1_score(gold, predicted, average="weighted"))
    assert said["accuracy"]["value"] == pytest.approx(accuracy_score(gold, predicted))


def test_accuracy_and_alpha_are_those_of_the_agreement_command() -> None:
    """Some items have two labels, some four: each item counts once."""
    random = np.random.default_rng(2)
    items = np.repeat(np.arange(40), np.where(np.arange(40) % 2, 4, 2))
    who = np.concatenate([np.arange(count) for count in np.bincount(items)])
    codes = np.where(random.random(len(items)) < 0.6, items % 3, random.integers(0, 3, len(items)))
    table = {"item": items.tolist(), "annotator": [f"p{i}" for i in who], "label": [f"l{i}" for i in codes]}
    agreement = measure_agreement(table)
    said = ceiling(one_hot(codes), items, annotators=4)
    assert said["metrics"]["accuracy"]["value"] == pytest.approx(agreement.percent.value)
    assert said["alpha"]["value"] == pytest.approx(agreement.alpha.value)


def test_items_with_one_label_count_for_nothing() -> None:
    said = ceiling(one_hot([0, 0, 1, 2]), [0, 0, 1, 2])
    assert (said["items"], said["metrics"]["accuracy"]["value"]) == (1, 1.0)
    assert ceiling(one_hot([0, 1]), [0, 1]) is None


def test_groups_are_resampled_whole() -> None:
    """Two groups, one all agreement and one all difference: a resample has 0, 1/2 or 1."""
    drawn = Intervals(method="percentile", resamples=200)
    said = ceiling(one_hot([0, 0, 1, 1, 0, 1, 1, 0]), np.repeat(np.arange(4), 2), np.repeat([3, 7], 4), plan=drawn)
    assert said["metrics"]["accuracy"] == {"value": 0.5, "low": 0.0, "high": 1.0}
    alone = ceiling(one_hot([0, 0, 1, 0]), [0, 0, 1, 1], [5, 5, 5, 5])
    assert alone["metrics"]["accuracy"] == {"value": 0.5, "low": None, "high": None}
    assert alone["alpha"]["low"] is None


def test_sets_agree_if_they_are_the_same_and_by_label_where_both_have_it() -> None:
    """{x, y} and {x}: one label in common of two and one, and the sets differ; {y} and {y} agree."""
    sets = np.array([[1, 1], [1, 0], [0, 1], [0, 1]], dtype=bool)
    said = ceiling(sets, [0, 0, 1, 1], metrics=("subset_accuracy", "micro_f1"))["metrics"]
    assert said["subset_accuracy"]["value"] == pytest.approx(0.5)
    assert said["micro_f1"]["value"] == pytest.approx(4 / 5), "2 · 2 right of 2 + 1 given and 1 + 1"


def test_metrics_that_need_scores_are_left_out() -> None:
    said = ceiling(one_hot([0, 0, 1, 1]), [0, 0, 1, 1], metrics=("accuracy", "mean_average_precision"))
    assert list(said["metrics"]) == ["accuracy"]
