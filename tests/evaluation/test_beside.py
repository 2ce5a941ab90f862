"""The model beside its baselines: a paired difference, by hand and by resampling it the long way."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from stancekit.config.schema import Intervals
from stancekit.evaluation.beside import beside_baselines
from stancekit.evaluation.intervals import Sample
from stancekit.models.tallies import tally_by_group

RANDOM = np.random.default_rng(1)
GROUPS = np.arange(90) // 3
GOLD = RANDOM.integers(0, 3, 90)
MODEL = np.where(RANDOM.random((2, 90)) < 0.7, GOLD, RANDOM.integers(0, 3, (2, 90)))
RIVAL = np.where(RANDOM.random((2, 90)) < 0.5, MODEL, RANDOM.integers(0, 3, (2, 90)))


def tallies(predicted):
    one_hot = [np.asarray(labels)[:, None] == np.arange(3) for labels in (GOLD, *predicted)]
    return [tally_by_group(one_hot[0], own, GROUPS, 30) for own in one_hot[1:]]


def beside(model, metrics=("macro_f1",), level=0.9, **baselines):
    plan = Intervals(method="percentile", resamples=300, level=level)
    rivals = {name: None if own is None else Sample(tallies(own), plan, 5) for name, own in baselines.items()}
    return beside_baselines(Sample(tallies(model), plan, 5), rivals, metrics)


def test_the_difference_is_that_of_the_two_scores_in_the_same_resamples():
    """The long way: each resample's examples written out, and scored by scikit-learn."""
    draws = np.random.default_rng([5, 30, 300]).multinomial(30, np.full(30, 1 / 30), size=300)
    each = []
    for draw in draws:
        rows = np.repeat(np.arange(90), draw[GROUPS])
        by = [np.mean([f1_score(GOLD[rows], own[rows], average="macro") for own in said]) for said in (MODEL, RIVAL)]
        each.append((by[1], by[0] - by[1]))
    cell = beside(MODEL, other=None, rival=RIVAL)["rival"]["macro_f1"]
    own, difference = np.quantile(each, [0.05, 0.95], axis=0).T
    assert (cell["low"], cell["high"]) == pytest.approx(tuple(own))
    assert (cell["difference"]["low"], cell["difference"]["high"]) == pytest.approx(tuple(difference))
    value = [np.mean([f1_score(GOLD, own, average="macro") for own in said]) for said in (MODEL, RIVAL)]
    assert (cell["value"], cell["difference"]["value"]) == pytest.approx((value[1], value[0] - value[1]))


def test_who_says_the_same_differs_by_nothing_in_every_resample():
    said = beside(MODEL, metrics=("macro_f1", "accuracy"), same=MODEL)["same"]
    for cell in said.values():
        assert cell["difference"] == {"value": 0.0, "low": 0.0, "high": 0.0}
        assert cell["low"] < cell["value"] < cell["high"]


def test_each_baseline_is_compared_with_its_own_resamples():
    together = beside(MODEL, a=RIVAL, b=None, c=MODEL)
    assert list(together) == ["a", "b", "c"]
    assert together["b"] is None
    assert together["a"] == beside(MODEL, a=RIVAL)["a"]
    assert together["c"] == beside(MODEL, c=MODEL)["c"]


def test_a_repeat_more_or_less_of_a_baseline_shifts_nothing():
    """Test sets have one prediction, cross-validation several: each baseline's are told apart by their number."""
    alone = beside(MODEL, a=RIVAL[:1], b=RIVAL)
    assert alone["b"] == beside(MODEL, b=RIVAL)["b"]
