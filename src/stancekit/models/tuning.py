"""Tuned decisions: offsets that, added to the scores, make a metric as high as it gets on examples held out.

Many offsets are about as good on the examples at hand, and the very best of them is partly luck. So the optimum is
found once without each inner fold, and the mean of these is taken: in nested cross-validation of DSE and sahel it
varied less than the optimum over all, and scored as high or higher.

One label's offset after the other (of a directed pair, that of a label and its reverse together) is set to the best of
its candidates, the others standing still, until a whole round changes nothing. With the scores of the other labels
fixed, an example takes a label as soon as the offset exceeds its margin: sorted by margin, the tallies at all
candidates are running sums.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from stancekit.config.task import TaskKind
from stancekit.models.decision import decide
from stancekit.models.tallies import Tally, tally_by_group

Array = NDArray[np.float64]
Measure = Callable[[Tally], Array]

MAXIMUM_ROUNDS = 25
CANDIDATES = 50
"""How many offsets are tried of a label, at most."""
ROUNDING = 1e-12
"""Values of a metric that differ by less are equal."""


def mean_offsets(
    scores: Array,
    labels: NDArray[np.bool_],
    folds: NDArray[np.int32],
    kind: TaskKind,
    measure: Measure,
    reversal: tuple[int, ...] | None = None,
) -> Array:
    """Return the mean of the offsets that are best without one fold each; zeros where it isn't better than none.

    Parameters are those of `tune_offsets`, and:

    folds : ndarray of int of shape (n_examples,)
        With which others an example was held out.
    reversal : tuple of int, optional
        Of a directed pair; every example counts both ways round.
    """
    if reversal is not None:
        # Which way round a pair was written down must make no difference: each counts both ways round.
        scores, labels = np.concatenate([scores, scores[:, reversal]]), np.concatenate([labels, labels[:, reversal]])
        folds = np.tile(folds, 2)
    parts = [folds != fold for fold in np.unique(folds)]
    parts = parts if len(parts) > 1 else [np.ones(len(folds), dtype=np.bool_)]
    found = np.stack([tune_offsets(scores[part], labels[part], kind, measure, reversal=reversal) for part in parts])
    if kind != "multilabel":
        # A constant added to all of them changes no decision, but would change the mean.
        found -= found.mean(axis=1, keepdims=True)
    offsets = np.asarray(found.mean(axis=0))
    none = np.zeros_like(offsets)
    better = _value(scores, offsets, labels, kind, measure) > _value(scores, none, labels, kind, measure) + ROUNDING
    return offsets if better else none


def tune_offsets(
    scores: Array,
    labels: NDArray[np.bool_],
    kind: TaskKind,
    measure: Measure,
    candidates: int | None = CANDIDATES,
    reversal: tuple[int, ...] | None = None,
) -> Array:
    """Return the offset of every label, of shape (n_labels,).

    Parameters
    ----------
    scores : ndarray of shape (n_examples, n_labels)
        From models that did not see the examples.
    labels : ndarray of bool of shape (n_examples, n_labels)
    kind : str
        Of the task: in a stance task the label of the highest sum of score and offset is taken, in a multilabel task
        every label whose sum is above zero.
    measure : callable
        From a tally to scores; higher is better, NaN worst.
    candidates : int, optional
        How many offsets are tried of a label at most, as many examples between any two; None for every one that
        makes a difference.
    reversal : tuple of int, optional
        Of a directed pair, the number of each label's reverse, which has the same offset.

    Examples
    --------
    >>> from stancekit.models.tallies import macro_f1
    >>> scores = np.array([[1.0, 0.0], [1.0, 0.6], [1.0, 0.8]])
    >>> labels = np.array([[True, False], [False, True], [False, True]])
    >>> offsets = tune_offsets(scores, labels, "stance", macro_f1)
    >>> decide(scores + offsets, "stance").tolist() == labels.tolist()
    True
    """
    offsets = np.zeros(scores.shape[1])
    alike = list(dict.fromkeys(tuple(sorted({*own})) for own in enumerate(reversal or range(len(offsets)))))
    for _ in range(MAXIMUM_ROUNDS):
        before = offsets.copy()
        for own in alike:
            # What all labels share decides nothing between them.
            if kind == "multilabel" or len(own) < len(offsets):
                offsets[list(own)] = _best_offset(scores, offsets, labels, own, kind, measure, candidates)
        if np.array_equal(offsets, before):
            break
    return offsets


def _best_offset(
    scores: Array,
    offsets: Array,
    labels: NDArray[np.bool_],
    alike: tuple[int, ...],
    kind: TaskKind,
    measure: Measure,
    candidates: int | None,
) -> float:
    """Return the offset of labels that share it at which the metric is highest.

    Of equals it is the one in place, else the smallest.
    """
    current = _value(scores, offsets, labels, kind, measure)
    without, taken, margins = _at_the_margin(scores, offsets, list(alike), kind)
    order = np.argsort(margins, kind="stable")
    steps, tried = _candidates(margins[order], candidates)
    values = np.nan_to_num(measure(_tallies(labels[order], without[order], taken[order], steps)), nan=-np.inf)
    if values.max() <= current + ROUNDING:
        return float(offsets[alike[0]])
    best = tried[values >= values.max() - ROUNDING]
    return float(best[np.argmin(np.abs(best))])


def _value(scores: Array, offsets: Array, labels: NDArray[np.bool_], kind: TaskKind, measure: Measure) -> float:
    group = np.zeros(len(labels), dtype=np.intp)
    value = measure(tally_by_group(labels, decide(scores + offsets, kind), group, 1).summed())
    return float(np.nan_to_num(value, nan=-np.inf))


def _at_the_margin(
    scores: Array, offsets: Array, alike: list[int], kind: TaskKind
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], Array]:
    """Return what is chosen without labels that share an offset, what with them, and the offset between the two."""
    shifted = scores + offsets
    if kind == "multilabel":
        without = decide(shifted, kind)
        without[:, alike] = False
        taken = without.copy()
        taken[:, alike] = True
        return without, taken, -scores[:, alike].max(axis=1)
    shifted[:, alike] = -np.inf
    taken = np.zeros(scores.shape, dtype=np.bool_)
    taken[:, alike] = decide(scores[:, alike], kind)
    return decide(shifted, kind), taken, shifted.max(axis=1) - scores[:, alike].max(axis=1)


def _candidates(margins: Array, most: int | None) -> tuple[NDArray[np.intp], Array]:
    """Return how many examples take the label at each offset that is tried, and the offsets.

    These lie midway between neighbouring margins, which are sorted, and beyond the outermost.
    """
    n = len(margins)
    width = max(float(margins[-1] - margins[0]) / n, 1e-6)
    ends = np.concatenate([[margins[0] - width], margins, [margins[-1] + width]])
    # Sums of floats round: of margins that hardly differ no offset is sure to lie between.
    steps = np.flatnonzero(np.diff(ends) > 1e-9 * max(1.0, float(np.abs(ends).max())))
    if most is not None and len(steps) > most:
        wanted = np.linspace(0, n, most).round().astype(np.intp)
        steps = np.unique(steps[np.minimum(np.searchsorted(steps, wanted), len(steps) - 1)])
    return steps, (ends[steps] + ends[steps + 1]) / 2.0


def _tallies(
    labels: NDArray[np.bool_], without: NDArray[np.bool_], taken: NDArray[np.bool_], steps: NDArray[np.intp]
) -> Tally:
    """Return the tallies when the first examples are as taken and the others as without, for each number of them."""

    def running(with_label: NDArray[np.bool_], without_label: NDArray[np.bool_]) -> Array:
        change = with_label.astype(np.float64) - without_label
        sums = np.concatenate([np.zeros((1, *change.shape[1:])), np.cumsum(change, axis=0)])
        return np.asarray(sums[steps] + without_label.sum(axis=0))

    exact = running((taken == labels).all(axis=1), (without == labels).all(axis=1))
    gold = np.broadcast_to(labels.sum(axis=0).astype(np.float64), (len(steps), labels.shape[1]))
    total = np.full(len(steps), float(len(labels)))
    return Tally(running(taken & labels, without & labels), gold, running(taken, without), exact, total)
