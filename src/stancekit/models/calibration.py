"""Calibration: from scores to probabilities, learned on scores of examples that the scores' models did not see.

Each label is calibrated against the rest; in a stance task the probabilities are then divided by their sum (Zadrozny &
Elkan, KDD 2002). Platt's sigmoid (1999) is fitted to his softened targets by Newton's method with backtracking, as Lin,
Lin & Weng (Machine Learning 68, 2007) do it. Isotonic regression is scikit-learn's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MAXIMUM_STEPS = 100
SMALLEST_GRADIENT = 1e-10
"""Of the mean loss; scores are standardised first, so that it means the same for all models."""
RIDGE = 1e-12
"""Keeps the Hessian invertible where all scores are the same (Lin, Lin & Weng)."""


@dataclass(frozen=True)
class Sigmoids:
    """Platt's calibration: the log-odds of a label are a line over its score.

    Attributes
    ----------
    slopes, intercepts : ndarray of float64 of shape (n_labels,)
    """

    slopes: Array
    intercepts: Array

    def log_odds(self, scores: Array) -> Array:
        """Return each label's log-odds, of the shape of the scores, (n_examples, n_labels)."""
        return np.asarray(scores * self.slopes + self.intercepts)


@dataclass(frozen=True)
class Steps:
    """Isotonic calibration: the probability of a label never falls with its score.

    Attributes
    ----------
    scores, probabilities : sequence of ndarray of float64, one for each label
        Where the curve bends; it is straight between, and level beyond. Probabilities are neither 0 nor 1.
    """

    scores: Sequence[Array]
    probabilities: Sequence[Array]

    def log_odds(self, scores: Array) -> Array:
        """Return each label's log-odds, of the shape of the scores, (n_examples, n_labels)."""
        curves = zip(scores.T, self.scores, self.probabilities, strict=True)
        shares = np.stack([np.interp(own, at, share) for own, at, share in curves], axis=1)
        return np.asarray(np.log(shares) - np.log1p(-shares))


Calibration = Sigmoids | Steps


def fit_calibration(
    method: Literal["platt", "isotonic"],
    scores: Array,
    labels: NDArray[np.bool_],
    reversal: tuple[int, ...] | None = None,
) -> Calibration:
    """Learn how likely each label is by its score.

    Parameters
    ----------
    method : {"platt", "isotonic"}
    scores : ndarray of shape (n_examples, n_labels)
        From models that did not see the examples.
    labels : ndarray of bool of shape (n_examples, n_labels)
    reversal : tuple of int, optional
        Of a directed pair, the number of each label's reverse: the two are calibrated alike, on the examples of both.

    Examples
    --------
    >>> scores = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    >>> labels = np.array([[False], [True], [False], [True]])
    >>> fit_calibration("isotonic", scores, labels).probabilities[0].round(3).tolist()
    [0.167, 0.5, 0.5, 0.833]
    """
    shared = [sorted({label, other}) for label, other in enumerate(reversal or range(labels.shape[1]))]
    columns = [(scores[:, own].ravel("F"), labels[:, own].ravel("F")) for own in shared]
    if method == "platt":
        lines = [_fit_sigmoid(*own) for own in columns]
        return Sigmoids(np.array([slope for slope, _ in lines]), np.array([intercept for _, intercept in lines]))
    curves = [_fit_steps(*own) for own in columns]
    return Steps([at for at, _ in curves], [share for _, share in curves])


def _fit_sigmoid(scores: Array, own: NDArray[np.bool_]) -> tuple[float, float]:
    """Return slope and intercept of the log-odds that minimise the log loss to Platt's targets."""
    having, lacking = int(own.sum()), int((~own).sum())
    targets = np.where(own, (having + 1.0) / (having + 2.0), 1.0 / (lacking + 2.0))
    centre, spread = float(scores.mean()), float(scores.std()) or 1.0
    design = np.stack([(scores - centre) / spread, np.ones(len(scores))])
    line = np.array([0.0, np.log((having + 1.0) / (lacking + 1.0))])
    loss = _log_loss(line, design, targets)
    for _ in range(MAXIMUM_STEPS):
        shares = _expit(line @ design)
        gradient = design @ (shares - targets) / len(scores)
        if np.abs(gradient).max() < SMALLEST_GRADIENT:
            break
        hessian = (design * (shares * (1.0 - shares))) @ design.T / len(scores) + RIDGE * np.eye(2)
        direction = -np.linalg.solve(hessian, gradient)
        length = 1.0
        while length > 1e-10:
            tried = _log_loss(line + length * direction, design, targets)
            if tried <= loss + 1e-4 * length * float(gradient @ direction):
                break
            length /= 2.0
        else:
            break
        line, loss = line + length * direction, tried
    slope = float(line[0]) / spread
    return slope, float(line[1]) - slope * centre


def _log_loss(line: Array, design: Array, targets: Array) -> float:
    log_odds = line @ design
    return float(np.mean(np.logaddexp(0.0, log_odds) - targets * log_odds))


def _expit(log_odds: Array) -> Array:
    from scipy.special import expit

    return np.asarray(expit(log_odds))


def _fit_steps(scores: Array, own: NDArray[np.bool_]) -> tuple[Array, Array]:
    from sklearn.isotonic import IsotonicRegression

    # No n examples show that something never happens: a probability of 0 would make one surprise infinitely bad.
    least = 1.0 / (len(own) + 2.0)
    fitted = IsotonicRegression(y_min=least, y_max=1.0 - least).fit(scores, own.astype(np.float64))
    at = np.asarray(fitted.X_thresholds_, dtype=np.float64)
    return at, np.asarray(fitted.y_thresholds_, dtype=np.float64)
