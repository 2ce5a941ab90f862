"""Label doubts: the examples most likely labelled by mistake, by confident learning.

Northcutt, Jiang & Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset Labels" (JAIR 70). A model that
did not see an example says how probable each label is. How sure it usually is of a label, on average over the examples
that were given it, is that label's threshold: so a label that the model is never sure of may still be suggested.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import TaskKind

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Doubts:
    """Examples whose label is in doubt, the most doubtful first.

    Attributes
    ----------
    rows : ndarray of int of shape (n_doubts,)
        The example; in a multilabel task one example may be in doubt for several labels.
    labels : ndarray of int of shape (n_doubts,)
        The label that is in doubt: the one given; in a multilabel task the one given or withheld.
    suggested : ndarray of bool of shape (n_doubts, n_labels)
        The label, or the set of labels, that the example should perhaps have.
    p_given, p_suggested : ndarray of float of shape (n_doubts,)
        How probable the given label is, and the suggested one; in a multilabel task: that the label stays as it was
        given or withheld, and that it does not.
    """

    rows: NDArray[np.intp]
    labels: NDArray[np.intp]
    suggested: NDArray[np.bool_]
    p_given: Array
    p_suggested: Array

    @property
    def margin(self) -> Array:
        """By how much the given label is more probable than the suggested one; mostly below zero."""
        return self.p_given - self.p_suggested

    def count_by(self, names: Sequence[str]) -> dict[str, int]:
        """Return how often each label is in doubt, by its name."""
        counts = np.bincount(self.labels, minlength=len(names))
        return dict(zip(names, counts.tolist(), strict=True))


def find_doubts(gold: NDArray[np.bool_], shares: Array, kind: TaskKind) -> Doubts:
    """Return the examples whose label is in doubt, by margin, the most negative first.

    Parameters
    ----------
    gold : ndarray of bool of shape (n_examples, n_labels)
    shares : ndarray of float of shape (n_examples, n_labels)
        Probabilities from models that did not see the example.
    kind : str
        Of the task. In a multilabel task every label is a question of its own: whether an example has it.

    Returns
    -------
    Doubts

    Examples
    --------
    The first label is usually given with 0.7, the second with 0.6. The last example was given the first.

    >>> gold = np.array([[True, False], [True, False], [False, True], [True, False]])
    >>> shares = np.array([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6], [0.3, 0.7]])
    >>> usual_confidence(gold, shares).round(2).tolist()
    [0.7, 0.6]
    >>> doubts = find_doubts(gold, shares, "stance")
    >>> doubts.rows.tolist(), doubts.suggested.astype(int).tolist(), doubts.margin.round(2).tolist()
    ([3], [[0, 1]], [-0.4])
    """
    found = _of_sets(gold, shares) if kind == "multilabel" else _of_labels(gold, shares)
    order = np.lexsort((found.labels, found.rows, found.margin))
    return Doubts(
        found.rows[order],
        found.labels[order],
        found.suggested[order],
        found.p_given[order],
        found.p_suggested[order],
    )


def usual_confidence(gold: NDArray[np.bool_], shares: Array) -> Array:
    """Return each label's threshold: its mean probability among the examples that were given it; NaN if none was."""
    given = gold.sum(axis=0)
    total = np.where(gold, shares, 0.0).sum(axis=0)
    return np.where(given > 0, total / np.maximum(given, 1), np.nan)


def _of_labels(gold: NDArray[np.bool_], shares: Array) -> Doubts:
    confident = shares >= usual_confidence(gold, shares)
    rivals = np.where(confident & ~gold, shares, -np.inf)
    given, best = gold.argmax(axis=1), rivals.argmax(axis=1)
    every = np.arange(len(gold))
    own = np.where(confident[every, given], shares[every, given], -np.inf)
    rows = np.flatnonzero(rivals[every, best] > own)
    suggested = best[rows][:, None] == np.arange(gold.shape[1])
    return Doubts(rows, given[rows], suggested, shares[rows, given[rows]], shares[rows, best[rows]])


def _of_sets(gold: NDArray[np.bool_], shares: Array) -> Doubts:
    found = []
    for label in range(gold.shape[1]):
        has, share = gold[:, label], shares[:, label]
        own = _of_labels(np.stack([~has, has], axis=1), np.stack([1.0 - share, share], axis=1))
        suggested = gold[own.rows].copy()
        suggested[:, label] ^= True
        found.append(Doubts(own.rows, np.full(len(own.rows), label), suggested, own.p_given, own.p_suggested))
    return Doubts(
        np.concatenate([own.rows for own in found]),
        np.concatenate([own.labels for own in found]),
        np.concatenate([own.suggested for own in found]),
        np.concatenate([own.p_given for own in found]),
        np.concatenate([own.p_suggested for own in found]),
    )
