"""scikit-learn's own checks of estimators.

Those of an estimator that takes rows of text are few: whatever else scikit-learn checks, it checks with matrices of
numbers. So everything is checked once more with an estimator that only writes such a matrix out as words before
stancekit's own sees it.
"""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.exceptions import SkipTestWarning
from sklearn.utils.estimator_checks import check_estimator, parametrize_with_checks
from sklearn.utils.validation import check_is_fitted, validate_data

from stancekit import StanceClassifier
from stancekit.features import CountVectorizer, StanceFeatures, TfidfVectorizer

VOTE = [{"kind": "logistic_regression"}, {"kind": "linear_svc"}]
CLASSIFIERS = [
    {"model": "logistic_regression"},
    {"model": "multinomial_logistic_regression"},
    {"model": "linear_svc"},
    {"model": "ridge"},
    {"model": "sgd"},
    {"model": "complement_nb"},
    {"model": "nb_svm"},
    {"model": "vote", "of": VOTE},
    {"model": "linear_svc", "calibration": "platt", "inner_folds": 2},
    {"calibration": "isotonic", "decision": {"tune": "macro_f1"}, "inner_folds": 2},
    {"conditioning": "per_target"},
    {"conditioning": "shared_per_target"},
]
TRANSFORMERS = [
    {},
    {"sparse_output": False},
    {"conditioning": "shared_per_target"},
    {"blocks": [{"field": "text"}, {"field": "target", "analyzer": "indicator"}]},
]
BLOCKS = [{"field": "text", "norm": "none", "idf": False, "tokens": r"\S+"}]
STEPS = np.linspace(-3.0, 3.0, 13)


def as_rows(numbers):
    """Return rows of a matrix as sentences that hold a word for every step a number is above."""
    rows = np.asarray(numbers, dtype=np.float64)
    return [{"text": " ".join([*_words(row), "."]), "target": "deal"} for row in rows]


def _words(row):
    return [f"x{column}>{step}" for column, number in enumerate(row) for step in range(sum(number > STEPS))]


class _OfNumbers:
    """Takes a matrix of numbers where stancekit's estimators take rows of text."""

    def fit(self, X, y=None):
        rows = as_rows(validate_data(self, X))
        names = self.__dict__["n_features_in_"]
        super().fit(rows, y)
        self.n_features_in_ = names
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array, tags.input_tags.string, tags.input_tags.dict = True, False, False
        return tags

    def _rows(self, X):
        check_is_fitted(self)
        return as_rows(validate_data(self, X, reset=False))


class ClassifierOfNumbers(_OfNumbers, StanceClassifier):
    def _scores(self, X):
        return super()._scores(self._rows(X))


class FeaturesOfNumbers(_OfNumbers, StanceFeatures):
    def fit_transform(self, X, y=None):
        return self.fit(X, y).transform(X)

    def transform(self, X):
        return super().transform(self._rows(X))


def classifiers(kind):
    return [kind(**{"blocks": BLOCKS} | settings) for settings in CLASSIFIERS]


def transformers(kind):
    return [kind(**{"blocks": BLOCKS} | settings) for settings in TRANSFORMERS]


def expected_failures(estimator):
    """Return what no setting is going to pass, by name, and why."""
    if isinstance(estimator, FeaturesOfNumbers):
        return {}
    return {"check_class_weight_classifiers": "classes are weighted by 'balanced' or not at all, as a config has it"}


@pytest.mark.parametrize(
    "estimator",
    [*classifiers(StanceClassifier), *transformers(StanceFeatures), CountVectorizer(), TfidfVectorizer()],
    ids=repr,
)
def test_what_is_checked_of_estimators_of_text(estimator):
    with pytest.warns(SkipTestWarning, match="requires input"):
        check_estimator(estimator)


@parametrize_with_checks(
    [*classifiers(ClassifierOfNumbers), *transformers(FeaturesOfNumbers)], expected_failed_checks=expected_failures
)
def test_what_is_checked_of_estimators_of_numbers(estimator, check):
    check(estimator)
