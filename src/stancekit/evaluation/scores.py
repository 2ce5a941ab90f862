"""SCORES, the part of metrics.json that says how good predictions are, beside baselines and with intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.metrics import is_plugged
from stancekit.config.schema import Config
from stancekit.evaluation.intervals import Metric, Sample, average, bounds_of
from stancekit.models.tallies import Tally, confusion, f1, metric_of, precision, recall, tally_by_group

FEW_GROUPS = 30
"""Below this, intervals are wide, and those of the bootstrap too narrow for it."""


@dataclass(frozen=True)
class Predictions:
    """Gold labels and what was predicted for them, in one or more repeats.

    Attributes
    ----------
    gold : ndarray of bool of shape (n_examples, n_labels)
    predicted : ndarray of bool of shape (n_repeats, n_examples, n_labels)
    groups : ndarray of int of shape (n_examples,)
        What is resampled as one; counted from 0.
    scores : ndarray of float of shape (n_repeats, n_examples, n_labels) or None
        Decision values; needed by metrics of ranking only.
    """

    gold: NDArray[np.bool_]
    predicted: NDArray[np.bool_]
    groups: NDArray[np.intp]
    scores: NDArray[np.float64] | None = None

    def tallies(self, rows: NDArray[np.intp] | None = None, metrics: Sequence[str] = ()) -> list[Tally]:
        """Return the tallies by group of every repeat, of some rows or all; for `metrics`, if plug-ins have them."""
        plugged = tuple(filter(is_plugged, metrics))
        keep = slice(None) if rows is None else rows
        names, codes = np.unique(self.groups[keep], return_inverse=True)
        scores = [None] * len(self.predicted) if self.scores is None else [own[keep] for own in self.scores]
        return [
            tally_by_group(self.gold[keep], repeat[keep], codes, len(names), own, plugged)
            for repeat, own in zip(self.predicted, scores, strict=True)
        ]


def score_predictions(
    predictions: Predictions,
    baselines: Mapping[str, Predictions | None],
    config: Config,
    columns: Mapping[str, Sequence[Any]],
) -> dict[str, Any]:
    """Return SCORES.

    Parameters
    ----------
    predictions : Predictions
    baselines : mapping of str to (Predictions or None)
        None where a baseline doesn't apply to the data.
    config : Config
    columns : mapping of lists
        `actor` and `target` of the examples, for the scores by each.
    """
    metrics: Sequence[str] = config.evaluation.metrics or ()
    labels = config.task.labels
    matrices = [confusion(predictions.gold, repeat, config.task.kind) for repeat in predictions.predicted]
    by_baseline: dict[str, dict[str, float | None] | None] = {}
    for name, said in baselines.items():
        own = None if said is None else said.tallies(metrics=metrics)
        by_baseline[name] = (
            None if own is None else {metric: _number(_mean(metric_of(metric), own)) for metric in metrics}
        )
    return {
        "n": len(predictions.gold),
        "groups": int(predictions.groups.max()) + 1,
        "repeats": len(predictions.predicted),
        "metrics": _scores(predictions.tallies(metrics=metrics), metrics, config),
        "per_label": _per_label(predictions, labels, config),
        "per_target": _per_value(predictions, columns.get("target"), metrics, config),
        "per_actor": _per_value(predictions, columns.get("actor"), metrics, config),
        "baselines": by_baseline,
        "confusion": {"labels": list(labels), "matrix": _plain(np.mean(matrices, axis=0))},
        "warnings": [],
    }


def _scores(tallies: Sequence[Tally], metrics: Sequence[str], config: Config) -> dict[str, dict[str, float | None]]:
    sample = Sample(tallies, config.evaluation.intervals, config.seed)
    result = {}
    for name in metrics:
        metric = metric_of(name)
        low, high = sample.interval(metric, bounds_of(name))
        result[name] = {"value": _number(sample.value(metric)), "low": _number(low), "high": _number(high)}
    return result


def _per_label(predictions: Predictions, labels: Sequence[str], config: Config) -> dict[str, dict[str, Any]]:
    tallies = predictions.tallies()
    low, high = Sample(tallies, config.evaluation.intervals, config.seed).interval(f1)
    value, exactness, found = (_mean(metric, tallies) for metric in (f1, precision, recall))
    totals = [tally.summed() for tally in tallies]
    predicted = np.mean([total.predicted for total in totals], axis=0)
    return {
        label: {
            "n": int(totals[0].gold[i]),
            "predicted": _plain(predicted[i]),
            "precision": _number(exactness[i]),
            "recall": _number(found[i]),
            "f1": {"value": _number(value[i]), "low": _number(low[i]), "high": _number(high[i])},
        }
        for i, label in enumerate(labels)
    }


def _per_value(
    predictions: Predictions, values: Sequence[str | None] | None, metrics: Sequence[str], config: Config
) -> dict[str, dict[str, Any]]:
    """Return scores for the examples of each value of a column, most frequent first; empty if all are null."""
    rows: dict[str, list[int]] = {}
    for row, value in enumerate(values or ()):
        if value is not None:
            rows.setdefault(value, []).append(row)
    result = {}
    for value in sorted(rows, key=lambda name: (-len(rows[name]), name)):
        own = predictions.tallies(np.array(rows[value]), metrics)
        result[value] = {"n": len(rows[value]), "groups": len(own[0].total), "metrics": _scores(own, metrics, config)}
    return result


def _mean(metric: Metric, tallies: Sequence[Tally]) -> Any:
    return average([metric(tally.summed()) for tally in tallies])


def _number(value: Any) -> float | None:
    """Return a plain float; None for NaN, which JSON doesn't have."""
    number = float(value)
    return None if math.isnan(number) else number


def _plain(values: Any) -> Any:
    """Return nested lists, whole numbers as int."""
    if isinstance(values, np.ndarray):
        return [_plain(value) for value in values] if values.ndim else _plain(values.item())
    number = float(values)
    return int(number) if number.is_integer() else number
