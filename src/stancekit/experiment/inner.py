"""Inner folds: training examples cut for what must not learn from scores of examples that their model saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.decision import Tune
from stancekit.config.schema import DRAWN_SCHEMES, Config, Folds
from stancekit.config.settings import Setting
from stancekit.corpus.annotators import fold_units
from stancekit.corpus.folds import cut_folds, training_rows
from stancekit.errors import DataError
from stancekit.evaluation.baselines import CONTROL_BLOCKS, applicable
from stancekit.evaluation.crossval import CutInner, splits_of
from stancekit.evaluation.verdict import count_of
from stancekit.experiment.chosen import Chosen
from stancekit.experiment.corpora import Corpora, Corpus
from stancekit.models.rules import Rule, learns, learns_from

SEED = 7919
"""Added to the config's seed, or an inner cut of all examples could repeat the outer one."""


def cutter(config: Config, train: Corpus) -> CutInner:
    """Return what cuts training rows as the evaluation cuts all examples, into `inner_folds`.

    Where the evaluation's folds are given and not drawn, what they keep together stays together.

    Raises
    ------
    DataError
        When called, if the rows can't be cut.
    """
    groups, plan = fold_units(train.columns, _plan(config))

    def cut(rows: NDArray[np.intp]) -> NDArray[np.int32]:
        own = np.unique(groups[rows], return_inverse=True)[1]
        labels = train.labels[rows]
        try:
            folds = cut_folds(labels, config.task.labels, own, plan, config.seed + SEED, "inner_folds")
        except DataError as error:
            said = f"{len(rows)} training examples can't be cut into inner folds (inner_folds={plan.n})"
            raise DataError([replace(own, message=f"{said}: {own.message}") for own in error.problems]) from error
        return np.asarray(folds[0])

    return cut


def _plan(config: Config) -> Folds:
    outer = config.evaluation.folds
    if outer is None:
        by = str(config.evaluation.intervals.by)
        return Folds(scheme="stratified", n=config.inner_folds) if by == "id" else Folds(by=by, n=config.inner_folds)
    scheme = outer.scheme if outer.scheme in DRAWN_SCHEMES else "stratified_group"
    return Folds(scheme=scheme, by=outer.by, n=config.inner_folds)


def plan_learning(config: Config, corpora: Corpora) -> list[str]:
    """Cut the inner folds that calibrations and tuned decisions need, and return how much they fit, in lines.

    Raises
    ------
    DataError
        If the training examples of some fold can't be cut.
    """
    learning = [setting for setting in config.settings() if learns(setting.model, setting.decision)]
    if not learning:
        return []
    cut, plan = cutter(config, corpora.train), config.evaluation.folds
    parts = [np.arange(len(corpora.train.labels))]
    if plan is not None and corpora.folds is not None:
        rule = training_rows(plan.scheme)
        parts += [split.trained_on for own in corpora.folds for split in splits_of(own, rule)]
    for rows in parts:
        cut(rows)
    members = max(len(learns_from(setting.model, setting.decision)) for setting in learning)
    fits = config.inner_folds * members * len(parts)
    controls = [
        name for name in applicable(config.evaluation.baselines, corpora.train.columns) if name in CONTROL_BLOCKS
    ]
    also = f"; as many for each of the baselines {', '.join(controls)}" if controls else ""
    most = "at most " if len(config.settings()) > 1 else ""
    return [
        f"would calibrate or tune on {config.inner_folds} inner folds of all examples and of the training examples of"
        f" {count_of(len(parts) - 1, 'fold')}: {most}{count_of(fits, 'fit')}{also}"
    ]


def describe_decision(
    labels: Sequence[str], chosen: Chosen, final: Rule, held_out: Sequence[Sequence[Rule]]
) -> dict[str, Any] | None:
    """Return what metrics.json says of tuned decisions: the offsets of the final model, and those of every fold."""
    by_fold = [
        {"repeat": repeat, "fold": fold, **_tuned(labels, setting, rule)}
        for repeat, (settings, rules) in enumerate(zip(chosen.held_out, held_out, strict=True))
        for fold, (setting, rule) in enumerate(zip(settings, rules, strict=True))
    ]
    own = _tuned(labels, chosen.final, final)
    if all(tuned["tune"] is None for tuned in (own, *by_fold)):
        return None
    return {**own, "by_fold": by_fold}


def _tuned(labels: Sequence[str], setting: Setting, rule: Rule) -> dict[str, Any]:
    if rule.offsets is None or not isinstance(setting.decision, Tune):
        return {"tune": None, "offsets": None}
    return {"tune": setting.decision.tune, "offsets": dict(zip(labels, rule.offsets.tolist(), strict=True))}


def log_offsets(decision: Mapping[str, Any] | None) -> list[str]:
    """Return the final model's offsets in a line for the log, if it has any."""
    if decision is None or decision["offsets"] is None:
        return []
    shown = ", ".join(f"{label} {offset:+.3f}" for label, offset in decision["offsets"].items())
    return [f"tuned the decision for {decision['tune']} on inner folds; offsets: {shown}"]
