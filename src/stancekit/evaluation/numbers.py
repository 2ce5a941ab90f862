"""Numbers as metrics.json holds them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from stancekit.evaluation.intervals import Sample, bounds_of
from stancekit.models.tallies import metric_of


def number(value: Any) -> float | None:
    """Return a plain float; None for NaN, which JSON doesn't have."""
    own = float(value)
    return None if math.isnan(own) else own


def cells(sample: Sample, metrics: Sequence[str], neutral: int | None) -> dict[str, dict[str, float | None]]:
    """Return `{"value", "low", "high"}` of each metric; `f_avg` leaves out the label whose number is `neutral`."""
    found = {}
    for name in metrics:
        metric = metric_of(name, neutral)
        low, high = sample.interval(metric, bounds_of(name))
        found[name] = {"value": number(sample.value(metric)), "low": number(low), "high": number(high)}
    return found


def plain(values: Any) -> Any:
    """Return nested lists, whole numbers as int."""
    if isinstance(values, np.ndarray):
        return [plain(value) for value in values] if values.ndim else plain(values.item())
    own = float(values)
    return int(own) if own.is_integer() else own
