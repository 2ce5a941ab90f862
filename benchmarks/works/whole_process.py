"""From a file of 200,000 sentences to a saved model and the scores of a test file: whole processes, start to end."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.measure import OURS, Comparison, Goal, Side, compare, run
from benchmarks.works.plan import JOBS, Plan

SENTENCES, TEST = 200_000, 20_000
CONFIG = {
    "task": {"kind": "stance", "labels": ["opposes", "neutral", "supports"]},
    "features": {"blocks": [{"field": "text", "analyzer": "word", "ngrams": [1, 2], "tokens": "sklearn"}]},
    "model": {"kind": "linear_svc", "C": 0.1, "class_weight": None},
    "evaluation": {
        "folds": None,
        "metrics": ["macro_f1"],
        "baselines": ["majority"],
        "intervals": {"by": "id", "resamples": 200},
    },
}


def measure(plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield a row for the scikit-learn script, and one for fastText."""
    train, test = plan.corpora.table(SENTENCES), plan.corpora.table(TEST, seed=1)
    megabytes = round(train.stat().st_size / 1e6)
    said = f"{train.stem.split('-')[1]} generated sentences, {megabytes} MB"
    script = {"train": str(train), "test": str(test), "model": str(plan.folder / "pipeline.joblib")}
    side = Side("scikit-learn", "whole process", script, whole_process=True)
    yield _compared(plan, said, side, 0.4, _no_more_memory)
    if not plan.quick:
        files = {"train": str(plan.corpora.fasttext(SENTENCES)), "test": str(plan.corpora.fasttext(TEST, seed=1))}
        request = {**files, "model": str(plan.folder / "fasttext.bin"), "epochs": 5}
        side = Side("fasttext-numpy2", "whole process", request, whole_process=True)
        yield _compared(plan, said, side, 0.5, _no_worse)


def training(plan: Plan, name: str, sentences: int) -> Side:
    """Return the side that runs `stancekit train` on so many sentences."""
    config = plan.folder / f"{name}.json.yaml"
    data = {"train": str(plan.corpora.table(sentences)), "test": str(plan.corpora.table(TEST, seed=1))}
    # JSON is YAML.
    config.write_text(json.dumps({"name": name, "data": data, **CONFIG}), encoding="utf-8")
    runs = plan.folder / "runs"
    # Counts that an earlier run kept on disk would make this one look faster than a first one is.
    arguments = ["--config", str(config), "--output", str(runs), "--jobs", str(JOBS), "--no-cache"]
    return Side(OURS, "train", {"arguments": arguments, "runs": str(runs / name)}, whole_process=True)


def trained(side: Side) -> tuple[Path, dict[str, Any]]:
    """Return the run folder that a training left, and what it says of itself."""
    (folder,) = Path(side.request["runs"]).iterdir()
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    stages = json.loads((folder / "environment.json").read_text(encoding="utf-8"))["seconds"]
    return folder, {"macro_f1": metrics["test"]["metrics"]["macro_f1"]["value"], "stages": stages}


def model_of(plan: Plan) -> Path:
    """Return a model trained on the 200,000 sentences; the last one measured, if there is one."""
    side = training(plan, "whole", SENTENCES)
    if not Path(side.request["runs"]).exists():
        run(side, sys.executable)
    return trained(side)[0]


def _compared(plan: Plan, said: str, theirs: Side, goal: float, agree: Any) -> dict[str, Any]:
    ours = training(plan, "whole", SENTENCES)

    def agreed(own: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
        return agree({**own, **trained(ours)[1]}, other)

    return compare(
        Comparison(
            f"train, whole process, against {_TITLES[theirs.who]}",
            said,
            ours,
            theirs,
            plan.pairs_or(3),
            Goal("most", goal, "ours / theirs"),
            agreed,
        ),
        plan.python_of,
    )


_TITLES = {"scikit-learn": "a scikit-learn script", "fasttext-numpy2": "fastText, 2 threads"}


def _scores(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    pair = {"ours": round(ours["macro_f1"], 4), "theirs": round(theirs["macro_f1"], 4)}
    return {"macro_f1": pair, "our_seconds_by_stage": ours["stages"]}


def _no_more_memory(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_scores(ours, theirs),
        "same_macro_f1": abs(ours["macro_f1"] - theirs["macro_f1"]) <= 0.001,
        "no_more_memory": ours["peak_mb"] <= theirs["peak_mb"],
    }


def _no_worse(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    return {**_scores(ours, theirs), "macro_f1_no_worse": ours["macro_f1"] >= theirs["macro_f1"]}
