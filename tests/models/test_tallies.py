"""Tallies and metrics: scikit-learn's numbers, for any sample and any resample of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    multilabel_confusion_matrix,
    precision_recall_fscore_support,
)

from stancekit.models.tallies import (
    COUNTS,
    METRICS,
    RANKING_METRICS,
    Tally,
    confusion,
    f1,
    precision,
    recall,
    tally_by_group,
)

COUNTED = {name: metric for name, metric in METRICS.items() if name not in RANKING_METRICS}
F1_AND_ACCURACY = ("macro_f1", "micro_f1", "weighted_f1", "accuracy", "subset_accuracy")


def one_hot(labels, n_labels):
    return np.asarray(labels)[:, None] == np.arange(n_labels)


def whole(gold, predicted):
    """Return the tally of all examples as one group, without a leading axis."""
    return tally_by_group(gold, predicted, np.zeros(len(gold), dtype=np.intp), 1).summed()


def random_stances(random):
    """Draw gold and predicted labels; often a label is absent from one of them, or from both."""
    n_labels, size = int(random.integers(2, 6)), int(random.integers(1, 30))
    return n_labels, *(random.choice(n_labels, size, p=random.dirichlet(np.full(n_labels, 0.4))) for _ in range(2))


@pytest.mark.parametrize("part", range(4))
def test_the_macro_average_leaves_out_the_labels_that_scikit_learn_leaves_out(part):
    for seed in range(part * 500, (part + 1) * 500):
        n_labels, gold, predicted = random_stances(np.random.default_rng(seed))
        ours = METRICS["macro_f1"](whole(one_hot(gold, n_labels), one_hot(predicted, n_labels)))
        assert ours == pytest.approx(f1_score(gold, predicted, average="macro"), rel=1e-12)


@pytest.mark.parametrize("part", range(4))
def test_stances_are_scored_as_by_scikit_learn(part):
    absent = 0
    for seed in range(part * 60, (part + 1) * 60):
        n_labels, gold, predicted = random_stances(np.random.default_rng(seed))
        tally = whole(one_hot(gold, n_labels), one_hot(predicted, n_labels))
        expected = {f"{name}_f1": f1_score(gold, predicted, average=name) for name in ("macro", "micro", "weighted")}
        expected |= dict.fromkeys(("accuracy", "subset_accuracy"), accuracy_score(gold, predicted))
        assert {name: float(METRICS[name](tally)) for name in F1_AND_ACCURACY} == pytest.approx(expected, rel=1e-12)
        each = precision_recall_fscore_support(gold, predicted, labels=range(n_labels), zero_division=np.nan)
        for metric, values in zip((precision, recall, f1), each, strict=False):
            np.testing.assert_allclose(metric(tally), values, rtol=1e-12)
        matrix = confusion(one_hot(gold, n_labels), one_hot(predicted, n_labels), "stance")
        np.testing.assert_array_equal(matrix, confusion_matrix(gold, predicted, labels=range(n_labels)))
        absent += np.isnan(f1(tally)).any()
    assert absent > 10


@pytest.mark.parametrize("part", range(2))
def test_label_sets_are_scored_as_by_scikit_learn_where_it_leaves_undefined_labels_out(part):
    absent = 0
    for seed in range(part * 80, (part + 1) * 80):
        random = np.random.default_rng(seed)
        n_labels, size = int(random.integers(2, 6)), int(random.integers(1, 20))
        shares = random.random(n_labels) * random.integers(0, 2, n_labels)
        gold, predicted = random.random((2, size, n_labels)) < shares
        tally = whole(gold, predicted)
        expected = {
            f"{name}_f1": f1_score(gold, predicted, average=name, zero_division=np.nan) for name in ("macro", "micro")
        }
        if gold.any():
            expected["weighted_f1"] = f1_score(gold, predicted, average="weighted", zero_division=np.nan)
        expected["subset_accuracy"] = accuracy_score(gold, predicted)
        for name, value in expected.items():
            np.testing.assert_allclose(METRICS[name](tally), value, rtol=1e-12, err_msg=name)
        each = precision_recall_fscore_support(gold, predicted, zero_division=np.nan)
        for metric, values in zip((precision, recall, f1), each, strict=False):
            np.testing.assert_allclose(metric(tally), values, rtol=1e-12)
        matrix = confusion(gold, predicted, "multilabel")
        np.testing.assert_array_equal(matrix, multilabel_confusion_matrix(gold, predicted))
        absent += np.isnan(f1(tally)).any()
    assert absent > 10


def test_metrics_by_hand():
    # gold a a a b b c, predicted a a b b c d: a 2 of 3 and 2, b 1 of 2 and 2, c 0 of 1 and 1, d predicted only,
    # e in neither.
    tally = whole(one_hot([0, 0, 0, 1, 1, 2], 5), one_hot([0, 0, 1, 1, 2, 3], 5))
    np.testing.assert_allclose(precision(tally), [1, 1 / 2, 0, 0, np.nan])
    np.testing.assert_allclose(recall(tally), [2 / 3, 1 / 2, 0, np.nan, np.nan])
    np.testing.assert_allclose(f1(tally), [4 / 5, 1 / 2, 0, 0, np.nan])
    scores = {name: float(METRICS[name](tally)) for name in F1_AND_ACCURACY}
    assert scores == pytest.approx(
        {
            "macro_f1": (4 / 5 + 1 / 2) / 4,
            "micro_f1": 3 / 6,
            "weighted_f1": (3 * 4 / 5 + 2 * 1 / 2) / 6,
            "accuracy": 3 / 6,
            "subset_accuracy": 3 / 6,
        }
    )


def test_a_label_set_is_right_only_if_all_of_it_is():
    gold = np.array([[1, 1, 0], [1, 0, 0], [0, 0, 0], [0, 1, 0]], dtype=bool)
    predicted = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 0], [1, 0, 0]], dtype=bool)
    tally = whole(gold, predicted)
    assert METRICS["subset_accuracy"](tally) == 2 / 4
    assert METRICS["micro_f1"](tally) == 2 * 3 / (4 + 5)
    assert METRICS["macro_f1"](tally) == pytest.approx((2 * 2 / 5 + 2 * 1 / 4) / 2)


def test_where_nothing_can_be_said_scores_are_undefined():
    nothing = whole(np.zeros((3, 2), dtype=bool), np.zeros((3, 2), dtype=bool))
    assert all(np.isnan(METRICS[name](nothing)) for name in ("macro_f1", "micro_f1", "weighted_f1"))
    assert METRICS["subset_accuracy"](nothing) == 1.0
    empty = whole(np.zeros((0, 2), dtype=bool), np.zeros((0, 2), dtype=bool))
    assert all(np.isnan(metric(empty)) for metric in COUNTED.values())


@st.composite
def grouped(draw):
    """Draw gold, predicted and groups; some groups may be empty."""
    size, n_labels, n_groups = draw(st.integers(1, 25)), draw(st.integers(1, 4)), draw(st.integers(1, 6))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    gold, predicted = random.random((2, size, n_labels)) < 0.4
    return gold, predicted, random.integers(0, n_groups, size), n_groups, random


@settings(deadline=None, max_examples=100)
@given(grouped())
def test_tallies_are_counts_of_each_groups_rows(sample):
    gold, predicted, groups, n_groups, _ = sample
    tally = tally_by_group(gold, predicted, groups, n_groups)
    for group in range(n_groups):
        own, said = gold[groups == group], predicted[groups == group]
        assert tally.both[group].tolist() == (own & said).sum(axis=0).tolist()
        assert tally.gold[group].tolist() == own.sum(axis=0).tolist()
        assert tally.predicted[group].tolist() == said.sum(axis=0).tolist()
        assert tally.exact[group] == sum(a == b for a, b in zip(own.tolist(), said.tolist(), strict=True))
        assert tally.total[group] == len(own)


def equal(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in COUNTS)


@settings(deadline=None, max_examples=100)
@given(grouped())
def test_a_resample_is_the_tally_of_its_rows_written_out_as_often_as_they_are_drawn(sample):
    gold, predicted, groups, n_groups, random = sample
    draws = random.integers(0, 4, (5, n_groups))
    resampled = tally_by_group(gold, predicted, groups, n_groups).resampled(draws.astype(float))
    for number, draw in enumerate(draws):
        rows = np.repeat(np.arange(len(gold)), draw[groups])
        one = Tally(*(getattr(resampled, name)[number] for name in COUNTS))
        assert equal(one, whole(gold[rows], predicted[rows]))
        for metric in COUNTED.values():
            np.testing.assert_array_equal(metric(resampled)[number], metric(whole(gold[rows], predicted[rows])))


@settings(deadline=None, max_examples=50)
@given(grouped())
def test_how_rows_are_grouped_does_not_change_their_sum(sample):
    gold, predicted, groups, n_groups, _ = sample
    assert equal(tally_by_group(gold, predicted, groups, n_groups).summed(), whole(gold, predicted))


def test_tallies_are_joined_one_after_the_other():
    gold, predicted = one_hot([0, 1, 1], 2), one_hot([0, 0, 1], 2)
    parts = [tally_by_group(gold[rows], predicted[rows], np.zeros(len(rows), dtype=int), 1) for rows in ([0], [1, 2])]
    assert equal(Tally.concatenated(parts), tally_by_group(gold, predicted, np.array([0, 1, 1]), 2))
