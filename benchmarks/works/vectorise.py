"""TF-IDF of a corpus that is in memory: fit_transform, and transform of the same texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.measure import OURS, Comparison, Goal, Side, compare
from benchmarks.works.plan import Plan, same_matrix

WORK = (
    ("words 1-2", "word", (1, 2), {"fit": 8.0, "transform": 10.0}),
    ("char_wb 2-5", "char_wb", (2, 5), {"fit": 10.0, "transform": 12.0}),
)


def measure(plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield a row for each analyzer and step."""
    names = ("dse",) if plan.quick else ("dse", "newsmtsc")
    for corpus, said in dict(plan.corpora.labelled(name) for name in names).items():
        for title, analyzer, ngrams, goals in WORK:
            for step, goal in goals.items():
                request = {"corpus": corpus, "analyzer": analyzer, "ngrams": ngrams, "step": step}
                yield compare(
                    Comparison(
                        f"vectorise {title}, {'fit_transform' if step == 'fit' else step}",
                        said,
                        Side(OURS, "vectorise", request),
                        Side("scikit-learn", "vectorise", request),
                        plan.pairs_or(5),
                        Goal("least", goal),
                        same_matrix,
                    ),
                    plan.python_of,
                )
