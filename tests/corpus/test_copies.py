from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stancekit.corpus.copies import rows_without_copies

ROWS = st.lists(st.tuples(st.sampled_from("xy"), st.sampled_from(["F", None]), st.sampled_from([0, 5])), max_size=12)


def columns(rows: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """Rows of (text, actor, actor_start)."""
    return {name: [row[i] for row in rows] for i, name in enumerate(("text", "actor", "actor_start"))}


def test_the_first_of_several_copies_stays_whatever_the_labels() -> None:
    train = {"text": ["a", "b", "a", "a"], "label": ["x", "y", "y", "x"]}
    assert rows_without_copies(train) == [0, 1]


def test_another_actor_target_place_or_annotator_makes_another_example() -> None:
    same: dict[str, list[Any]] = {"text": ["a", "a"]}
    assert rows_without_copies(same) == [0]
    for differing in (
        {"actor": ["F", "M"]},
        {"target": ["m", None]},
        {"target_start": [0, 4]},
        {"annotator": ["p", "q"]},
    ):
        assert rows_without_copies(same | differing) == [0, 1]


def test_what_the_test_set_has_goes_altogether_wherever_it_is_mentioned() -> None:
    train = {
        "text": ["a", "a", "b"],
        "target": ["m", "m", "m"],
        "target_start": [0, 4, 0],
        "annotator": ["p", "q", "p"],
    }
    assert rows_without_copies(train, {"text": ["a"], "target": ["m"], "target_start": [9]}) == [2]
    assert rows_without_copies(train, {"text": ["a"], "target": ["n"]}) == [0, 1, 2]
    assert rows_without_copies(train, {"text": ["a"]}) == [0, 1, 2]


@given(ROWS, ROWS)
def test_what_stays_is_distinct_unseen_and_nothing_else_is_lost(train: list[Any], test: list[Any]) -> None:
    kept = [train[row] for row in rows_without_copies(columns(train), columns(test))]
    tested = {row[:2] for row in test}
    assert len(set(kept)) == len(kept)
    assert set(kept) == {row for row in train if row[:2] not in tested}
