"""The studies that a run may make of itself, beside its scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from stancekit.config.section import Mistake

if TYPE_CHECKING:
    from stancekit.config.features import Features
    from stancekit.config.schema import Evaluation, Folds

StudyName = Literal["learning_curve", "ablation", "leave_one_target_out", "leave_one_actor_out"]

LEFT_OUT: dict[str, str] = {"leave_one_target_out": "target", "leave_one_actor_out": "actor"}
"""Of a study that leaves out the values of a column one by one: the column."""


def listed_twice(studies: Sequence[str]) -> list[Mistake]:
    """Return the studies that are named more than once."""
    return [Mistake(f"{name!r} is listed twice", (i,)) for i, name in enumerate(studies) if name in studies[:i]]


def impossible_studies(evaluation: Evaluation, features: Features) -> list[Mistake]:
    """Return the studies that can't be made, as far as folds and features alone tell."""
    found = []
    for i, name in enumerate(evaluation.studies):
        why = "studies are made on evaluation.folds, and there are none" if evaluation.folds is None else ""
        if not why and name in LEFT_OUT:
            why = _already_left_out(evaluation.folds, LEFT_OUT[name])
        if not why and name == "ablation":
            why = _nothing_to_leave_out(features)
        if why:
            found.append(Mistake(f"{name} can't be made: {why}", ("studies", i)))
    return found


def _already_left_out(folds: Folds | None, column: str) -> str:
    if folds is None or folds.by != column or folds.scheme not in ("leave_one_out", "group", "stratified_group"):
        return ""
    return f"the folds are cut by {column!r}, so that no score is of a {column} that was seen"


def _nothing_to_leave_out(features: Features) -> str:
    only = len(features.blocks) == 1 and features.conditioning == "none"
    return "there is one block of features, and nothing else to leave out" if only else ""


def unlike_features(evaluation: Evaluation, way: str, features: Sequence[Features]) -> list[Mistake]:
    """Return why features that a search may choose can't have an ablation; `way` is its key for what it tries."""
    if "ablation" not in evaluation.studies or len({len(own.blocks) for own in features}) < 2:
        return []
    said = "this tries features with different numbers of blocks, of which evaluation.studies can't make an ablation"
    return [Mistake(said, (way,), hint="Search first; then name the blocks, and study them")]
