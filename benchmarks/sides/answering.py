"""How a side is asked and answers: a JSON file with a request in, a JSON file with an answer out.

python SIDE.py TASK REQUEST ANSWER
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

WARMING_UP = 2000
"""Texts of a corpus; more than 131,072 characters, from which on stancekit uses compiled loops where it has numba."""

Task = Callable[[dict[str, Any]], dict[str, Any]]


def answer(tasks: dict[str, Task]) -> None:
    """Do the task that the command line names; what a task returns holds at least its seconds."""
    task, request, place = sys.argv[1:]
    answered = tasks[task](json.loads(Path(request).read_text(encoding="utf-8")))
    Path(place).write_text(json.dumps(answered), encoding="utf-8")


def read_corpus(path: str) -> tuple[list[str], list[str], list[int]]:
    """Return the texts, labels and folds of a corpus as `benchmarks.corpora` writes it."""
    corpus = json.loads(Path(path).read_text(encoding="utf-8"))
    return corpus["texts"], corpus["labels"], corpus["folds"]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return seconds, and what `work` returns."""
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def median_seconds(work: Callable[[], Any], rounds: int) -> float:
    """Return the median seconds of several rounds, after one to warm up."""
    work()
    return sorted(timed(work)[0] for _ in range(rounds))[rounds // 2]


def vectorise_with(vectorizer_class: Callable[..., Any], request: dict[str, Any]) -> dict[str, Any]:
    """Fit and transform, or transform with what was fitted before; both sides' classes have the same parameters.

    Both have done it before with a part of the texts: what is imported or loaded on first use isn't timed.
    """
    texts, _, _ = read_corpus(request["corpus"])
    vectorizer = vectorizer_class(analyzer=request["analyzer"], ngram_range=tuple(request["ngrams"]))
    vectorizer.fit_transform(texts[:WARMING_UP])
    vectorizer.transform(texts[:WARMING_UP])
    if request["step"] == "transform":
        vectorizer.fit(texts)
        seconds, matrix = timed(lambda: vectorizer.transform(texts))
    else:
        seconds, matrix = timed(lambda: vectorizer.fit_transform(texts))
    return {"seconds": seconds, "shape": list(matrix.shape), "entries": int(matrix.nnz), "sum": float(matrix.sum())}
