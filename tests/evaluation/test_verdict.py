"""Warnings and the verdict: what scores allow one to say, no more."""

from __future__ import annotations

import pytest

from stancekit.config.schema import Config
from stancekit.evaluation.verdict import verdict, warn, weakest


def config(by="article", level=0.95, primary="macro_f1"):
    return Config.model_validate(
        {
            "data": {"train": [{"path": "a.jsonl"}]},
            "evaluation": {"primary": primary, "intervals": {"by": by, "level": level}},
        }
    )


def scores(value=0.5, low=0.4, high=0.6, groups=100, **baselines):
    return {
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
    ("rival", "code"),
    [
        (0.51, "baseline_not_beaten"),
        (0.5, "baseline_not_beaten"),
        (0.499, "baseline_in_interval"),
        (0.4, "baseline_in_interval"),
        (0.399, None),
        (None, None),
    ],
)
def test_a_baseline_is_compared_in_the_primary_metric(rival, code):
    found = warn(scores(names_only=rival), config(), 40, 0, 10)
    assert codes(found) == ([code] if code else [])
    if code:
        assert "names_only" in found[0]["message"]
        assert "macro_f1" in found[0]["message"]


def test_without_an_interval_a_baseline_is_still_compared():
    assert codes(warn(scores(low=None, high=None, majority=0.6), config(), 40, 0, 10)) == ["baseline_not_beaten"]
    assert warn(scores(low=None, high=None, majority=0.45), config(), 40, 0, 10) == []


def test_every_baseline_that_is_not_beaten_is_named():
    found = warn(scores(majority=0.7, names_only=0.45, target_only=0.1, text_only=0.9), config(), 40, 0, 10)
    assert codes(found) == ["baseline_not_beaten", "baseline_in_interval", "baseline_not_beaten"]


def test_an_undefined_score_is_compared_with_nothing():
    assert warn(scores(value=None, low=None, high=None, majority=0.7), config(), 40, 0, 10) == []


def test_a_baseline_with_an_undefined_score_is_left_out():
    own = scores(value=0.5)
    own["baselines"] = {"majority": {"macro_f1": None, "accuracy": None}}
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


def losses(value=0.5, low=0.4, high=0.6, **baselines):
    return {
        "n": 200,
        "groups": 100,
        "repeats": 1,
        "metrics": {"log_loss": {"value": value, "low": low, "high": high}},
        "baselines": {name: {"log_loss": rival} for name, rival in baselines.items()},
    }


@pytest.mark.parametrize(
    ("rival", "code"),
    [
        (0.49, "baseline_not_beaten"),
        (0.5, "baseline_not_beaten"),
        (0.6, "baseline_in_interval"),
        (0.61, None),
        (0.1, "baseline_not_beaten"),
        (None, None),
    ],
)
def test_of_a_loss_the_lower_is_the_better(rival, code):
    own = config(primary="log_loss")
    assert codes(warn(losses(majority=rival), own, 40, 0, 10)) == ([code] if code else [])
    assert codes(warn(losses(low=None, high=None, majority=0.55), own, 40, 0, 10)) == []


def test_the_best_baseline_of_a_loss_is_the_lowest():
    said = verdict(losses(names_only=0.9, text_only=0.7), config(primary="log_loss"), "the test set")
    assert said.endswith("best baseline: text_only 0.700.")


def test_the_weakest_groups_are_one_sentence():
    worst = [
        {"by": "target", "value": "wagner_deal", "n": 34, "score": 0.4124, "low": 0.3, "high": 0.52},
        {"by": "case", "value": "negated", "n": 61, "score": 0.5, "low": None, "high": None},
    ]
    assert weakest({**scores(), "worst": worst}, config()) == (
        "Weakest in macro_f1, of groups of 10 examples and more: target wagner_deal 0.412 (0.300 to 0.520;"
        " 34 examples), case negated 0.500 (61 examples)."
    )


def test_without_groups_to_choose_from_nothing_is_said_to_be_weak():
    assert weakest({**scores(), "worst": []}, config()) == ""
    assert weakest(scores(), config()) == ""
