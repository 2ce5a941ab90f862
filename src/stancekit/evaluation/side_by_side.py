"""Several predictions for the same examples: scores and paired differences, on the same resamples.

A difference is resampled as one: each draw of groups scores all predictions, and its interval is that of the
differences over draws. What makes some groups harder than others falls out of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import Config
from stancekit.evaluation.intervals import average, resample
from stancekit.evaluation.scores import Predictions
from stancekit.models.tallies import metric_of

Cell = dict[str, float | None]
"""`{"value", "low", "high"}`, None where not defined."""


@dataclass(frozen=True)
class SideBySide:
    """The scores of several predictions.

    Attributes
    ----------
    values : ndarray of shape (n_predictions,)
    draws : ndarray of shape (n_predictions, n_resamples)
        Scores of the same resamples; no columns where there are fewer than two groups.
    level : float
        Of the intervals.

    Examples
    --------
    >>> side = SideBySide(np.array([0.5, 0.75]), np.array([[0.25, 0.5], [0.5, 0.75]]), 0.95)
    >>> side.score(0)["value"], side.difference(1, 0)
    (0.5, {'value': 0.25, 'low': 0.25, 'high': 0.25})
    """

    values: NDArray[np.float64]
    draws: NDArray[np.float64]
    level: float

    def score(self, number: int) -> Cell:
        """Return the score of one of the predictions."""
        return _cell(self.values[number], self.draws[number], self.level)

    def difference(self, number: int, other: int) -> Cell:
        """Return the score of one less that of another, paired draw by draw."""
        return _cell(self.values[number] - self.values[other], self.draws[number] - self.draws[other], self.level)


def score_side_by_side(predictions: Sequence[Predictions], metric: str, config: Config) -> SideBySide:
    """Score several predictions for the same examples in the same groups."""
    measure, plan = metric_of(metric), config.evaluation.intervals
    tallies = [own.tallies(metrics=(metric,)) for own in predictions]
    values = np.array([float(average([measure(tally.summed()) for tally in own])) for own in tallies])
    resampled = iter(resample([tally for own in tallies for tally in own], plan.resamples, config.seed))
    if len(tallies[0][0].total) < 2:
        return SideBySide(values, np.empty((len(values), 0)), plan.level)
    draws = np.stack([average([measure(next(resampled)) for _ in own]) for own in tallies])
    return SideBySide(values, draws, plan.level)


def _cell(value: float, draws: NDArray[np.float64], level: float) -> Cell:
    known = draws[~np.isnan(draws)]
    tails = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
    low, high = np.quantile(known, tails) if len(known) else (math.nan, math.nan)
    numbers = {"value": float(value), "low": float(low), "high": float(high)}
    return {name: None if math.isnan(number) else number for name, number in numbers.items()}
