"""Differences between classifiers: paired, by group, with the answers of textbooks where there are some."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import average_precision_score, f1_score

from stancekit.config.schema import Intervals
from stancekit.evaluation.predictions import Predictions
from stancekit.evaluation.significance import holm, mcnemar, paired_difference
from stancekit.models.tallies import exact_share, macro_f1, mean_average_precision

PLAN = Intervals(resamples=2000)


def one_hot(labels, n_labels=3):
    return np.asarray(labels)[..., None] == np.arange(n_labels)


def run_of(gold, predicted, groups, scores=None):
    """Return predictions; `predicted` as codes, of one repeat or several."""
    return Predictions(one_hot(gold), one_hot(np.atleast_2d(predicted)), np.asarray(groups), scores)


def two_runs(seed, n_groups=8, size=5, better=0.15):
    random = np.random.default_rng(seed)
    n = n_groups * size
    gold, groups = random.integers(0, 3, n), np.arange(n) // size
    first, second = (np.where(random.random(n) < 0.5 + add, gold, random.integers(0, 3, n)) for add in (0.0, better))
    return gold, groups, first, second


def test_the_difference_is_that_of_the_scores():
    gold, groups, first, second = two_runs(0)
    found = paired_difference(run_of(gold, first, groups), run_of(gold, second, groups), macro_f1, PLAN, 0)
    expected = f1_score(gold, second, average="macro") - f1_score(gold, first, average="macro")
    assert found.value == pytest.approx(expected)
    assert found.n_groups == 8


def test_for_groups_of_one_size_the_interval_is_that_of_the_paired_t_test():
    gold, groups, first, second = two_runs(1)
    found = paired_difference(run_of(gold, first, groups), run_of(gold, second, groups), exact_share, PLAN, 0)
    apart = ((second == gold).astype(float) - (first == gold)).reshape(8, 5).mean(axis=1)
    expected = stats.ttest_1samp(apart, 0.0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    error = apart.std(ddof=1) / np.sqrt(8)
    assert found.detectable == pytest.approx((stats.t.ppf(0.975, 7) + stats.t.ppf(0.8, 7)) * error)


def test_a_permutation_test_of_few_groups_tries_every_swap():
    gold, groups, first, second = two_runs(2, n_groups=7)
    found = paired_difference(run_of(gold, first, groups), run_of(gold, second, groups), macro_f1, PLAN, 0)
    observed = f1_score(gold, second, average="macro") - f1_score(gold, first, average="macro")
    as_far = []
    for swaps in product([False, True], repeat=7):
        swapped = np.array(swaps)[groups]
        a, b = np.where(swapped, second, first), np.where(swapped, first, second)
        apart = f1_score(gold, b, average="macro") - f1_score(gold, a, average="macro")
        as_far.append(abs(apart) >= abs(observed) - 1e-12)
    assert found.p_value == pytest.approx(np.mean(as_far))


def test_with_many_groups_swaps_are_drawn_and_come_close_to_all():
    gold, groups, first, second = two_runs(3, n_groups=12, better=0.05)
    runs = run_of(gold, first, groups), run_of(gold, second, groups)
    exact = paired_difference(*runs, macro_f1, Intervals(resamples=4096), 0).p_value
    drawn = [paired_difference(*runs, macro_f1, Intervals(resamples=2000), seed).p_value for seed in range(3)]
    np.testing.assert_allclose(drawn, exact, atol=5 * np.sqrt(exact * (1 - exact) / 2000))
    assert len(set(drawn)) > 1
    assert drawn[0] == paired_difference(*runs, macro_f1, Intervals(resamples=2000), 0).p_value


def test_a_p_value_is_never_zero():
    gold, groups = np.tile([0, 1, 2], 40), np.arange(120) // 3
    found = paired_difference(
        run_of(gold, (gold + 1) % 3, groups), run_of(gold, gold, groups), exact_share, Intervals(resamples=100), 0
    )
    assert found.p_value == 1 / 101


def test_changing_places_turns_the_difference_round():
    gold, groups, first, second = two_runs(4)
    a, b = run_of(gold, first, groups), run_of(gold, second, groups)
    there, back = paired_difference(a, b, macro_f1, PLAN, 0), paired_difference(b, a, macro_f1, PLAN, 0)
    assert (back.value, back.low, back.high) == pytest.approx((-there.value, -there.high, -there.low))
    assert (back.p_value, back.detectable) == pytest.approx((there.p_value, there.detectable))


def test_a_run_beside_itself_differs_in_nothing():
    gold, groups, first, _ = two_runs(5)
    found = paired_difference(run_of(gold, first, groups), run_of(gold, first, groups), macro_f1, PLAN, 0)
    assert (found.value, found.low, found.high, found.p_value, found.detectable) == (0.0, 0.0, 0.0, 1.0, 0.0)


def test_copies_inside_groups_find_nothing_new():
    gold, groups, first, second = two_runs(6)
    once = paired_difference(run_of(gold, first, groups), run_of(gold, second, groups), macro_f1, PLAN, 0)
    again = [np.repeat(own, 9) for own in (gold, groups, first, second)]
    copied = paired_difference(
        run_of(again[0], again[2], again[1]), run_of(again[0], again[3], again[1]), macro_f1, PLAN, 0
    )
    assert (copied.low, copied.high, copied.p_value) == pytest.approx((once.low, once.high, once.p_value))


def test_repeats_are_averaged_and_no_new_data():
    gold, groups, first, second = two_runs(7)
    once = paired_difference(run_of(gold, first, groups), run_of(gold, second, groups), macro_f1, PLAN, 0)
    same = paired_difference(run_of(gold, [first] * 4, groups), run_of(gold, [second] * 4, groups), macro_f1, PLAN, 0)
    assert (same.value, same.low, same.high, same.p_value) == pytest.approx(
        (once.value, once.low, once.high, once.p_value)
    )
    other = two_runs(8)[2]
    mixed = paired_difference(run_of(gold, [first, other], groups), run_of(gold, second, groups), exact_share, PLAN, 0)
    expected = np.mean(second == gold) - (np.mean(first == gold) + np.mean(other == gold)) / 2
    assert mixed.value == pytest.approx(expected)


def test_a_metric_of_ranking_is_compared_by_its_scores():
    random = np.random.default_rng(9)
    gold, groups = random.integers(0, 3, 40), np.arange(40) // 5
    scores = [random.normal(size=(40, 3)) + weight * one_hot(gold) for weight in (0.5, 1.5)]
    first, second = (run_of(gold, own.argmax(axis=1), groups, own[None]) for own in scores)
    found = paired_difference(first, second, mean_average_precision, PLAN, 0)
    expected = [np.mean([average_precision_score(gold == k, own[:, k]) for k in range(3)]) for own in scores]
    assert found.value == pytest.approx(expected[1] - expected[0])
    assert found.low < found.value < found.high


def test_one_group_allows_no_test():
    gold = np.array([0, 1, 2, 0])
    found = paired_difference(
        run_of(gold, gold, np.zeros(4, dtype=int)), run_of(gold, gold[::-1], np.zeros(4, dtype=int)), macro_f1, PLAN, 0
    )
    assert found.value < 0
    assert (found.low, found.high, found.p_value, found.detectable) == (None, None, None, None)


def test_a_metric_that_is_not_defined_has_no_difference():
    gold, groups, first, second = two_runs(10)
    runs = run_of(gold, first, groups), run_of(gold, second, groups)
    found = paired_difference(*runs, mean_average_precision, PLAN, 0)
    assert (found.value, found.p_value) == (None, None)


def test_other_examples_are_refused():
    gold, groups, first, second = two_runs(11)
    with pytest.raises(ValueError, match="not scored on the same examples"):
        paired_difference(run_of(gold, first, groups), run_of((gold + 1) % 3, second, groups), macro_f1, PLAN, 0)
    with pytest.raises(ValueError, match="not scored on the same examples"):
        paired_difference(run_of(gold, first, groups), run_of(gold, second, groups[::-1]), macro_f1, PLAN, 0)


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60))
def test_mcnemars_test_is_a_binomial_one_of_those_that_one_alone_has_right(pairs):
    first, second = np.array(pairs, dtype=bool).reshape(-1, 2).T
    found = mcnemar(first, second)
    b, c = sum(a and not b for a, b in pairs), sum(b and not a for a, b in pairs)
    assert (found.first_only, found.second_only) == (b, c)
    # Twice the smaller tail of a fair coin, at most 1.
    expected = min(1.0, 2 * stats.binom.cdf(min(b, c), b + c, 0.5)) if b + c else 1.0
    assert found.p_value == pytest.approx(expected)


def test_holms_adjustment_is_the_published_example():
    # Holm's procedure on four hypotheses, worked out by hand: 4·0.005, 3·0.01, 2·0.03, 1·0.04 made monotone.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([None, 0.2]) == [None, 0.2]
    assert holm([]) == []
