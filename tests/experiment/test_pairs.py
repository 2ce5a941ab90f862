from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from stancekit.experiment.aligned import Examples, Grouping, Said
from stancekit.experiment.pairs import Change, Changes, find_changes, predict_the_same

LABELS = ("no", "yes", "maybe")


def chosen(labels: Sequence[str]) -> np.ndarray:
    return np.array([[label == own for label in LABELS] for own in labels])


def said(*repeats: Sequence[str]) -> Said:
    return Said(np.stack([chosen(labels) for labels in repeats]))


@pytest.fixture
def examples() -> Examples:
    ids = ("e1", "e2", "e3", "e4")
    return Examples("cv", ids, LABELS, chosen(["no", "no", "yes", "yes"]), Grouping(np.arange(4), "id"))


def test_changes_are_told_apart_by_what_became_of_them(examples: Examples) -> None:
    before, after = said(["no", "yes", "no", "no"]), said(["yes", "no", "maybe", "no"])
    assert find_changes(examples, before, after) == Changes(
        (Change("e2", "no", "yes", "no"),),
        (Change("e1", "no", "no", "yes"),),
        (Change("e3", "yes", "no", "maybe"),),
    )


def test_changes_are_counted_in_words(examples: Examples) -> None:
    changes = find_changes(examples, said(["no"] * 4), said(["yes"] * 4))
    assert str(changes) == "2 became right, 2 became wrong, 0 wrong otherwise"


def test_changes_are_those_of_the_first_repeat(examples: Examples) -> None:
    right = ["no", "no", "yes", "yes"]
    changes = find_changes(examples, said(right, ["maybe"] * 4), said(right, ["no"] * 4))
    assert changes == Changes()


def test_a_set_of_labels_is_shown_joined_by_bars() -> None:
    gold = np.array([[True, True, False]])
    examples = Examples("cv", ("e",), LABELS, gold, Grouping(np.zeros(1, dtype=np.intp), "id"))
    after = Said(np.array([[[False, True, True]]]))
    assert find_changes(examples, Said(gold[None]), after).became_wrong == (
        Change("e", "no|yes", "no|yes", "yes|maybe"),
    )


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ([["no", "yes"]], [["no", "yes"]], True),
        ([["no", "yes"]], [["no", "no"]], False),
        ([["no", "yes"], ["no", "no"]], [["no", "yes"], ["no", "no"]], True),
        ([["no", "yes"], ["no", "no"]], [["no", "no"], ["no", "yes"]], False),
        ([["no", "yes"]], [["no", "yes"], ["no", "yes"]], True),
        ([["no", "yes"]], [["no", "yes"], ["no", "no"]], False),
    ],
)
def test_classifiers_predict_the_same_repeat_by_repeat(first, second, same: bool) -> None:
    assert predict_the_same(said(*first), said(*second)) is same
