"""Average precision: how far up a label's examples stand when all are ranked by its decision values.

It is no sum over examples, so a resample can't be added up from tallies: the ranking itself is kept, sorted once, and
weighted anew for every resample. Numbers are those of scikit-learn's `average_precision_score` with weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

WEIGHTS_AT_ONCE = 2_000_000
"""Weights of examples held in memory at a time."""


@dataclass(frozen=True)
class Ranking:
    """Decision values beside gold labels.

    Attributes
    ----------
    gold : ndarray of bool of shape (n_examples, n_labels)
    scores : ndarray of float of shape (n_examples, n_labels)
    groups : ndarray of int of shape (n_examples,)
        Counted from 0.

    Examples
    --------
    >>> ranking = Ranking(np.array([[True], [False], [True]]), np.array([[3.0], [2.0], [1.0]]), np.arange(3))
    >>> ranking.average_precision(np.array([[1.0, 1.0, 1.0], [1.0, 0.0, 2.0], [0.0, 1.0, 0.0]])).round(3).tolist()
    [[0.833], [1.0], [nan]]
    """

    gold: NDArray[np.bool_]
    scores: NDArray[np.float64]
    groups: NDArray[np.intp]

    def average_precision(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the average precision of each label, NaN where it has no gold example.

        Parameters
        ----------
        weights : ndarray of shape (n_resamples, n_groups)
            How often each group is in.

        Returns
        -------
        ndarray of shape (n_resamples, n_labels)
        """
        found = np.full((len(weights), self.gold.shape[1]), np.nan)
        step = max(1, WEIGHTS_AT_ONCE // max(1, len(self.groups)))
        for start in range(0, len(weights), step):
            part = weights[start : start + step]
            for label, (order, ends) in enumerate(self._sorted):
                found[start : start + step, label] = _average_precision(
                    part[:, self.groups[order]], self.gold[order, label], ends
                )
        return found

    @cached_property
    def _sorted(self) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """The order of examples by each label's score, the highest first, and where runs of equal scores end."""
        found = []
        for own in self.scores.T:
            order = np.argsort(-own, kind="stable")
            found.append((order, np.append(np.flatnonzero(np.diff(own[order])), len(order) - 1)))
        return found


def _average_precision(
    weights: NDArray[np.float64], gold: NDArray[np.bool_], ends: NDArray[np.intp]
) -> NDArray[np.float64]:
    everyone = weights.cumsum(axis=1)[:, ends]
    right = (weights * gold).cumsum(axis=1)[:, ends]
    gained = np.diff(right, axis=1, prepend=0.0)
    total = right[:, -1]
    precision = np.divide(right, everyone, out=np.zeros_like(right), where=everyone > 0.0)
    area = (gained * precision).sum(axis=1)
    return np.asarray(np.divide(area, total, out=np.full(len(total), np.nan), where=total > 0.0))
