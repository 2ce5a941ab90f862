"""An ablation, beside runs of configs that have less."""

from __future__ import annotations

from typing import Any

import pytest

from stancekit.config.features import Block
from stancekit.evaluation.ablation import block_names
from stancekit.experiment.studies.ablation import _says

BOTH = (
    "features.blocks=[{field: text, tokens: sklearn}, {field: text, analyzer: char, ngrams: [2, 2]}, {field: target}]"
)
WITHOUT_CHAR = "features.blocks=[{field: text, tokens: sklearn}, {field: target}]"
CHAR = "features.blocks=[{field: text, analyzer: char, ngrams: [2, 2]}]"
ABLATION = "evaluation.studies=[ablation]"
SHARED, PLAIN = "features.conditioning=shared_per_target", "features.conditioning=none"


def test_every_part_scores_as_a_run_without_it_and_a_run_of_it_alone(hard_rows, train) -> None:
    whole = train(hard_rows, BOTH, SHARED, ABLATION, "evaluation.folds.repeats=2")
    study = whole.metrics["studies"]["ablation"]
    rows = {row["name"]: row for row in study["rows"]}
    assert list(rows) == ["text word 1", "text char 2", "target word 1", "conditioning on the target"]
    for changes, cell in [
        ((WITHOUT_CHAR, SHARED), rows["text char 2"]["without"]),
        ((CHAR, SHARED), rows["text char 2"]["alone"]),
        ((BOTH, PLAIN), rows["conditioning on the target"]["without"]),
    ]:
        less = train(hard_rows, *changes, "evaluation.folds.repeats=2")
        own = less.metrics["cv"]["metrics"]["macro_f1"]
        assert cell["score"] == own
        assert own["value"] != study["whole"]["value"]
        assert cell["difference"]["value"] == pytest.approx(own["value"] - study["whole"]["value"])
        assert cell["difference"]["low"] <= cell["difference"]["value"] <= cell["difference"]["high"]
    assert study["whole"] == whole.metrics["cv"]["metrics"]["macro_f1"]
    assert rows["conditioning on the target"]["alone"] is None


def test_a_part_that_finds_nothing_is_told_and_the_others_are_scored(hard_rows, train) -> None:
    blocks = "features.blocks=[{field: text}, {field: text, analyzer: char, ngrams: [9, 9], min_df: 100}]"
    study = train(hard_rows, blocks, ABLATION).metrics["studies"]["ablation"]
    empty = study["rows"][1]
    assert "no feature is left" in empty["alone"]["refused"]
    assert empty["alone"]["score"] is None
    assert empty["without"]["difference"] == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_one_block_that_is_conditioned_is_studied_without_conditioning(hard_rows, train) -> None:
    rows = train(hard_rows, CHAR, SHARED, ABLATION).metrics["studies"]["ablation"]["rows"]
    assert [row["name"] for row in rows] == ["conditioning on the target"]


def test_no_two_blocks_have_the_same_name() -> None:
    word = Block(field="masked", ngrams=(1, 2))
    names = block_names([word, word, word.model_copy(update={"weight": 0.5}), Block(field="masked", analyzer="char")])
    assert names == [
        "masked word 1-2 (weight 1.0) #1",
        "masked word 1-2 (weight 1.0) #2",
        "masked word 1-2 (weight 0.5)",
        "masked char 1",
    ]


def cell(low: float, high: float) -> dict[str, Any]:
    return {"without": {"difference": {"value": (low + high) / 2.0, "low": low, "high": high}}}


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ("macro_f1", "Without 1 of 3 parts the score falls, the whole interval with it; most without down: -0.020"),
        (
            "brier",
            "Without 1 of 3 parts the score rises, the whole interval with it (lower is better); most without up: +",
        ),
    ],
)
def test_a_loss_is_what_makes_the_metric_worse(metric: str, said: str) -> None:
    rows = [
        {"name": "up", **cell(0.01, 0.05)},
        {"name": "down", **cell(-0.03, -0.01)},
        {"name": "no", **cell(-0.1, 0.1)},
    ]
    found = _says(rows, metric)
    assert found["says"].startswith(said)
    most = "down" if metric == "macro_f1" else "up"
    assert found["found"] == {"code": "some", "parts": 3, "told": 1, "most": most}


def test_parts_that_only_help_by_being_left_out_are_no_loss() -> None:
    said = "Without any one of 1 part the score doesn't {} beyond its interval"
    lower = _says([{"name": "down", **cell(-0.03, -0.01)}], "log_loss")["says"]
    assert lower == f"{said.format('rise')} (lower is better)."
    found = _says([{"name": "up", **cell(0.01, 0.03)}], "accuracy")
    assert found == {"says": f"{said.format('fall')}.", "found": {"code": "none", "parts": 1}}


def test_a_run_judged_by_its_log_loss_is_told_what_makes_it_higher(hard_rows, train) -> None:
    study = train(hard_rows, "evaluation.metrics=[log_loss]", ABLATION).metrics["studies"]["ablation"]
    assert "(lower is better)" in study["says"]
