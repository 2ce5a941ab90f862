"""A run from config to folder: read, check, count, choose, fit, score, write."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from stancekit.config.schema import Config
from stancekit.config.settings import Setting
from stancekit.corpus.readers import fingerprint
from stancekit.engine.local import count_jobs
from stancekit.experiment.check import Checked, check_corpora, refuse_errors
from stancekit.experiment.chosen import choose, plan_search
from stancekit.experiment.corpora import Corpora, Corpus, choose_blocks, read_corpora
from stancekit.experiment.data_statement import describe_corpora
from stancekit.experiment.environment import describe_environment
from stancekit.experiment.files import Results, write_files
from stancekit.experiment.inner import describe_decision, log_offsets, plan_learning
from stancekit.experiment.run import Run
from stancekit.experiment.scored import cross_validate, fit_on_all, score_test
from stancekit.experiment.store import FORMAT, is_run, new_run_folder, refuse_occupied, run_id, write_json
from stancekit.experiment.studies import Material, make_studies, plan_studies
from stancekit.experiment.training import Progress, Training, silent
from stancekit.features.cache import CountCache
from stancekit.models.instances import Counted
from stancekit.models.persistence import save_model
from stancekit.models.saved_about import scores_of
from stancekit.models.stance_model import StanceModel, learn_names

Page = Callable[[Results, Path], None]
"""Writes something more into a run folder: a report, figures, a model card."""


def run_experiment(
    config: Config,
    output: Path,
    *,
    jobs: int = 1,
    command: str = "",
    progress: Progress = silent,
    pages: Sequence[Page] = (),
    cache: CountCache | None = None,
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
    cache : CountCache, optional
        Where counts of n-grams are kept between runs. Results don't depend on it.

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
    training = Training(config, jobs, progress, cache)
    # The id is that of the config with its blocks: where the data chooses them, it is read first.
    corpora = _read(training) if config.features.are_auto else None
    id = run_id(training.config)
    place = output / config.name / id
    if is_run(place):
        return Run(place, existed=True)
    refuse_occupied(place)
    results = _evaluate(training, id, corpora or _read(training))
    with new_run_folder(place) as folder:
        with training.watch.stage("write"):
            _write(results, folder, place, pages)
        write_json(folder / "environment.json", describe_environment(command, jobs, training.watch.seconds))
    return Run(place)


def train_again(
    config: Config,
    folder: Path,
    place: Path,
    *,
    blocks_were_chosen: bool = False,
    jobs: int = 1,
    progress: Progress = silent,
    pages: Sequence[Page] = (),
) -> None:
    """Train and evaluate as `run_experiment`, whatever runs there are, and write all but environment.json.

    Parameters
    ----------
    config : Config
        Of a run: with its blocks.
    folder : Path
        An empty folder to write into.
    place : Path
        Where the files belong: paths in config.yaml are relative to it.
    blocks_were_chosen : bool, default=False
        Whether the run's blocks were left to its data. Then they are chosen once more, so that the log says why; what
        is trained has the config's.
    jobs : int, default=1
    progress : callable, optional
    pages : sequence of callable
        As for `run_experiment`.
    """
    left_open = config.model_copy(update={"features": config.features.model_copy(update={"blocks": ()})})
    training = Training(left_open if blocks_were_chosen else config, count_jobs(jobs), progress)
    corpora = _read(training)
    training.config = config
    _write(_evaluate(training, run_id(config), corpora), folder, place, pages)


def _write(results: Results, folder: Path, place: Path, pages: Sequence[Page]) -> None:
    """Write everything that two equal runs have in common."""
    write_files(results, folder, place)
    (folder / "model").mkdir()
    about = {**results.model.about, "metrics": scores_of(results.metrics)}
    save_model(replace(results.model, about=about), folder / "model")
    for page in pages:
        page(results, folder)


def plan_experiment(config: Config) -> tuple[Config, list[str]]:
    """Read the data and cut the folds as a run would, and train nothing.

    Returns
    -------
    Config
        With its blocks, where it left them to the data.
    list of str
        What was found, in lines.

    Raises
    ------
    DataError
        As `run_experiment` would.
    """
    log: list[str] = []
    corpora = read_corpora(config, log.append)
    config = choose_blocks(config, corpora, log.append)
    checked = check_corpora(config, corpora)
    if config.checks.errors == "stop":
        refuse_errors(checked)
    log += [finding.line for finding in checked.findings]
    log += [*plan_search(config, corpora), *plan_learning(config, corpora), *plan_studies(config, corpora)]
    return config, [*log, f"would be run {run_id(config)}"]


def _read(training: Training) -> Corpora:
    """Read the corpora, and give the training the blocks that suit them if its config leaves them open."""
    with training.watch.stage("read"):
        training.progress("reading and folding", 0, 1)
        corpora = read_corpora(training.config, training.log.append)
        training.config = choose_blocks(training.config, corpora, training.log.append)
        training.progress("reading and folding", 1, 1)
    return corpora


def _evaluate(training: Training, id: str, corpora: Corpora) -> Results:
    config, watch = training.config, training.watch
    train, folds = corpora.train, corpora.folds
    with watch.stage("check"):
        checked = _check(training, corpora)
    with watch.stage("count"):
        counted = _count(training, train)
    with watch.stage("search"):
        chosen = choose(training, corpora, counted)
    with watch.stage("cross-validate"):
        cv, own = (None, None) if folds is None else cross_validate(training, corpora, folds, counted, chosen)
    with watch.stage("studies"):
        studies = None
        if own is not None and folds is not None:
            studies = make_studies(training, Material(config, train, folds, chosen.held_out), counted, own)
    with watch.stage("fit"):
        model = _fit_final(training, corpora, counted, chosen.final)
    with watch.stage("test"):
        tested = score_test(training, corpora, corpora.test, model, chosen.final) if corpora.test is not None else None
    decision = describe_decision(config.task.labels, chosen, model.rule, own.rules if own else [])
    training.log += log_offsets(decision)
    metrics = {
        "format": FORMAT,
        "name": config.name,
        "run_id": id,
        "primary": config.evaluation.primary,
        "labels": list(config.task.labels),
        "cv": cv.scores if cv else None,
        "test": tested.scores if tested else None,
        "search": chosen.search,
        "decision": decision,
        "studies": studies,
        "doubts": cv.doubted.as_dict(config.task) if cv and cv.doubted else None,
        "data": describe_corpora(config, corpora),
    }
    return Results(config, id, metrics, model, cv, tested, checked, tuple(training.log))


def _check(training: Training, corpora: Corpora) -> Checked:
    training.progress("checking", 0, 1)
    checked = check_corpora(training.config, corpora)
    training.log += [finding.line for finding in checked.findings]
    if training.config.checks.errors == "stop":
        refuse_errors(checked)
    training.progress("checking", 1, 1)
    return checked


def _count(training: Training, train: Corpus) -> Counted:
    """Count once what any setting asks for."""
    training.progress("counting n-grams", 0, 1)
    blocks = list(dict.fromkeys(block for own in training.config.settings() for block in own.features.blocks))
    counted = training.count(train.columns, blocks)
    seen = {(block.field, block.cut_by, block.ngrams): len(counts.terms) for block, counts in counted.counts.items()}
    for (field, analyzer, ngrams), terms in seen.items():
        training.log.append(f"counted {terms} distinct {analyzer} n-grams {list(ngrams)} of {field!r}")
    training.progress("counting n-grams", 1, 1)
    return counted


def _fit_final(training: Training, corpora: Corpora, counted: Counted, setting: Setting) -> StanceModel:
    config, train = training.config, corpora.train
    features, linear = fit_on_all(training, "fitting the final model", train, counted, setting)
    training.log.append(
        f"fitted the final model on all {len(train.labels)} examples: {linear.coefficients.shape[1]} features"
    )
    languages = sorted({language for language in train.columns.get("language", ()) if language})
    about = {
        "name": config.name,
        "languages": languages,
        "examples": len(train.labels),
        "label_counts": dict(zip(config.task.labels, train.labels.sum(axis=0).tolist(), strict=True)),
        "training_data_sha256": fingerprint(config.data.train),
        "python": platform.python_version(),
    }
    gazetteer = corpora.gazetteer.with_learned(learn_names(train.columns, config.task))
    return StanceModel(config.task, setting.model, features, linear, gazetteer, about, setting.decision)
