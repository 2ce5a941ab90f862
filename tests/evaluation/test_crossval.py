"""Cross-validation: every example scored by a model that knew nothing of it, nor of those held out with it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

from stancekit.config.features import Block
from stancekit.config.model import Model
from stancekit.config.schema import Folds
from stancekit.corpus.folds import cut_folds
from stancekit.evaluation.crossval import out_of_fold
from stancekit.features.counts import block_analyzer, count_blocks

BLOCKS = (
    Block(field="text", ngrams=(1, 2), min_df=2, sublinear=True),
    Block(field="text", analyzer="char_wb", ngrams=(2, 4), max_df=0.8, weight=0.5),
)
SIZE = 60


def corpus(seed=0):
    random = np.random.default_rng(seed)
    codes = np.r_[0, 1, 2, random.integers(0, 3, SIZE - 3)]
    words = np.array(["refuse", "évoque", "soutient"])
    texts = [f"mot{random.integers(9)} {words[code]} mot{random.integers(9)} mot{random.integers(9)}" for code in codes]
    return texts, codes[:, None] == np.arange(3)


def in_turn(jobs):
    return [job() for job in jobs]


def scores_of(texts, labels, folds, spec=Model(), blocks=BLOCKS):  # noqa: B008 # a config is frozen
    return out_of_fold(count_blocks({"text": texts}, blocks), blocks, labels, folds, spec, 0, in_turn).scores


def make(seed=0, repeats=2, n=4):
    texts, labels = corpus(seed)
    plan = Folds(scheme="stratified_group", n=n, repeats=repeats)
    return texts, labels, cut_folds(labels, ["a", "b", "c"], np.arange(SIZE) // 2, plan, seed)


def test_every_example_has_scores_of_every_repeat():
    texts, labels, folds = make()
    found = out_of_fold(count_blocks({"text": texts}, BLOCKS), BLOCKS, labels, folds, Model(), 0, in_turn)
    assert found.scores.shape == (2, SIZE, 3)
    assert np.isfinite(found.scores).all()
    assert (found.fits, found.unconverged) == (8, 0)


@pytest.mark.parametrize("C", [1.0, 10.0])
def test_scores_are_those_of_scikit_learn_fitted_afresh_in_every_fold(C):
    texts, labels, folds = make()
    scores = scores_of(texts, labels, folds, Model(C=C))
    expected = np.full(scores.shape, np.nan)
    for repeat, assigned in enumerate(folds):
        for fold in range(4):
            training, held_out = np.flatnonzero(assigned != fold), np.flatnonzero(assigned == fold)
            parts = []
            for block in BLOCKS:
                vectorizer = TfidfVectorizer(
                    analyzer=block_analyzer(block),
                    min_df=block.min_df,
                    max_df=block.max_df,
                    sublinear_tf=block.sublinear,
                )
                own = vectorizer.fit_transform([texts[row] for row in training]) * block.weight
                parts.append((own, vectorizer.transform([texts[row] for row in held_out]) * block.weight))
            own, other = (sparse.hstack(part, format="csr") for part in zip(*parts, strict=True))
            for matrix in (own, other):
                matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
            estimator = LogisticRegression(C=C, class_weight="balanced", solver="liblinear", max_iter=1000)
            theirs = OneVsRestClassifier(estimator).fit(own, labels[training].argmax(axis=1))
            expected[repeat, held_out] = theirs.decision_function(other)
    np.testing.assert_allclose(scores, expected, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("row", [0, 31])
@pytest.mark.parametrize("text", ["", "refuse refuse soutient", "tout autre chose, ξ 😀 " * 9])
def test_a_held_out_text_changes_no_other_score_of_its_fold(row, text):
    texts, labels, folds = make()
    changed = [text if number == row else own for number, own in enumerate(texts)]
    before, after = scores_of(texts, labels, folds), scores_of(changed, labels, folds)
    for repeat, assigned in enumerate(folds):
        together = (assigned == assigned[row]) & (np.arange(SIZE) != row)
        assert together.any()
        np.testing.assert_array_equal(after[repeat, together], before[repeat, together])
    # Elsewhere the same text was trained on, so that it had better make a difference there.
    apart = folds[0] != folds[0, row]
    assert not np.array_equal(after[0, apart], before[0, apart])


@pytest.mark.parametrize("row", [0, 7, 31, 59])
def test_a_held_out_label_changes_no_score_of_its_fold_its_own_included(row):
    texts, labels, folds = make()
    changed = labels.copy()
    changed[row] = np.roll(labels[row], 1)
    before, after = scores_of(texts, labels, folds), scores_of(texts, changed, folds)
    for repeat, assigned in enumerate(folds):
        together = assigned == assigned[row]
        np.testing.assert_array_equal(after[repeat, together], before[repeat, together])
        assert not np.array_equal(after[repeat, ~together], before[repeat, ~together])


def test_a_lookup_by_what_stands_only_in_held_out_rows_is_impossible():
    # Every example has a word of its own that gives its label away; no other example has it.
    _, labels, folds = make(repeats=1)
    texts = [f"mot{number % 3} secret{number}" for number in range(SIZE)]
    blocks = [Block(field="text")]
    scores = scores_of(texts, labels, folds, blocks=blocks)
    blind = scores_of([text.split()[0] + " rien" for text in texts], labels, folds, blocks=blocks)
    assert np.mean(scores[0].argmax(axis=1) == labels.argmax(axis=1)) < 0.6
    assert blind.shape == scores.shape


def test_repeats_and_folds_do_not_touch_each_other():
    texts, labels, folds = make(repeats=3)
    together = scores_of(texts, labels, folds)
    for repeat in range(3):
        np.testing.assert_array_equal(scores_of(texts, labels, folds[repeat : repeat + 1])[0], together[repeat])


def test_the_numbers_of_the_folds_do_not_matter():
    texts, labels, folds = make(repeats=1)
    renumbered = np.array([7, 3, 9, 5], dtype=np.int32)[folds]
    np.testing.assert_array_equal(scores_of(texts, labels, folds), scores_of(texts, labels, renumbered))


def test_jobs_may_run_in_any_order_if_results_come_back_in_theirs():
    texts, labels, folds = make()
    counted = count_blocks({"text": texts}, BLOCKS)

    def backwards(jobs):
        return [job() for job in reversed(jobs)][::-1]

    found = out_of_fold(counted, BLOCKS, labels, folds, Model(), 0, backwards)
    np.testing.assert_array_equal(found.scores, scores_of(texts, labels, folds))
