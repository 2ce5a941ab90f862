"""Average precision: scikit-learn's numbers, for every resample."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from stancekit.config.features import Block, Features
from stancekit.config.model import Model
from stancekit.config.schema import Config, Intervals
from stancekit.config.settings import Setting
from stancekit.engine.local import run_jobs
from stancekit.evaluation.intervals import Sample
from stancekit.evaluation.predictions import Predictions
from stancekit.evaluation.scores import score_predictions
from stancekit.evaluation.search import Candidates, choose_settings
from stancekit.models import ranking as ranking_module
from stancekit.models.instances import count_instances
from stancekit.models.ranking import Ranking
from stancekit.models.tallies import mean_average_precision, tally_by_group


def sample(random, n=40, n_labels=3, n_groups=9):
    """Return gold labels, scores with ties, and groups."""
    gold = np.eye(n_labels, dtype=bool)[random.integers(0, n_labels, n)]
    scores = (gold + random.normal(size=(n, n_labels))).round(1)
    groups = np.r_[np.arange(n_groups), random.integers(0, n_groups, n - n_groups)]
    return gold, scores, groups


def scikit_learns(gold, scores, weights):
    """Return the mean over labels that have gold examples of positive weight."""
    each = [
        average_precision_score(own, value, sample_weight=weights)
        for own, value in zip(gold.T, scores.T, strict=True)
        if (own * weights).any()
    ]
    return np.mean(each) if each else np.nan


def test_by_hand():
    gold = np.array([[True], [False], [True], [True]])
    scores = np.array([[0.9], [0.8], [0.7], [0.7]])
    # One of one, then three of four at the tie: 1/3 * 1 + 2/3 * 3/4.
    found = Ranking(gold, scores, np.arange(4)).average_precision(np.ones((1, 4)))
    assert found == pytest.approx(np.array([[1 / 3 + 2 / 3 * 3 / 4]]))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000))
def test_every_resample_has_the_value_of_scikit_learn_with_its_weights(seed):
    random = np.random.default_rng(seed)
    gold, scores, groups = sample(random)
    draws = random.integers(0, 3, (6, 9)).astype(float)
    draws[0, :] = 1.0
    tally = tally_by_group(gold, gold, groups, 9, scores)
    found = mean_average_precision(tally.resampled(draws))
    expected = [scikit_learns(gold, scores, draw[groups]) for draw in draws]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    np.testing.assert_allclose(mean_average_precision(tally.summed()), expected[0], rtol=1e-12)


def test_the_result_does_not_depend_on_how_many_weights_are_held_at_once(monkeypatch):
    random = np.random.default_rng(0)
    gold, scores, groups = sample(random)
    draws = random.integers(0, 3, (50, 9)).astype(float)
    at_once = Ranking(gold, scores, groups).average_precision(draws)
    monkeypatch.setattr(ranking_module, "WEIGHTS_AT_ONCE", 130)
    np.testing.assert_array_equal(Ranking(gold, scores, groups).average_precision(draws), at_once)


def test_a_label_without_gold_is_left_out_and_nothing_at_all_is_undefined():
    gold = np.array([[True, False], [True, False]])
    tally = tally_by_group(gold, gold, np.arange(2), 2, np.array([[2.0, 1.0], [1.0, 5.0]]))
    assert mean_average_precision(tally.summed()) == 1.0
    nothing = tally_by_group(~gold[:, :1] & gold[:, 1:], gold[:, :1], np.arange(2), 2, np.ones((2, 1)))
    assert np.isnan(mean_average_precision(nothing.summed()))
    unknown = tally_by_group(gold, gold, np.arange(2), 2)
    assert np.isnan(mean_average_precision(unknown.summed()))
    assert np.isnan(mean_average_precision(unknown.resampled(np.ones((3, 2))))).all()


def config():
    return Config.model_validate(
        {
            "seed": 3,
            "data": {"train": [{"path": "a.jsonl"}]},
            "task": {"labels": ("a", "b", "c")},
            "evaluation": {
                "metrics": ["mean_average_precision", "accuracy"],
                "intervals": {"resamples": 200, "by": "id"},
            },
        }
    )


def test_scores_have_it_with_its_interval_and_beside_that_of_the_baselines():
    gold, scores, groups = sample(np.random.default_rng(1))
    both = np.stack([scores, scores[:, [0, 2, 1]]])
    decided = np.eye(3, dtype=bool)[both.argmax(axis=2)]
    constant = np.broadcast_to(np.eye(3, dtype=bool)[0], decided.shape)
    majority = Predictions(gold, constant, groups, constant.astype(float))
    columns = {"target": ["t" if i % 2 else "u" for i in range(40)]}
    found = score_predictions(Predictions(gold, decided, groups, both), {"majority": majority}, config(), columns)
    own = found["metrics"]["mean_average_precision"]
    once = np.ones(40)
    assert own["value"] == pytest.approx(np.mean([scikit_learns(gold, part, once) for part in both]))
    assert own["low"] < own["value"] < own["high"]
    tallies = [
        tally_by_group(gold, part, groups, 9, part_scores) for part, part_scores in zip(decided, both, strict=True)
    ]
    low, high = Sample(tallies, Intervals(), 3).interval(mean_average_precision)
    assert (own["low"], own["high"]) == (pytest.approx(low), pytest.approx(high))
    # All examples at one score: precision is the label's share.
    assert found["baselines"]["majority"]["mean_average_precision"] == pytest.approx(gold.mean(axis=0).mean())
    odd = np.arange(40) % 2 == 1
    expected = np.mean([scikit_learns(gold[odd], part[odd], once[odd]) for part in both])
    assert found["per_target"]["t"]["metrics"]["mean_average_precision"]["value"] == pytest.approx(expected)


def test_settings_can_be_chosen_by_it():
    random = np.random.default_rng(0)
    codes = random.integers(0, 3, 90)
    texts = [f"{'xyz'[code]} bruit{random.integers(3)}" if random.random() < 0.7 else "bruit" for code in codes]
    blocks = [Block(field="text", ngrams=ngrams) for ngrams in ((1, 1), (2, 2))]
    tried = [Setting({}, Features(blocks=(block,)), Model(), "argmax") for block in blocks]
    gold, candidates = np.eye(3, dtype=bool)[codes], Candidates(np.arange(90), (np.arange(90) % 3).astype(np.int32))
    (chosen,) = choose_settings(count_instances({"text": texts}, blocks), tried, gold, [candidates],
                                "mean_average_precision", "stance", 0, lambda jobs: run_jobs(jobs, 1))  # fmt: skip
    assert 0.0 < chosen.scores[1] < chosen.scores[0] < 1.0
    assert chosen.best == 0
