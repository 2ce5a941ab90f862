"""Studies that a config can't have, told where it says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from stancekit.config import load_config
from stancekit.errors import ConfigError

TWO = "features: {blocks: [{field: text}, {field: target}]}\n"


def problem(folder: Path, text: str) -> str:
    (folder / "d.jsonl").write_text('{"text": "a"}\n', encoding="utf-8")
    path = folder / "own.yaml"
    path.write_text("data: {train: d.jsonl}\n" + text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    (only,) = caught.value.problems
    return str(only)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        (TWO + "evaluation: {studies: [ablaton]}", "3:24", "did you mean 'ablation'?"),
        (TWO + "evaluation: {studies: [ablation, ablation]}", "3:34", "'ablation' is listed twice"),
        (
            TWO + "evaluation:\n  folds: {scheme: leave_one_out, by: target}\n  studies: [leave_one_target_out]",
            "5:13",
            "so that no score is of a target that was seen",
        ),
        (
            TWO + "evaluation:\n  folds: {scheme: group, by: actor}\n  studies: [ablation, leave_one_actor_out]",
            "5:23",
            "leave_one_actor_out can't be made: the folds are cut by 'actor'",
        ),
        (
            "features: {blocks: [{field: text}]}\nevaluation: {studies: [ablation]}",
            "3:24",
            "ablation can't be made: there is one block of features",
        ),
    ],
)
def test_a_study_that_cannot_be_made_is_refused_where_it_stands(
    tmp_path: Path, text: str, place: str, said: str
) -> None:
    found = problem(tmp_path, text)
    assert f"own.yaml:{place}: " in found
    assert said in found


def test_without_folds_nothing_is_studied(tmp_path: Path) -> None:
    (tmp_path / "d.jsonl").write_text('{"text": "a"}\n', encoding="utf-8")
    path = tmp_path / "own.yaml"
    text = "data: {train: d.jsonl, test: d.jsonl}\nevaluation: {folds: null, studies: [learning_curve]}\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"own\.yaml:2:37: learning_curve can't be made: .*there are none"):
        load_config(path)


def test_a_search_of_unlike_features_has_no_ablation(tmp_path: Path) -> None:
    search = "search: {grid: {features.blocks: [[{field: text}], [{field: text}, {field: target}]]}}"
    found = problem(tmp_path, f"{TWO}evaluation: {{studies: [ablation]}}\n{search}")
    assert "own.yaml:4:" in found
    assert "features with different numbers of blocks" in found


def test_folds_by_article_leave_targets_and_actors_to_studies(tmp_path: Path) -> None:
    (tmp_path / "d.jsonl").write_text('{"text": "a"}\n', encoding="utf-8")
    path = tmp_path / "own.yaml"
    text = f"data: {{train: d.jsonl}}\n{TWO}evaluation: {{studies: [leave_one_actor_out, leave_one_target_out]}}\n"
    path.write_text(text, encoding="utf-8")
    assert load_config(path).evaluation.studies == ("leave_one_actor_out", "leave_one_target_out")


def test_a_conditioned_block_and_blocks_of_the_data_can_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "d.jsonl").write_text('{"text": "a"}\n', encoding="utf-8")
    for features in ("{conditioning: token, blocks: [{field: text}]}", "auto"):
        path = tmp_path / "own.yaml"
        text = f"data: {{train: d.jsonl}}\nfeatures: {features}\nevaluation: {{studies: [ablation]}}\n"
        path.write_text(text, encoding="utf-8")
        assert load_config(path).evaluation.studies == ("ablation",)
