"""Linear models by name, and what they become: arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.model import MODEL_KEYS, ONE_LABEL_KINDS, WITHOUT_PROBABILITIES, Model, ModelKind
from stancekit.errors import DataError, InputError, PluginError, Problem
from stancekit.features.conditioning import FittedConditioning, Target
from stancekit.models.condensed import Prepared
from stancekit.models.plugged import plan_plugged
from stancekit.models.solvers import Training, plan_jobs

if TYPE_CHECKING:
    from scipy import sparse
else:
    from stancekit.late import sparse

HAS_PROBABILITIES: Mapping[str, bool] = {kind: kind not in WITHOUT_PROBABILITIES for kind in MODEL_KEYS}
"""By kind, without calibration; those of plug-ins have none."""
NEEDS_NO_NEGATIVES: tuple[ModelKind, ...] = ("complement_nb", "nb_svm")
"""Kinds that take values for counts; every block of features has such."""

RunJobs = Callable[[Sequence[Callable[[], Any]]], Iterable[Any]]
"""Runs independent jobs and yields their results in the order of the jobs."""


@dataclass(frozen=True)
class LinearModel:
    """A fitted linear model.

    Attributes
    ----------
    coefficients : ndarray of float64 of shape (n_labels, n_columns)
        Of the features, or of what conditioning makes of them.
    intercepts : ndarray of float64 of shape (n_labels,)
    unconverged : tuple of int
        The labels whose solver stopped before it converged.
    conditioning : FittedConditioning or None
        What is made of features and targets; None where targets have no say.
    """

    coefficients: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    unconverged: tuple[int, ...] = ()
    conditioning: FittedConditioning | None = None

    def __post_init__(self) -> None:
        """Lay the coefficients out by feature: a product with few rows would copy all of them otherwise."""
        object.__setattr__(self, "coefficients", np.ascontiguousarray(self.coefficients.T).T)

    def scores(self, matrix: sparse.csr_array, targets: Sequence[Target] = ()) -> NDArray[np.float64]:
        """Return decision values of shape (n_examples, n_labels).

        Parameters
        ----------
        matrix : csr_array of shape (n_examples, n_features)
        targets : sequence of (str or None) of length n_examples
            Needed where the model is conditioned on them.
        """
        if self.conditioning is not None:
            matrix = self.conditioning.expand(matrix, targets)
        return np.asarray(matrix @ self.coefficients.T + self.intercepts)


def in_turn(jobs: Sequence[Callable[[], Any]]) -> Iterable[Any]:
    """Run jobs one after the other."""
    return (job() for job in jobs)


def fit_linear(
    matrix: sparse.csr_array | Prepared,
    labels: NDArray[np.bool_],
    spec: Model,
    seed: int,
    run: RunJobs = in_turn,
    tolerance: float | None = None,
    groups: NDArray[np.intp] | None = None,
) -> LinearModel:
    """Fit a linear model of a kind.

    Parameters
    ----------
    matrix : csr_array of shape (n_examples, n_features), or Prepared
        Prepared, what is made of it is shared by several fits.
    labels : ndarray of bool of shape (n_examples, n_labels)
        In every column at least one row is true and one false.
    spec : Model
        Of one linear model; `stancekit.models.members` fits votes and calibrations.
    seed : int
        Only `sgd` draws by it.
    run : callable, default=in_turn
        What runs the fits of single labels; the result doesn't depend on it.
    tolerance : float, optional
        When the solver stops; each has a default of its own, at which scores have settled.
    groups : ndarray of int of shape (n_examples,), optional
        `class_weight: balanced` balances the labels inside each; a group keeps its weight in the whole.

    Raises
    ------
    InputError
        If a kind that decides between labels is given rows with none or several.
    DataError
        If a kind that takes values for counts is given negative ones.
    PluginError
        If the kind is a plug-in's, and it fails or gives nothing that can be scored with.

    Examples
    --------
    >>> matrix = sparse.csr_array(np.eye(2))
    >>> fit_linear(matrix, np.eye(2, dtype=bool), Model(), seed=0).scores(matrix).argmax(axis=1).tolist()
    [0, 1]
    """
    prepared = matrix if isinstance(matrix, Prepared) else Prepared(matrix)
    values = prepared.matrix.data
    if spec.kind in ONE_LABEL_KINDS and (labels.sum(axis=1) != 1).any():
        raise InputError(Problem(f"{spec.kind} decides between labels: every example needs exactly one"))
    if spec.kind in NEEDS_NO_NEGATIVES and len(values) and values.min() < 0.0:
        raise DataError(Problem(f"{spec.kind} takes features for counts, but some are negative"))
    training = Training(prepared, labels, spec, seed, tolerance, groups)
    coefficients, intercepts, estimators = [], [], []
    converged: list[bool] = []
    for fitted in run(plan_jobs(training) if spec.kind in MODEL_KEYS else plan_plugged(training)):
        coefficients.append(fitted.coefficients)
        intercepts.append(fitted.intercepts)
        converged += fitted.converged
        estimators.append(fitted.estimator)
    unconverged = tuple(label for label, fine in enumerate(converged) if not fine)
    arrays = np.concatenate(coefficients), np.concatenate(intercepts)
    if all(own is None for own in estimators):
        return LinearModel(*arrays, unconverged)
    from stancekit.models.opaque import OpaqueModel

    if any(own is None for own in estimators):
        raise PluginError(Problem(f"the model {spec.kind!r} is linear for some labels and not for others"))
    return OpaqueModel(*arrays, unconverged, estimators=tuple(estimators))
