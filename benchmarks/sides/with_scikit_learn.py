"""scikit-learn's side, written as its users would: pipelines, GridSearchCV, joblib."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from answering import answer, median_seconds, read_corpus, timed, vectorise_with
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import GridSearchCV, PredefinedSplit
from sklearn.pipeline import Pipeline
from sklearn.svm import LinearSVC


def vectorise(request: dict[str, Any]) -> dict[str, Any]:
    """Fit and transform, or transform with what was fitted before."""
    return vectorise_with(TfidfVectorizer, request)


def sweep(request: dict[str, Any]) -> dict[str, Any]:
    """Search a grid by cross-validation."""
    texts, labels, folds = read_corpus(request["corpus"])
    with tempfile.TemporaryDirectory() as folder:
        steps = [("tfidf", TfidfVectorizer(analyzer=request["analyzer"])), ("svm", LinearSVC(random_state=0))]
        grid = {"tfidf__ngram_range": [tuple(ngrams) for ngrams in request["ngrams"]], "svm__C": request["C"]}
        search = GridSearchCV(
            Pipeline(steps, memory=folder if request["memory"] else None),
            grid,
            scoring="f1_macro",
            n_jobs=request["jobs"],
            cv=PredefinedSplit(folds),
            refit=False,
        )
        seconds, _ = timed(lambda: search.fit(texts, labels))
    found = search.cv_results_
    scores = {
        _setting(chosen): [float(found[f"split{fold}_test_score"][number]) for fold in range(search.n_splits_)]
        for number, chosen in enumerate(found["params"])
    }
    return {"seconds": seconds, "best": _setting(search.best_params_), "scores": scores}


def _setting(chosen: dict[str, Any]) -> str:
    shortest, longest = chosen["tfidf__ngram_range"]
    return f"{shortest}-{longest} C={chosen['svm__C']:g}"


def whole_process(request: dict[str, Any]) -> dict[str, Any]:
    """Read a table, fit, save, score a second table: a script from start to end."""
    texts, labels = _read_table(request["train"])
    pipeline = Pipeline([("tfidf", TfidfVectorizer(ngram_range=(1, 2))), ("svm", LinearSVC(C=0.1, random_state=0))])
    pipeline.fit(texts, labels)
    joblib.dump(pipeline, request["model"])
    texts, labels = _read_table(request["test"])
    return {"macro_f1": float(f1_score(labels, pipeline.predict(texts), average="macro"))}


def predict(request: dict[str, Any]) -> dict[str, Any]:
    """Label many sentences at once, or one at a time, with a model that is loaded."""
    texts, _ = _read_table(request["texts"])
    pipeline = joblib.load(request["model"])
    if request["one"]:
        return {"seconds": median_seconds(lambda: pipeline.predict(texts[:1]), request["rounds"])}
    seconds, said = timed(lambda: pipeline.predict(texts))
    return {"seconds": seconds, "shares": _shares(said)}


def _shares(said: Any) -> dict[str, int]:
    names, counts = np.unique(said, return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))


def _read_table(path: str) -> tuple[list[str], list[str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], [row["label"] for row in rows]


if __name__ == "__main__":
    answer({"vectorise": vectorise, "sweep": sweep, "whole process": whole_process, "predict": predict})
