"""Seconds of a fit of each kind of model, against scikit-learn's estimator of the same name, on DSE.

    STANCEKIT_DATA=... python -m benchmarks.solvers [KIND ...]

Four fifths of DSE train are fitted, one fifth is scored; both of a pair run in turn in one process, on one thread.
Each kind is fitted on a few rows first, so that importing and compiling don't count.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.metrics import f1_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from stancekit import read_examples
from stancekit.config.features import Block
from stancekit.config.model import MODEL_KEYS, Model, ModelKind
from stancekit.features.blocks import fit_features
from stancekit.features.counts import count_blocks
from stancekit.models.linear import fit_linear

BLOCKS = (
    Block(field="text", ngrams=(1, 2)),
    Block(field="text", analyzer="char_wb", ngrams=(2, 5)),
)


@dataclass(frozen=True)
class Split:
    """What is fitted, and what is scored."""

    matrix: sparse.csr_array
    codes: np.ndarray
    unseen: sparse.csr_array
    unseen_codes: np.ndarray

    @property
    def labels(self) -> np.ndarray:
        """A column for each label."""
        return self.codes[:, None] == np.arange(self.codes.max() + 1)


def scikit_learns(spec: Model, n: int) -> Any:
    """Return scikit-learn's estimator, at its own tolerance, of one label against the rest where ours is."""
    C, weight = spec.C, spec.class_weight
    if spec.kind == "multinomial_logistic_regression":
        return LogisticRegression(C=C, class_weight=weight, max_iter=10_000)
    if spec.kind == "complement_nb":
        return ComplementNB(alpha=spec.smoothing)
    binary = {
        "logistic_regression": LogisticRegression(C=C, class_weight=weight, solver="liblinear"),
        "linear_svc": LinearSVC(C=C, class_weight=weight, dual=False, max_iter=10_000),
        "ridge": RidgeClassifier(alpha=1 / (2 * C), class_weight=weight),
        "sgd": SGDClassifier(loss="log_loss", alpha=1 / (C * n), class_weight=weight, random_state=0),
    }
    return OneVsRestClassifier(binary[spec.kind]) if spec.kind in binary else None


def timed(work: Callable[[], Any]) -> tuple[Any, str]:
    """Return what `work` returns, and its seconds of process time and of the clock."""
    busy, clock = time.process_time(), time.perf_counter()
    result = work()
    return result, f"{time.process_time() - busy:7.2f} s ({time.perf_counter() - clock:6.2f})"


def measure(spec: Model, data: Split) -> str:
    """Return seconds and macro-F1 of ours, and of theirs where there is one."""
    ours, seconds = timed(lambda: fit_linear(data.matrix, data.labels, spec, seed=0))
    f1 = f1_score(data.unseen_codes, ours.scores(data.unseen).argmax(axis=1), average="macro")
    line = f"{seconds} F1 {f1:.4f} unconverged {len(ours.unconverged)}"
    estimator = scikit_learns(spec, len(data.codes))
    if estimator is None:
        return line
    _, seconds = timed(lambda: estimator.fit(data.matrix, data.codes))
    f1 = f1_score(data.unseen_codes, estimator.predict(data.unseen), average="macro")
    return f"{line}; scikit-learn {seconds} F1 {f1:.4f}"


def main(kinds: list[str]) -> None:
    """Print a line for each block, kind and C."""
    table = read_examples(Path(os.environ["STANCEKIT_DATA"]) / "dse" / "train.txt", format="dse")
    codes = np.unique(np.array(table["label"]), return_inverse=True)[1]
    rows = np.arange(len(codes))
    training, held_out = rows[rows % 5 != 0], rows[rows % 5 == 0]
    for block in BLOCKS:
        counted = count_blocks({"text": list(table["text"])}, [block])
        features, matrix = fit_features(counted, [block], training)
        unseen = features.transform_counted(counted, held_out)
        data = Split(matrix, codes[training], unseen, codes[held_out])
        for kind in kinds:
            fit_linear(data.matrix[:500], data.labels[:500], Model.model_validate({"kind": kind}), seed=0)
            for given in [{"C": C} for C in (0.1, 1.0, 10.0)] if "C" in MODEL_KEYS[kind] else [{}]:
                line = measure(Model.model_validate({"kind": kind} | given), data)
                print(f"{block.analyzer} {kind} {given}: {line}", flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    with threadpool_limits(1):
        main(sys.argv[1:] or list(get_args(ModelKind)))
