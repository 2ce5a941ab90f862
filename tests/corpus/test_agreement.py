from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from stancekit.corpus.agreement import measure_agreement
from stancekit.errors import DataError

# Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", example C: four observers, twelve units, gaps.
KRIPPENDORFF = {
    "A": "1 2 3 3 2 1 4 1 2 . . .",
    "B": "1 2 3 3 2 2 4 1 2 5 . 3",
    "C": ". 3 3 3 2 3 4 2 2 5 1 .",
    "D": "1 2 3 3 2 4 4 1 2 5 1 .",
}
# The worked example of Fleiss' kappa in many textbooks: fourteen raters, ten subjects, five categories.
FLEISS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


def long_table(ratings: dict[str, list[str | None]]) -> dict[str, list[Any]]:
    rows = [(item, who, label) for who, given in ratings.items() for item, label in enumerate(given)]
    return {"item": [r[0] for r in rows], "annotator": [r[1] for r in rows], "label": [r[2] for r in rows]}


def test_alpha_is_that_of_krippendorffs_own_example() -> None:
    ratings = {who: [None if x == "." else x for x in given.split()] for who, given in KRIPPENDORFF.items()}
    agreement = measure_agreement(long_table(ratings))
    assert agreement.alpha.value == pytest.approx(0.743, abs=0.0005)
    assert (agreement.items, agreement.compared) == (12, 11)
    assert agreement.fleiss is None


def test_fleiss_kappa_is_that_of_the_textbook_example() -> None:
    ratings: dict[str, list[str | None]] = {f"r{i:02d}": [] for i in range(14)}
    for counts in FLEISS:
        labels = [str(label) for label, count in enumerate(counts) for _ in range(count)]
        for who, label in zip(ratings, labels, strict=True):
            ratings[who].append(label)
    agreement = measure_agreement(long_table(ratings), resamples=200)
    assert agreement.fleiss is not None
    assert agreement.fleiss.value == pytest.approx(0.210, abs=0.0005)
    assert agreement.percent.value == pytest.approx(0.378, abs=0.0005)


def test_cohens_kappa_by_hand() -> None:
    """20 times both yes, 15 both no, 5 and 10 apart: observed 0.7, by chance 0.5, kappa 0.4."""
    cells = {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}
    pairs = [pair for pair, count in cells.items() for _ in range(count)]
    agreement = measure_agreement(long_table({"a": [p[0] for p in pairs], "b": [p[1] for p in pairs]}))
    own = agreement.cohen["a", "b"]
    assert own.value == pytest.approx(0.4)
    assert own.low is not None
    assert own.high is not None
    assert own.low < 0.4 < own.high
    assert agreement.percent.value == pytest.approx(0.7)
    assert len(agreement.disagreements) == 15


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("xyz")), min_size=2, max_size=40))
def test_cohens_kappa_equals_scikit_learns(pairs: list[tuple[str, str]]) -> None:
    first, second = [p[0] for p in pairs], [p[1] for p in pairs]
    own = measure_agreement(long_table({"a": first, "b": second}), resamples=100).cohen["a", "b"].value
    if len({*first, *second}) == 1:
        assert own is None
    else:
        assert own == pytest.approx(cohen_kappa_score(first, second), abs=1e-12)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.sampled_from([None, "x", "y", "z"]), min_size=3, max_size=3), min_size=2, max_size=15))
def test_alpha_equals_its_definition_by_pairs_of_values(items: list[list[str | None]]) -> None:
    """One minus observed over expected disagreement, both taken over pairs of values, one by one."""
    units = [[x for x in item if x is not None] for item in items]
    units = [unit for unit in units if len(unit) > 1]
    values = [x for unit in units for x in unit]
    expected = sum(a != b for a, b in product(values, repeat=2))
    ratings = {f"r{i}": [item[i] for item in items] for i in range(3)}
    present = sum(any(x is not None for x in given) for given in ratings.values())
    if not units or present < 2:
        with pytest.raises(DataError):
            measure_agreement(long_table(ratings), resamples=100)
        return
    own = measure_agreement(long_table(ratings), resamples=100).alpha.value
    if not expected:
        assert own is None
        return
    n = len(values)
    observed = sum(
        sum(a != b for i, a in enumerate(unit) for j, b in enumerate(unit) if i != j) / (len(unit) - 1)
        for unit in units
    )
    assert own == pytest.approx(1 - (observed / n) / (expected / (n * (n - 1))), abs=1e-9)


def test_intervals_resample_whole_articles() -> None:
    """Every article's items are copies of one another: more copies are no more data."""
    random = np.random.default_rng(0)
    one = [(a, random.choice(["x", "y"]), random.choice(["x", "y"])) for a in range(20)]

    def table(copies: int) -> dict[str, list[Any]]:
        rows = [(a, s, who, label) for s in range(copies) for a, x, y in one for who, label in (("p", x), ("q", y))]
        names = ("article", "sentence", "annotator", "label")
        return {name: [row[i] for row in rows] for i, name in enumerate(names)}

    few, many = (measure_agreement(table(copies)).percent for copies in (1, 10))
    assert (few.value, few.low, few.high) == pytest.approx((many.value, many.low, many.high))
    assert (few.items, many.items) == (20, 200)


def test_each_label_and_target_has_its_own_alpha() -> None:
    table = {
        "article": ["a"] * 8,
        "sentence": [0, 0, 1, 1, 2, 2, 3, 3],
        "actor": ["France"] * 8,
        "target": ["deal"] * 4 + ["junta"] * 4,
        "annotator": ["p", "q"] * 4,
        "label": ["pro", "pro", "con", "con", "pro", "con", "con", "pro"],
    }
    agreement = measure_agreement(table)
    assert set(agreement.per_label) == {"con", "pro"}
    assert agreement.per_target["deal"].value == pytest.approx(1.0)
    assert agreement.per_target["junta"].value is not None
    assert agreement.per_target["junta"].value < 0
    assert [row["sentence"] for row in agreement.disagreements] == [2, 3]
    assert agreement.disagreements[0]["labels"] == {"p": "pro", "q": "con"}
    assert agreement.alpha.low is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"item": [1, 1, 1], "annotator": ["p", "q", "p"], "label": ["x", "y", "y"]}, "labelled the item twice"),
        ({"item": [1, 2]}, "no item was labelled by two"),
        ({"annotator": ["p", None]}, "without an annotator"),
        ({"label": ["x", None]}, "found: p"),
    ],
)
def test_what_cannot_be_compared_is_refused(change: dict[str, list[Any]], said: str) -> None:
    table: dict[str, list[Any]] = {"item": [1, 1], "annotator": ["p", "q"], "label": ["x", "y"]}
    with pytest.raises(DataError, match=said):
        measure_agreement(table | change)


def test_a_missing_column_is_named_with_the_closest() -> None:
    with pytest.raises(DataError, match="no column 'annotator'; did you mean 'annotators'"):
        measure_agreement({"item": [1], "annotators": ["p"], "label": ["x"]})
    with pytest.raises(DataError, match="identifies an item"):
        measure_agreement({"annotator": ["p"], "label": ["x"]})
