"""Which predicted row belongs to which gold row, and what is said where that can't be."""

from __future__ import annotations

import pytest

from stancekit.errors import DataError, InputError
from stancekit.evaluation import score


def refused(gold, predicted, scorer: str) -> str:
    with pytest.raises(DataError) as caught:
        score(gold, predicted, scorer=scorer)
    (problem,) = caught.value.problems
    return str(problem)


def test_a_metric_matches_rows_by_id():
    gold = [{"id": 1, "label": "a"}, {"id": 2, "label": "b"}]
    swapped = {"id": ["2", "1"], "label": ["b", "a"]}
    assert score(gold, swapped, scorer="accuracy") == {"accuracy": 1.0}


def test_without_ids_a_metric_matches_rows_by_order():
    assert score(["a", "b"], [{"id": 2, "label": "b"}, {"id": 1, "label": "a"}], scorer="accuracy") == {"accuracy": 0.0}


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        (["1", "3"], "predicted: row 2: the id '3' is not in gold"),
        (["1"], "gold: row 2: the id '2' has no prediction in predicted; 1 predictions for 2 gold rows"),
        (["1", "1"], "predicted: row 2: the id '1' occurs a second time; the first is predicted: row 1"),
        (["1", None], "predicted: row 2: there is no id"),
        (["1", [2]], "predicted: row 2: the id is list"),
    ],
)
def test_ids_that_do_not_match_are_named(ids, said):
    gold = {"id": ["1", "2"], "label": ["a", "b"]}
    assert refused(gold, {"id": ids, "label": ["a"] * len(ids)}, "accuracy").startswith(said)


def test_a_task_that_compares_by_order_refuses_another_order():
    gold = {"id": [7, 8], "label": ["FAVOR", "AGAINST"]}
    said = refused(gold, {"id": [8, 7], "label": ["AGAINST", "FAVOR"]}, "semeval2016")
    assert said.startswith("predicted: row 1: id 8, but the gold row of that place (gold: row 1) has 7")
    assert "in the order of the gold file" in said


def test_a_number_and_the_same_number_as_text_are_one_id_by_order_too():
    gold, predicted = {"id": [7], "label": ["FAVOR"]}, {"id": ["7"], "label": ["FAVOR"]}
    assert score(gold, predicted, scorer="semeval2016")["favor"]["f1"] == 1.0


@pytest.mark.parametrize("scorer", ["semeval2016", "accuracy"])
def test_a_different_number_of_rows_is_refused(scorer):
    said = refused(["FAVOR", "NONE"], ["FAVOR"], scorer)
    assert said.startswith("predicted: 1 rows, but there are 2 gold rows")


@pytest.mark.parametrize("side", ["gold", "predicted"])
def test_an_unknown_label_is_named_with_those_allowed_and_the_closest(side):
    good, bad = ["FAVOR", "NONE"], ["FAVOR", "AGANST"]
    said = refused(*((bad, good) if side == "gold" else (good, bad)), "semeval2016")
    assert said == (
        f"{side}: row 2: the label 'AGANST' is unknown; did you mean 'AGAINST'? Allowed: FAVOR, AGAINST, NONE, UNKNOWN"
    )


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        ([{"lable": "FAVOR"}], "gold: there is no column 'label'; did you mean 'lable'? Allowed: lable"),
        ([{"label": None}], "gold: row 1: 'label' is empty"),
        ([3], "gold: row 1: 'label' is int, not text"),
        ([], "gold: there are no rows to score"),
        ({}, "gold: there are no rows to score"),
        (None, "gold: row 1: 'label' is empty"),
        ({"label": ["FAVOR"], "id": []}, "gold: columns of different lengths: label 1, id 0"),
        ([{"label": "FAVOR"}, "FAVOR"], "gold: row 2: str, and other rows are mappings"),
    ],
)
def test_what_is_no_labels_is_refused(gold, said):
    assert refused(gold, ["FAVOR"], "semeval2016") == said


@pytest.mark.parametrize(("scorer", "column"), [("semeval2016_per_target", "target"), ("xstance", "language")])
def test_a_scorer_that_needs_more_of_gold_says_what(scorer, column):
    assert refused(["FAVOR"], ["FAVOR"], scorer).startswith(f"gold: there is no column '{column}'")


def test_a_part_of_the_test_set_cannot_take_the_name_of_the_mean():
    gold = [{"label": "FAVOR", "language": "de", "test_set": "harmonic_mean"}]
    assert "harmonic_mean" in refused(gold, ["FAVOR"], "xstance")


def test_an_unknown_scorer_is_named_with_the_closest():
    with pytest.raises(InputError, match="did you mean 'semeval2016'"):
        score(["FAVOR"], ["FAVOR"], scorer="semeval_2016")
