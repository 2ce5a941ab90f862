"""Counts: what scikit-learn's CountVectorizer counts, once for a whole corpus."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from stancekit.config.schema import Block
from stancekit.features.analyzers import make_analyzer
from stancekit.features.counts import count, count_blocks, count_known

TEXTS = st.lists(st.text(alphabet=st.sampled_from("abé 'İ😀"), max_size=15), min_size=1, max_size=8)
ANALYZERS = st.sampled_from(
    [make_analyzer("word", (1, 2), True), make_analyzer("char", (1, 3), True), make_analyzer("char_wb", (2, 4), False)]
)


@settings(deadline=None, max_examples=150)
@given(TEXTS, ANALYZERS)
def test_counts_are_those_of_scikit_learn(texts, analyze):
    counts = count(texts, analyze)
    if not any(analyze(text) for text in texts):
        assert (list(counts.terms), counts.matrix.shape) == ([], (len(texts), 0))
        return
    theirs = CountVectorizer(analyzer=analyze)
    expected = theirs.fit_transform(texts)
    assert list(counts.terms) == theirs.get_feature_names_out().tolist()
    np.testing.assert_array_equal(counts.matrix.toarray(), expected.toarray())


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
    counts = count([], make_analyzer("word", (1, 1), True))
    assert counts.matrix.shape == (0, 0)
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


def test_a_block_counts_its_field_with_apostrophes_made_straight():
    (counts,) = count_blocks({"text": ["l’État", "l'État"]}, [Block(field="text")])
    assert list(counts.terms) == ["l'", "état"]
    assert counts.matrix.toarray().tolist() == [[1, 1], [1, 1]]
