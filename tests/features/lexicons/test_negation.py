"""Which words are negated, worked out by hand."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancekit.config.features import Block
from stancekit.features.analyzers import TOKEN
from stancekit.features.counts import block_analyzer
from stancekit.features.lexicons import NegationMarker
from stancekit.features.lexicons.negation import negated
from stancekit.features.lexicons.stream import STREAM


def marked(text):
    return " ".join(NegationMarker()(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("they do not back it", "they do not NOT_back NOT_it"),
        ("they don't back it", "they don't NOT_back NOT_it"),
        ("nobody backs it, they say", "nobody NOT_backs NOT_it they say"),
        ("without aid but with pride", "without NOT_aid but with pride"),
        ("no a b c d e f g", "no NOT_a NOT_b NOT_c NOT_d NOT_e NOT_f g"),
        ("not only backs it", "not only backs it"),
        ("it isn't only that", "it isn't only that"),
        ("no doubt they back it", "no doubt they back it"),
        ("not _ACTOR_ again", "not _ACTOR_ NOT_again"),
        ("they say no", "they say no"),
        ("he said not", "he said not"),
    ],
)
def test_in_english_what_follows_a_negator_is_negated(text, expected):
    assert marked(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("il ne soutient pas cela", "il ne NOT_soutient pas NOT_cela"),
        ("il n'a jamais dit cela. elle vote", "il n' NOT_a jamais NOT_dit NOT_cela elle vote"),
        ("ne soutient plus rien du tout", "ne NOT_soutient NOT_plus NOT_rien NOT_du NOT_tout"),
        ("il ne soutient que la paix", "il ne soutient que la paix"),
        ("il ne vote que cela pas hier", "il ne vote que cela pas NOT_hier"),
        ("ce n'est qu'un accord", "ce n' est qu' un accord"),
        ("elle ne cesse de voter", "elle ne cesse de voter"),
        ("personne ne soutient cela", "personne ne NOT_soutient NOT_cela"),
        ("une personne soutient cela", "une personne soutient cela"),
        ("aucun pays ne vote", "aucun NOT_pays ne NOT_vote"),
        ("sans aide mais fier", "sans NOT_aide mais fier"),
        ("il dit sans cesse cela", "il dit sans cesse cela"),
        ("on ne vote pas et que la paix vive", "on ne NOT_vote pas et que la paix vive"),
        ("il ne veut pas seulement voter", "il ne veut pas seulement voter"),
        ("plus de paix", "plus de paix"),
        ("ne a b c d e pas x", "ne NOT_a NOT_b NOT_c NOT_d NOT_e pas NOT_x"),
        ("ne a b c d e f pas x", "ne a b c d e f pas NOT_x"),
        ("il ne vient, dit-il, pas hier", "il ne vient dit il pas NOT_hier"),
    ],
)
def test_in_french_the_verb_between_the_two_negators_is_negated_too(text, expected):
    assert marked(text) == expected


def test_a_quotation_mark_does_not_end_what_is_negated():
    assert marked("ce n'est pas « légitime » ici") == "ce n' NOT_est pas NOT_légitime NOT_ici"


@pytest.mark.parametrize("boundary", [",", ";", ":", ".", "!", "?", "…", "(", ")", "—", " - ", " but ", " mais "])
def test_the_end_of_a_clause_ends_it(boundary):
    assert marked(f"not a{boundary}b").endswith(" b")


def test_a_hyphen_inside_a_word_does_not():
    assert marked("not well-off") == "not NOT_well NOT_off"


def test_case_is_kept_where_the_analyzer_keeps_it_and_negators_are_known_all_the_same():
    assert NegationMarker()("NOT Back İ Now") == ["NOT", "NOT_Back", "NOT_İ", "NOT_Now"]


def test_tokens_of_another_pattern_are_marked_where_they_begin():
    assert NegationMarker(re.compile(r"\S+"))("don't back, it") == ["don't", "NOT_back,", "it"]
    assert NegationMarker(re.compile(r"(\w)\w*"))("not all") == ["n", "NOT_a"]


def test_a_word_block_marks_negation_when_asked_to():
    text = "Paris ne soutient pas l'accord"
    keep, mark = Block(field="text"), Block(field="text", negation="mark", ngrams=(1, 2), stop_words=("l'",))
    assert block_analyzer(keep)(text) == ["paris", "ne", "soutient", "pas", "l'", "accord"]
    assert block_analyzer(mark)(text) == [
        *["paris", "ne", "NOT_soutient", "pas", "NOT_accord"],
        *["paris ne", "ne NOT_soutient", "NOT_soutient pas", "pas NOT_accord"],
    ]


@given(st.lists(st.sampled_from(["ne", "n'est", "pas", "que", "not", "don't", "but", ",", "et", "a", "İ", "_TARGET_"])))
def test_marking_only_adds_prefixes_and_only_after_a_negator(words):
    text = " ".join(words)
    tokens = NegationMarker()(text)
    assert [token.removeprefix("NOT_") for token in tokens] == TOKEN.findall(text)
    places = negated(STREAM.findall(text.lower()))
    assert len([token for token in tokens if token.startswith("NOT_")]) <= len(places)
    if not {"ne", "n'est", "pas", "not", "don't"} & set(words):
        assert not places
