"""Fitting linear models on features that are conditioned on the target."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stancekit.config.features import Conditioning
from stancekit.config.model import ONE_LABEL_KINDS, Model
from stancekit.errors import PluginError, Problem
from stancekit.features.conditioning import FittedConditioning, Target, fit_conditioning
from stancekit.models.condensed import Prepared
from stancekit.models.linear import HAS_PROBABILITIES, LinearModel, RunJobs, fit_linear, in_turn

if TYPE_CHECKING:
    from scipy import sparse
else:
    from stancekit.late import sparse

Labels = NDArray[np.bool_]


class Design:
    """The features of training rows as one way of conditioning has them, made once for all fits on them.

    Parameters
    ----------
    matrix : csr_array of shape (n_rows, n_features)
        Given to it for good.
    kind : str, default="none"
        The way of conditioning.
    targets : sequence of (str or None) of length n_rows
        Not needed for `none`.

    Examples
    --------
    >>> matrix = sparse.csr_array(np.eye(2)[[0, 1, 0, 1]])
    >>> labels = np.eye(2, dtype=bool)[[0, 1, 1, 0]]
    >>> model = Design(matrix, "shared_per_target", ["a", "a", "b", "b"]).fit(labels, Model(), seed=0)
    >>> model.scores(matrix, ["a", "a", "b", "b"]).argmax(axis=1).tolist()
    [0, 1, 1, 0]
    """

    def __init__(self, matrix: sparse.csr_array, kind: Conditioning = "none", targets: Sequence[Target] = ()) -> None:
        self.conditioning: FittedConditioning | None = None
        self._codes = np.empty(0, dtype=np.intp)
        if kind != "none":
            self.conditioning = fit_conditioning(kind, matrix, targets)
            self._codes = self.conditioning.codes(targets)
        self._shared = Prepared(matrix)
        self._targets = targets
        self._lock = Lock()
        self._conditioned: list[Prepared] | None = None

    def fit(
        self,
        labels: Labels,
        spec: Model,
        seed: int,
        run: RunJobs = in_turn,
        tolerance: float | None = None,
        *,
        unseen: bool = True,
    ) -> LinearModel:
        """Fit a model of a kind; see `stancekit.models.linear.fit_linear`.

        Parameters
        ----------
        labels : ndarray of bool of shape (n_rows, n_labels)
        spec : Model
        seed : int
        run : callable, default=in_turn
        tolerance : float, optional
        unseen : bool, default=True
            Whether the model is to know what to say of targets that no training row has. In `cross` and `per_target`
            that takes a model of all rows together, which need not be fitted where nobody will ask.
        """

        def fit(features: Prepared, groups: NDArray[np.intp] | None = None) -> LinearModel:
            found = fit_linear(features, labels, spec, seed, run, tolerance, groups)
            return found if self.conditioning is None else _refuse_opaque(found, spec)

        conditioning = self.conditioning
        if conditioning is None:
            return fit(self._shared)
        parts = self._parts(conditioning)
        if conditioning.kind in ("token", "shared_per_target"):
            joint = fit(parts[0], None if conditioning.kind == "token" else self._codes)
            return LinearModel(joint.coefficients, joint.intercepts, joint.unconverged, conditioning)
        pooled = fit(self._shared) if unseen else _nothing(labels.shape[1], conditioning.n_features)
        if conditioning.kind == "cross":
            own = fit(parts[0], self._codes)
            n_copies = len(conditioning.copied)
            copies, intercepts = (
                own.coefficients[:, :n_copies],
                own.coefficients[:, n_copies:] + own.intercepts[:, None],
            )
            return _combined(conditioning, pooled, copies, intercepts, own.unconverged)
        jobs = [
            partial(_fit_alone, part, labels[self._codes == target], spec, seed, tolerance)
            for target, part in enumerate(parts)
        ]
        alone: list[LinearModel] = list(run(jobs))
        copies = np.concatenate([model.coefficients for model in alone], axis=1)
        intercepts = np.stack([model.intercepts for model in alone], axis=1)
        unconverged = tuple(label for model in alone for label in model.unconverged)
        return _combined(conditioning, pooled, copies, intercepts, unconverged)

    def knows(self, targets: Sequence[Target]) -> bool:
        """Tell whether training rows have all of some targets."""
        return self.conditioning is None or bool((self.conditioning.codes(targets) >= 0).all())

    def _parts(self, conditioning: FittedConditioning) -> list[Prepared]:
        """Return what is fitted: one matrix, or one for each target."""
        with self._lock:
            if self._conditioned is None:
                self._conditioned = [Prepared(own) for own in self._matrices(conditioning)]
            return self._conditioned

    def _matrices(self, conditioning: FittedConditioning) -> list[sparse.csr_array]:
        matrix = self._shared.matrix
        if conditioning.kind == "cross":
            return [conditioning.own_columns(matrix, self._codes)]
        if conditioning.kind != "per_target":
            return [conditioning.expand(matrix, self._targets)]
        copies, starts = conditioning.copies(matrix, self._codes), conditioning.starts
        order = np.argsort(self._codes, kind="stable")
        bounds = np.searchsorted(self._codes[order], np.arange(len(conditioning.targets) + 1))
        return [
            sparse.csr_array(copies[order[bounds[i] : bounds[i + 1]], starts[i] : starts[i + 1]])
            for i in range(len(conditioning.targets))
        ]


def _refuse_opaque(found: LinearModel, spec: Model) -> LinearModel:
    """Refuse what has no coefficients: those of targets and of all rows are put together."""
    if type(found) is not LinearModel:
        said = f"the model {spec.kind!r} is not linear, so that it can't be conditioned on targets"
        raise PluginError(Problem(said, hint="Set features.conditioning to none"))
    return found


def _nothing(n_labels: int, n_features: int) -> LinearModel:
    return LinearModel(np.zeros((n_labels, n_features)), np.zeros(n_labels))


def _combined(
    conditioning: FittedConditioning,
    pooled: LinearModel,
    copies: NDArray[np.float64],
    intercepts: NDArray[np.float64],
    unconverged: Sequence[int],
) -> LinearModel:
    """Return one model of what known targets have to themselves and, for the others, of all rows together."""
    columns = [pooled.coefficients, copies, intercepts, pooled.intercepts[:, None]]
    labels = tuple(sorted({*pooled.unconverged, *unconverged}))
    return LinearModel(np.concatenate(columns, axis=1), np.zeros(len(copies)), labels, conditioning)


def _fit_alone(prepared: Prepared, labels: Labels, spec: Model, seed: int, tolerance: float | None) -> LinearModel:
    """Fit a model of one target's rows; a label that all or none of them have gets a constant score."""
    n_labels, n_features = labels.shape[1], prepared.matrix.shape[1]
    told = labels.any(axis=0) if spec.kind in ONE_LABEL_KINDS else labels.any(axis=0) & ~labels.all(axis=0)
    coefficients, intercepts = np.zeros((n_labels, n_features)), _constant_scores(labels, spec)
    fitted = np.flatnonzero(told)
    if not n_features or len(fitted) < (2 if spec.kind in ONE_LABEL_KINDS else 1):
        return LinearModel(coefficients, intercepts)
    own = _refuse_opaque(fit_linear(prepared, labels[:, fitted], spec, seed, tolerance=tolerance), spec)
    coefficients[fitted], intercepts[fitted] = own.coefficients, own.intercepts
    return LinearModel(coefficients, intercepts, tuple(int(fitted[label]) for label in own.unconverged))


def _constant_scores(labels: Labels, spec: Model) -> NDArray[np.float64]:
    """Return scores from the labels' shares alone: -1 for one that never occurs, 1 for one that always does.

    In models with probabilities, the logarithm of its odds, half an example added to either side.
    """
    having = labels.sum(axis=0).astype(np.float64)
    if HAS_PROBABILITIES.get(spec.kind, False):
        return np.asarray(np.log((having + 0.5) / (len(labels) - having + 0.5)))
    return np.asarray(2.0 * having / len(labels) - 1.0)
