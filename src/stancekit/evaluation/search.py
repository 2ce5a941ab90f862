"""Choosing among settings by cross-validation on training rows only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.features import Features
from stancekit.config.metrics import PROBABILITY_METRICS, direction, is_plugged
from stancekit.config.model import Model
from stancekit.config.schema import TaskKind
from stancekit.config.settings import Setting
from stancekit.evaluation.crossval import splits_of
from stancekit.models.decision import decide, probabilities
from stancekit.models.instances import Counted
from stancekit.models.linear import RunJobs
from stancekit.models.rules import values_across
from stancekit.models.splits import Held, Split, SplitFeatures
from stancekit.models.summands import summands
from stancekit.models.tallies import RANKING_METRICS, metric_of, tally_by_group


@dataclass(frozen=True)
class Candidates:
    """Training rows that settings are chosen on, cut into folds.

    Attributes
    ----------
    rows : ndarray of int of shape (n_rows,)
        Of the corpus; no other row has any influence on the choice.
    folds : ndarray of int of shape (n_rows,)
    """

    rows: NDArray[np.intp]
    folds: NDArray[np.int32]

    def splits(self) -> list[Split]:
        """Return a split of the corpus for each fold."""
        return [Split(self.rows[own.trained_on], self.rows[own.held_out]) for own in splits_of(self.folds)]


@dataclass(frozen=True)
class Choice:
    """Which setting was chosen, and how all of them scored.

    Attributes
    ----------
    best : int
        Its number among the settings; of equals the first.
    scores : ndarray of float of shape (n_settings,)
        The metric over all held-out rows together; NaN where it isn't defined.
    by_fold : ndarray of float of shape (n_settings, n_folds)
    unconverged : ndarray of int of shape (n_settings,)
        In how many folds a solver stopped before it converged.
    """

    best: int
    scores: NDArray[np.float64]
    by_fold: NDArray[np.float64]
    unconverged: NDArray[np.intp]


def choose_settings(
    counted: Counted,
    settings: Sequence[Setting],
    labels: NDArray[np.bool_],
    choices: Sequence[Candidates],
    metric: str,
    kind: TaskKind,
    seed: int,
    run: RunJobs,
    *,
    neutral: int | None = None,
) -> list[Choice]:
    """Choose a setting for each of several sets of training rows.

    Every split's features are made once for all settings that have the same blocks, and equal linear models on them are
    fitted once. Calibrations and tuned decisions take no fits of their own here: those of a fold are learned on the
    scores of the other folds. The metric is taken over all
    held-out rows together, as a report takes it: a mean over folds gives small folds, where a label may not occur, the
    weight of large ones.

    Parameters
    ----------
    counted : Counted
        The whole corpus.
    settings : sequence of Setting
    labels : ndarray of bool of shape (n_examples, n_labels)
    choices : sequence of Candidates
    metric : str
        One of `stancekit.config.metrics.METRICS_OF`, or a plug-in's.
    kind : str
        Of the task.
    seed : int
    run : callable
        What runs the fits.
    neutral : int, optional
        The number of the task's neutral label, for `f_avg`.

    Returns
    -------
    list of Choice
    """
    fits = _distinct_fits(settings)
    splits = [own.splits() for own in choices]
    jobs = []
    for own in splits:
        for split in own:
            for features, members in fits.items():
                shared = SplitFeatures(counted, features, split, uses=len(members))
                jobs += [partial(shared.fit_and_score, member, labels, seed) for member in members]
    results = iter(run(jobs))
    chosen = []
    for candidates, own in zip(choices, splits, strict=True):
        held = [{(on, fit): next(results) for on, members in fits.items() for fit in members} for _ in own]
        scores = [_values(counted, setting, candidates, own, held, labels, kind, neutral) for setting in settings]
        unconverged = [_unconverged(setting, held) for setting in settings]
        measured = _Measured(labels, metric, kind, neutral)
        chosen.append(_choice(np.stack(scores), np.array(unconverged), settings, candidates, own, measured))
    return chosen


Fit = tuple[Features, Model]


def _distinct_fits(settings: Sequence[Setting]) -> dict[Features, list[Model]]:
    """Return the distinct features, and the distinct linear models fitted on each."""
    known: dict[Features, dict[Model, None]] = {}
    for setting in settings:
        known.setdefault(setting.features, {}).update(dict.fromkeys(_uncalibrated(setting.model)))
    return {features: list(models) for features, models in known.items()}


def count_distinct_fits(settings: Sequence[Setting]) -> int:
    """Return how many linear models are fitted on one split to try settings."""
    return sum(len(members) for members in _distinct_fits(settings).values())


def _uncalibrated(model: Model) -> list[Model]:
    return [member.model_copy(update={"calibration": "none"}) for member in model.members]


def _values(
    counted: Counted,
    setting: Setting,
    candidates: Candidates,
    splits: Sequence[Split],
    held: Sequence[Mapping[Fit, Held]],
    labels: NDArray[np.bool_],
    kind: TaskKind,
    neutral: int | None,
) -> NDArray[np.float64]:
    """Return the decision values of a setting; NaN for examples of the corpus that are no candidates."""
    members = _uncalibrated(setting.model)
    scores = np.full((len(members), *labels.shape), np.nan)
    for split, fitted in zip(splits, held, strict=True):
        scores[:, split.held_out] = np.stack([fitted[setting.features, member].scores for member in members])
    values = np.full(labels.shape, np.nan)
    rows = candidates.rows
    learning, model = (scores[:, rows], labels[rows], candidates.folds), setting.model
    values[rows] = values_across(*learning, model, kind, setting.decision, counted.reversal, neutral=neutral)
    return values


def _unconverged(setting: Setting, held: Sequence[Mapping[Fit, Held]]) -> int:
    """Return in how many folds a solver of a setting stopped early."""
    members = _uncalibrated(setting.model)
    return sum(any(fitted[setting.features, member].unconverged for member in members) for fitted in held)


@dataclass(frozen=True)
class _Measured:
    """By what settings are compared: a metric of a task with these labels."""

    labels: NDArray[np.bool_]
    metric: str
    kind: TaskKind
    neutral: int | None

    def __call__(self, values: NDArray[np.float64], rows: NDArray[np.intp], setting: Setting) -> float:
        metric, own, gold = self.metric, values[rows], self.labels[rows]
        group, said = np.zeros(len(rows), dtype=np.intp), decide(own, self.kind)
        scores = own if metric in RANKING_METRICS else None
        plugged = (metric,) if is_plugged(metric) else ()
        shares = probabilities(own, self.kind, setting.model) if metric in PROBABILITY_METRICS else None
        tally = tally_by_group(gold, said, group, 1, scores, plugged, summands([metric], gold, said, shares))
        return float(metric_of(metric, self.neutral)(tally.summed()))


def _choice(
    scores: NDArray[np.float64],
    unconverged: NDArray[np.intp],
    settings: Sequence[Setting],
    candidates: Candidates,
    splits: Sequence[Split],
    measure: _Measured,
) -> Choice:
    tried = list(zip(scores, settings, strict=True))
    values = np.array([measure(own, candidates.rows, setting) for own, setting in tried])
    by_fold = np.array([[measure(own, split.held_out, setting) for split in splits] for own, setting in tried])
    gains = np.nan_to_num(direction(measure.metric) * values, nan=-np.inf)
    return Choice(int(np.argmax(gains)), values, by_fold, unconverged)


def describe_choice(choice: Choice, settings: Sequence[Setting]) -> dict[str, Any]:
    """Return a choice as metrics.json holds it."""

    def plain(value: float) -> float | None:
        return None if np.isnan(value) else float(value)

    return {
        "best": dict(settings[choice.best].changes),
        "tried": [
            {
                "changes": dict(setting.changes),
                "score": plain(choice.scores[i]),
                "folds": [plain(value) for value in choice.by_fold[i]],
                "unconverged": int(choice.unconverged[i]),
            }
            for i, setting in enumerate(settings)
        ],
    }


def at_the_edge(choice: Choice, settings: Sequence[Setting]) -> list[tuple[str, float, str]]:
    """Return the keys whose chosen number is the `smallest` or the `largest` that was tried: key, number, which."""
    found = []
    best: Mapping[str, Any] = settings[choice.best].changes
    for key, value in best.items():
        tried = [setting.changes[key] for setting in settings if _is_number(setting.changes.get(key))]
        # These two end where nothing is pruned, and mix numbers of texts with shares of them.
        ends = key.endswith((".min_df", ".max_df")) or not _is_number(value) or min(tried) == max(tried)
        if not ends and value in (min(tried), max(tried)):
            found.append((key, value, "smallest" if value == min(tried) else "largest"))
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
