"""Breakdowns: the scores of parts of the examples, by target, actor, language, article and hard case.

There can be hundreds of parts, so that each has to be quick. Of parts with very many groups, groups are bundled at
random before they are left out or drawn; with 200 bundles an interval's width is off by some 5 %. Bootstraps have
fewer draws than for the scores of the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.metrics import direction
from stancekit.config.schema import Config
from stancekit.evaluation.cases import case_rows
from stancekit.evaluation.intervals import MOST_BLOCKS, Sample
from stancekit.evaluation.numbers import cells
from stancekit.evaluation.predictions import Predictions

MOST_ARTICLES = 200
"""With more, no article is scored by itself: such a table is read by nobody."""
MOST_RESAMPLES = 1000
MOST_BUNDLES = MOST_BLOCKS
FEWEST_EXAMPLES = 10
"""That a group must have to be called the worst."""

Cells = dict[str, dict[str, Any]]
"""By value: `{"n", "groups", "metrics"}`."""


def break_down(
    predictions: Predictions, columns: Mapping[str, Sequence[Any]], config: Config
) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the scores of each target, actor, language, article and case.

    Parameters
    ----------
    predictions : Predictions
    columns : mapping of lists
        Of the examples; without a column, or of one that is null throughout, there are no scores by it.
    config : Config

    Returns
    -------
    dict of str to dict
        `target`, `actor`, `language` and `article`, the most frequent value first, and `case`, in the order of
        `stancekit.evaluation.cases.CASES`. Examples without a value are in none.
    """
    rows = {by: _rows_by_value(columns.get(by)) for by in ("target", "actor", "language", "article")}
    if len(rows["article"]) > MOST_ARTICLES:
        rows["article"] = {}
    rows["case"] = case_rows(columns, predictions.gold)
    return {
        by: {value: _score(predictions.of(own), config) for value, own in parts.items()} for by, parts in rows.items()
    }


def worst_groups(breakdowns: Mapping[str, Cells], metric: str) -> list[dict[str, Any]]:
    """Return the worst group of each breakdown that has two or more to choose from.

    Parameters
    ----------
    breakdowns : mapping of str to mapping
        Of `break_down`.
    metric : str

    Returns
    -------
    list of dict
        `by, value, n, score, low, high`. Groups of fewer than ten examples are not looked at: their scores are
        mostly chance.

    Examples
    --------
    >>> cells = {name: {"n": 10, "metrics": {"accuracy": {"value": score, "low": None, "high": None}}}
    ...          for name, score in (("junta", 0.4), ("vote", 0.7))}
    >>> [(own["by"], own["value"], own["score"]) for own in worst_groups({"target": cells}, "accuracy")]
    [('target', 'junta', 0.4)]
    """
    found = []
    for by, parts in breakdowns.items():
        scores = {
            value: cell["metrics"][metric]
            for value, cell in parts.items()
            if cell["n"] >= FEWEST_EXAMPLES and cell["metrics"][metric]["value"] is not None
        }
        if len(scores) > 1:
            value = min(scores, key=lambda name: direction(metric) * scores[name]["value"])
            own = scores[value]
            about = {"by": by, "value": value, "n": parts[value]["n"]}
            found.append({**about, "score": own["value"], "low": own["low"], "high": own["high"]})
    return found


def _rows_by_value(values: Sequence[Any] | None) -> dict[str, NDArray[np.intp]]:
    """Return the rows of each value of a column, most frequent first."""
    rows: dict[str, list[int]] = {}
    for row, value in enumerate(values or ()):
        if value is not None:
            rows.setdefault(str(value), []).append(row)
    return {name: np.array(rows[name]) for name in sorted(rows, key=lambda name: (-len(rows[name]), name))}


def _score(predictions: Predictions, config: Config) -> dict[str, Any]:
    metrics, whole = config.evaluation.metrics or (), config.evaluation.intervals
    plan = whole.model_copy(update={"resamples": min(whole.resamples, MOST_RESAMPLES)})
    n_groups = int(predictions.groups.max()) + 1
    sample = Sample(_bundled(predictions, n_groups, config.seed).tallies(metrics), plan, config.seed)
    scores = cells(sample, metrics, config.task.neutral_number)
    return {"n": len(predictions.gold), "groups": n_groups, "metrics": scores}


def _bundled(predictions: Predictions, n_groups: int, seed: int) -> Predictions:
    """Return predictions with groups put together at random, as many into each bundle, where there are too many."""
    if n_groups <= MOST_BUNDLES:
        return predictions
    bundles = np.random.default_rng([seed, n_groups]).permutation(n_groups) % MOST_BUNDLES
    return replace(predictions, groups=bundles[predictions.groups])
