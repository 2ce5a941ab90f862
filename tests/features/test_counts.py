"""Counts: what scikit-learn's CountVectorizer counts, once for a whole corpus."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from stancekit.config.features import Block
from stancekit.features.analyzers import Analyzer, make_analyzer
from stancekit.features.counts import FEW_CHARACTERS, block_analyzer, count, count_blocks, count_known
from stancekit.features.ngrams import Symbols, _find_by_sorting, find_known
from stancekit.features.vocabulary import Vocabulary

TEXTS = st.lists(st.text(alphabet=st.sampled_from("abé 'İ😀"), max_size=15), min_size=1, max_size=8)
ANALYZERS = st.sampled_from(
    [make_analyzer("word", (1, 2), True), make_analyzer("char", (1, 3), True), make_analyzer("char_wb", (2, 4), False)]
)


@settings(deadline=None, max_examples=150)
@given(TEXTS, ANALYZERS)
def test_counts_are_those_of_scikit_learn(texts, analyze):
    found = count(texts, analyze)
    if not any(analyze(text) for text in texts):
        assert (list(found.terms), found.matrix.shape) == ([], (len(texts), 0))
        return
    theirs = CountVectorizer(analyzer=analyze)
    expected = theirs.fit_transform(texts)
    assert list(found.terms) == theirs.get_feature_names_out().tolist()
    np.testing.assert_array_equal(found.matrix.toarray(), expected.toarray())


@settings(deadline=None, max_examples=150)
@given(TEXTS, TEXTS, ANALYZERS)
def test_a_known_vocabulary_is_counted_as_scikit_learn_transforms(texts, more, analyze):
    vocabulary = {term: column for column, term in enumerate(count(texts, analyze).terms)}
    found = count_known(more, analyze, vocabulary)
    assert found.shape == (len(more), len(vocabulary))
    if vocabulary:
        expected = CountVectorizer(analyzer=analyze, vocabulary=vocabulary).transform(more)
        np.testing.assert_array_equal(found.toarray(), expected.toarray())


def test_no_texts_are_counted_as_no_rows():
    found = count([], make_analyzer("word", (1, 1), True))
    assert found.matrix.shape == (0, 0)
    assert count_known([], make_analyzer("word", (1, 1), True), {"a": 0}).shape == (0, 1)


def test_blocks_that_differ_only_in_weighting_share_one_count():
    examples = {"text": ["Oui non", "Non"], "actor": ["France", None]}
    blocks = [
        Block(field="text", ngrams=(1, 2)),
        Block(field="text", ngrams=(1, 2), min_df=2, sublinear=True, idf=False, norm="l1", weight=0.5),
        Block(field="text", ngrams=(1, 1)),
        Block(field="text", ngrams=(1, 2), lowercase=False),
        Block(field="actor", analyzer="indicator"),
    ]
    first, second, shorter, cased, actor = count_blocks(examples, blocks)
    assert first is second
    assert list(first.terms) == ["non", "oui", "oui non"]
    assert list(shorter.terms) == ["non", "oui"]
    assert list(cased.terms) == ["Non", "Oui", "Oui non", "non"]
    assert list(actor.terms) == ["France"]
    assert actor.matrix.toarray().tolist() == [[1], [0]]


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.text(alphabet="ab c,'İ\n", max_size=12), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(1, 7), st.integers(0, 2)), min_size=1, max_size=4),
    st.sampled_from([{}, {"tokens": "sklearn"}, {"tokens": "[^,]+"}, {"analyzer": "char"}, {"analyzer": "char_wb"}]),
)
@example(["a b", "ab a"], [(1, 2), (4, 1), (5, 1)], {"analyzer": "char_wb"})
@example(["a", "a"], [(4, 0), (5, 0)], {"analyzer": "char_wb"})
def test_blocks_of_several_lengths_are_counted_as_each_on_its_own(texts, ranges, given_keys):
    blocks = [Block(field="text", ngrams=(n, n + more), **given_keys) for n, more in ranges]
    for block, together in zip(blocks, count_blocks({"text": texts}, blocks), strict=True):
        theirs = CountVectorizer(analyzer=block_analyzer(block))
        if not any(block_analyzer(block)(text) for text in texts):
            assert together.matrix.shape == (len(texts), 0)
            continue
        expected = theirs.fit_transform(texts)
        assert list(together.terms) == theirs.get_feature_names_out().tolist()
        np.testing.assert_array_equal(together.matrix.toarray(), expected.toarray())


def test_blocks_of_several_lengths_share_one_count_and_no_other_length_is_counted():
    blocks = [Block(field="text", ngrams=ngrams) for ngrams in [(1, 1), (1, 2), (3, 3), (6, 7), (7, 8)]]
    counted = []

    def counting(texts, analyzer, dtype):
        counted.append(analyzer.ngrams)
        return count(texts, analyzer, dtype)

    count_blocks({"text": ["a b c d e f g h"]}, blocks, counting)
    assert counted == [(1, 3), (6, 8)]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"tokens": "words"}, ["c'", "est", "l'", "u.s.", "à"]),
        ({"tokens": "sklearn"}, ["est"]),
        ({"tokens": r"\w"}, ["c", "e", "l", "s", "t", "u", "à"]),
        ({"tokens": r"(\w)\w"}, ["e"]),
        ({"tokens": r"^\w"}, ["c", "l"]),
        ({"stop_words": ["est", "à"]}, ["c'", "l'", "u.s."]),
        ({"stop_words": ["est"], "ngrams": (2, 2)}, ["c' à", "l' u.s."]),
    ],
)
def test_a_block_cuts_words_as_it_is_told_to(keys, words):
    (found,) = count_blocks({"text": ["C'est à", "l'U.S."]}, [Block(field="text", **keys)])
    assert list(found.terms) == words


def test_english_stop_words_are_scikit_learns():
    block = Block(field="text", tokens="sklearn", stop_words="english")
    (found,) = count_blocks({"text": ["the junta cannot agree", "the deal"]}, [block])
    assert list(found.terms) == ["agree", "deal", "junta"]


@pytest.mark.parametrize("kind", ["word", "char", "char_wb", "indicator"])
def test_many_texts_are_counted_with_a_vocabulary_as_few_are(kind):
    texts = ["Oui, non.", "oui", "", "n'est  pas"] * 700
    analyze = Analyzer(kind, (1, 3))
    known = Vocabulary(list(count(texts[1:], analyze).terms)[::-2])
    many = count_known(texts, analyze, known)
    few = [count_known([text], analyze, known).toarray()[0] for text in texts[:4]]
    np.testing.assert_array_equal(many.toarray(), np.array(few * 700))
    assert many.has_sorted_indices


def test_a_block_counts_its_field_with_apostrophes_made_straight():
    (found,) = count_blocks({"text": ["l’État", "l'État"]}, [Block(field="text")])
    assert list(found.terms) == ["l'", "état"]
    assert found.matrix.toarray().tolist() == [[1, 1], [1, 1]]


def test_what_is_shorter_than_the_shortest_ngram_counts_as_a_whole_word_alone():
    vocabulary = {" ab": 0, " ab ": 1, " abcd": 2}
    texts = ["abcd ab"] * FEW_CHARACTERS
    reference = CountVectorizer(analyzer="char_wb", ngram_range=(5, 6), vocabulary=vocabulary).transform(texts[:1])
    found = count_known(texts, make_analyzer("char_wb", (5, 6), True), vocabulary)
    assert reference.toarray().tolist() == [[0, 1, 1]]
    assert found[[0, -1]].toarray().tolist() == [[0, 1, 1]] * 2


@given(
    st.lists(st.lists(st.integers(1, 4), max_size=6), min_size=1, max_size=4),
    st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=3), min_size=1, max_size=6, unique_by=tuple),
    st.sampled_from([(1, 1), (1, 2), (2, 3), (3, 3)]),
)
def test_known_ngrams_are_found_alike_by_looking_up_and_by_sorting(units, known, ngrams):
    def symbols(lists):
        bounds = np.cumsum([0, *map(len, lists)])
        return Symbols(np.array([code for own in lists for code in own], dtype=np.int32), bounds, 4)

    expected = [
        [
            sum(own[i : i + len(term)] == term for i in range(len(own))) * (ngrams[0] <= len(term) <= ngrams[1])
            for own in units
        ]
        for term in known
    ]
    looked_up = find_known(symbols(units), ngrams, symbols(known))
    sorted_together = _find_by_sorting(symbols(units), ngrams, symbols(known))
    for found in (looked_up, sorted_together):
        assert found.toarray().tolist() == expected
