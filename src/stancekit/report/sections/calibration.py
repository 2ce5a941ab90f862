"""Can the probabilities be believed? How often what was said with some probability is right."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.report.drawing import Bin, Scale, reliability
from stancekit.report.sections.part import Part

STEPS = 10
_Z = 1.959963984540054  # of a 95 % interval


def calibration(part: Part) -> dict[str, Any] | None:
    """Return the reliability diagram; None where the model has no probabilities."""
    bins = calibration_bins(part)
    if bins is None:
        return None
    say = part.say
    error = sum(own.n * abs(own.given - own.right) for own in bins) / sum(own.n for own in bins)
    title = say("calibration.plot", part=part.title)
    ticks = [say.percent(tick) for tick in Scale().ticks()]
    return {
        "figure": reliability(bins, ticks, say("calibration.x"), say("calibration.y"), title),
        "error": say("calibration.error", error=say.number(100 * error, 1)),
        "rows": [
            [say.percent(own.given), say.percent(own.right), f"{say.percent(own.low)} – {say.percent(own.high)}", own.n]
            for own in bins
        ],
    }


def calibration_bins(part: Part) -> list[Bin] | None:
    """Return how often predictions of each step of probability are right; None where the model has no probabilities.

    Of one label for each example, the probability of the label that was predicted is held against whether it is
    right. Of sets, the probability of each label against whether it is in the gold set.
    """
    shares = part.scored.probabilities
    if shares is None or not shares.size:
        return None
    if part.multilabel:
        given, right = shares.reshape(-1), np.broadcast_to(part.scored.gold, shares.shape).reshape(-1)
    else:
        given, right = shares[part.scored.predicted], part.right.reshape(-1)
    return reliability_bins(given, right, part.repeats)


def reliability_bins(given: NDArray[np.float64], right: NDArray[np.bool_], repeats: int = 1) -> list[Bin]:
    """Return predictions by steps of their probability, without empty ones.

    Parameters
    ----------
    given : ndarray of float of shape (n_predictions,)
        Probabilities.
    right : ndarray of bool of shape (n_predictions,)
    repeats : int, default=1
        How often each example was predicted; the intervals are those of the examples.

    Examples
    --------
    >>> [(round(own.given, 2), own.right, own.n) for own in reliability_bins(np.array([0.61, 0.69, 1.0]),
    ...                                                                      np.array([True, False, True]))]
    [(0.65, 0.5, 2), (1.0, 1.0, 1)]
    """
    steps = np.minimum((given * STEPS).astype(np.intp), STEPS - 1)
    bins = []
    for step in np.unique(steps):
        own = steps == step
        n, share = int(own.sum()), float(right[own].mean())
        bins.append(Bin(float(given[own].mean()), share, *wilson(share, n / repeats), n))
    return bins


def wilson(share: float, n: float) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a share of n cases.

    Examples
    --------
    >>> [round(end, 3) for end in wilson(0.5, 10)]
    [0.237, 0.763]
    """
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * float(np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2)))
    return max(0.0, middle - half), min(1.0, middle + half)
