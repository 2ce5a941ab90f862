from __future__ import annotations

from dataclasses import replace

import pytest

from stancekit.evaluation.pair_verdict import Setting, pair_verdict
from stancekit.evaluation.significance import Difference

SETTING = Setting("macro_f1", "a", "b", 212, "article")
CLOSE = Difference(0.012, -0.021, 0.045, 0.47, 0.06, 24)
FAR = Difference(0.085, 0.02, 0.15, 0.012, 0.09, 24)


def test_without_evidence_it_says_so_and_what_would_go_unseen():
    assert pair_verdict(SETTING, CLOSE, 0.47) == (
        "No evidence that a and b differ in macro_f1: +0.012 for b (95 % interval −0.021 to +0.045), p = 0.470,"
        " n = 212 in 24 articles; a true difference smaller than about 0.060 would often go unseen."
    )


def test_with_evidence_it_says_which_scores_higher():
    assert pair_verdict(SETTING, FAR, 0.012) == (
        "b scores higher than a in macro_f1: +0.085 (95 % interval +0.020 to +0.150), p = 0.012,"
        " n = 212 in 24 articles."
    )


def test_a_difference_the_other_way_is_lower():
    below = replace(FAR, value=-0.085, low=-0.15, high=-0.02)
    said = pair_verdict(SETTING, below, 0.012)
    assert said.startswith("b scores lower than a in macro_f1: −0.085 (95 % interval −0.150 to −0.020)")


@pytest.mark.parametrize(
    ("value", "said"), [(0.1, "b scores higher, which is worse, than a"), (-0.1, "b scores lower, which is better, ")]
)
def test_where_lower_is_better_it_says_what_that_means(value, said):
    setting = replace(SETTING, lower_is_better=True)
    assert pair_verdict(setting, replace(FAR, value=value), 0.01).startswith(said)


def test_the_adjusted_p_value_decides_and_names_its_method():
    said = pair_verdict(replace(SETTING, n_tests=3), FAR, 0.06)
    assert said.startswith("No evidence")
    assert "p = 0.060 (Holm, 3 pairs)" in said


def test_the_level_decides_what_counts_as_evidence():
    setting = replace(SETTING, level=0.99)
    assert pair_verdict(setting, FAR, 0.012).startswith("No evidence")
    assert "99 % interval" in pair_verdict(setting, FAR, 0.009)
    assert pair_verdict(setting, FAR, 0.009).startswith("b scores higher")


def test_a_tiny_p_value_is_not_shown_as_zero():
    assert "p < 0.001," in pair_verdict(SETTING, FAR, 0.0002)


def test_one_group_allows_no_interval_and_no_test():
    one = Difference(0.1, None, None, None, None, 1)
    assert pair_verdict(SETTING, one, None) == (
        "b minus a is +0.100 in macro_f1, n = 212 in 1 article: one group leaves nothing to resample,"
        " so there is neither an interval nor a test."
    )


def test_an_interval_that_is_undefined_is_said_to_be_missing():
    said = pair_verdict(SETTING, Difference(0.1, None, None, 0.3, None, 5), 0.3)
    assert (
        said
        == "No evidence that a and b differ in macro_f1: +0.100 for b (no interval), p = 0.300, n = 212 in 5 articles."
    )


def test_without_a_test_nothing_is_claimed():
    said = pair_verdict(SETTING, replace(FAR, p_value=None), None)
    assert said.endswith(" in macro_f1, n = 212 in 24 articles: no test can be had.")


def test_an_undefined_score_is_compared_with_nothing():
    nothing = Difference(None, None, None, None, None, 24)
    assert pair_verdict(SETTING, nothing, None) == (
        "macro_f1 is not defined for both a and b: there is nothing to compare, n = 212 in 24 articles."
    )


def test_equal_predictions_are_called_so():
    same = Difference(0.0, 0.0, 0.0, 1.0, 0.0, 24)
    said = pair_verdict(SETTING, same, 1.0, same=True)
    assert said == "a and b predict the same for every example, n = 212 in 24 articles."
