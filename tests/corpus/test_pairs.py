"""Mirrors of directed pairs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stancekit.corpus.pairs import with_mirrors

EXAMPLES = {
    "id": ["1", "2"],
    "text": ["Ann blames Bob.", "Carl waits."],
    "actor": ["Ann", "Carl"],
    "actor_start": [0, 0],
    "actor_end": [3, 4],
    "target": ["Bob", None],
    "target_start": [11, None],
    "target_end": [14, None],
    "label": ["negative_pq", "neutral"],
}


def test_a_mirror_has_the_same_text_and_the_other_roles():
    assert with_mirrors(EXAMPLES) == {
        "text": ["Ann blames Bob.", "Carl waits."] * 2,
        "actor": ["Ann", "Carl", "Bob", None],
        "actor_start": [0, 0, 11, None],
        "actor_end": [3, 4, 14, None],
        "target": ["Bob", None, "Ann", "Carl"],
        "target_start": [11, None, 0, 0],
        "target_end": [14, None, 3, 4],
    }


def test_examples_without_names_or_spans_have_mirrors_without_either():
    both = with_mirrors({"text": ["a"], "actor": ["x"]})
    assert (both["actor"], both["target"], both["actor_start"]) == (["x", None], [None, "x"], [None, None])


@given(st.lists(st.tuples(*[st.one_of(st.none(), st.integers())] * 6), max_size=5))
def test_the_mirror_of_a_mirror_is_the_example(rows):
    names = ("actor", "actor_start", "actor_end", "target", "target_start", "target_end")
    columns = {"text": [str(i) for i in range(len(rows))], **{n: [row[i] for row in rows] for i, n in enumerate(names)}}
    again = with_mirrors({name: values[len(rows) :] for name, values in with_mirrors(columns).items()})
    assert {name: values[len(rows) :] for name, values in again.items()} == columns
