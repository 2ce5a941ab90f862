"""From the scores of a model's members to its decision values: calibrated, put to the vote, shifted.

    members' scores -> calibration of each -> vote -> offsets -> decision values

A member is one linear model. What a rule learns it learns on scores of examples that the members did not see.

Of directed pairs a rule turns with the pair: a label and its reverse share calibration and offset, learned on every
pair both ways round, so that which of two entities is called actor makes no difference.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stancekit.config.decision import Decision, Tune
from stancekit.config.metrics import direction
from stancekit.config.model import Model
from stancekit.config.task import TaskKind
from stancekit.models.calibration import Calibration, fit_calibration
from stancekit.models.decision import log_probabilities
from stancekit.models.instances import merge_instances
from stancekit.models.tallies import Tally, metric_of
from stancekit.models.tuning import mean_offsets

Array = NDArray[np.float64]
Reversal = tuple[int, ...] | None
"""Of a directed pair, the number of each label's reverse; None of other kinds."""


@dataclass(frozen=True)
class Rule:
    """What makes decision values of the scores of a model's members.

    Attributes
    ----------
    spec : Model
    kind : str
        Of the task.
    calibrations : tuple of (Calibration or None), one for each member
    offsets : ndarray of float64 of shape (n_labels,) or None
        Added at the end, so that the highest value decides in a stance task, and zero in a multilabel one.
    reversal : tuple of int or None
        Of a directed pair, the number of each label's reverse.
    """

    spec: Model
    kind: TaskKind
    calibrations: tuple[Calibration | None, ...]
    offsets: Array | None = None
    reversal: Reversal = None

    @property
    def changes_nothing(self) -> bool:
        """Whether decision values are the scores of the only member."""
        return self.spec.of is None and self.calibrations == (None,) and self.offsets is None

    def values(self, scores: Array) -> Array:
        """Return decision values of shape (n_examples, n_labels).

        Of a vote and of calibrated models they are, but for offsets, logarithms of probabilities in a stance task,
        log-odds in a multilabel one.

        Parameters
        ----------
        scores : ndarray of shape (n_members, n_examples, n_labels)
            Of directed pairs, of examples and not of instances.
        """
        if self.reversal is None:
            return self._one_way(scores)
        # Sums over labels round by their order. Taken both ways round they give a turned pair the very same values.
        turned = np.ascontiguousarray(scores[:, :, self.reversal])
        both = self._one_way(np.ascontiguousarray(scores)), self._one_way(turned)
        return merge_instances(np.concatenate(both), self.reversal)

    def _one_way(self, scores: Array) -> Array:
        own = [self._member(number, of_one) for number, of_one in enumerate(scores)]
        values = own[0] if self.spec.of is None else self._vote(own)
        return values if self.offsets is None else np.asarray(values + self.offsets)

    def _member(self, number: int, scores: Array) -> Array:
        calibration = self.calibrations[number]
        if calibration is None:
            return scores
        log_odds = calibration.log_odds(scores)
        return log_odds if self.kind == "multilabel" else log_probabilities(log_odds)

    def _vote(self, values: list[Array]) -> Array:
        """Return the logarithm of the mean probability, in a multilabel task its log-odds."""
        from scipy.special import log_expit, logsumexp

        members = self.spec.members
        shares = np.array(self.spec.weights or np.ones(len(members)))
        shares = (shares / shares.sum())[:, None, None]
        if self.kind == "multilabel":
            both = [logsumexp(log_expit(sign * np.stack(values)), axis=0, b=shares) for sign in (1.0, -1.0)]
            return np.asarray(both[0] - both[1])
        logs = np.stack([log_probabilities(own, member) for own, member in zip(values, members, strict=True)])
        return np.asarray(logsumexp(logs, axis=0, b=shares))


def learns_from(spec: Model, decision: Decision) -> list[int]:
    """Return the members whose scores a rule learns from: for offsets all, else those that are calibrated."""
    tuned = isinstance(decision, Tune)
    return [number for number, member in enumerate(spec.members) if tuned or member.calibration != "none"]


def learns(spec: Model, decision: Decision) -> bool:
    """Tell whether a rule has something to learn: a calibration, or offsets."""
    return bool(learns_from(spec, decision))


def fixed_rule(spec: Model, kind: TaskKind, reversal: Reversal = None) -> Rule:
    """Return the rule of a model whose rule learns nothing."""
    return Rule(spec, kind, (None,) * len(spec.members), reversal=reversal)


def fit_rule(
    scores: Array,
    labels: NDArray[np.bool_],
    folds: NDArray[np.int32],
    spec: Model,
    kind: TaskKind,
    decision: Decision,
    reversal: Reversal = None,
    *,
    neutral: int | None = None,
) -> Rule:
    """Learn a rule.

    Parameters
    ----------
    scores : ndarray of shape (n_members, n_examples, n_labels)
        Of every example by members that did not see it; only those of `learns_from` are looked at.
    labels : ndarray of bool of shape (n_examples, n_labels)
    folds : ndarray of int of shape (n_examples,)
        With which others an example was held out. Offsets are tuned on values whose calibration is that of the other
        folds, since on its own examples it looks better than it is.
    spec : Model
    kind : str
    decision : Decision
    reversal : tuple of int, optional
        Of a directed pair, the number of each label's reverse.
    neutral : int, optional
        The number of the task's neutral label, where a decision is tuned for `f_avg`.
    """
    calibrated = replace(fixed_rule(spec, kind, reversal), calibrations=_calibrations(scores, labels, spec, reversal))
    if not isinstance(decision, Tune):
        return calibrated
    # Of two folds, a search that tunes on the other one has a single one left: nothing to take turns with.
    several = len(np.unique(folds)) > 1
    values = (
        values_across(scores, labels, folds, spec, kind, "argmax", reversal) if several else calibrated.values(scores)
    )
    metric, sign = metric_of(decision.tune, neutral), direction(decision.tune)

    def measure(tally: Tally) -> Array:
        return sign * metric(tally)

    return replace(calibrated, offsets=mean_offsets(values, labels, folds, kind, measure, reversal))


def values_across(
    scores: Array,
    labels: NDArray[np.bool_],
    folds: NDArray[np.int32],
    spec: Model,
    kind: TaskKind,
    decision: Decision,
    reversal: Reversal = None,
    *,
    neutral: int | None = None,
) -> Array:
    """Return decision values of examples, those of each fold by a rule that was learned on the others.

    Parameters are those of `fit_rule`.
    """
    if not learns(spec, decision):
        return fixed_rule(spec, kind, reversal).values(scores)
    values = np.full(scores.shape[1:], np.nan)
    for fold in np.unique(folds):
        own, others = folds == fold, folds != fold
        learning = scores[:, others], labels[others], folds[others]
        rule = fit_rule(*learning, spec, kind, decision, reversal, neutral=neutral)
        values[own] = rule.values(scores[:, own])
    return values


def _calibrations(
    scores: Array, labels: NDArray[np.bool_], spec: Model, reversal: Reversal
) -> tuple[Calibration | None, ...]:
    return tuple(
        None if member.calibration == "none" else fit_calibration(member.calibration, own, labels, reversal)
        for member, own in zip(spec.members, scores, strict=True)
    )
