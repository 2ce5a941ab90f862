"""Metrics by name: scikit-learn's numbers, on random labels of which some are absent, weighted or not."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    balanced_accuracy_score,
    brier_score_loss,
    cohen_kappa_score,
    f1_score,
    hamming_loss,
    jaccard_score,
    log_loss,
    matthews_corrcoef,
    precision_score,
    recall_score,
)

from stancekit.config.metrics import LOWER_IS_BETTER, METRICS_OF
from stancekit.errors import InputError
from stancekit.models.summands import summands
from stancekit.models.tallies import METRICS, Tally, metric_of, tally_by_group

ROUNDS = 350
"""Of each part of a seeded loop."""
OF_SETS = ("macro_precision", "macro_recall", "hamming_loss", "samples_f1", "samples_jaccard")


def one_hot(codes, n_labels):
    return np.asarray(codes)[:, None] == np.arange(n_labels)


def drawn(random, n_labels):
    """Draw gold and predicted labels, of which often some or all but one are absent."""
    size = int(random.integers(1, 25))
    return [random.choice(n_labels, size, p=random.dirichlet(np.full(n_labels, 0.4))) for _ in range(2)]


def tallied(gold, predicted, weights, shares=None, metrics=()):
    """Return the tally of examples, each a group of its own, that are in as often as their weights say."""
    added = summands(metrics, gold, predicted, shares)
    by_example = tally_by_group(gold, predicted, np.arange(len(gold)), len(gold), added=added)
    one = by_example.resampled(weights[None])
    sums = {name: own[0] for name, own in one.sums.items()}
    return Tally(one.both[0], one.gold[0], one.predicted[0], one.exact[0], one.total[0], sums=sums)


def weights_of(random, size, part):
    """Return nothing but ones, whole numbers of which some are 0, or any numbers."""
    return [np.ones(size), random.integers(0, 3, size).astype(float), random.random(size)][part % 3]


def same(ours, theirs):
    np.testing.assert_allclose(float(ours), theirs, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("part", range(3))
@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true", "ignore:A single label was found")
def test_metrics_of_one_label_are_scikit_learns(part):
    absent = constant = 0
    for seed in range(part * ROUNDS, (part + 1) * ROUNDS):
        random = np.random.default_rng(seed)
        n_labels = int(random.integers(2, 6))
        gold, predicted = drawn(random, n_labels)
        weights = weights_of(random, len(gold), part)
        tally = tallied(one_hot(gold, n_labels), one_hot(predicted, n_labels), weights)
        # An example of no weight isn't there, but scikit-learn still looks at its label.
        kept = weights > 0
        if not kept.any():
            assert all(np.isnan(METRICS[name](tally)) for name in ("mcc", "cohen_kappa", "balanced_accuracy"))
            continue
        gold, predicted, weights = gold[kept], predicted[kept], weights[kept]
        own, averaged = {"sample_weight": weights}, {"average": "macro", "zero_division": np.nan}
        same(METRICS["balanced_accuracy"](tally), balanced_accuracy_score(gold, predicted, **own))
        same(METRICS["macro_recall"](tally), recall_score(gold, predicted, **averaged, **own))
        same(METRICS["macro_precision"](tally), precision_score(gold, predicted, **averaged, **own))
        if len({*gold, *predicted}) > 1:
            same(METRICS["cohen_kappa"](tally), cohen_kappa_score(gold, predicted, **own))
            same(METRICS["mcc"](tally), matthews_corrcoef(gold, predicted, **own))
        else:
            assert np.isnan(METRICS["cohen_kappa"](tally))
            assert METRICS["mcc"](tally) == 0.0
            constant += 1
        neutral = int(random.integers(n_labels))
        others = [label for label in range(n_labels) if label != neutral]
        expected = f1_score(gold, predicted, labels=others, average="macro", zero_division=0.0, **own)
        same(metric_of("f_avg", neutral)(tally), expected)
        absent += len({*gold}) < n_labels
    assert absent > 100
    assert constant > 10


@pytest.mark.parametrize("part", range(3))
def test_metrics_of_label_sets_are_scikit_learns(part):
    absent = 0
    for seed in range(part * ROUNDS, (part + 1) * ROUNDS):
        random = np.random.default_rng(seed)
        n_labels, size = int(random.integers(2, 6)), int(random.integers(1, 20))
        shares = random.random(n_labels) * random.integers(0, 2, n_labels)
        gold, predicted = random.random((2, size, n_labels)) < shares
        weights = weights_of(random, size, part)
        tally = tallied(gold, predicted, weights, metrics=OF_SETS)
        if not weights.any():
            assert all(np.isnan(METRICS[name](tally)) for name in OF_SETS)
            continue
        own = {"sample_weight": weights}
        same(METRICS["hamming_loss"](tally), hamming_loss(gold, predicted, **own))
        by_example = {"average": "samples", "zero_division": 1.0, **own}
        same(METRICS["samples_f1"](tally), f1_score(gold, predicted, **by_example))
        same(METRICS["samples_jaccard"](tally), jaccard_score(gold, predicted, **by_example))
        averaged = {"average": "macro", "zero_division": np.nan, **own}
        same(METRICS["macro_recall"](tally), recall_score(gold, predicted, **averaged))
        same(METRICS["macro_precision"](tally), precision_score(gold, predicted, **averaged))
        absent += not gold.any(axis=0).all()
    assert absent > 100


@pytest.mark.parametrize("part", range(3))
def test_metrics_of_probabilities_are_scikit_learns(part):
    for seed in range(part * ROUNDS, (part + 1) * ROUNDS):
        random = np.random.default_rng(seed)
        n_labels = int(random.integers(3, 6))
        gold, _ = drawn(random, n_labels)
        shares = random.dirichlet(np.full(n_labels, 0.3), len(gold))
        if seed % 5 == 0:
            shares = one_hot(random.integers(n_labels, size=len(gold)), n_labels).astype(float)
        weights = weights_of(random, len(gold), part)
        if not weights.any():
            continue
        truth = one_hot(gold, n_labels)
        tally = tallied(truth, truth, weights, shares, ("log_loss", "brier"))
        own = {"sample_weight": weights, "labels": range(n_labels)}
        same(METRICS["log_loss"](tally), log_loss(gold, shares, **own))
        same(METRICS["brier"](tally), brier_score_loss(gold, shares, scale_by_half=False, **own))


@pytest.mark.parametrize("part", range(2))
def test_the_calibration_error_is_that_of_scikit_learns_calibration_curve(part):
    """`calibration_curve` gives the bins' hits and confidences; how many examples a bin has is counted here."""
    for seed in range(part * 200, (part + 1) * 200):
        random = np.random.default_rng(seed)
        gold, shares = random.integers(3, size=40), random.dirichlet(np.full(3, 0.5), 40)
        confidence, hits = shares.max(axis=1), gold == shares.argmax(axis=1)
        curve = calibration_curve(hits, confidence, n_bins=15, strategy="uniform")
        inside = np.ceil(confidence * 15).astype(int)
        sizes = np.bincount(inside)[np.unique(inside)]
        expected = (sizes * np.abs(curve[0] - curve[1])).sum() / 40
        truth = one_hot(gold, 3)
        tally = tallied(truth, truth, np.ones(40), shares, ("expected_calibration_error",))
        same(METRICS["expected_calibration_error"](tally), expected)


def test_the_calibration_error_by_hand():
    # Bins of 1/15: 0.6 is the upper end of the ninth and in it, with 0.55; 0.95 and 1.0 are in the last one.
    shares = np.array([[0.55, 0.45], [0.6, 0.4], [0.05, 0.95], [0.0, 1.0]])
    gold = one_hot([0, 1, 1, 1], 2)
    tally = tallied(gold, gold, np.ones(4), shares, ("expected_calibration_error",))
    expected = (abs(1 - (0.55 + 0.6)) + abs(2 - (0.95 + 1.0))) / 4
    same(METRICS["expected_calibration_error"](tally), expected)
    # Weighted, the bin's sums are: the second example twice, the first not at all.
    tally = tallied(gold, gold, np.array([0.0, 2.0, 1.0, 1.0]), shares, ("expected_calibration_error",))
    same(METRICS["expected_calibration_error"](tally), (2 * 0.6 + 0.05) / 4)


def test_metrics_of_agreement_by_hand():
    # gold a a a b b c, predicted a a b b c c: four of six right.
    gold, predicted = one_hot([0, 0, 0, 1, 1, 2], 4), one_hot([0, 0, 1, 1, 2, 2], 4)
    tally = tallied(gold, predicted, np.ones(6))
    scores = {name: float(METRICS[name](tally)) for name in ("balanced_accuracy", "macro_precision", "cohen_kappa")}
    by_chance = (3 * 2 + 2 * 2 + 1 * 2) / 36
    assert scores == pytest.approx(
        {
            "balanced_accuracy": (2 / 3 + 1 / 2 + 1) / 3,
            "macro_precision": (1 + 1 / 2 + 1 / 2) / 3,
            "cohen_kappa": (4 / 6 - by_chance) / (1 - by_chance),
        }
    )
    spreads = (36 - (9 + 4 + 1)) * (36 - (4 + 4 + 4))
    assert METRICS["mcc"](tally) == pytest.approx((4 * 6 - (6 + 4 + 2)) / spreads**0.5)


def test_brier_is_summed_over_labels_so_that_the_worst_is_two():
    gold = one_hot([0, 1], 3)
    for shares, expected in (([[0, 1, 0], [0, 0, 1]], 2.0), ([[1, 0, 0], [0, 1, 0]], 0.0), ([[0.5, 0.5, 0]] * 2, 0.5)):
        tally = tallied(gold, gold, np.ones(2), np.array(shares, dtype=float), ("brier",))
        assert METRICS["brier"](tally) == expected


def test_without_probabilities_their_metrics_are_not_defined():
    gold = one_hot([0, 1], 2)
    tally = tallied(gold, gold, np.ones(2), None, ("log_loss", "brier", "expected_calibration_error"))
    assert all(np.isnan(METRICS[name](tally)) for name in ("log_loss", "brier", "expected_calibration_error"))


def test_sums_stay_beside_counts_when_tallies_are_joined_or_summed():
    gold, shares = one_hot([0, 1, 1], 2), np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])
    names = ("brier", "expected_calibration_error")
    added = summands(names, gold, gold, shares)
    parts = [
        tally_by_group(gold[rows], gold[rows], np.zeros(len(rows), dtype=int), 1,
                       added={name: own[rows] for name, own in added.items()})
        for rows in ([0], [1, 2])
    ]  # fmt: skip
    joined = Tally.concatenated(parts).summed()
    whole = tallied(gold, gold, np.ones(3), shares, names)
    for name in names:
        same(METRICS[name](joined), METRICS[name](whole))


@pytest.mark.parametrize(
    ("favor", "neutral", "expected"),
    [
        # gold A A N, predicted A N N: F1 of A is 2/3; B is in neither and counts as 0.
        ((0, 0, 2), (0, 2, 2), (2 / 3 + 0) / 2),
        # B is predicted only: 0, too.
        ((0, 0, 2), (0, 1, 2), (2 / 3 + 0) / 2),
    ],
)
def test_f_avg_counts_a_label_without_gold_as_nothing(favor, neutral, expected):
    tally = tallied(one_hot(favor, 3), one_hot(neutral, 3), np.ones(3))
    assert metric_of("f_avg", 2)(tally) == pytest.approx(expected)


def test_f_avg_needs_a_neutral_label():
    with pytest.raises(InputError, match="f_avg"):
        metric_of("f_avg")


SCORER = Path(os.environ.get("STANCEKIT_DATA", ".")) / "scorers" / "semeval2016"


@pytest.mark.skipif(not SCORER.is_dir(), reason="STANCEKIT_DATA names no folder with scorers/semeval2016")
@pytest.mark.parametrize("case", ["typical", "no_gold_favor", "no_favor_predicted"])
def test_f_avg_is_that_of_the_official_scorer(case):
    labels = ("FAVOR", "AGAINST", "NONE")

    def read(name):
        lines = (SCORER / case / name).read_text(encoding="utf-8").splitlines()[1:]
        return one_hot([labels.index(line.split("\t")[3]) for line in lines], 3)

    gold, predicted = read("gold.txt"), read("pred.txt")
    expected = json.loads((SCORER / case / "expected.json").read_text(encoding="utf-8"))
    tally = tallied(gold, predicted, np.ones(len(gold)))
    assert round(float(metric_of("f_avg", 2)(tally)), 4) == expected["f_avg"]


@pytest.mark.parametrize("kind", METRICS_OF)
def test_every_metric_of_a_config_can_be_had_and_says_which_way_is_better(kind):
    """Of two predictions the right one is the better by every metric, and by losses that is the lower."""
    gold, wrong = one_hot([0, 1, 2, 0], 3), one_hot([1, 2, 0, 2], 3)
    for name in METRICS_OF[kind]:
        if name == "mean_average_precision":
            continue
        good, bad = (
            float(metric_of(name, 1)(tallied(gold, said, np.ones(4), 0.8 * said + 0.1 * ~said, (name,))))
            for said in (gold, wrong)
        )
        assert (good < bad) == (name in LOWER_IS_BETTER), name
        assert good != bad, name
