"""What is simulated: coverage of intervals, false positives of comparisons, power at the detectable difference."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from benchmarks.statistics.worlds import METRIC_NAMES, WORLDS, World, truth
from stancekit.config.schema import Intervals
from stancekit.evaluation.intervals import Sample
from stancekit.evaluation.predictions import Predictions
from stancekit.evaluation.significance import holm, mcnemar, paired_difference
from stancekit.models.tallies import METRICS, macro_f1

ARTICLES = (12, 24, 60)
METHODS = ("jackknife", "bca", "percentile")
RUNS = (2, 3, 6)
RESAMPLES = 1000
LEVEL = 0.95
COVERAGE, NULL, POWER = 1, 2, 3
"""What is simulated begins with a number of its own in its seeds."""
Outcome = NDArray[np.float64]


def coverage(simulations: int, jobs: int) -> list[dict[str, Any]]:
    """Return how often 95 % intervals hold the true score, and how wide they are."""
    rows = []
    for place, world in enumerate(WORLDS):
        true = truth(world)[0]
        for articles in ARTICLES:
            found = _simulate(partial(_covers, world, place, articles, true), simulations, jobs)
            for i, metric in enumerate(METRIC_NAMES):
                for j, method in enumerate(METHODS):
                    inside, width = found[:, i, j].T
                    known = ~np.isnan(width)
                    rows.append(
                        {
                            "world": world.name,
                            "articles": articles,
                            "metric": metric,
                            "method": method,
                            "coverage": float(inside[known].mean()),
                            "width": float(width[known].mean()),
                            "undefined": float((~known).mean()),
                            "true": float(true[i]),
                        }
                    )
    return rows


def _covers(world: World, place: int, articles: int, true: Outcome, number: int) -> Outcome:
    random = np.random.default_rng([COVERAGE, place, articles, number])
    (drawn,) = world.draw(random, articles, (0.0,))
    found = np.empty((len(METRIC_NAMES), len(METHODS), 2))
    for j, method in enumerate(METHODS):
        sample = Sample(drawn.tallies(), Intervals(method=method, resamples=RESAMPLES, level=LEVEL), number)
        for i, name in enumerate(METRIC_NAMES):
            low, high = sample.interval(METRICS[name])
            found[i, j] = low <= true[i] <= high, high - low
    return found


def false_positives(simulations: int, jobs: int) -> list[dict[str, Any]]:
    """Return how often a difference is claimed among equally good classifiers: by us, and by tests people use."""
    rows = []
    for place, world in enumerate(WORLDS):
        for articles in ARTICLES:
            for runs in RUNS:
                fewer = simulations if runs < max(RUNS) else simulations // 2
                found = _simulate(partial(_claims, world, place, articles, runs), fewer, jobs)
                compare, unadjusted, naive, naive_holm, covered = found.mean(axis=0).tolist()
                rows.append(
                    {
                        "world": world.name,
                        "articles": articles,
                        "runs": runs,
                        "simulations": fewer,
                        "compare": compare,
                        "without_holm": unadjusted,
                        "mcnemar": naive,
                        "mcnemar_holm": naive_holm,
                        "interval_covers": covered,
                    }
                )
    return rows


def _claims(world: World, place: int, articles: int, runs: int, number: int) -> Outcome:
    random = np.random.default_rng([NULL, place, articles, runs, number])
    drawn = world.draw(random, articles, (0.0,) * runs)
    plan = Intervals(resamples=RESAMPLES, level=LEVEL)
    pairs = [(drawn[a], drawn[b]) for a, b in combinations(range(runs), 2)]
    found = [paired_difference(*pair, macro_f1, plan, number) for pair in pairs]
    ours, naive = [own.p_value for own in found], [mcnemar(*map(_right, pair)).p_value for pair in pairs]
    covers = [own.low is None or own.high is None or own.low <= 0.0 <= own.high for own in found]
    claimed = [_any_below(p_values) for p_values in (holm(ours), ours, naive, holm(list(naive)))]
    return np.array([*claimed, np.mean(covers)], dtype=float)


def _right(predictions: Predictions) -> NDArray[np.bool_]:
    return np.asarray((predictions.gold == predictions.predicted[0]).all(axis=1))


def _any_below(p_values: Any) -> bool:
    return any(p is not None and p <= 1.0 - LEVEL for p in p_values)


def power(simulations: int, jobs: int) -> list[dict[str, Any]]:
    """Return how often a difference is found that is as large as what was announced as detectable."""
    rows = []
    for place, world in enumerate(WORLDS):
        for articles in ARTICLES:
            better, announced = _announced(world, place, articles, simulations, jobs)
            found = _simulate(partial(_detects, world, place, articles, better), simulations, jobs)
            true = truth(world, (0.0, better))
            rows.append(
                {
                    "world": world.name,
                    "articles": articles,
                    "announced": announced,
                    "true": float(true[1, 0] - true[0, 0]),
                    "detected": float(found[:, 0].mean()),
                    "announced_here": float(np.nanmean(found[:, 1])),
                }
            )
    return rows


def _announced(world: World, place: int, articles: int, simulations: int, jobs: int) -> tuple[float, float]:
    """Return the gain in ability whose true difference is what data of such a gain announces on average."""
    low, high = 0.0, 6.0
    announced = float("nan")
    for _ in range(9):
        better = (low + high) / 2.0
        found = _simulate(partial(_announces, world, place, articles, better), max(100, simulations // 8), jobs)
        announced = float(np.nanmean(found))
        true = truth(world, (0.0, better))
        if true[1, 0] - true[0, 0] < announced:
            low = better
        else:
            high = better
    return better, announced


def _announces(world: World, place: int, articles: int, better: float, number: int) -> Outcome:
    random = np.random.default_rng([POWER, place, articles, 0, number])
    first, second = world.draw(random, articles, (0.0, better))
    plan = Intervals(resamples=RESAMPLES, level=LEVEL)
    found = paired_difference(first, second, macro_f1, plan, number, test=False)
    return np.array([np.nan if found.detectable is None else found.detectable])


def _detects(world: World, place: int, articles: int, better: float, number: int) -> Outcome:
    random = np.random.default_rng([POWER, place, articles, 1, number])
    first, second = world.draw(random, articles, (0.0, better))
    found = paired_difference(first, second, macro_f1, Intervals(resamples=RESAMPLES, level=LEVEL), number)
    detected = found.p_value is not None and found.p_value <= 1.0 - LEVEL
    return np.array([float(detected), np.nan if found.detectable is None else found.detectable])


def _simulate(one: Callable[[int], Outcome], simulations: int, jobs: int) -> Outcome:
    parts = np.array_split(np.arange(simulations), max(1, jobs * 4))
    done = Parallel(n_jobs=jobs)(delayed(_several)(one, part) for part in parts)
    return np.concatenate([part for part in done if len(part)])


def _several(one: Callable[[int], Outcome], numbers: NDArray[np.intp]) -> Outcome:
    return np.array([one(int(number)) for number in numbers])
