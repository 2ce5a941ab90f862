"""The human ceiling: how one annotator scores when held against another, by the metrics of the model.

Where two people agree on four labels in five, a model that is right on nineteen of twenty by one of them has learned
that one's habits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import Intervals
from stancekit.corpus.agreement import estimate_alpha
from stancekit.evaluation.intervals import Sample
from stancekit.evaluation.numbers import cells
from stancekit.models.tallies import Array, Tally

FROM_COUNTS = (
    "macro_f1",
    "micro_f1",
    "weighted_f1",
    "macro_precision",
    "macro_recall",
    "accuracy",
    "subset_accuracy",
    "balanced_accuracy",
    "f_avg",
    "mcc",
    "cohen_kappa",
)
"""Metrics that need no more than how often labels were given, and given alike."""


@dataclass(frozen=True)
class Annotations:
    """Labels by several annotators: one for each annotator of an item.

    Attributes
    ----------
    labels : ndarray of bool of shape (n_annotations, n_labels)
    items : ndarray of int of shape (n_annotations,)
        The item of each; those with a single annotation don't count.
    groups : ndarray of int of shape (n_annotations,)
        What the bootstrap resamples.
    annotators : int
        How many there are.
    """

    labels: NDArray[np.bool_]
    items: NDArray[np.intp]
    groups: NDArray[np.intp]
    annotators: int


def measure_ceiling(
    annotations: Annotations, metrics: Sequence[str], plan: Intervals, seed: int, *, neutral: int | None = None
) -> dict[str, Any] | None:
    """Return the scores of an annotator drawn at random against another one of the same item.

    Every item counts once, however many labelled it, and in it every ordered pair of annotators: one is gold, the other
    predicted. With two annotators that is the mean of both directions; `accuracy` is the share of agreeing pairs that
    `stancekit agreement` calls percent agreement.

    Parameters
    ----------
    annotations : Annotations
    metrics : sequence of str
        Those that need more than labels are left out.
    plan : Intervals
    seed : int
    neutral : int, optional
        The number of the label that `f_avg` leaves out.

    Returns
    -------
    dict or None
        `{"annotators", "items", "metrics": {NAME: {"value", "low", "high"}}, "alpha": {"value", "low", "high"}}`, alpha
        being Krippendorff's, of sets of labels as wholes. None if no item has two annotations.

    Examples
    --------
    >>> labels = np.array([[1, 0], [1, 0], [0, 1], [1, 0]], dtype=bool)
    >>> annotations = Annotations(labels, np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1]), 2)
    >>> measure_ceiling(annotations, ["accuracy"], Intervals(), seed=0)["metrics"]["accuracy"]["value"]
    0.5
    """
    own = _compared(annotations)
    if not len(own.items):
        return None
    numbers, first = np.unique(own.items, return_index=True)
    _, groups = np.unique(own.groups[first], return_inverse=True)
    tally = _tally(own, groups)
    scores = cells(Sample([tally], plan, seed), [name for name in metrics if name in FROM_COUNTS], neutral)
    alpha = estimate_alpha(_set_counts(own), groups, resamples=plan.resamples, level=plan.level, seed=seed)
    ends = {"value": alpha.value, "low": alpha.low, "high": alpha.high}
    return {"annotators": own.annotators, "items": len(numbers), "metrics": scores, "alpha": ends}


def _compared(annotations: Annotations) -> Annotations:
    """Return the annotations of items with two or more, items counted from 0."""
    keep = np.bincount(annotations.items)[annotations.items] > 1
    items = np.unique(annotations.items[keep], return_inverse=True)[1]
    return Annotations(annotations.labels[keep], items, annotations.groups[keep], annotations.annotators)


def _tally(own: Annotations, groups: NDArray[np.intp]) -> Tally:
    """Return by group what agreeing ordered pairs of annotators add up to, each item's pairs weighing one together."""
    n_items, n_groups = len(groups), int(groups.max()) + 1
    given = np.zeros((n_items, own.labels.shape[1]))
    np.add.at(given, own.items, own.labels.astype(np.float64))
    annotators = np.bincount(own.items, minlength=n_items).astype(np.float64)
    pairs = annotators * (annotators - 1)
    same = _set_counts(own)

    def add_up(by_item: Array) -> Array:
        total = np.zeros((n_groups, *by_item.shape[1:]))
        np.add.at(total, groups, by_item)
        return total

    share = add_up(given / annotators[:, None])
    both = add_up(given * (given - 1) / pairs[:, None])
    return Tally(both, share, share, add_up((same * (same - 1)).sum(axis=1) / pairs), add_up(np.ones(n_items)))


def _set_counts(own: Annotations) -> Array:
    """Return how often each item was given each distinct label or set of labels, of shape (n_items, n_sets)."""
    distinct, codes = np.unique(own.labels, axis=0, return_inverse=True)
    counts = np.zeros((int(own.items.max()) + 1, len(distinct)))
    np.add.at(counts, (own.items, codes.ravel()), 1.0)
    return counts
