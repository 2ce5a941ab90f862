"""`make bench`, or `python -m benchmarks [--work NAME]… [--pairs N] [--quick]`: stancekit beside its peers.

Every measurement is a fresh process; ours and the peer's take turns. Figures go to `benchmarks/results.json`, and a
table of them into `docs/benchmarks.md`. With `--work` the other works' figures stay as they are. `--quick` is a look at
whether all of it runs: scikit-learn alone, on a tiny corpus, as it is installed here.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import peers
from benchmarks.corpora import Corpora
from benchmarks.results import DOCS, RESULTS, read_results, write_results, write_table
from benchmarks.works import floor, growth, load, nested, predict, sweep, vectorise, whole_process
from benchmarks.works.plan import JOBS, Plan

ALL = {
    "vectorise": vectorise,
    "sweep": sweep,
    "nested": nested,
    "whole_process": whole_process,
    "growth": growth,
    "floor": floor,
    "predict": predict,
    "load": load,
}
QUICK = ("vectorise", "sweep", "whole_process", "floor", "predict", "load")
QUICK_SENTENCES = 300


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and write what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--work", action="append", choices=ALL, help="may be given more than once; all if not given")
    parser.add_argument("--pairs", type=int, help="of every work; each has its own number if not given")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--docs", type=Path, default=DOCS)
    given = parser.parse_args(arguments)
    _use_two_cores()
    results = read_results(given.results)
    with tempfile.TemporaryDirectory(prefix="stancekit-bench-") as folder:
        plan = Plan(
            Corpora(Path(folder), QUICK_SENTENCES if given.quick else None),
            Path(folder),
            (lambda _: sys.executable) if given.quick else peers.interpreter,
            given.pairs,
            given.quick,
        )
        for name in given.work or (QUICK if given.quick else ALL):
            print(name, flush=True)
            results |= _machine()
            results["works"][name] = {**_now(), "rows": []}
            for row in ALL[name].measure(plan):
                results["works"][name]["rows"].append(row)
                write_results(results, given.results)
                write_table(results, given.docs)


def _use_two_cores() -> None:
    """Hold this process, and so all that it starts, to two cores."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:JOBS])


def _now() -> dict[str, Any]:
    load = [round(value, 2) for value in os.getloadavg()] if hasattr(os, "getloadavg") else None
    return {"date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(), "load_average_before": load}


def _machine() -> dict[str, Any]:
    packages = ("stancekit", "numpy", "scipy", "scikit-learn", "pyarrow")
    return {
        "python": platform.python_version(),
        "cores": min(JOBS, os.cpu_count() or JOBS),
        "versions": {name: version(name) for name in packages},
        "peers": peers.versions(),
    }


if __name__ == "__main__":
    main()
