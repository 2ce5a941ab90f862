"""Several predictions for the same examples, scored with the same groups left out or drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from stancekit.config import load_config
from stancekit.evaluation.predictions import Predictions
from stancekit.evaluation.side_by_side import score_side_by_side

GOLD = np.eye(2, dtype=bool)[np.arange(40) % 2]


def config_of(folder: Path, method: str = "jackknife"):
    (folder / "d.jsonl").write_text('{"text": "a"}\n', encoding="utf-8")
    path = folder / "own.yaml"
    path.write_text(
        "data: {train: d.jsonl}\ntask: {labels: [no, yes]}\nevaluation: {intervals: {method: "
        f"{method}, resamples: 500}}}}\n",
        encoding="utf-8",
    )
    return load_config(path)


def wrong_in(rows: list[int], groups: np.ndarray) -> Predictions:
    predicted = GOLD.copy()
    predicted[rows] = ~predicted[rows]
    return Predictions(GOLD, predicted[None], groups)


def test_a_difference_that_every_group_shares_has_no_width(tmp_path: Path) -> None:
    """Four of ten groups are hard for both; in each group one of four examples more is wrong."""
    groups = np.arange(40) // 4
    hard = [4 * group + i for group in range(4) for i in (0, 1)]
    more = [4 * group + 3 for group in range(10)]
    side = score_side_by_side([wrong_in(hard, groups), wrong_in(hard + more, groups)], "accuracy", config_of(tmp_path))
    assert side.score(0)["value"] == 0.8
    assert side.score(0)["low"] < 0.75
    assert side.difference(1, 0) == pytest.approx({"value": -0.25, "low": -0.25, "high": -0.25})


def test_intervals_are_those_of_numpy_on_the_same_draws(tmp_path: Path) -> None:
    groups = np.arange(40) // 2
    wrong = [wrong_in([0, 1, 2], groups), wrong_in([7, 20, 21, 39], groups)]
    draws = np.random.default_rng([0, 20, 500]).multinomial(20, np.full(20, 1 / 20), size=500)
    right = np.array([[np.all(own.predicted[0][groups == g] == GOLD[groups == g], axis=1).sum() for g in range(20)]
                      for own in wrong])  # fmt: skip
    shares = right @ draws.T / 40
    low, high = np.quantile(shares[1] - shares[0], [0.025, 0.975])
    found = score_side_by_side(wrong, "accuracy", config_of(tmp_path, "percentile")).difference(1, 0)
    assert found == pytest.approx({"value": -1 / 40, "low": low, "high": high})


def test_the_jackknife_of_groups_of_one_size_is_the_paired_t_test(tmp_path: Path) -> None:
    groups = np.arange(40) // 2
    wrong = [wrong_in([0, 1, 2], groups), wrong_in([7, 20, 21, 39], groups)]
    right = [(own.predicted[0] == GOLD).all(axis=1).reshape(20, 2).mean(axis=1) for own in wrong]
    expected = stats.ttest_rel(right[1], right[0]).confidence_interval()
    found = score_side_by_side(wrong, "accuracy", config_of(tmp_path)).difference(1, 0)
    assert found == pytest.approx({"value": -1 / 40, "low": expected.low, "high": expected.high})


def test_bca_of_a_difference_is_scipys(tmp_path: Path) -> None:
    groups = np.arange(40) // 2
    wrong = [wrong_in([0, 1, 2], groups), wrong_in([7, 20, 21, 39], groups)]
    right = [(own.predicted[0] == GOLD).all(axis=1).reshape(20, 2).mean(axis=1) for own in wrong]
    expected = stats.bootstrap((right[1] - right[0],), np.mean, n_resamples=20_000, rng=np.random.default_rng(0))
    config = config_of(tmp_path, "bca")
    found = score_side_by_side(wrong, "accuracy", config).difference(1, 0)
    # Draws are steps of an eightieth here, and 500 of them are few.
    np.testing.assert_allclose([found["low"], found["high"]], expected.confidence_interval, atol=2 / 80 + 1e-12)


def test_one_group_has_no_interval(tmp_path: Path) -> None:
    groups = np.zeros(40, dtype=int)
    side = score_side_by_side([wrong_in([0], groups), wrong_in([], groups)], "accuracy", config_of(tmp_path))
    assert side.difference(1, 0) == {"value": pytest.approx(1 / 40), "low": None, "high": None}


def test_repeats_are_averaged_inside_each_draw(tmp_path: Path) -> None:
    groups = np.arange(40) // 4
    both = [wrong_in([0, 1], groups).predicted[0], wrong_in([], groups).predicted[0]]
    repeated = Predictions(GOLD, np.stack(both), groups)
    plain = Predictions(GOLD, both[1][None], groups)
    side = score_side_by_side([repeated, plain], "accuracy", config_of(tmp_path))
    assert side.score(0)["value"] == pytest.approx(0.975)
    assert side.difference(0, 1)["value"] == pytest.approx(-0.025)
