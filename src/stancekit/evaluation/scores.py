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
from stancekit.evaluation.beside import beside_baselines, every_tally
from stancekit.evaluation.intervals import Metric, average, percentile_interval, resample
from stancekit.models.tallies import Tally, confusion, f1, metric_of, precision, recall, tally_by_group

FEW_GROUPS = 30
"""Below this, percentile bootstrap intervals are known to be too narrow."""


@dataclass(frozen=True)
class Predictions:
    """Gold labels and what was predicted for them, in one or more repeats.

    Attributes
    ----------
    gold : ndarray of bool of shape (n_examples, n_labels)
    predicted : ndarray of bool of shape (n_repeats, n_examples, n_labels)
    groups : ndarray of int of shape (n_examples,)
        What the bootstrap resamples; counted from 0.
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
    own, plan = predictions.tallies(metrics=metrics), config.evaluation.intervals
    others = {name: None if said is None else said.tallies(metrics=metrics) for name, said in baselines.items()}
    # Drawn once: draws are what takes long, and whoever is compared is compared in the same ones.
    drawn = resample(every_tally(own, others), plan.resamples, config.seed)
    beside = beside_baselines(own, others, drawn, metrics, plan.level)
    return {
        "n": len(predictions.gold),
        "groups": int(predictions.groups.max()) + 1,
        "repeats": len(predictions.predicted),
        "metrics": _scores(own, drawn[: len(own)], metrics, config),
        "per_label": _per_label(own, drawn[: len(own)], labels, config),
        "per_target": _per_value(predictions, columns.get("target"), metrics, config),
        "per_actor": _per_value(predictions, columns.get("actor"), metrics, config),
        "baselines": {name: said and {key: said[key]["value"] for key in metrics} for name, said in beside.items()},
        "beside": beside,
        "confusion": {"labels": list(labels), "matrix": _plain(np.mean(matrices, axis=0))},
        "warnings": [],
    }


def _scores(
    tallies: Sequence[Tally], resampled: Sequence[Tally], metrics: Sequence[str], config: Config
) -> dict[str, dict[str, float | None]]:
    plan = config.evaluation.intervals
    result = {}
    for name in metrics:
        value = _mean(metric_of(name), tallies)
        low, high = percentile_interval(metric_of(name), resampled, plan.level) if resampled else (math.nan, math.nan)
        result[name] = {"value": _number(value), "low": _number(low), "high": _number(high)}
    return result


def _per_label(
    tallies: Sequence[Tally], resampled: Sequence[Tally], labels: Sequence[str], config: Config
) -> dict[str, dict[str, Any]]:
    plan = config.evaluation.intervals
    undefined = np.full(len(labels), np.nan)
    low, high = percentile_interval(f1, resampled, plan.level) if resampled else (undefined, undefined)
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
        drawn = resample(own, config.evaluation.intervals.resamples, config.seed)
        scores = _scores(own, drawn, metrics, config)
        result[value] = {"n": len(rows[value]), "groups": len(own[0].total), "metrics": scores}
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
