"""SCORES, the part of metrics.json that says how good predictions are, beside baselines and with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from stancekit.config.schema import Config
from stancekit.evaluation.beside import beside_baselines
from stancekit.evaluation.breakdowns import break_down, worst_groups
from stancekit.evaluation.intervals import Metric, Sample, average
from stancekit.evaluation.numbers import cells, number, plain
from stancekit.evaluation.predictions import Predictions
from stancekit.models.tallies import Tally, confusion, f1, precision, recall

FEW_GROUPS = 30
"""Below this, intervals are wide, and those of the bootstrap too narrow for it."""


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
    labels, neutral, plan = config.task.labels, config.task.neutral_number, config.evaluation.intervals
    matrices = [confusion(predictions.gold, repeat, config.task.kind) for repeat in predictions.predicted]
    own = Sample(predictions.tallies(metrics), plan, config.seed)
    others = {
        name: None if said is None else Sample(said.tallies(metrics), plan, config.seed)
        for name, said in baselines.items()
    }
    beside = beside_baselines(own, others, metrics, neutral)
    breakdowns = break_down(predictions, columns, config)
    return {
        "n": len(predictions.gold),
        "groups": int(predictions.groups.max()) + 1,
        "repeats": len(predictions.predicted),
        "metrics": cells(own, metrics, neutral),
        "per_label": _per_label(own, labels),
        **{f"per_{by}": groups for by, groups in breakdowns.items()},
        "worst": worst_groups(breakdowns, str(config.evaluation.primary)),
        "baselines": {name: said and {key: said[key]["value"] for key in metrics} for name, said in beside.items()},
        "beside": beside,
        "confusion": {"labels": list(labels), "matrix": plain(np.mean(matrices, axis=0))},
        "warnings": [],
    }


def _per_label(sample: Sample, labels: Sequence[str]) -> dict[str, dict[str, Any]]:
    tallies = sample.repeats
    low, high = sample.interval(f1)
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
