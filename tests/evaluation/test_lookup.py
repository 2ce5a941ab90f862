"""The lookup of copies, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stancekit.corpus.checks.near_texts import NearTexts
from stancekit.evaluation.lookup import Lookup

A = "La France refuse de quitter le Mali avant la fin de l'année"
NEAR = "La France refuse de quitter le Niger avant la fin de l'année"
NEARER = "La France refuse de quitter le Mali avant la fin de cette année"
B = "Moscou salue un vote que personne n'attendait plus"
"""A and NEAR differ in one of twelve words; A and NEARER, too: equally near."""


def one_hot(*codes: int) -> Any:
    return np.array(codes)[:, None] == np.arange(3)


def look_up(columns: Any, labels: Any, asked: list[int], kind: Any = "stance", test: Any = None) -> list[list[int]]:
    """What is said of the examples asked for; all others are trained on, or all of them if there is a test set."""
    parts = [columns] if test is None else [columns, test]
    lookup = Lookup(NearTexts(tuple(part["text"] for part in parts)), parts)
    trained_on = np.ones(len(columns["text"]), dtype=bool)
    if test is None:
        trained_on[asked] = False
    said = lookup.predict(labels, trained_on, lookup.cases[len(parts) - 1][asked], kind)
    return [np.flatnonzero(row).tolist() for row in said]


def test_a_copy_gets_the_label_of_its_copies_and_everything_else_the_majority() -> None:
    labels = one_hot(2, 0, 0, 1, 1)
    assert look_up({"text": [A, B, "Oui", A, "Non"]}, labels, [3, 4]) == [[2], [0]]


def test_a_copy_among_the_held_out_rows_says_nothing() -> None:
    assert look_up({"text": [A, A, B, "Oui", "Non"]}, one_hot(2, 2, 0, 0, 1), [0, 1]) == [[0], [0]]


def test_of_several_copies_the_most_frequent_label_is_taken() -> None:
    assert look_up({"text": [A, A, A, B, A]}, one_hot(1, 2, 2, 1, 0), [4]) == [[2]]


def test_equally_frequent_labels_are_decided_by_all_training_rows() -> None:
    assert look_up({"text": [A, A, B, A]}, one_hot(1, 2, 2, 0), [3]) == [[2]]
    assert look_up({"text": [A, A, A]}, one_hot(2, 1, 0), [2]) == [[1]], "then by their order"


def test_a_near_copy_is_found_where_there_is_no_exact_one() -> None:
    labels = one_hot(2, 0, 0, 1)
    assert look_up({"text": [NEAR, B, "Oui", A]}, labels, [3]) == [[2]]
    assert look_up({"text": [NEAR, NEAR, A, B, A]}, one_hot(2, 2, 1, 0, 0), [4]) == [[1]], "exact goes before near"


def test_the_nearest_of_the_near_copies_decides() -> None:
    """Of 27 pairs of words each, a text shares 25 with one that has a word changed, 23 with one that has two."""
    words = "a b c d e f g h i j k l m n o p q r s t u v w x y z".split()
    text, one, two = (
        " ".join(own) for own in (words, [*words[:5], "1", *words[6:]], ["2", *words[1:9], "3", *words[10:]])
    )
    labels = one_hot(2, 1, 1, 0)
    assert look_up({"text": [one, two, two, text]}, labels, [3]) == [[2]]
    assert look_up({"text": ["Oui", two, two, text]}, labels, [3]) == [[1]], "those with two are near copies, too"


def test_equally_near_copies_vote() -> None:
    assert look_up({"text": [NEARER, NEARER, NEAR, A]}, one_hot(1, 1, 2, 0), [3]) == [[1]]


@pytest.mark.parametrize("other", ["actor", "target"])
@pytest.mark.parametrize("text", [A, NEAR])
def test_a_copy_about_somebody_or_something_else_is_none(text: str, other: str) -> None:
    columns = {"text": [text, B, "Oui", A], "actor": ["F"] * 4, "target": ["m"] * 4}
    labels = one_hot(2, 0, 0, 1)
    assert look_up(columns, labels, [3]) == [[2]]
    assert look_up(columns | {other: ["X", "F", "F", "F"]}, labels, [3]) == [[0]]
    columns = columns | {"text": [B, text, "Oui", A], other: ["F", "X", "F", "F"]}
    assert look_up(columns, one_hot(0, 2, 0, 1), [3]) == [[0]], "whichever of the names came first"


def test_a_text_with_several_targets_is_looked_up_by_each() -> None:
    columns = {"text": [NEAR, NEAR, B, A, A, A], "target": ["m", "n", "m", "n", "m", "o"]}
    assert look_up(columns, one_hot(2, 1, 0, 0, 0, 0), [3, 4, 5]) == [[1], [2], [0]]


def test_sets_take_each_label_that_more_than_half_of_the_copies_have() -> None:
    labels = np.array(
        [[1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1], [0, 0, 1], [0, 0, 1], [0, 0, 0]], dtype=bool
    )
    texts = [A, A, A, B, B, B, B, A]
    assert look_up({"text": texts}, labels, [7], "multilabel") == [[0, 1]]
    assert look_up({"text": [*texts[:7], "Oui"]}, labels, [7], "multilabel") == [[2]]


def test_a_test_set_is_looked_up_in_all_of_training() -> None:
    train, test = {"text": [A, B, B]}, {"text": ["Oui", NEAR, B, A]}
    assert look_up(train, one_hot(2, 0, 0), [0, 1, 2, 3], test=test) == [[0], [2], [0], [2]]


def test_labels_of_held_out_rows_are_never_looked_at() -> None:
    columns = {"text": [A, NEAR, B, A, NEAR, "Oui"]}
    one, other = one_hot(2, 1, 0, 0, 0, 0), one_hot(2, 1, 0, 1, 2, 1)
    assert look_up(columns, one, [3, 4, 5]) == look_up(columns, other, [3, 4, 5])
