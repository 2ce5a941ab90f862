"""How each kind of linear model is fitted: independent jobs, one for each label or one for several of them."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.model import Model
from stancekit.models.condensed import Condensed, Prepared
from stancekit.models.coordinate_descent import LABELS_AT_ONCE, Loss, fit_by_descent

if TYPE_CHECKING:
    from scipy import sparse
else:
    from stancekit.late import sparse

MAXIMUM_ITERATIONS = 10_000
MAXIMUM_EPOCHS = 1000


@dataclass(frozen=True)
class Fitted:
    """What one job found: the rows of some labels.

    Attributes
    ----------
    coefficients : ndarray of shape (n_own_labels, n_features)
    intercepts : ndarray of shape (n_own_labels,)
    converged : tuple of bool of length n_own_labels
    estimator : estimator or None
        Of a plug-in, where it isn't linear; the coefficients are zero then.
    """

    coefficients: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    converged: tuple[bool, ...]
    estimator: Any = None


Job = Callable[[], Fitted]


@dataclass(frozen=True)
class Training:
    """What the solvers are given.

    Attributes
    ----------
    prepared : Prepared
    labels : ndarray of bool of shape (n_examples, n_labels)
    spec : Model
    seed : int
    tolerance : float or None
        Of the solver; its own default if None.
    groups : ndarray of int of shape (n_examples,) or None
        Inside which labels are balanced; None for all examples together.
    """

    prepared: Prepared
    labels: NDArray[np.bool_]
    spec: Model
    seed: int
    tolerance: float | None
    groups: NDArray[np.intp] | None = None

    @property
    def matrix(self) -> sparse.csr_array:
        """The features, of shape (n_examples, n_features)."""
        return self.prepared.matrix

    def weights(self, label: int) -> NDArray[np.float64]:
        """Return what each example weighs in the problem of a label against the rest, of shape (n_examples,)."""
        own = self.labels[:, label]
        if self.spec.class_weight is None:
            return np.ones(len(own))
        return balanced_weights(own.astype(np.intp), self._groups)

    def joint_weights(self) -> NDArray[np.float64]:
        """Return what each example weighs where all labels are fitted together, of shape (n_examples,)."""
        if self.spec.class_weight is None:
            return np.ones(len(self.labels))
        return balanced_weights(self.labels.argmax(axis=1), self._groups)

    @property
    def _groups(self) -> NDArray[np.intp]:
        return np.zeros(len(self.labels), dtype=np.intp) if self.groups is None else self.groups

    def tolerance_or(self, default: float) -> float:
        """Return the tolerance, or the default where none is given."""
        return default if self.tolerance is None else self.tolerance


def balanced_weights(classes: NDArray[np.intp], groups: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return weights by which all classes of a group weigh the same, and a group as much as it has examples.

    Parameters
    ----------
    classes, groups : ndarray of int of shape (n_examples,)

    Examples
    --------
    >>> balanced_weights(np.array([0, 0, 0, 1, 1]), np.array([0, 0, 0, 0, 1])).round(3).tolist()
    [0.667, 0.667, 0.667, 2.0, 1.0]
    """
    cells = np.zeros((groups.max() + 1, classes.max() + 1))
    np.add.at(cells, (groups, classes), 1.0)
    size, n_classes = cells.sum(axis=1), (cells > 0).sum(axis=1)
    return np.asarray(size[groups] / (n_classes[groups] * cells[groups, classes]))


def plan_jobs(training: Training) -> list[Job]:
    """Return the jobs of a model's kind; their rows, one under the other, are those of the labels in order."""
    return _PLANS[training.spec.kind](training)


def _linear_svc(training: Training) -> list[Job]:
    return _jobs_by_descent(training, "squared_hinge", _primal_linear_svc)


def _primal_linear_svc(training: Training, small: Condensed, label: int) -> Fitted:
    from sklearn.svm import LinearSVC

    weights = training.spec.C * training.weights(label)
    left = weights / (1.0 + 2.0 * weights * small.private_norms() ** 2)
    estimator = LinearSVC(C=1.0, dual=False, max_iter=MAXIMUM_ITERATIONS, tol=training.tolerance_or(1e-4))
    with without_convergence_warnings():
        estimator.fit(small.shared, training.labels[:, label], sample_weight=left)
    sign = np.where(training.labels[:, label], 1.0, -1.0)
    scores = small.shared @ estimator.coef_[0] + estimator.intercept_[0]
    per_value = 2.0 * left * np.maximum(0.0, 1.0 - sign * scores) * sign
    coefficients = small.expand(estimator.coef_[0], per_value)
    return Fitted(coefficients[None], estimator.intercept_, (estimator.n_iter_ < MAXIMUM_ITERATIONS,))


def _nb_svm(training: Training) -> list[Job]:
    return [partial(_one_nb_svm, training, label) for label in range(training.labels.shape[1])]


def _one_nb_svm(training: Training, label: int) -> Fitted:
    """Fit an SVM on features times their log-count ratios (Wang & Manning 2012, without their interpolation)."""
    own = training.labels[:, label]
    totals = []
    for rows in (own, ~own):
        counts = training.spec.smoothing + training.matrix.T @ rows.astype(np.float64)
        totals.append(np.log(counts) - np.log(counts.sum()))
    ratios = totals[0] - totals[1]
    small = training.prepared.condensed.scaled(ratios)
    fitted = _by_descent(training, small, [label], "squared_hinge", _primal_linear_svc)
    return Fitted(fitted.coefficients * ratios, fitted.intercepts, fitted.converged)


Primal = Callable[[Training, Condensed, int], Fitted]


def _jobs_by_descent(training: Training, loss: Loss, primal: Primal) -> list[Job]:
    n_labels = training.labels.shape[1]
    blocks = np.array_split(np.arange(n_labels), -(-n_labels // LABELS_AT_ONCE))
    small = training.prepared.condensed
    return [partial(_by_descent, training, small, block.tolist(), loss, primal) for block in blocks]


def _by_descent(training: Training, small: Condensed, labels: list[int], loss: Loss, primal: Primal) -> Fitted:
    """Fit labels together in the dual and, if that takes too long, one after the other in the primal."""
    costs = training.spec.C * np.stack([training.weights(label) for label in labels], axis=1)
    found = fit_by_descent(small, training.labels[:, labels], costs, loss, training.tolerance)
    if found.converged:
        coefficients = [small.expand(*own) for own in zip(found.weights, found.per_row, strict=True)]
        return Fitted(np.stack(coefficients), found.intercepts, (True,) * len(labels))
    alone = [primal(training, small, label) for label in labels]
    return Fitted(
        np.concatenate([own.coefficients for own in alone]),
        np.concatenate([own.intercepts for own in alone]),
        tuple(fine for own in alone for fine in own.converged),
    )


def _ridge(training: Training) -> list[Job]:
    small = training.prepared.condensed
    return [partial(_one_ridge, training, small, label) for label in range(training.labels.shape[1])]


def _one_ridge(training: Training, small: Condensed, label: int) -> Fitted:
    from sklearn.linear_model import Ridge

    # alpha = 1 / (2 C): the other kinds weigh half the penalty against C times the loss.
    weights = 2.0 * training.spec.C * training.weights(label)
    left = weights / (1.0 + weights * small.private_norms() ** 2)
    estimator = Ridge(alpha=1.0, solver="lsqr", max_iter=MAXIMUM_ITERATIONS, tol=training.tolerance_or(1e-5))
    sign = np.where(training.labels[:, label], 1.0, -1.0)
    estimator.fit(small.shared, sign, sample_weight=left)
    per_value = left * (sign - (small.shared @ estimator.coef_ + estimator.intercept_))
    coefficients = small.expand(estimator.coef_, per_value)
    converged = bool(np.max(estimator.n_iter_) < MAXIMUM_ITERATIONS)
    return Fitted(coefficients[None], np.array([estimator.intercept_]), (converged,))


def _logistic_regression(training: Training) -> list[Job]:
    return _jobs_by_descent(training, "logistic", _primal_logistic_regression)


def _primal_logistic_regression(training: Training, small: Condensed, label: int) -> Fitted:
    from sklearn.linear_model import LogisticRegression

    columns, rows = small.with_private_columns()
    estimator = LogisticRegression(
        C=training.spec.C, solver="liblinear", max_iter=MAXIMUM_ITERATIONS, tol=training.tolerance_or(1e-4)
    )
    with without_convergence_warnings():
        estimator.fit(columns, training.labels[:, label], sample_weight=training.weights(label))
    coefficients = _expand_columns(small, estimator.coef_, rows)
    return Fitted(coefficients, estimator.intercept_, (bool(np.max(estimator.n_iter_) < MAXIMUM_ITERATIONS),))


def _multinomial_logistic_regression(training: Training) -> list[Job]:
    return [partial(_joint_logistic_regression, training)]


def _joint_logistic_regression(training: Training) -> Fitted:
    from sklearn.linear_model import LogisticRegression

    small = training.prepared.condensed
    columns, rows = small.with_private_columns()
    estimator = LogisticRegression(
        C=training.spec.C,
        solver="newton-cg",
        max_iter=MAXIMUM_ITERATIONS,
        # It bounds the gradient of the mean loss: at scikit-learn's own 1e-4 macro-F1 was still off by 0.001.
        tol=training.tolerance_or(1e-6),
    )
    with without_convergence_warnings():
        estimator.fit(columns, training.labels.argmax(axis=1), sample_weight=training.joint_weights())
    coefficients, intercepts = _expand_columns(small, estimator.coef_, rows), estimator.intercept_
    if len(coefficients) == 1:
        # Of two labels scikit-learn fits the difference; half of it each way has the same probabilities.
        coefficients, intercepts = np.vstack([-coefficients, coefficients]) / 2, np.append(-intercepts, intercepts) / 2
    converged = bool(np.max(estimator.n_iter_) < MAXIMUM_ITERATIONS)
    return Fitted(coefficients, intercepts, (converged,) * len(intercepts))


def _expand_columns(small: Condensed, weights: NDArray[np.float64], rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the weights of all features from those of `Condensed.with_private_columns`."""
    n_merged, norms = len(small.scale), small.private_norms()
    expanded = []
    for own in weights:
        per_value = np.zeros(len(norms))
        per_value[rows] = own[n_merged:] / norms[rows]
        expanded.append(small.expand(own[:n_merged], per_value))
    return np.stack(expanded)


def _sgd(training: Training) -> list[Job]:
    return [partial(_one_sgd, training, label) for label in range(training.labels.shape[1])]


def _one_sgd(training: Training, label: int) -> Fitted:
    from sklearn.linear_model import SGDClassifier

    # Its path depends on the columns, so it is given the matrix as it is. alpha: as C weighs the sum of the losses.
    estimator = SGDClassifier(
        loss="log_loss",
        alpha=1.0 / (training.spec.C * len(training.labels)),
        max_iter=MAXIMUM_EPOCHS,
        random_state=training.seed,
        tol=training.tolerance_or(1e-3),
    )
    with without_convergence_warnings():
        estimator.fit(training.matrix, training.labels[:, label], sample_weight=training.weights(label))
    return Fitted(estimator.coef_, estimator.intercept_, (estimator.n_iter_ < MAXIMUM_EPOCHS,))


def _complement_nb(training: Training) -> list[Job]:
    return [partial(_joint_complement_nb, training)]


def _joint_complement_nb(training: Training) -> Fitted:
    from sklearn.naive_bayes import ComplementNB

    estimator = ComplementNB(alpha=training.spec.smoothing)
    estimator.fit(training.matrix, training.labels.argmax(axis=1))
    n_labels = training.labels.shape[1]
    return Fitted(estimator.feature_log_prob_, np.zeros(n_labels), (True,) * n_labels)


_PLANS: Mapping[str, Callable[[Training], list[Job]]] = {
    "logistic_regression": _logistic_regression,
    "multinomial_logistic_regression": _multinomial_logistic_regression,
    "linear_svc": _linear_svc,
    "ridge": _ridge,
    "sgd": _sgd,
    "complement_nb": _complement_nb,
    "nb_svm": _nb_svm,
}

_quiet = threading.Lock()
_quiet_fits = 0
_filters: warnings.catch_warnings[None] | None = None


@contextmanager
def without_convergence_warnings() -> Iterator[None]:
    """Silence the solvers' convergence warnings, which models tell as `unconverged`.

    Filters belong to the process: the first of the fits that run at once sets them, the last puts back the old ones.
    """
    from sklearn.exceptions import ConvergenceWarning

    global _quiet_fits, _filters
    with _quiet:
        if _quiet_fits == 0:
            _filters = warnings.catch_warnings()
            _filters.__enter__()
            warnings.simplefilter("ignore", ConvergenceWarning)
        _quiet_fits += 1
    try:
        yield
    finally:
        with _quiet:
            _quiet_fits -= 1
            if _quiet_fits == 0 and _filters is not None:
                _filters.__exit__(None, None, None)
                _filters = None
