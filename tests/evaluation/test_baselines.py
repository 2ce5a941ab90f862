"""Baselines: what is known without reading, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.evaluation.baselines import CONTROL_BLOCKS, applicable, constant_prediction, majority_of_target
from stancekit.features.counts import count_blocks

ALL = (
    "majority",
    "stratified",
    "per_target_majority",
    "duplicate_lookup",
    "names_only",
    "target_only",
    "text_only",
)
WITHOUT_TARGETS = ("majority", "stratified", "duplicate_lookup", "names_only", "text_only")
WITHOUT_NAMES = ("majority", "stratified", "duplicate_lookup", "text_only")


def one_hot(labels, n_labels=3):
    return np.asarray(labels)[:, None] == np.arange(n_labels)


def test_the_majority_is_the_most_frequent_training_label():
    predicted = constant_prediction("majority", one_hot([2, 0, 2, 1]), 3, "stance", [0])
    assert predicted.tolist() == [[False, False, True]] * 3


def test_of_two_equally_frequent_labels_the_majority_is_the_first():
    assert constant_prediction("majority", one_hot([2, 1, 2, 1, 0]), 1, "stance", [0]).tolist() == [
        [False, True, False]
    ]


def test_the_majority_of_label_sets_is_what_more_than_half_have():
    training = np.array([[1, 1, 0, 1], [1, 0, 0, 1], [1, 1, 0, 0], [1, 0, 1, 1]], dtype=bool)
    predicted = constant_prediction("majority", training, 2, "multilabel", [0])
    assert predicted.tolist() == [[True, False, False, True]] * 2


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=20), st.integers(0, 20), st.integers(0, 1000))
def test_stratified_guesses_are_one_label_that_training_has(labels, n, seed):
    training = one_hot(labels, 4)
    predicted = constant_prediction("stratified", training, n, "stance", [seed])
    assert predicted.shape == (n, 4)
    assert (predicted.sum(axis=1) == 1).all()
    assert not predicted[:, ~training.any(axis=0)].any()


@pytest.mark.parametrize("kind", ["stance", "multilabel"])
def test_stratified_guesses_have_the_shares_of_training(kind):
    training = one_hot([0] * 5 + [1] * 3 + [2] * 2)
    n = 20_000
    shares = constant_prediction("stratified", training, n, kind, [0]).mean(axis=0)
    # A share of n draws deviates by at most sqrt(1/4 / n) = 0.0035.
    np.testing.assert_allclose(shares, [0.5, 0.3, 0.2], atol=5 * 0.0036)


def test_labels_of_a_set_are_guessed_independently():
    training = np.array([[1, 1], [0, 0]], dtype=bool)
    guesses = constant_prediction("stratified", training, 10_000, "multilabel", [1])
    assert np.mean(guesses[:, 0] == guesses[:, 1]) == pytest.approx(0.5, abs=0.025)


def test_guesses_repeat_with_their_seed():
    training = one_hot([0, 1, 2])
    one, same, other = (
        constant_prediction("stratified", training, 50, "stance", seed) for seed in ([1, 2], [1, 2], [1, 3])
    )
    assert one.tolist() == same.tolist() != other.tolist()


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"actor": ["France", None], "target": [None, "deal"]}, ALL),
        ({"actor": [None, None], "target": ["deal", "deal"]}, ALL),
        ({"actor": ["France"], "target": [None]}, WITHOUT_TARGETS),
        ({"actor": [None], "target": [None]}, WITHOUT_NAMES),
        ({}, WITHOUT_NAMES),
    ],
)
def test_controls_on_names_apply_only_where_there_are_names(columns, expected):
    assert tuple(applicable(ALL, {"text": ["a", "b"], **columns})) == expected


def test_only_the_baselines_that_were_asked_for_apply_in_their_order():
    columns = {"text": ["a"], "actor": ["France"], "target": ["deal"]}
    assert applicable(["text_only", "majority"], columns) == ["text_only", "majority"]
    assert applicable([], columns) == []


def seen(name, examples):
    return [
        (list(counts.terms), counts.matrix.toarray().tolist())
        for counts in count_blocks(examples, CONTROL_BLOCKS[name])
    ]


ONE = {"text": ["Paris refuse.", "Oui."], "actor": ["France", "Mali"], "target": ["deal", "junta"]}


@pytest.mark.parametrize(
    ("name", "reads"), [("names_only", {"actor", "target"}), ("target_only", {"target"}), ("text_only", {"text"})]
)
def test_a_control_reads_what_its_name_says_and_nothing_else(name, reads):
    assert set(CONTROL_BLOCKS) == {"names_only", "target_only", "text_only"}
    for column in ONE:
        other = ONE | {column: ["tout autre", "chose"]}
        assert (seen(name, other) != seen(name, ONE)) == (column in reads)


def test_the_sentence_alone_keeps_the_names_that_stand_in_it():
    marked = ONE | {"actor_start": [0, None], "actor_end": [5, None]}
    assert "paris" in seen("text_only", marked)[0][0]


def test_the_majority_of_a_target_is_that_of_its_training_rows():
    training = one_hot([0, 0, 1, 2, 2, 2])
    targets = ["deal", "deal", "deal", "vote", "vote", None]
    said = majority_of_target(training, targets, ["vote", "deal", "junta", None], "stance")
    assert said.argmax(axis=1).tolist() == [2, 0, 2, 2], "2 is the most frequent overall"


def test_of_labels_equally_frequent_for_a_target_the_overall_more_frequent_is_taken():
    said = majority_of_target(one_hot([0, 1, 1]), ["deal", "deal", "vote"], ["deal"], "stance")
    assert said.tolist() == [[False, True, False]]


def test_of_a_target_each_label_that_more_than_half_have_is_said_of_a_set():
    """Overall three of five have the second label, so that is said where the target isn't known."""
    training = np.array([[1, 1], [1, 1], [0, 0], [0, 0], [0, 1]], dtype=bool)
    targets = ["deal", "deal", "vote", "vote", None]
    said = majority_of_target(training, targets, ["deal", "vote", "junta", None], "multilabel")
    assert said.tolist() == [[True, True], [False, False], [False, True], [False, True]]
