"""Tallies: the counts that every score is made of, by group, so that scores of any resample are one product away.

A metric never sees predictions, only tallies: of one run, of a subset, or of thousands of bootstrap resamples at
once (the leading axes). A metric of ranking sees what `Ranking` made of the scores, one of a plug-in predictions, by
`Decided`, one of probabilities or of label sets the sums of what each example adds, by `summands`. A class
with neither gold nor predicted examples has no F1 (NaN) and is left out of the macro average: scikit-learn's
`f1_score` with its default labels or, for label sets, with `zero_division=nan`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from stancekit.config.task import TaskKind
from stancekit.errors import InputError, Problem
from stancekit.models.decided import Decided
from stancekit.models.ranking import Ranking

Array = NDArray[np.float64]
ROUNDING = 1e-12
"""What is smaller than this share of the whole is nothing."""
COUNTS = ("both", "gold", "predicted", "exact", "total")


@dataclass(frozen=True)
class Tally:
    """Counts for each label, and of wholly right examples.

    Attributes
    ----------
    both, gold, predicted : ndarray of shape (..., n_labels)
        Examples that have the label in both, in gold, in the prediction.
    exact, total : ndarray of shape (...)
        Examples whose label (or label set) is right, and all.
    ranking : Ranking or None
        Of tallies by group whose scores are known: what average precision is made of.
    average_precision : ndarray of shape (..., n_labels) or None
        Of tallies that were summed or resampled from such.
    decided : Decided or None
        Of tallies by group: what metrics of plug-ins are made of.
    plugged : mapping of str to ndarray of shape (...)
        Of tallies that were summed or resampled from such: the scores.
    sums : mapping of str to ndarray of shape (...) or (..., n_bins)
        By metric, what the examples add together.
    """

    both: Array
    gold: Array
    predicted: Array
    exact: Array
    total: Array
    ranking: Ranking | None = None
    average_precision: Array | None = None
    decided: Decided | None = None
    plugged: Mapping[str, Array] = field(default_factory=dict)
    sums: Mapping[str, Array] = field(default_factory=dict)

    def resampled(self, weights: Array) -> Tally:
        """Return tallies of resamples: `weights` of shape (n_resamples, n_groups) say how often each group is in."""
        return Tally(
            weights @ self.both,
            weights @ self.gold,
            weights @ self.predicted,
            weights @ self.exact,
            weights @ self.total,
            average_precision=None if self.ranking is None else self.ranking.average_precision(weights),
            plugged={} if self.decided is None else self.decided.scores(weights),
            sums={name: weights @ own for name, own in self.sums.items()},
        )

    @classmethod
    def concatenated(cls, parts: Sequence[Tally]) -> Tally:
        """Return tallies that were resampled or are by group, one after the other; rankings are left out."""
        both, gold, predicted, exact, total = (
            np.concatenate([getattr(part, name) for part in parts]) for name in COUNTS
        )
        ranked = [part.average_precision for part in parts if part.average_precision is not None]
        average_precision = np.concatenate(ranked) if ranked else None
        plugged = {name: np.concatenate([part.plugged[name] for part in parts]) for name in parts[0].plugged}
        sums = {name: np.concatenate([part.sums[name] for part in parts]) for name in parts[0].sums}
        return cls(both, gold, predicted, exact, total, average_precision=average_precision, plugged=plugged, sums=sums)

    def summed(self) -> Tally:
        """Return the tally of all groups together."""
        once = np.ones((1, len(self.total)))
        ranked = None if self.ranking is None else self.ranking.average_precision(once)[0]
        both, gold, predicted, exact, total = (getattr(self, name).sum(axis=0) for name in COUNTS)
        plugged = {} if self.decided is None else {name: own[0] for name, own in self.decided.scores(once).items()}
        sums = {name: np.asarray(own.sum(axis=0)) for name, own in self.sums.items()}
        return Tally(both, gold, predicted, exact, total, average_precision=ranked, plugged=plugged, sums=sums)


def tally_by_group(
    gold: NDArray[np.bool_],
    predicted: NDArray[np.bool_],
    groups: NDArray[np.intp],
    n_groups: int,
    scores: NDArray[np.float64] | None = None,
    plugged: Sequence[str] = (),
    added: Mapping[str, NDArray[np.float64]] | None = None,
) -> Tally:
    """Return the tally of every group.

    Parameters
    ----------
    gold, predicted : ndarray of bool of shape (n_examples, n_labels)
    groups : ndarray of int of shape (n_examples,)
    n_groups : int
    scores : ndarray of float of shape (n_examples, n_labels), optional
        Decision values, for metrics of ranking.
    plugged : sequence of str, optional
        Metrics of plug-ins.
    added : mapping of str to ndarray of shape (n_examples,) or (n_examples, n_bins), optional
        By metric, what each example adds; see `stancekit.models.summands`.

    Returns
    -------
    Tally
        With one leading axis, of length n_groups.

    Examples
    --------
    >>> gold, predicted = np.array([[True, False], [False, True]]), np.array([[True, False], [True, False]])
    >>> tally = tally_by_group(gold, predicted, np.array([0, 0]), 1)
    >>> tally.both.tolist(), tally.exact.tolist()
    ([[1.0, 0.0]], [1.0])
    """

    def add_up(values: NDArray[np.bool_] | Array) -> Array:
        if values.ndim == 1:
            return np.asarray(np.bincount(groups, values, n_groups), dtype=np.float64)
        by_label = [np.bincount(groups, column, n_groups) for column in values.T.astype(np.float64)]
        return np.stack(by_label, axis=1)

    exact = (gold == predicted).all(axis=1)
    return Tally(
        add_up(gold & predicted),
        add_up(gold),
        add_up(predicted),
        add_up(exact),
        np.asarray(np.bincount(groups, minlength=n_groups), dtype=np.float64),
        None if scores is None else Ranking(gold, scores, groups),
        decided=Decided(gold, predicted, groups, tuple(plugged)) if plugged else None,
        sums={name: add_up(values) for name, values in (added or {}).items()},
    )


def precision(tally: Tally) -> Array:
    """Return precision per label; NaN where nothing was predicted so."""
    return _ratio(tally.both, tally.predicted)


def recall(tally: Tally) -> Array:
    """Return recall per label; NaN where there is no gold example."""
    return _ratio(tally.both, tally.gold)


def f1(tally: Tally) -> Array:
    """Return F1 per label; NaN where the label is neither in gold nor predicted."""
    return _ratio(2.0 * tally.both, tally.gold + tally.predicted)


def macro_f1(tally: Tally) -> Array:
    """Return the mean F1 of the labels that occur in gold or prediction."""
    return _mean_of_known(f1(tally))


def macro_precision(tally: Tally) -> Array:
    """Return the mean precision of the labels that are predicted."""
    return _mean_of_known(precision(tally))


def macro_recall(tally: Tally) -> Array:
    """Return the mean recall of the labels that have gold examples: of one label each, balanced accuracy."""
    return _mean_of_known(recall(tally))


def f_avg(tally: Tally, neutral: int) -> Array:
    """Return the mean F1 of all labels but the neutral one, as of the stance shared tasks (SemEval-2016 Task 6).

    A label that is neither in gold nor predicted counts as 0, as the official scorer has it.
    """
    scores = np.delete(np.nan_to_num(f1(tally), nan=0.0), neutral, axis=-1)
    return np.where(tally.total > 0, scores.mean(axis=-1), np.nan)


def micro_f1(tally: Tally) -> Array:
    """Return F1 over all label decisions together."""
    return _ratio(2.0 * tally.both.sum(axis=-1), (tally.gold + tally.predicted).sum(axis=-1))


def weighted_f1(tally: Tally) -> Array:
    """Return the mean F1 of the labels, weighted by their gold examples."""
    scores = np.nan_to_num(f1(tally), nan=0.0)
    return _ratio((scores * tally.gold).sum(axis=-1), tally.gold.sum(axis=-1))


def mean_average_precision(tally: Tally) -> Array:
    """Return the mean average precision of the labels that have gold examples; NaN where scores aren't known."""
    if tally.average_precision is None:
        return np.full(tally.total.shape, np.nan)
    return _mean_of_known(tally.average_precision)


def mcc(tally: Tally) -> Array:
    """Return Matthews' correlation of one label each, Gorodkin's R_K (2004); 0 where either side has one label only."""
    n = tally.total
    together = n**2 - (tally.gold * tally.predicted).sum(axis=-1)
    spreads = [n**2 - (own**2).sum(axis=-1) for own in (tally.gold, tally.predicted)]
    # Of weights that aren't whole numbers, what should be nothing is a rounding error.
    varied = (spreads[0] > ROUNDING * n**2) & (spreads[1] > ROUNDING * n**2)
    scores = _ratio(together - n * (n - tally.exact), np.sqrt(np.where(varied, spreads[0] * spreads[1], 0.0)))
    return np.where(varied, scores, np.where(n > 0, 0.0, np.nan))


def cohen_kappa(tally: Tally) -> Array:
    """Return Cohen's kappa (1960) of gold and prediction; NaN where both have one and the same label only."""
    n = tally.total
    by_chance = n**2 - (tally.gold * tally.predicted).sum(axis=-1)
    by_chance = np.where(by_chance > ROUNDING * n**2, by_chance, 0.0)
    return 1.0 - _ratio(n * (n - tally.exact), by_chance)


def hamming_loss(tally: Tally) -> Array:
    """Return the share of label decisions that are wrong."""
    wrong = (tally.gold + tally.predicted - 2.0 * tally.both).sum(axis=-1)
    return _ratio(wrong, tally.total * tally.gold.shape[-1])


def mean_summand(name: str, tally: Tally) -> Array:
    """Return the mean of what examples add to a metric; NaN where that isn't known."""
    return _ratio(tally.sums[name], tally.total) if name in tally.sums else np.full(tally.total.shape, np.nan)


def expected_calibration_error(tally: Tally) -> Array:
    """Return by how much confidence misses accuracy, over bins of confidence (Guo et al. 2017)."""
    gaps = tally.sums.get("expected_calibration_error")
    return np.full(tally.total.shape, np.nan) if gaps is None else _ratio(np.abs(gaps).sum(axis=-1), tally.total)


def metric_of(name: str, neutral: int | None = None) -> Callable[[Tally], Array]:
    """Return a metric by its name.

    One of a plug-in, of label sets or of probabilities needs tallies that were made for it.

    Parameters
    ----------
    name : str
    neutral : int, optional
        The number of the task's neutral label, which `f_avg` leaves out.
    """
    if name == "f_avg":
        if neutral is None:
            raise InputError(Problem("'f_avg' needs to know the neutral label", hint="Set task.neutral"))
        return partial(f_avg, neutral=neutral)
    return METRICS[name] if name in METRICS else lambda tally: tally.plugged[name]


def exact_share(tally: Tally) -> Array:
    """Return the share of examples whose label, or whole label set, is right."""
    return _ratio(tally.exact, tally.total)


METRICS: Mapping[str, Callable[[Tally], Array]] = {
    "macro_f1": macro_f1,
    "micro_f1": micro_f1,
    "weighted_f1": weighted_f1,
    "accuracy": exact_share,
    "subset_accuracy": exact_share,
    "balanced_accuracy": macro_recall,
    "macro_precision": macro_precision,
    "macro_recall": macro_recall,
    "mcc": mcc,
    "cohen_kappa": cohen_kappa,
    "hamming_loss": hamming_loss,
    "samples_f1": partial(mean_summand, "samples_f1"),
    "samples_jaccard": partial(mean_summand, "samples_jaccard"),
    "log_loss": partial(mean_summand, "log_loss"),
    "brier": partial(mean_summand, "brier"),
    "expected_calibration_error": expected_calibration_error,
    "mean_average_precision": mean_average_precision,
}
"""All but `f_avg`, which needs to know the neutral label."""

RANKING_METRICS = ("mean_average_precision",)
"""Those that need the scores behind predictions."""


def confusion(gold: NDArray[np.bool_], predicted: NDArray[np.bool_], kind: TaskKind) -> Array:
    """Return the confusion matrix, gold in rows, predicted in columns.

    Returns
    -------
    ndarray of shape (n_labels, n_labels), or (n_labels, 2, 2) in a multilabel task
        In a multilabel task one matrix per label, as scikit-learn's `multilabel_confusion_matrix`:
        `[[true negatives, false positives], [false negatives, true positives]]`.
    """
    hits, misses = gold.astype(np.float64), (~gold).astype(np.float64)
    said, unsaid = predicted.astype(np.float64), (~predicted).astype(np.float64)
    if kind != "multilabel":
        return hits.T @ said
    cells = [[(a * b).sum(axis=0) for b in (unsaid, said)] for a in (misses, hits)]
    return np.moveaxis(np.array(cells), -1, 0)


def _mean_of_known(scores: Array) -> Array:
    known = ~np.isnan(scores)
    return _ratio(np.where(known, scores, 0.0).sum(axis=-1), known.sum(axis=-1).astype(np.float64))


def _ratio(above: Array, below: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below > 0, above / np.where(below > 0, below, 1.0), np.nan)
