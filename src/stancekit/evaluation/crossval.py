"""Cross-validation: independent fits, each on its own training rows of a corpus that was counted once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import Block, Model
from stancekit.corpus.folds import TrainingRows, other_folds
from stancekit.features.counts import Counts
from stancekit.models.stance_model import fit_counted

Job = Callable[[], "Held"]
RunJobs = Callable[[Sequence[Job]], Iterable["Held"]]
"""Runs independent jobs and yields their results in the order of the jobs."""


@dataclass(frozen=True)
class Held:
    """Decision values for the rows that one fit did not see.

    Attributes
    ----------
    rows : ndarray of int of shape (n_held_out,)
    scores : ndarray of float of shape (n_held_out, n_labels)
    unconverged : tuple of int
        Labels whose solver stopped early.
    """

    rows: NDArray[np.intp]
    scores: NDArray[np.float64]
    unconverged: tuple[int, ...]


@dataclass(frozen=True)
class OutOfFold:
    """Decision values for every example, from models that did not see it.

    Attributes
    ----------
    scores : ndarray of float of shape (n_repeats, n_examples, n_labels)
    unconverged : int
        How many of the fits stopped before they converged.
    fits : int
    """

    scores: NDArray[np.float64]
    unconverged: int
    fits: int


def out_of_fold(
    counted: Sequence[Counts],
    blocks: Sequence[Block],
    labels: NDArray[np.bool_],
    folds: NDArray[np.int32],
    spec: Model,
    seed: int,
    run: RunJobs,
    training: TrainingRows = other_folds,
) -> OutOfFold:
    """Return scores for every example from the fits in whose folds it was held out.

    Parameters
    ----------
    counted : sequence of Counts
        Of the whole corpus, one for each block.
    blocks : sequence of Block
    labels : ndarray of bool of shape (n_examples, n_labels)
    folds : ndarray of int of shape (n_repeats, n_examples)
        Negative where an example is never held out; its scores are NaN.
    spec : Model
    seed : int
    run : callable
        What runs the fits: here in turn, or wherever the engine puts them.
    training : callable, default=other_folds
        Which examples are trained on for a fold.
    """
    numbers = [(repeat, fold) for repeat in range(len(folds)) for fold in np.unique(folds[repeat]) if fold >= 0]
    jobs = [
        partial(
            _fit_and_score, counted, blocks, labels, folds[repeat] == fold, training(folds[repeat], fold), spec, seed
        )
        for repeat, fold in numbers
    ]
    scores = np.full((*folds.shape, labels.shape[1]), np.nan)
    unconverged = 0
    for (repeat, _), held in zip(numbers, run(jobs), strict=True):
        scores[repeat, held.rows] = held.scores
        unconverged += bool(held.unconverged)
    return OutOfFold(scores, unconverged, len(jobs))


def _fit_and_score(
    counted: Sequence[Counts],
    blocks: Sequence[Block],
    labels: NDArray[np.bool_],
    held_out: NDArray[np.bool_],
    trained_on: NDArray[np.bool_],
    spec: Model,
    seed: int,
) -> Held:
    rows = np.flatnonzero(held_out)
    features, linear = fit_counted(counted, blocks, np.flatnonzero(trained_on), labels, spec, seed)
    return Held(rows, linear.scores(features.transform_counted(counted, rows)), linear.unconverged)
