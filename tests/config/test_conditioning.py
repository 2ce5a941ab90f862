"""The keys of conditioning and of directed pairs."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from stancekit.config import Config, load_config
from stancekit.config.dump import dump_config
from stancekit.config.features import Conditioning
from stancekit.errors import ConfigError


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    (tmp_path / "d.jsonl").write_text('{"text": "a"}\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def read(text: str) -> Config:
    Path("a.yaml").write_text(f"data: {{train: d.jsonl}}\n{text}", encoding="utf-8")
    return load_config("a.yaml")


def refused(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read(text)
    return str(caught.value)


def test_features_are_not_conditioned_unless_the_config_says_so():
    assert read("").features.conditioning == "none"


@pytest.mark.parametrize("kind", get_args(Conditioning))
def test_every_way_is_read_and_written(kind):
    config = read(f"features: {{conditioning: {kind}}}\n")
    assert config.features.conditioning == kind
    Path("b.yaml").write_text(dump_config(config, Path.cwd()), encoding="utf-8")
    assert load_config("b.yaml").features == config.features


def test_a_way_that_there_is_not_is_answered_with_those_there_are():
    said = refused("features: {conditioning: shared_by_target}\n")
    assert "did you mean 'shared_per_target'?" in said
    assert "Allowed: none, token, cross, per_target, shared_per_target" in said


@pytest.mark.parametrize("kind", ["cross", "shared_per_target"])
def test_naive_bayes_has_no_penalty_to_weigh_copies_by(kind):
    said = refused(f"features: {{conditioning: {kind}}}\nmodel: {{kind: complement_nb}}\n")
    assert "a.yaml:3:15" in said
    assert "nothing would weigh it against its copies" in said


def test_nor_has_a_vote_with_naive_bayes_in_it():
    vote = "model: {kind: vote, of: [{kind: ridge}, {kind: complement_nb}]}\n"
    said = refused(f"features: {{conditioning: cross}}\n{vote}")
    assert "a.yaml:3:48" in said
    assert "nothing would weigh it against its copies" in said
    assert read(f"features: {{conditioning: token}}\n{vote}").model.kind == "vote"


@pytest.mark.parametrize("kind", ["none", "token", "per_target"])
def test_naive_bayes_takes_the_other_ways(kind):
    assert read(f"features: {{conditioning: {kind}}}\nmodel: {{kind: complement_nb}}\n").model.kind == "complement_nb"


def test_the_ways_can_be_searched():
    config = read("search: {grid: {features.conditioning: [none, shared_per_target], model.C: [1, 3]}}\n")
    assert [(own.features.conditioning, own.model.C) for own in config.settings()] == [
        ("none", 1), ("none", 3), ("shared_per_target", 1), ("shared_per_target", 3),
    ]  # fmt: skip


def test_a_search_that_tries_naive_bayes_on_copies_is_refused():
    grid = "{features.conditioning: [none, cross], model.kind: [ridge, complement_nb]}"
    assert "can't be tried together" in refused(f"search: {{grid: {grid}}}\n")
    assert read(f"search: {{grid: {grid.replace('cross', 'token')}}}\n").settings()


PAIR = "task: {kind: directed_pair, labels: [none, pro_pq, pro_qp]%s}\n"


def test_a_directed_pair_knows_the_reverse_of_every_label():
    task = read(PAIR % ", reverse: {pro_pq: pro_qp}").task
    assert task.reversal == (0, 2, 1)
    assert read(PAIR % ", reverse: {pro_qp: pro_pq, pro_pq: pro_qp, none: none}").task.reversal == (0, 2, 1)
    assert read(PAIR % ", reverse: {}").task.reversal == (0, 1, 2)
    assert read("").task.reversal is None


def test_a_directed_pair_without_a_reverse_is_asked_for_one():
    said = refused(PAIR % "")
    assert "a directed_pair needs 'reverse'" in said
    assert "{positive_pq: positive_qp}" in said


@pytest.mark.parametrize(
    ("reverse", "said"),
    [
        ("{pro_pq: con_qp}", "'con_qp' is none of the labels"),
        ("{con_pq: pro_qp}", "'con_pq' is none of the labels"),
        ("{pro_pq: pro_qp, none: pro_qp}", "'none' can't be the reverse of two labels"),
        ("{pro_pq: pro_qp, pro_qp: none}", "'pro_qp' can't be the reverse of two labels"),
        ("{pro_pq: pro_pq, pro_qp: pro_pq}", "'pro_qp' can't be the reverse of two labels"),
    ],
)
def test_a_reverse_that_is_no_exchange_of_labels_is_refused(reverse, said):
    found = refused(PAIR % f", reverse: {reverse}")
    assert said in found
    assert "a.yaml:2:" in found


def test_other_tasks_have_no_reverse():
    assert "'reverse' is for a directed_pair" in refused("task: {labels: [a, b], reverse: {a: b}}\n")


def test_a_reverse_is_written_as_it_was_given_and_only_where_it_was():
    config = read(PAIR % ", reverse: {pro_pq: pro_qp}")
    Path("b.yaml").write_text(dump_config(config, Path.cwd()), encoding="utf-8")
    assert load_config("b.yaml").task == config.task
    assert "reverse" not in dump_config(read(""), Path.cwd())


def test_a_directed_pair_has_the_metrics_of_one_label():
    config = read(PAIR % ", reverse: {}")
    assert config.evaluation.metrics == ("macro_f1", "accuracy")
    assert "subset_accuracy" in refused(PAIR % ", reverse: {}" + "evaluation: {metrics: [subset_accuracy]}\n")
