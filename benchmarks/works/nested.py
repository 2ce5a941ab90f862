"""A nested search, 5 folds with 4 inner ones, beside SKLL's on the same features.

SKLL is given the features ready; stancekit counts and weighs inside its time. Features are counts of words 1-2 with
rows of length 1, which no row has from another, so that a matrix made beforehand is the same in every fold.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.measure import OURS, Comparison, Goal, Side, compare, run
from benchmarks.works.plan import JOBS, Plan
from benchmarks.works.sweep import C


def measure(plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield one row."""
    corpus, said = plan.corpora.labelled("dse")
    request = {
        "corpus": corpus,
        "analyzer": "word",
        "ngrams": [[1, 2]],
        "C": C,
        "jobs": JOBS,
        "idf": False,
        "matrix": str(plan.folder / "nested.npz"),
    }
    run(Side(OURS, "write counts", request), sys.executable)
    yield compare(
        Comparison(
            "nested search, 5 x 4 folds x 4 C, words 1-2",
            said,
            Side(OURS, "nested", request),
            Side("skll", "nested", request),
            plan.pairs_or(1),
            Goal("least", 20.0),
            _agree,
        ),
        plan.python_of,
    )


def _agree(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Compare what the outer folds chose and scored; SKLL has no mean over pooled rows, so a choice may differ."""
    return {
        "chosen": {"ours": ours["chosen"], "theirs": theirs["chosen"]},
        "macro_f1": {"ours": _rounded(ours["scores"]), "theirs": _rounded(theirs["scores"])},
    }


def _rounded(scores: list[float]) -> list[float]:
    return [round(score, 4) for score in scores]
