"""What a sweep costs over its bare solver calls, and one fit beside liblinear itself."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from typing import Any

from benchmarks.measure import OURS, Comparison, Side, compare, run
from benchmarks.works.plan import Plan
from benchmarks.works.sweep import CHARACTERS, WORDS

OVERHEAD = 0.15


def measure(plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield a row for each grid's overhead, and rows beside liblinear's two solvers."""
    corpus, said = plan.corpora.labelled("dse")
    grids = {"words, 5 folds x 3 n-gram ranges x 4 C": WORDS, "char_wb 2-5, 5 folds x 4 C": CHARACTERS}
    for title, grid in grids.items():
        yield _overhead(plan, title, {**grid, "corpus": corpus}, said)
    if plan.quick:
        return
    files = {name: str(plan.folder / f"split-{name}.npz") for name in ("matrix", "unseen", "codes")}
    request = {"corpus": corpus, "analyzer": "word", "ngrams": [[1, 2]], "C": [1.0], **files}
    run(Side(OURS, "write split", request), sys.executable)
    for solver in ("primal", "dual"):
        own = Comparison(
            f"one fit of words 1-2, C = 1, ready matrix, against liblinear's {solver} solver",
            said,
            Side(OURS, "one fit", request),
            Side("liblinear-official", "one fit", {**request, "solver": solver}),
            plan.pairs_or(5),
            agree=lambda ours, theirs: {
                "macro_f1": {"ours": round(ours["macro_f1"], 4), "theirs": round(theirs["macro_f1"], 4)}
            },
        )
        yield compare(own, plan.python_of)


def _overhead(plan: Plan, title: str, request: dict[str, Any], said: str) -> dict[str, Any]:
    found = [run(Side(OURS, "bare solvers", request), sys.executable) for _ in range(plan.pairs_or(3))]
    shares = [own["seconds"] / own["bare"] - 1.0 for own in found]
    whole, bare = (statistics.median(own[name] for own in found) for name in ("seconds", "bare"))
    print(f"  overhead of a sweep, {title}: {whole:.2f} s, its fits alone {bare:.2f} s")
    return {
        "title": f"overhead of a sweep over its fits alone: {title}",
        "corpus": said,
        "overhead": round(whole / bare - 1.0, 3),
        "lowest": round(min(shares), 3),
        "highest": round(max(shares), 3),
        "goal_overhead": OVERHEAD,
        "reached": whole / bare - 1.0 <= OVERHEAD,
        "seconds": {
            "sweep": [round(own["seconds"], 3) for own in found],
            "fits_alone": [round(own["bare"], 3) for own in found],
        },
        "peak_mb": {"ours": max(own["peak_mb"] for own in found)},
    }
