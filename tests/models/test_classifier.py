"""`StanceClassifier`: an ordinary scikit-learn estimator, and the same model as a run's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from datasets import Dataset
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import GridSearchCV, KFold, StratifiedKFold, cross_val_predict, cross_val_score
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from stancekit.config.features import Block
from stancekit.config.model import MODEL_KEYS, Model
from stancekit.config.schema import Folds, Task
from stancekit.corpus.examples import as_columns
from stancekit.corpus.folds import cut_folds
from stancekit.errors import DataError, InputError
from stancekit.features.counts import block_analyzer
from stancekit.models.classifier import StanceClassifier
from stancekit.models.linear import HAS_PROBABILITIES
from stancekit.models.stance_model import fit_model

BLOCKS = [{"field": "text", "ngrams": [1, 2]}, {"field": "pair", "analyzer": "indicator", "weight": 0.5}]


def corpus(labels=("opposes", "neutral", "supports"), size=60):
    """Return examples that their words tell apart most of the time, and their labels."""
    random = np.random.default_rng(0)
    y = random.choice(labels, size)
    words = [label if random.random() < 0.8 else "peut-être" for label in y]
    texts = [f"{word} mot{random.integers(6)}" for word in words]
    X = [{"text": text, "actor": random.choice(["France", "Mali"]), "target": "deal"} for text in texts]
    return X, y


def test_parameters_are_stored_untouched_and_cloned():
    blocks = [Block(field="text"), {"field": "pair", "analyzer": "indicator"}]
    given = {
        "blocks": blocks,
        "model": "linear_svc",
        "C": 0.5,
        "class_weight": None,
        "labels": ["supports", "opposes"],
        "random_state": 7,
        "smoothing": 0.5,
        "conditioning": "token",
        "reverse": {"supports": "opposes"},
        "calibration": "platt",
        "decision": {"tune": "macro_f1"},
        "inner_folds": 3,
        "of": None,
        "weights": None,
    }
    classifier = StanceClassifier(**given)
    assert classifier.get_params() == given
    assert classifier.blocks is blocks
    X = [{"text": "oui", "actor": "a", "target": "b"}, {"text": "non", "actor": "a", "target": "b"}] * 3
    copy = clone(classifier.fit(X, ["supports", "opposes"] * 3))
    assert copy.get_params() == given
    assert not hasattr(copy, "model_")
    assert StanceClassifier().set_params(C=3.0).C == 3.0
    assert is_classifier(classifier)


def test_fitting_changes_no_parameter():
    X, y = corpus()
    classifier = StanceClassifier(blocks=BLOCKS)
    before = repr(classifier.get_params())
    assert classifier.fit(X, y) is classifier
    assert repr(classifier.get_params()) == before


def test_it_is_the_model_that_fit_model_fits():
    X, y = corpus()
    classifier = StanceClassifier(blocks=BLOCKS, C=2.0).fit(X, y)
    labels = sorted(set(y))
    assert classifier.classes_.tolist() == labels
    blocks, task = [Block.model_validate(block) for block in BLOCKS], Task(labels=tuple(labels))
    model = fit_model(as_columns(X), y[:, None] == np.array(labels), task, blocks, Model(C=2.0))
    assert classifier.decision_function(X).tobytes() == model.decision_function(X).tobytes()
    assert classifier.predict(X).tolist() == model.predict(X)
    shares = [list(own.values()) for own in model.predict_proba(X)]
    np.testing.assert_array_equal(classifier.predict_proba(X), shares)


def test_the_most_probable_class_is_predicted():
    X, y = corpus()
    classifier = StanceClassifier().fit(X, y)
    shares = classifier.predict_proba(X)
    assert shares.shape == (60, 3)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    assert classifier.classes_[shares.argmax(axis=1)].tolist() == classifier.predict(X).tolist()


def test_labels_give_the_order_of_the_model_and_leave_that_of_the_columns():
    X, y = corpus()
    usual = StanceClassifier(blocks=BLOCKS).fit(X, y)
    ordered = StanceClassifier(blocks=BLOCKS, labels=["supports", "opposes", "neutral"]).fit(X, y)
    assert ordered.model_.labels == ("supports", "opposes", "neutral")
    assert ordered.classes_.tolist() == ["neutral", "opposes", "supports"]
    np.testing.assert_array_equal(ordered.decision_function(X), usual.decision_function(X))
    np.testing.assert_array_equal(ordered.predict_proba(X), usual.predict_proba(X))
    assert ordered.predict(X).tolist() == usual.predict(X).tolist()


def test_labels_in_another_order_are_scored_alike_by_what_needs_probabilities():
    X, y = corpus()
    for scoring in ("neg_log_loss", "roc_auc_ovr"):
        usual, ordered = (
            cross_val_score(StanceClassifier(blocks=BLOCKS, labels=labels), X, y, scoring=scoring, error_score="raise")
            for labels in (None, ["supports", "opposes", "neutral"])
        )
        np.testing.assert_array_equal(ordered, usual)


@pytest.mark.parametrize("kind", [list, Dataset.from_list, pd.DataFrame])
def test_every_kind_of_table_fits_and_predicts_alike(kind):
    X, y = corpus()
    X = [{name: str(value) for name, value in row.items()} for row in X]
    expected = StanceClassifier().fit(X, y).decision_function(X)
    assert StanceClassifier().fit(kind(X), list(y)).decision_function(kind(X)).tobytes() == expected.tobytes()


@pytest.mark.parametrize("model", ["logistic_regression", "linear_svc"])
@pytest.mark.parametrize("as_table", [list, pd.DataFrame])
def test_cross_val_score_is_what_a_loop_over_folds_finds(model, as_table):
    X, y = corpus()
    classifier = StanceClassifier(blocks=BLOCKS, model=model)
    folds = StratifiedKFold(3)
    expected = []
    for training, held_out in folds.split(X, y):
        own = StanceClassifier(blocks=BLOCKS, model=model).fit([X[i] for i in training], y[training])
        expected.append(accuracy_score(y[held_out], own.predict([X[i] for i in held_out])))
    scores = cross_val_score(classifier, as_table(X), y, cv=folds, error_score="raise")
    np.testing.assert_array_equal(scores, expected)
    assert 0.4 < np.mean(expected) < 1.0


def test_grid_search_over_the_penalty_finds_what_a_loop_finds():
    X, y = corpus()
    grid = {"C": [0.001, 1.0], "class_weight": ["balanced", None]}
    search = GridSearchCV(StanceClassifier(blocks=BLOCKS), grid, cv=KFold(3), scoring="f1_macro", error_score="raise")
    search.fit(X, y)
    for parameters, score in zip(search.cv_results_["params"], search.cv_results_["mean_test_score"], strict=True):
        predicted = cross_val_predict(StanceClassifier(blocks=BLOCKS, **parameters), X, y, cv=KFold(3))
        own = [f1_score(y[held_out], predicted[held_out], average="macro") for _, held_out in KFold(3).split(X)]
        assert score == pytest.approx(np.mean(own), rel=1e-12)
    assert search.best_estimator_.get_params()["C"] == search.best_params_["C"]
    assert search.predict(X[:2]).shape == (2,)


def test_it_is_a_step_of_a_pipeline():
    X, y = corpus()
    pipeline = make_pipeline(
        FunctionTransformer(lambda rows: [{**row, "actor": None} for row in rows]), StanceClassifier()
    )
    pipeline.set_params(stanceclassifier__C=0.5).fit(X, y)
    named = StanceClassifier(C=0.5).fit([{**row, "actor": None} for row in X], y)
    assert pipeline.predict_proba(X).tobytes() == named.predict_proba([{**row, "actor": None} for row in X]).tobytes()


@pytest.mark.usefixtures("solved_closely")
def test_two_classes_have_one_decision_value_as_scikit_learn_has():
    X, y = corpus(("opposes", "supports"))
    block = Block(field="text", ngrams=(1, 2))
    classifier = StanceClassifier(blocks=[block], C=2.0).fit(X, y)
    texts = [row["text"] for row in X]
    estimator = LogisticRegression(C=2.0, class_weight="balanced", solver="liblinear", max_iter=10_000, tol=1e-10)
    theirs = make_pipeline(TfidfVectorizer(analyzer=block_analyzer(block)), estimator).fit(texts, y)
    found = classifier.decision_function(X)
    np.testing.assert_allclose(found, theirs.decision_function(texts), rtol=1e-6, atol=1e-7)
    assert classifier.predict(X).tolist() == classifier.classes_[(found > 0).astype(int)].tolist()
    np.testing.assert_allclose(classifier.predict_proba(X), theirs.predict_proba(texts), rtol=1e-6)


def test_two_classes_are_scored_by_what_needs_probabilities_or_a_ranking():
    X, y = corpus(("opposes", "supports"))
    for scoring in ("neg_log_loss", "roc_auc"):
        assert np.isfinite(cross_val_score(StanceClassifier(), X, y, scoring=scoring, error_score="raise")).all()


def test_a_model_without_probabilities_has_no_predict_proba():
    X, y = corpus()
    classifier = StanceClassifier(model="linear_svc").fit(X, y)
    with pytest.raises(AttributeError):
        classifier.predict_proba(X)
    assert not hasattr(classifier, "predict_proba")
    assert hasattr(StanceClassifier(), "predict_proba")


@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
def test_before_it_is_fitted_it_predicts_nothing(method):
    with pytest.raises(NotFittedError):
        getattr(StanceClassifier(), method)(["oui"])


def test_examples_and_labels_of_different_number_are_refused():
    with pytest.raises(DataError, match="3 examples, but 2 labels"):
        StanceClassifier().fit(["a", "b", "c"], ["x", "y"])


def test_a_label_that_nobody_gave_or_that_nobody_knows_is_refused():
    with pytest.raises(DataError, match="y holds one class only, 'x'"):
        StanceClassifier().fit(["a", "b"], ["x", "x"])
    with pytest.raises(DataError, match="y holds 2 of 3 labels, and not 'z'"):
        StanceClassifier(labels=["x", "y", "z"]).fit(["a", "b"], ["x", "y"])
    with pytest.raises(DataError, match="y holds 'suports'; did you mean 'supports'"):
        StanceClassifier(labels=["opposes", "supports"]).fit(["a", "b"], ["suports", "opposes"])


def test_texts_without_words_are_refused():
    with pytest.raises(DataError, match="no feature is left"):
        StanceClassifier(blocks=BLOCKS).fit(["", "."], ["x", "y"])


@pytest.mark.parametrize(
    "parameters", [{"model": "svm"}, {"C": 0.0}, {"class_weight": "even"}, {"blocks": [{"field": "x"}]}]
)
def test_parameters_that_are_not_allowed_are_refused_when_fitting(parameters):
    classifier = StanceClassifier(**parameters)
    with pytest.raises(ValueError, match=r"validation error|Input should be"):
        classifier.fit(["a", "b"], ["x", "y"])


@pytest.mark.parametrize("model", MODEL_KEYS)
def test_every_kind_of_model_fits_predicts_and_has_the_probabilities_it_says(model):
    X, y = corpus()
    members = [{"kind": "linear_svc"}, {"kind": "complement_nb"}]
    classifier = StanceClassifier(blocks=BLOCKS, model=model, smoothing=0.5, of=members).fit(X, y)
    assert accuracy_score(y, classifier.predict(X)) > 0.7
    assert hasattr(classifier, "predict_proba") == HAS_PROBABILITIES[model]
    if HAS_PROBABILITIES[model]:
        shares = classifier.predict_proba(X)
        np.testing.assert_allclose(shares.sum(axis=1), 1.0)
        assert classifier.classes_[shares.argmax(axis=1)].tolist() == classifier.predict(X).tolist()


@pytest.mark.parametrize("theirs", [ComplementNB(alpha=0.5), LogisticRegression(tol=1e-8, class_weight="balanced")])
def test_models_that_decide_between_labels_have_the_probabilities_of_scikit_learn(theirs):
    X, y = corpus()
    block = Block(field="text")
    model = "complement_nb" if isinstance(theirs, ComplementNB) else "multinomial_logistic_regression"
    classifier = StanceClassifier(blocks=[block], model=model, smoothing=0.5).fit(X, y)
    texts = [row["text"] for row in X]
    pipeline = make_pipeline(TfidfVectorizer(analyzer=block_analyzer(block)), theirs).fit(texts, y)
    np.testing.assert_allclose(classifier.predict_proba(X), pipeline.predict_proba(texts), atol=1e-5)


def test_a_parameter_counts_for_the_models_that_have_it():
    X, y = corpus()
    naive = [StanceClassifier(model="complement_nb", smoothing=s, C=C).fit(X, y) for s, C in [(1, 1), (1, 9), (9, 1)]]
    first, other_penalty, other_smoothing = (own.decision_function(X).tobytes() for own in naive)
    assert first == other_penalty
    assert first != other_smoothing


VOTE = [{"kind": "logistic_regression"}, {"kind": "linear_svc", "C": 0.1}, {"kind": "complement_nb"}]


@pytest.mark.parametrize(
    "parameters",
    [
        {"model": "linear_svc", "calibration": "platt"},
        {"calibration": "isotonic", "decision": {"tune": "macro_f1"}},
        {"model": "vote", "of": VOTE, "weights": [1.0, 2.0, 1.0]},
        {"model": "vote", "of": VOTE, "decision": {"tune": "accuracy"}},
    ],
)
def test_what_is_calibrated_tuned_or_voted_predicts_its_most_probable_class(parameters):
    X, y = corpus()
    classifier = StanceClassifier(blocks=BLOCKS, **parameters).fit(X, y)
    shares = classifier.predict_proba(X)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    assert classifier.classes_[shares.argmax(axis=1)].tolist() == classifier.predict(X).tolist()
    assert (
        classifier.classes_[classifier.decision_function(X).argmax(axis=1)].tolist() == classifier.predict(X).tolist()
    )
    again = clone(classifier).fit(X, y)
    assert again.decision_function(X).tobytes() == classifier.decision_function(X).tobytes()


def test_two_classes_that_are_tuned_still_have_one_decision_value():
    X, y = corpus(("opposes", "supports"))
    classifier = StanceClassifier(blocks=BLOCKS, class_weight=None, decision={"tune": "macro_f1"}).fit(X, y)
    found = classifier.decision_function(X)
    assert classifier.predict(X).tolist() == classifier.classes_[(found > 0).astype(int)].tolist()


def test_groups_stay_together_in_inner_folds():
    X, y = corpus()
    groups = [f"article {row % 12}" for row in range(60)]
    svc = StanceClassifier(blocks=BLOCKS, model="linear_svc", calibration="platt")
    codes = np.unique(groups, return_inverse=True)[1]
    gold = y[:, None] == np.unique(y)
    plan = Folds(scheme="stratified_group", by="groups")
    folds = cut_folds(gold, np.unique(y).tolist(), codes, plan, 0)[0]
    blocks, spec = [Block.model_validate(own) for own in BLOCKS], Model(kind="linear_svc", calibration="platt")
    model = fit_model(as_columns(X), gold, Task(labels=tuple(np.unique(y))), blocks, spec, folds=folds)
    np.testing.assert_array_equal(svc.fit(X, y, groups=groups).decision_function(X), model.decision_function(X))
    assert not np.array_equal(clone(svc).fit(X, y).decision_function(X), model.decision_function(X))
    with pytest.raises(DataError, match="60 examples, but 2 groups"):
        svc.fit(X, y, groups=["a", "b"])
    with pytest.raises(DataError, match="inner_folds=2"):
        svc.fit(X, y, groups=["a"] * 30 + ["b"] * 30)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"decision": "argmx"}, "decision: Input should be 'argmax'"),
        ({"decision": {"tune": "log_loss"}}, "decision.tune: Input should be"),
        ({"decision": {"tune": "f_avg"}}, "decision.tune: 'f_avg' is the mean F1 of all labels but the neutral one"),
        ({"decision": {"tune": "hamming_loss"}}, "decision.tune: 'hamming_loss' is not a metric of a stance task"),
        ({"calibration": "beta"}, "calibration: Input should be 'none', 'platt' or 'isotonic'"),
        ({"model": "vote"}, "a vote needs the models it is of"),
        ({"model": "vote", "of": [{"kind": "ridge"}]}, "of: a vote needs two models at least"),
        ({"model": "vote", "of": VOTE, "weights": [1.0]}, "a vote of 3 models needs as many weights, not 1"),
    ],
)
def test_rules_that_are_not_allowed_are_named(parameters, said):
    with pytest.raises(InputError, match=said):
        StanceClassifier(**parameters).fit(["a", "b"], ["x", "y"])
