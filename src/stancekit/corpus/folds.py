"""Folds for cross-validation: cut by group, with label shares alike, and verified before anything is fitted.

The cut is greedy: groups, the heavier rather first, go one by one to the fold that has least of what they hold, rare
labels counting most. For one label per example this balances as scikit-learn's `StratifiedGroupKFold` does; for label
sets it is the idea of iterative stratification (Sechidis, Tsoumakas & Vlahavas, ECML PKDD 2011).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import Folds
from stancekit.corpus.examples import SPAN_COLUMNS, Columns
from stancekit.errors import DataError, Problem

DISORDER = 1.0
"""Spread of the logarithm of what a group's weight is multiplied with before groups are put in order.

Without it the order, and so the cut, is the same in every repeat wherever no two groups are alike.
"""

ATTEMPTS = 50
"""How many cuts are tried before one is refused that leaves a fold without a label in training."""

MOST_TRIED = 50
"""Up to this number of folds every smaller one is tried to find the largest that works; beyond it, halves."""

TrainingRows = Callable[[NDArray[Any], int], NDArray[np.bool_]]

GROUPED_SCHEMES = ("group", "stratified_group")
"""The schemes that keep groups together; the others take every example for itself."""


def group_codes(examples: Columns, by: str, setting: str = "evaluation.folds.by") -> tuple[NDArray[np.intp], list[str]]:
    """Return the group of every example.

    Parameters
    ----------
    examples : mapping of lists
    by : str
        A column; `sentence` stands for one sentence of one article.
    setting : str
        The key of the config that names the column, for messages.

    Returns
    -------
    codes : ndarray of shape (n_examples,)
        Counted from 0 in order of first appearance.
    names : list of str
        The groups' names, by code.

    Raises
    ------
    DataError
        If there is no such column, or a row has no value in it.
    """
    if by not in examples:
        alone = "evaluation.folds.scheme=stratified" if setting.endswith("folds.by") else f"{setting}=id"
        columns = [name for name in examples if name not in SPAN_COLUMNS]
        hint = f"Name another with {setting}, or if every example stands for itself: {alone}"
        raise DataError(Problem(f"there is no column {by!r} to group by", allowed=columns, given=by, hint=hint))
    values = list(examples[by])
    missing = [row for row, value in enumerate(values) if value is None]
    if missing:
        said = (
            f"{len(missing)} of {len(values)} examples have no {by!r} to group by, the first is number {missing[0] + 1}"
        )
        raise DataError(Problem(said, hint=f"Fill in the column {by!r}, or group by another one"))
    names = [str(value) for value in values]
    if by == "sentence" and "article" in examples:
        names = [f"{article}/{name}" for article, name in zip(examples["article"], names, strict=True)]
    codes: dict[str, int] = {}
    result = np.fromiter((codes.setdefault(name, len(codes)) for name in names), dtype=np.intp, count=len(names))
    return result, list(codes)


def make_folds(labels: NDArray[np.bool_], groups: NDArray[np.intp], plan: Folds, seed: int) -> NDArray[np.int32]:
    """Cut examples into folds, anew for every repeat.

    Parameters
    ----------
    labels : ndarray of bool of shape (n_examples, n_labels)
    groups : ndarray of int of shape (n_examples,)
        Used by the schemes `group` and `stratified_group`.
    plan : Folds
    seed : int

    Returns
    -------
    ndarray of int32 of shape (n_repeats, n_examples)
        The fold in which an example is held out.
    """
    units = groups if plan.scheme in GROUPED_SCHEMES else np.arange(len(groups))
    _, units = np.unique(units, return_inverse=True)
    size = np.bincount(units).astype(float)
    weights = size[:, None] / size.sum()
    if plan.scheme in ("stratified", "stratified_group"):
        totals = labels.sum(axis=0)
        shares = [np.bincount(units, labels[:, i], len(size)) / totals[i] for i in np.flatnonzero(totals)]
        weights = np.column_stack([weights, *shares])
    repeats = [_cut_once(weights, units, labels, plan.n, [seed, repeat]) for repeat in range(plan.repeats)]
    return np.stack(repeats).astype(np.int32)


def _cut_once(
    weights: NDArray[np.float64], units: NDArray[np.intp], labels: NDArray[np.bool_], n: int, seed: list[int]
) -> NDArray[np.intp]:
    """Return the first of some cuts that verifies; the first of all if none does."""
    first = _deal(weights, n, np.random.default_rng(seed))[units]
    cut = first
    for attempt in range(1, ATTEMPTS):
        if _leaves_every_label(cut, labels, n):
            return cut
        cut = _deal(weights, n, np.random.default_rng([*seed, attempt]))[units]
    return cut if _leaves_every_label(cut, labels, n) else first


def _leaves_every_label(cut: NDArray[np.intp], labels: NDArray[np.bool_], n: int) -> bool:
    size = np.bincount(cut, minlength=n)
    having = np.stack([np.bincount(cut, column, n) for column in labels.T])
    both_sides = (having, size - having)
    return bool((size > 0).all()) and all((own < own.sum(axis=1, keepdims=True)).all() for own in both_sides)


def _deal(weights: NDArray[np.float64], n: int, random: np.random.Generator) -> NDArray[np.intp]:
    """Deal units, given as shares of what is to be balanced, to `n` folds."""
    weight = (weights**2).sum(axis=1) * np.exp(random.normal(scale=DISORDER, size=len(weights)))
    heaviest_first = np.argsort(-weight, kind="stable")
    load = np.zeros((n, weights.shape[1]))
    dealt = np.zeros(len(weights), dtype=np.intp)
    for unit in heaviest_first:
        overlap = load @ weights[unit]
        fold = int(np.lexsort((load[:, 0], overlap.round(12)))[0])
        dealt[unit] = fold
        load[fold] += weights[unit]
    return dealt


def other_folds(assigned: NDArray[np.int32], fold: int) -> NDArray[np.bool_]:
    """Tell which examples are trained on for a fold: all the others."""
    return np.asarray(assigned != fold)


def earlier_folds(assigned: NDArray[np.int32], fold: int) -> NDArray[np.bool_]:
    """Tell which examples are trained on for a fold: those before it."""
    return np.asarray(assigned < fold)


def training_rows(scheme: str) -> TrainingRows:
    """Return the rule by which a scheme trains."""
    return earlier_folds if scheme == "time" else other_folds


def verify_folds(
    folds: NDArray[np.integer[Any]],
    labels: NDArray[np.bool_],
    names: Sequence[str],
    n: int,
    training: TrainingRows = other_folds,
) -> list[str]:
    """Return what is wrong with folds: one that is empty, or a label that all or none of its training examples have.

    Parameters
    ----------
    folds : ndarray of shape (n_repeats, n_examples)
    labels : ndarray of bool of shape (n_examples, n_labels)
    names : sequence of str
        The labels.
    n : int
        How many folds there should be.
    training : callable, default=other_folds
        Which examples are trained on for a fold.
    """
    wrong = []
    for repeat, assigned in enumerate(folds):
        for fold in range(n):
            place = f"fold {fold + 1} of {n}" + (f", repeat {repeat + 1}" if len(folds) > 1 else "")
            if not (assigned == fold).any():
                wrong.append(f"{place} is empty")
                continue
            trained_on = labels[training(assigned, fold)]
            having = np.asarray(trained_on.any(axis=0), dtype=np.bool_)
            if having.all():
                what, lacking = "without", np.asarray(trained_on.all(axis=0), dtype=np.bool_)
            else:
                what, lacking = "of", ~having
            if lacking.any():
                listed = ", ".join(repr(name) for name, is_so in zip(names, lacking, strict=True) if is_so)
                wrong.append(f"{place} leaves no training example {what} {listed}")
    return wrong


def cut_folds(
    labels: NDArray[np.bool_],
    names: Sequence[str],
    groups: NDArray[np.intp],
    plan: Folds,
    seed: int,
    setting: str = "evaluation.folds.n",
) -> NDArray[np.int32]:
    """Return verified folds; see `make_folds`. `setting` is the key of the config that says how many.

    Raises
    ------
    DataError
        If a label has no example, there are fewer groups than folds, or a fold would be empty or lack a label in
        training; the message names the largest number of folds that works.
    """
    refuse_unlearnable(labels, names)
    grouped = plan.scheme in GROUPED_SCHEMES
    units = len(np.unique(groups)) if grouped else len(groups)
    what = f"groups by {plan.by!r}" if grouped else "examples"
    folds = make_folds(labels, groups, plan, seed) if units >= plan.n else None
    wrong = [] if folds is None else verify_folds(folds, labels, names, plan.n)
    if folds is not None and not wrong:
        return folds
    said = f"{units} {what} can't fill {plan.n} folds" if folds is None else f"{plan.n} folds don't work: {wrong[0]}"
    raise DataError(Problem(said, hint=_largest_that_works(labels, names, groups, plan, seed, units, setting)))


def refuse_unlearnable(labels: NDArray[np.bool_], names: Sequence[str]) -> None:
    """Refuse training examples of which none, or all, have some label.

    Raises
    ------
    DataError
        Naming the labels, and how many examples the others have.
    """
    counts = labels.sum(axis=0)
    shares = ", ".join(f"{name} {int(count)}" for name, count in zip(names, counts, strict=True) if count)
    absent = [repr(name) for name, count in zip(names, counts, strict=True) if not count]
    if absent:
        said = f"no training example of the label{'s' if len(absent) > 1 else ''} {', '.join(absent)}"
        alone = len(names) - len(absent) < 2
        hint = "Nothing can be learned from one label" if alone else "Add examples or take it out of task.labels"
        raise DataError(Problem(f"{said} (there are: {shares or 'none'})", hint=hint))
    everywhere = [repr(name) for name, count in zip(names, counts, strict=True) if count == len(labels)]
    if everywhere:
        said = f"every training example has the label{'s' if len(everywhere) > 1 else ''} {', '.join(everywhere)}"
        raise DataError(Problem(said, hint="There is nothing to tell apart; take it out of task.labels"))


def _largest_that_works(
    labels: NDArray[np.bool_],
    names: Sequence[str],
    groups: NDArray[np.intp],
    plan: Folds,
    seed: int,
    units: int,
    setting: str,
) -> str:
    where = groups if plan.scheme in GROUPED_SCHEMES else np.arange(len(groups))
    for i, name in enumerate(names):
        if len(np.unique(where[labels[:, i]])) < 2 or len(np.unique(where[~labels[:, i]])) < 2:
            return f"No number of folds works: {name!r} needs examples in two groups at least, and others too"
    most = min(plan.n - 1, units)
    tried = range(most, 1, -1) if most <= MOST_TRIED else [most >> i for i in range(most.bit_length() - 1)]
    for n in tried:
        smaller = plan.model_copy(update={"n": n})
        if not verify_folds(make_folds(labels, groups, smaller, seed), labels, names, n):
            said = "The largest number that works is" if most <= MOST_TRIED else "This works:"
            return f"{said} {setting}={n}"
    return "No number of folds works; label more data or group by something finer"
