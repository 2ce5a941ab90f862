"""The metrics of stancekit's own runs, of any two lists of labels."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from stancekit.config.metrics import METRICS_OF, PROBABILITY_METRICS
from stancekit.evaluation.scorers.rows import Rows
from stancekit.evaluation.scorers.tables import ScoreTable
from stancekit.models.tallies import RANKING_METRICS, metric_of, tally_by_group

_NEED_MORE = (*RANKING_METRICS, *PROBABILITY_METRICS, "f_avg")
METRICS = tuple(name for name in METRICS_OF["stance"] if name not in _NEED_MORE)
"""Those of one label for each row that need no more than labels: no probabilities, no word of which is neutral."""


def score_by(metric: str) -> Callable[[Rows, Rows], dict[str, Any]]:
    """Return what scores by a metric: `{metric: value}`, the value None where it isn't defined.

    The labels are those that occur in gold or prediction.

    Examples
    --------
    >>> from stancekit.evaluation import score
    >>> score(["pro", "pro", "con", "con"], ["pro", "con", "con", "con"], scorer="accuracy")
    {'accuracy': 0.75}
    """

    def score_labels(gold: Rows, predicted: Rows) -> dict[str, Any]:
        names = np.array(sorted({*gold.labels, *predicted.labels}))
        ours, theirs = (np.array(rows.labels)[:, None] == names for rows in (gold, predicted))
        tally = tally_by_group(ours, theirs, np.zeros(len(gold), dtype=np.intp), 1)
        value = float(metric_of(metric)(tally.summed()))
        return {metric: None if math.isnan(value) else value}

    return score_labels


def metric_tables(scores: dict[str, Any]) -> list[ScoreTable]:
    """Return what the terminal shows."""
    return [ScoreTable(("", *scores), (("predicted", *scores.values()),))]
