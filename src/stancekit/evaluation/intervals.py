"""Intervals: whole groups are drawn or left out, since examples of one group are not independent.

`jackknife`: each group is left out in turn; the interval has the t distribution with one degree of freedom less than
there are groups, on the logit scale where a score has bounds (Bell & McCaffrey 2002; MacKinnon, Nielsen & Webb 2023).
`percentile` and `bca`: the cluster bootstrap (Davison & Hinkley 1997, section 3.8) with the intervals of Efron &
Tibshirani 1993, chapters 13 and 14. Repeats of cross-validation share each draw and are averaged inside it: they are
no new data. How often each covers the truth is simulated by `benchmarks.statistics`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stancekit.config.metrics import is_plugged
from stancekit.config.schema import Intervals
from stancekit.models.tallies import Array, Tally

Metric = Callable[[Tally], Array]

DRAWS_AT_ONCE = 5_000_000
"""Group counts held in memory at a time."""
MOST_BLOCKS = 200
"""Where there are more groups, as many blocks of them are left out in turn: more would change nothing but the time."""

Bounds = tuple[float, float]
SHARE: Bounds = (0.0, 1.0)
BOUNDS: Mapping[str, Bounds] = {
    "mcc": (-1.0, 1.0),
    "cohen_kappa": (-1.0, 1.0),
    "log_loss": (0.0, math.inf),
    "brier": (0.0, 2.0),
}
"""Of the metrics that are no share of something."""


def bounds_of(metric: str) -> Bounds | None:
    """Return the least and greatest value of a metric by its name; None for one of a plug-in, which may be anything."""
    return None if is_plugged(metric) else BOUNDS.get(metric, SHARE)


@dataclass(frozen=True)
class Sample:
    """Scored groups, and what is drawn from them to see how far a score might be off.

    Attributes
    ----------
    repeats : sequence of Tally
        By group, one for each repeat of cross-validation.
    plan : Intervals
    seed : int

    Examples
    --------
    >>> from stancekit.models.tallies import exact_share, tally_by_group
    >>> right = np.array([True, True, False, True] * 5)[:, None]
    >>> tally = tally_by_group(np.ones_like(right), right, np.repeat(np.arange(10), 2), 10)
    >>> low, high = Sample([tally], Intervals(), seed=0).interval(exact_share)
    >>> low.round(2).item(), high.round(2).item()
    (0.52, 0.89)
    """

    repeats: Sequence[Tally]
    plan: Intervals
    seed: int

    def interval(self, metric: Metric, bounds: Bounds | None = SHARE) -> tuple[Array, Array]:
        """Return the lower and upper end of the interval of a metric averaged over repeats.

        Parameters
        ----------
        metric : callable
            From a tally to scores, e.g. `stancekit.models.tallies.macro_f1`.
        bounds : tuple of float or None
            The least and the greatest value that the metric can have, perhaps infinite.

        Returns
        -------
        low, high : ndarray of the metric's shape
            NaN where there is one group, or where groups left out leave the metric undefined.
        """
        if len(self.repeats[0].total) < 2:
            undefined = np.full(np.shape(self.value(metric)), np.nan)
            return undefined, undefined
        if self.plan.method == "percentile":
            return percentile_interval(metric, self._drawn, self.plan.level)
        value, left_out = self.value(metric), self.left_out(metric)
        if self.plan.method == "bca":
            return _bca_interval(value, self.drawn(metric), left_out, self.plan.level)
        return jackknife_interval(value, left_out, self.plan.level, bounds)

    def interval_beyond(self, other: Sample, metric: Metric) -> tuple[Array, Array]:
        """Return the interval of the metric here less that of another sample, of the same examples and groups.

        Both have the same groups left out, or drawn: what makes some groups harder than others falls out of it.
        """
        value = self.value(metric) - other.value(metric)
        if len(self.repeats[0].total) < 2:
            undefined = np.full(np.shape(value), np.nan)
            return undefined, undefined
        if self.plan.method == "percentile":
            return _quantiles(self.drawn(metric) - other.drawn(metric), self.plan.level)
        left_out = self.left_out(metric) - other.left_out(metric)
        if self.plan.method == "bca":
            return _bca_interval(value, self.drawn(metric) - other.drawn(metric), left_out, self.plan.level)
        return jackknife_interval(value, left_out, self.plan.level, None)

    def value(self, metric: Metric) -> Array:
        """Return the metric of all groups together, averaged over repeats."""
        return np.asarray(average([metric(tally.summed()) for tally in self.repeats]))

    def left_out(self, metric: Metric) -> Array:
        """Return the metric without each block of groups in turn, averaged over repeats; blocks come first."""
        return average([metric(tally) for tally in self._left_out])

    def drawn(self, metric: Metric) -> Array:
        """Return the metric of bootstrap resamples, averaged over repeats; resamples come first."""
        return average([metric(tally) for tally in self._drawn])

    @cached_property
    def _drawn(self) -> list[Tally]:
        return resample(self.repeats, self.plan.resamples, self.seed)

    @cached_property
    def _left_out(self) -> list[Tally]:
        weights = leave_out(len(self.repeats[0].total))
        return [tally.resampled(weights) for tally in self.repeats]


def leave_out(n_groups: int) -> Array:
    """Return how often each group is in when each, or each block of them, is left out in turn.

    Returns
    -------
    ndarray of shape (n_blocks, n_groups)

    Examples
    --------
    >>> leave_out(3).tolist()
    [[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]]
    """
    blocks = min(n_groups, MOST_BLOCKS)
    block_of = np.arange(n_groups) % blocks
    return np.asarray(block_of[None, :] != np.arange(blocks)[:, None], dtype=np.float64)


def standard_error(left_out: Array) -> Array:
    """Return the jackknife's standard error from scores without each block; NaN where one of them is undefined."""
    n = len(left_out)
    return np.asarray(np.sqrt((n - 1) / n * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0)))


def jackknife_interval(value: Array, left_out: Array, level: float, bounds: Bounds | None) -> tuple[Array, Array]:
    """Return the interval by the t distribution; on the logit (or log) scale inside bounds, and never beyond them.

    Parameters
    ----------
    value : ndarray
    left_out : ndarray of shape (n_blocks, ...)
    level : float
        0.95 for 95 %.
    bounds : tuple of float or None
    """
    from scipy.stats import t

    reach = t.ppf((1.0 + level) / 2.0, len(left_out) - 1) * standard_error(left_out)
    low, high = value - reach, value + reach
    if bounds is None:
        return low, high
    least, greatest = bounds
    with np.errstate(invalid="ignore", divide="ignore"):
        below, above = value - least, (greatest - value if math.isfinite(greatest) else 1.0)
        slope = (1.0 / below + (1.0 / above if math.isfinite(greatest) else 0.0)) * reach
        odds = below / above * np.exp(np.array([-slope, slope]))
        ends = least + (odds / (1.0 + odds) * (greatest - least) if math.isfinite(greatest) else odds)
    # On a bound itself there is no such scale.
    inside = np.isfinite(ends).all(axis=0) & (value > least) & (value < greatest)
    low, high = np.where(inside, ends, np.clip([low, high], least, greatest))
    return low, high


def _bca_interval(value: Array, drawn: Array, left_out: Array, level: float) -> tuple[Array, Array]:
    shape = np.shape(value)
    columns = zip(np.ravel(value), drawn.reshape(len(drawn), -1).T, left_out.reshape(len(left_out), -1).T, strict=True)
    ends = [_bca_ends(*own, level) for own in columns]
    low, high = np.stack(ends, axis=1).reshape(2, *shape)
    return low, high


def _bca_ends(value: float, drawn: Array, left_out: Array, level: float) -> Array:
    from scipy.stats import norm

    known = drawn[~np.isnan(drawn)]
    if not len(known) or np.isnan(value) or np.isnan(left_out).any():
        return np.full(2, np.nan)
    apart = left_out.mean() - left_out
    spread = (apart**2).sum() ** 1.5
    acceleration = (apart**3).sum() / (6.0 * spread) if spread > 0.0 else 0.0
    below = ((known < value).sum() + 0.5 * (known == value).sum()) / len(known)
    # A bias beyond the outermost draw can't be seen.
    bias = norm.ppf(np.clip(below, 0.5 / len(known), 1.0 - 0.5 / len(known)))
    tails = bias + norm.ppf([(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return np.asarray(np.quantile(known, norm.cdf(bias + tails / (1.0 - acceleration * tails))))


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
    return _quantiles(average([metric(tally) for tally in resampled]), level)


def _quantiles(scores: Array, level: float) -> tuple[Array, Array]:
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
