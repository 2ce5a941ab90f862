"""Metrics of plug-ins: in reports, with intervals, and to search by."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import stancekit
from stancekit.config import load_config
from stancekit.errors import ConfigError, PluginError
from stancekit.experiment.store import run_id
from stancekit.models.decided import Decided
from stancekit.plugins import load_code, metric

CODE = """\
from stancekit.plugins import metric

@metric("share_right")
def share_right(gold, predicted):
    return (gold == predicted).all(axis=1).mean()

@metric("share_wrong")
def share_wrong(gold, predicted):
    return 1 - share_right(gold, predicted)
"""


SHORT = """
from stancekit.plugins import field

@field("sometimes")
def sometimes(columns):
    return [text if article < "a04" else article for article, text in zip(columns["article"], columns["text"])]
"""
"""A view that tells the label in some articles only, so that scores are somewhere in the middle."""


def test_it_has_the_scores_and_intervals_that_the_same_metric_of_ours_has(
    config_file: Path, write_code, tmp_path: Path
) -> None:
    # What a plug-in's metric lies between isn't known, so that its jackknife has no logit scale; bootstraps need none.
    method = "evaluation.intervals.method=percentile"
    changes = ["evaluation.metrics=[accuracy, share_right]", "features.blocks.0.field=sometimes", method]
    run = stancekit.train(config_file, changes, output=tmp_path / "out", code=[write_code(CODE + SHORT)])
    scores = run.metrics["cv"]
    by_value = [own["metrics"] for part in ("per_actor", "per_target") for own in scores[part].values()]
    assert len(by_value) == 3
    for part in (scores["metrics"], *by_value):
        assert part["share_right"] == pytest.approx(part["accuracy"])
    assert 0 < scores["metrics"]["accuracy"]["low"] < scores["metrics"]["accuracy"]["high"] < 1
    for baseline in filter(None, scores["baselines"].values()):
        assert baseline["share_right"] == pytest.approx(baseline["accuracy"])


def test_it_can_be_primary_and_decide_a_search(config_file: Path, write_code, tmp_path: Path) -> None:
    grid = "grid: {features.blocks.0.field: [masked, actor]}"
    chosen = []
    for name in ("share_right", "share_wrong"):
        changes = [f"evaluation.primary={name}", f"search={{{grid}}}", "evaluation.folds.repeats=1"]
        run = stancekit.train(config_file, changes, output=tmp_path / "out", code=[write_code(CODE)])
        assert run.metrics["primary"] == name
        assert name in (run.path / "report.html").read_text(encoding="utf-8")
        chosen.append(run.metrics["search"]["best"])
    # The verb, which tells the label, is in `masked`; the name of the actor does not tell it.
    assert chosen == [{"features.blocks.0.field": "masked"}, {"features.blocks.0.field": "actor"}]


def test_a_resample_has_each_group_as_often_as_it_was_drawn(write_code) -> None:
    @metric("gold_rows")
    def gold_rows(gold, predicted):
        assert len(gold) == len(predicted)
        return float((gold[:, 0] * 1).sum() + 10 * predicted.sum())

    gold, predicted = np.array([[True], [False], [True]]), np.array([[False], [True], [True]])
    decided = Decided(gold, predicted, np.array([0, 0, 1]), ("gold_rows",))
    # Group 0: one gold, one predicted; group 1: one of each.
    assert decided.scores(np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 3.0]]))["gold_rows"].tolist() == [22.0, 22.0, 33.0]


def test_nan_is_undefined_and_left_out(config_file: Path, tmp_path: Path) -> None:
    @metric("undefined")
    def undefined(gold, predicted):
        return math.nan

    run = stancekit.train(config_file, ["evaluation.metrics=[accuracy, undefined]"], output=tmp_path / "out")
    assert run.metrics["cv"]["metrics"]["undefined"] == {"value": None, "low": None, "high": None}


WRONG = {
    "return None": "returned None (NoneType), not a number",
    "return True": "returned True (bool), not a number",
    "return [1.0]": "returned [1.0] (list), not a number",
    "return float('inf')": "returned inf",
    "return 1 / 0": "failed on 3 examples: ZeroDivisionError: division by zero",
}


@pytest.mark.parametrize("body", WRONG)
def test_what_is_no_score_is_told(write_code, body: str) -> None:
    load_code(
        [write_code(f"from stancekit.plugins import metric\n@metric('own')\ndef own(gold, predicted):\n    {body}\n")]
    )
    decided = Decided(np.ones((3, 1), dtype=bool), np.ones((3, 1), dtype=bool), np.arange(3), ("own",))
    with pytest.raises(PluginError) as caught:
        decided.scores(np.ones((1, 3)))
    assert caught.value.problems[0].message == f"the metric 'own' {WRONG[body]}"
    assert caught.value.problems[0].where.endswith(":4" if "failed" in WRONG[body] else ":2")


def test_it_is_part_of_the_run_id_and_of_messages(config_file: Path, write_code) -> None:
    load_code([write_code(CODE)])
    before = run_id(load_config(config_file, ["evaluation.primary=share_right"]))
    load_code([write_code(CODE.replace("axis=1", "axis=-1"))])
    assert run_id(load_config(config_file, ["evaluation.primary=share_right"])) != before
    for key in ("evaluation.primary=share_rihgt", "search={grid: {model.C: [1]}, metric: share_rihgt}"):
        with pytest.raises(ConfigError, match="did you mean 'share_right'"):
            load_config(config_file, [key])
    with pytest.raises(ConfigError, match="'share_right' is not a value of 'tune'"):
        load_config(config_file, ["decision={tune: share_right}"])
