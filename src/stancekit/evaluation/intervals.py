"""Bootstrap intervals: whole groups are drawn with replacement, since examples of one group are not independent.

Percentile intervals (Efron & Tibshirani 1993, chapter 13) of the cluster bootstrap (Davison & Hinkley 1997, section
3.8). Repeats of cross-validation share each draw and are averaged inside it: they are no new data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from stancekit.models.tallies import Array, Tally

Metric = Callable[[Tally], Array]

DRAWS_AT_ONCE = 5_000_000
"""Group counts held in memory at a time."""


def resample(repeats: Sequence[Tally], resamples: int, seed: int) -> list[Tally]:
    """Return tallies of resamples of the groups, the same draws for every repeat.

    Parameters
    ----------
    repeats : sequence of Tally
        By group, one for each repeat of cross-validation.
    resamples : int
    seed : int

    Returns
    -------
    list of Tally
        One for each repeat, with a leading axis of length `resamples`; empty where fewer than two groups leave
        nothing to resample.
    """
    n_groups = len(repeats[0].total)
    if n_groups < 2:
        return []
    random = np.random.default_rng([seed, n_groups, resamples])
    chunk = max(1, DRAWS_AT_ONCE // n_groups)
    share = np.full(n_groups, 1.0 / n_groups)
    parts: list[list[Tally]] = []
    for done in range(0, resamples, chunk):
        draws = random.multinomial(n_groups, share, size=min(chunk, resamples - done)).astype(np.float64)
        parts.append([tally.resampled(draws) for tally in repeats])
    return [Tally.concatenated([part[repeat] for part in parts]) for repeat in range(len(repeats))]


def percentile_interval(metric: Metric, resampled: Sequence[Tally], level: float) -> tuple[Array, Array]:
    """Return the lower and upper end of the interval of a metric averaged over repeats.

    Parameters
    ----------
    metric : callable
        From a tally to scores, e.g. `stancekit.models.tallies.macro_f1`.
    resampled : sequence of Tally
        See `resample`; not empty.
    level : float
        0.95 for 95 %.

    Returns
    -------
    low, high : ndarray of the metric's shape
        NaN where the metric is undefined in every resample.
    """
    return interval_of(average([metric(tally) for tally in resampled]), level)


def interval_of(scores: Array, level: float) -> tuple[Array, Array]:
    """Return the percentile interval of scores in resamples, the first axis; undefined ones are left out.

    Examples
    --------
    >>> low, high = interval_of(np.arange(101.0), 0.9)
    >>> low.round(6).tolist(), high.round(6).tolist()
    (5.0, 95.0)
    """
    columns = scores.reshape(len(scores), -1).T
    tails = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
    ends = [np.quantile(c[~np.isnan(c)], tails) if not np.isnan(c).all() else np.full(2, np.nan) for c in columns]
    low, high = np.stack(ends, axis=1).reshape(2, *scores.shape[1:])
    return low, high


def average(scores: Sequence[Array]) -> Array:
    """Return the mean over repeats of those scores that are defined; NaN where none is."""
    stacked = np.stack(scores)
    known = ~np.isnan(stacked)
    total = np.where(known, stacked, 0.0).sum(axis=0)
    return np.where(known.any(axis=0), total / np.maximum(known.sum(axis=0), 1), np.nan)
