"""Several annotators of the same items: who belongs together, and whose label counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stancekit.config.schema import Folds
from stancekit.corpus.annotators import choose_annotators, fold_units, item_codes
from stancekit.errors import DataError


def table(*rows: tuple[Any, ...]) -> dict[str, list[Any]]:
    """Rows of (text, target, annotator, label)."""
    names = ("text", "target", "annotator", "label")
    return {name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}


BOTH = table(
    ("a", "deal", "ann", "pro"),
    ("a", "deal", "bob", "con"),
    ("a", "vote", "ann", "pro"),
    ("b", "deal", "bob", "pro"),
    ("a", "deal", "cyd", "con"),
)


def test_an_item_is_what_several_annotators_labelled() -> None:
    assert item_codes(BOTH).tolist() == [0, 0, 1, 2, 0]


@pytest.mark.parametrize("other", [{"article": ["x", "y"]}, {"sentence": [1, 2]}, {"actor": ["F", "G"]}])
def test_the_same_words_elsewhere_or_of_somebody_else_are_another_item(other: dict[str, list[Any]]) -> None:
    columns = table(("a", "deal", "ann", "pro"), ("a", "deal", "bob", "con"))
    assert item_codes(columns).tolist() == [0, 0]
    assert item_codes(columns | other).tolist() == [0, 1]


def test_annotators_who_mark_a_mention_otherwise_label_the_same_item() -> None:
    columns = table(("a", "deal", "ann", "pro"), ("a", "deal", "bob", "con"))
    assert item_codes(columns | {"target_start": [0, 3]}).tolist() == [0, 0]


def test_a_target_that_both_labelled_twice_in_a_sentence_makes_two_items() -> None:
    columns = table(*[("a", "deal", who, "pro") for who in ("ann", "ann", "bob", "bob")])
    assert item_codes(columns).tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize("who", [None, [None] * 3, ["ann"] * 3, [None, None, "ann"]])
def test_copies_by_one_annotator_or_by_nobody_in_particular_stay_apart(who: Any) -> None:
    columns = {"text": ["a"] * 3} | ({} if who is None else {"annotator": who})
    assert item_codes(columns).tolist() == [0, 1, 2]


def test_a_label_by_nobody_in_particular_is_an_item_by_itself() -> None:
    assert item_codes({"text": ["a"] * 4, "annotator": ["ann", None, "bob", None]}).tolist() == [0, 1, 0, 2]


@pytest.mark.parametrize(("scheme", "cut_by"), [("random", "group"), ("stratified", "stratified_group")])
def test_schemes_without_groups_keep_the_annotators_of_an_item_together(scheme: Any, cut_by: str) -> None:
    units, plan = fold_units(BOTH, Folds(scheme=scheme, n=2, repeats=3))
    assert units.tolist() == [0, 0, 1, 2, 0]
    assert (plan.scheme, plan.by, plan.n, plan.repeats) == (cut_by, "item", 2, 3)
    alone = Folds(scheme=scheme)
    units, plan = fold_units({"text": ["a", "a", "b"]}, alone)
    assert (units.tolist(), plan) == ([0, 1, 2], alone)


def test_groups_are_groups_and_by_id_means_by_item() -> None:
    columns = BOTH | {"article": ["x", "x", "x", "y", "x"], "id": list("vwxyz")}
    plan = Folds(scheme="group", by="article")
    units, kept = fold_units(columns, plan)
    assert (units.tolist(), kept) == ([0, 0, 0, 1, 0], plan)
    assert fold_units(columns, Folds(scheme="group", by="id"))[0].tolist() == [0, 0, 1, 2, 0]


def test_all_labels_count_if_not_said_otherwise_and_the_log_says_so() -> None:
    chosen, said = choose_annotators(BOTH, "all", "stance")
    assert chosen is BOTH
    assert said == ["1 of 3 items were labelled by several of 3 annotators; each label counts (data.annotators: all)"]
    assert choose_annotators({"text": ["a"], "label": ["pro"]}, "all", "stance")[1] == []


def test_the_majority_makes_one_example_of_an_item() -> None:
    chosen, said = choose_annotators(BOTH | {"id": list("vwxyz")}, "majority", "stance")
    assert chosen == {
        "text": ["a", "a", "b"],
        "target": ["deal", "vote", "deal"],
        "annotator": [None, "ann", "bob"],
        "label": ["con", "pro", "pro"],
        "id": ["v", "x", "y"],
    }
    assert said[0].endswith("the majority decides, 0 without one are left out")


def test_an_item_without_a_majority_is_left_out() -> None:
    split = table(("a", None, "ann", "pro"), ("a", None, "bob", "con"), ("b", None, "ann", "con"))
    chosen, said = choose_annotators(split, "majority", "stance")
    assert chosen["text"] == ["b"]
    assert "1 without one" in said[0]
    with pytest.raises(DataError, match="no item has a majority"):
        choose_annotators(table(*[("a", None, who, who) for who in ("ann", "bob")]), "majority", "stance")


def test_two_of_five_against_three_different_ones_are_a_majority() -> None:
    five = table(*[("a", None, f"p{i}", label) for i, label in enumerate(["x", "y", "z", "y", "w"])])
    assert choose_annotators(five, "majority", "stance")[0]["label"] == ["y"]


def test_of_sets_the_labels_that_more_than_half_gave_are_kept() -> None:
    columns = {"text": ["a"] * 4, "annotator": ["p", "q", "r", "s"]}
    sets = [["x", "y"], ["y"], ["y", "z"], ["x", "z"]]
    assert choose_annotators(columns | {"labels": sets}, "majority", "multilabel")[0]["labels"] == [["y"]]
    assert choose_annotators(columns | {"labels": [[], ["x"], [], []]}, "majority", "multilabel")[0]["labels"] == [[]]


def test_one_annotator_is_taken_by_name() -> None:
    chosen, said = choose_annotators(BOTH, "bob", "stance")
    assert chosen["label"] == ["con", "pro"]
    assert said == ["2 of 5 training examples were labelled by 'bob'"]


def test_an_annotator_who_labelled_nothing_is_refused_with_those_who_did() -> None:
    with pytest.raises(DataError, match="'bop'") as caught:
        choose_annotators(BOTH, "bop", "stance")
    assert "'bob'" in str(caught.value)
    with pytest.raises(DataError, match="no test example was labelled by 'dan'"):
        choose_annotators(BOTH, "dan", "stance", "test")


def test_a_test_set_that_names_no_annotator_is_everybodys() -> None:
    columns = {"text": ["a"], "label": ["pro"]}
    assert choose_annotators(columns, "bob", "stance", "test") == (columns, [])
    with pytest.raises(DataError):
        choose_annotators(columns, "bob", "stance", "training")


def test_columns_are_as_long_as_each_other_afterwards() -> None:
    for wanted in ("all", "majority", "ann"):
        chosen, _ = choose_annotators(BOTH, wanted, "stance")
        assert len({len(np.atleast_1d(values)) for values in chosen.values()}) == 1
