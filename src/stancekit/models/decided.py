"""Metrics of plug-ins: they see predictions and not tallies, so each resample is put together for them."""

from __future__ import annotations

import numbers
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stancekit.plugins import get


@dataclass(frozen=True)
class Decided:
    """What was predicted for examples, and by which metrics of plug-ins that is to be judged.

    Attributes
    ----------
    gold, predicted : ndarray of bool of shape (n_examples, n_labels)
    groups : ndarray of int of shape (n_examples,)
    metrics : tuple of str
    """

    gold: NDArray[np.bool_]
    predicted: NDArray[np.bool_]
    groups: NDArray[np.intp]
    metrics: tuple[str, ...]

    def scores(self, weights: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Return the scores of resamples by metric, each of shape (n_resamples,).

        Parameters
        ----------
        weights : ndarray of shape (n_resamples, n_groups)
            How often each group is in.

        Raises
        ------
        PluginError
            If a function fails, or returns anything but a number.
        """
        found = {name: np.empty(len(weights)) for name in self.metrics}
        for number, weight in enumerate(weights.astype(np.intp)):
            # In the order of the examples; each function has arrays of its own, which it may change.
            rows = np.repeat(np.arange(len(self.groups)), weight[self.groups])
            for name, values in found.items():
                values[number] = _score(name, self.gold[rows], self.predicted[rows])
        return found


def _score(name: str, gold: NDArray[np.bool_], predicted: NDArray[np.bool_]) -> float:
    plugin = get("metric", name)
    score = plugin.call(gold, predicted, about=f" on {len(gold)} examples")
    if isinstance(score, bool | np.bool_) or not isinstance(score, numbers.Real):
        raise plugin.misbehaved(f"returned {score!r:.60} ({type(score).__name__}), not a number")
    if np.isinf(float(score)):
        raise plugin.misbehaved(f"returned {score!r}", "Return NaN where it is undefined")
    return float(score)
