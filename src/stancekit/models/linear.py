"""Linear models by name, as one binary problem per label (one-vs-rest), and what they become: arrays."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from stancekit.config.schema import Model

HAS_PROBABILITIES: Mapping[str, bool] = {"logistic_regression": True, "linear_svc": False}


@dataclass(frozen=True)
class LinearModel:
    """A fitted linear model.

    Attributes
    ----------
    coefficients : ndarray of float64 of shape (n_labels, n_features)
    intercepts : ndarray of float64 of shape (n_labels,)
    unconverged : tuple of int
        The labels whose solver stopped before it converged.
    """

    coefficients: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    unconverged: tuple[int, ...] = ()

    def scores(self, matrix: sparse.csr_array) -> NDArray[np.float64]:
        """Return decision values of shape (n_examples, n_labels)."""
        return np.asarray(matrix @ self.coefficients.T + self.intercepts)


def fit_linear(matrix: sparse.csr_array, labels: NDArray[np.bool_], spec: Model, seed: int) -> LinearModel:
    """Fit one binary model per label with scikit-learn's liblinear solvers.

    Primal solvers only: the dual ones draw from a random generator that all threads share, so that two fits at once
    would not repeat.

    Parameters
    ----------
    matrix : csr_array of shape (n_examples, n_features)
    labels : ndarray of bool of shape (n_examples, n_labels)
        In every column at least one row is true and one false.
    spec : Model
    seed : int
    """
    from sklearn.exceptions import ConvergenceWarning

    make = _ESTIMATORS[spec.kind]
    coefficients, intercepts, unconverged = [], [], []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for label in range(labels.shape[1]):
            estimator = make(spec, seed)
            estimator.fit(matrix, labels[:, label])
            coefficients.append(estimator.coef_[0])
            intercepts.append(estimator.intercept_[0])
            if np.max(estimator.n_iter_) >= estimator.max_iter:
                unconverged.append(label)
    return LinearModel(np.stack(coefficients), np.array(intercepts), tuple(unconverged))


def _logistic_regression(spec: Model, seed: int) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(
        C=spec.C, class_weight=spec.class_weight, solver="liblinear", max_iter=1000, random_state=seed
    )


def _linear_svc(spec: Model, seed: int) -> Any:
    from sklearn.svm import LinearSVC

    return LinearSVC(C=spec.C, class_weight=spec.class_weight, dual=False, max_iter=10_000, random_state=seed)


_ESTIMATORS: Mapping[str, Callable[[Model, int], Any]] = {
    "logistic_regression": _logistic_regression,
    "linear_svc": _linear_svc,
}
