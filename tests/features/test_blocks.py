"""TF-IDF blocks: what scikit-learn fits afresh on the training rows, and nothing of any other row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from stancekit.config.features import Block
from stancekit.errors import DataError
from stancekit.features.blocks import fit_features
from stancekit.features.counts import block_analyzer, count_blocks

WORDS = ["oui", "non", "l'accord", "Mali", "mali", "aujourd'hui", "a", "_ACTOR_"]
SENTENCE = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
FREQUENCY = st.one_of(st.integers(1, 4), st.sampled_from([0.0, 0.1, 0.25, 1 / 3, 0.5, 0.7, 1.0]))


@st.composite
def splits(draw):
    """Draw texts and which of them are for training, in any order."""
    texts = draw(st.lists(SENTENCE, min_size=2, max_size=14))
    order = draw(st.permutations(range(len(texts))))
    cut = draw(st.integers(1, len(texts) - 1))
    return texts, order[:cut], order[cut:]


@st.composite
def text_blocks(draw):
    analyzer = draw(st.sampled_from(["word", "char", "char_wb", "indicator"]))
    shortest = draw(st.integers(1, 2))
    return Block(
        field="text",
        analyzer=analyzer,
        ngrams=(shortest, shortest + draw(st.integers(0, 2))),
        lowercase=draw(st.booleans()),
        min_df=draw(FREQUENCY),
        max_df=draw(FREQUENCY | st.just(1.0)),
        max_features=draw(st.none() | st.integers(1, 12)),
        sublinear=draw(st.booleans()),
        idf=draw(st.booleans()),
        norm=draw(st.sampled_from(["l2", "l1", "none"])),
        weight=draw(st.sampled_from([1.0, 0.5, 3.0])),
    )


def scikit_learns(block):
    return TfidfVectorizer(
        analyzer=block_analyzer(block),
        min_df=block.min_df,
        max_df=block.max_df,
        max_features=block.max_features,
        sublinear_tf=block.sublinear,
        use_idf=block.idf,
        norm=None if block.norm == "none" else block.norm,
    )


def totals(texts, block):
    """Return how often each term that pruning leaves occurs in texts."""
    vectorizer = CountVectorizer(analyzer=block_analyzer(block), min_df=block.min_df, max_df=block.max_df)
    counts = np.asarray(vectorizer.fit_transform(texts).sum(axis=0)).ravel()
    return dict(zip(vectorizer.get_feature_names_out().tolist(), counts.tolist(), strict=True))


@settings(deadline=None, max_examples=200)
@given(splits(), text_blocks())
def test_a_block_is_what_scikit_learn_fits_on_the_training_rows_alone(split, block):
    texts, training, held_out = split
    own, other = [texts[row] for row in training], [texts[row] for row in held_out]
    counted = count_blocks({"text": texts}, [block])
    theirs = scikit_learns(block)
    try:
        expected = theirs.fit_transform(own).toarray() * block.weight
    except ValueError:
        with pytest.raises(DataError, match="no feature is left"):
            fit_features(counted, [block], training)
        return
    features, matrix = fit_features(counted, [block], training)
    terms, their_terms = list(features.blocks[0].terms), theirs.get_feature_names_out().tolist()
    if terms != their_terms:
        # Which of equally frequent terms max_features keeps is left open by scikit-learn.
        frequency = totals(own, block)
        assert sorted(frequency[term] for term in terms) == sorted(frequency[term] for term in their_terms)
        least = min(frequency[term] for term in terms)
        assert {t for t in terms if frequency[t] > least} == {t for t in their_terms if frequency[t] > least}
        return
    np.testing.assert_allclose(matrix.toarray(), expected, rtol=1e-12, atol=0)
    transformed = theirs.transform(other).toarray() * block.weight
    np.testing.assert_allclose(features.transform({"text": other}).toarray(), transformed, rtol=1e-12, atol=0)
    np.testing.assert_allclose(features.transform_counted(counted, held_out).toarray(), transformed, rtol=1e-12, atol=0)
    if block.idf:
        np.testing.assert_allclose(features.blocks[0].idf, theirs.idf_, rtol=1e-12)
    else:
        assert features.blocks[0].idf.tolist() == [1.0] * len(terms)


@settings(deadline=None, max_examples=60)
@given(splits(), text_blocks(), st.data())
def test_what_is_held_out_has_no_influence_at_all(split, block, data):
    texts, training, held_out = split
    others = list(texts)
    for row in held_out:
        others[row] = data.draw(SENTENCE | st.text(alphabet="xyz oui", max_size=30))
    fits = []
    for corpus in (texts, others):
        try:
            features, matrix = fit_features(count_blocks({"text": corpus}, [block]), [block], training)
        except DataError:
            fits.append(None)
        else:
            fits.append((features.names, features.blocks[0].idf.tolist(), matrix.toarray()))
    if fits[0] is None or fits[1] is None:
        assert fits[0] is fits[1]
        return
    assert fits[0][:2] == fits[1][:2]
    np.testing.assert_allclose(fits[0][2], fits[1][2], rtol=1e-12, atol=0)


@pytest.mark.parametrize("norm", ["l1", "l2"])
def test_a_held_out_row_changes_no_training_value_in_its_last_bit(norm):
    # A held-out row decides in which order n-grams are met first. Sums of rounded numbers depend on their order.
    own = ["oui et non et peut-être jamais", "non à tout accord sauf un", "peut-être un accord, et tout de suite"]
    block = Block(field="text", analyzer="char_wb", ngrams=(1, 3), norm=norm)
    matrices = []
    for held_out in ["", "suite un sauf être tout jamais et peut accord non", "erusitno cédaprmljàx ,-'"]:
        counted = count_blocks({"text": [held_out, *own]}, [block])
        matrices.append(fit_features(counted, [block], [1, 2, 3])[1].toarray())
    assert matrices[0].tobytes() == matrices[1].tobytes() == matrices[2].tobytes()


def test_new_examples_have_the_features_they_would_have_had_in_training_to_the_last_bit():
    texts = ["non à tout accord sauf un", "oui et non et peut-être jamais", "peut-être un accord, et tout de suite"]
    block = Block(field="text", analyzer="char_wb", ngrams=(1, 3))
    features, matrix = fit_features(count_blocks({"text": texts}, [block]), [block], [0, 1, 2])
    assert features.transform({"text": texts}).toarray().tobytes() == matrix.toarray().tobytes()


@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb", "indicator"])
def test_a_held_out_sentence_never_reaches_the_vocabulary(analyzer):
    texts = ["oui non", "kzk kzk", "non oui", "kzk"]
    block = Block(field="text", analyzer=analyzer, ngrams=(1, 2))
    features, _ = fit_features(count_blocks({"text": texts}, [block]), [block], [0, 2])
    assert not [term for term in features.blocks[0].terms if "k" in term or "z" in term]
    unseen = features.transform({"text": ["kzk"]}).toarray()
    assert not unseen[:, [i for i, term in enumerate(features.blocks[0].terms) if term.strip()]].any()


def test_document_frequencies_are_of_the_training_rows_by_hand():
    # In training `a` is in 2 of 3 texts and `b` in 1; all over it would be 2 and 4 of 6.
    texts = ["a a", "a b", "c", "b", "b", "b"]
    block = Block(field="text", norm="none")
    features, matrix = fit_features(count_blocks({"text": texts}, [block]), [block], [0, 1, 2])
    assert features.names == ["text:word:a", "text:word:b", "text:word:c"]
    idf_of_2, idf_of_1 = np.log(4 / 3) + 1, np.log(4 / 2) + 1
    np.testing.assert_allclose(features.blocks[0].idf, [idf_of_2, idf_of_1, idf_of_1], rtol=1e-15)
    expected = [[2 * idf_of_2, 0, 0], [idf_of_2, idf_of_1, 0], [0, 0, idf_of_1]]
    np.testing.assert_allclose(matrix.toarray(), expected, rtol=1e-15)


@pytest.mark.parametrize(
    ("pruning", "terms"),
    [
        ({"min_df": 2}, ["a", "b", "d"]),
        ({"min_df": 0.75}, ["a", "b"]),
        ({"max_df": 2}, ["c", "d"]),
        ({"max_df": 0.75}, ["b", "c", "d"]),
        ({"max_df": 1}, ["c"]),
        ({"max_df": 1.0}, ["a", "b", "c", "d"]),
        ({"min_df": 0}, ["a", "b", "c", "d"]),
        ({"max_features": 2}, ["a", "d"]),
        ({"max_features": 9}, ["a", "b", "c", "d"]),
        ({"min_df": 2, "max_df": 3, "max_features": 1}, ["d"]),
    ],
)
def test_pruning_by_hand(pruning, terms):
    # Texts that hold a term: a 4, b 3, c 1, d 2. Occurrences: a 4, b 3, c 1, d 5. The last text is held out.
    texts = ["a b", "a b d", "a b c", "a d d d d", "c c c c c c d e"]
    block = Block(field="text", **pruning)
    features, _ = fit_features(count_blocks({"text": texts}, [block]), [block], [0, 1, 2, 3])
    assert list(features.blocks[0].terms) == terms


def test_blocks_are_normalised_and_weighted_each_on_its_own_and_stacked():
    examples = {"text": ["a b", "b"], "actor": ["France", None]}
    blocks = [
        Block(field="text", idf=False),
        Block(field="text", idf=False, norm="l1", weight=0.5),
        Block(field="actor", analyzer="indicator", idf=False, weight=2.0),
    ]
    features, matrix = fit_features(count_blocks(examples, blocks), blocks, [0, 1])
    assert features.names == [
        *("text:word:a", "text:word:b", "text:word:a", "text:word:b"),
        "actor:indicator:France",
    ]
    half = np.sqrt(0.5)
    np.testing.assert_allclose(matrix.toarray(), [[half, half, 0.25, 0.25, 2], [0, 1, 0, 0.5, 0]], rtol=1e-15)
    np.testing.assert_array_equal(features.transform(examples).toarray(), matrix.toarray())


def test_a_term_in_two_blocks_is_two_features():
    blocks = [Block(field="actor", idf=False), Block(field="text", idf=False)]
    features, _ = fit_features(count_blocks({"text": ["mali"], "actor": ["Mali"]}, blocks), blocks, [0])
    assert features.names == ["actor:word:mali", "text:word:mali"]
    found = features.transform({"text": ["mali"], "actor": ["France"]}).toarray()
    assert found.tolist() == [[0.0, 1.0]]


def test_an_empty_block_beside_another_has_no_columns():
    examples, blocks = {"text": ["a", "b"]}, [Block(field="between"), Block(field="text")]
    features, matrix = fit_features(count_blocks(examples, blocks), blocks, [0, 1])
    assert [len(block.terms) for block in features.blocks] == [0, 2]
    assert matrix.shape == (2, 2)


def test_features_that_are_all_empty_are_refused():
    blocks = [Block(field="between"), Block(field="text", min_df=3)]
    with pytest.raises(DataError, match="no feature is left"):
        fit_features(count_blocks({"text": ["a", "a", "b"]}, blocks), blocks, [0, 1, 2])


def test_fitting_leaves_the_counts_of_the_corpus_as_they_were():
    block = Block(field="text", sublinear=True)
    (counts,) = count_blocks({"text": ["a a b", "b c"]}, [block])
    before = counts.matrix.toarray().tolist()
    features, matrix = fit_features([counts], [block], [0, 1])
    matrix.data[:] = 7.0
    features.transform_counted([counts], [0, 1]).data[:] = 7.0
    assert counts.matrix.toarray().tolist() == before


def test_no_examples_are_transformed_to_no_rows():
    block = Block(field="text")
    features, _ = fit_features(count_blocks({"text": ["a", "b"]}, [block]), [block], [0, 1])
    assert features.transform({"text": []}).shape == (0, 2)
