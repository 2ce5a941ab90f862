"""Splits: fits on some rows of a counted corpus, and scores of others that they did not see."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stancekit.config.features import Features
from stancekit.config.model import Model
from stancekit.features.blocks import fit_features
from stancekit.models.conditioned import Design
from stancekit.models.instances import Counted, merge_instances

if TYPE_CHECKING:
    from scipy import sparse
else:
    from stancekit.late import sparse


@dataclass(frozen=True)
class Split:
    """Rows to train on, and rows that are held out."""

    trained_on: NDArray[np.intp]
    held_out: NDArray[np.intp]


@dataclass(frozen=True)
class Held:
    """Scores of the rows that one fit did not see.

    Attributes
    ----------
    scores : ndarray of float of shape (n_held_out, n_labels)
    unconverged : tuple of int
        Labels whose solver stopped early.
    """

    scores: NDArray[np.float64]
    unconverged: tuple[int, ...]


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
        """Fit a linear model on the training rows, and score the rows that are held out."""
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
