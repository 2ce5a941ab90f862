"""Cross-validation: every example scored by a model that knew nothing of it, nor of those held out with it."""

from __future__ import annotations

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest
from scipy import sparse
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import PredefinedSplit
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import LinearSVC

from stancekit.config.decision import Tune
from stancekit.config.features import Block, Features
from stancekit.config.model import Model
from stancekit.config.schema import Folds
from stancekit.config.settings import Setting
from stancekit.corpus.folds import cut_folds
from stancekit.errors import InputError
from stancekit.evaluation.crossval import out_of_fold, splits_of
from stancekit.features.blocks import fit_features
from stancekit.features.counts import block_analyzer
from stancekit.models import conditioned, splits
from stancekit.models.decision import probabilities
from stancekit.models.instances import count_instances
from stancekit.models.rules import fit_rule
from stancekit.models.splits import Split, SplitFeatures

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


def counted(texts, blocks=BLOCKS):
    return count_instances({"text": texts}, blocks)


def same_everywhere(folds, spec=Model(), blocks=BLOCKS):  # noqa: B008 # a config is frozen
    setting = Setting({}, Features(blocks=tuple(blocks)), spec, "argmax")
    return [[setting] * len(np.unique(own)) for own in folds]


def found_in(texts, labels, folds, run=in_turn):
    return out_of_fold(counted(texts), same_everywhere(folds), labels, folds, 0, run)


def scores_of(texts, labels, folds, spec=Model(), blocks=BLOCKS):  # noqa: B008 # a config is frozen
    settings = same_everywhere(folds, spec, blocks)
    return out_of_fold(counted(texts, blocks), settings, labels, folds, 0, in_turn).scores


def make(seed=0, repeats=2, n=4):
    texts, labels = corpus(seed)
    plan = Folds(scheme="stratified_group", n=n, repeats=repeats)
    return texts, labels, cut_folds(labels, ["a", "b", "c"], np.arange(SIZE) // 2, plan, seed)


def test_every_example_has_scores_of_every_repeat():
    texts, labels, folds = make()
    found = found_in(texts, labels, folds)
    assert found.scores.shape == (2, SIZE, 3)
    assert np.isfinite(found.scores).all()
    assert (found.fits, found.unconverged) == (8, 0)


@pytest.mark.usefixtures("solved_closely")
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
            estimator = LogisticRegression(C=C, class_weight="balanced", solver="liblinear", max_iter=10_000, tol=1e-10)
            theirs = OneVsRestClassifier(estimator).fit(own, labels[training].argmax(axis=1))
            expected[repeat, held_out] = theirs.decision_function(other)
    np.testing.assert_allclose(scores, expected, rtol=1e-6, atol=1e-7)


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

    def backwards(jobs):
        return [job() for job in reversed(jobs)][::-1]

    found = found_in(texts, labels, folds, backwards)
    np.testing.assert_array_equal(found.scores, scores_of(texts, labels, folds))


def test_each_fold_is_fitted_with_its_own_setting():
    """Fold k of every repeat has a C of its own: its scores are those of a run in which every fold has that C."""
    texts, labels, folds = make()
    values = [0.01, 0.1, 1.0, 10.0]
    settings = [[same_everywhere(folds, Model(C=C))[0][0] for C in values] for _ in folds]
    found = out_of_fold(counted(texts), settings, labels, folds, 0, in_turn).scores
    for fold, C in enumerate(values):
        expected = scores_of(texts, labels, folds, Model(C=C))
        for repeat, assigned in enumerate(folds):
            rows = assigned == fold
            np.testing.assert_array_equal(found[repeat, rows], expected[repeat, rows])


def test_a_fold_may_read_other_blocks_than_another():
    texts, labels, folds = make(repeats=1)
    narrow = Setting({}, Features(blocks=BLOCKS[:1]), Model(), "argmax")
    wide = Setting({}, Features(blocks=BLOCKS), Model(), "argmax")
    found = out_of_fold(counted(texts), [[narrow, wide, wide, wide]], labels, folds, 0, in_turn).scores
    first = folds[0] == 0
    np.testing.assert_array_equal(found[0, first], scores_of(texts, labels, folds, blocks=BLOCKS[:1])[0, first])
    np.testing.assert_array_equal(found[0, ~first], scores_of(texts, labels, folds)[0, ~first])


def test_a_row_of_no_fold_is_trained_on_and_never_held_out():
    folds = np.array([-1, 0, 0, 1, -1, 1], dtype=np.int32)
    first, second = splits_of(folds)
    assert (first.trained_on.tolist(), first.held_out.tolist()) == ([0, 3, 4, 5], [1, 2])
    assert (second.trained_on.tolist(), second.held_out.tolist()) == ([0, 1, 2, 4], [3, 5])


def first_split(folds):
    return Split(np.flatnonzero(folds[0] != 0), np.flatnonzero(folds[0] == 0))


@pytest.fixture
def made(monkeypatch):
    """How often features were made."""
    times = []

    def counting(*arguments):
        times.append(1)
        return fit_features(*arguments)

    monkeypatch.setattr(splits, "fit_features", counting)
    return times


def test_models_on_one_split_share_its_features_which_go_after_the_last(made):
    texts, labels, folds = make()
    shared = SplitFeatures(counted(texts), Features(blocks=BLOCKS), first_split(folds), uses=3)
    assert made == []
    first = shared.fit_and_score(Model(C=1.0), labels, 0)
    kept = [weakref.ref(matrix) for matrix in shared._made]
    shared.fit_and_score(Model(C=9.0), labels, 0)
    assert all(matrix() is not None for matrix in kept)
    again = shared.fit_and_score(Model(C=1.0), labels, 0)
    gc.collect()
    assert made == [1]
    assert [matrix() for matrix in kept] == [None, None]
    np.testing.assert_array_equal(first.scores, again.scores)


def test_features_are_made_once_though_several_threads_ask_at_once(made):
    texts, labels, folds = make()
    models = [Model(C=C) for C in (0.1, 1.0, 3.0, 10.0)] * 4
    split = first_split(folds)
    shared = SplitFeatures(counted(texts), Features(blocks=BLOCKS), split, uses=len(models))
    start = Barrier(8)

    def fit(model):
        start.wait(timeout=60)
        return shared.fit_and_score(model, labels, 0).scores

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(fit, models))
    assert made == [1]
    assert shared._made is None
    for model, scores in zip(models, found, strict=True):
        alone = (
            SplitFeatures(counted(texts), Features(blocks=BLOCKS), split, uses=1).fit_and_score(model, labels, 0).scores
        )
        np.testing.assert_array_equal(scores, alone)


# Calibrated, put to the vote, tuned

MACRO = Tune(tune="macro_f1")
VOTE = Model(kind="vote", of=(Model(kind="linear_svc"), Model(), Model(kind="complement_nb", calibration="isotonic")))
LEARNING = [
    (Model(), MACRO),
    (Model(kind="linear_svc", calibration="platt"), "argmax"),
    (Model(calibration="isotonic"), MACRO),
    (VOTE, "argmax"),
    (VOTE, MACRO),
]


def thirds(rows):
    return (np.arange(len(rows)) % 3).astype(np.int32)


def learned(texts, labels, folds, model, decision, cut=thirds):
    setting = Setting({}, Features(blocks=BLOCKS), model, decision)
    settings = [[setting] * len(np.unique(own)) for own in folds]
    return out_of_fold(counted(texts), settings, labels, folds, 0, in_turn, cut_inner=cut)


@pytest.mark.parametrize(("model", "decision"), LEARNING)
def test_nothing_of_a_held_out_row_touches_what_is_learned_for_it(model, decision):
    """Other labels and other texts of a fold: the same values of its untouched rows, and the same rules."""
    texts, labels, folds = make(repeats=1)
    first = folds[0] == 0
    before = learned(texts, labels, folds, model, decision)
    other = labels.copy()
    other[np.flatnonzero(first)[:-1]] = np.roll(labels[first][:-1], 1, axis=1)
    after = learned(texts, other, folds, model, decision)
    np.testing.assert_array_equal(before.scores[0, first], after.scores[0, first])
    assert not np.array_equal(before.scores[0, ~first], after.scores[0, ~first])
    spared = int(np.flatnonzero(first)[0])
    words = ["tout autre chose" if first[row] and row != spared else text for row, text in enumerate(texts)]
    changed = learned(words, labels, folds, model, decision)
    np.testing.assert_array_equal(before.scores[0, spared], changed.scores[0, spared])


def test_a_calibrated_model_is_that_of_scikit_learn_on_the_same_inner_folds():
    """Plain counts of words that all rows have, so that features don't depend on the rows they are fitted on."""
    _, labels, folds = make(repeats=1)
    random = np.random.default_rng(5)
    words = np.array(["refuse", "évoque", "soutient", "mot", "autre"])
    counts = 1 + random.poisson(1.0, size=(SIZE, 5)) + 2 * np.c_[labels, np.zeros((SIZE, 2))].astype(int)
    texts = [" ".join(np.repeat(words, own)) for own in counts]
    block = Block(field="text", idf=False, norm="none")
    spec = Model(kind="linear_svc", C=0.05, class_weight=None, calibration="platt")
    setting = Setting({}, Features(blocks=(block,)), spec, "argmax")
    found = out_of_fold(counted(texts, (block,)), [[setting] * 4], labels, folds, 0, in_turn, cut_inner=thirds)
    for fold in range(4):
        trained_on, held_out = np.flatnonzero(folds[0] != fold), np.flatnonzero(folds[0] == fold)
        svc = LinearSVC(C=0.05, dual=False, tol=1e-8, max_iter=100_000)
        theirs = CalibratedClassifierCV(svc, ensemble=False, cv=PredefinedSplit(thirds(trained_on)))
        theirs.fit(counts[trained_on], labels[trained_on].argmax(axis=1))
        shares = probabilities(found.scores[0, held_out], "stance", spec)
        np.testing.assert_allclose(shares, theirs.predict_proba(counts[held_out]), atol=2e-3)


@pytest.mark.parametrize(("model", "decision", "fits"), [(VOTE, "argmax", 9), (VOTE, MACRO, 12), (Model(), MACRO, 4)])
def test_only_members_that_something_is_learned_from_are_fitted_on_inner_folds(model, decision, fits, monkeypatch):
    """By hand: every member once, and on three inner folds all of them, or the two that are calibrated."""
    noted = []
    fit_linear = conditioned.fit_linear
    monkeypatch.setattr(conditioned, "fit_linear", lambda *own: noted.append(1) or fit_linear(*own))
    texts, labels, folds = make(repeats=1)
    found = learned(texts, labels, folds, model, decision)
    assert found.fits == len(noted) == 4 * fits


def test_rules_are_told_for_every_repeat_and_fold():
    texts, labels, folds = make()
    found = learned(texts, labels, folds, Model(), MACRO)
    assert [len(own) for own in found.rules] == [4, 4]
    assert all(rule.offsets is not None for own in found.rules for rule in own)
    plain = found_in(texts, labels, folds)
    for repeat, own in enumerate(folds):
        for fold in range(4):
            shifted = plain.scores[repeat, own == fold] + found.rules[repeat][fold].offsets
            np.testing.assert_array_equal(found.scores[repeat, own == fold], shifted)


def test_without_inner_folds_nothing_is_learned():
    texts, labels, folds = make(repeats=1)
    with pytest.raises(InputError, match="needs inner folds"):
        learned(texts, labels, folds, Model(), MACRO, cut=None)


PAIR_BLOCKS = (Block(field="masked", ngrams=(1, 2)), Block(field="pair", analyzer="indicator"))
PAIR_LABELS, PAIR_REVERSAL = ("none", "pq", "qp"), (0, 2, 1)


def pairs(size=SIZE):
    """The verb tells whether anything is felt, the order of names who feels it; some labels are wrong."""
    random = np.random.default_rng(4)
    names, codes = np.array(["Ann", "Bob", "Carl"]), np.arange(size) % 3
    first, second = (names[(np.arange(size) + step + random.integers(0, 2, size)) % 3] for step in (0, 2))
    texts = [f"{a} {'meets' if code == 0 else 'blames'} {b} mot{random.integers(9)}"
             for a, b, code in zip(first, second, codes, strict=True)]  # fmt: skip
    own, other = np.where(codes == 2, second, first), np.where(codes == 2, first, second)
    wrong = random.random(size) < 0.25
    gold = np.where(wrong, random.integers(0, 3, size), codes)[:, None] == np.arange(3)
    return {"text": texts, "actor": own.tolist(), "target": other.tolist()}, gold


def part(columns, rows):
    return {name: [own[row] for row in rows] for name, own in columns.items()}


PAIR_VOTE = Model(kind="vote", of=(Model(kind="linear_svc"), Model()), weights=(2.0, 1.0))


@pytest.mark.parametrize("conditioning", ["none", "token", "shared_per_target", "per_target"])
@pytest.mark.parametrize("reversal", [None, PAIR_REVERSAL])
def test_inner_fits_are_those_of_a_corpus_that_has_the_training_rows_alone(reversal, conditioning):
    """Directed pairs and weights by target: inner scores are out-of-fold scores of the training rows, nothing else."""
    columns, gold = pairs()
    kind = "stance" if reversal is None else "directed_pair"
    features = Features(blocks=PAIR_BLOCKS, conditioning=conditioning)
    tuned, folds = Setting({}, features, PAIR_VOTE, MACRO), (np.arange(SIZE) // 3 % 4).astype(np.int32)[None]
    whole = count_instances(columns, PAIR_BLOCKS, reversal)

    def cut(rows):
        return (rows // 2 % 3).astype(np.int32)

    found = out_of_fold(whole, [[tuned] * 4], gold, folds, 0, in_turn, kind=kind, cut_inner=cut)
    for fold in range(4):
        rows, held_out = np.flatnonzero(folds[0] != fold), np.flatnonzero(folds[0] == fold)
        alone = count_instances(part(columns, rows), PAIR_BLOCKS, reversal)
        scores, outer = [], []
        for member in PAIR_VOTE.members:
            plain = Setting({}, features, member.model_copy(update={"calibration": "none"}), "argmax")
            inner = out_of_fold(alone, [[plain] * 3], gold[rows], cut(rows)[None], 0, in_turn)
            scores.append(inner.scores[0])
            outer.append(out_of_fold(whole, [[plain] * 4], gold, folds, 0, in_turn).scores[0, held_out])
        rule = fit_rule(np.stack(scores), gold[rows], cut(rows), PAIR_VOTE, kind, MACRO, reversal)
        np.testing.assert_allclose(found.rules[0][fold].offsets, rule.offsets, atol=1e-6)
        np.testing.assert_allclose(found.scores[0, held_out], rule.values(np.stack(outer)), atol=1e-6)
        if reversal is not None:
            assert rule.offsets[1] == rule.offsets[2]
    assert found.fits == 4 * (2 + 2 * 3)
