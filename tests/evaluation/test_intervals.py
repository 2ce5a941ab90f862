"""Intervals: groups are drawn or left out, repeats are not data, and known answers come out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from stancekit.config.schema import Intervals
from stancekit.evaluation.intervals import (
    DRAWS_AT_ONCE,
    MOST_BLOCKS,
    Sample,
    average,
    leave_out,
    percentile_interval,
    resample,
    standard_error,
)
from stancekit.models.summands import summands
from stancekit.models.tallies import METRICS, Tally, exact_share, f1, macro_f1, tally_by_group


def one_hot(labels, n_labels=2):
    return np.asarray(labels)[:, None] == np.arange(n_labels)


def right_or_wrong(right, groups=None):
    """Return the tallies of examples of one label that are right or wrong, each a group if no groups are given."""
    groups = np.arange(len(right)) if groups is None else groups
    return tally_by_group(one_hot(np.zeros(len(right))), one_hot(~np.asarray(right)), groups, int(groups.max()) + 1)


def random_tally(random, size=60, n_groups=12, n_labels=3):
    gold, predicted = (one_hot(random.integers(0, n_labels, size), n_labels) for _ in range(2))
    groups = np.r_[np.arange(n_groups), random.integers(0, n_groups, size - n_groups)]
    return tally_by_group(gold, predicted, groups, n_groups)


def interval(repeats, metric=exact_share, resamples=500, level=0.95, seed=0):
    return percentile_interval(metric, resample(repeats, resamples, seed), level)


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS.keys())
def test_groups_that_are_all_alike_leave_no_doubt(metric):
    gold, predicted = one_hot([0, 1, 1] * 10), one_hot([0, 0, 1] * 10)
    added = summands(list(METRICS), gold, predicted, np.where(predicted, 0.75, 0.25))
    tally = tally_by_group(gold, predicted, np.repeat(np.arange(10), 3), 10, predicted.astype(float), added=added)
    low, high = interval([tally], metric)
    assert low == pytest.approx(high, rel=1e-12)
    assert low == pytest.approx(metric(tally.summed()), rel=1e-12)


@pytest.mark.parametrize(("share", "level"), [(0.5, 0.95), (0.8, 0.95), (0.7, 0.8)])
def test_the_interval_of_a_share_is_that_of_the_normal_approximation(share, level):
    n, resamples = 400, 4000
    z = {0.95: 1.959964, 0.8: 1.281552}[level]
    low, high = interval([right_or_wrong(np.arange(n) < share * n)], resamples=resamples, level=level)
    deviation = np.sqrt(share * (1 - share) / n)
    # A quantile q of B draws is off by sqrt(q (1 - q) / B) / density: at most 0.042 deviations here. Five of those,
    # and half an example of rounding.
    tolerance = 5 * 0.042 * deviation + 0.5 / n
    assert low == pytest.approx(share - z * deviation, abs=tolerance)
    assert high == pytest.approx(share + z * deviation, abs=tolerance)


def test_copies_inside_a_group_are_no_new_data():
    right = np.random.default_rng(0).random(30) < 0.6
    once = interval([right_or_wrong(right)])
    copied = interval([right_or_wrong(np.repeat(right, 7), np.repeat(np.arange(30), 7))])
    assert copied == pytest.approx(once, rel=1e-12)
    taken_for_data = interval([right_or_wrong(np.repeat(right, 7))])
    assert taken_for_data[1] - taken_for_data[0] < 0.6 * (once[1] - once[0])


@pytest.mark.parametrize("metric", [exact_share, macro_f1, f1])
@pytest.mark.parametrize("copies", [2, 3, 10])
def test_repeats_that_agree_do_not_narrow_the_interval(metric, copies):
    tally = random_tally(np.random.default_rng(1))
    once, many = interval([tally], metric), interval([tally] * copies, metric)
    # A mean of equal numbers may be off in its last bit, unless they are two.
    np.testing.assert_allclose(many, once, rtol=0 if copies == 2 else 1e-14)


def test_repeats_that_differ_are_averaged_inside_each_draw():
    # What one repeat gets right the other gets wrong: their mean is a half in every resample.
    right = np.random.default_rng(2).random(40) < 0.5
    low, high = interval([right_or_wrong(right), right_or_wrong(~right)])
    assert low == pytest.approx(0.5, abs=1e-15)
    assert high == pytest.approx(0.5, abs=1e-15)


@pytest.mark.parametrize("n_groups", [0, 1])
def test_fewer_than_two_groups_leave_nothing_to_resample(n_groups):
    tally = tally_by_group(
        one_hot([0, 1][:n_groups]), one_hot([0, 1][:n_groups]), np.zeros(n_groups, dtype=int), n_groups
    )
    assert resample([tally, tally], 100, 0) == []


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(2, 15), st.integers(1, 3))
def test_every_resample_draws_as_many_groups_as_there_are(seed, n_groups, n_repeats):
    random = np.random.default_rng(seed)
    # Group i holds 20**i examples, so that a total tells how often each group was drawn.
    n_groups = min(n_groups, 9)
    total = 20.0 ** np.arange(n_groups)
    label = random.random((n_groups, 2)).round(3)
    tally = Tally(label, label, label, total, total)
    resampled = resample([tally] * n_repeats, 100, seed)
    assert len(resampled) == n_repeats
    drawn = resampled[0].total[:, None] // total % 20
    assert (drawn.sum(axis=1) == n_groups).all()
    np.testing.assert_allclose(resampled[0].gold, drawn @ label)
    for other in resampled[1:]:
        np.testing.assert_array_equal(other.total, resampled[0].total)


def test_every_group_is_as_likely_to_be_drawn():
    total = 100.0 ** np.arange(4)
    label = np.ones((4, 1))
    (resampled,) = resample([Tally(label, label, label, total, total)], 10_000, 0)
    drawn = resampled.total[:, None] // total % 100
    # The number of times a group is drawn has variance 3/4; its mean over 10,000 draws deviates by 0.0087.
    np.testing.assert_allclose(drawn.mean(axis=0), 1.0, atol=5 * 0.0087)
    np.testing.assert_allclose(drawn.var(axis=0), 0.75, atol=0.06)


def test_large_samples_are_drawn_in_parts_that_add_up():
    n_groups = 2500
    resamples = DRAWS_AT_ONCE // n_groups + 7
    (resampled,) = resample([right_or_wrong(np.arange(n_groups) % 2 == 0)], resamples, 0)
    assert resampled.total.tolist() == [float(n_groups)] * resamples
    assert len(set(resampled.exact[-50:])) > 10


def test_the_same_seed_gives_the_same_interval_and_another_another():
    tally = random_tally(np.random.default_rng(3))
    assert interval([tally], macro_f1, seed=5) == interval([tally], macro_f1, seed=5)
    assert interval([tally], macro_f1, seed=5) != interval([tally], macro_f1, seed=6)


def test_a_higher_level_is_a_wider_interval():
    tally = random_tally(np.random.default_rng(4))
    narrow, wide = interval([tally], level=0.8), interval([tally], level=0.99)
    assert wide[0] <= narrow[0] <= exact_share(tally.summed()) <= narrow[1] <= wide[1]
    assert wide[1] - wide[0] > narrow[1] - narrow[0]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.sampled_from([0.8, 0.95]))
def test_the_ends_are_quantiles_of_the_defined_scores_of_each_label(seed, level):
    # A label of few groups is in no resample now and then; there it has no F1.
    random = np.random.default_rng(seed)
    gold, predicted = (one_hot(random.choice(3, 12, p=[0.6, 0.3, 0.1]), 4) for _ in range(2))
    resampled = resample([tally_by_group(gold, predicted, np.arange(12), 12)], 200, seed)
    low, high = percentile_interval(f1, resampled, level)
    scores = f1(resampled[0])
    assert low.shape == high.shape == (4,)
    for label in range(4):
        own = scores[:, label][~np.isnan(scores[:, label])]
        expected = np.quantile(own, [(1 - level) / 2, (1 + level) / 2]) if len(own) else [np.nan, np.nan]
        np.testing.assert_allclose([low[label], high[label]], expected, rtol=1e-12)
    assert np.isnan(low[3])
    assert np.isnan(high[3])


def test_the_average_leaves_out_what_is_undefined():
    nan = np.nan
    found = average([np.array([1.0, nan, nan, 0.0]), np.array([2.0, 4.0, nan, nan])])
    np.testing.assert_array_equal(found, [1.5, 4.0, nan, 0.0])
    assert average([np.float64(0.25), np.float64(0.75)]) == 0.5


def t_interval(shares, level=0.95):
    """Return the textbook interval of a mean of independent values."""
    n = len(shares)
    reach = stats.t.ppf((1 + level) / 2, n - 1) * np.std(shares, ddof=1) / np.sqrt(n)
    return np.mean(shares) - reach, np.mean(shares) + reach


def of_equal_groups(random, n_groups=9, size=8):
    right = random.random((n_groups, size)) < random.random((n_groups, 1))
    return right.mean(axis=1), right_or_wrong(right.ravel(), np.repeat(np.arange(n_groups), size))


def jackknife(repeats, metric=exact_share, bounds=(0.0, 1.0), **plan):
    return Sample(repeats, Intervals(method="jackknife", **plan), 0).interval(metric, bounds)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_without_bounds_the_jackknife_of_equal_groups_is_the_t_interval_of_their_shares(level):
    shares, tally = of_equal_groups(np.random.default_rng(0))
    assert jackknife([tally], bounds=None, level=level) == pytest.approx(t_interval(shares, level), rel=1e-12)


def test_inside_bounds_it_is_symmetric_on_the_logit_scale_and_as_steep_there():
    shares, tally = of_equal_groups(np.random.default_rng(1))
    mean, (flat_low, flat_high) = shares.mean(), t_interval(shares)
    low, high = special.logit(jackknife([tally]))
    assert (low + high) / 2 == pytest.approx(special.logit(mean))
    assert high - low == pytest.approx((flat_high - flat_low) / (mean * (1 - mean)))


@pytest.mark.parametrize(("least", "greatest"), [(-1.0, 1.0), (0.0, 4.0)])
def test_other_bounds_stretch_the_scale(least, greatest):
    _, tally = of_equal_groups(np.random.default_rng(2))

    def stretched(own):
        return least + (greatest - least) * exact_share(own)

    expected = least + (greatest - least) * np.array(jackknife([tally]))
    np.testing.assert_allclose(jackknife([tally], stretched, (least, greatest)), expected, rtol=1e-12)


def test_what_has_no_upper_bound_is_symmetric_on_the_log_scale():
    shares, tally = of_equal_groups(np.random.default_rng(3))
    low, high = np.log(jackknife([tally], bounds=(0.0, np.inf)))
    assert (low + high) / 2 == pytest.approx(np.log(shares.mean()))
    flat_low, flat_high = t_interval(shares)
    assert high - low == pytest.approx((flat_high - flat_low) / shares.mean())


def test_a_score_on_its_bound_has_an_interval_that_does_not_leave_it():
    right = np.ones(40, dtype=bool)
    assert jackknife([right_or_wrong(right, np.arange(40) // 4)]) == (1.0, 1.0)
    # One repeat is all right, the other all wrong for one group: the mean stays inside.
    low, high = jackknife([right_or_wrong(right), right_or_wrong(np.arange(40) > 0)])
    assert 0.9 < low < high < 1.0


@pytest.mark.parametrize("method", ["jackknife", "bca", "percentile"])
def test_one_group_has_no_interval(method):
    tally = right_or_wrong(np.array([True, False]), np.zeros(2, dtype=int))
    found = Sample([tally], Intervals(method=method, resamples=100), 0).interval(f1)
    np.testing.assert_array_equal(found, np.full((2, 2), np.nan))


def test_a_label_that_one_group_alone_has_gets_no_interval():
    # What F1 it had among other groups can't be known.
    gold, predicted = one_hot([0, 0, 0, 1]), one_hot([0, 0, 1, 1])
    low, high = jackknife([tally_by_group(gold, predicted, np.array([0, 1, 2, 2]), 3)], f1)
    assert np.isnan([low[1], high[1]]).all()
    assert low[0] < 0.8 < high[0]


def test_repeats_are_averaged_inside_the_jackknife():
    right = np.random.default_rng(4).random(40) < 0.5
    assert jackknife([right_or_wrong(right), right_or_wrong(~right)]) == pytest.approx((0.5, 0.5), abs=1e-12)


@pytest.mark.parametrize("n_groups", [2, 3, MOST_BLOCKS, MOST_BLOCKS + 1, 5 * MOST_BLOCKS + 3])
def test_every_group_is_left_out_once_in_at_most_so_many_blocks(n_groups):
    weights = leave_out(n_groups)
    assert weights.shape == (min(n_groups, MOST_BLOCKS), n_groups)
    assert ((weights == 0).sum(axis=0) == 1).all()
    assert np.ptp((weights == 0).sum(axis=1)) <= 1


def test_blocks_of_many_groups_say_what_single_groups_would():
    random = np.random.default_rng(5)
    right = random.random(20 * MOST_BLOCKS) < 0.3
    (found,) = (standard_error(Sample([right_or_wrong(right)], Intervals(), 0).left_out(exact_share)),)
    assert found == pytest.approx(np.sqrt(0.3 * 0.7 / len(right)), rel=5 / np.sqrt(2 * MOST_BLOCKS))


@pytest.mark.parametrize("seed", range(3))
def test_bca_is_that_of_scipy(seed):
    shares, tally = of_equal_groups(np.random.default_rng(seed), n_groups=15)
    own = Sample([tally], Intervals(method="bca", resamples=40_000), 0).interval(exact_share)
    reference = stats.bootstrap((shares,), np.mean, n_resamples=40_000, method="BCa", rng=np.random.default_rng(1))
    # Two draws of quantiles far out: each is off by about 0.01 standard errors.
    error = np.std(shares, ddof=1) / np.sqrt(15)
    np.testing.assert_allclose(own, reference.confidence_interval, atol=0.06 * error)


def test_bca_of_several_labels_is_that_of_each():
    tally = random_tally(np.random.default_rng(6))
    plan = Intervals(method="bca", resamples=300)
    low, high = Sample([tally], plan, 0).interval(f1)
    for label in range(3):
        alone = Sample([tally], plan, 0).interval(lambda own, label=label: f1(own)[..., label])
        assert (low[label], high[label]) == alone
