"""From decision values to labels and probabilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stancekit.config.model import ONE_LABEL_KINDS, Model
from stancekit.config.task import TaskKind

USUAL_MODEL = Model()
JUST_MORE_THAN_HALF = np.nextafter(0.5, 1.0)


def decide(scores: NDArray[np.float64], kind: TaskKind) -> NDArray[np.bool_]:
    """Return which labels are chosen, of shape (n_examples, n_labels).

    One label, that of the highest score (the first of equals), in a stance task; every label whose score is above
    zero in a multilabel task.

    Examples
    --------
    >>> scores = np.array([[0.5, 2.0, -1.0]])
    >>> decide(scores, "stance").tolist(), decide(scores, "multilabel").tolist()
    ([[False, True, False]], [[True, True, False]])
    """
    if kind == "multilabel":
        return np.asarray(scores > 0.0)
    chosen = np.zeros(scores.shape, dtype=np.bool_)
    chosen[np.arange(len(scores)), scores.argmax(axis=1)] = True
    return chosen


def probabilities(scores: NDArray[np.float64], kind: TaskKind, spec: Model = USUAL_MODEL) -> NDArray[np.float64]:
    """Return the probabilities of a model that has any, of shape (n_examples, n_labels).

    One-vs-rest: each label's own logistic probability; in a stance task divided by their sum, as scikit-learn's
    `OneVsRestClassifier` does. Of a model that decides between labels, a vote and a calibrated model, scores are
    logarithms but for a constant: their softmax. Either way the most probable label is the one with the highest score,
    also where rounding would make two of them equal.

    Examples
    --------
    >>> probabilities(np.log([[1.0, 3.0]]), "stance", Model(kind="complement_nb")).round(3).tolist()
    [[0.25, 0.75]]
    """
    from scipy.special import expit

    if kind == "multilabel":
        return np.asarray(np.where(scores > 0.0, np.maximum(expit(scores), JUST_MORE_THAN_HALF), expit(scores)))
    shares = np.exp(log_probabilities(scores, spec))
    rows, best = np.arange(len(scores)), scores.argmax(axis=1)
    others = np.where(scores < scores[rows, best][:, None], shares, 0.0).max(axis=1)
    tied = shares[rows, best] <= others
    shares[rows[tied], best[tied]] = np.nextafter(others[tied], 1.0)
    return np.asarray(shares)


def log_probabilities(scores: NDArray[np.float64], spec: Model = USUAL_MODEL) -> NDArray[np.float64]:
    """Return the logarithms of the probabilities of a stance task."""
    from scipy.special import log_expit, log_softmax

    between = spec.kind in (*ONE_LABEL_KINDS, "vote") or spec.calibration != "none"
    return np.asarray(log_softmax(scores if between else log_expit(scores), axis=1))
