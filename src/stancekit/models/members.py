"""Models of more than one part: members that vote, calibrations, tuned offsets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stancekit.features.blocks import FittedFeatures, fit_features
from stancekit.features.conditioning import FittedConditioning, Target
from stancekit.models.conditioned import Design
from stancekit.models.instances import Counted, merge_instances
from stancekit.models.linear import LinearModel, RunJobs, in_turn
from stancekit.models.rules import Rule, learns_from
from stancekit.models.splits import Split, SplitFeatures

if TYPE_CHECKING:
    from scipy import sparse

    from stancekit.config.settings import Setting
else:
    from stancekit.late import sparse


@dataclass(frozen=True)
class RuledModel:
    """Linear models on the same features, and the rule that makes decision values of their scores.

    Attributes
    ----------
    members : tuple of LinearModel
    rule : Rule
    """

    members: tuple[LinearModel, ...]
    rule: Rule

    def scores(self, matrix: sparse.csr_array, targets: Sequence[Target] = ()) -> NDArray[np.float64]:
        """Return decision values of shape (n_examples, n_labels).

        Parameters
        ----------
        matrix : csr_array of shape (n_instances, n_features)
            Instances are the examples; of directed pairs their mirrors come behind them, and a rule is for what the
            two say together.
        targets : sequence of (str or None) of length n_instances
            Needed where the members are conditioned on them.
        """
        return self.values([member.scores(matrix, targets) for member in self.members])

    def values(self, scores: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return decision values from the scores that each member gives all instances."""
        return self.rule.values(np.stack([merge_instances(own, self.rule.reversal) for own in scores]))

    @property
    def unconverged(self) -> tuple[int, ...]:
        """The labels whose solver stopped before it converged, of any member."""
        return tuple(sorted({label for member in self.members for label in member.unconverged}))

    @property
    def conditioning(self) -> FittedConditioning | None:
        """What is made of features and targets, the same for all members."""
        return self.members[0].conditioning

    @property
    def coefficients(self) -> NDArray[np.float64]:
        """The coefficients, of shape (n_labels, n_columns).

        Of a vote, the members' weighted mean. Members differ in scale: each has its own divided by their norm.
        """
        if len(self.members) == 1:
            return self.members[0].coefficients
        parts = zip(self._scales, self.members, strict=True)
        return np.asarray(sum(scale * own.coefficients for scale, own in parts))

    @property
    def intercepts(self) -> NDArray[np.float64]:
        """The intercepts that belong to `coefficients`, of shape (n_labels,)."""
        if len(self.members) == 1:
            return self.members[0].intercepts
        parts = zip(self._scales, self.members, strict=True)
        return np.asarray(sum(scale * own.intercepts for scale, own in parts))

    @property
    def _scales(self) -> list[float]:
        weights = self.rule.spec.weights or (1.0,) * len(self.members)
        norms = [float(np.linalg.norm(member.coefficients)) or 1.0 for member in self.members]
        return [weight / norm / sum(weights) for weight, norm in zip(weights, norms, strict=True)]


@dataclass(frozen=True)
class InnerScores:
    """What the members said of one inner fold.

    Attributes
    ----------
    rows : ndarray of int of shape (n_held_out,)
        Which of the training rows they are, by place.
    scores : ndarray of shape (n_members, n_held_out, n_labels)
    unconverged : int
        How many fits stopped early.
    """

    rows: NDArray[np.intp]
    scores: NDArray[np.float64]
    unconverged: int


def plan_inner(
    counted: Counted,
    setting: Setting,
    labels: NDArray[np.bool_],
    rows: NDArray[np.intp],
    folds: NDArray[np.int32],
    seed: int,
) -> list[Callable[[], InnerScores]]:
    """Return independent jobs, one for each inner fold, that score it by members fitted on the others.

    Only members that a rule learns from are fitted; the scores of the others are NaN.

    Parameters
    ----------
    counted : Counted
        The whole corpus.
    setting : Setting
    labels : ndarray of bool of shape (n_examples, n_labels)
        Of the whole corpus.
    rows : ndarray of int of shape (n_rows,)
        The training rows, examples and not instances; no other row has any influence.
    folds : ndarray of int of shape (n_rows,)
    seed : int
    """
    return [
        partial(_score_inner, counted, setting, labels, rows, np.flatnonzero(folds == fold), seed)
        for fold in np.unique(folds)
    ]


def _score_inner(
    counted: Counted,
    setting: Setting,
    labels: NDArray[np.bool_],
    rows: NDArray[np.intp],
    held_out: NDArray[np.intp],
    seed: int,
) -> InnerScores:
    spec, learning = setting.model, learns_from(setting.model, setting.decision)
    split = Split(np.delete(rows, held_out), rows[held_out])
    shared = SplitFeatures(counted, setting.features, split, uses=len(learning))
    scores = np.full((len(spec.members), len(held_out), labels.shape[1]), np.nan)
    unconverged = 0
    for number in learning:
        held = shared.fit_and_score(spec.members[number], labels, seed)
        scores[number] = held.scores
        unconverged += bool(held.unconverged)
    return InnerScores(held_out, scores, unconverged)


def gather_inner(parts: Sequence[InnerScores]) -> NDArray[np.float64]:
    """Return the scores of all training rows, of shape (n_members, n_rows, n_labels)."""
    scores = np.concatenate([part.scores for part in parts], axis=1)
    gathered = np.empty_like(scores)
    gathered[:, np.concatenate([part.rows for part in parts])] = scores
    return gathered


def fit_members(
    counted: Counted,
    setting: Setting,
    rows: NDArray[np.intp],
    labels: NDArray[np.bool_],
    seed: int,
    run: RunJobs = in_turn,
) -> tuple[FittedFeatures, tuple[LinearModel, ...]]:
    """Fit features on rows of a counted corpus, and on them every member of a model."""
    asked, instances = setting.features, counted.instances(rows)
    features, matrix = fit_features(counted.of(asked.blocks), asked.blocks, instances)
    design = Design(matrix, asked.conditioning, counted.targets_of(instances))
    gold = counted.gold(labels, rows)
    return features, tuple(design.fit(gold, member, seed, run) for member in setting.model.members)
