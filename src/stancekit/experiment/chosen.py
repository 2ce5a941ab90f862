"""Which settings a run trains with: those of its config, or those its search chooses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import Config, Folds
from stancekit.config.search import Search
from stancekit.config.settings import Setting, in_words
from stancekit.corpus.annotators import fold_units
from stancekit.corpus.folds import cut_folds, training_rows
from stancekit.errors import DataError
from stancekit.evaluation.crossval import splits_of
from stancekit.evaluation.search import (
    Candidates,
    Choice,
    at_the_edge,
    choose_settings,
    count_distinct_fits,
    describe_choice,
)
from stancekit.evaluation.verdict import Warned, count_of
from stancekit.experiment.corpora import Corpora
from stancekit.experiment.training import Training
from stancekit.models.instances import Counted
from stancekit.models.splits import Split


@dataclass(frozen=True)
class Chosen:
    """The settings of every fit.

    Attributes
    ----------
    final : Setting
        Of the model that is saved.
    held_out : sequence of sequences of Setting
        For every repeat and fold, in order; empty without cross-validation.
    search : dict or None
        What metrics.json says of the search.
    warnings : sequence of dict
        What belongs beside cross-validated scores.
    """

    final: Setting
    held_out: Sequence[Sequence[Setting]]
    search: Mapping[str, Any] | None = None
    warnings: Sequence[Warned] = ()


def choose(training: Training, corpora: Corpora, counted: Counted) -> Chosen:
    """Choose settings by cross-validation, where the config has a search.

    A nested search is made anew for every fold, on its training examples alone; the final model's is made on all.

    Raises
    ------
    DataError
        If the training examples of a fold can't be cut for the search.
    """
    config, folds = training.config, corpora.folds
    settings = config.settings()
    splits = _outer_splits(config, corpora)
    if config.search is None or folds is None:
        return Chosen(settings[0], [[settings[0]] * len(own) for own in splits])
    final, *inner = choose_settings(
        counted,
        settings,
        corpora.train.labels,
        _cut_all(config, config.search, corpora),
        str(config.search.metric),
        config.task.kind,
        config.seed,
        partial(training.run, "searching"),
        neutral=config.task.neutral_number,
    )
    best = settings[final.best]
    by_fold = iter(settings[choice.best] for choice in inner)
    held_out = [[next(by_fold) if config.search.nested else best for _ in own] for own in splits]
    _log(training, config.search, settings, final)
    record = _record(config.search, settings, final, held_out)
    return Chosen(best, held_out, record, _warnings(config.search, settings, final))


def plan_search(config: Config, corpora: Corpora) -> list[str]:
    """Cut what a search would be made on, and return how much it would fit, in lines.

    Raises
    ------
    DataError
        As `choose` would.
    """
    if config.search is None:
        return []
    settings, cut = config.settings(), _cut_all(config, config.search, corpora)
    nested = f" and for the training examples of each of {count_of(len(cut) - 1, 'fold')}" if len(cut) > 1 else ""
    fits = count_distinct_fits(settings) * sum(len(own.splits()) for own in cut)
    tried = count_of(len(settings), "setting")
    return [f"would try {tried} in {config.search.n} folds, for all examples{nested}: {count_of(fits, 'fit')}"]


def _outer_splits(config: Config, corpora: Corpora) -> list[list[Split]]:
    plan = config.evaluation.folds
    if plan is None or corpora.folds is None:
        return []
    return [splits_of(own, training_rows(plan.scheme)) for own in corpora.folds]


def _cut_all(config: Config, search: Search, corpora: Corpora) -> list[Candidates]:
    """Cut all examples, and for a nested search the training examples of each fold."""
    every = np.arange(len(corpora.train.labels))
    parts = [("all examples", every)]
    for repeat, own in enumerate(_outer_splits(config, corpora) if search.nested else ()):
        for fold, split in enumerate(own):
            place = f"fold {fold + 1}" + (f", repeat {repeat + 1}" if repeat else "")
            parts.append((f"the training examples of {place}", split.trained_on))
    return [_cut(config, search, corpora, rows, name, number) for number, (name, rows) in enumerate(parts)]


def _cut(
    config: Config, search: Search, corpora: Corpora, rows: NDArray[np.intp], name: str, number: int
) -> Candidates:
    """Cut rows as the evaluation cuts all of them, into as many folds as the search wants."""
    train, plan = corpora.train, config.evaluation.folds or Folds()
    plan = plan.model_copy(update={"n": search.n, "repeats": 1})
    units, plan = fold_units(train.columns, plan)
    _, groups = np.unique(units[rows], return_inverse=True)
    # Another seed than the evaluation's, or an inner cut could repeat the outer one.
    seed = config.seed + 1 + number
    try:
        folds = cut_folds(train.labels[rows], config.task.labels, groups, plan, seed, "search.n")
    except DataError as error:
        said = f"the search (search.n={search.n}) can't cut {name}"
        raise DataError([replace(own, message=f"{said}: {own.message}") for own in error.problems]) from error
    return Candidates(rows, folds[0])


def _log(training: Training, search: Search, settings: Sequence[Setting], final: Choice) -> None:
    training.log.append(
        f"tried {count_of(len(settings), 'setting')} in {search.n} folds; best by {search.metric}"
        f" ({final.scores[final.best]:.4f}): {in_words(settings[final.best].changes)}"
    )


def _record(
    search: Search, settings: Sequence[Setting], final: Choice, held_out: Sequence[Sequence[Setting]]
) -> dict[str, Any]:
    by_fold = [
        {"repeat": repeat, "fold": fold, "best": dict(setting.changes)}
        for repeat, own in enumerate(held_out)
        for fold, setting in enumerate(own)
    ]
    chosen = describe_choice(final, settings)
    return {"metric": search.metric, "n": search.n, "nested": search.nested, **chosen, "by_fold": by_fold}


def _warnings(search: Search, settings: Sequence[Setting], final: Choice) -> list[Warned]:
    warnings: list[Warned] = []
    if not search.nested and len(settings) > 1:
        said = (
            f"The settings were chosen among {len(settings)} on the very examples that these scores are from"
            " (search.nested is false): they come out too high."
        )
        warnings.append({"code": "chosen_on_scored", "message": said, "values": {"settings": len(settings)}})
    for key, value, which in at_the_edge(final, settings):
        said = f"Of the search, {key} = {value:g} is the {which} tried: try values beyond it."
        values = {"key": key, "value": value, "which": which}
        warnings.append({"code": "edge_of_search", "message": said, "values": values})
    return warnings
