"""Models of more than one part: members that vote, calibrations, tuned offsets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from stancekit.config.decision import Decision
from stancekit.config.features import Block
from stancekit.config.model import Model
from stancekit.features.blocks import FittedFeatures, fit_features
from stancekit.features.counts import Counts
from stancekit.models.condensed import Prepared
from stancekit.models.linear import LinearModel, RunJobs, fit_linear, in_turn
from stancekit.models.rules import Rule, learns_from


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

    def scores(self, matrix: sparse.csr_array) -> NDArray[np.float64]:
        """Return decision values of shape (n_examples, n_labels)."""
        return self.rule.values(np.stack([member.scores(matrix) for member in self.members]))

    @property
    def unconverged(self) -> tuple[int, ...]:
        """The labels whose solver stopped before it converged, of any member."""
        return tuple(sorted({label for member in self.members for label in member.unconverged}))

    @property
    def coefficients(self) -> NDArray[np.float64]:
        """The coefficients, of shape (n_labels, n_features).

        Of a vote, the members' weighted mean. Members differ in scale: each has its own divided by their norm.
        """
        if len(self.members) == 1:
            return self.members[0].coefficients
        weights = self.rule.spec.weights or (1.0,) * len(self.members)
        norms = [float(np.linalg.norm(member.coefficients)) or 1.0 for member in self.members]
        parts = zip(weights, norms, self.members, strict=True)
        return np.asarray(sum(weight / norm * own.coefficients for weight, norm, own in parts) / sum(weights))


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
    counted: Sequence[Counts],
    blocks: Sequence[Block],
    labels: NDArray[np.bool_],
    rows: NDArray[np.intp],
    folds: NDArray[np.int32],
    spec: Model,
    decision: Decision,
    seed: int,
) -> list[Callable[[], InnerScores]]:
    """Return independent jobs, one for each inner fold, that score it by members fitted on the others.

    Only members that a rule learns from are fitted; the scores of the others are NaN.

    Parameters
    ----------
    counted : sequence of Counts
        Of the whole corpus, for each block.
    blocks : sequence of Block
    labels : ndarray of bool of shape (n_examples, n_labels)
        Of the whole corpus.
    rows : ndarray of int of shape (n_rows,)
        The training rows; no other row has any influence.
    folds : ndarray of int of shape (n_rows,)
    spec : Model
    decision : Decision
    seed : int
    """
    members = learns_from(spec, decision)
    return [
        partial(_score_inner, counted, blocks, labels, rows, np.flatnonzero(folds == fold), spec, members, seed)
        for fold in np.unique(folds)
    ]


def _score_inner(
    counted: Sequence[Counts],
    blocks: Sequence[Block],
    labels: NDArray[np.bool_],
    rows: NDArray[np.intp],
    held_out: NDArray[np.intp],
    spec: Model,
    members: Sequence[int],
    seed: int,
) -> InnerScores:
    trained_on = np.delete(rows, held_out)
    features, matrix = fit_features(counted, blocks, trained_on)
    prepared = Prepared(matrix)
    unseen = features.transform_counted(counted, rows[held_out])
    scores = np.full((len(spec.members), len(held_out), labels.shape[1]), np.nan)
    unconverged = 0
    for number in members:
        linear = fit_linear(prepared, labels[trained_on], spec.members[number], seed)
        scores[number] = linear.scores(unseen)
        unconverged += bool(linear.unconverged)
    return InnerScores(held_out, scores, unconverged)


def gather_inner(parts: Sequence[InnerScores]) -> NDArray[np.float64]:
    """Return the scores of all training rows, of shape (n_members, n_rows, n_labels)."""
    scores = np.concatenate([part.scores for part in parts], axis=1)
    gathered = np.empty_like(scores)
    gathered[:, np.concatenate([part.rows for part in parts])] = scores
    return gathered


def fit_members(
    counted: Sequence[Counts],
    blocks: Sequence[Block],
    rows: NDArray[np.intp],
    labels: NDArray[np.bool_],
    spec: Model,
    seed: int,
    run: RunJobs = in_turn,
) -> tuple[FittedFeatures, tuple[LinearModel, ...]]:
    """Fit features on rows of a counted corpus, and on them every member of a model."""
    features, matrix = fit_features(counted, blocks, rows)
    prepared = Prepared(matrix)
    return features, tuple(fit_linear(prepared, labels[rows], member, seed, run) for member in spec.members)
