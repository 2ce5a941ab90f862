"""Calibration: the curves of Platt and of isotonic regression, as others fit them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.isotonic import IsotonicRegression

from stancekit.models.calibration import Sigmoids, fit_calibration
from stancekit.models.decision import log_probabilities


def drawn(seed=0, size=200, labels=3):
    """Return scores that say something of the labels, and the labels, one for each example."""
    random = np.random.default_rng(seed)
    codes = random.integers(0, labels, size)
    gold = codes[:, None] == np.arange(labels)
    return random.normal(size=(size, labels)) * 3.0 + 4.0 * gold - 1.0, gold


class ScoresThemselves(ClassifierMixin, BaseEstimator):
    """An estimator whose decision values are what it is given."""

    def fit(self, _, y):
        self.classes_ = np.unique(y)
        return self

    def decision_function(self, X):
        return X

    def predict(self, X):
        return self.classes_[X.argmax(axis=1)]


@pytest.mark.parametrize("seed", range(4))
def test_platt_minimises_the_log_loss_to_his_softened_targets(seed):
    scores, gold = drawn(seed, 80)
    found = fit_calibration("platt", scores, gold)
    for label in range(3):
        own = gold[:, label]
        targets = np.where(own, (own.sum() + 1) / (own.sum() + 2), 1 / ((~own).sum() + 2))

        def loss(line, at=scores[:, label], targets=targets):
            odds = line[0] * at + line[1]
            return float(np.sum(targets * np.logaddexp(0, -odds) + (1 - targets) * np.logaddexp(0, odds)))

        theirs = minimize(loss, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})
        np.testing.assert_allclose([found.slopes[label], found.intercepts[label]], theirs.x, atol=1e-6)


def test_probabilities_of_platt_are_those_of_scikit_learn():
    scores, gold = drawn()
    new = drawn(9)[0] * 1.5
    stub = ScoresThemselves().fit(scores, gold.argmax(axis=1))
    theirs = CalibratedClassifierCV(FrozenEstimator(stub), method="sigmoid").fit(scores, gold.argmax(axis=1))
    shares = np.exp(log_probabilities(fit_calibration("platt", scores, gold).log_odds(new)))
    np.testing.assert_allclose(shares, theirs.predict_proba(new), atol=1e-4)


def test_isotonic_curves_are_those_of_scikit_learn():
    scores, gold = drawn()
    new = np.sort(drawn(9)[0] * 2.0, axis=0)
    shares = expit(fit_calibration("isotonic", scores, gold).log_odds(new))
    for label in range(3):
        curve = IsotonicRegression(y_min=1 / 202, y_max=201 / 202, out_of_bounds="clip")
        curve.fit(scores[:, label], gold[:, label])
        np.testing.assert_allclose(shares[:, label], curve.predict(new[:, label]), rtol=1e-12)


def test_an_isotonic_curve_by_hand():
    """Where a higher score had no label, both share the mean; ends are 1/6 and 5/6 of four examples."""
    scores, gold = np.array([[3.0], [1.0], [2.0], [4.0]]), np.array([[False], [False], [True], [True]])
    curve = fit_calibration("isotonic", scores, gold)
    np.testing.assert_allclose(expit(curve.log_odds(np.array([[0.0], [1.5], [2.5], [9.0]])))[:, 0],
                               [1 / 6, 1 / 3, 1 / 2, 5 / 6])  # fmt: skip


@pytest.mark.parametrize("method", ["platt", "isotonic"])
@pytest.mark.parametrize("labels", [[True] * 4, [False] * 4, [True, False] * 2])
def test_scores_that_are_all_the_same_give_every_example_the_same_probability(method, labels):
    gold = np.array(labels)[:, None]
    found = fit_calibration(method, np.full((4, 1), 3.0), gold).log_odds(np.array([[-9.0], [3.0], [9.0]]))
    assert np.isfinite(found).all()
    assert len(np.unique(found.round(9))) == 1
    if sum(labels) == 2:
        np.testing.assert_allclose(expit(found), 0.5)


@settings(deadline=None, max_examples=100)
@given(
    scores=st.lists(st.floats(-1e9, 1e9, allow_subnormal=False), min_size=2, max_size=30),
    seed=st.integers(0, 99),
    method=st.sampled_from(["platt", "isotonic"]),
)
def test_probabilities_are_never_0_nor_1_where_the_examples_were(scores, seed, method):
    at = np.array(scores)[:, None]
    gold = np.random.default_rng(seed).random((len(scores), 1)) < 0.5
    odds = fit_calibration(method, at, gold).log_odds(at)
    assert np.isfinite(odds).all()
    if method == "isotonic":
        assert (expit(odds) > 0.0).all()
        assert (expit(odds) < 1.0).all()
        order = np.argsort(at[:, 0])
        assert (np.diff(odds[order, 0]) >= 0.0).all()


def test_scores_on_another_scale_have_the_same_probabilities():
    scores, gold = drawn()
    usual, other = (fit_calibration("platt", own, gold).log_odds(own) for own in (scores, scores * 1e6 - 5e6))
    np.testing.assert_allclose(usual, other, atol=1e-6)


def test_sigmoids_are_lines_of_log_odds():
    line = Sigmoids(np.array([2.0, -1.0]), np.array([0.5, 0.0]))
    assert line.log_odds(np.array([[1.0, 3.0]])).tolist() == [[2.5, -3.0]]


@pytest.mark.parametrize("method", ["platt", "isotonic"])
def test_a_label_and_its_reverse_are_calibrated_alike_on_the_examples_of_both(method):
    """By hand: as the two columns one after the other would be, under one label."""
    scores, gold = drawn(3, 50)
    found = fit_calibration(method, scores, gold, (0, 2, 1))
    apart = fit_calibration(method, scores, gold)
    together = fit_calibration(
        method, np.r_[scores[:, 1], scores[:, 2]][:, None], np.r_[gold[:, 1], gold[:, 2]][:, None]
    )
    new = drawn(4, 30)[0]
    odds = found.log_odds(new)
    assert odds[:, 0].tobytes() == apart.log_odds(new)[:, 0].tobytes()
    assert not np.allclose(odds[:, 1], apart.log_odds(new)[:, 1])
    for label in (1, 2):
        np.testing.assert_allclose(odds[:, label], together.log_odds(new[:, [label]])[:, 0], rtol=1e-9)
    turned = found.log_odds(np.ascontiguousarray(new[:, [0, 2, 1]]))
    assert turned.tobytes() == np.ascontiguousarray(odds[:, [0, 2, 1]]).tobytes()
