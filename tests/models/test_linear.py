"""Linear models: the numbers of scikit-learn's one-vs-rest, as arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import LinearSVC

from stancekit.config.schema import Model
from stancekit.models.linear import LinearModel, fit_linear


def random_problem(seed, n_labels=3, n=60, n_features=40):
    random = np.random.default_rng(seed)
    matrix = sparse.random_array((n, n_features), density=0.2, rng=random, format="csr")
    labels = random.choice(n_labels, n)
    labels[:n_labels] = np.arange(n_labels)
    # liblinear takes 32-bit indices.
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return matrix, labels


def scikit_learns(kind, C, class_weight):
    if kind == "linear_svc":
        return LinearSVC(C=C, class_weight=class_weight, dual=False, max_iter=10_000)
    return LogisticRegression(C=C, class_weight=class_weight, solver="liblinear", max_iter=1000)


@pytest.mark.parametrize("class_weight", ["balanced", None])
@pytest.mark.parametrize("C", [0.1, 1.0, 30.0])
@pytest.mark.parametrize("kind", ["logistic_regression", "linear_svc"])
def test_one_vs_rest_has_the_coefficients_of_scikit_learn(kind, C, class_weight):
    matrix, labels = random_problem(0)
    spec = Model(kind=kind, C=C, class_weight=class_weight)
    fitted = fit_linear(matrix, labels[:, None] == np.arange(3), spec, seed=0)
    theirs = OneVsRestClassifier(scikit_learns(kind, C, class_weight)).fit(matrix, labels)
    for row, estimator in enumerate(theirs.estimators_):
        np.testing.assert_allclose(fitted.coefficients[row], estimator.coef_[0], rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(fitted.intercepts[row], estimator.intercept_[0], rtol=1e-10)
    np.testing.assert_allclose(fitted.scores(matrix), theirs.decision_function(matrix), rtol=1e-10, atol=1e-12)
    assert (fitted.coefficients.shape, fitted.intercepts.shape, fitted.unconverged) == ((3, 40), (3,), ())


@settings(deadline=None, max_examples=25)
@given(
    st.integers(0, 10_000), st.sampled_from(["logistic_regression", "linear_svc"]), st.sampled_from([0.01, 1.0, 10.0])
)
def test_label_sets_are_one_problem_for_each_label(seed, kind, C):
    matrix, _ = random_problem(seed)
    labels = np.random.default_rng(seed).random((60, 4)) < 0.4
    labels[0], labels[1] = True, False
    fitted = fit_linear(matrix, labels, Model(kind=kind, C=C), seed=0)
    theirs = OneVsRestClassifier(scikit_learns(kind, C, "balanced")).fit(matrix, labels.astype(int))
    np.testing.assert_allclose(fitted.scores(matrix), theirs.decision_function(matrix), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("kind", ["logistic_regression", "linear_svc"])
def test_a_fit_does_not_depend_on_the_seed_nor_on_the_fits_before_it(kind):
    (matrix, labels), (other, _) = random_problem(3), random_problem(4)
    gold = labels[:, None] == np.arange(3)
    first = fit_linear(matrix, gold, Model(kind=kind), seed=1)
    fit_linear(other, gold, Model(kind=kind), seed=9)
    again = fit_linear(matrix, gold, Model(kind=kind), seed=2)
    assert first.coefficients.tobytes() == again.coefficients.tobytes()
    assert first.intercepts.tobytes() == again.intercepts.tobytes()


def test_scores_are_a_product_and_a_sum():
    model = LinearModel(np.array([[1.0, -2.0], [0.5, 0.0]]), np.array([0.25, -1.0]))
    matrix = sparse.csr_array(np.array([[2.0, 1.0], [0.0, 0.0]]))
    assert model.scores(matrix).tolist() == [[0.25, 0.0], [0.25, -1.0]]
    assert model.scores(matrix[:0]).shape == (0, 2)
