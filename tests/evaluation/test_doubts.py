"""Label doubts by confident learning, worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.evaluation.doubts import find_doubts, usual_confidence


def one_hot(*codes: int, n_labels: int = 3) -> Any:
    return np.array(codes)[:, None] == np.arange(n_labels)


def test_a_threshold_is_the_mean_probability_of_a_label_where_it_was_given() -> None:
    gold = one_hot(0, 0, 1)
    shares = np.array([[0.8, 0.1, 0.1], [0.4, 0.5, 0.1], [0.3, 0.6, 0.1]])
    assert usual_confidence(gold, shares)[:2] == pytest.approx([0.6, 0.6])
    assert np.isnan(usual_confidence(gold, shares)[2]), "never given"


def test_a_doubt_is_another_label_at_its_threshold_and_more_probable() -> None:
    """Thresholds: 0.6 of 0 (0.9, 0.3), 0.6 of 1 (0.5, 0.7); the second is given 0 and says 1 with 0.7."""
    gold = one_hot(0, 0, 1, 1, n_labels=2)
    shares = np.array([[0.9, 0.1], [0.3, 0.7], [0.5, 0.5], [0.3, 0.7]])
    doubts = find_doubts(gold, shares, "stance")
    assert doubts.rows.tolist() == [1]
    assert doubts.labels.tolist() == [0]
    assert doubts.suggested.tolist() == [[False, True]]
    assert (doubts.p_given[0], doubts.p_suggested[0]) == (0.3, 0.7)
    assert doubts.margin[0] == pytest.approx(-0.4)


def test_a_label_that_is_most_probable_but_below_its_threshold_is_not_suggested() -> None:
    """The model is usually sure of 0 (0.9): 0.55 of it is less than usual."""
    gold = one_hot(0, 0, 1, n_labels=2)
    shares = np.array([[0.9, 0.1], [0.9, 0.1], [0.55, 0.45]])
    assert find_doubts(gold, shares, "stance").rows.tolist() == []


def test_a_label_the_model_is_rarely_sure_of_is_suggested_by_its_own_measure() -> None:
    """1 is usually given with 0.3 and 0 with 0.7: 0.4 of 1 is much, 0.6 of 0 is little, so the margin is positive."""
    gold = one_hot(0, 0, 0, 1, n_labels=2)
    shares = np.array([[0.75, 0.25], [0.75, 0.25], [0.6, 0.4], [0.7, 0.3]])
    doubts = find_doubts(gold, shares, "stance")
    assert doubts.rows.tolist() == [2]
    assert doubts.margin[0] == pytest.approx(0.2)


def test_probability_exactly_at_the_threshold_is_enough() -> None:
    gold = one_hot(0, 1, n_labels=2)
    shares = np.array([[0.25, 0.75], [0.25, 0.75]])
    assert find_doubts(gold, shares, "stance").rows.tolist() == [0]


def test_of_several_labels_at_their_thresholds_the_most_probable_is_suggested() -> None:
    gold = one_hot(0, 1, 2, 0)
    shares = np.array([[0.8, 0.1, 0.1], [0.3, 0.3, 0.4], [0.4, 0.3, 0.3], [0.2, 0.3, 0.5]])
    doubts = find_doubts(gold, shares, "stance")
    assert dict(zip(doubts.rows.tolist(), doubts.suggested.argmax(axis=1).tolist(), strict=True)) == {3: 2, 1: 2}


def test_an_equally_probable_label_puts_none_in_doubt() -> None:
    gold = one_hot(0, 1, n_labels=2)
    assert find_doubts(gold, np.full((2, 2), 0.5), "stance").rows.tolist() == []


def test_doubts_are_ranked_by_margin_and_then_by_row() -> None:
    gold = one_hot(0, 0, 0, 0, 0, 1, n_labels=2)
    shares = np.array([[0.9, 0.1], [0.2, 0.8], [0.1, 0.9], [0.2, 0.8], [0.9, 0.1], [0.4, 0.6]])
    doubts = find_doubts(gold, shares, "stance")
    assert doubts.rows.tolist() == [2, 1, 3]
    assert doubts.count_by(["a", "b"]) == {"a": 3, "b": 0}


def test_in_a_multilabel_task_each_label_is_a_question_of_its_own() -> None:
    """First label: usually had, and not had, with 0.5; row 1 has it with 0.1 and row 2 hasn't with 0.1.

    Of the second label nothing is out of order.
    """
    gold = np.array([[1, 1], [1, 0], [0, 1], [0, 0]], dtype=bool)
    shares = np.array([[0.9, 0.9], [0.1, 0.1], [0.9, 0.9], [0.1, 0.1]])
    doubts = find_doubts(gold, shares, "multilabel")
    assert doubts.rows.tolist() == [1, 2]
    assert doubts.labels.tolist() == [0, 0]
    assert doubts.suggested.tolist() == [[False, False], [True, True]], "the other label stays"
    assert doubts.p_given == pytest.approx([0.1, 0.1])
    assert doubts.p_suggested == pytest.approx([0.9, 0.9])
    assert doubts.count_by(["a", "b"]) == {"a": 2, "b": 0}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["stance", "multilabel"]))
def test_a_doubt_never_suggests_what_was_given_and_ranks_do_not_fall(seed: int, kind: Any) -> None:
    random = np.random.default_rng(seed)
    gold = one_hot(*random.integers(0, 4, 30).tolist(), n_labels=4)
    shares = random.dirichlet(np.ones(4), size=30)
    doubts = find_doubts(gold, shares, kind)
    assert (doubts.suggested != gold[doubts.rows]).any(axis=1).all()
    assert (np.diff(doubts.margin) >= 0).all()
    assert len(set(zip(doubts.rows.tolist(), doubts.labels.tolist(), strict=True))) == len(doubts.rows)
