"""`python -m benchmarks.statistics [--only coverage|false_positives|power] [--simulations N] [--jobs N]`.

Figures go to `benchmarks/statistics.json`, and tables of them into `docs/simulations.md`.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # of every process, before numpy is there

from benchmarks.results import HERE, put_between
from benchmarks.statistics.simulations import (
    METHODS,
    RUNS,
    coverage,
    false_positives,
    power,
)

RESULTS = HERE / "statistics.json"
DOCS = HERE.parent / "docs" / "simulations.md"
SIMULATED: dict[str, Callable[[int, int], list[dict[str, Any]]]] = {
    "coverage": coverage,
    "false_positives": false_positives,
    "power": power,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Simulate, and write what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.statistics", description=__doc__)
    parser.add_argument("--only", choices=SIMULATED, action="append")
    parser.add_argument("--tables", action="store_true", help="Only write the tables of what was found before.")
    parser.add_argument("--simulations", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--docs", type=Path, default=DOCS)
    given = parser.parse_args(arguments)
    results = json.loads(given.results.read_text(encoding="utf-8")) if given.results.exists() else {}
    for name in () if given.tables else given.only or SIMULATED:
        started = time.perf_counter()
        rows = SIMULATED[name](given.simulations, given.jobs)
        seconds = round(time.perf_counter() - started)
        results[name] = {"simulations": given.simulations, "seconds": seconds, "rows": rows}
        given.results.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        print(f"{name}: {seconds} s")
    for name, table in (("coverage", coverage_table), ("false_positives", null_table), ("power", power_table)):
        if name in results:
            put_between(f"<!-- {name} -->", f"<!-- end of {name} -->", table(results[name]), given.docs)


def coverage_table(found: dict[str, Any]) -> str:
    """Return how often intervals cover, a line for each world, number of articles and metric."""
    lines = [_heading("world", "articles", "metric", "true", *METHODS, *(f"width, {name}" for name in METHODS))]
    rows = found["rows"]
    for start in range(0, len(rows), len(METHODS)):
        own = rows[start : start + len(METHODS)]
        cells = [own[0]["world"], own[0]["articles"], own[0]["metric"], f"{own[0]['true']:.3f}"]
        cells += [f"{row['coverage']:.1%}" for row in own] + [f"{row['width']:.3f}" for row in own]
        lines.append(_line(cells))
    return "\n".join([*lines, "", _said(found, 0.95)])


def null_table(found: dict[str, Any]) -> str:
    """Return how often a difference is claimed where there is none."""
    lines = [
        _heading(
            "world", "articles", "runs", "compare", "without Holm", "McNemar", "McNemar and Holm", "interval holds 0"
        )
    ]
    for row in found["rows"]:
        names = ("compare", "without_holm", "mcnemar", "mcnemar_holm", "interval_covers")
        lines.append(_line([row["world"], row["articles"], row["runs"], *(f"{row[name]:.1%}" for name in names)]))
    said = f"{_said(found, 0.05)} Lines of {max(RUNS)} runs have half as many."
    return "\n".join([*lines, "", said])


def power_table(found: dict[str, Any]) -> str:
    """Return how often a difference is found that was announced as detectable."""
    lines = [_heading("world", "articles", "announced", "true difference", "detected")]
    for row in found["rows"]:
        cells = [row["world"], row["articles"], f"{row['announced']:.3f}", f"{row['true']:.3f}"]
        lines.append(_line([*cells, f"{row['detected']:.1%}"]))
    return "\n".join([*lines, "", _said(found, 0.8)])


def _said(found: dict[str, Any], share: float) -> str:
    n = found["simulations"]
    noise = 1.96 * math.sqrt(share * (1.0 - share) / n)
    return f"{n} simulations in each line; chance alone moves a share of {share:.0%} by {noise:.1%} either way."


def _heading(*names: str) -> str:
    return f"\n{_line(names)}\n{'|---' * len(names)}|"


def _line(cells: Sequence[Any]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
