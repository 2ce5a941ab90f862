"""Labelling with a model that is loaded: 200,000 sentences at once, and one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.measure import OURS, Comparison, Goal, Side, compare, run
from benchmarks.works.plan import Plan
from benchmarks.works.whole_process import SENTENCES, TEST, model_of

ROUNDS = 200
MOST_SECONDS = 0.001


def measure(plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield a row for many sentences, and one for one."""
    pipeline = plan.folder / "pipeline.joblib"
    texts = plan.corpora.table(SENTENCES, seed=2)
    if not pipeline.exists():
        request = {"train": str(plan.corpora.table(SENTENCES)), "test": str(plan.corpora.table(TEST, seed=1))}
        fit = Side("scikit-learn", "whole process", {**request, "model": str(pipeline)})
        run(fit, plan.python_of("scikit-learn"))
    for one in (False, True):
        yield _compared(plan, texts, pipeline, one)


def _compared(plan: Plan, texts: Path, pipeline: Path, one: bool) -> dict[str, Any]:
    request = {"texts": str(texts), "one": one, "rounds": ROUNDS}
    return compare(
        Comparison(
            f"predict {'one sentence' if one else 'many sentences at once'}",
            f"{texts.stem.split('-')[1]} generated, words 1-2, a model trained on as many",
            Side(OURS, "predict", {**request, "model": str(model_of(plan))}),
            Side("scikit-learn", "predict", {**request, "model": str(pipeline)}),
            plan.pairs_or(5),
            Goal("least", 1.0 if one else 8.0),
            _quick_enough if one else _same_labels,
        ),
        plan.python_of,
    )


def _same_labels(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    shares = {"ours": ours["shares"], "theirs": theirs["shares"]}
    size = sum(theirs["shares"].values())
    apart = max(abs(ours["shares"].get(name, 0) - count) for name, count in theirs["shares"].items())
    return {"labels": shares, "labels_within_0.001": apart <= 0.001 * size}


def _quick_enough(ours: Mapping[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    return {"under_1_ms": ours["seconds"] < MOST_SECONDS}
