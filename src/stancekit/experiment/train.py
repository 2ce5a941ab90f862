"""A run from config to folder: read, fold, count, fit, score, write."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import BaselineName, Block, Config, Folds
from stancekit.corpus.folds import training_rows
from stancekit.corpus.gazetteer import Gazetteer
from stancekit.corpus.readers import fingerprint
from stancekit.engine.local import count_jobs, run_jobs
from stancekit.evaluation.baselines import CONTROL_BLOCKS, applicable, constant_prediction
from stancekit.evaluation.crossval import OutOfFold, out_of_fold
from stancekit.evaluation.scores import Predictions, score_predictions
from stancekit.evaluation.verdict import warn
from stancekit.experiment.check import check_config, check_corpora, refuse_errors
from stancekit.experiment.corpora import Corpora, Corpus, count_articles, read_corpora
from stancekit.experiment.environment import Stopwatch, describe_environment
from stancekit.experiment.files import Results, Scored, write_files
from stancekit.experiment.run import Run
from stancekit.experiment.store import FORMAT, is_run, new_run_folder, refuse_occupied, run_id, write_json
from stancekit.features.blocks import FittedFeatures
from stancekit.features.counts import Counts, count_blocks
from stancekit.models.decision import decide, probabilities
from stancekit.models.linear import HAS_PROBABILITIES, LinearModel
from stancekit.models.persistence import save_model
from stancekit.models.stance_model import StanceModel, fit_counted

Item = TypeVar("Item")
Progress = Callable[[str, int, int], None]
"""Told the stage, how many steps of it are done, and how many there are."""
Page = Callable[[Results, Path], None]
"""Writes something more into a run folder: a report, figures, a model card."""


def silent(stage: str, done: int, total: int) -> None:
    """Show no progress."""


@dataclass
class _Training:
    """What all stages of one training share."""

    config: Config
    jobs: int
    progress: Progress
    watch: Stopwatch = field(default_factory=Stopwatch)
    log: list[str] = field(default_factory=list)

    def run(self, stage: str, jobs: Sequence[Callable[[], Item]]) -> Iterator[Item]:
        """Run independent jobs, counting them as progress of a stage."""
        self.progress(stage, 0, len(jobs))
        for done, result in enumerate(run_jobs(jobs, self.jobs), start=1):
            self.progress(stage, done, len(jobs))
            yield result


def run_experiment(
    config: Config,
    output: Path,
    *,
    jobs: int = 1,
    command: str = "",
    progress: Progress = silent,
    pages: Sequence[Page] = (),
) -> Run:
    """Train and evaluate, and write the run folder `output/<name>/<run_id>/`.

    Parameters
    ----------
    config : Config
    output : Path
    jobs : int, default=1
        How many fits run at once; -1 for every core. Results don't depend on it.
    command : str, default=""
        How the run was started, for environment.json.
    progress : callable, optional
    pages : sequence of callable
        What else is written into the folder before it appears.

    Returns
    -------
    Run
        With `existed=True` if the run was there already; nothing is trained again then.

    Raises
    ------
    DataError
        If the data can't be read or folded; no folder is left behind.
    """
    jobs = count_jobs(jobs)
    id = run_id(config)
    place = output / config.name / id
    if is_run(place):
        return Run(place, existed=True)
    refuse_occupied(place)
    training = _Training(config, jobs, progress)
    results = _evaluate(training, id)
    with new_run_folder(place) as folder:
        with training.watch.stage("write"):
            write_files(results, folder, place)
            (folder / "model").mkdir()
            save_model(results.model, folder / "model")
            for page in pages:
                page(results, folder)
        write_json(folder / "environment.json", describe_environment(command, jobs, training.watch.seconds))
    return Run(place)


def plan_experiment(config: Config) -> list[str]:
    """Read the data and cut the folds as a run would, train nothing, and return what was found, in lines.

    Raises
    ------
    DataError
        As `run_experiment` would.
    """
    checked = check_config(config)
    if config.checks.errors == "stop":
        refuse_errors(checked)
    said = [finding.line for finding in checked.findings]
    return [*checked.log, *said, f"would be run {run_id(config)}"]


def _evaluate(training: _Training, id: str) -> Results:
    config, watch = training.config, training.watch
    with watch.stage("read"):
        training.progress("reading and folding", 0, 1)
        corpora = read_corpora(config, training.log.append)
        training.progress("reading and folding", 1, 1)
        train, test, folds = corpora.train, corpora.test, corpora.folds
    with watch.stage("check"):
        training.progress("checking", 0, 1)
        checked = check_corpora(config, corpora)
        training.log += [finding.line for finding in checked.findings]
        if config.checks.errors == "stop":
            refuse_errors(checked)
        training.progress("checking", 1, 1)
    with watch.stage("count"):
        training.progress("counting n-grams", 0, 1)
        counted = count_blocks(train.columns, config.features.blocks)
        training.progress("counting n-grams", 1, 1)
    for block, counts in zip(config.features.blocks, counted, strict=True):
        training.log.append(
            f"counted {len(counts.terms)} distinct {block.analyzer} n-grams {list(block.ngrams)} of {block.field!r}"
        )
    with watch.stage("cross-validate"):
        cv = _cross_validate(training, train, folds, counted) if folds is not None else None
    with watch.stage("fit"):
        model = _fit_final(training, corpora, counted)
    with watch.stage("test"):
        tested = _test(training, train, test, model) if test is not None else None
    metrics = {
        "format": FORMAT,
        "name": config.name,
        "run_id": id,
        "primary": config.evaluation.primary,
        "labels": list(config.task.labels),
        "cv": cv.scores if cv else None,
        "test": tested.scores if tested else None,
        "search": None,
    }
    return Results(config, id, metrics, model, cv, tested, checked, tuple(training.log))


def _cross_validate(training: _Training, train: Corpus, folds: NDArray[np.int32], counted: Sequence[Counts]) -> Scored:
    config = training.config
    own = _held_out(training, "cross-validating", train, folds, counted, config.features.blocks)
    held_out = np.flatnonzero((folds >= 0).all(axis=0))
    predicted = np.stack([decide(scores[held_out], config.task.kind) for scores in own.scores])
    baselines: dict[str, NDArray[np.bool_] | None] = {}
    possible = applicable(config.evaluation.baselines, train.columns)
    for name in config.evaluation.baselines:
        baselines[name] = _baseline(training, name, train, folds)[:, held_out] if name in possible else None
    scored = train.of(held_out)
    scores = score_predictions(Predictions(scored.labels, predicted, scored.groups), baselines, config, scored.columns)
    scores["warnings"] = warn(scores, config, count_articles(scored.columns), own.unconverged, own.fits)
    training.log.append(f"cross-validated: {own.fits} fits, {own.unconverged} of them not converged")
    shares = _probabilities(config, own.scores[:, held_out])
    return Scored("cross-validation", scores, scored.columns, scored.labels, predicted, shares, folds[:, held_out])


def _plan(config: Config) -> Folds:
    return config.evaluation.folds or Folds()


def _held_out(
    training: _Training,
    stage: str,
    train: Corpus,
    folds: NDArray[np.int32],
    counted: Sequence[Counts],
    blocks: Sequence[Block],
) -> OutOfFold:
    config = training.config
    run = partial(training.run, stage)
    rule = training_rows(_plan(config).scheme)
    return out_of_fold(counted, blocks, train.labels, folds, config.model, config.seed, run, rule)


def _baseline(training: _Training, name: BaselineName, train: Corpus, folds: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return what a baseline predicts for held-out examples, of shape (n_repeats, n_examples, n_labels)."""
    config = training.config
    kind = config.task.kind
    if name in CONTROL_BLOCKS:
        blocks = CONTROL_BLOCKS[name]
        counted = count_blocks(train.columns, blocks)
        scores = _held_out(training, f"baseline {name}", train, folds, counted, blocks).scores
        return np.stack([decide(own, kind) for own in scores])
    predicted = np.zeros((*folds.shape, train.labels.shape[1]), dtype=np.bool_)
    rule = training_rows(_plan(config).scheme)
    for repeat, assigned in enumerate(folds):
        for fold in np.unique(assigned[assigned >= 0]):
            rows, trained_on = assigned == fold, rule(assigned, fold)
            seed = [config.seed, repeat, int(fold)]
            predicted[repeat, rows] = constant_prediction(name, train.labels[trained_on], int(rows.sum()), kind, seed)
    return predicted


def _fit_final(training: _Training, corpora: Corpora, counted: Sequence[Counts]) -> StanceModel:
    config, train = training.config, corpora.train
    features, linear = _fit_on_all(training, "fitting the final model", train, counted, config.features.blocks)
    training.log.append(f"fitted the final model on all {len(train.labels)} examples: {len(features.names)} features")
    languages = sorted({language for language in train.columns.get("language", ()) if language})
    about = {
        "name": config.name,
        "languages": languages,
        "examples": len(train.labels),
        "training_data_sha256": fingerprint(config.data.train),
        "python": platform.python_version(),
    }
    gazetteer = corpora.gazetteer.with_learned(Gazetteer.from_examples(train.columns))
    return StanceModel(config.task, config.model, features, linear, gazetteer, about)


def _fit_on_all(
    training: _Training, stage: str, train: Corpus, counted: Sequence[Counts], blocks: Sequence[Block]
) -> tuple[FittedFeatures, LinearModel]:
    config, rows = training.config, np.arange(len(train.labels))
    # One fit alone leaves cores idle: its labels are fitted side by side.
    run = partial(training.run, stage)
    return fit_counted(counted, blocks, rows, train.labels, config.model, config.seed, run)


def _test(training: _Training, train: Corpus, test: Corpus, model: StanceModel) -> Scored:
    config = training.config
    kind = config.task.kind
    scores = model.linear.scores(model.features.transform(test.columns))
    predicted = decide(scores, kind)[None]
    baselines: dict[str, NDArray[np.bool_] | None] = {}
    possible = applicable(config.evaluation.baselines, test.columns)
    for name in config.evaluation.baselines:
        baselines[name] = _test_baseline(training, name, train, test)[None] if name in possible else None
    result = score_predictions(Predictions(test.labels, predicted, test.groups), baselines, config, test.columns)
    result["warnings"] = warn(result, config, count_articles(test.columns), len(model.linear.unconverged) > 0, 1)
    training.log.append(f"scored {len(test.labels)} test examples")
    return Scored(
        "the test set", result, test.columns, test.labels, predicted, _probabilities(config, scores[None]), None
    )


def _test_baseline(training: _Training, name: BaselineName, train: Corpus, test: Corpus) -> NDArray[np.bool_]:
    config = training.config
    if name not in CONTROL_BLOCKS:
        return constant_prediction(name, train.labels, len(test.labels), config.task.kind, [config.seed])
    blocks = CONTROL_BLOCKS[name]
    counted = count_blocks(train.columns, blocks)
    features, linear = _fit_on_all(training, f"baseline {name}", train, counted, blocks)
    return decide(linear.scores(features.transform(test.columns)), config.task.kind)


def _probabilities(config: Config, scores: NDArray[np.float64]) -> NDArray[np.float64] | None:
    if not HAS_PROBABILITIES[config.model.kind]:
        return None
    return np.stack([probabilities(own, config.task.kind, config.model.kind) for own in scores])
