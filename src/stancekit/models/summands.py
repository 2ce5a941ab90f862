"""Metrics that are sums over examples: what each example adds, so that groups of them can be added up and weighted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from stancekit.config.metrics import PROBABILITY_METRICS

Array = NDArray[np.float64]

BINS = 15
"""Of confidence, equally wide: those of Guo et al. (2017), "On calibration of modern neural networks"."""


def summands(
    metrics: Sequence[str], gold: NDArray[np.bool_], predicted: NDArray[np.bool_], probabilities: Array | None
) -> Mapping[str, Array]:
    """Return what each example adds to those of some metrics that are sums.

    Parameters
    ----------
    metrics : sequence of str
    gold, predicted : ndarray of bool of shape (n_examples, n_labels)
    probabilities : ndarray of shape (n_examples, n_labels) or None
        Without them there is nothing of the metrics that need them.

    Returns
    -------
    mapping of str to ndarray
        Of shape (n_examples,); of `expected_calibration_error` (n_examples, 15): hit less confidence of the most
        probable label, in the column of its bin. The error is the sum of the columns' absolute sums.

    Examples
    --------
    >>> gold, shares = np.array([[True, False]]), np.array([[0.8, 0.2]])
    >>> round(float(summands(["brier"], gold, gold, shares)["brier"][0]), 3)
    0.08
    """
    found = {}
    for name in metrics:
        if name in _OF_SETS:
            found[name] = _OF_SETS[name](gold, predicted)
        elif name in PROBABILITY_METRICS and probabilities is not None:
            found[name] = _OF_PROBABILITIES[name](gold, probabilities)
    return found


def _overlap(gold: NDArray[np.bool_], predicted: NDArray[np.bool_]) -> Array:
    both, either = (gold & predicted).sum(axis=1), (gold | predicted).sum(axis=1)
    return np.where(either > 0, both / np.maximum(either, 1), 1.0)


def _f1(gold: NDArray[np.bool_], predicted: NDArray[np.bool_]) -> Array:
    both, sizes = (gold & predicted).sum(axis=1), gold.sum(axis=1) + predicted.sum(axis=1)
    return np.where(sizes > 0, 2.0 * both / np.maximum(sizes, 1), 1.0)


def _surprise(gold: NDArray[np.bool_], shares: Array) -> Array:
    # As scikit-learn clips them: a probability of 0 for what is true would cost infinitely much.
    least = float(np.finfo(np.float64).eps)
    return np.asarray(-np.log(np.clip(shares, least, 1.0 - least)[gold]))


def _squared_errors(gold: NDArray[np.bool_], shares: Array) -> Array:
    return np.asarray(((shares - gold) ** 2).sum(axis=1))


def _miscalibration(gold: NDArray[np.bool_], shares: Array) -> Array:
    rows, top = np.arange(len(shares)), shares.argmax(axis=1)
    confidence = shares[rows, top]
    # A bin holds its upper end, not its lower one.
    bins = np.searchsorted(np.linspace(0.0, 1.0, BINS + 1)[1:-1], confidence, side="left")
    found = np.zeros((len(shares), BINS))
    found[rows, bins] = gold[rows, top] - confidence
    return found


_OF_SETS = {"samples_f1": _f1, "samples_jaccard": _overlap}
_OF_PROBABILITIES = {
    "log_loss": _surprise,
    "brier": _squared_errors,
    "expected_calibration_error": _miscalibration,
}
