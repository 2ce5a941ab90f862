"""How time and memory of `stancekit train` grow with the corpus: 20,000, 200,000 and a million sentences."""

from __future__ import annotations

import math
import statistics
import sys
from collections.abc import Iterator
from typing import Any

from benchmarks.measure import run
from benchmarks.works.plan import Plan
from benchmarks.works.whole_process import trained, training

SIZES = (20_000, 200_000, 1_000_000)
EXPONENT, MEGABYTES = 1.05, 6000


def measure(plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield one row: seconds and memory for each size, and the power with which time grows."""
    seconds: dict[int, list[float]] = {size: [] for size in SIZES}
    stages: dict[int, dict[str, float]] = {}
    peaks = dict.fromkeys(SIZES, 0)
    for _ in range(plan.pairs_or(1)):
        for size in SIZES:
            side = training(plan, f"growth-{size}", size)
            found = run(side, sys.executable)
            seconds[size].append(round(found["seconds"], 3))
            peaks[size] = max(peaks[size], found["peak_mb"])
            stages[size] = trained(side)[1]["stages"]
            print(f"  train on {size:,} sentences: {seconds[size][-1]:.1f} s, {peaks[size]} MB")
    medians = {size: statistics.median(own) for size, own in seconds.items()}
    power = exponent(medians)
    yield {
        "title": "growth of `stancekit train`, whole process",
        "corpus": ", ".join(f"{size:,}" for size in SIZES) + " generated sentences",
        "exponent": power,
        "goal_exponent": EXPONENT,
        "goal_mb": MEGABYTES,
        "reached": power <= EXPONENT and peaks[SIZES[-1]] < MEGABYTES,
        "seconds": {str(size): own for size, own in seconds.items()},
        "peak_mb": {str(size): own for size, own in peaks.items()},
        "seconds_by_stage": {str(size): own for size, own in stages.items()},
    }


def exponent(seconds: dict[int, float]) -> float:
    """Return the slope of the line through logarithms of time against those of size, least squares.

    Examples
    --------
    >>> exponent({10: 1.0, 100: 10.0, 1000: 100.0}), exponent({10: 2.0, 1000: 2.0})
    (1.0, 0.0)
    """
    line = statistics.linear_regression([math.log(size) for size in seconds], [math.log(s) for s in seconds.values()])
    return round(line.slope, 3)
