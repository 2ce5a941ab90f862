"""Analyzers: words by hand, characters as scikit-learn cuts them."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from stancekit.features.analyzers import make_analyzer

UNICODE = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)
SPACED = st.text(alphabet=st.sampled_from("aAé İß’'\t\n\u00a0\u2028\x1c1_😀"), max_size=30)


@pytest.mark.parametrize("kind", ["char", "char_wb"])
@settings(deadline=None, max_examples=200)
@given(text=UNICODE | SPACED, shortest=st.integers(1, 6), more=st.integers(0, 4), lowercase=st.booleans())
@example(text="", shortest=1, more=2, lowercase=True)
@example(text="a", shortest=2, more=3, lowercase=True)
@example(text="  a  bc ", shortest=1, more=4, lowercase=False)
@example(text="İstanbul", shortest=1, more=2, lowercase=True)
def test_characters_are_cut_as_by_scikit_learn(kind, text, shortest, more, lowercase):
    ngrams = (shortest, shortest + more)
    theirs = CountVectorizer(analyzer=kind, ngram_range=ngrams, lowercase=lowercase).build_analyzer()
    assert Counter(make_analyzer(kind, ngrams, lowercase)(text)) == Counter(theirs(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ils n'offrent donc pas l'accès.", ["ils", "n'", "offrent", "donc", "pas", "l'", "accès"]),
        ("Aujourd'hui, l'aujourd'hui", ["aujourd'hui", "l'", "aujourd'hui"]),
        ("Qu'il jusqu'à lorsqu'on puisqu'elle", ["qu'", "il", "jusqu'", "à", "lorsqu'", "on", "puisqu'", "elle"]),
        (
            "D'accord, c'est S'il m'a t'a J'ai",
            ["d'", "accord", "c'", "est", "s'", "il", "m'", "a", "t'", "a", "j'", "ai"],
        ),
        ("I don't, isn't, they're", ["i", "don't", "isn't", "they're"]),
        ("l'A.F.P. et U.S. troops", ["l'", "a.f.p.", "et", "u.s.", "troops"]),
        ("Fin. A. B", ["fin", "a", "b"]),
        ("#Wagner @Macron dehors", ["#wagner", "@macron", "dehors"]),
        ("_ACTOR_ refuse l'_TARGET_.", ["_actor_", "refuse", "l'", "_target_"]),
        ("peut-être 3,5 % co-opération", ["peut", "être", "3", "5", "co", "opération"]),
        ("« Œuvre » à Ménaka", ["œuvre", "à", "ménaka"]),
        ("no not never n", ["no", "not", "never", "n"]),
        ("entr'acte prud'homme", ["entr'acte", "prud'homme"]),
        ("d' , '", ["d"]),
        ("", []),
    ],
)
def test_words_by_hand(text, words):
    assert make_analyzer("word", (1, 1), True)(text) == words


def test_words_keep_their_case_if_asked_to():
    assert make_analyzer("word", (1, 1), False)("L'ONU N'a QU'un") == ["L'", "ONU", "N'", "a", "QU'", "un"]


def test_word_ngrams_by_hand():
    cut = make_analyzer("word", (2, 3), True)
    assert cut("Paris n'ira pas") == ["paris n'", "n' ira", "ira pas", "paris n' ira", "n' ira pas"]
    assert cut("Paris refuse") == ["paris refuse"]
    assert cut("Paris") == []


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(["oui", "non", "d'", "État", "#a"]), max_size=8), st.integers(1, 4), st.integers(0, 3))
def test_word_ngrams_are_those_of_scikit_learn_over_our_words(words, shortest, more):
    text, ngrams = " ".join(words), (shortest, shortest + more)
    theirs = CountVectorizer(tokenizer=make_analyzer("word", (1, 1), True), token_pattern=None, ngram_range=ngrams)
    assert Counter(make_analyzer("word", ngrams, True)(text)) == Counter(theirs.build_analyzer()(text))


@settings(deadline=None, max_examples=200)
@given(UNICODE)
def test_every_letter_and_digit_is_in_a_word(text):
    words = "".join(make_analyzer("word", (1, 1), False)(text))
    assert Counter(c for c in words if c.isalnum()) == Counter(c for c in text if c.isalnum())


def test_an_indicator_is_the_whole_field_or_nothing():
    cut = make_analyzer("indicator", (1, 1), False)
    assert (cut("France > deal"), cut("")) == (["France > deal"], [])
