"""Decisions and probabilities: what is most probable is what is chosen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from stancekit.config.model import Model
from stancekit.models.decision import decide, probabilities

SCORES = arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.floats(-1e300, 1e300))
USUAL = arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.floats(-20, 20))


@settings(deadline=None, max_examples=150)
@given(SCORES)
def test_a_stance_is_one_label_and_the_first_of_the_highest(scores):
    chosen = decide(scores, "stance")
    assert chosen.shape == scores.shape
    for row, own in zip(scores.tolist(), chosen.tolist(), strict=True):
        assert own == [i == row.index(max(row)) for i in range(len(row))]


@settings(deadline=None, max_examples=100)
@given(SCORES)
def test_a_label_set_is_every_label_above_zero(scores):
    assert decide(scores, "multilabel").tolist() == [[score > 0 for score in row] for row in scores.tolist()]


def test_a_score_of_zero_is_not_above_zero():
    assert decide(np.array([[0.0, -0.0, 5e-324]]), "multilabel").tolist() == [[False, False, True]]


@settings(deadline=None, max_examples=150)
@given(USUAL)
def test_probabilities_are_the_logistic_function_by_its_definition(scores):
    own = 1.0 / (1.0 + np.exp(-scores))
    np.testing.assert_allclose(probabilities(scores, "multilabel"), own, rtol=1e-13)
    np.testing.assert_allclose(probabilities(scores, "stance"), own / own.sum(axis=1, keepdims=True), rtol=1e-13)


@settings(deadline=None, max_examples=150)
@given(SCORES)
def test_probabilities_are_numbers_that_add_up_however_extreme_the_scores(scores):
    shares = probabilities(scores, "stance")
    assert np.isfinite(shares).all()
    assert (shares >= 0.0).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-12)
    chosen = decide(scores, "stance")
    np.testing.assert_array_equal(shares[chosen], shares.max(axis=1))
    assert np.isfinite(probabilities(scores, "multilabel")).all()


@settings(deadline=None, max_examples=150)
@given(SCORES, st.sampled_from(["logistic_regression", "complement_nb"]))
def test_the_most_probable_label_is_the_one_that_is_chosen(scores, model):
    first = probabilities(scores, "stance", Model(kind=model)).argmax(axis=1)
    np.testing.assert_array_equal(first, scores.argmax(axis=1))
    likely = probabilities(scores, "multilabel") > 0.5
    np.testing.assert_array_equal(likely, decide(scores, "multilabel"))


def test_labels_whose_scores_differ_by_less_than_probabilities_can_are_still_told_apart():
    scores = np.array([[41.0, 45.0, -3.0], [1e-17, 2e-17, -9.0], [2.0, np.nextafter(2.0, 3.0), 1.0]])
    shares = probabilities(scores, "stance")
    assert shares.argmax(axis=1).tolist() == [1, 1, 1]
    np.testing.assert_allclose(shares[:, 0], shares[:, 1], rtol=1e-15)
    assert (probabilities(np.array([[1e-17, -1e-17]]), "multilabel") > 0.5).tolist() == [[True, False]]


@pytest.mark.parametrize("kind", ["stance", "multilabel"])
def test_no_examples_are_no_decisions(kind):
    assert decide(np.zeros((0, 3)), kind).shape == probabilities(np.zeros((0, 3)), kind).shape == (0, 3)


@pytest.mark.parametrize("model", ["multinomial_logistic_regression", "complement_nb"])
def test_scores_of_models_that_decide_between_labels_are_logarithms(model):
    scores = np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 4.0]]) + 700.0
    expected = [[0.125, 0.25, 0.625], [0.3, 0.3, 0.4]]
    np.testing.assert_allclose(probabilities(scores, "stance", Model(kind=model)), expected, rtol=1e-12)
