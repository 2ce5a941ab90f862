"""`make bench`: stancekit and scikit-learn on the same work, in turn, in one run; ratios of medians.

The work is one cross-validation of TF-IDF on words 1-2 and a linear SVM: scikit-learn tokenises the training texts of
every fold anew, stancekit counts once.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from benchmarks.corpus import labelled_sentences
from stancekit.config.features import Block, Features
from stancekit.config.model import Model
from stancekit.config.settings import Setting
from stancekit.evaluation.crossval import out_of_fold
from stancekit.features.analyzers import TOKEN
from stancekit.features.counts import count_blocks
from stancekit.models.linear import in_turn

FOLDS, PAIRS, LIMIT = 5, 5, 5000


def main() -> None:
    """Measure, and print a table."""
    name, texts, codes = labelled_sentences(LIMIT)
    folds = np.random.default_rng(0).permutation(len(texts)) % FOLDS
    labels = codes[:, None] == np.arange(codes.max() + 1)
    block = Block(field="text", ngrams=(1, 2))
    setting = Setting({}, Features(blocks=(block,)), Model(kind="linear_svc", C=0.1), "argmax")

    def ours() -> np.ndarray:
        (counts,) = count_blocks({"text": texts}, [block])
        scores = out_of_fold({block: counts}, [[setting] * FOLDS], labels, folds[None], 0, in_turn).scores
        return scores[0].argmax(axis=1)

    def theirs() -> np.ndarray:
        svm = LinearSVC(C=0.1, class_weight="balanced", dual=False, max_iter=10_000)
        pipeline = make_pipeline(
            TfidfVectorizer(tokenizer=TOKEN.findall, token_pattern=None, ngram_range=(1, 2)), OneVsRestClassifier(svm)
        )
        straight = [text.replace("’", "'") for text in texts]
        return cross_val_predict(pipeline, straight, codes, cv=PredefinedSplit(folds))

    times: dict[str, list[float]] = {"stancekit": [], "scikit-learn": []}
    scores = {}
    for _ in range(PAIRS):
        for who, run in (("stancekit", ours), ("scikit-learn", theirs)):
            seconds, predicted = _timed(run)
            times[who].append(seconds)
            scores[who] = f1_score(codes, predicted, average="macro")
    ratios = [b / a for a, b in zip(times["stancekit"], times["scikit-learn"], strict=True)]
    print(f"{name}: {FOLDS}-fold cross-validation, words 1-2, linear SVM; {PAIRS} interleaved pairs")
    for who, seconds in times.items():
        print(f"  {who:<13} {statistics.median(seconds):7.2f} s (median)   macro-F1 {scores[who]:.4f}")
    print(
        f"  scikit-learn takes {statistics.median(ratios):.2f} times as long ({min(ratios):.2f} to {max(ratios):.2f})"
    )


def _timed(run: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    begin = time.perf_counter()
    predicted = run()
    return time.perf_counter() - begin, predicted


if __name__ == "__main__":
    main()
