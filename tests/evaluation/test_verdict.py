"""Warnings and the verdict: what scores allow one to say, no more."""

from __future__ import annotations

from typing import get_args

import pytest

from stancekit.config.schema import BaselineName, Config
from stancekit.evaluation.verdict import standing, unbeaten, verdict, warn


def config(by="article", level=0.95, primary="macro_f1"):
    return Config.model_validate(
        {
            "data": {"train": [{"path": "a.jsonl"}]},
            "evaluation": {"primary": primary, "intervals": {"by": by, "level": level}},
        }
    )


def beside(value, rival, low, high, metric="macro_f1"):
    """A baseline beside the model: its own score, and their difference with its interval."""
    if rival is None:
        return None
    more = None if value is None else value - rival
    difference = {"value": more, "low": low, "high": high}
    return {metric: {"value": rival, "low": None, "high": None, "difference": difference}}


def scores(value=0.5, low=0.4, high=0.6, groups=100, difference=(0.01, 0.2), **baselines):
    return {
        "beside": {name: beside(value, rival, *difference) for name, rival in baselines.items()},
        "n": 200,
        "groups": groups,
        "repeats": 1,
        "metrics": {
            "macro_f1": {"value": value, "low": low, "high": high},
            "accuracy": {"value": 0.9, "low": 0.8, "high": 1.0},
        },
        "baselines": {name: rival and {"macro_f1": rival, "accuracy": 0.99} for name, rival in baselines.items()},
    }


def codes(found):
    return [warning["code"] for warning in found]


def test_good_scores_on_much_data_need_no_warning():
    assert warn(scores(majority=0.2, names_only=0.399, text_only=None), config(), 40, 0, 10) == []


@pytest.mark.parametrize(("groups", "warned"), [(2, True), (29, True), (30, False)])
def test_few_groups_are_warned_of(groups, warned):
    assert ("few_groups" in codes(warn(scores(groups=groups), config(), 40, 0, 10))) == warned
    found = warn(scores(groups=16), config(by="sentence"), 40, 0, 10)
    assert found[0]["message"].startswith("16 sentences are few")


@pytest.mark.parametrize(("articles", "warned"), [(1, True), (2, False), (None, False)])
def test_a_single_article_is_warned_of(articles, warned):
    found = warn(scores(), config(), articles, 0, 10)
    assert codes(found) == (["one_article"] if warned else [])
    if warned:
        assert "All 200 examples are from one article" in found[0]["message"]


@pytest.mark.parametrize(
    ("rival", "difference", "code"),
    [
        (0.51, (-0.2, 0.2), "baseline_not_beaten"),
        (0.5, (0.0, 0.0), "baseline_not_beaten"),
        (0.499, (-0.001, 0.2), "baseline_in_interval"),
        (0.4, (0.0, 0.2), "baseline_in_interval"),
        (0.499, (0.0005, 0.002), None),
        (None, (None, None), None),
    ],
)
def test_a_model_beats_a_baseline_where_the_interval_of_their_difference_is_above_zero(rival, difference, code):
    found = warn(scores(names_only=rival, difference=difference), config(), 40, 0, 10)
    assert codes(found) == ([code] if code else [])
    if code:
        assert "names_only" in found[0]["message"]
        assert "macro_f1" in found[0]["message"]


def test_overlapping_intervals_are_no_reason_to_warn_if_the_difference_is_sure():
    """The baseline lies inside the model's own interval, 0.4 to 0.6; on the same examples the model is better."""
    assert warn(scores(names_only=0.45, difference=(0.01, 0.09)), config(), 40, 0, 10) == []


def test_the_warning_says_by_how_much_and_what_it_means():
    found = warn(scores(names_only=0.45, difference=(-0.01, 0.11)), config(), 40, 0, 10)
    assert found[0]["message"] == (
        "The model is 0.050 better than the baseline names_only (0.450) in macro_f1, but the 95 % interval of that"
        " difference (-0.010 to 0.110) includes 0. Knowing who is asked about what is enough here: the sentence adds"
        " nothing that could be shown."
    )
    found = warn(scores(duplicate_lookup=0.6, difference=(-0.2, -0.05)), config(), 40, 0, 10)
    assert found[0]["message"].startswith(
        "The baseline duplicate_lookup (0.600) scores no worse than the model in macro_f1."
    )
    assert "leak" in found[0]["message"]


def test_every_built_in_baseline_has_a_meaning_of_its_own():
    names = get_args(BaselineName)
    found = warn(scores(**dict.fromkeys(names, 0.6), difference=(-0.2, -0.05)), config(), 40, 0, 10)
    meanings = [own["message"].split("in macro_f1.")[1] for own in found]
    assert len(set(meanings)) == len(names) == 7
    assert all(meaning.strip() for meaning in meanings)


def test_without_an_interval_a_baseline_is_still_compared():
    alone = {"low": None, "difference": (None, None)}
    assert codes(warn(scores(**alone, majority=0.6), config(), 40, 0, 10)) == ["baseline_not_beaten"]
    assert warn(scores(**alone, majority=0.45), config(), 40, 0, 10) == []


def test_every_baseline_that_is_not_beaten_is_named():
    found = warn(scores(majority=0.7, target_only=0.45, text_only=0.9, difference=(-0.1, 0.1)), config(), 40, 0, 10)
    assert codes(found) == ["baseline_not_beaten", "baseline_in_interval", "baseline_not_beaten"]


def test_an_undefined_score_is_compared_with_nothing():
    assert warn(scores(value=None, low=None, high=None, majority=0.7), config(), 40, 0, 10) == []


def test_a_baseline_with_an_undefined_score_is_left_out():
    own = scores(value=0.5)
    nothing = {"value": None, "low": None, "high": None}
    own["baselines"] = {"majority": {"macro_f1": None, "accuracy": None}}
    own["beside"] = {"majority": {"macro_f1": {**nothing, "difference": nothing}}}
    assert warn(own, config(), 40, 0, 10) == []
    assert "baseline" not in verdict(own, config(), "the test set")


def test_fits_that_did_not_converge_are_counted():
    found = warn(scores(), config(), 40, 3, 10)
    assert codes(found) == ["not_converged"]
    assert found[0]["message"].startswith("In 3 of 10 fits")


def test_the_verdict_names_value_interval_best_baseline_and_data():
    said = verdict(scores(majority=0.2, names_only=0.3125, text_only=None), config(), "cross-validation")
    assert said == (
        "macro_f1 0.500 (95 % interval 0.400 to 0.600) in cross-validation of 200 examples in 100 articles;"
        " best baseline: names_only 0.312."
    )


def test_the_verdict_is_on_the_primary_metric_and_level():
    said = verdict(scores(), config(primary="accuracy", level=0.9, by="sentence"), "the test set")
    assert said == "accuracy 0.900 (90 % interval 0.800 to 1.000) in the test set of 200 examples in 100 sentences."


def test_a_verdict_without_interval_or_score_says_why():
    assert "(no interval: one group)" in verdict(scores(low=None, high=None, groups=1), config(), "the test set")
    assert verdict(scores(value=None), config(), "the test set") == "macro_f1 is not defined on these 200 examples."


def test_one_group_is_said_to_give_no_interval():
    found = warn(scores(groups=1), config(), 1, 0, 10)
    assert {"one_article", "one_group"} <= set(codes(found))
    assert "few_groups" not in codes(found)


def losses(value=0.5, low=0.4, high=0.6, difference=(-0.2, -0.1), **baselines):
    return {
        "beside": {name: beside(value, rival, *difference, "log_loss") for name, rival in baselines.items()},
        "n": 200,
        "groups": 100,
        "repeats": 1,
        "metrics": {"log_loss": {"value": value, "low": low, "high": high}},
        "baselines": {name: {"log_loss": rival} for name, rival in baselines.items()},
    }


@pytest.mark.parametrize(
    ("rival", "difference", "code"),
    [
        (0.49, (-0.1, 0.2), "baseline_not_beaten"),
        (0.5, (-0.1, 0.1), "baseline_not_beaten"),
        (0.6, (-0.21, 0.01), "baseline_in_interval"),
        (0.6, (-0.2, 0.0), "baseline_in_interval"),
        (0.6, (-0.19, -0.01), None),
        (0.1, (0.3, 0.5), "baseline_not_beaten"),
        (None, (None, None), None),
    ],
)
def test_of_a_loss_the_lower_is_the_better(rival, difference, code):
    own = config(primary="log_loss")
    found = warn(losses(majority=rival, difference=difference), own, 40, 0, 10)
    assert codes(found) == ([code] if code else [])
    alone = losses(low=None, high=None, majority=0.55, difference=(None, None))
    assert codes(warn(alone, own, 40, 0, 10)) == []


def test_how_much_better_a_loss_is_stands_as_a_positive_number():
    found = warn(losses(majority=0.6, difference=(-0.21, 0.01)), config(primary="log_loss"), 40, 0, 10)
    assert "0.100 better" in found[0]["message"]
    assert "(-0.010 to 0.210)" in found[0]["message"]


def test_the_best_baseline_of_a_loss_is_the_lowest():
    said = verdict(losses(names_only=0.9, text_only=0.7), config(primary="log_loss"), "the test set")
    assert said.endswith("best baseline: text_only 0.700.")


def test_the_standing_beside_baselines_says_what_was_shown():
    clear = scores(majority=0.2, names_only=0.3, difference=(0.15, 0.25))
    assert unbeaten(clear, "macro_f1") == []
    assert standing(clear, config(), "cross-validation") == (
        "Cross-validation: better than every baseline, the best by 0.200 (0.150–0.250)."
    )
    reached = scores(majority=0.2, names_only=0.45, difference=(-0.1, 0.25))
    assert standing(reached, config(), "the test set").startswith(
        "The test set: not shown to be better than names_only (0.450), majority (0.200) in macro_f1. Knowing who"
    )
    alone = scores(low=None, high=None, majority=0.2, difference=(None, None))
    assert standing(alone, config(), "the test set") == (
        "The test set: above every baseline, the best by 0.300; how surely is not known."
    )
    assert standing(scores(), config(), "x") == "X: there is no baseline to compare the model with."
    assert standing(scores(value=None), config(), "x") == "X: macro_f1 is not defined on these 200 examples."


def test_of_a_loss_the_baseline_in_reach_is_the_one_that_may_be_lower():
    own = config(primary="log_loss")
    clear = losses(majority=0.9, difference=(-0.5, -0.3))
    assert standing(clear, own, "x") == "X: better than every baseline, the best by 0.400 (0.300–0.500)."
    assert unbeaten(losses(majority=0.6, difference=(-0.2, 0.1)), "log_loss") == ["majority"]
    assert unbeaten(losses(majority=0.4, difference=(0.05, 0.2)), "log_loss") == ["majority"]


def test_a_run_of_an_earlier_version_is_held_against_the_bare_values_of_its_baselines():
    old = {**scores(majority=0.2, names_only=0.6), "beside": None}
    assert unbeaten(old, "macro_f1") == ["names_only"]
    assert standing(old, config(), "x").startswith("X: not shown to be better than names_only (0.600) in macro_f1.")
