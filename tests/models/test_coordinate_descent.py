"""Coordinate descent for several labels: the conditions of an optimum, and liblinear's solutions."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from stancekit import read_examples
from stancekit.config.features import Block
from stancekit.config.model import Model
from stancekit.features import compiling
from stancekit.features.blocks import fit_features
from stancekit.features.counts import count_blocks
from stancekit.models import coordinate_descent, solvers
from stancekit.models.condensed import Prepared
from stancekit.models.coordinate_descent import LABELS_AT_ONCE, fit_by_descent
from stancekit.models.linear import fit_linear

LOSSES = ("squared_hinge", "logistic")


def problem(seed, n_labels, n=50):
    """Return a matrix with private and equal features, empty rows and rows twice, labels, and a cost for each."""
    random = np.random.default_rng(seed)
    shared = sparse.random_array((n, 30), density=0.15, rng=random)
    private = sparse.diags_array(random.random(n) * (random.random(n) < 0.5))
    matrix = sparse.csr_array(sparse.hstack([shared, private, shared[:, :5]]))
    matrix = sparse.csr_array(matrix[np.append(np.arange(n), [3, 3, 4])])
    matrix = sparse.csr_array(sparse.vstack([matrix, sparse.csr_array((2, matrix.shape[1]))]))
    labels = random.random((matrix.shape[0], n_labels)) < random.uniform(0.1, 0.9, n_labels)
    labels[0], labels[1] = True, False
    return matrix, labels, random.lognormal(0.0, 1.5, labels.shape)


def descended(matrix, labels, costs, loss, **limits):
    """Return coefficients of all features, intercepts, signed alphas and whether it converged."""
    small = Prepared(matrix.copy()).condensed
    found = fit_by_descent(small, labels, costs, loss, **limits)
    expanded = [small.expand(*own) for own in zip(found.weights, found.per_row, strict=True)]
    return np.stack(expanded), found.intercepts, found.per_row, found.converged


def best_alphas(margins, costs, loss):
    """Return minus the derivative of the loss: at the optimum it is the alpha that the margins come from."""
    return 2.0 * costs * np.maximum(0.0, 1.0 - margins) if loss == "squared_hinge" else costs / (1.0 + np.exp(margins))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 3), st.sampled_from(LOSSES))
def test_where_it_ends_no_alpha_can_be_better(seed, n_labels, loss):
    matrix, labels, costs = problem(seed, n_labels)
    coefficients, intercepts, per_row, converged = descended(
        matrix, labels, costs, loss, tolerance=1e-9, most_passes=100_000
    )
    assert converged
    np.testing.assert_allclose(coefficients, per_row @ matrix, atol=1e-9)
    np.testing.assert_allclose(intercepts, per_row.sum(axis=1), atol=1e-9)
    sign = np.where(labels, 1.0, -1.0)
    margins = sign * (matrix @ coefficients.T + intercepts)
    np.testing.assert_allclose(sign * per_row.T, best_alphas(margins, costs, loss), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("n_labels", [1, 2, 5, LABELS_AT_ONCE])
def test_it_finds_what_liblinear_finds(n_labels, loss):
    matrix, labels, costs = problem(n_labels, n_labels)
    coefficients, intercepts, _, _ = descended(matrix, labels, costs, loss, tolerance=1e-10, most_passes=100_000)
    for label in range(n_labels):
        if loss == "logistic":
            theirs = LogisticRegression(solver="liblinear", max_iter=10_000, tol=1e-11)
        else:
            theirs = LinearSVC(dual=False, max_iter=100_000, tol=1e-11)
        theirs.fit(matrix, labels[:, label], sample_weight=costs[:, label])
        np.testing.assert_allclose(coefficients[label], theirs.coef_[0], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(intercepts[label], theirs.intercept_[0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_label_beside_others_is_the_label_alone(loss):
    matrix, labels, costs = problem(11, 3)
    limits = {"tolerance": 1e-10, "most_passes": 100_000}
    together = descended(matrix, labels, costs, loss, **limits)[0]
    for label in range(3):
        alone = descended(matrix, labels[:, [label]], costs[:, [label]], loss, **limits)[0]
        np.testing.assert_allclose(alone[0], together[label], atol=1e-8)


@pytest.mark.parametrize("kind", ["linear_svc", "logistic_regression"])
def test_on_real_sentences_scores_are_within_a_thousandth_of_liblinears(repository, kind):
    table = read_examples(repository / "data" / "sahel" / "examples.jsonl")
    names, codes = np.unique(np.array(table["label"]), return_inverse=True)
    blocks = [Block(field="text", ngrams=(1, 2)), Block(field="text", analyzer="char_wb", ngrams=(2, 4))]
    counted = count_blocks({"text": list(table["text"])}, blocks)
    matrix = fit_features(counted, blocks, np.arange(len(codes)))[1]
    labels = codes[:, None] == np.arange(len(names))
    for C in (0.1, 1.0, 10.0):
        ours = fit_linear(matrix, labels, Model(kind=kind, C=C), seed=0)
        assert ours.unconverged == ()
        for label in range(len(names)):
            given = {"C": C, "class_weight": "balanced", "tol": 1e-8, "max_iter": 100_000}
            if kind == "linear_svc":
                theirs = LinearSVC(dual=False, **given)
            else:
                theirs = LogisticRegression(solver="liblinear", **given)
            theirs.fit(matrix, labels[:, label])
            np.testing.assert_allclose(ours.scores(matrix)[:, label], theirs.decision_function(matrix), atol=1e-3)


@pytest.mark.parametrize("loss", LOSSES)
def test_on_any_number_of_threads_it_ends_at_the_same_bits(loss):
    matrix, labels, costs = problem(2, 5, n=400)
    alone = descended(matrix, labels, costs, loss)[0]
    with ThreadPoolExecutor(4) as pool:
        beside = list(pool.map(lambda _: descended(matrix, labels, costs, loss)[0], range(12)))
    assert {own.tobytes() for own in beside} == {alone.tobytes()}


@pytest.mark.parametrize("loss", LOSSES)
def test_that_it_stopped_early_is_told(loss):
    matrix, labels, costs = problem(3, 2)
    assert not descended(matrix, labels, costs, loss, tolerance=1e-9, most_passes=2)[3]
    assert descended(matrix, labels, costs, loss, tolerance=1e-9, most_passes=100_000)[3]


@pytest.mark.parametrize("loss", LOSSES)
def test_the_tolerance_bounds_how_far_an_alpha_is_from_its_best(loss):
    """A residual is a difference of margins; with rows that are visited after it, it can only grow a little."""
    matrix, labels, costs = problem(4, 2)
    sign = np.where(labels, 1.0, -1.0)
    worst = []
    for tolerance in (1e-2, 1e-4, 1e-6):
        coefficients, intercepts, per_row, _ = descended(
            matrix, labels, costs, loss, tolerance=tolerance, most_passes=100_000
        )
        margins, alphas = sign * (matrix @ coefficients.T + intercepts), sign * per_row.T
        own = 1.0 - alphas / (2.0 * costs) if loss == "squared_hinge" else np.log(costs / alphas - 1.0)
        residuals = np.abs(margins - own)
        if loss == "squared_hinge":
            residuals = np.where(alphas > 0.0, residuals, np.maximum(0.0, 1.0 - margins))
        worst.append(residuals.max() / tolerance)
    assert max(worst) < 10.0


@pytest.mark.parametrize("kind", ["linear_svc", "logistic_regression", "nb_svm"])
def test_where_it_takes_too_long_a_primal_solver_gets_there(kind, monkeypatch):
    matrix, labels, _ = problem(5, 3)
    spec = Model(kind=kind, C=3.0)
    ours = fit_linear(matrix, labels, spec, seed=0, tolerance=1e-10)
    monkeypatch.setattr(coordinate_descent, "MAXIMUM_PASSES", 1)
    theirs = fit_linear(matrix, labels, spec, seed=0, tolerance=1e-10)
    assert theirs.unconverged == ours.unconverged == ()
    assert theirs.coefficients.tobytes() != ours.coefficients.tobytes()
    np.testing.assert_allclose(theirs.scores(matrix), ours.scores(matrix), rtol=1e-5, atol=1e-5)


def test_of_many_labels_some_are_fitted_at_once():
    matrix, labels, _ = problem(6, 2 * LABELS_AT_ONCE + 1)
    found = []

    def count(jobs):
        found.append(len(jobs))
        return (job() for job in jobs)

    many = fit_linear(matrix, labels, Model(kind="linear_svc"), seed=0, tolerance=1e-9, run=count)
    assert found == [3]
    for label in (0, LABELS_AT_ONCE, 2 * LABELS_AT_ONCE):
        one = fit_linear(matrix, labels[:, [label]], Model(kind="linear_svc"), seed=0, tolerance=1e-9)
        np.testing.assert_allclose(many.coefficients[label], one.coefficients[0], atol=1e-7)


def test_of_labels_that_a_primal_solver_fits_each_says_whether_it_converged(monkeypatch):
    matrix, labels, _ = problem(7, 3)
    monkeypatch.setattr(coordinate_descent, "MAXIMUM_PASSES", 1)
    primal = solvers._primal_linear_svc

    def stops_at_the_second(training, small, label):
        fitted = primal(training, small, label)
        return solvers.Fitted(fitted.coefficients, fitted.intercepts, (label != 1,))

    monkeypatch.setattr(solvers, "_primal_linear_svc", stops_at_the_second)
    assert fit_linear(matrix, labels, Model(kind="linear_svc"), seed=0).unconverged == (1,)


def test_where_nothing_can_be_written_it_is_compiled_all_the_same(monkeypatch):
    real, asked = compiling.njit, []

    def without_a_folder(cache=False, **options):
        asked.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return real(**options)

    monkeypatch.setattr(compiling, "njit", without_a_folder)
    doubled = compiling.kept(lambda x: 2 * x)
    assert (doubled(4), asked) == (8, [True, False])


def test_the_compiler_is_imported_by_a_fit_and_not_before():
    script = (
        "import sys, numpy as np\n"
        "import stancekit.models.linear, stancekit.models.stance_model, stancekit.models.classifier\n"
        "print('numba' in sys.modules)\n"
        "from scipy import sparse\n"
        "from stancekit.config.model import Model\n"
        "model = stancekit.models.linear.fit_linear(sparse.csr_array(np.eye(2)), np.eye(2, dtype=bool), Model(), 0)\n"
        "print('numba' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
