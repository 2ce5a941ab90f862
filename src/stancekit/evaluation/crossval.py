"""Cross-validation: independent fits, each on its own training rows of a corpus that was counted once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from stancekit.config.features import Features
from stancekit.config.model import Model
from stancekit.config.settings import Setting
from stancekit.corpus.folds import TrainingRows, other_folds
from stancekit.features.blocks import fit_features
from stancekit.models.conditioned import Design
from stancekit.models.instances import Counted, merge_instances


@dataclass(frozen=True)
class Held:
    """Decision values for the rows that one fit did not see.

    Attributes
    ----------
    scores : ndarray of float of shape (n_held_out, n_labels)
    unconverged : tuple of int
        Labels whose solver stopped early.
    """

    scores: NDArray[np.float64]
    unconverged: tuple[int, ...]


RunJobs = Callable[[Sequence[Callable[[], Held]]], Iterable[Held]]
"""Runs independent jobs and yields their results in the order of the jobs."""


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


@dataclass(frozen=True)
class Split:
    """Rows to train on, and rows that are held out."""

    trained_on: NDArray[np.intp]
    held_out: NDArray[np.intp]


def splits_of(folds: NDArray[np.int32], training: TrainingRows = other_folds) -> list[Split]:
    """Return a split for each fold of one cut; examples whose fold is negative are never held out."""
    return [
        Split(np.flatnonzero(training(folds, fold)), np.flatnonzero(folds == fold))
        for fold in np.unique(folds)
        if fold >= 0
    ]


def out_of_fold(
    counted: Counted,
    settings: Sequence[Sequence[Setting]],
    labels: NDArray[np.bool_],
    folds: NDArray[np.int32],
    seed: int,
    run: RunJobs,
    training: TrainingRows = other_folds,
) -> OutOfFold:
    """Return scores for every example from the fits in whose folds it was held out.

    Parameters
    ----------
    counted : Counted
        The whole corpus.
    settings : sequence of sequences of Setting
        For every repeat, and every fold of it in order, what is fitted.
    labels : ndarray of bool of shape (n_examples, n_labels)
    folds : ndarray of int of shape (n_repeats, n_examples)
        Negative where an example is never held out; its scores are NaN.
    seed : int
    run : callable
        What runs the fits: here in turn, or wherever the engine puts them.
    training : callable, default=other_folds
        Which examples are trained on for a fold.
    """
    splits = [splits_of(own, training) for own in folds]
    jobs = [
        partial(SplitFeatures(counted, setting.features, split, uses=1).fit_and_score, setting.model, labels, seed)
        for own, chosen in zip(splits, settings, strict=True)
        for split, setting in zip(own, chosen, strict=True)
    ]
    scores = np.full((*folds.shape, labels.shape[1]), np.nan)
    unconverged = 0
    results = iter(run(jobs))
    for repeat, own in enumerate(splits):
        for split in own:
            held = next(results)
            scores[repeat, split.held_out] = held.scores
            unconverged += bool(held.unconverged)
    return OutOfFold(scores, unconverged, len(jobs))


class SplitFeatures:
    """The features of one split, made when they are first asked for and let go after the last fit on them.

    Fits of several models on one split share them, on whatever threads they run.

    Parameters
    ----------
    counted : Counted
    features : Features
    split : Split
    uses : int
        How many fits there will be.
    """

    def __init__(self, counted: Counted, features: Features, split: Split, uses: int) -> None:
        self.counted = counted
        self.features = features
        self.split = split
        self._uses = uses
        self._lock = Lock()
        self._made: tuple[Design, sparse.csr_array] | None = None

    def fit_and_score(self, model: Model, labels: NDArray[np.bool_], seed: int) -> Held:
        """Fit a model on the training rows, and score the rows that are held out."""
        design, held_out = self._matrices()
        targets = self.counted.targets_of(self.counted.instances(self.split.held_out))
        gold = self.counted.gold(labels, self.split.trained_on)
        linear = design.fit(gold, model, seed, unseen=not design.knows(targets))
        scores = merge_instances(linear.scores(held_out, targets), self.counted.reversal)
        held = Held(scores, linear.unconverged)
        with self._lock:
            self._uses -= 1
            if not self._uses:
                self._made = None
        return held

    def _matrices(self) -> tuple[Design, sparse.csr_array]:
        with self._lock:
            if self._made is None:
                own, blocks = self.counted.of(self.features.blocks), self.features.blocks
                trained_on = self.counted.instances(self.split.trained_on)
                fitted, seen = fit_features(own, blocks, trained_on)
                held_out = fitted.transform_counted(own, self.counted.instances(self.split.held_out))
                targets = self.counted.targets_of(trained_on)
                self._made = Design(seen, self.features.conditioning, targets), held_out
            return self._made
