"""Where mentions stand, by hand."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancekit.corpus.examples import as_columns
from stancekit.features.analyzers import TOKEN
from stancekit.features.fields import compute_field


def tokens(text, actor=None, target=None):
    row = {"text": text}
    for role, mention in (("actor", actor), ("target", target)):
        if mention is not None:
            row[f"{role}_start"] = text.index(mention)
            row[f"{role}_end"] = text.index(mention) + len(mention)
    return compute_field(as_columns([row]), "positions")[0].split()


def test_all_that_is_known_of_a_sentence():
    assert tokens("« A » said no to B’s deal today", "A", "B") == [
        "words_up_to_ten",
        "actor_in_first_third",
        "actor_opens",
        "actor_quoted",
        "target_in_middle_third",
        "target_possessive",
        "actor_before_target",
        "between_three_to_five",
    ]


def test_no_mention_and_one():
    assert tokens("Rien.") == ["words_up_to_ten", "actor_missing", "target_missing"]
    assert tokens("Il dit non à B", target="B") == ["words_up_to_ten", "actor_missing", "target_in_last_third"]


def test_mentions_that_overlap():
    assert tokens("l'accord de Paris", "Paris", "l'accord de Paris")[-1] == "actor_in_target"


@pytest.mark.parametrize(
    ("between", "name"),
    [(0, "none"), (1, "one_or_two"), (2, "one_or_two"), (3, "three_to_five"), (5, "three_to_five"),
     (6, "six_to_ten"), (10, "six_to_ten"), (11, "more")],
)  # fmt: skip
def test_words_between_are_counted_in_bins(between, name):
    assert tokens(f"B {'mot ' * between}A", "A", "B")[-2:] == ["target_before_actor", f"between_{name}"]


@pytest.mark.parametrize(
    ("words", "name"), [(1, "up_to_ten"), (10, "up_to_ten"), (11, "up_to_twenty"), (30, "up_to_thirty"),
                        (40, "up_to_forty"), (41, "more")],
)  # fmt: skip
def test_the_length_of_a_sentence_is_counted_in_bins(words, name):
    assert tokens("l'un, " * words)[0] == f"words_{name}"


@pytest.mark.parametrize(
    ("text", "mention", "is_possessive"),
    [("A's deal", "A", True), ("As' deal", "As", True), ("A's deal", "A's", True), ("A d'or", "A", False),
     ("A 'so' b", "A", False), ("A'sable", "A", False)],
)  # fmt: skip
def test_possessives(text, mention, is_possessive):
    assert ("target_possessive" in tokens(text, target=mention)) is is_possessive


@settings(deadline=None, max_examples=100)
@given(st.text(alphabet="ab’s «».", min_size=1, max_size=30), st.data())
def test_every_token_stays_whole_for_the_default_tokens(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    columns = as_columns(
        [{"text": text, "actor_start": start, "actor_end": data.draw(st.integers(start + 1, len(text)))}]
    )
    said = compute_field(columns, "positions")[0]
    assert TOKEN.findall(said.lower()) == said.split()
    assert re.fullmatch("[a-z_ ]+", said)
