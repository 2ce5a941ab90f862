"""What a saved model says of conditioning on targets, and what must hold of it before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from stancekit.config.features import Conditioning
from stancekit.errors import ModelError, Problem
from stancekit.features.conditioning import APART, FittedConditioning, in_order


class SavedConditioning(BaseModel):
    """The part of model.json about conditioning; its arrays are `copied` and `starts`."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    kind: Conditioning
    targets: Annotated[tuple[Annotated[str, Field(min_length=1)] | None, ...], Field(min_length=1)]
    copies: Annotated[int, Field(ge=0)]

    @classmethod
    def of(cls, conditioning: FittedConditioning | None) -> SavedConditioning | None:
        """Return what is saved of conditioning; None for a model without."""
        if conditioning is None:
            return None
        return cls(kind=conditioning.kind, targets=conditioning.targets, copies=len(conditioning.copied))

    @property
    def more_columns(self) -> int:
        """How many columns there are beside those of the features."""
        return self.copies + len(self.targets) + (self.kind in APART)


def conditioning_from(
    arrays: Mapping[str, NDArray[Any]], saved: SavedConditioning | None, where: str, described: str
) -> FittedConditioning | None:
    """Return what features and targets become; every number of it is used as an index, so all are checked.

    Parameters
    ----------
    arrays : mapping
        `refuse_misfits` has passed them.
    saved : SavedConditioning or None
    where, described : str
        The files of the arrays and of the description.

    Raises
    ------
    ModelError
        If numbers can't be those of features and targets.
    """
    if saved is None:
        return None
    n_features, copied, starts = len(arrays["idf"]), arrays["copied"], arrays["starts"]
    if saved.kind == "none" or saved.targets != in_order(saved.targets):
        said = "conditioning: its kind is 'none', or its targets are not distinct and in order"
        raise ModelError(Problem(said, where=described))
    if starts[0] != 0 or starts[-1] != saved.copies or not np.array_equal(starts, np.sort(starts)):
        raise ModelError(Problem("'starts' does not divide the copies among the targets", where=where))
    if saved.copies and (copied.min() < 0 or copied.max() >= n_features):
        raise ModelError(Problem("a copy is of a feature that there is not", where=where))
    rising = np.diff(copied) > 0
    rising[[start - 1 for start in starts if 0 < start < saved.copies]] = True
    if not rising.all():
        raise ModelError(Problem("the copies of a target are not distinct and in order", where=where))
    return FittedConditioning(saved.kind, n_features, saved.targets, copied, starts)
