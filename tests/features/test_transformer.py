"""`StanceFeatures`: blocks as a scikit-learn transformer, with the matrix that models are fitted on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from stancekit import StanceClassifier
from stancekit.config.features import Block
from stancekit.errors import DataError, InputError
from stancekit.features import StanceFeatures

ROWS = [
    {"text": "Paris refuse le plan.", "actor": "France", "actor_start": 0, "actor_end": 5, "target": "plan"},
    {"text": "Moscou soutient le plan.", "actor": "Russia", "actor_start": 0, "actor_end": 6, "target": "plan"},
    {"text": "Paris soutient le vote.", "actor": "France", "actor_start": 0, "actor_end": 5, "target": "vote"},
    {"text": "Moscou refuse le vote.", "actor": "Russia", "actor_start": 0, "actor_end": 6, "target": "vote"},
]
LABELS = ["opposes", "supports", "supports", "opposes"]
BLOCKS = [
    {"field": "masked", "ngrams": [1, 2]},
    {"field": "between", "weight": 0.5},
    {"field": "target", "analyzer": "indicator", "idf": False},
]
WAYS = ["none", "token", "cross", "per_target", "shared_per_target"]


@pytest.mark.parametrize("conditioning", WAYS)
def test_a_model_scores_its_examples_by_these_very_columns(conditioning):
    new = [{**row, "target": target} for row in ROWS for target in ("plan", "vote", "elsewhere", None)]
    model = StanceClassifier(blocks=BLOCKS, conditioning=conditioning, model="ridge").fit(ROWS, LABELS).model_
    matrix = StanceFeatures(BLOCKS, conditioning).fit(ROWS).transform(new)
    with pytest.warns(UserWarning, match="elsewhere"):
        values = model.decision_function(new)
    np.testing.assert_allclose(matrix @ model.linear.coefficients.T + model.linear.intercepts, values, atol=1e-12)


@pytest.mark.parametrize("conditioning", WAYS)
def test_fitting_and_transforming_at_once_is_fitting_and_transforming(conditioning):
    features = StanceFeatures(BLOCKS, conditioning)
    at_once = features.fit_transform(ROWS)
    np.testing.assert_array_equal(at_once.toarray(), clone(features).fit(ROWS).transform(ROWS).toarray())
    assert at_once.shape == (4, len(features.get_feature_names_out()))


def test_a_block_of_texts_is_scikit_learns_vectorizer():
    texts = [row["text"] for row in ROWS]
    theirs = TfidfVectorizer()
    expected = theirs.fit_transform(texts).toarray()
    features = StanceFeatures([{"field": "text", "tokens": "sklearn"}], sparse_output=False)
    np.testing.assert_allclose(features.fit_transform(texts), expected, rtol=1e-12)
    assert features.get_feature_names_out().tolist() == [f"text:word:{term}" for term in theirs.get_feature_names_out()]


def test_every_column_has_a_name_of_its_own_and_says_whose_it_is():
    blocks = [{"field": "text", "stop_words": ["le", "plan", "refuse", "soutient", "vote"]}] * 2
    features = StanceFeatures(blocks, "cross").fit([*ROWS, {**ROWS[0], "target": None, "text": "Paris"}])
    shared = ["text:word:moscou", "text:word:paris", "text:word:moscou (2)", "text:word:paris (2)"]
    assert features.get_feature_names_out().tolist() == [
        *shared,
        "text:word:paris @ (no target)",
        "text:word:paris (2) @ (no target)",
        *(f"{name} @ plan" for name in shared),
        *(f"{name} @ vote" for name in shared),
        "intercept @ (no target)",
        "intercept @ plan",
        "intercept @ vote",
        "intercept @ (unknown target)",
    ]


def test_mentions_are_looked_up_by_the_names_that_training_examples_mark():
    features = StanceFeatures([{"field": "masked", "lowercase": False, "idf": False, "norm": "none"}])
    features.fit(ROWS)
    [found] = features.transform([{"text": "Moscou refuse.", "actor": "Russia"}]).toarray().tolist()
    names = features.get_feature_names_out().tolist()
    assert {name for name, value in zip(names, found, strict=True) if value} == {
        "masked:word:_ACTOR_",
        "masked:word:refuse",
    }


def test_without_blocks_those_that_suit_the_examples_are_chosen_as_by_the_classifier():
    features, classifier = StanceFeatures().fit(ROWS), StanceClassifier().fit(ROWS, LABELS)
    assert [own.spec for own in features.features_.blocks] == [own.spec for own in classifier.model_.features.blocks]


def test_columns_of_a_data_frame_are_noted_and_need_not_come_again():
    frame = pd.DataFrame(ROWS)
    features = StanceFeatures(BLOCKS).fit(frame)
    assert features.feature_names_in_.tolist() == list(frame)
    assert features.n_features_in_ == 5
    assert features.transform(frame[["text"]]).shape[0] == 4
    features.fit(ROWS)
    assert not hasattr(features, "feature_names_in_")
    assert not hasattr(features, "n_features_in_")


def test_output_is_sparse_unless_it_is_asked_otherwise():
    assert sparse.issparse(StanceFeatures(BLOCKS).fit_transform(ROWS))
    dense = StanceFeatures(BLOCKS, sparse_output=False).fit_transform(ROWS)
    np.testing.assert_array_equal(dense, StanceFeatures(BLOCKS).fit_transform(ROWS).toarray())


def test_a_data_frame_comes_out_with_names_and_the_index_that_went_in():
    frame = pd.DataFrame(ROWS, index=["a", "b", "c", "d"])
    features = StanceFeatures(BLOCKS, sparse_output=False).set_output(transform="pandas")
    found = features.fit_transform(frame)
    assert found.columns.tolist() == features.get_feature_names_out().tolist()
    assert found.index.tolist() == ["a", "b", "c", "d"]
    assert features.transform(ROWS).index.tolist() == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="outputs a scipy sparse matrix"):
        StanceFeatures(BLOCKS).set_output(transform="pandas").fit(frame).transform(frame)


def test_a_polars_frame_comes_out_too():
    polars = pytest.importorskip("polars", reason="polars is not installed: it is no dependency")
    found = StanceFeatures(BLOCKS, sparse_output=False).set_output(transform="polars").fit_transform(ROWS)
    assert isinstance(found, polars.DataFrame)


def test_other_estimators_learn_from_it_in_pipelines_and_searches():
    pipeline = make_pipeline(StanceFeatures(), SelectKBest(chi2, k=4), LogisticRegression())
    grid = {"stancefeatures__blocks": [BLOCKS, [{"field": "text"}]], "stancefeatures__conditioning": ["none", "token"]}
    search = GridSearchCV(pipeline, grid, cv=2, n_jobs=2, error_score="raise").fit(ROWS * 4, LABELS * 4)
    assert search.best_score_ == 1.0
    assert search.best_estimator_[:-1].get_feature_names_out().shape == (4,)


def test_it_stands_beside_other_columns():
    frame = pd.DataFrame(ROWS).assign(length=[21.0, 24.0, 23.0, 22.0])
    both = ColumnTransformer([("words", StanceFeatures(BLOCKS), list(ROWS[0])), ("n", "passthrough", ["length"])])
    found = both.fit_transform(frame)
    assert found.shape == (4, len(both.named_transformers_["words"].get_feature_names_out()) + 1)
    assert both.get_feature_names_out()[-1] == "n__length"


def test_parameters_stay_as_they_were_given():
    blocks = [Block(field="text"), {"field": "pair", "analyzer": "indicator"}]
    features = StanceFeatures(blocks, "token", sparse_output=False)
    features.fit(ROWS)
    assert features.blocks is blocks
    assert clone(features).get_params() == {"blocks": blocks, "conditioning": "token", "sparse_output": False}


def test_before_it_is_fitted_it_has_nothing():
    for call in (lambda own: own.transform(ROWS), lambda own: own.get_feature_names_out()):
        with pytest.raises(NotFittedError):
            call(StanceFeatures())


@pytest.mark.parametrize(
    ("features", "rows", "error", "said"),
    [
        (StanceFeatures([{"field": "txt"}]), ROWS, InputError, "blocks.0.field: .*'txt'"),
        (StanceFeatures([]), ROWS, InputError, "blocks: "),
        (StanceFeatures(conditioning="own"), ROWS, InputError, "conditioning: "),
        (StanceFeatures(conditioning="token"), ["Oui.", "Non."], DataError, "no example has a target"),
        (StanceFeatures(), [], DataError, "there are no examples"),
        (StanceFeatures([{"field": "text"}]), ["", "."], DataError, "no feature is left"),
    ],
)
def test_what_cannot_be_is_refused(features, rows, error, said):
    with pytest.raises(error, match=said):
        features.fit(rows)
