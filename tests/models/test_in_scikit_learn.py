"""`StanceClassifier` among scikit-learn's own tools: what people do with estimators."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import sparse
from sklearn import config_context
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    RandomizedSearchCV,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.utils.validation import check_is_fitted

from stancekit import StanceClassifier
from stancekit.errors import DataError, InputError

BLOCKS = [{"field": "text"}]
VERBS = {"opposes": ("refuse", "condamne"), "neutral": ("évoque", "décrit"), "supports": ("salue", "soutient")}
GROUPS = [f"article {row // 6}" for row in range(48)]


def rows_and_labels():
    """Return 48 examples in 8 articles, three labels each told by one of two verbs."""
    labels = [label for label in VERBS for _ in range(2)] * 8
    rows = [
        {
            "text": f"Paris {VERBS[label][row % 2]} le plan {row % 5}.",
            "actor": ("France", "Mali")[row % 2],
            "target": "p",
        }
        for row, label in enumerate(labels)
    ]
    return rows, np.array(labels)


X, Y = rows_and_labels()
CLASSIFIER = StanceClassifier(blocks=BLOCKS)


@pytest.mark.parametrize(
    "labels",
    [
        [3, -1, 20],
        [False, True],
        [1.0, 2.0, 3.0],
        ["c", "a", "b"],
        np.array([2, 10, 1], dtype=np.uint8),
        pd.Categorical(["c", "a", "b"]),
        pa.array(["c", "a", "b"]),
        pa.chunked_array([["c", "a"], ["b"]]),
        pd.Series(["c", "a", "b"], dtype="string", index=[5, 5, 6]),
    ],
    ids=lambda labels: type(labels).__name__,
)
def test_labels_come_back_as_what_they_were(labels):
    texts = ["un", "deux", "trois"][: len(labels)]
    classifier = clone(CLASSIFIER).fit(texts, labels)
    own = labels.to_pylist() if hasattr(labels, "to_pylist") else np.asarray(labels).tolist()
    assert classifier.predict(texts).tolist() == own
    assert classifier.classes_.tolist() == sorted(own)
    assert type(classifier.classes_.tolist()[0]) is type(own[0])


def test_eleven_numbered_classes_stay_in_the_order_of_their_numbers():
    numbers = np.repeat(np.arange(11), 4)
    texts = [f"mot{number}" for number in numbers]
    shares = cross_val_predict(CLASSIFIER, texts, numbers, cv=2, method="predict_proba")
    assert shares.argmax(axis=1).tolist() == numbers.tolist()
    named = [f"l{number}" for number in numbers]
    shares = cross_val_predict(CLASSIFIER, texts, named, cv=2, method="predict_proba")
    assert np.unique(named)[shares.argmax(axis=1)].tolist() == named


@pytest.mark.parametrize(
    ("labels", "error", "said"),
    [
        (["a", None, "b"], DataError, "example 1: no label"),
        (pd.Series(["a", "b", np.nan]), DataError, "example 2: no label"),
        (pd.Series(["a", pd.NA, "b"], dtype="string"), DataError, "example 1: no label"),
        ([1.0, np.nan, 2.0], ValueError, "Input y contains NaN"),
        ([0.25, 0.5, 0.75], ValueError, "Unknown label type: continuous"),
        (np.array([1, "a", "b"], dtype=object), DataError, "example 1: the label 'a' is str, that of the first"),
        (np.eye(3, dtype=int), ValueError, "should be a 1d array"),
        (["a", "b"], DataError, "3 examples, but 2 labels"),
        (["a|b", "c", "c"], InputError, r"'a\|b' can't be a label"),
        (None, DataError, "requires y to be passed, but the target y is None"),
    ],
)
def test_what_is_no_label_is_refused(labels, error, said):
    with pytest.raises(error, match=said):
        clone(CLASSIFIER).fit(["un", "deux", "trois"], labels)


def test_no_examples_are_refused_and_none_are_predicted():
    with pytest.raises(DataError, match="there are no examples to fit on"):
        clone(CLASSIFIER).fit([], [])
    fitted = clone(CLASSIFIER).fit(X, Y)
    assert fitted.predict([]).shape == (0,)
    assert fitted.predict_proba([]).shape == fitted.decision_function([]).shape == (0, 3)


def test_a_matrix_of_numbers_is_refused():
    for numbers in (np.eye(3), sparse.eye_array(3, format="csr")):
        with pytest.raises(DataError, match="can't read examples from"):
            clone(CLASSIFIER).fit(numbers, ["a", "b", "c"])


def test_a_search_over_everything_that_is_chosen_runs_in_two_processes():
    grid = [
        {"C": np.logspace(-1, 0, 2), "model": ["linear_svc", "logistic_regression"]},
        {"blocks": [None], "decision": [{"tune": "macro_f1"}], "inner_folds": np.array([2])},
    ]
    search = GridSearchCV(CLASSIFIER, grid, cv=2, n_jobs=2, scoring="f1_macro", error_score="raise").fit(X, Y)
    assert search.best_score_ == 1.0
    assert search.predict(X).tolist() == Y.tolist()
    one = GridSearchCV(CLASSIFIER, grid, cv=2, scoring="f1_macro", error_score="raise").fit(X, Y)
    np.testing.assert_array_equal(search.cv_results_["mean_test_score"], one.cv_results_["mean_test_score"])


def test_searches_draw_numbers_of_numpy():
    drawn = {"C": np.float32([0.5, 2]), "random_state": np.arange(3), "smoothing": np.float64([1.0])}
    search = RandomizedSearchCV(CLASSIFIER, drawn, n_iter=3, cv=2, random_state=0, error_score="raise")
    assert search.fit(X, Y).best_score_ > 0.9


@pytest.mark.parametrize("random_state", [None, np.random.RandomState(5)])
def test_random_states_are_those_of_scikit_learn(random_state):
    assert StanceClassifier(BLOCKS, "sgd", random_state=random_state).fit(X, Y).score(X, Y) == 1.0


def test_groups_are_routed_to_the_inner_folds():
    calibrated = StanceClassifier(BLOCKS, "linear_svc", calibration="platt", inner_folds=4)
    with config_context(enable_metadata_routing=True):
        asking = clone(calibrated).set_fit_request(groups=True)
        routed = cross_validate(
            asking, X, Y, cv=GroupKFold(2), params={"groups": GROUPS}, return_estimator=True, error_score="raise"
        )
        for fitted, (train, _) in zip(routed["estimator"], GroupKFold(2).split(X, Y, GROUPS), strict=True):
            rows, labels, groups = ([own[i] for i in train] for own in (X, Y, GROUPS))
            by_hand = clone(calibrated).fit(rows, labels, groups=groups).decision_function(X)
            np.testing.assert_array_equal(fitted.decision_function(X), by_hand)
            assert not np.array_equal(clone(calibrated).fit(rows, labels).decision_function(X), by_hand)
        grid = GridSearchCV(make_pipeline("passthrough", asking), {"stanceclassifier__C": [1, 2]}, cv=GroupKFold(2))
        assert grid.fit(X, Y, groups=GROUPS).best_score_ == 1.0
        with pytest.raises(UnsetMetadataPassedError, match="groups"):
            cross_validate(calibrated, X, Y, cv=GroupKFold(2), params={"groups": GROUPS})


def test_there_are_no_weights_of_examples():
    with pytest.raises(TypeError, match="sample_weight"):
        clone(CLASSIFIER).fit(X, Y, sample_weight=np.ones(48))


@pytest.mark.parametrize(
    "ensemble",
    [
        VotingClassifier([("a", CLASSIFIER), ("b", StanceClassifier(BLOCKS, "ridge"))]),
        VotingClassifier([("a", CLASSIFIER), ("b", StanceClassifier(BLOCKS, "complement_nb"))], voting="soft"),
        StackingClassifier([("a", CLASSIFIER), ("b", StanceClassifier(BLOCKS, "ridge"))], LogisticRegression(C=100)),
        CalibratedClassifierCV(StanceClassifier(BLOCKS, "linear_svc"), cv=2),
        CalibratedClassifierCV(StanceClassifier(BLOCKS, "linear_svc"), cv=2, ensemble=False),
        OneVsRestClassifier(CLASSIFIER),
    ],
    ids=lambda ensemble: type(ensemble).__name__,
)
def test_it_is_part_of_ensembles(ensemble):
    assert ensemble.fit(X, Y).predict(X).tolist() == Y.tolist()


@pytest.mark.parametrize(
    "scoring", ["accuracy", "f1_macro", "neg_log_loss", "roc_auc_ovr", "neg_brier_score", "matthews_corrcoef"]
)
def test_it_is_scored_by_scikit_learns_metrics(scoring):
    scores = cross_val_score(CLASSIFIER, X, Y, scoring=scoring, error_score="raise")
    assert np.isfinite(scores).all()


TABLES = {
    "rows": X,
    "tuple": tuple(X),
    "array of rows": np.array(X, dtype=object),
    "data frame": pd.DataFrame(X),
    "data frame with another index": pd.DataFrame(X, index=range(100, 148)),
    "Arrow": pa.Table.from_pylist(X),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_tables_that_scikit_learn_can_cut_are_cross_validated_alike(table):
    found = cross_val_predict(CLASSIFIER, table, Y, cv=3, method="decision_function")
    np.testing.assert_array_equal(found, cross_val_predict(CLASSIFIER, X, Y, cv=3, method="decision_function"))


@pytest.mark.parametrize("texts", [pd.Series, np.array, pa.array, list], ids=["series", "array", "Arrow", "list"])
def test_texts_alone_are_cross_validated(texts):
    assert cross_val_score(CLASSIFIER, texts([row["text"] for row in X]), Y, error_score="raise").mean() > 0.9


def test_columns_of_a_data_frame_are_noted_chosen_and_permuted():
    frame = pd.DataFrame(X).assign(length=1)
    columns = ColumnTransformer([("own", "passthrough", ["text", "actor"])], verbose_feature_names_out=False)
    pipeline = make_pipeline(columns.set_output(transform="pandas"), clone(CLASSIFIER)).fit(frame, Y)
    assert pipeline.feature_names_in_.tolist() == ["text", "actor", "target", "length"]
    assert pipeline[-1].feature_names_in_.tolist() == ["text", "actor"]
    assert pipeline[-1].n_features_in_ == 2
    told = permutation_importance(pipeline, frame, Y, n_repeats=2, random_state=0).importances_mean
    assert told[0] > 0.3
    assert told[1:].tolist() == [0.0, 0.0, 0.0]


def test_what_it_learns_from_is_left_as_it_was():
    rows, frame, labels = [dict(row) for row in X], pd.DataFrame(X), Y.copy()
    clone(CLASSIFIER).fit(rows, labels).predict(rows)
    clone(CLASSIFIER).fit(frame, labels).predict(frame)
    assert rows == X
    pd.testing.assert_frame_equal(frame, pd.DataFrame(X))
    assert labels.tolist() == Y.tolist()


def test_a_learning_curve_grows():
    sizes, _, held_out = learning_curve(CLASSIFIER, X, Y, cv=2, train_sizes=[0.25, 1.0], error_score="raise")
    assert sizes.tolist() == [6, 24]
    assert held_out[1].mean() >= held_out[0].mean()


def test_fitting_again_forgets_what_was_fitted():
    classifier = clone(CLASSIFIER).fit(pd.DataFrame(X), Y)
    classifier.fit(["un", "deux"], [0, 1])
    check_is_fitted(classifier)
    assert not hasattr(classifier, "feature_names_in_")
    assert classifier.classes_.tolist() == [0, 1]
    assert accuracy_score([0, 1], classifier.predict(["un", "deux"])) == 1.0


def test_what_a_notebook_shows_of_parameters_is_text():
    hostile = "<img src=x onerror=alert(1)>"
    shown = make_pipeline("passthrough", StanceClassifier(blocks=[{"field": hostile}], model=hostile))._repr_html_()
    assert "<img" not in shown
    assert "&lt;img src=x" in shown


def test_the_example_of_the_documentation_runs(repository, monkeypatch, capsys):
    page = (repository / "docs/python.md").read_text(encoding="utf-8")
    [example] = re.findall(r"## In scikit-learn.*?```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(repository)
    exec(example, {})
    best, names = capsys.readouterr().out.splitlines()
    assert "'model': " in best
    assert names.startswith("['masked:word:")
