"""stancekit's side."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from answering import answer, median_seconds, read_corpus, timed, vectorise_with

import stancekit
from stancekit.config.features import Block, Features
from stancekit.config.model import Model
from stancekit.config.settings import Setting
from stancekit.engine.local import run_jobs
from stancekit.evaluation.crossval import out_of_fold, splits_of
from stancekit.evaluation.search import Candidates, choose_settings
from stancekit.features import TfidfVectorizer
from stancekit.features.blocks import fit_features
from stancekit.features.counts import count_blocks
from stancekit.models.decision import decide
from stancekit.models.instances import Counted, count_instances
from stancekit.models.linear import LinearModel, fit_linear
from stancekit.models.tallies import macro_f1, tally_by_group


def vectorise(request: dict[str, Any]) -> dict[str, Any]:
    """Fit and transform, or transform with what was fitted before; numba is imported, as it is in a training."""
    import_module("numba")
    return vectorise_with(TfidfVectorizer, request)


def sweep(request: dict[str, Any]) -> dict[str, Any]:
    """Search a grid by cross-validation, counting included."""
    texts, labels, folds = _corpus(request)
    settings = _settings(request)
    _import_solvers(labels.shape[1])
    run = partial(run_jobs, at_once=request["jobs"])

    def search() -> Any:
        counted = _counted(texts, settings)
        candidates = [Candidates(np.arange(len(texts)), folds)]
        return choose_settings(counted, settings, labels, candidates, "macro_f1", "stance", 0, run)[0]

    seconds, choice = timed(search)
    names = [str(setting.changes["name"]) for setting in settings]
    scores = dict(zip(names, choice.by_fold.tolist(), strict=True))
    best_by_mean = max(scores, key=lambda name: np.mean(scores[name]))
    return {"seconds": seconds, "best": best_by_mean, "best_pooled": names[choice.best], "scores": scores}


def bare_solvers(request: dict[str, Any]) -> dict[str, Any]:
    """Time a sweep, and then its fits alone on matrices that are ready."""
    texts, labels, folds = _corpus(request)
    settings, jobs = _settings(request), request["jobs"]
    whole = sweep(request)["seconds"]
    counted = _counted(texts, settings)
    fits: list[Callable[[], LinearModel]] = []
    for split in splits_of(folds):
        for features in dict.fromkeys(setting.features for setting in settings):
            own = counted.of(features.blocks)
            matrix = fit_features(own, features.blocks, split.trained_on)[1]
            models = [setting.model for setting in settings if setting.features == features]
            fits += [partial(fit_linear, matrix, labels[split.trained_on], model, 0) for model in models]
    bare, _ = timed(lambda: list(run_jobs(fits, jobs)))
    return {"seconds": whole, "bare": bare}


def one_fit(request: dict[str, Any]) -> dict[str, Any]:
    """Fit all labels of a training part on a matrix that is ready, one after the other."""
    texts, labels, folds = _corpus(request)
    blocks = [_block(request, request["ngrams"][0])]
    split = splits_of(folds)[0]
    counts = count_blocks({"text": texts}, blocks)
    features, matrix = fit_features(counts, blocks, split.trained_on)
    model = Model(kind="linear_svc", C=request["C"][0], class_weight=None)
    _import_solvers(labels.shape[1])
    seconds, linear = timed(lambda: fit_linear(matrix, labels[split.trained_on], model, 0))
    scores = linear.scores(features.transform_counted(counts, split.held_out))
    return {"seconds": seconds, "macro_f1": _macro_f1(labels[split.held_out], scores)}


def nested(request: dict[str, Any]) -> dict[str, Any]:
    """Choose anew within the training part of every fold, on the other folds; then score the fold."""
    texts, labels, folds = _corpus(request)
    settings = _settings(request)
    _import_solvers(labels.shape[1])
    run = partial(run_jobs, at_once=request["jobs"])
    splits = splits_of(folds)

    def search() -> tuple[list[Setting], Any]:
        counted = _counted(texts, settings)
        candidates = [Candidates(split.trained_on, folds[split.trained_on]) for split in splits]
        choices = choose_settings(counted, settings, labels, candidates, "macro_f1", "stance", 0, run)
        chosen = [settings[choice.best] for choice in choices]
        return chosen, out_of_fold(counted, [chosen], labels, folds[None], 0, run).scores[0]

    seconds, (chosen, scores) = timed(search)
    by_fold = [_macro_f1(labels[split.held_out], scores[split.held_out]) for split in splits]
    return {"seconds": seconds, "chosen": [setting.model.C for setting in chosen], "scores": by_fold}


def write_counts(request: dict[str, Any]) -> dict[str, Any]:
    """Write the features of a nested search as a matrix: rows of counts at length 1."""
    from scipy import sparse

    texts, _, _ = _corpus(request)
    block = _block(request, request["ngrams"][0])
    counts = count_blocks({"text": texts}, [block])
    features, matrix = fit_features(counts, [block], np.arange(len(texts)))
    sparse.save_npz(request["matrix"], sparse.csr_matrix(matrix))
    return {"seconds": 0.0, "features": len(features.names)}


def write_split(request: dict[str, Any]) -> dict[str, Any]:
    """Write the matrices of one split, for a solver that knows no text."""
    from scipy import sparse

    texts, labels, folds = _corpus(request)
    block = _block(request, request["ngrams"][0])
    counts = count_blocks({"text": texts}, [block])
    split = splits_of(folds)[0]
    features, matrix = fit_features(counts, [block], split.trained_on)
    sparse.save_npz(request["matrix"], sparse.csr_matrix(matrix))
    sparse.save_npz(request["unseen"], sparse.csr_matrix(features.transform_counted(counts, split.held_out)))
    codes = labels.argmax(axis=1)
    np.savez(request["codes"], trained_on=codes[split.trained_on], held_out=codes[split.held_out])
    return {"seconds": 0.0}


def predict(request: dict[str, Any]) -> dict[str, Any]:
    """Label many sentences at once, or one at a time, with a model that is loaded."""
    with Path(request["texts"]).open(encoding="utf-8", newline="") as file:
        rows = [{"text": row["text"]} for row in csv.DictReader(file)]
    model = stancekit.load(request["model"])
    if request["one"]:
        return {"seconds": median_seconds(lambda: model.predict(rows[:1]), request["rounds"])}
    seconds, said = timed(lambda: model.predict(rows))
    names, counts = np.unique(said, return_counts=True)
    return {"seconds": seconds, "shares": dict(zip(names.tolist(), counts.tolist(), strict=True))}


def _corpus(request: dict[str, Any]) -> tuple[list[str], np.ndarray, np.ndarray]:
    texts, labels, folds = read_corpus(request["corpus"])
    names = sorted(set(labels))
    return texts, np.array(labels)[:, None] == np.array(names)[None], np.array(folds, dtype=np.int32)


def _import_solvers(n_labels: int) -> None:
    """Import what fits so many labels, and on a new machine compile it, which is done once."""
    from scipy import sparse

    own = np.eye(n_labels)
    fit_linear(sparse.csr_array(own), own.astype(bool), Model(kind="linear_svc"), seed=0)


def _block(request: dict[str, Any], ngrams: Sequence[int]) -> Block:
    plain: dict[str, Any] = {} if request.get("idf", True) else {"idf": False}
    tokens = {"tokens": "sklearn"} if request["analyzer"] == "word" else {}
    return Block(field="text", analyzer=request["analyzer"], ngrams=tuple(ngrams), **tokens, **plain)


def _settings(request: dict[str, Any]) -> list[Setting]:
    settings = []
    for ngrams in request["ngrams"]:
        features = Features(blocks=(_block(request, ngrams),))
        for C in request["C"]:
            name = {"name": f"{ngrams[0]}-{ngrams[1]} C={C:g}"}
            model = Model(kind="linear_svc", C=C, class_weight=None)
            settings.append(Setting(name, features, model, "argmax"))
    return settings


def _counted(texts: list[str], settings: Sequence[Setting]) -> Counted:
    blocks = list(dict.fromkeys(block for setting in settings for block in setting.features.blocks))
    return count_instances({"text": texts}, blocks)


def _macro_f1(gold: np.ndarray, scores: np.ndarray) -> float:
    group = np.zeros(len(gold), dtype=np.intp)
    return float(macro_f1(tally_by_group(gold, decide(scores, "stance"), group, 1).summed()))


if __name__ == "__main__":
    answer(
        {
            "vectorise": vectorise,
            "sweep": sweep,
            "bare solvers": bare_solvers,
            "one fit": one_fit,
            "nested": nested,
            "write counts": write_counts,
            "write split": write_split,
            "predict": predict,
        }
    )
