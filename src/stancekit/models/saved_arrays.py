"""The arrays of a saved model by name, and what must hold of them before they are used.

coefficients, intercepts     of a vote: coefficients.0, intercepts.0, coefficients.1, …
idf
copied, starts               of a model that is conditioned on targets: which feature each copy is of, and where the
                             copies of each target start
platt.0                      slopes and intercepts of a calibrated member's sigmoids, of shape (2, labels)
isotonic.0.0.scores, isotonic.0.0.probabilities, isotonic.0.1.scores, …
                             where the curve of a member and a label bends
offsets                      of a tuned decision
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.decision import Decision, Tune
from stancekit.config.model import Model
from stancekit.config.task import Task
from stancekit.errors import ModelError, Problem
from stancekit.features.conditioning import FittedConditioning
from stancekit.features.saved_files import LONGEST_HEADER
from stancekit.models.calibration import Calibration, Sigmoids, Steps
from stancekit.models.linear import LinearModel
from stancekit.models.members import RuledModel
from stancekit.models.rules import Rule
from stancekit.models.saved_conditioning import SavedConditioning

LARGEST = 1e100
"""Of any number, far beyond those that come of fitting."""
LARGEST_IDF = 100.0
"""That of a word in one of 10⁴² texts."""
MOST_BYTES = 16 * 2**30
_BYTES_OF_A_CURVE = 64 * 2**20
"""An isotonic curve bends at most as often as there are training examples."""
Arrays = Mapping[str, NDArray[Any]]
Shape = tuple[int, ...] | None
"""None for a curve, which bends as often as it does."""


def arrays_of(linear: LinearModel | RuledModel) -> dict[str, NDArray[Any]]:
    """Return the arrays of a model's members, of its rule and of its conditioning, by name."""
    if isinstance(linear, LinearModel):
        own = _plain({"coefficients": linear.coefficients, "intercepts": linear.intercepts})
    else:
        own = _arrays_of_a_rule(linear)
    conditioning = linear.conditioning
    return own if conditioning is None else own | {"copied": conditioning.copied, "starts": conditioning.starts}


def _arrays_of_a_rule(linear: RuledModel) -> dict[str, NDArray[np.float64]]:
    arrays: dict[str, NDArray[np.float64]] = {}
    for number, member in enumerate(linear.members):
        ending = "" if linear.rule.spec.of is None else f".{number}"
        arrays |= {f"coefficients{ending}": member.coefficients, f"intercepts{ending}": member.intercepts}
    for number, calibration in enumerate(linear.rule.calibrations):
        if isinstance(calibration, Sigmoids):
            arrays[f"platt.{number}"] = np.stack([calibration.slopes, calibration.intercepts])
        elif isinstance(calibration, Steps):
            for label, (at, share) in enumerate(zip(calibration.scores, calibration.probabilities, strict=True)):
                name = f"isotonic.{number}.{label}"
                arrays |= {f"{name}.scores": at, f"{name}.probabilities": share}
    if linear.rule.offsets is not None:
        arrays["offsets"] = linear.rule.offsets
    return _plain(arrays)


def _plain(arrays: Arrays) -> dict[str, NDArray[np.float64]]:
    return {name: np.ascontiguousarray(array, dtype=np.float64) for name, array in arrays.items()}


def linear_from(
    arrays: Arrays, spec: Model, decision: Decision, task: Task, conditioning: FittedConditioning | None
) -> LinearModel | RuledModel:
    """Return the model that arrays are of; `refuse_misfits` has passed them."""
    endings = [""] if spec.of is None else [f".{number}" for number in range(len(spec.of))]
    members = tuple(
        LinearModel(arrays[f"coefficients{own}"], arrays[f"intercepts{own}"], conditioning=conditioning)
        for own in endings
    )
    labels = len(members[0].intercepts)
    calibrations = tuple(_calibration(arrays, number, member, labels) for number, member in enumerate(spec.members))
    offsets = arrays["offsets"] if isinstance(decision, Tune) else None
    rule = Rule(spec, task.kind, calibrations, offsets, task.reversal)
    return members[0] if rule.changes_nothing else RuledModel(members, rule)


def _calibration(arrays: Arrays, number: int, member: Model, labels: int) -> Calibration | None:
    if member.calibration == "none":
        return None
    if member.calibration == "platt":
        return Sigmoids(*arrays[f"platt.{number}"])
    curves = [f"isotonic.{number}.{label}" for label in range(labels)]
    return Steps([arrays[f"{own}.scores"] for own in curves], [arrays[f"{own}.probabilities"] for own in curves])


def refuse_misfits(
    arrays: Arrays,
    spec: Model,
    decision: Decision,
    labels: int,
    features: int,
    conditioning: SavedConditioning | None,
    where: str,
) -> None:
    """Refuse arrays that aren't those of a model.

    Raises
    ------
    ModelError
        If one is missing or too many, of another type or shape, or holds a number that can't be.
    """
    shapes = _shapes(spec, decision, labels, features, conditioning)
    if set(arrays) != set(shapes):
        wrong = min(set(arrays) ^ set(shapes))
        raise ModelError(Problem(f"the array {wrong!r} is {'missing' if wrong in shapes else 'too many'}", where))
    for name, shape in shapes.items():
        fits = arrays[name].shape == shape if shape is not None else arrays[name].ndim == 1 and arrays[name].size > 0
        type_ = _TYPES.get(name, "float64")
        if not fits or arrays[name].dtype != type_:
            said = f"{type_} of shape {shape}" if shape is not None else f"a row of {type_}"
            raise ModelError(Problem(f"the array {name!r} isn't {said}", where))
    # Of what passes, no sum or product that the model makes is infinite. (NaN passes no comparison.)
    for name, array in arrays.items():
        if not (np.abs(array) <= LARGEST).all():
            raise ModelError(Problem(f"the array {name!r} holds numbers that are not finite, or too large", where))
    if not ((arrays["idf"] > 0.0) & (arrays["idf"] <= LARGEST_IDF)).all():
        raise ModelError(Problem(f"an idf is not above 0 and up to {LARGEST_IDF:g}", where))
    for name in shapes:
        if name.endswith(".scores"):
            _refuse_curve(name.removesuffix(".scores"), arrays, where)


def most_of_arrays(
    spec: Model, decision: Decision, labels: int, features: int, conditioning: SavedConditioning | None
) -> tuple[int, int]:
    """Return how many bytes the file of a model's arrays may have, its header included, and how many arrays.

    One too many is left to `refuse_misfits`, which knows its name.
    """
    shapes = _shapes(spec, decision, labels, features, conditioning).values()
    sizes = [_BYTES_OF_A_CURVE if shape is None else 8 * math.prod(shape) for shape in shapes]
    return min(LONGEST_HEADER + sum(sizes), MOST_BYTES), 2 * len(sizes)


_TYPES: Mapping[str, str] = {"copied": "int32", "starts": "int64"}
"""Of those that don't hold float64."""


def _shapes(
    spec: Model, decision: Decision, labels: int, features: int, conditioning: SavedConditioning | None
) -> dict[str, Shape]:
    """Return the shape that each array must have."""
    shapes: dict[str, Shape] = {"idf": (features,)}
    columns = features
    if conditioning is not None:
        columns += conditioning.more_columns
        shapes |= {"copied": (conditioning.copies,), "starts": (len(conditioning.targets) + 1,)}
    for number, member in enumerate(spec.members):
        ending = "" if spec.of is None else f".{number}"
        shapes |= {f"coefficients{ending}": (labels, columns), f"intercepts{ending}": (labels,)}
        if member.calibration == "platt":
            shapes[f"platt.{number}"] = (2, labels)
        if member.calibration == "isotonic":
            parts = product(range(labels), ("scores", "probabilities"))
            shapes |= {f"isotonic.{number}.{label}.{part}": None for label, part in parts}
    if isinstance(decision, Tune):
        shapes["offsets"] = (labels,)
    return shapes


def _refuse_curve(name: str, arrays: Arrays, where: str) -> None:
    at, shares = arrays[f"{name}.scores"], arrays[f"{name}.probabilities"]
    if len(at) != len(shares):
        raise ModelError(Problem(f"{name!r} has {len(at)} scores, but {len(shares)} probabilities", where))
    if (np.diff(at) <= 0.0).any() or (np.diff(shares) < 0.0).any():
        raise ModelError(Problem(f"{name!r} doesn't rise", where))
    if not (shares[0] > 0.0 and shares[-1] < 1.0):
        raise ModelError(Problem(f"{name!r} holds no probabilities between 0 and 1", where))
