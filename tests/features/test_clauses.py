"""Clauses: which of a sentence's hold its mentions, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.corpus.examples import as_columns
from stancekit.features.fields import compute_field


def clause(text, actor=None, target=None):
    row = {"text": text}
    for role, mention in (("actor", actor), ("target", target)):
        if mention is not None:
            row[f"{role}_start"] = text.index(mention)
            row[f"{role}_end"] = text.index(mention) + len(mention)
    return compute_field(as_columns([row]), "clause")[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He lied, but X told the truth; nobody cared.", "but _TARGET_ told the truth"),
        ("He praised X while she booed.", "He praised _TARGET_"),
        ("Paris condamne X, tandis que Moscou se tait.", "Paris condamne _TARGET_"),
        ("Moscou se tait parce que X a menti.", "parce que _TARGET_ a menti."),
        ("On dit qu’il aime X.", "qu'il aime _TARGET_."),
        ("On le sait, puisqu'X ment.", "puisqu'_TARGET_ ment."),
        ("Il a 1,000 voix à 10:30 pour X.", "Il a 1,000 voix à 10:30 pour _TARGET_."),
        ("De 2010–2014 X régnait – mal.", "De 2010–2014 _TARGET_ régnait"),
        ("Le pays - X - se tait.", "_TARGET_"),
        ("Un non-lieu pour X", "Un non-lieu pour _TARGET_"),
        ("Dans le but de nuire à X", "Dans le but de nuire à _TARGET_"),
        ("Thunderous words for X", "Thunderous words for _TARGET_"),
        ("AND X, AND Y", "AND _TARGET_"),
        ("Il dit : « X ment », puis part.", "_TARGET_ ment"),
        ("Il (et X) ment.", "et _TARGET_"),
        ("X", "_TARGET_"),
    ],
)
def test_the_clause_of_the_target(text, expected):
    assert clause(text, target="X") == expected


def test_the_clause_of_the_actor_where_no_target_is_marked():
    assert clause("Paris nie, mais Moscou rit.", actor="Moscou") == "mais _ACTOR_ rit."


def test_both_clauses_without_what_lies_between():
    text = "Paris, qui n'aime personne, refuse l'accord, dit-on."
    assert clause(text, actor="Paris", target="l'accord") == "_ACTOR_ refuse _TARGET_"


def test_a_mention_is_not_cut():
    assert clause("Bosnia, and Herzegovina, said no", target="Bosnia, and Herzegovina") == "_TARGET_"


def test_no_mention_has_no_clause():
    assert clause("Rien, et rien.") == ""


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(["aa", "bb", ",", "and", "que", "«", "»", "1,2", "–", "qu'"]), min_size=1), st.data())
def test_a_clause_has_the_marks_and_only_words_of_the_sentence_in_their_order(words, data):
    text = " ".join(words)
    spans = {}
    for role in ("actor", "target"):
        start = data.draw(st.integers(0, len(text) - 1))
        spans[f"{role}_start"], spans[f"{role}_end"] = start, data.draw(st.integers(start + 1, len(text)))
    found = compute_field(as_columns([{"text": text, **spans}]), "clause")[0]
    assert found.count("_ACTOR_") == found.count("_TARGET_") == 1
    rest = iter(text.replace(" ", ""))
    unmarked = found.replace("_ACTOR_", "").replace("_TARGET_", "").replace(" ", "")
    assert all(character in rest for character in unmarked)
