"""Cross-validation: independent fits, each on its own training rows of a corpus that was counted once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import TaskKind
from stancekit.config.settings import Setting
from stancekit.corpus.folds import TrainingRows, other_folds
from stancekit.errors import InputError, Problem
from stancekit.models.instances import Counted
from stancekit.models.linear import RunJobs
from stancekit.models.members import gather_inner, plan_inner
from stancekit.models.rules import Rule, fit_rule, fixed_rule, learns, learns_from
from stancekit.models.splits import Split, SplitFeatures

CutInner = Callable[[NDArray[np.intp]], NDArray[np.int32]]
"""Cuts training rows into inner folds, for what must not learn from scores of examples that their model saw."""


@dataclass(frozen=True)
class OutOfFold:
    """Decision values for every example, from models that did not see it.

    Attributes
    ----------
    scores : ndarray of float of shape (n_repeats, n_examples, n_labels)
    unconverged : int
        How many of the fits stopped before they converged.
    fits : int
    rules : sequence of sequences of Rule
        For every repeat and fold, how scores became decision values.
    """

    scores: NDArray[np.float64]
    unconverged: int
    fits: int
    rules: Sequence[Sequence[Rule]] = ()


def splits_of(folds: NDArray[np.int32], training: TrainingRows = other_folds) -> list[Split]:
    """Return a split for each fold of one cut; examples whose fold is negative are never held out."""
    return [
        Split(np.flatnonzero(training(folds, fold)), np.flatnonzero(folds == fold))
        for fold in np.unique(folds)
        if fold >= 0
    ]


def out_of_fold(
    counted: Counted,
    settings: Sequence[Sequence[Setting]],
    labels: NDArray[np.bool_],
    folds: NDArray[np.int32],
    seed: int,
    run: RunJobs,
    training: TrainingRows = other_folds,
    *,
    kind: TaskKind = "stance",
    neutral: int | None = None,
    cut_inner: CutInner | None = None,
) -> OutOfFold:
    """Return scores for every example from the fits in whose folds it was held out.

    Parameters
    ----------
    counted : Counted
        The whole corpus.
    settings : sequence of sequences of Setting
        For every repeat, and every fold of it in order, what is fitted.
    labels : ndarray of bool of shape (n_examples, n_labels)
    folds : ndarray of int of shape (n_repeats, n_examples)
        Negative where an example is never held out; its scores are NaN.
    seed : int
    run : callable
        What runs the fits: here in turn, or wherever the engine puts them.
    training : callable, default=other_folds
        Which examples are trained on for a fold.
    kind : str, default="stance"
        Of the task.
    neutral : int, optional
        The number of its neutral label, where a decision is tuned for `f_avg`.
    cut_inner : callable, optional
        Needed where a setting is calibrated or its decision tuned.
    """
    splits = [splits_of(own, training) for own in folds]
    plans = [
        [
            PlannedFit(counted, setting, split, labels, seed, cut_inner)
            for split, setting in zip(own, chosen, strict=True)
        ]
        for own, chosen in zip(splits, settings, strict=True)
    ]
    jobs = [job for own in plans for planned in own for job in planned.jobs]
    scores = np.full((*folds.shape, labels.shape[1]), np.nan)
    unconverged = fits = 0
    rules: list[list[Rule]] = []
    results = iter(run(jobs))
    for repeat, own in enumerate(plans):
        rules.append([])
        for planned in own:
            values, rule, stopped = planned.collect(results, labels, kind, neutral)
            scores[repeat, planned.split.held_out] = values
            rules[-1].append(rule)
            unconverged += stopped
            fits += planned.fits
    return OutOfFold(scores, unconverged, fits, rules)


class PlannedFit:
    """The fits of one split: of each member of a model, and of each on inner folds where its rule learns.

    Parameters
    ----------
    counted : Counted
    setting : Setting
    split : Split
    labels : ndarray of bool of shape (n_examples, n_labels)
    seed : int
    cut_inner : callable or None
        Needed where the setting is calibrated or its decision tuned.

    Attributes
    ----------
    jobs : list of callable
        What is to be run; `collect` takes the results in this order.
    """

    def __init__(
        self,
        counted: Counted,
        setting: Setting,
        split: Split,
        labels: NDArray[np.bool_],
        seed: int,
        cut_inner: CutInner | None,
    ) -> None:
        self.setting, self.split, self.reversal = setting, split, counted.reversal
        members = setting.model.members
        shared = SplitFeatures(counted, setting.features, split, uses=len(members))
        self.jobs: list[Callable[[], Any]] = [partial(shared.fit_and_score, member, labels, seed) for member in members]
        self.folds: NDArray[np.int32] | None = None
        if learns(setting.model, setting.decision):
            if cut_inner is None:
                raise InputError(Problem("a calibration or a tuned decision needs inner folds"))
            self.folds = cut_inner(split.trained_on)
            self.jobs += plan_inner(counted, setting, labels, split.trained_on, self.folds, seed)

    @property
    def fits(self) -> int:
        """How many linear models are fitted."""
        members, inner = len(self.setting.model.members), learns_from(self.setting.model, self.setting.decision)
        return members + (len(self.jobs) - members) * len(inner)

    def collect(
        self, results: Iterator[Any], labels: NDArray[np.bool_], kind: TaskKind, neutral: int | None
    ) -> tuple[NDArray[np.float64], Rule, int]:
        """Take the results of the jobs; return values of the held-out rows, the rule, how many fits stopped early."""
        model, decision = self.setting.model, self.setting.decision
        own = [next(results) for _ in self.jobs]
        held, inner = own[: len(model.members)], own[len(model.members) :]
        if self.folds is None:
            rule = fixed_rule(model, kind, self.reversal)
        else:
            learning = gather_inner(inner), labels[self.split.trained_on], self.folds
            rule = fit_rule(*learning, model, kind, decision, self.reversal, neutral=neutral)
        unconverged = sum(bool(one.unconverged) for one in held) + sum(part.unconverged for part in inner)
        return rule.values(np.stack([one.scores for one in held])), rule, unconverged
