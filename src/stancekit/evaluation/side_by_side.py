"""Several predictions for the same examples: scores and paired differences, by the same groups left out or drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from stancekit.config.schema import Config
from stancekit.evaluation.intervals import Bounds, Metric, Sample, bounds_of
from stancekit.evaluation.predictions import Predictions
from stancekit.models.tallies import Array, metric_of

Cell = dict[str, float | None]
"""`{"value", "low", "high"}`, None where not defined."""


@dataclass(frozen=True)
class SideBySide:
    """Several predictions for the same examples in the same groups, to be scored by one metric.

    Attributes
    ----------
    samples : list of Sample
    metric : callable
    bounds : tuple of float or None
        Of the metric.
    """

    samples: list[Sample]
    metric: Metric
    bounds: Bounds | None

    def score(self, number: int) -> Cell:
        """Return the score of one of the predictions."""
        own = self.samples[number]
        return _cell(own.value(self.metric), *own.interval(self.metric, self.bounds))

    def difference(self, number: int, other: int) -> Cell:
        """Return the score of one less that of another, with the interval of the difference."""
        own, rival = self.samples[number], self.samples[other]
        value = own.value(self.metric) - rival.value(self.metric)
        return _cell(value, *own.interval_beyond(rival, self.metric))


def score_side_by_side(predictions: Sequence[Predictions], metric: str, config: Config) -> SideBySide:
    """Score several predictions for the same examples in the same groups."""
    plan = config.evaluation.intervals
    samples = [Sample(own.tallies((metric,)), plan, config.seed) for own in predictions]
    return SideBySide(samples, metric_of(metric, config.task.neutral_number), bounds_of(metric))


def _cell(value: Array, low: Array, high: Array) -> Cell:
    numbers = {"value": float(value), "low": float(low), "high": float(high)}
    return {name: None if math.isnan(number) else number for name, number in numbers.items()}
