"""Models that are conditioned on the target: separate fits, explicit expansions, and corpora that need them."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import LinearSVC

from stancekit.config.features import Block, Conditioning
from stancekit.config.model import COPIED, NOT_WITH_COPIES, Model, ModelKind
from stancekit.config.schema import Task
from stancekit.errors import DataError
from stancekit.features.conditioning import APART, fit_conditioning
from stancekit.models.conditioned import Design
from stancekit.models.linear import fit_linear
from stancekit.models.solvers import balanced_weights
from stancekit.models.stance_model import fit_model

KINDS = [kind for kind in get_args(Conditioning) if kind != "none"]
MODELS = tuple(kind for kind in get_args(ModelKind) if kind != "vote")
POSSIBLE = [
    (conditioning, kind)
    for conditioning in KINDS
    for kind in MODELS
    if conditioning not in COPIED or kind not in NOT_WITH_COPIES
]


def problem(seed=0, n=90, n_features=12, targets=("a", "b", "c"), n_labels=3):
    """Return features, targets and labels; every target has every label, in shares of its own."""
    random = np.random.default_rng(seed)
    matrix = sparse.random_array((n, n_features), density=0.4, rng=random, format="csr")
    own = np.array(targets)[np.arange(n) % len(targets)]
    codes = np.arange(n) // len(targets) % n_labels
    codes = np.where(
        (random.random(n) < 0.4) & (np.arange(n) >= 3 * n_labels), np.arange(n) % len(targets) % n_labels, codes
    )
    return matrix, own.tolist(), np.eye(n_labels, dtype=bool)[codes]


def solver(kind, **keys):
    if kind == "ridge":
        return Ridge(alpha=1.0 / (2.0 * keys["C"]), solver="lsqr", max_iter=100_000, tol=1e-12)
    if kind == "linear_svc":
        return LinearSVC(C=keys["C"], dual=False, max_iter=100_000, tol=1e-10)
    return LogisticRegression(C=keys["C"], solver="liblinear", max_iter=100_000, tol=1e-10)


def decide_by(estimator, kind, matrix):
    return estimator.predict(matrix) if kind == "ridge" else estimator.decision_function(matrix)


def inside(own, targets):
    """Return weights by which either side of a label weighs the same inside each target, row by row."""
    weights = []
    for has, target in zip(own, targets, strict=True):
        rows = [i for i, other in enumerate(targets) if other == target]
        alike = [i for i in rows if own[i] == has]
        weights.append(len(rows) / (2 * len(alike)) if len(alike) < len(rows) else 1.0)
    return np.array(weights)


def goal(kind, has):
    return np.where(has, 1.0, -1.0) if kind == "ridge" else has


@pytest.mark.parametrize("class_weight", ["balanced", None])
@pytest.mark.parametrize("kind", ["logistic_regression", "linear_svc", "ridge"])
def test_per_target_has_the_scores_of_separate_fits(kind, class_weight):
    matrix, targets, labels = problem()
    spec = Model(kind=kind, C=2.0, class_weight=class_weight)
    found = Design(matrix.copy(), "per_target", targets).fit(labels, spec, 0, tolerance=1e-10).scores(matrix, targets)
    for target in set(targets):
        rows = np.array([own == target for own in targets])
        for label in range(3):
            own = labels[rows, label]
            weights = inside(own, ["x"] * rows.sum()) if class_weight else None
            estimator = solver(kind, C=2.0).fit(matrix[rows], goal(kind, own), sample_weight=weights)
            np.testing.assert_allclose(found[rows, label], decide_by(estimator, kind, matrix[rows]), atol=1e-6)


@pytest.mark.parametrize("class_weight", ["balanced", None])
@pytest.mark.parametrize("kind", ["logistic_regression", "linear_svc", "ridge"])
@pytest.mark.parametrize("conditioning", ["shared_per_target", "cross", "token"])
def test_one_fit_has_the_scores_of_the_expansion_written_out(conditioning, kind, class_weight):
    matrix, targets, labels = problem(1)
    spec = Model(kind=kind, C=0.7, class_weight=class_weight)
    found = Design(matrix.copy(), conditioning, targets).fit(labels, spec, 0, tolerance=1e-10).scores(matrix, targets)
    dense = matrix.toarray()
    of_target = [np.array([own == target for own in targets], dtype=float)[:, None] for target in "abc"]
    shared = [] if conditioning == "cross" else [dense]
    copies = [] if conditioning == "token" else [dense * own for own in of_target]
    explicit = np.hstack([*shared, *copies, *of_target])
    for label in range(3):
        own = labels[:, label]
        groups = ["x"] * len(own) if conditioning == "token" else targets
        weights = inside(own, groups) if class_weight else None
        estimator = solver(kind, C=0.7).fit(explicit, goal(kind, own), sample_weight=weights)
        np.testing.assert_allclose(found[:, label], decide_by(estimator, kind, explicit), atol=1e-6)


def test_labels_that_are_fitted_together_are_balanced_inside_targets_too():
    matrix, targets, labels = problem(2)
    spec = Model(kind="multinomial_logistic_regression")
    found = Design(matrix.copy(), "shared_per_target", targets).fit(labels, spec, 0, tolerance=1e-9)
    codes = labels.argmax(axis=1)
    cells = {
        (t, c): sum(1 for pair in zip(targets, codes, strict=True) if pair == (t, c)) for t in "abc" for c in range(3)
    }
    weights = [targets.count(t) / (3 * cells[t, c]) for t, c in zip(targets, codes, strict=True)]
    explicit = fit_conditioning("shared_per_target", matrix, targets).expand(matrix, targets)
    explicit.indices, explicit.indptr = explicit.indices.astype(np.int32), explicit.indptr.astype(np.int32)
    estimator = LogisticRegression(C=1.0, solver="newton-cg", tol=1e-9, max_iter=10_000)
    estimator.fit(explicit, codes, sample_weight=weights)
    scores = found.scores(matrix, targets)
    np.testing.assert_allclose(scores, estimator.decision_function(explicit), atol=1e-5)


def test_a_balanced_target_keeps_its_total_weight_and_its_labels_share_it_evenly():
    groups = np.array([0, 0, 0, 0, 1, 1, 1, 2])
    classes = np.array([0, 0, 0, 1, 0, 1, 1, 1])
    weights = balanced_weights(classes, groups)
    assert weights.tolist() == [4 / 6, 4 / 6, 4 / 6, 2.0, 1.5, 0.75, 0.75, 1.0]
    assert np.bincount(groups, weights).tolist() == [4.0, 3.0, 1.0]


@pytest.mark.parametrize(("conditioning", "kind"), [own for own in POSSIBLE if own[0] in APART])
def test_a_target_unseen_in_training_gets_what_a_model_of_all_rows_together_says(conditioning, kind):
    matrix, targets, labels = problem(3)
    pooled = fit_linear(matrix.copy(), labels, Model(kind=kind), 0).scores(matrix)
    model = Design(matrix.copy(), conditioning, targets).fit(labels, Model(kind=kind), 0)
    np.testing.assert_allclose(model.scores(matrix, ["vote"] * 90), pooled, rtol=1e-12)
    assert not np.allclose(model.scores(matrix, targets), pooled, atol=1e-3)


@pytest.mark.parametrize(("conditioning", "kind"), POSSIBLE)
def test_known_targets_are_scored_alike_whether_or_not_unseen_ones_were_prepared_for(conditioning, kind):
    matrix, targets, labels = problem(4)
    design = Design(matrix.copy(), conditioning, targets)
    assert design.knows(["a", "c"])
    assert not design.knows(["a", "vote"])
    with_unseen, without = (design.fit(labels, Model(kind=kind), 0, unseen=own) for own in (True, False))
    np.testing.assert_array_equal(with_unseen.scores(matrix, targets), without.scores(matrix, targets))


@pytest.mark.parametrize("kind", MODELS)
def test_a_label_that_a_target_never_has_is_not_predicted_there_and_one_it_always_has_is(kind):
    matrix, targets, labels = problem(5, targets=("a", "b"))
    only_b = np.array(targets) == "b"
    labels[only_b] = [False, False, True]
    labels[~only_b & labels[:, 2]] = [True, False, False]
    model = Design(matrix.copy(), "per_target", targets).fit(labels, Model(kind=kind), 0)
    chosen = model.scores(matrix, targets).argmax(axis=1)
    assert set(chosen[only_b]) == {2}
    assert set(chosen[~only_b]) == {0, 1}


def test_what_no_row_of_a_target_tells_apart_scores_by_its_share_alone():
    matrix = sparse.csr_array(np.array([[1.0], [1.0], [1.0], [2.0]]))
    labels = np.array([[True, False], [True, False], [True, False], [False, True]])
    targets = ["a", "a", "a", "b"]
    sure = Design(matrix.copy(), "per_target", targets).fit(labels, Model(), 0).scores(matrix, targets)
    # Half an example on either side: 3.5 against 0.5, and 1.5 against 0.5.
    expected = [[np.log(7), -np.log(7)]] * 3 + [[-np.log(3), np.log(3)]]
    np.testing.assert_allclose(sure, expected)
    margin = Design(matrix.copy(), "per_target", targets).fit(labels, Model(kind="linear_svc"), 0)
    assert margin.scores(matrix, targets).tolist() == [[1.0, -1.0]] * 3 + [[-1.0, 1.0]]


def test_a_target_whose_rows_have_no_features_is_no_obstacle():
    matrix = sparse.csr_array(np.array([[1.0], [2.0], [0.0], [0.0], [0.0]]))
    labels = np.eye(2, dtype=bool)[[0, 1, 0, 1, 1]]
    targets = ["a", "a", "b", "b", "b"]
    scores = Design(matrix.copy(), "per_target", targets).fit(labels, Model(), 0).scores(matrix, targets)
    np.testing.assert_allclose(scores[2:], [[np.log(1.5 / 2.5), np.log(2.5 / 1.5)]] * 3)
    for conditioning in KINDS:
        scores = Design(matrix.copy(), conditioning, targets).fit(labels, Model(), 0).scores(matrix, targets)
        assert np.isfinite(scores).all()


def test_fits_that_stop_early_are_told_of_every_target(monkeypatch):
    monkeypatch.setattr("stancekit.models.coordinate_descent.MAXIMUM_PASSES", 1)
    monkeypatch.setattr("stancekit.models.solvers.MAXIMUM_ITERATIONS", 1)
    matrix, targets, labels = problem(6)
    for conditioning in KINDS:
        assert Design(matrix.copy(), conditioning, targets).fit(labels, Model(C=100), 0).unconverged == (0, 1, 2)


# Corpora in which the same words mean otherwise


DIFFERING = np.random.default_rng(98).permuted([[-1, -1, -1, 1, 1, 1]] * 5, axis=1)


def corpus(n, seed):
    """Return examples as of SemEval 6A: most words take sides the same way of all targets, some (hashtags) of each."""
    random = np.random.default_rng(seed)
    everywhere, of_target = np.random.default_rng(99).choice([-1, 1], size=(1, 150)), DIFFERING
    rows, labels = [], []
    for i in range(n):
        target = i % len(of_target)
        words, tags = random.choice(150, size=4, replace=False), random.choice(6, size=2, replace=False)
        said = everywhere[0, words].sum() + 2 * of_target[target, tags].sum()
        text = " ".join([*(f"mot{word}" for word in words), *(f"tag{tag}" for tag in tags)])
        rows.append({"text": text, "target": f"t{target}"})
        labels.append("supports" if said + random.normal(scale=0.5) > 0 else "opposes")
    return rows, labels


def accuracy(conditioning, kind="logistic_regression"):
    task, (rows, labels), (new, gold) = Task(labels=("opposes", "supports")), corpus(900, 0), corpus(500, 1)
    chosen = np.array(labels)[:, None] == np.array(task.labels)
    columns = {name: [row[name] for row in rows] for name in ("text", "target")}
    model = fit_model(columns, chosen, task, [Block(field="text")], Model(kind=kind), conditioning=conditioning)
    return np.mean([said == own for said, own in zip(model.predict(new), gold, strict=True)])


@pytest.mark.parametrize("kind", ["logistic_regression", "multinomial_logistic_regression", "linear_svc", "nb_svm"])
def test_where_some_words_mean_otherwise_by_target_shared_weights_and_own_ones_are_best(kind):
    found = {own: accuracy(own, kind) for own in ("none", "token", "per_target", "shared_per_target")}
    assert found.pop("shared_per_target") > max(found.values()) + 0.025


def test_label_sets_are_conditioned_too():
    columns = {"text": ["mot un", "mot deux", "mot un", "mot deux"] * 3, "target": ["a", "a", "b", "b"] * 3}
    gold = np.array([[True, False], [False, False], [True, True], [False, True]] * 3)
    task = Task(kind="multilabel", labels=("un", "b"))
    for conditioning in KINDS:
        model = fit_model(columns, gold, task, [Block(field="text")], Model(C=30), conditioning=conditioning)
        assert model.predict([{"text": "mot un", "target": "b"}, {"text": "mot deux", "target": "a"}]) == [
            ["un", "b"],
            [],
        ]


def test_a_model_is_not_conditioned_on_targets_that_are_not_there():
    with pytest.raises(DataError, match="no example has a target"):
        fit_model({"text": ["a", "b"]}, np.eye(2, dtype=bool), Task(labels=("x", "y")), [Block(field="text")], Model(),
                  conditioning="token")  # fmt: skip
