"""How well examples of a target, or an actor, are told that no training example had.

The examples stay in the folds they were in, and are trained on what their folds are trained on, less all that has the
same value. So what differs from the run's own score on them is one thing: whether the value was seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.studies import LEFT_OUT
from stancekit.evaluation.partial_fits import Outcome, PartialFit, gathered
from stancekit.evaluation.side_by_side import score_side_by_side
from stancekit.experiment.studies.material import Material, NotMadeError, Result, Study, in_words, refusal
from stancekit.models.splits import Split

LEAST_EXAMPLES = 10
"""Values with fewer examples are not left out: their scores would say nothing."""


@dataclass(frozen=True)
class LeftOut:
    """The fits that have not seen a value.

    Attributes
    ----------
    value : str
    rows : ndarray of int
        Its examples that are scored.
    fits : tuple of PartialFit
        One for each fold that holds some of them out.
    trained_with : float
        How many examples with the value the run's own fits were trained on, on average.
    """

    value: str
    rows: NDArray[np.intp]
    fits: tuple[PartialFit, ...]
    trained_with: float


def plan_left_out(material: Material, column: str) -> list[LeftOut]:
    """Return, for each value with enough examples, the fits without it; most examples first.

    Raises
    ------
    DataError
        If there are no such values, or none but one.
    """
    values = list(material.train.columns.get(column) or ())
    counts = Counter(values[row] for row in material.held_out if values and values[row] is not None)
    if len({value for value in values if value is not None}) < 2:
        if not counts:
            raise NotMadeError(f"no example has its {column}", "no_value", column=column)
        raise NotMadeError(f"there is one {column} alone, and no other to train on", "one_value", column=column)
    often = sorted((value for value, n in counts.items() if n >= LEAST_EXAMPLES), key=lambda own: (-counts[own], own))
    if not often:
        raise NotMadeError(f"no {column} has {LEAST_EXAMPLES} examples", "few", column=column, least=LEAST_EXAMPLES)
    fits = material.fits()
    return [_without(material, fits, values, value) for value in often]


def _without(material: Material, fits: Sequence[PartialFit], values: Sequence[str | None], value: str) -> LeftOut:
    has = np.array([own == value for own in values])
    seen = has
    if material.config.task.reversal is not None:
        # The mirror of a directed pair has actor and target the other way round: either role shows the value.
        roles = (material.train.columns.get(name) or [None] * len(values) for name in LEFT_OUT.values())
        seen = np.logical_or.reduce([[own == value for own in role] for role in roles])
    scored = np.zeros(len(values), dtype=np.bool_)
    scored[material.held_out] = True
    rows = np.flatnonzero(has & scored)
    own, trained_with = [], []
    for fit in fits:
        held_out = np.intersect1d(fit.split.held_out, rows)
        if not len(held_out):
            continue
        trained_on = fit.split.trained_on
        trained_with.append(int(seen[trained_on].sum()))
        own.append(replace(fit, split=Split(trained_on[~seen[trained_on]], held_out)))
    return LeftOut(value, rows, tuple(own), float(np.mean(trained_with)))


def study_left_out(study: Study) -> Result:
    """Return how each value of a column does when it was never seen.

    Raises
    ------
    DataError
        If it can't be told.
    """
    column = LEFT_OUT[study.name]
    plans = plan_left_out(study.material, column)
    fits = [fit for plan in plans for fit in plan.fits]
    outcomes = study.run(fits)
    values = gathered(fits, outcomes, study.whole.scores.shape)
    rows, begin, told = [], 0, []
    for plan in plans:
        own = outcomes[begin : begin + len(plan.fits)]
        begin += len(plan.fits)
        rows.append(_row(study, plan, own, values))
        if refusal(own) is None:
            told.append(plan.rows)
    if not told:
        raise NotMadeError(f"no {column} could be left out: {rows[0]['refused']}", "none_fitted", column=column)
    pooled = {"n": sum(map(len, told)), **_compared(study, values, np.sort(np.concatenate(told)))}
    others = len({value for value in study.material.train.columns[column] if value is not None}) - len(plans)
    return {
        "metric": study.metric,
        "column": column,
        "at_least": LEAST_EXAMPLES,
        "others": others,
        "rows": rows,
        "pooled": pooled,
        "says": _says(column, study.metric, pooled),
    }


def _row(study: Study, plan: LeftOut, outcomes: Sequence[Outcome], values: NDArray[np.float64]) -> dict[str, Any]:
    refused = refusal(outcomes)
    compared = {"groups": None, "unseen": None, "seen": None, "difference": None}
    return {
        "value": plan.value,
        "n": len(plan.rows),
        "trained_with": plan.trained_with,
        **(_compared(study, values, plan.rows) if refused is None else compared),
        "lacking": study.lacking(outcomes),
        "unconverged": sum(outcome.unconverged for outcome in outcomes),
        "refused": refused,
    }


def _compared(study: Study, values: NDArray[np.float64], rows: NDArray[np.intp]) -> dict[str, Any]:
    unseen, seen = study.predictions(values, rows), study.predictions(study.whole.scores, rows)
    side = score_side_by_side([unseen, seen], study.metric, study.material.config)
    groups = len(np.unique(unseen.groups))
    return {"groups": groups, "unseen": side.score(0), "seen": side.score(1), "difference": side.difference(0, 1)}


def _says(column: str, metric: str, pooled: Result) -> str:
    return (
        f"On each {column} as if it had never been seen, {metric} is {in_words(pooled['unseen'])}; the run's own, on"
        f" the same {pooled['n']} examples, is {in_words(pooled['seen'])}. The difference is"
        f" {in_words(pooled['difference'], signed=True)}."
    )
