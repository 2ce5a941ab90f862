"""`features: auto` in a run: chosen when the data is read, written out, and the same run again from there."""

from __future__ import annotations

from pathlib import Path

import pytest

import stancekit
from stancekit.config import load_config
from stancekit.corpus.linking import link_by_name
from stancekit.experiment.check import check_config
from stancekit.experiment.train import plan_experiment
from stancekit.features.auto import auto_blocks
from stancekit.models.classifier import StanceClassifier

CHANGES = ["features=auto", "evaluation.folds.repeats=1", "evaluation.baselines=[]"]


@pytest.fixture
def auto_run(config_file: Path) -> stancekit.Run:
    return stancekit.train(config_file, CHANGES, output=config_file.parent / "out")


def test_the_run_has_its_blocks_written_out(auto_run):
    features = load_config(auto_run.path / "config.yaml").features
    assert not features.are_auto
    assert [block.field for block in features.blocks][:2] == ["masked", "masked"]
    assert stancekit.load(auto_run.path).features.blocks[0].spec == features.blocks[0]


def test_training_from_the_written_config_is_the_same_run(auto_run, config_file):
    again = stancekit.train(auto_run.path / "config.yaml", output=config_file.parent / "again")
    assert (again.id, again.existed) == (auto_run.id, False)
    assert (again.path / "metrics.json").read_bytes() == (auto_run.path / "metrics.json").read_bytes()


def test_a_run_that_exists_is_known_by_its_chosen_blocks(auto_run, config_file):
    assert stancekit.train(config_file, CHANGES, output=config_file.parent / "out").existed


def test_the_log_says_why_and_what_was_found(auto_run):
    log = (auto_run.path / "log.txt").read_text(encoding="utf-8")
    assert "features: auto: 36 examples (fr): the actor is mentioned in 100%, the target in 100%" in log
    assert "mentions of the actor: 36 given, 0 linked by name, 0 of 36 not found" in log
    assert "features: auto:" not in "".join(plan_experiment(load_config(auto_run.path / "config.yaml"))[1])


def test_a_dry_run_and_a_check_choose_as_training_does(auto_run, config_file):
    loaded = load_config(config_file, CHANGES)
    planned, lines = plan_experiment(loaded)
    assert planned.features == load_config(auto_run.path / "config.yaml").features
    assert lines[-1] == f"would be run {auto_run.id}"
    assert any(line.startswith("features: auto: ") for line in check_config(loaded).log)


def test_a_search_goes_over_models_with_the_chosen_blocks(config_file):
    run = stancekit.train(
        config_file, [*CHANGES, "search={grid: {model.C: [1, 3]}, n: 2}"], output=config_file.parent / "out"
    )
    assert len(run.metrics["search"]["tried"]) == 2


def test_a_classifier_without_blocks_chooses_them_from_its_examples(corpus_rows):
    labels = [row["label"] for row in corpus_rows]
    bare = [{key: own for key, own in row.items() if key != "label"} for row in corpus_rows]
    chosen = [block.spec for block in StanceClassifier().fit(bare, labels).model_.features.blocks]
    columns = {key: [row[key] for row in bare] for key in bare[0]}
    assert tuple(chosen) == auto_blocks(link_by_name(columns))
