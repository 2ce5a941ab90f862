"""Is one classifier better than another? Both judged the same examples, so the difference is paired, by group.

The difference has the interval of the jackknife over groups, and a permutation test that swaps what the two predicted
for whole groups (Dror, Baumer, Shlomov & Reichart 2018). Examples of one article are right or wrong together, so tests
that take them for independent, such as McNemar's, find differences that aren't there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import Intervals
from stancekit.evaluation.intervals import Metric, Sample, average, standard_error
from stancekit.evaluation.predictions import Predictions
from stancekit.models.tallies import Array, Tally

POWER = 0.8
"""In which share of cases a difference is found that is called detectable."""
SWAPS_AT_ONCE = 2_000_000
"""Weights of groups held in memory at a time."""


@dataclass(frozen=True)
class Difference:
    """How far two classifiers are apart: the second's score minus the first's.

    Attributes
    ----------
    value : float or None
        None where one of the scores is not defined.
    low, high : float or None
        The interval; None where there is one group.
    p_value : float or None
        Of the permutation test, two-sided: how often runs that swap what they predicted for groups at random are at
        least so far apart.
    detectable : float or None
        The smallest true difference that a test at this level would find in four of five such data sets.
    n_groups : int
    """

    value: float | None
    low: float | None
    high: float | None
    p_value: float | None
    detectable: float | None
    n_groups: int


@dataclass(frozen=True)
class McNemar:
    """McNemar's exact test (1947) of two classifiers' accuracies, which takes examples for independent.

    Attributes
    ----------
    first_only, second_only : int
        Examples that the first, or the second, alone has right.
    p_value : float
        Two-sided.
    """

    first_only: int
    second_only: int
    p_value: float


def paired_difference(
    first: Predictions,
    second: Predictions,
    metric: Metric,
    plan: Intervals,
    seed: int,
    needed_by: Sequence[str] = (),
    *,
    test: bool = True,
) -> Difference:
    """Return how far two classifiers are apart on the same examples.

    Parameters
    ----------
    first, second : Predictions
        Of the same examples in the same order and groups. If both have the same number of repeats, they are paired in
        order; else each with each.
    metric : callable
        From a tally to scores of shape (...), e.g. `stancekit.models.tallies.macro_f1`.
    plan : Intervals
        `level` of the interval, and `resamples`: how many permutations are drawn where there are too many for all.
    seed : int
    needed_by : sequence of str, optional
        The metric's name, if it is made from more than counts: from probabilities, label sets, or by a plug-in.
    test : bool, default=True
        Whether to draw permutations; without, there is no p-value.

    Raises
    ------
    ValueError
        If the examples are not the same.
    """
    if not (np.array_equal(first.gold, second.gold) and np.array_equal(first.groups, second.groups)):
        raise ValueError("the two were not scored on the same examples in the same order")
    own, other = (Sample(said.tallies(needed_by), plan, seed) for said in (second, first))
    n_groups = int(first.groups.max()) + 1
    value = float(own.value(metric) - other.value(metric))
    if np.isnan(value) or n_groups < 2:
        return Difference(None if np.isnan(value) else value, None, None, None, None, n_groups)
    low, high = (None if np.isnan(end) else float(end) for end in own.interval_beyond(other, metric))
    detectable = _detectable(own.left_out(metric) - other.left_out(metric), plan.level)
    p_value = None
    if test:
        pairs = _in_pairs(len(first.predicted), len(second.predicted))
        tallies = [_stacked(first, second, a, b).tallies(needed_by)[0] for a, b in pairs]
        p_value = _permuted(metric, tallies, value, plan.resamples, seed)
    return Difference(value, low, high, p_value, detectable, n_groups)


def mcnemar(first_right: NDArray[np.bool_], second_right: NDArray[np.bool_]) -> McNemar:
    """Return McNemar's exact test.

    Parameters
    ----------
    first_right, second_right : ndarray of bool of shape (n_examples,)
        Whether each has an example right.

    Examples
    --------
    >>> mcnemar(np.array([True] * 9 + [False]), np.array([True, False] * 5))
    McNemar(first_only=4, second_only=0, p_value=0.125)
    """
    from scipy.stats import binomtest

    first_only, second_only = int((first_right & ~second_right).sum()), int((second_right & ~first_right).sum())
    n = first_only + second_only
    return McNemar(first_only, second_only, float(binomtest(first_only, n).pvalue) if n else 1.0)


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return p-values adjusted for how many they are (Holm 1979); those that are None are no tests.

    Examples
    --------
    >>> holm([0.01, None, 0.04, 0.03])
    [0.03, None, 0.06, 0.06]
    """
    known = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, place) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - rank) * p))
        adjusted[place] = highest
    return adjusted


def _in_pairs(first: int, second: int) -> list[tuple[int, int]]:
    return (
        [(repeat, repeat) for repeat in range(first)] if first == second else list(product(range(first), range(second)))
    )


def _stacked(first: Predictions, second: Predictions, a: int, b: int) -> Predictions:
    """Return what both predicted in a repeat of each, the second's groups behind the first's."""
    n_groups = int(first.groups.max()) + 1

    def behind(own: Array | None, other: Array | None) -> Array | None:
        return None if own is None or other is None else np.concatenate([own[a], other[b]])[None]

    return Predictions(
        np.concatenate([first.gold, second.gold]),
        np.concatenate([first.predicted[a], second.predicted[b]])[None],
        np.concatenate([first.groups, second.groups + n_groups]),
        behind(first.scores, second.scores),
        behind(first.probabilities, second.probabilities),
    )


def _apart(metric: Metric, tallies: Sequence[Tally], swaps: Array) -> Array:
    """Return second minus first, averaged over pairs of repeats, where they swap groups; of shape (n_swaps,).

    Parameters
    ----------
    swaps : ndarray of shape (n_swaps, n_groups)
        1 where each is judged by what the other predicted for a group, 0 where by its own.
    """
    first, second = np.hstack([1.0 - swaps, swaps]), np.hstack([swaps, 1.0 - swaps])
    return average([metric(tally.resampled(second)) - metric(tally.resampled(first)) for tally in tallies])


def _permuted(metric: Metric, tallies: Sequence[Tally], value: float, permutations: int, seed: int) -> float | None:
    """Return the share of swaps that set the two at least as far apart."""
    n_groups = len(tallies[0].total) // 2
    # What is swapped everywhere but in some groups is as far apart as what is swapped in those: one group stays.
    every = n_groups - 1 <= np.log2(permutations)
    n = 2 ** (n_groups - 1) if every else permutations
    random = np.random.default_rng([seed, n_groups, n])
    step = max(1, SWAPS_AT_ONCE // n_groups)
    as_far = 0
    for start in range(0, n, step):
        numbers = np.arange(start, min(n, start + step))
        swaps = (
            numbers[:, None] >> np.arange(n_groups) & 1 if every else random.integers(0, 2, (len(numbers), n_groups))
        ).astype(np.float64)
        found = np.abs(_apart(metric, tallies, swaps))
        # Sums of the same numbers in another order may differ in their last digits.
        as_far += int((np.isnan(found) | (found >= abs(value) - 1e-12)).sum())
    return as_far / n if every else (as_far + 1) / (n + 1)


def _detectable(left_out: Array, level: float) -> float | None:
    from scipy.stats import t

    degrees = len(left_out) - 1
    reach = (t.ppf((1.0 + level) / 2.0, degrees) + t.ppf(POWER, degrees)) * float(standard_error(left_out))
    return None if np.isnan(reach) else float(reach)
