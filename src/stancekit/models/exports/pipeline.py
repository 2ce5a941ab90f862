"""A model as a scikit-learn pipeline from texts to labels, that needs no stancekit.

    apostrophes -> accents -> texts -> blocks of TfidfVectorizer -> linear classifier

Texts are prepared by functions of Python's own library, so that no function of ours is in the file.
"""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.features import Block
from stancekit.config.model import ONE_LABEL_KINDS, has_probabilities
from stancekit.corpus.text import APOSTROPHES
from stancekit.errors import InputError, Problem
from stancekit.features.analyzers import SCIKIT_LEARN_TOKEN, TOKEN
from stancekit.features.blocks import FittedBlock
from stancekit.models.calibration import Sigmoids, Steps
from stancekit.models.members import RuledModel
from stancekit.models.opaque import estimators_of
from stancekit.models.stance_model import StanceModel

Array = NDArray[np.float64]

NOT_LINEAR = "it is a plug-in's and not linear"
ANALYZERS = ("word", "char", "char_wb")
"""Those that scikit-learn has, too, and that cut alike."""


def why_not_alone(model: StanceModel) -> str | None:
    """Return why scikit-learn by itself can't do what a model does; None if it can.

    Examples
    --------
    >>> from stancekit.config.model import Model
    >>> from stancekit.config.schema import Task
    >>> from stancekit.models.stance_model import fit_model
    >>> labels, task = [[True, False], [False, True]], Task(labels=("pro", "con"))
    >>> def fit(field):
    ...     return fit_model({"text": ["oui", "non"]}, labels, task, [Block(field=field)], Model())
    >>> why_not_alone(fit("text")), why_not_alone(fit("masked"))
    (None, "the field 'masked' is made of more than the text")
    """
    if estimators_of(model.linear):
        return NOT_LINEAR
    if model.task.kind == "directed_pair":
        return "a directed pair is scored both ways round"
    if model.task.kind == "multilabel" and len(model.labels) < 2:
        return "a single label that may be there or not is no classification of scikit-learn's"
    if model.linear.conditioning is not None:
        return "its weights depend on the target"
    reasons = (why_no_vectorizer(block.spec) for block in model.features.blocks if len(block.terms))
    return next((reason for reason in reasons if reason is not None), None) or _why_not_linear(model)


def why_no_vectorizer(block: Block) -> str | None:
    """Return why scikit-learn's vectorizers can't count what a block counts; None if they can."""
    if block.field != "text":
        return f"the field {block.field!r} is made of more than the text"
    if block.analyzer not in ANALYZERS:
        return f"scikit-learn has no analyzer {block.analyzer!r}"
    if block.hashtags != "keep":
        return "hashtags are split"
    if block.negation != "keep":
        return "negated words are marked"
    return None


def _why_not_linear(model: StanceModel) -> str | None:
    """Return why the decision values can't be had of one set of coefficients."""
    if not isinstance(model.linear, RuledModel):
        return None
    rule = model.linear.rule
    if rule.spec.of is not None:
        return "several models vote"
    if isinstance(rule.calibrations[0], Steps):
        return "isotonic calibration bends its scores"
    if rule.calibrations[0] is not None and rule.offsets is not None and model.task.kind == "stance":
        return "its decision is tuned on calibrated probabilities"
    return None


def pipeline_of(model: StanceModel) -> Any:
    """Return a fitted `sklearn.pipeline.Pipeline` from a list of texts to labels.

    It has `predict` and, where the model has probabilities, `predict_proba`, in the order of `classes_`; of a
    multilabel task `predict` gives an array of 0 and 1 of shape (n_texts, n_labels).

    Raises
    ------
    InputError
        If scikit-learn can't do it alone.
    """
    from sklearn.pipeline import FeatureUnion, Pipeline
    from sklearn.preprocessing import FunctionTransformer

    reason = why_not_alone(model)
    if reason is not None:
        raise InputError(Problem(f"scikit-learn alone can't do what this model does: {reason}"))
    blocks = [(number, block) for number, block in enumerate(model.features.blocks) if len(block.terms)]
    names = [f"{number}-{block.spec.field}-{block.spec.analyzer}" for number, block in blocks]
    apostrophes = partial(re.sub, f"[{APOSTROPHES}]", "'")
    return Pipeline(
        [
            ("apostrophes", FunctionTransformer(partial(map, apostrophes))),
            ("accents", FunctionTransformer(partial(map, partial(unicodedata.normalize, "NFC")))),
            ("texts", FunctionTransformer(list)),  # several blocks read them
            (
                "features",
                FeatureUnion(
                    [(name, _vectorizer(block)) for name, (_, block) in zip(names, blocks, strict=True)],
                    transformer_weights={
                        name: block.spec.weight for name, (_, block) in zip(names, blocks, strict=True)
                    },
                ),
            ),
            ("stance", _classifier(model)),
        ]
    )


def _vectorizer(block: FittedBlock) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    spec = block.spec
    words: dict[str, Any] = {}
    if spec.analyzer == "word":
        stop_words = spec.stop_words if spec.stop_words in (None, "english") else list(spec.stop_words or ())
        words = {"token_pattern": _pattern(spec.tokens), "stop_words": stop_words}
    vectorizer = TfidfVectorizer(
        analyzer=spec.analyzer,
        ngram_range=spec.ngrams,
        lowercase=spec.lowercase,
        sublinear_tf=spec.sublinear,
        norm=None if spec.norm == "none" else spec.norm,
        **words,
    )
    vectorizer.vocabulary_ = {term: column for column, term in enumerate(block.terms)}
    vectorizer.fixed_vocabulary_ = False
    vectorizer.idf_ = np.asarray(block.idf, dtype=np.float64)  # ones, where the block has no IDF
    return vectorizer


def _pattern(tokens: str) -> str:
    if tokens == "words":
        return f"(?xi){TOKEN.pattern}"
    return SCIKIT_LEARN_TOKEN.pattern if tokens == "sklearn" else tokens


def _classifier(model: StanceModel) -> Any:
    coefficients, intercepts = _one_line(model)
    if model.task.kind == "multilabel":
        return _one_for_each(model, coefficients, intercepts)
    from sklearn.linear_model import LogisticRegression, SGDClassifier
    from sklearn.svm import LinearSVC

    two = len(model.labels) == 2
    if not has_probabilities(model.spec):
        if two:
            coefficients, intercepts = np.diff(coefficients, axis=0) / 2, np.diff(intercepts) / 2
        return _fitted(LinearSVC(), coefficients, intercepts, model.labels)
    if model.spec.kind in ONE_LABEL_KINDS and model.spec.calibration == "none":
        if two:
            coefficients, intercepts = np.diff(coefficients, axis=0), np.diff(intercepts)
        return _fitted(LogisticRegression(), coefficients, intercepts, model.labels)
    # Of scikit-learn's it is the one whose probabilities are each label's own, divided by their sum.
    return _fitted(SGDClassifier(loss="log_loss"), coefficients, intercepts, model.labels)


def _one_for_each(model: StanceModel, coefficients: Array, intercepts: Array) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.preprocessing import LabelBinarizer
    from sklearn.svm import LinearSVC

    kind = LogisticRegression if has_probabilities(model.spec) else LinearSVC
    both = OneVsRestClassifier(kind())
    both.estimators_ = [
        _fitted(kind(), row[None], np.array([intercept]), ("0", "1"))
        for row, intercept in zip(coefficients, intercepts, strict=True)
    ]
    both.label_binarizer_ = LabelBinarizer(sparse_output=True).fit(np.eye(len(model.labels), dtype=np.int64))
    both.classes_ = both.label_binarizer_.classes_ = np.asarray(model.labels)
    both.n_features_in_ = coefficients.shape[1]
    return both


def _fitted(estimator: Any, coefficients: Array, intercepts: Array, labels: tuple[str, ...]) -> Any:
    estimator.classes_ = np.asarray(labels)
    estimator.coef_ = np.ascontiguousarray(coefficients)
    estimator.intercept_ = np.ascontiguousarray(intercepts)
    estimator.n_features_in_ = coefficients.shape[1]
    return estimator


def _one_line(model: StanceModel) -> tuple[Array, Array]:
    """Return the coefficients and intercepts that calibration and offsets make of a model's own."""
    linear = model.linear
    if not isinstance(linear, RuledModel):
        return linear.coefficients, linear.intercepts
    [member] = linear.members
    coefficients, intercepts = member.coefficients, member.intercepts
    [calibration] = linear.rule.calibrations
    if isinstance(calibration, Sigmoids):
        coefficients = coefficients * calibration.slopes[:, None]
        intercepts = calibration.log_odds(intercepts[None])[0]
    return coefficients, intercepts if linear.rule.offsets is None else intercepts + linear.rule.offsets
