"""Scores worked out by hand, and thousands of random ones beside scikit-learn's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_recall_fscore_support

from stancekit.config.metrics import METRICS_OF
from stancekit.errors import InputError
from stancekit.evaluation import score
from stancekit.evaluation.scorers.registry import SCORERS

SEEDS = range(400)


def labels_at_random(seed: int, names: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Draw 1 to 25 gold and predicted labels, of some of the names only: labels without gold or predictions occur."""
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 26))
    gold, predicted = (
        random.choice(names[: int(random.integers(1, len(names) + 1))], size=count).tolist() for _ in range(2)
    )
    return gold, predicted


# SemEval-2016


def test_semeval_pools_all_targets():
    gold = ["FAVOR", "FAVOR", "AGAINST", "AGAINST", "NONE", "AGAINST"]
    predicted = ["FAVOR", "AGAINST", "AGAINST", "NONE", "FAVOR", "AGAINST"]
    # FAVOR: 1 right of 2 predicted and 2 gold; AGAINST: 2 right of 3 predicted and 3 gold.
    assert score(gold, predicted, scorer="semeval2016") == {
        "favor": {"precision": 0.5, "recall": 0.5, "f1": 0.5},
        "against": {"precision": 2 / 3, "recall": 2 / 3, "f1": 2 / 3},
        "f_avg": pytest.approx((0.5 + 2 / 3) / 2),
    }


def test_a_mean_over_targets_is_not_the_pooled_score():
    gold = [{"target": target, "label": label} for target, label in [("a", "FAVOR"), ("a", "AGAINST"), ("b", "FAVOR")]]
    predicted = ["FAVOR", "AGAINST", "AGAINST"]
    # Pooled: F(FAVOR) = 2·1/(2+1), F(AGAINST) = 2·1/(1+2). Target a: 1 and 1; target b: 0 and 0.
    assert score(gold, predicted, scorer="semeval2016")["f_avg"] == pytest.approx(2 / 3)
    found = score(gold, predicted, scorer="semeval2016_per_target")
    assert {target: own["f_avg"] for target, own in found["targets"].items()} == {"a": 1.0, "b": 0.0}
    assert found["mean_f_avg"] == 0.5


@pytest.mark.parametrize("gold", ["NONE", "UNKNOWN"])
def test_nothing_to_find_and_nothing_said_scores_zero_not_nan(gold):
    none = {"precision": 0.0, "recall": 0.0, "f1": 0.0}
    assert score([gold], ["NONE"], scorer="semeval2016") == {"favor": none, "against": none, "f_avg": 0.0}


def test_unknown_gold_counts_against_precision_and_unknown_predictions_against_recall():
    found = score(["FAVOR", "UNKNOWN", "FAVOR"], ["FAVOR", "FAVOR", "UNKNOWN"], scorer="semeval2016")
    assert found["favor"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5}


def test_semeval_agrees_with_scikit_learn_on_random_labels():
    for seed in SEEDS:
        gold, predicted = labels_at_random(seed, ("FAVOR", "NONE", "AGAINST", "UNKNOWN")[:: 1 if seed % 2 else -1])
        found = score(gold, predicted, scorer="semeval2016")
        theirs = precision_recall_fscore_support(gold, predicted, labels=["FAVOR", "AGAINST"], zero_division=0)
        for key, values in zip(("precision", "recall", "f1"), theirs, strict=False):
            assert [found[label][key] for label in ("favor", "against")] == pytest.approx(values), (gold, predicted)
        assert found["f_avg"] == pytest.approx(theirs[2].mean())


def test_semeval_per_target_agrees_with_scikit_learn_on_random_labels():
    for seed in SEEDS:
        gold, predicted = labels_at_random(seed, ("FAVOR", "AGAINST", "NONE"))
        targets = np.random.default_rng(seed).choice(["a", "b", "c"], size=len(gold))
        means = [
            f1_score(
                np.array(gold)[targets == target],
                np.array(predicted)[targets == target],
                labels=["FAVOR", "AGAINST"],
                average="macro",
                zero_division=0,
            )
            for target in set(targets)
        ]
        found = score({"label": gold, "target": targets.tolist()}, predicted, scorer="semeval2016_per_target")
        assert found["mean_f_avg"] == pytest.approx(np.mean(means))


# FNC-1


@pytest.mark.parametrize(
    ("gold", "predicted", "points"),
    [
        ("unrelated", "unrelated", 0.25),
        ("agree", "agree", 1.0),
        ("agree", "disagree", 0.25),
        ("discuss", "unrelated", 0.0),
        ("unrelated", "discuss", 0.0),
    ],
)
def test_fnc_weighs_relatedness_by_a_quarter_and_the_label_by_three(gold, predicted, points):
    assert score([gold], [predicted], scorer="fnc1")["score"] == points


def test_fnc_compares_with_what_always_unrelated_and_the_gold_labels_score():
    found = score(
        ["agree", "discuss", "unrelated", "unrelated"], ["agree", "agree", "discuss", "unrelated"], scorer="fnc1"
    )
    assert (found["score"], found["null"], found["max"], found["relative"]) == (1.5, 0.5, 2.5, 0.6)


def test_fnc_agrees_with_scikit_learn_on_random_labels():
    names = ("agree", "disagree", "discuss", "unrelated")
    for seed in SEEDS:
        gold, predicted = labels_at_random(seed, names[:: 1 if seed % 2 else -1])
        found = score(gold, predicted, scorer="fnc1")
        matrix = confusion_matrix(gold, predicted, labels=names)
        assert found["confusion_gold_by_pred"] == matrix.tolist()
        related = 0.25 * accuracy_score([own == "unrelated" for own in gold], [own == "unrelated" for own in predicted])
        exact = 0.75 * np.trace(matrix[:3, :3])
        assert found["score"] == pytest.approx(related * len(gold) + exact)
        assert found["max"] == 0.25 * gold.count("unrelated") + (len(gold) - gold.count("unrelated"))


# x-stance


def comment(part: str, language: str, label: str) -> dict[str, str]:
    return {"test_set": part, "language": language, "label": label}


def test_xstance_scores_each_language_of_each_part():
    gold = [
        comment("new_topics_defr", "fr", "FAVOR"),
        comment("new_topics_defr", "fr", "AGAINST"),
        comment("new_topics_defr", "de", "FAVOR"),
        comment("new_topics_defr", "de", "FAVOR"),
        comment("new_topics_defr", "de", "AGAINST"),
        comment("new_comments_it", "it", "FAVOR"),
        comment("new_comments_it", "it", "AGAINST"),
    ]
    predicted = ["FAVOR", "AGAINST", "FAVOR", "AGAINST", "AGAINST", "AGAINST", "FAVOR"]
    found = score(gold, predicted, scorer="xstance")
    # de: F(FAVOR) = 2·1/(2+1), F(AGAINST) = 2·1/(1+2). Harmonic mean with 100: 2·100·66.7/(166.7) = 80.
    assert found["new_topics_defr"] == {"de": pytest.approx(200 / 3), "fr": 100.0}
    assert found["new_comments_it"] == {"it": 0.0}
    assert found["harmonic_mean"] == {"new_topics_defr": pytest.approx(80.0), "new_comments_it": 0.0}
    assert list(found) == ["new_topics_defr", "new_comments_it", "harmonic_mean"]
    assert list(found["new_topics_defr"]) == ["de", "fr"]


def test_xstance_agrees_with_scikit_learn_on_random_labels():
    for seed in SEEDS:
        gold, predicted = labels_at_random(seed, ("FAVOR", "AGAINST")[:: 1 if seed % 2 else -1])
        found = score([comment("p", "de", label) for label in gold], predicted, scorer="xstance")
        mean = f1_score(gold, predicted, labels=["FAVOR", "AGAINST"], average="macro", zero_division=0)
        assert found["p"]["de"] == pytest.approx(100 * mean)


# Metrics


@pytest.mark.parametrize("average", ["macro", "micro", "weighted"])
def test_metrics_by_name_agree_with_scikit_learn_on_random_labels(average):
    for seed in SEEDS:
        gold, predicted = labels_at_random(seed, ("pro", "con", "neither"))
        found = score(gold, predicted, scorer=f"{average}_f1")
        assert found == {f"{average}_f1": pytest.approx(f1_score(gold, predicted, average=average))}


def test_accuracy_is_the_share_that_is_right():
    assert score(["a", "b", "c", "c"], ["a", "b", "b", "c"], scorer="accuracy") == {"accuracy": 0.75}


def test_no_score_is_nan():
    for seed in SEEDS:
        gold, predicted = labels_at_random(seed, ("FAVOR", "NONE", "AGAINST"))
        for name in ("semeval2016", "macro_f1", "weighted_f1"):
            assert not any(
                isinstance(value, float) and math.isnan(value) for value in score(gold, predicted, scorer=name).values()
            )


@pytest.mark.parametrize(
    "metric", ["f_avg", "log_loss", "brier", "expected_calibration_error", "mean_average_precision"]
)
def test_metrics_that_labels_alone_do_not_tell_are_no_scorers(metric: str) -> None:
    with pytest.raises(InputError, match=f"there is no scorer '{metric}'"):
        score(["a", "b"], ["a", "b"], scorer=metric)


def test_every_metric_of_labels_is_a_scorer() -> None:
    gold, predicted = ["a", "a", "b", "b"], ["a", "b", "b", "b"]
    found = {name: score(gold, predicted, scorer=name)[name] for name in SCORERS if name in METRICS_OF["stance"]}
    # Of a: precision 1, recall 1/2, F1 2/3. Of b: 2/3, 1, 4/5. By chance 1/2 would agree, 3/4 do.
    assert found == pytest.approx({
        "macro_f1": 11 / 15, "micro_f1": 3 / 4, "weighted_f1": 11 / 15, "accuracy": 3 / 4, "balanced_accuracy": 3 / 4,
        "macro_precision": 5 / 6, "macro_recall": 3 / 4, "mcc": 2 / math.sqrt(12), "cohen_kappa": 1 / 2,
    })  # fmt: skip
