"""Fits on parts of the training examples, where some labels may be missing.

Cross-validation is refused where a fold leaves a label without training examples. A study trains on less, and must go
on: such a label is never predicted, and the fit says which labels it lacked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import TaskKind
from stancekit.config.settings import Setting
from stancekit.errors import StancekitError
from stancekit.evaluation.crossval import CutInner, PlannedFit
from stancekit.models.instances import Counted
from stancekit.models.linear import RunJobs
from stancekit.models.splits import Split

OUT_OF_REACH = 1e9
"""The decision value of a label that every training example has, and, negative, of one that none has."""


@dataclass(frozen=True)
class PartialFit:
    """One setting to be fitted on some rows and to score others, in one repeat."""

    repeat: int
    setting: Setting
    split: Split


@dataclass(frozen=True)
class Outcome:
    """What a fit came to.

    Attributes
    ----------
    values : ndarray of float of shape (n_held_out, n_labels) or None
        None where it could not be made.
    lacking : tuple of int
        The labels that no training example had.
    unconverged, fits : int
        How many linear models were fitted, and how many of them stopped before they converged.
    refused : str
        Why it could not be made.
    """

    values: NDArray[np.float64] | None
    lacking: tuple[int, ...] = ()
    unconverged: int = 0
    fits: int = 0
    refused: str = ""


def score_partially(
    counted: Counted,
    fits: Sequence[PartialFit],
    labels: NDArray[np.bool_],
    seed: int,
    run: RunJobs,
    kind: TaskKind,
    cut_inner: CutInner,
    neutral: int | None = None,
) -> list[Outcome]:
    """Make fits, all of them as independent jobs, and score what each holds out.

    Parameters
    ----------
    counted : Counted
        The whole corpus.
    fits : sequence of PartialFit
    labels : ndarray of bool of shape (n_examples, n_labels)
    seed : int
    run : callable
    kind : str
        Of the task.
    cut_inner : callable
        Cuts training rows for settings that are calibrated or tuned. Rows it can't cut make no fit.
    neutral : int, optional
        The number of the neutral label, where a decision is tuned for `f_avg`.

    Returns
    -------
    list of Outcome
        One for each fit, in order.
    """
    plans = [_Plan(counted, fit, labels, seed, kind, cut_inner, neutral) for fit in fits]
    results = iter(run([partial(_or_error, job) for plan in plans for job in plan.jobs]))
    return [plan.collect(results) for plan in plans]


def gathered(
    fits: Sequence[PartialFit], outcomes: Sequence[Outcome], shape: tuple[int, int, int]
) -> NDArray[np.float64]:
    """Return the decision values of all fits, of shape (n_repeats, n_examples, n_labels), NaN where there are none."""
    values = np.full(shape, np.nan)
    for fit, outcome in zip(fits, outcomes, strict=True):
        if outcome.values is not None:
            values[fit.repeat, fit.split.held_out] = outcome.values
    return values


class _Plan:
    """A fit on those labels that can be learned; the values of the others are fixed."""

    def __init__(
        self,
        counted: Counted,
        fit: PartialFit,
        labels: NDArray[np.bool_],
        seed: int,
        kind: TaskKind,
        cut_inner: CutInner,
        neutral: int | None,
    ) -> None:
        self.kind, self.held_out = kind, fit.split.held_out
        seen = counted.gold(labels, fit.split.trained_on)
        has, lacks = seen.any(axis=0), ~seen.all(axis=0)
        self.lacking = tuple(int(label) for label in np.flatnonzero(~has))
        self.fixed = np.where(has, OUT_OF_REACH, -OUT_OF_REACH)
        self.learned = np.flatnonzero(has & lacks)
        self.labels = labels[:, self.learned]
        # Where the neutral label isn't learned, every other one counts.
        self.neutral = next((place for place, own in enumerate(self.learned) if own == neutral), None)
        self.refused = "" if len(seen) else "no training example is left"
        self.planned: PlannedFit | None = None
        if len(seen) and len(self.learned):
            try:
                self.planned = PlannedFit(
                    _with_labels(counted, self.learned), fit.setting, fit.split, self.labels, seed, cut_inner
                )
            except StancekitError as error:
                self.refused = str(error)

    @property
    def jobs(self) -> list[Callable[[], Any]]:
        return [] if self.planned is None else self.planned.jobs

    def collect(self, results: Iterator[Any]) -> Outcome:
        own = [next(results) for _ in self.jobs]
        error = next((result for result in own if isinstance(result, StancekitError)), None)
        if self.refused or error is not None:
            return Outcome(None, self.lacking, refused=self.refused or str(error))
        values = np.tile(self.fixed, (len(self.held_out), 1))
        if self.planned is None:
            return Outcome(values, self.lacking)
        learned, _, unconverged = self.planned.collect(iter(own), self.labels, self.kind, self.neutral)
        values[:, self.learned] = learned
        return Outcome(values, self.lacking, unconverged, self.planned.fits)


def _with_labels(counted: Counted, learned: NDArray[np.intp]) -> Counted:
    """Return the corpus for a task with some of the labels; of directed pairs, each with its reverse."""
    if counted.reversal is None:
        return counted
    number = {int(label): i for i, label in enumerate(learned)}
    return replace(counted, reversal=tuple(number[counted.reversal[int(label)]] for label in learned))


def _or_error(job: Callable[[], Any]) -> Any:
    """Run a job; what it refuses is told as a result, since other fits of the study go on."""
    try:
        return job()
    except StancekitError as error:
        return error
