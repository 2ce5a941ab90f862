"""The model beside its baselines: each baseline's own interval, and that of the difference.

Whether a model beats a baseline is a question about their difference on the same examples. The same groups are
therefore left out, or drawn, for both; two intervals that overlap say little about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stancekit.evaluation.intervals import Sample
from stancekit.evaluation.numbers import cells, number
from stancekit.models.tallies import metric_of

Cell = dict[str, Any]


def beside_baselines(
    model: Sample, baselines: Mapping[str, Sample | None], metrics: Sequence[str], neutral: int | None = None
) -> dict[str, dict[str, Cell] | None]:
    """Return, for each baseline and metric, its score and by how much the model's is higher.

    Parameters
    ----------
    model : Sample
    baselines : mapping of str to (Sample or None)
        Of the same groups. None where a baseline doesn't apply.
    metrics : sequence of str
    neutral : int, optional
        The number of the label that `f_avg` leaves out.

    Returns
    -------
    dict
        `{NAME: {METRIC: {"value", "low", "high", "difference": {"value", "low", "high"}}} | None}`; the difference is
        the model's score less the baseline's. None where a score is not defined, or one group leaves no interval.

    Examples
    --------
    >>> import numpy as np
    >>> from stancekit.config.schema import Intervals
    >>> from stancekit.models.tallies import Tally
    >>> right, wrong = (Tally(*(np.array(own) for own in ([[n]], [[2.0]], [[2.0]], [n], [2.0]))) for n in (2.0, 1.0))
    >>> model, rival = (Sample([tally], Intervals(), 0) for tally in (right, wrong))
    >>> beside_baselines(model, {"rival": rival}, ["accuracy"])["rival"]["accuracy"]["difference"]
    {'value': 0.5, 'low': None, 'high': None}
    """
    return {name: None if own is None else _beside(model, own, metrics, neutral) for name, own in baselines.items()}


def _beside(model: Sample, rival: Sample, metrics: Sequence[str], neutral: int | None) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for name, cell in cells(rival, metrics, neutral).items():
        metric = metric_of(name, neutral)
        low, high = model.interval_beyond(rival, metric)
        value = model.value(metric) - rival.value(metric)
        found[name] = {**cell, "difference": {"value": number(value), "low": number(low), "high": number(high)}}
    return found
