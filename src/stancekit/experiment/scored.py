"""Scoring a run: out-of-fold and test predictions, beside those of the baselines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.features import Block, Features
from stancekit.config.metrics import PROBABILITY_METRICS
from stancekit.config.model import has_probabilities
from stancekit.config.schema import BaselineName, Config, Folds
from stancekit.config.settings import Setting
from stancekit.corpus.folds import training_rows
from stancekit.evaluation.baselines import CONTROL_BLOCKS, Unfitted, applicable
from stancekit.evaluation.ceiling import measure_ceiling
from stancekit.evaluation.crossval import OutOfFold, out_of_fold, splits_of
from stancekit.evaluation.predictions import Predictions
from stancekit.evaluation.scores import score_predictions
from stancekit.evaluation.verdict import warn
from stancekit.experiment.chosen import Chosen
from stancekit.experiment.corpora import Corpora, Corpus, count_articles
from stancekit.experiment.doubted import doubt_labels
from stancekit.experiment.files import Scored
from stancekit.experiment.inner import cutter
from stancekit.experiment.training import Training
from stancekit.features.blocks import FittedFeatures
from stancekit.models.decision import decide, probabilities
from stancekit.models.instances import Counted
from stancekit.models.linear import LinearModel
from stancekit.models.members import RuledModel
from stancekit.models.rules import learns
from stancekit.models.stance_model import StanceModel, fit_counted, score_examples
from stancekit.models.tallies import RANKING_METRICS


def cross_validate(
    training: Training, corpora: Corpora, folds: NDArray[np.int32], counted: Counted, chosen: Chosen
) -> tuple[Scored, OutOfFold]:
    """Score every training example by models that did not see it, beside the baselines.

    Also returned is what the models said, before it was decided on.

    Parameters
    ----------
    training : Training
    corpora : Corpora
    folds : ndarray of int of shape (n_repeats, n_examples)
    counted : Counted
    chosen : Chosen
    """
    config, train = training.config, corpora.train
    own = _held_out(training, "cross-validating", train, folds, counted, chosen.held_out)
    held_out = np.flatnonzero((folds >= 0).all(axis=0))
    scored = train.of(held_out)
    shares = out_of_fold_probabilities(config, own.scores, folds, chosen.held_out)
    shares = None if shares is None else shares[:, held_out]
    predictions = decided(config, scored, own.scores[:, held_out], shares)
    baselines: dict[str, Predictions | None] = dict.fromkeys(config.evaluation.baselines)
    for name in applicable(config.evaluation.baselines, train.columns):
        values = _baseline(training, name, corpora, folds, chosen)
        of_its = out_of_fold_probabilities(config, values, folds, chosen.held_out) if name in CONTROL_BLOCKS else None
        of_its = None if of_its is None else of_its[:, held_out]
        baselines[name] = decided(config, scored, values[:, held_out], of_its)
    scores = score_predictions(predictions, baselines, config, scored.columns)
    scores["ceiling"] = _ceiling(config, train)
    scores["warnings"] = warn(scores, config, count_articles(scored.columns), own.unconverged, own.fits)
    scores["warnings"] += chosen.warnings
    training.log.append(f"cross-validated: {own.fits} fits, {own.unconverged} of them not converged")
    doubted = doubt_labels(scored.labels, own.scores[:, held_out], shares, config.task.kind)
    training.log.append(doubted.line(config.task))
    said, cut = predictions.predicted, folds[:, held_out]
    return Scored("cross-validation", scores, scored.columns, scored.labels, said, shares, cut, doubted), own


def score_test(training: Training, corpora: Corpora, test: Corpus, model: StanceModel, setting: Setting) -> Scored:
    """Score the test examples by the final model, which has a setting, beside the baselines."""
    config = training.config
    scores = score_examples(model.features, model.linear, test.columns, config.task)
    known = has_probabilities(model.spec)
    shares = probabilities(scores, config.task.kind, model.spec)[None] if known else None
    predictions = decided(config, test, scores[None], shares)
    baselines: dict[str, Predictions | None] = dict.fromkeys(config.evaluation.baselines)
    for name in applicable(config.evaluation.baselines, test.columns):
        values = _test_baseline(training, name, corpora, test, setting)
        own = known and name in CONTROL_BLOCKS
        of_its = probabilities(values, config.task.kind, model.spec)[None] if own else None
        baselines[name] = decided(config, test, values[None], of_its)
    result = score_predictions(predictions, baselines, config, test.columns)
    result["ceiling"] = _ceiling(config, test)
    result["warnings"] = warn(result, config, count_articles(test.columns), len(model.linear.unconverged) > 0, 1)
    training.log.append(f"scored {len(test.labels)} test examples")
    return Scored("the test set", result, test.columns, test.labels, predictions.predicted, shares, None)


def fit_on_all(
    training: Training, stage: str, train: Corpus, counted: Counted, setting: Setting
) -> tuple[FittedFeatures, LinearModel | RuledModel]:
    """Fit a setting on all training examples."""
    # One fit alone leaves cores idle: its labels are fitted side by side.
    run = partial(training.run, stage)
    rows, config = np.arange(len(train.labels)), training.config
    folds = cutter(config, train)(rows) if learns(setting.model, setting.decision) else None
    kind, neutral = config.task.kind, config.task.neutral_number
    return fit_counted(counted, setting, rows, train.labels, config.seed, run, kind=kind, neutral=neutral, folds=folds)


def _ceiling(config: Config, corpus: Corpus) -> dict[str, Any] | None:
    """Return how annotators score against each other, where several labelled the same items."""
    if corpus.annotations is None:
        return None
    evaluation, neutral = config.evaluation, config.task.neutral_number
    return measure_ceiling(
        corpus.annotations, evaluation.metrics or (), evaluation.intervals, config.seed, neutral=neutral
    )


def decided(
    config: Config, corpus: Corpus, scores: NDArray[np.float64], shares: NDArray[np.float64] | None
) -> Predictions:
    """Return what scores of shape (n_repeats, n_examples, n_labels) decide, with them and the probabilities.

    Either is left out where no metric needs it.
    """
    asked = set(config.evaluation.metrics or ())
    predicted = np.stack([decide(own, config.task.kind) for own in scores])
    ranked = scores if asked & set(RANKING_METRICS) else None
    known = shares if asked & set(PROBABILITY_METRICS) else None
    return Predictions(corpus.labels, predicted, corpus.groups, ranked, known)


def _held_out(
    training: Training,
    stage: str,
    train: Corpus,
    folds: NDArray[np.int32],
    counted: Counted,
    settings: Sequence[Sequence[Setting]],
) -> OutOfFold:
    config, run = training.config, partial(training.run, stage)
    rule = training_rows(_plan(config).scheme)
    cut = cutter(config, train)
    kind, neutral = config.task.kind, config.task.neutral_number
    fixed = train.labels, folds, config.seed, run, rule
    return out_of_fold(counted, settings, *fixed, kind=kind, neutral=neutral, cut_inner=cut)


def _plan(config: Config) -> Folds:
    return config.evaluation.folds or Folds()


def out_of_fold_probabilities(
    config: Config, scores: NDArray[np.float64], folds: NDArray[np.int32], settings: Sequence[Sequence[Setting]]
) -> NDArray[np.float64] | None:
    """Return probabilities where every model that was fitted has some."""
    if not all(has_probabilities(setting.model) for own in settings for setting in own):
        return None
    result = np.full(scores.shape, np.nan)
    for repeat, own in enumerate(folds):
        for split, setting in zip(splits_of(own), settings[repeat], strict=True):
            rows = split.held_out
            result[repeat, rows] = probabilities(scores[repeat, rows], config.task.kind, setting.model)
    return result


def control(blocks: Sequence[Block], setting: Setting) -> Setting:
    """Return a setting that is the same but for what it reads."""
    return replace(setting, features=Features(blocks=tuple(blocks)))


def _baseline(
    training: Training, name: BaselineName, corpora: Corpora, folds: NDArray[np.int32], chosen: Chosen
) -> NDArray[np.float64]:
    """Return scores of a baseline for held-out examples, of shape (n_repeats, n_examples, n_labels)."""
    config, train = training.config, corpora.train
    rule = training_rows(_plan(config).scheme)
    if name in CONTROL_BLOCKS:
        blocks = CONTROL_BLOCKS[name]
        counted = training.count(train.columns, blocks)
        settings = [[control(blocks, setting) for setting in own] for own in chosen.held_out]
        return _held_out(training, f"baseline {name}", train, folds, counted, settings).scores
    known = Unfitted(name, train.labels, train.columns, corpora.lookup, config.task.kind)
    # What knows no scores says 1 of the labels it predicts, and 0 of the others.
    predicted = np.zeros((*folds.shape, train.labels.shape[1]))
    for repeat, assigned in enumerate(folds):
        for fold in np.unique(assigned[assigned >= 0]):
            rows = np.flatnonzero(assigned == fold)
            seed = [config.seed, repeat, int(fold)]
            predicted[repeat, rows] = known.predict(rule(assigned, fold), train.columns, 0, rows, seed)
    return predicted


def _test_baseline(
    training: Training, name: BaselineName, corpora: Corpora, test: Corpus, setting: Setting
) -> NDArray[np.float64]:
    config, train = training.config, corpora.train
    if name not in CONTROL_BLOCKS:
        known = Unfitted(name, train.labels, train.columns, corpora.lookup, config.task.kind)
        every, asked = np.ones(len(train.labels), dtype=np.bool_), np.arange(len(test.labels))
        return known.predict(every, test.columns, 1, asked, [config.seed]).astype(np.float64)
    blocks = CONTROL_BLOCKS[name]
    counted = training.count(train.columns, blocks)
    features, linear = fit_on_all(training, f"baseline {name}", train, counted, control(blocks, setting))
    return score_examples(features, linear, test.columns, config.task)
