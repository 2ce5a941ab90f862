"""Marks and relations become rows; characters and UTF-16 code units become each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit.corpus.tools.marks import Link, Mark, from_utf16, pairs_of, to_utf16

TEXT = "Ann, Bob and Cy"
ANN, BOB, CY = Mark("Actor", 0, 3), Mark("target", 5, 8), Mark("Target", 13, 15)


def pairs(marks, links=()):
    return [(row["actor"], row["target"], row["label"]) for row in pairs_of(TEXT, marks, links)]


def test_without_relations_every_actor_stands_beside_every_target():
    assert pairs([ANN, BOB, CY]) == [("Ann", "Bob", None), ("Ann", "Cy", None)]
    assert pairs([BOB, CY]) == [(None, "Bob", None), (None, "Cy", None)]
    assert pairs([ANN]) == [("Ann", None, None)]
    assert pairs([]) == [(None, None, None)]
    assert pairs([Mark("Place", 0, 3)]) == [(None, None, None)]


def test_a_relation_goes_from_holder_to_target_whatever_its_ends_are_labelled():
    person = Mark("Person", 5, 8)
    assert pairs([ANN, person], [Link(person, ANN, "opposes")]) == [("Bob", "Ann", "opposes")]
    assert pairs([ANN, BOB, CY], [Link(BOB, CY, "x"), Link(ANN, BOB, "y")]) == [("Bob", "Cy", "x"), ("Ann", "Bob", "y")]


def test_a_relation_from_a_target_to_an_actor_is_turned_round():
    assert pairs([ANN, BOB], [Link(BOB, ANN, "opposes")]) == [("Ann", "Bob", "opposes")]


def test_a_mention_has_its_span():
    (row,) = pairs_of(TEXT, [ANN, CY], [])
    assert (row["actor_start"], row["actor_end"], row["target_start"], row["target_end"]) == (0, 3, 13, 15)


@given(st.text())
def test_code_units_are_those_of_utf16(text):
    for place in range(len(text) + 1):
        units = len(text[:place].encode("utf-16-le", "surrogatepass")) // 2
        assert to_utf16(text, place) == units
        assert from_utf16(text, units) == place


@pytest.mark.parametrize(("text", "units"), [("💩", 1), ("💩", 3), ("a", 2), ("a", -1), ("", 1)])
def test_a_place_inside_or_behind_characters_is_refused(text, units):
    with pytest.raises(ValueError, match=str(units)):
        from_utf16(text, units)
