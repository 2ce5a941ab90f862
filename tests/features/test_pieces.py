"""Pieces: cut from the whole corpus at once as from each text alone."""

from __future__ import annotations

import sys
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from stancekit.features.analyzers import SCIKIT_LEARN_TOKEN, TOKEN, Analyzer
from stancekit.features.pieces import words_between_spaces

MARKS = "aAdDqQuUnN'.#@_1é -\t\n\x00\x1f\x85\u2028\u0301İ\ud800"
TEXTS = st.lists(st.text(max_size=20) | st.text(alphabet=MARKS, max_size=20), max_size=6)


def each(pieces):
    bounds = pieces.bounds.tolist()
    return [[pieces.names[n] for n in pieces.numbers[i:j]] for i, j in pairwise(bounds)]


@settings(deadline=None, max_examples=300)
@given(TEXTS)
@example(["d", "'a"])
@example(["a.", "b."])
@example(["n'", "a", "", "#", "a"])
def test_tokens_of_a_corpus_are_those_of_its_texts(texts):
    for pattern in (TOKEN, SCIKIT_LEARN_TOKEN):
        assert each(Analyzer("word", tokens=pattern).cut_into_tokens(texts)) == [
            pattern.findall(text) for text in texts
        ]


@settings(deadline=None, max_examples=200)
@given(TEXTS)
def test_texts_are_cut_at_white_space_as_by_split(texts):
    assert each(words_between_spaces(texts).as_pieces()) == [text.split() for text in texts]


def test_no_white_space_is_part_of_a_word_or_token():
    # Why our tokens may be looked for inside words: see `tokens_within_words`.
    spaces = [chr(point) for point in range(sys.maxunicode + 1) if chr(point).isspace()]
    assert len(spaces) > 20
    for space in spaces:
        assert TOKEN.findall(f"a{space}b'{space}c") == ["a", "b", "c"]
        assert TOKEN.findall(f"d'{space}a.{space}b.") == ["d", "a", "b"]
