"""Rules: votes as scikit-learn counts them, and nothing learned on what it is applied to."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from scipy.special import expit, softmax
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import ComplementNB

from stancekit.config.decision import Tune
from stancekit.config.model import Model
from stancekit.errors import InputError
from stancekit.models.calibration import fit_calibration
from stancekit.models.decision import decide, probabilities
from stancekit.models.linear import fit_linear
from stancekit.models.members import RuledModel
from stancekit.models.rules import Rule, fit_rule, fixed_rule, learns, learns_from, values_across
from stancekit.models.tallies import f_avg
from stancekit.models.tuning import mean_offsets

SVC = Model(kind="linear_svc")
PLATT = Model(kind="linear_svc", calibration="platt")
MACRO = Tune(tune="macro_f1")


def vote(*kinds, weights=None):
    return Model(kind="vote", of=tuple(Model(kind=kind) for kind in kinds), weights=weights)


def drawn(seed=0, size=90, members=1, labels=3):
    random = np.random.default_rng(seed)
    gold = (np.arange(size) % labels)[:, None] == np.arange(labels)
    folds = (random.permutation(size) % 5).astype(np.int32)
    return random.normal(size=(members, size, labels)) + 1.2 * gold, gold, folds


@pytest.mark.parametrize("weights", [None, (1.0, 3.0, 0.5)])
def test_a_vote_is_that_of_scikit_learn(weights):
    random = np.random.default_rng(0)
    codes = np.arange(60) % 3
    X = random.poisson(1.0, size=(60, 8)) + 2.0 * np.eye(8)[codes]
    labels = codes[:, None] == np.arange(3)
    liblinear = LogisticRegression(C=2.0, solver="liblinear", class_weight="balanced", tol=1e-8)
    joint = LogisticRegression(class_weight="balanced", tol=1e-8, max_iter=1000)
    named = [("a", OneVsRestClassifier(liblinear)), ("b", joint), ("c", ComplementNB())]
    theirs = VotingClassifier(named, voting="soft", weights=weights).fit(X, codes)
    spec = Model(
        kind="vote",
        of=(
            Model(C=2.0),
            Model(kind="multinomial_logistic_regression"),
            Model(kind="complement_nb"),
        ),
        weights=weights,
    )
    from scipy import sparse

    matrix = sparse.csr_array(X)
    members = tuple(fit_linear(matrix, labels, own, 0, tolerance=1e-8) for own in spec.members)
    scores = RuledModel(members, fixed_rule(spec, "stance")).scores(matrix)
    np.testing.assert_allclose(probabilities(scores, "stance", spec), theirs.predict_proba(X), atol=1e-5)
    assert decide(scores, "stance").argmax(axis=1).tolist() == theirs.predict(X).tolist()
    np.testing.assert_allclose(scores, np.log(theirs.predict_proba(X)), atol=1e-4)


def test_of_label_sets_a_vote_is_the_log_odds_of_the_mean():
    scores = drawn(members=2)[0]
    found = fixed_rule(vote("logistic_regression", "sgd", weights=(1, 3)), "multilabel").values(scores)
    mean = (expit(scores[0]) + 3 * expit(scores[1])) / 4
    np.testing.assert_allclose(found, np.log(mean / (1 - mean)), rtol=1e-9)


@pytest.mark.parametrize("kind", ["stance", "multilabel"])
def test_a_vote_of_certainties_stays_finite(kind):
    scores = np.array([[[800.0, -800.0]], [[-900.0, 900.0]]])
    rule = fixed_rule(vote("logistic_regression", "sgd"), kind)
    assert np.isfinite(rule.values(scores)).all()
    np.testing.assert_allclose(probabilities(rule.values(scores), kind, rule.spec), [[0.5, 0.5]], atol=1e-12)


@pytest.mark.parametrize("decision", ["argmax", MACRO])
@pytest.mark.parametrize("method", ["none", "platt", "isotonic"])
@pytest.mark.parametrize("kind", ["stance", "multilabel"])
def test_the_most_probable_label_is_predicted_whatever_the_rule(decision, method, kind):
    scores, gold, folds = drawn()
    spec = Model(calibration=method)
    rule = fit_rule(scores, gold, folds, spec, kind, decision)
    values = rule.values(scores)
    shares = probabilities(values, kind, spec)
    chosen = decide(values, kind)
    if kind == "stance":
        np.testing.assert_allclose(shares.sum(axis=1), 1.0)
        np.testing.assert_array_equal(shares[chosen], shares.max(axis=1))
    else:
        np.testing.assert_array_equal(shares > 0.5, chosen)


def test_calibrated_values_are_logarithms_of_probabilities():
    scores, gold, folds = drawn()
    values = fit_rule(scores, gold, folds, PLATT, "stance", "argmax").values(scores)
    own = expit(fit_calibration("platt", scores[0], gold).log_odds(scores[0]))
    np.testing.assert_allclose(np.exp(values), own / own.sum(axis=1, keepdims=True), rtol=1e-9)
    np.testing.assert_allclose(softmax(values, axis=1), np.exp(values), rtol=1e-9)


def test_offsets_are_added_at_the_end():
    scores, gold, folds = drawn()
    rule = fit_rule(scores, gold, folds, PLATT, "stance", MACRO)
    plain = Rule(PLATT, "stance", rule.calibrations)
    assert rule.offsets is not None
    assert rule.offsets.any()
    np.testing.assert_array_equal(rule.values(scores), plain.values(scores) + rule.offsets)


@pytest.mark.parametrize("decision", ["argmax", MACRO])
@pytest.mark.parametrize("spec", [SVC, PLATT, Model(kind="vote", of=(Model(), PLATT))])
def test_values_across_folds_know_nothing_of_the_labels_of_their_fold(spec, decision):
    scores, gold, folds = drawn(members=len(spec.members))
    before = values_across(scores, gold, folds, spec, "stance", decision)
    other = gold.copy()
    other[folds == 2] = np.roll(other[folds == 2], 1, axis=1)
    after = values_across(scores, other, folds, spec, "stance", decision)
    np.testing.assert_array_equal(before[folds == 2], after[folds == 2])
    if learns(spec, decision):
        assert not np.array_equal(before, after)


def test_only_what_is_needed_is_learned_from():
    mixed = Model(kind="vote", of=(Model(), SVC))
    assert [member.calibration for member in mixed.members] == ["none", "platt"]
    assert learns_from(mixed, "argmax") == [1]
    assert learns_from(mixed, MACRO) == [0, 1]
    assert learns_from(SVC, "argmax") == []
    assert not learns(vote("logistic_regression", "sgd"), "argmax")
    scores, gold, folds = drawn(members=2)
    scores[0] = np.nan
    rule = fit_rule(scores, gold, folds, mixed, "stance", "argmax")
    assert rule.calibrations[0] is None


def test_a_model_alone_decides_by_its_scores():
    scores = drawn()[0]
    rule = fixed_rule(SVC, "stance")
    assert rule.changes_nothing
    np.testing.assert_array_equal(rule.values(scores), scores[0])
    assert not fixed_rule(vote("sgd", "sgd"), "stance").changes_nothing


@pytest.mark.parametrize("decision", ["argmax", MACRO])
@pytest.mark.parametrize(
    "spec", [SVC, PLATT, Model(kind="ridge", calibration="isotonic"), vote("linear_svc", "sgd", weights=(1, 3))]
)
def test_of_directed_pairs_a_rule_turns_with_the_pair_to_the_last_bit(spec, decision):
    """Of eleven labels, whose sums would be rounded otherwise in another order."""
    reversal = (0, *(label - 1 if label % 2 == 0 else label + 1 for label in range(1, 11)))
    scores, gold, folds = drawn(1, 220, len(spec.members), 11)
    scores[:, :, :3] += 1.5
    rule = fit_rule(scores, gold, folds, spec, "directed_pair", decision, reversal)
    values = rule.values(scores)
    assert rule.values(scores[:, :, reversal]).tobytes() == np.ascontiguousarray(values[:, reversal]).tobytes()
    plain = replace(rule, reversal=None).values(scores)
    np.testing.assert_allclose(values, plain, rtol=1e-12)
    if decision != "argmax":
        assert rule.offsets.any()
        assert rule.offsets.tolist() == rule.offsets[list(reversal)].tolist()


def test_values_across_folds_turn_with_their_pairs_too():
    scores, gold, folds = drawn(2, 90, 1, 3)
    reversal = (0, 2, 1)
    one = values_across(scores, gold, folds, PLATT, "directed_pair", MACRO, reversal)
    two = values_across(scores[:, :, reversal], gold[:, reversal], folds, PLATT, "directed_pair", MACRO, reversal)
    np.testing.assert_allclose(two, one[:, reversal], rtol=1e-9)
    assert not np.allclose(one, values_across(scores, gold, folds, PLATT, "directed_pair", MACRO))


def test_a_decision_tuned_for_f_avg_leaves_the_neutral_label_out():
    scores, gold, folds = drawn()
    spec, decision = Model(), Tune(tune="f_avg")
    tuned = [fit_rule(scores, gold, folds, spec, "stance", decision, neutral=number).offsets for number in range(3)]
    expected = [
        mean_offsets(scores[0], gold, folds, "stance", partial(f_avg, neutral=number)).tolist() for number in range(3)
    ]
    assert [own.tolist() for own in tuned] == expected
    assert len({tuple(own) for own in expected}) > 1
    across = [values_across(scores, gold, folds, spec, "stance", decision, neutral=number) for number in range(3)]
    assert not np.array_equal(across[0], across[1])
    with pytest.raises(InputError, match=r"task\.neutral"):
        fit_rule(scores, gold, folds, spec, "stance", decision)


def test_a_decision_tuned_for_a_loss_makes_it_lower():
    scores, gold, folds = drawn()
    shifted = scores + np.array([3.0, 0.0, -3.0])
    rule = fit_rule(shifted, gold, folds, Model(), "multilabel", Tune(tune="hamming_loss"))
    before, after = (
        float((decide(values, "multilabel") != gold).mean()) for values in (shifted[0], rule.values(shifted))
    )
    assert after < before
