from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from stancekit.config.schema import Folds
from stancekit.corpus.folds import training_rows
from stancekit.corpus.given_folds import NEVER, read_folds
from stancekit.errors import DataError

NAMES = ["con", "pro"]


def labels(text: str) -> np.ndarray:
    return np.array([[letter == "c", letter == "p"] for letter in text])


def cut(columns: dict[str, Any], text: str, **plan: Any) -> tuple[list[int], list[str]]:
    folds, names = read_folds(columns, labels(text), NAMES, Folds(**plan))
    assert folds.shape == (1, len(text))
    return folds[0].tolist(), names


def test_each_target_is_left_out_once() -> None:
    columns = {"target": ["junta", "deal", "junta", "deal", "vote", "vote"]}
    assert cut(columns, "cpcpcp", scheme="leave_one_out", by="target") == (
        [1, 0, 1, 0, 2, 2],
        ["deal", "junta", "vote"],
    )


def test_predefined_folds_are_taken_in_the_order_of_their_numbers() -> None:
    folds, names = cut({"fold": ["10", "2", "10", "2"]}, "ccpp", scheme="predefined", by="fold")
    assert (folds, names) == ([1, 0, 1, 0], ["2", "10"])


def test_time_trains_on_what_is_earlier_and_never_holds_out_the_first_period() -> None:
    columns = {
        "article": ["d", "d", "a", "a", "c", "c", "b", "b"],
        "date": ["2021-04", "2021-04", "2021-01", "2021-01", "2021-03", "2021-03", "2021-02", "2021-02"],
    }
    folds, names = cut(columns, "cpcpcpcp", scheme="time", by="article", n=3)
    assert folds == [2, 2, NEVER, NEVER, 1, 1, 0, 0]
    assert names == ["from 2021-02", "from 2021-03", "from 2021-04"]


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(st.integers(1, 28), min_size=6, max_size=60), st.integers(2, 4))
def test_no_period_begins_before_the_one_before_it_has_ended(days: list[int], n: int) -> None:
    columns = {"article": [f"a{day}" for day in days], "date": [f"2021-01-{day:02d}" for day in days]}
    text = "".join("cp"[i % 2] for i in range(len(days)))
    try:
        folds, _ = cut(columns, text, scheme="time", by="article", n=n)
    except DataError:
        assume(False)
    assert set(folds) == set(range(-1, n))
    for fold in range(n):
        held_out = [day for day, own in zip(days, folds, strict=True) if own == fold]
        earlier = [day for day, own in zip(days, folds, strict=True) if own < fold]
        assert max(earlier) < min(held_out)


@pytest.mark.parametrize(
    ("columns", "plan", "said"),
    [
        ({"target": ["a", "a", "a", "a"]}, {"scheme": "leave_one_out", "by": "target"}, "same 'target': a"),
        ({"target": ["a", "b", None, "b"]}, {"scheme": "leave_one_out", "by": "target"}, "have no 'target'"),
        ({"text": ["a"] * 4}, {"scheme": "predefined", "by": "fold"}, "no column 'fold'"),
        ({"target": ["a", "a", "b", "b"]}, {"scheme": "leave_one_out", "by": "target"}, "no training example of 'con'"),
        ({"article": ["a", "b", "c", "d"]}, {"scheme": "time"}, "no column 'date'"),
        ({"article": list("abcd"), "date": ["2021", None, "2022", "2023"]}, {"scheme": "time"}, "1 examples have no"),
        ({"article": list("abcd"), "date": ["2021"] * 4}, {"scheme": "time", "n": 2}, "1 dates can't fill 3 periods"),
    ],
)
def test_folds_that_cannot_be_had_are_refused(columns: dict[str, Any], plan: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_folds(columns, labels("ccpp"), NAMES, Folds(**plan))


@pytest.mark.parametrize(
    ("scheme", "trained_on"), [("time", [True, True, False, False]), ("leave_one_out", [True, True, False, True])]
)
def test_time_trains_on_what_is_before_a_fold_and_every_other_scheme_on_all_the_rest(
    scheme: str, trained_on: list[bool]
) -> None:
    assert training_rows(scheme)(np.array([NEVER, 0, 1, 2]), 1).tolist() == trained_on
