"""Folds that the data gives: one for each target, actor or group left out, a column of folds, or the order of time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import Folds
from stancekit.corpus.examples import Columns
from stancekit.corpus.folds import group_codes, refuse_unlearnable, training_rows, verify_folds
from stancekit.errors import DataError, Problem

NEVER = -1
"""The fold of examples that are only ever trained on: those of the first period."""


def read_folds(
    examples: Columns, labels: NDArray[np.bool_], names: Sequence[str], plan: Folds
) -> tuple[NDArray[np.int32], list[str]]:
    """Return verified folds of a scheme that draws nothing.

    Parameters
    ----------
    examples : mapping of lists
    labels : ndarray of bool of shape (n_examples, n_labels)
    names : sequence of str
        The labels.
    plan : Folds
        `leave_one_out`: a fold for each value of the column `by`. `predefined`: the column `by` says the fold.
        `time`: whole groups by `date`, in `n` + 1 periods of about as many examples; each but the first is held out
        once, and those before it are trained on.

    Returns
    -------
    folds : ndarray of int32 of shape (1, n_examples)
    fold_names : list of str
        What each fold holds out.

    Raises
    ------
    DataError
        If a value is missing, there are too few folds, or one leaves a label without training examples.
    """
    refuse_unlearnable(labels, names)
    if plan.scheme == "time":
        assigned, fold_names = _periods(examples, plan)
    else:
        assigned, fold_names = _values(examples, plan)
    wrong = verify_folds(assigned[None], labels, names, len(fold_names), training_rows(plan.scheme))
    if wrong:
        number = int(wrong[0].split()[1]) - 1
        said = f"{wrong[0]} ({plan.by} {fold_names[number]!r})" if plan.scheme != "time" else wrong[0]
        hint = "Fewer periods: evaluation.folds.n" if plan.scheme == "time" else "Merge folds, or label more data"
        raise DataError(Problem(f"these folds don't work: {said}", hint=hint))
    return assigned[None].astype(np.int32), fold_names


def _values(examples: Columns, plan: Folds) -> tuple[NDArray[np.intp], list[str]]:
    codes, values = group_codes(examples, plan.by)
    if len(values) < 2:
        said = f"every example has the same {plan.by!r}: {values[0] if values else 'none'}"
        raise DataError(Problem(f"{said}; folds take two", hint="Choose another evaluation.folds.by"))
    order = sorted(range(len(values)), key=lambda code: (not values[code].isdecimal(), _as_number(values[code])))
    rank = np.empty(len(values), dtype=np.intp)
    rank[order] = np.arange(len(values))
    return rank[codes], [values[code] for code in order]


def _as_number(value: str) -> tuple[int, str]:
    return (int(value), value) if value.isdecimal() else (0, value)


def _periods(examples: Columns, plan: Folds) -> tuple[NDArray[np.intp], list[str]]:
    dates = examples.get("date")
    missing = [row for row, date in enumerate(dates or ()) if not date]
    if dates is None or missing:
        said = "there is no column 'date'" if dates is None else f"{len(missing)} examples have no 'date'"
        raise DataError(Problem(f"{said}, and folds by time need it", hint="Name it in data.columns, as YYYY-MM-DD"))
    groups, _ = group_codes(examples, plan.by)
    begins = np.array(
        [min(dates[int(row)] for row in np.flatnonzero(groups == group)) for group in range(groups.max() + 1)]
    )
    days, day_of_group = np.unique(begins, return_inverse=True)
    day = day_of_group[groups]
    ends = np.cumsum(np.bincount(day)) / len(day)
    period_of_day = np.minimum(np.ceil(np.round(ends * (plan.n + 1), 9)).astype(np.intp) - 1, plan.n)
    found = np.unique(period_of_day)
    if len(found) < plan.n + 1:
        said = f"{len(days)} dates can't fill {plan.n + 1} periods of about as many examples"
        raise DataError(Problem(said, hint=f"At most evaluation.folds.n={max(len(found) - 1, 1)} of these dates"))
    names = [f"from {days[period_of_day == period][0]}" for period in found[1:]]
    return period_of_day[day] - 1, names
