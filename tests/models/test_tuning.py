"""Tuned decisions: the best offsets there are, and none where nothing is to be had."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score

from stancekit.models import tuning
from stancekit.models.decision import decide
from stancekit.models.tallies import METRICS, tally_by_group
from stancekit.models.tuning import mean_offsets, tune_offsets

THEIRS = {
    "macro_f1": lambda gold, said: f1_score(gold, said, average="macro", zero_division=np.nan),
    "micro_f1": lambda gold, said: f1_score(gold, said, average="micro", zero_division=0.0),
    "accuracy": accuracy_score,
    "subset_accuracy": accuracy_score,
}


def drawn(seed, size=12, labels=2, kind="stance"):
    random = np.random.default_rng(seed)
    if kind == "multilabel":
        gold = random.random((size, labels)) < 0.4
    else:
        gold = np.r_[np.arange(labels), random.integers(0, labels, size - labels)][:, None] == np.arange(labels)
    return random.normal(size=(size, labels)) + gold * 0.8 + random.normal(size=labels), gold


def value(scores, offsets, gold, kind, metric):
    said = decide(scores + offsets, kind)
    if kind == "stance":
        return THEIRS[metric](gold.argmax(axis=1), said.argmax(axis=1))
    return THEIRS[metric](gold, said)


def between(margins):
    """Return a number below, between and above any two margins."""
    ordered = np.sort(np.unique(margins))
    return [ordered[0] - 1.0, *((low + high) / 2 for low, high in pairwise(ordered)), ordered[-1] + 1.0]


@pytest.mark.parametrize("metric", ["macro_f1", "accuracy"])
@pytest.mark.parametrize("seed", range(15))
def test_of_two_labels_it_is_the_best_of_all_thresholds(seed, metric):
    scores, gold = drawn(seed)
    best = max(value(scores, [own, 0.0], gold, "stance", metric) for own in between(scores[:, 1] - scores[:, 0]))
    offsets = tune_offsets(scores, gold, "stance", METRICS[metric])
    assert value(scores, offsets, gold, "stance", metric) == pytest.approx(best, abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_of_label_sets_it_is_the_best_of_all_combinations_of_thresholds(seed):
    scores, gold = drawn(seed, 8, 2, "multilabel")
    gold[:2] = [[True, False], [False, True]]
    tried = product(*(between(-own) for own in scores.T))
    best = max(value(scores, own, gold, "multilabel", "macro_f1") for own in tried)
    offsets = tune_offsets(scores, gold, "multilabel", METRICS["macro_f1"])
    assert value(scores, offsets, gold, "multilabel", "macro_f1") == pytest.approx(best, abs=1e-12)


@pytest.mark.parametrize(
    ("kind", "metric"),
    [("stance", "macro_f1"), ("stance", "accuracy"), ("multilabel", "micro_f1"), ("multilabel", "subset_accuracy")],
)
@pytest.mark.parametrize("seed", range(6))
def test_no_change_of_one_offset_makes_it_better(seed, kind, metric):
    scores, gold = drawn(seed, 20, 3, kind)
    offsets = tune_offsets(scores, gold, kind, METRICS[metric])
    reached = value(scores, offsets, gold, kind, metric)
    assert reached >= value(scores, np.zeros(3), gold, kind, metric) - 1e-12
    for label in range(3):
        others = np.delete(scores + offsets, label, axis=1).max(axis=1) if kind == "stance" else 0.0
        for own in between(others - scores[:, label]):
            other = offsets.copy()
            other[label] = own
            assert value(scores, other, gold, kind, metric) <= reached + 1e-12


def test_where_nothing_is_to_be_had_nothing_is_shifted():
    scores, gold = np.eye(3) * 2.0, np.eye(3, dtype=bool)
    assert tune_offsets(scores, gold, "stance", METRICS["macro_f1"]).tolist() == [0.0, 0.0, 0.0]
    assert tune_offsets(scores - 1.0, gold, "multilabel", METRICS["micro_f1"]).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_of_offsets_as_good_the_smallest_is_taken(sign):
    """By hand: beyond 1 and up to 5 three of four are right, beyond 6 and up to 9 as well."""
    scores = sign * np.array([[1.0, 0.0], [5.0, 0.0], [6.0, 0.0], [9.0, 0.0]])
    second = np.array([True, False, True, False]) == (sign > 0)
    offsets = tune_offsets(scores, np.stack([~second, second], axis=1), "stance", METRICS["accuracy"])
    assert offsets.tolist() == [-3.0 * sign, 0.0]


def test_equal_scores_are_not_told_apart_by_rounding():
    scores = np.array([[0.1 + 0.2, 0.3], [0.3, 0.1 + 0.2]] * 3)
    gold = np.array([[True, False], [False, True]] * 3)
    offsets = tune_offsets(scores, gold, "stance", METRICS["macro_f1"])
    assert offsets.tolist() == [0.0, 0.0]


@settings(deadline=None, max_examples=60)
@given(
    scores=st.lists(st.tuples(*[st.floats(-50, 50, width=16)] * 3), min_size=3, max_size=12),
    kind=st.sampled_from(["stance", "multilabel"]),
    seed=st.integers(0, 9),
)
def test_what_is_tuned_is_never_worse_than_what_is_not(scores, kind, seed):
    values = np.array(scores)
    gold = drawn(seed, len(scores), 3, kind)[1]
    for metric in ("macro_f1", "micro_f1", "weighted_f1", "accuracy"):
        offsets = tune_offsets(values, gold, kind, METRICS[metric])
        assert np.isfinite(offsets).all()
        tallies = [
            tally_by_group(gold, decide(values + own, kind), np.zeros(len(gold), dtype=int), 1).summed()
            for own in (np.zeros(3), offsets)
        ]
        before, after = (float(METRICS[metric](own)) for own in tallies)
        assert np.isnan(before) or after >= before - 1e-12


def test_the_mean_is_over_the_optima_without_each_fold():
    scores, gold = drawn(3, 60, 3)
    scores[:, 0] += 1.0
    folds = np.arange(60) % 4
    own = [tune_offsets(scores[folds != fold], gold[folds != fold], "stance", METRICS["macro_f1"]) for fold in range(4)]
    expected = np.mean([offsets - offsets.mean() for offsets in own], axis=0)
    found = mean_offsets(scores, gold, folds.astype(np.int32), "stance", METRICS["macro_f1"])
    assert expected.any()
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_a_mean_that_is_no_better_than_nothing_is_nothing(monkeypatch):
    """What is best without either fold need not be good for both: as if it were 5 for the wrong label."""
    monkeypatch.setattr(tuning, "tune_offsets", lambda *_, **__: np.array([5.0, -5.0]))
    scores, gold = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[False, True], [True, False]])
    folds = np.array([0, 1], dtype=np.int32)
    assert mean_offsets(scores, gold, folds, "stance", METRICS["accuracy"]).tolist() == [0.0, 0.0]
    assert mean_offsets(scores, ~gold, folds, "stance", METRICS["micro_f1"]).tolist() == [5.0, -5.0]


def test_offsets_of_label_sets_are_not_centred():
    scores = np.array([[3.0, 1.0], [2.0, -2.0], [1.0, -3.0]] * 2)
    gold = np.array([[True, True], [False, False], [False, False]] * 2)
    found = mean_offsets(scores, gold, np.array([0, 0, 0, 1, 1, 1], dtype=np.int32), "multilabel", METRICS["macro_f1"])
    assert found.tolist() == [-2.5, 0.0]


# Directed pairs: the middle label and the last are each other's reverse

REVERSAL = (0, 2, 1)


@pytest.mark.parametrize("metric", ["macro_f1", "accuracy"])
@pytest.mark.parametrize("seed", range(10))
def test_of_a_label_and_its_reverse_the_offset_they_share_is_the_best_there_is(seed, metric):
    """With one other label only the difference of two offsets counts: all of them are tried."""
    scores, gold = drawn(seed, 14, 3)
    tried = between(scores[:, 0] - scores[:, 1:].max(axis=1))
    best = max(value(scores, [0.0, own, own], gold, "directed_pair", metric) for own in tried)
    offsets = tune_offsets(scores, gold, "directed_pair", METRICS[metric], reversal=REVERSAL)
    assert offsets[1] == offsets[2]
    assert value(scores, offsets, gold, "directed_pair", metric) == pytest.approx(best, abs=1e-12)


def test_two_labels_that_are_each_others_reverse_have_nothing_to_tune():
    scores, gold = drawn(0, 20, 2)
    scores[:, 0] += 2.0
    assert tune_offsets(scores, gold, "stance", METRICS["macro_f1"]).any()
    assert tune_offsets(scores, gold, "directed_pair", METRICS["macro_f1"], reversal=(1, 0)).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("seed", range(5))
def test_which_way_round_a_pair_was_written_changes_no_offset(seed):
    scores, gold = drawn(seed, 60, 3)
    scores[:, 0] += 1.0
    folds, turned = (np.arange(60) % 4).astype(np.int32), np.arange(60) % 3 == 0
    order = np.where(turned[:, None], REVERSAL, (0, 1, 2))
    other = np.take_along_axis(scores, order, axis=1), np.take_along_axis(gold, order, axis=1)
    one, two = (mean_offsets(*own, folds, "directed_pair", METRICS["macro_f1"], REVERSAL)
                for own in ((scores, gold), other))  # fmt: skip
    assert one.any()
    assert one[1] == one[2]
    assert one.mean() == pytest.approx(0.0, abs=1e-12)
    np.testing.assert_allclose(two, one, atol=1e-12)
