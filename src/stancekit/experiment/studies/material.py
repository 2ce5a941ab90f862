"""What every study is made of: the run's examples, its folds, and what was fitted on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.metrics import PROBABILITY_METRICS
from stancekit.config.schema import Config, Folds
from stancekit.config.settings import Setting
from stancekit.corpus.folds import GROUPED_SCHEMES, group_codes, training_rows
from stancekit.errors import DataError, Problem
from stancekit.evaluation.crossval import OutOfFold, splits_of
from stancekit.evaluation.partial_fits import Outcome, PartialFit, score_partially
from stancekit.evaluation.predictions import Predictions
from stancekit.experiment.corpora import Corpus
from stancekit.experiment.inner import cutter
from stancekit.experiment.scored import decided, out_of_fold_probabilities
from stancekit.experiment.training import Training
from stancekit.models.instances import Counted
from stancekit.models.rules import learns_from


@dataclass(frozen=True)
class Material:
    """A run's examples and folds.

    Attributes
    ----------
    config : Config
    train : Corpus
    folds : ndarray of int of shape (n_repeats, n_examples)
    settings : sequence of sequences of Setting
        For every repeat and fold, what the run fitted: of a nested search, what was chosen without the fold.
    """

    config: Config
    train: Corpus
    folds: NDArray[np.int32]
    settings: Sequence[Sequence[Setting]]

    @property
    def plan(self) -> Folds:
        """How the folds were cut."""
        return self.config.evaluation.folds or Folds()

    @property
    def held_out(self) -> NDArray[np.intp]:
        """The rows that are held out in every repeat, and so are scored."""
        return np.flatnonzero((self.folds >= 0).all(axis=0))

    def fits(self) -> list[PartialFit]:
        """Return the fits of the run's own cross-validation."""
        rule = training_rows(self.plan.scheme)
        return [
            PartialFit(repeat, setting, split)
            for repeat, (own, settings) in enumerate(zip(self.folds, self.settings, strict=True))
            for split, setting in zip(splits_of(own, rule), settings, strict=True)
        ]

    def groups(self) -> tuple[NDArray[np.intp], str]:
        """Return the group of every example, and the name of the column: the folds', else that of the intervals."""
        if self.plan.scheme in (*GROUPED_SCHEMES, "time"):
            return group_codes(self.train.columns, self.plan.by)[0], self.plan.by
        return self.train.groups, str(self.config.evaluation.intervals.by)

    def linear_models(self, fits: Sequence[PartialFit]) -> int:
        """Return how many linear models some fits take, those on inner folds included."""
        each = [(fit.setting.model, fit.setting.decision) for fit in fits]
        return sum(len(model.members) + self.config.inner_folds * len(learns_from(model, how)) for model, how in each)


@dataclass(frozen=True)
class Study:
    """A study at work.

    Attributes
    ----------
    name : str
    training : Training
    material : Material
    counted : Counted
    whole : OutOfFold
        What the run's own cross-validation said.
    """

    name: str
    training: Training
    material: Material
    counted: Counted
    whole: OutOfFold

    @property
    def metric(self) -> str:
        """The metric that is looked at."""
        return str(self.material.config.evaluation.primary)

    def run(self, fits: Sequence[PartialFit], counted: Counted | None = None, stage: str = "") -> list[Outcome]:
        """Make fits, here or wherever the run makes its own."""
        config, train = self.material.config, self.material.train
        return score_partially(
            counted or self.counted,
            fits,
            train.labels,
            config.seed,
            partial(self.training.run, stage or f"study {self.name}"),
            config.task.kind,
            cutter(config, train),
            config.task.neutral_number,
        )

    def predictions(self, values: NDArray[np.float64], rows: NDArray[np.intp]) -> Predictions:
        """Return what decision values of shape (n_repeats, n_examples, n_labels) say of some rows."""
        own = self.material
        shares = None
        if self.metric in PROBABILITY_METRICS:
            shares = out_of_fold_probabilities(own.config, values, own.folds, own.settings)
        return decided(own.config, own.train.of(rows), values[:, rows], None if shares is None else shares[:, rows])

    def lacking(self, outcomes: Sequence[Outcome]) -> dict[str, int]:
        """Return the labels that fits had no training example of, and how many fits."""
        names = self.material.config.task.labels
        numbers = [label for outcome in outcomes for label in outcome.lacking]
        return {names[label]: numbers.count(label) for label in sorted(set(numbers))}


Result = Mapping[str, Any]
"""What metrics.json says of a study."""


def refusal(outcomes: Sequence[Outcome]) -> str | None:
    """Return why some of the fits could not be made."""
    return next((outcome.refused for outcome in outcomes if outcome.refused), None)


class NotMadeError(DataError):
    """A study can't be made.

    Attributes
    ----------
    why : dict
        What metrics.json says beside the message: a `code`, and the numbers and names in the message.
    """

    def __init__(self, said: str, code: str, **values: Any) -> None:
        super().__init__(Problem(said))
        self.why = {"code": code, **values}


def in_words(cell: Mapping[str, float | None], *, signed: bool = False) -> str:
    """Return a score or a difference with its interval.

    Examples
    --------
    >>> in_words({"value": 0.0213, "low": -0.01, "high": 0.05}, signed=True)
    '+0.021 (-0.010 to +0.050)'
    >>> in_words({"value": 0.7, "low": None, "high": None})
    '0.700 (no interval)'
    """
    shown = ["n/a" if own is None else f"{own:+.3f}" if signed else f"{own:.3f}" for own in cell.values()]
    return f"{shown[0]} ({shown[1]} to {shown[2]})" if cell["low"] is not None else f"{shown[0]} (no interval)"
