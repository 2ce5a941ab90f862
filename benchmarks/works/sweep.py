"""A grid search by cross-validation of a linear SVM: counting, weighting, fitting and scoring, 2 jobs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.measure import OURS, Comparison, Goal, Side, compare
from benchmarks.works.plan import JOBS, Plan, same_choice

C = (0.1, 0.3, 1.0, 3.0)
WORDS = {"analyzer": "word", "ngrams": [[1, 1], [1, 2], [1, 3]], "C": C, "jobs": JOBS}
CHARACTERS = {"analyzer": "char_wb", "ngrams": [[2, 5]], "C": C, "jobs": JOBS}


def measure(plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield a row for each grid, without and with `memory=`."""
    corpus, said = plan.corpora.labelled("dse")
    for title, grid, goal in (
        ("sweep words, 5 folds x 3 n-gram ranges x 4 C", WORDS, 10.0),
        ("sweep char_wb 2-5, 5 folds x 4 C", CHARACTERS, 6.0),
    ):
        for memory in (False, True) if grid is WORDS else (False,):
            request = {**grid, "corpus": corpus, "memory": memory}
            yield compare(
                Comparison(
                    f"{title}, LinearSVC{', memory=' if memory else ''}",
                    said,
                    Side(OURS, "sweep", request),
                    Side("scikit-learn", "sweep", request),
                    plan.pairs_or(1 if memory else 3),
                    None if memory else Goal("least", goal),
                    same_choice,
                ),
                plan.python_of,
            )
