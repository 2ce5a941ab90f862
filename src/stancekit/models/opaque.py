"""Estimators of plug-ins that aren't linear: kept as they are, since there are no coefficients to keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import ModelError, PluginError, Problem
from stancekit.features.conditioning import Target
from stancekit.models.linear import LinearModel
from stancekit.models.members import RuledModel
from stancekit.models.plugged import score_by

if TYPE_CHECKING:
    from scipy import sparse
else:
    from stancekit.late import sparse


@dataclass(frozen=True)
class OpaqueModel(LinearModel):
    """An estimator for each label; the coefficients and intercepts are all zero.

    Attributes
    ----------
    estimators : tuple of estimators, one for each label
    """

    estimators: tuple[Any, ...] = ()

    def scores(self, matrix: sparse.csr_array, targets: Sequence[Target] = ()) -> NDArray[np.float64]:  # noqa: ARG002 # of its base
        """Return decision values of shape (n_examples, n_labels)."""
        try:
            return np.stack([score_by(own, matrix) for own in self.estimators], axis=1)
        except Exception as error:  # what somebody's estimator raises can be anything
            raise PluginError(Problem(f"the plug-in's estimator failed: {str(error)[:300]}")) from error


def estimators_of(linear: LinearModel | RuledModel) -> dict[int, tuple[Any, ...]]:
    """Return the estimators of the members that have any, by the number of the member."""
    members = enumerate(_members(linear))
    return {number: own.estimators for number, own in members if isinstance(own, OpaqueModel)}


def with_estimators(
    linear: LinearModel | RuledModel, found: dict[int, tuple[Any, ...]], plugged: Sequence[bool], where: str
) -> LinearModel | RuledModel:
    """Return a model with its estimators, in place of coefficients that are zero.

    Parameters
    ----------
    linear : LinearModel or RuledModel
    found : dict of int to tuple of estimators
    plugged : sequence of bool
        Which members are models of plug-ins.
    where : str

    Raises
    ------
    ModelError
        If the estimators aren't those of the model, or are missing.
    """
    members = list(_members(linear))
    for number, own in enumerate(members):
        if plugged[number] and number not in found and not own.coefficients.any() and not own.intercepts.any():
            raise ModelError(Problem(f"the estimators of the member {number} are missing", where))
    for number, estimators in found.items():
        if number >= len(members) or not plugged[number]:
            raise ModelError(Problem(f"its member {number} is no plug-in's model", where))
        own = members[number]
        if len(estimators) != len(own.intercepts) or own.coefficients.any() or own.conditioning is not None:
            raise ModelError(Problem(f"its estimators are not those of the member {number}", where))
        members[number] = OpaqueModel(own.coefficients, own.intercepts, estimators=estimators)
    return replace(linear, members=tuple(members)) if isinstance(linear, RuledModel) else members[0]


def _members(linear: LinearModel | RuledModel) -> tuple[LinearModel, ...]:
    return linear.members if isinstance(linear, RuledModel) else (linear,)
