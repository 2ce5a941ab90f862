"""Which settings a run trains with: those of its config, or those its search chooses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import Folds
from stancekit.config.search import Search
from stancekit.config.settings import Setting
from stancekit.corpus.folds import GROUPED_SCHEMES, cut_folds, group_codes, training_rows
from stancekit.evaluation.crossval import Counted, splits_of
from stancekit.evaluation.search import Candidates, Choice, at_the_edge, choose_settings, describe_choice
from stancekit.experiment.corpora import Corpora
from stancekit.experiment.training import Training


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
    warnings: Sequence[Mapping[str, str]] = ()


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
    splits = [splits_of(own, training_rows(_plan(training).scheme)) for own in folds] if folds is not None else []
    if config.search is None or folds is None:
        return Chosen(settings[0], [[settings[0]] * len(own) for own in splits])
    nested = [split.trained_on for own in splits for split in own] if config.search.nested else []
    every = np.arange(len(corpora.train.labels))
    candidates = [_cut(training, corpora, rows, number) for number, rows in enumerate([every, *nested])]
    final, *inner = choose_settings(
        counted,
        settings,
        corpora.train.labels,
        candidates,
        str(config.search.metric),
        config.task.kind,
        config.seed,
        partial(training.run, "searching"),
    )
    by_fold = iter(settings[choice.best] for choice in inner)
    best = settings[final.best]
    held_out = [[next(by_fold) if nested else best for _ in own] for own in splits]
    _log(training, config.search, settings, final)
    record = _record(config.search, settings, final, held_out)
    return Chosen(best, held_out, record, _warnings(config.search, settings, final))


def _plan(training: Training) -> Folds:
    return training.config.evaluation.folds or Folds()


def _cut(training: Training, corpora: Corpora, rows: NDArray[np.intp], number: int) -> Candidates:
    """Cut training rows as the evaluation cuts all of them, into as many folds as the search wants."""
    config, train = training.config, corpora.train
    plan = _plan(training).model_copy(update={"n": config.search.n if config.search else 2, "repeats": 1})
    grouped = plan.scheme in GROUPED_SCHEMES
    groups = group_codes(train.columns, plan.by)[0][rows] if grouped else np.arange(len(rows))
    _, groups = np.unique(groups, return_inverse=True)
    # Another seed than the evaluation's, or an inner cut could repeat the outer one.
    seed = config.seed + 1 + number
    return Candidates(rows, cut_folds(train.labels[rows], config.task.labels, groups, plan, seed)[0])


def _log(training: Training, search: Search, settings: Sequence[Setting], final: Choice) -> None:
    best = ", ".join(f"{key} = {value}" for key, value in settings[final.best].changes.items())
    training.log.append(
        f"tried {len(settings)} settings in {search.n} folds; best by {search.metric} ({final.scores[final.best]:.4f}):"
        f" {best}"
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


def _warnings(search: Search, settings: Sequence[Setting], final: Choice) -> list[dict[str, str]]:
    warnings = []
    if not search.nested and len(settings) > 1:
        said = (
            f"The settings were chosen among {len(settings)} on the very examples that these scores are from"
            " (search.nested is false): they come out too high."
        )
        warnings.append({"code": "chosen_on_scored", "message": said})
    edges = at_the_edge(final, settings)
    return warnings + [
        {"code": "edge_of_search", "message": f"Of the search, {said}: try values beyond it."} for said in edges
    ]
