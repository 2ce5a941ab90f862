"""Sentences reduced to their skeleton, worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit.config.features import Block
from stancekit.features import compute_field
from stancekit.features.counts import block_analyzer
from stancekit.features.lexicons import skeletons


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("_ACTOR_ soutient _TARGET_.", "fr", "_ACTOR_ support+ _TARGET_ ."),
        ("_ACTOR_ condamne _TARGET_.", "fr", "_ACTOR_ criticise- _TARGET_ ."),
        ("_ACTOR_ did not condemn _TARGET_", "en", "_ACTOR_ did NOT not_criticise+ _TARGET_"),
        ("Le vent souffle fort bas", "fr", "le w"),
        ("Bamako, le 3 mai, #wagner", "fr", "Cap , le num w , hash"),
        ("« Non », dit _ACTOR_", "fr", '" NOT " , report _ACTOR_'),
        ("sans toi ni _TARGET_", "fr", "NOT toi NOT _TARGET_"),
        ("_TARGET_'s wind", "en", "_TARGET_ w"),
        ("", "fr", ""),
    ],
)
def test_a_sentence_becomes_its_skeleton(text, language, expected):
    assert skeletons([text], [language]) == [expected]


def test_the_lexicon_is_that_of_the_language_and_both_for_another():
    text = "they praised what elle condamne"
    assert skeletons([text] * 3, ["en", "fr", "de"]) == [
        "they praise+ what elle w",
        "they w what elle criticise-",
        "they praise+ what elle criticise-",
    ]


def test_without_a_language_it_is_that_of_the_small_words():
    assert skeletons(["the men who praised elle", "les hommes qui praised it"], [None, None]) == [
        "the w who praise+ elle",
        "les w qui w it",
    ]


def test_a_mark_inside_a_phrase_is_not_lost():
    assert skeletons(["they called on _TARGET_ to resign"], ["en"]) == ["they demand- _TARGET_"]


def test_the_field_is_made_of_the_masked_sentence_in_the_language_of_the_example():
    example = {
        "text": ["Paris soutient l’arbre"],
        "actor_start": [0],
        "actor_end": [5],
        "target_start": [None],
        "target_end": [None],
        "language": ["fr"],
    }
    assert compute_field(example, "skeleton") == ["_ACTOR_ support+ l' w"]
    assert compute_field({**example, "language": ["en"]}, "skeleton") == ["_ACTOR_ w l' w"]


def test_a_block_cuts_a_skeleton_at_its_spaces():
    analyze = block_analyzer(Block(field="skeleton", ngrams=(1, 2), lowercase=False))
    assert analyze('NOT support+ , "') == ["NOT", "support+", ",", '"', "NOT support+", "support+ ,", ', "']


@given(st.text(max_size=80), st.sampled_from(["fr", "en", None]))
def test_a_skeleton_has_no_word_of_the_sentence_that_is_not_a_function_word(text, language):
    (skeleton,) = skeletons([f"zorglub {text} zorglub"], [language])
    assert "zorglub" not in skeleton
    assert " w w " not in f" {skeleton} "
