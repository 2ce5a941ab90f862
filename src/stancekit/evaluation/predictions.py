"""What was predicted, beside gold: what every score is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stancekit.config.metrics import is_plugged
from stancekit.models.summands import summands
from stancekit.models.tallies import Tally, tally_by_group


@dataclass(frozen=True)
class Predictions:
    """Gold labels and what was predicted for them, in one or more repeats.

    Attributes
    ----------
    gold : ndarray of bool of shape (n_examples, n_labels)
    predicted : ndarray of bool of shape (n_repeats, n_examples, n_labels)
    groups : ndarray of int of shape (n_examples,)
        What is resampled as one; counted from 0.
    scores : ndarray of float of shape (n_repeats, n_examples, n_labels) or None
        Decision values; needed by metrics of ranking only.
    probabilities : ndarray of float of shape (n_repeats, n_examples, n_labels) or None
        Needed by metrics of probabilities only.
    """

    gold: NDArray[np.bool_]
    predicted: NDArray[np.bool_]
    groups: NDArray[np.intp]
    scores: NDArray[np.float64] | None = None
    probabilities: NDArray[np.float64] | None = None

    def of(self, rows: NDArray[np.intp]) -> Predictions:
        """Return what was predicted for some of the examples, their groups counted from 0."""
        scores, shares = (None if own is None else own[:, rows] for own in (self.scores, self.probabilities))
        groups = np.unique(self.groups[rows], return_inverse=True)[1]
        return Predictions(self.gold[rows], self.predicted[:, rows], groups, scores, shares)

    def tallies(self, metrics: Sequence[str] = ()) -> list[Tally]:
        """Return the tallies by group of every repeat, with what `metrics` need beyond counts."""
        plugged, n_groups = tuple(filter(is_plugged, metrics)), int(self.groups.max()) + 1
        found = []
        for number, predicted in enumerate(self.predicted):
            scores, shares = (None if own is None else own[number] for own in (self.scores, self.probabilities))
            added = summands(metrics, self.gold, predicted, shares)
            found.append(tally_by_group(self.gold, predicted, self.groups, n_groups, scores, plugged, added))
        return found
