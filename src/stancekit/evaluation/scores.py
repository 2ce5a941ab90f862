"""SCORES, the part of metrics.json that says how good predictions are, beside baselines and with intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from stancekit.config.schema import Config
from stancekit.evaluation.breakdowns import break_down, worst_groups
from stancekit.evaluation.intervals import Metric, average, percentile_interval, resample
from stancekit.evaluation.numbers import number, plain
from stancekit.evaluation.predictions import Predictions
from stancekit.models.tallies import Tally, confusion, f1, metric_of, precision, recall

FEW_GROUPS = 30
"""Below this, percentile bootstrap intervals are known to be too narrow."""


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
        Of the examples, for the breakdowns.
    """
    metrics: Sequence[str] = config.evaluation.metrics or ()
    labels, neutral = config.task.labels, config.task.neutral_number
    matrices = [confusion(predictions.gold, repeat, config.task.kind) for repeat in predictions.predicted]
    by_baseline: dict[str, dict[str, float | None] | None] = {}
    for name, said in baselines.items():
        own = None if said is None else said.tallies(metrics=metrics)
        by_baseline[name] = (
            None if own is None else {metric: number(_mean(metric_of(metric, neutral), own)) for metric in metrics}
        )
    breakdowns = break_down(predictions, columns, config)
    return {
        "n": len(predictions.gold),
        "groups": int(predictions.groups.max()) + 1,
        "repeats": len(predictions.predicted),
        "metrics": _scores(predictions.tallies(metrics=metrics), metrics, config),
        "per_label": _per_label(predictions, labels, config),
        **{f"per_{by}": groups for by, groups in breakdowns.items()},
        "worst": worst_groups(breakdowns, str(config.evaluation.primary)),
        "baselines": by_baseline,
        "confusion": {"labels": list(labels), "matrix": plain(np.mean(matrices, axis=0))},
        "warnings": [],
    }


def _scores(tallies: Sequence[Tally], metrics: Sequence[str], config: Config) -> dict[str, dict[str, float | None]]:
    plan = config.evaluation.intervals
    resampled = resample(tallies, plan.resamples, config.seed)
    result = {}
    for name in metrics:
        metric = metric_of(name, config.task.neutral_number)
        value = _mean(metric, tallies)
        low, high = percentile_interval(metric, resampled, plan.level) if resampled else (math.nan, math.nan)
        result[name] = {"value": number(value), "low": number(low), "high": number(high)}
    return result


def _per_label(predictions: Predictions, labels: Sequence[str], config: Config) -> dict[str, dict[str, Any]]:
    plan = config.evaluation.intervals
    tallies = predictions.tallies()
    resampled = resample(tallies, plan.resamples, config.seed)
    undefined = np.full(len(labels), np.nan)
    low, high = percentile_interval(f1, resampled, plan.level) if resampled else (undefined, undefined)
    value, exactness, found = (_mean(metric, tallies) for metric in (f1, precision, recall))
    totals = [tally.summed() for tally in tallies]
    predicted = np.mean([total.predicted for total in totals], axis=0)
    return {
        label: {
            "n": int(totals[0].gold[i]),
            "predicted": plain(predicted[i]),
            "precision": number(exactness[i]),
            "recall": number(found[i]),
            "f1": {"value": number(value[i]), "low": number(low[i]), "high": number(high[i])},
        }
        for i, label in enumerate(labels)
    }


def _mean(metric: Metric, tallies: Sequence[Tally]) -> Any:
    return average([metric(tally.summed()) for tally in tallies])
