"""From a search to the settings that it tries."""

from __future__ import annotations

from pathlib import Path

import pytest

from stancekit.config import Config, load_config


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    (tmp_path / "d.jsonl").write_text('{"text": "a"}\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def read(search: str, rest: str = "") -> Config:
    blocks = "features: {blocks: [{field: text}, {field: masked, weight: 0.5}]}\n"
    Path("a.yaml").write_text(f"search: {search}\ndata: {{train: d.jsonl}}\n{blocks}{rest}", encoding="utf-8")
    return load_config("a.yaml")


def tried(config: Config) -> list[dict[str, object]]:
    return [dict(setting.changes) for setting in config.settings()]


def test_without_a_search_the_only_setting_is_that_of_the_config():
    config = read("null", "model: {C: 7}\n")
    (own,) = config.settings()
    assert (own.changes, own.features, own.model, own.decision) == ({}, config.features, config.model, "argmax")


def test_a_setting_has_what_was_changed_and_keeps_the_rest():
    config = read("{grid: {model.C: [0.1, 3], features.blocks.1.ngrams: [[2, 4]]}}", "model: {kind: ridge, C: 9}\n")
    first, second = config.settings()
    assert (first.model.C, second.model.C) == (0.1, 3.0)
    assert first.model.kind == "ridge"
    assert first.features.blocks[1].ngrams == (2, 4)
    assert first.features.blocks[1].weight == 0.5
    assert first.features.blocks[0] == config.features.blocks[0]
    assert config.features.blocks[1].ngrams == (1, 1)


def test_kinds_with_different_keys_are_tried_with_their_own():
    kinds = "model.kind: [linear_svc, complement_nb, nb_svm]"
    found = tried(read(f"{{grid: {{model.C: [1, 3], model.smoothing: [0.1, 0.2], {kinds}}}}}"))
    assert [own for own in found if own["model.kind"] == "linear_svc"] == [
        {"model.C": C, "model.kind": "linear_svc"} for C in (1, 3)
    ]
    assert [own for own in found if own["model.kind"] == "complement_nb"] == [
        {"model.smoothing": smoothing, "model.kind": "complement_nb"} for smoothing in (0.1, 0.2)
    ]
    assert len(found) == 2 + 2 + 4


@pytest.mark.parametrize("own", ["linear_svc", "complement_nb"])
def test_a_key_that_the_configs_own_kind_lacks_is_possible_if_a_kind_that_is_tried_has_it(own):
    config = read("{grid: {model.kind: [ridge, complement_nb], model.C: [1, 3]}}", f"model: {{kind: {own}}}\n")
    assert tried(config) == [
        {"model.kind": "ridge", "model.C": 1},
        {"model.kind": "ridge", "model.C": 3},
        {"model.kind": "complement_nb"},
    ]


def test_another_kind_keeps_the_values_that_it_has_too():
    config = read(
        "{grid: {model.kind: [ridge, complement_nb]}}", "model: {kind: linear_svc, C: 7, class_weight: null}\n"
    )
    ridge, bayes = (setting.model for setting in config.settings())
    assert (ridge.C, ridge.class_weight) == (7.0, None)
    assert bayes.smoothing == 1.0


def test_whole_models_can_be_tried():
    config = read("{grid: {model: [{kind: ridge, C: 3}, {kind: complement_nb, smoothing: 0.2}]}}")
    assert [setting.model.model_dump() for setting in config.settings()] == [
        {"kind": "ridge", "C": 3.0, "class_weight": "balanced", "calibration": "none"},
        {"kind": "complement_nb", "smoothing": 0.2, "calibration": "none"},
    ]


def test_equal_settings_are_tried_once():
    assert tried(read("{grid: {model.C: [1, 1.0, 2, 1]}}")) == [{"model.C": 1}, {"model.C": 2}]
    drawn = tried(read("{random: {model.C: [1, 2, 3]}, trials: 200}"))
    assert sorted(own["model.C"] for own in drawn) == [1, 2, 3]


def test_settings_are_drawn_by_the_seed_of_the_config():
    search = "{random: {model.C: {low: 0.01, high: 100, log: true}}}"
    assert tried(read(search, "seed: 1\n")) == tried(read(search, "seed: 1\n"))
    assert tried(read(search, "seed: 1\n")) != tried(read(search, "seed: 2\n"))
    assert len(tried(read(search))) == 20


def test_settings_without_changes_of_the_features_share_them():
    config = read("{grid: {model.C: [1, 3]}}")
    assert all(setting.features is config.features for setting in config.settings())
