"""The model beside its baselines: each baseline's own interval, and that of the difference.

Whether a model beats a baseline is a question about their difference on the same examples. Both are therefore scored
in the same resamples (a paired bootstrap); two intervals that overlap say little about it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from stancekit.evaluation.intervals import average, interval_of
from stancekit.models.tallies import Array, Tally, metric_of

Cell = dict[str, Any]


def every_tally(model: Sequence[Tally], baselines: Mapping[str, Sequence[Tally] | None]) -> list[Tally]:
    """Return the tallies of the model and then of each baseline: what is resampled together."""
    return [*model, *(tally for tallies in baselines.values() for tally in tallies or ())]


def beside_baselines(
    model: Sequence[Tally],
    baselines: Mapping[str, Sequence[Tally] | None],
    drawn: Sequence[Tally],
    metrics: Sequence[str],
    level: float,
) -> dict[str, dict[str, Cell] | None]:
    """Return, for each baseline and metric, its score and by how much the model's is higher.

    Parameters
    ----------
    model : sequence of Tally
        By group, one for each repeat.
    baselines : mapping of str to (sequence of Tally or None)
        By the same groups. None where a baseline doesn't apply.
    drawn : sequence of Tally
        Resamples of all of these in the order of `every_tally`, by the same draws: see `intervals.resample`.
    metrics : sequence of str
    level : float
        0.95 for 95 %.

    Returns
    -------
    dict
        `{NAME: {METRIC: {"value", "low", "high", "difference": {"value", "low", "high"}}} | None}`; the difference is
        the model's score less the baseline's. None where a score is not defined, or one group leaves no interval.

    Examples
    --------
    >>> right, wrong = (Tally(*(np.array(own) for own in ([[n]], [[2.0]], [[2.0]], [n], [2.0]))) for n in (2.0, 1.0))
    >>> said = beside_baselines([right], {"rival": [wrong]}, [], ["accuracy"], 0.95)
    >>> said["rival"]["accuracy"]["difference"]
    {'value': 0.5, 'low': None, 'high': None}
    """
    result: dict[str, dict[str, Cell] | None] = dict.fromkeys(baselines)
    begin = len(model)
    for name, tallies in baselines.items():
        if tallies is None:
            continue
        own = drawn[begin : begin + len(tallies)]
        begin += len(tallies)
        result[name] = {
            metric: _cell(metric, (model, drawn[: len(model)]), (tallies, own), level) for metric in metrics
        }
    return result


def _cell(
    metric: str,
    model: tuple[Sequence[Tally], Sequence[Tally]],
    rival: tuple[Sequence[Tally], Sequence[Tally]],
    level: float,
) -> Cell:
    """Return the score of a rival and the model's difference to it, each given as tallies by group and resampled."""
    (ours, our_values), (theirs, their_values) = (_scores(metric, *own) for own in (model, rival))
    return {
        **_estimate(theirs, their_values, level),
        "difference": _estimate(ours - theirs, our_values - their_values, level),
    }


def _scores(metric: str, by_group: Sequence[Tally], drawn: Sequence[Tally]) -> tuple[float, Array]:
    """Return a metric, averaged over repeats: of all groups, and in every resample."""
    score = metric_of(metric)
    value = float(average([score(tally.summed()) for tally in by_group]))
    return value, average([score(tally) for tally in drawn]) if drawn else np.full(1, np.nan)


def _estimate(value: float, drawn: Array, level: float) -> Cell:
    low, high = interval_of(drawn, level)
    ends = {"value": value, "low": float(low), "high": float(high)}
    return {name: None if math.isnan(end) else end for name, end in ends.items()}
