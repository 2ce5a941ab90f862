"""Choosing among settings: as scikit-learn's grid search does, on training rows and nothing else."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import GridSearchCV, PredefinedSplit
from sklearn.pipeline import Pipeline
from sklearn.svm import LinearSVC

from stancekit.config.decision import Tune
from stancekit.config.features import Block, Features
from stancekit.config.model import Model
from stancekit.config.settings import Setting
from stancekit.corpus.linking import link_by_name
from stancekit.engine.local import run_jobs
from stancekit.evaluation.search import Candidates, Choice, at_the_edge, choose_settings, describe_choice
from stancekit.features.blocks import fit_features
from stancekit.models import conditioned, splits
from stancekit.models.instances import count_instances
from stancekit.models.linear import in_turn

SIZE = 90
CS = (0.003, 0.03, 0.3, 3.0)
NGRAMS = ((1, 1), (1, 2))


def corpus(seed=0):
    """Texts whose word order says part of the label, with a good share of wrong labels."""
    random = np.random.default_rng(seed)
    codes = np.r_[0, 1, 2, random.integers(0, 3, SIZE - 3)]
    pairs = np.array(["refuse pas", "pas refuse", "évoque pas"])
    said = np.where(random.random(SIZE) < 0.3, random.integers(0, 3, SIZE), codes)
    texts = [
        f"mot{random.integers(20)} {pairs[code]} mot{random.integers(20)} mot{random.integers(9)}" for code in said
    ]
    return texts, codes[:, None] == np.arange(3)


def cut(rows, n=4):
    """Deal rows to folds in turn."""
    return Candidates(np.asarray(rows), (np.arange(len(rows)) % n).astype(np.int32))


def setting(C=1.0, ngrams=(1, 1), kind="linear_svc", **block):
    features = Features(blocks=(Block(field="text", tokens=r"\w+", ngrams=ngrams, **block),))
    own = Model(kind=kind) if kind == "complement_nb" else Model(kind=kind, C=C, class_weight=None)
    return Setting({"model.C": C, "features.blocks.0.ngrams": list(ngrams)}, features, own, "argmax")


SETTINGS = [setting(C, ngrams) for ngrams, C in product(NGRAMS, CS)]


def counted(texts, settings):
    blocks = list(dict.fromkeys(block for own in settings for block in own.features.blocks))
    return count_instances({"text": texts}, blocks)


def choose(texts, labels, choices, settings=SETTINGS, metric="macro_f1", kind="stance", jobs=1):
    def run(waiting):
        return run_jobs(waiting, jobs)

    return choose_settings(counted(texts, settings), settings, labels, choices, metric, kind, 0, run)


def theirs(texts, labels, candidates):
    """Return scikit-learn's grid search over a pipeline that is fitted afresh in every fold."""
    pipeline = Pipeline(
        [("tfidf", TfidfVectorizer(token_pattern=r"(?u)\w+")), ("svc", LinearSVC(dual=False, tol=1e-8, max_iter=10000))]
    )
    search = GridSearchCV(
        pipeline,
        {"svc__C": list(CS), "tfidf__ngram_range": list(NGRAMS)},
        scoring="f1_macro",
        cv=PredefinedSplit(candidates.folds),
        refit=False,
    )
    rows = candidates.rows
    search.fit([texts[row] for row in rows], labels[rows].argmax(axis=1))
    found = search.cv_results_
    by_fold = np.stack([found[f"split{fold}_test_score"] for fold in range(candidates.folds.max() + 1)], axis=1)
    named = [(parameters["svc__C"], parameters["tfidf__ngram_range"]) for parameters in found["params"]]
    return {name: scores for name, scores in zip(named, by_fold, strict=True)}  # noqa: C416 # a row for each


def name_of(own):
    return own.model.C, own.features.blocks[0].ngrams


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_fold_scores_are_those_of_scikit_learns_grid_search(seed):
    texts, labels = corpus(seed)
    candidates = cut(np.arange(SIZE))
    (choice,) = choose(texts, labels, [candidates])
    expected = theirs(texts, labels, candidates)
    np.testing.assert_allclose(choice.by_fold, [expected[name_of(own)] for own in SETTINGS], atol=1e-3)
    # The comparison says nothing unless settings differ.
    assert len(np.unique(choice.scores.round(6))) > 3


def pooled_by_hand(texts, labels, rows, folds, own):
    """Return the metric over all held-out rows together, each from a pipeline fitted without its fold."""
    gold = labels.argmax(axis=1)
    predicted = np.full(len(texts), -1)
    for fold in np.unique(folds):
        training, held_out = rows[folds != fold], rows[folds == fold]
        vectorizer = TfidfVectorizer(token_pattern=r"(?u)\w+", ngram_range=own.features.blocks[0].ngrams)
        matrix = vectorizer.fit_transform([texts[row] for row in training])
        model = LinearSVC(C=own.model.C, dual=False, tol=1e-8, max_iter=10000).fit(matrix, gold[training])
        predicted[held_out] = model.predict(vectorizer.transform([texts[row] for row in held_out]))
    return f1_score(gold[rows], predicted[rows], average="macro")


@pytest.mark.parametrize("seed", [0, 1])
def test_nested_choices_are_those_of_an_independent_loop_over_training_rows(seed):
    texts, labels = corpus(seed)
    outer = np.arange(SIZE) // 3 % 3
    choices = [cut(np.flatnonzero(outer != fold)) for fold in range(3)]
    found = choose(texts, labels, choices)
    for candidates, choice in zip(choices, found, strict=True):
        expected = [pooled_by_hand(texts, labels, candidates.rows, candidates.folds, own) for own in SETTINGS]
        np.testing.assert_allclose(choice.scores, expected, atol=1e-3)
        assert choice.best == int(np.argmax(expected))


@pytest.mark.parametrize("text", ["", "refuse refuse pas", "tout autre chose"])
def test_nothing_of_a_row_outside_touches_a_choice(text, monkeypatch):
    """Other texts and labels in the held-out third: scores, vocabulary, IDF and coefficients stay to the bit."""
    texts, labels = corpus()
    candidates = cut(np.flatnonzero(np.arange(SIZE) % 3 != 0))
    outside = np.arange(SIZE) % 3 == 0
    other_texts = [text if away else own for away, own in zip(outside, texts, strict=True)]
    other_labels = np.where(outside[:, None], np.roll(labels, 1, axis=1), labels)

    fitted = []
    fit_linear = conditioned.fit_linear

    def note_features(*arguments):
        features, matrix = fit_features(*arguments)
        fitted.append([(list(own.terms), own.idf.tobytes()) for own in features.blocks])
        return features, matrix

    def note_model(*arguments):
        model = fit_linear(*arguments)
        fitted.append(model.coefficients.tobytes() + model.intercepts.tobytes())
        return model

    monkeypatch.setattr(splits, "fit_features", note_features)
    monkeypatch.setattr(conditioned, "fit_linear", note_model)
    (before,) = choose(texts, labels, [candidates])
    noted = fitted[:]
    fitted.clear()
    (after,) = choose(other_texts, other_labels, [candidates])
    assert len(noted) == 4 * (2 + len(SETTINGS))
    assert fitted == noted
    assert after.best == before.best
    np.testing.assert_array_equal(after.scores, before.scores)
    np.testing.assert_array_equal(after.by_fold, before.by_fold)
    # Among the rows themselves the same changes do make a difference.
    (inside,) = choose(other_texts, other_labels, [cut(np.arange(SIZE))])
    assert not np.array_equal(inside.scores, choose(texts, labels, [cut(np.arange(SIZE))])[0].scores)


def test_choices_do_not_depend_on_the_number_of_jobs():
    texts, labels = corpus()
    choices = [cut(np.arange(SIZE)), cut(np.flatnonzero(np.arange(SIZE) % 3))]
    for one, two in zip(choose(texts, labels, choices), choose(texts, labels, choices, jobs=2), strict=True):
        assert one.best == two.best
        np.testing.assert_array_equal(one.scores, two.scores)
        np.testing.assert_array_equal(one.by_fold, two.by_fold)


def test_the_order_of_settings_changes_no_score_and_of_equals_the_first_is_chosen():
    texts, labels = corpus()
    candidates = cut(np.arange(SIZE))
    (choice,) = choose(texts, labels, [candidates])
    order = np.random.default_rng(1).permutation(len(SETTINGS))
    (shuffled,) = choose(texts, labels, [candidates], [SETTINGS[number] for number in order])
    np.testing.assert_array_equal(shuffled.scores, choice.scores[order])
    np.testing.assert_array_equal(shuffled.by_fold, choice.by_fold[order])
    worse, best = SETTINGS[int(choice.scores.argmin())], SETTINGS[choice.best]
    assert choose(texts, labels, [candidates], [worse, best, best, worse])[0].best == 1


def test_every_held_out_row_counts_alike_however_small_its_fold():
    """Pooled, not the mean over folds: one row in a fold of its own must not weigh as much as all the others."""
    texts, labels = corpus()
    rows = np.arange(SIZE)
    folds = np.where(rows == 0, 2, rows % 2).astype(np.int32)
    (choice,) = choose(texts, labels, [Candidates(rows, folds)], metric="accuracy")
    weights = np.bincount(folds) / SIZE
    np.testing.assert_allclose(choice.scores, choice.by_fold @ weights)
    assert not np.allclose(choice.scores, choice.by_fold.mean(axis=1))


def test_features_of_a_split_are_made_once_for_all_models_on_them(monkeypatch):
    times = []

    def counting(*arguments):
        times.append(1)
        return fit_features(*arguments)

    monkeypatch.setattr(splits, "fit_features", counting)
    texts, labels = corpus()
    choose(texts, labels, [cut(np.arange(SIZE))])
    assert len(times) == 4 * len(NGRAMS)


def test_settings_that_differ_in_nothing_that_is_fitted_are_fitted_once(monkeypatch):
    fits = []
    fit_linear = conditioned.fit_linear
    monkeypatch.setattr(conditioned, "fit_linear", lambda *own: fits.append(1) or fit_linear(*own))
    texts, labels = corpus()
    (choice,) = choose(texts, labels, [cut(np.arange(SIZE))], [setting(1.0), setting(3.0), setting(1.0)])
    assert len(fits) == 4 * 2
    assert choice.scores[0] == choice.scores[2]


def test_settings_that_differ_only_in_pruning_share_their_counts(monkeypatch):
    settings = [setting(min_df=1), setting(min_df=3)]
    texts, labels = corpus()
    first, second = counted(texts, settings).counts.values()
    assert first.matrix is second.matrix
    (choice,) = choose(texts, labels, [cut(np.arange(SIZE))], settings)
    alone = [choose(texts, labels, [cut(np.arange(SIZE))], [own])[0].scores[0] for own in settings]
    assert choice.scores.tolist() == alone


def test_fits_that_stopped_early_are_counted_by_setting(monkeypatch):
    fit_linear = conditioned.fit_linear

    def stopping(matrix, labels, model, seed, *others):
        fitted = fit_linear(matrix, labels, model, seed, *others)
        return replace(fitted, unconverged=(0, 2)) if model.C > 2 and len(labels) < 68 else fitted

    monkeypatch.setattr(conditioned, "fit_linear", stopping)
    texts, labels = corpus()
    # 90 rows in 4 folds: those of 23 rows are trained without in 67, those of 22 in 68.
    (choice,) = choose(texts, labels, [cut(np.arange(SIZE))], [setting(1.0), setting(3.0), setting(9.0), setting(3.0)])
    assert choice.unconverged.tolist() == [0, 2, 2, 2]


def test_kinds_of_models_compete():
    texts, labels = corpus()
    settings = [setting(kind=kind) for kind in ("linear_svc", "complement_nb", "ridge")]
    (choice,) = choose(texts, labels, [cut(np.arange(SIZE))], settings)
    assert len(set(choice.scores)) == 3
    assert choice.best == int(choice.scores.argmax())


def test_label_sets_are_decided_label_by_label():
    """By hand: a binary LinearSVC for each label; F1 over all decisions together."""
    texts, labels = corpus()
    labels = labels.copy()
    labels[::2, 0] = True
    candidates = cut(np.arange(SIZE))
    (choice,) = choose(texts, labels, [candidates], [setting(0.3)], "micro_f1", "multilabel")
    predicted = np.zeros_like(labels)
    for fold in range(4):
        training, held_out = candidates.folds != fold, candidates.folds == fold
        vectorizer = TfidfVectorizer(token_pattern=r"(?u)\w+")
        matrix = vectorizer.fit_transform(np.array(texts)[training])
        for label in range(3):
            model = LinearSVC(C=0.3, dual=False, tol=1e-8, max_iter=10000).fit(matrix, labels[training, label])
            predicted[held_out, label] = model.predict(vectorizer.transform(np.array(texts)[held_out]))
    assert choice.scores[0] == pytest.approx(f1_score(labels, predicted, average="micro"), abs=1e-3)


def chosen(best, **tried):
    (values,) = tried.values()
    (key,) = tried
    settings = [Setting({key.replace("__", "."): value}, Features(), Model(), "argmax") for value in values]
    scores = np.array([float(number == best) for number in range(len(values))])
    return Choice(best, scores, scores[:, None], np.zeros(len(values), dtype=np.intp)), settings


@pytest.mark.parametrize(
    ("best", "values", "expected"),
    [
        (0, [0.1, 1, 10], [("model.C", 0.1, "smallest")]),
        (2, [0.1, 1, 10], [("model.C", 10, "largest")]),
        (1, [10, 1, 0.1], []),
        (0, [10, 1, 0.1], [("model.C", 10, "largest")]),
        (0, [1], []),
    ],
)
def test_a_number_at_the_edge_of_those_tried_is_named(best, values, expected):
    assert at_the_edge(*chosen(best, model__C=values)) == expected


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("features.blocks.0.sublinear", [True, False]),
        ("features.blocks.0.ngrams", [[1, 1], [1, 2]]),
        ("model.kind", ["linear_svc", "ridge"]),
        ("features.blocks.0.max_features", [None, 10]),
        ("features.blocks.0.min_df", [1, 2]),
        ("features.blocks.0.max_df", [1.0, 0.5]),
    ],
)
def test_what_has_no_edge_is_not_said_to_be_at_it(key, values):
    assert at_the_edge(*chosen(0, **{key.replace(".", "__"): values})) == []


def test_a_key_that_only_another_kind_has_has_no_edge_for_it():
    choice, settings = chosen(0, model__kind=["complement_nb", "ridge"])
    settings[1] = Setting({"model.kind": "ridge", "model.C": 3}, Features(), Model(), "argmax")
    assert at_the_edge(choice, settings) == []
    settings.append(Setting({"model.kind": "ridge", "model.C": 9}, Features(), Model(), "argmax"))
    choice = Choice(1, choice.scores, choice.by_fold, choice.unconverged)
    assert at_the_edge(choice, settings) == [("model.C", 3, "smallest")]


def test_a_score_that_is_not_defined_is_null_in_json():
    settings = chosen(0, model__C=[1, 2])[1]
    choice = Choice(1, np.array([np.nan, 0.5]), np.array([[np.nan], [0.5]]), np.array([0, 2]))
    assert describe_choice(choice, settings) == {
        "best": {"model.C": 2},
        "tried": [
            {"changes": {"model.C": 1}, "score": None, "folds": [None], "unconverged": 0},
            {"changes": {"model.C": 2}, "score": 0.5, "folds": [0.5], "unconverged": 2},
        ],
    }


@pytest.mark.parametrize("kind", ["linear_svc", "complement_nb"])
def test_which_way_round_a_pair_was_written_changes_no_score_of_a_setting_that_is_tuned(kind):
    """As it is written first, the one who feels is almost always the actor."""
    random = np.random.default_rng(1)
    names, codes = np.array(["Ann", "Bob", "Carl"]), random.integers(0, 2, SIZE)
    actors, targets = (names[(np.arange(SIZE) + step) % 3] for step in (0, 1))
    texts = [f"{a} {'meets' if code == 0 else 'blames'} {b}" for a, b, code in zip(actors, targets, codes, strict=True)]
    gold = np.where(random.random(SIZE) < 0.4, random.integers(0, 3, SIZE), codes)
    block = Block(field="masked", ngrams=(1, 2), tokens=r"\w+")
    model = Model(kind=kind, calibration="platt")
    tuned = [Setting({}, Features(blocks=(block,)), model, Tune(tune="macro_f1"))]
    found = []
    for turned in (np.zeros(SIZE, dtype=bool), np.arange(SIZE) % 3 == 0):
        columns = {"actor": np.where(turned, targets, actors), "target": np.where(turned, actors, targets)}
        examples = {"text": texts, **{name: own.tolist() for name, own in columns.items()}}
        examples |= link_by_name(examples)
        labels = np.where(turned, np.array([0, 2, 1])[gold], gold)[:, None] == np.arange(3)
        counts = count_instances(examples, [block], (0, 2, 1))
        found += choose_settings(counts, tuned, labels, [cut(range(SIZE))], "accuracy", "directed_pair", 0, in_turn)
    one, two = found
    assert one.scores.tolist() == two.scores.tolist()
    assert one.by_fold.tolist() == two.by_fold.tolist()
