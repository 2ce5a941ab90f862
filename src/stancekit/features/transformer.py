"""`StanceFeatures`: blocks and conditioning as a scikit-learn transformer, for estimators of other kinds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from stancekit.config.features import Block, Features
from stancekit.config.parameters import parameters_checked
from stancekit.corpus.examples import Columns, as_columns, names_of_columns
from stancekit.corpus.gazetteer import Gazetteer
from stancekit.corpus.linking import link_by_name, link_spans
from stancekit.errors import DataError, Problem
from stancekit.features.auto import auto_blocks
from stancekit.features.blocks import FittedFeatures, fit_features
from stancekit.features.conditioning import FittedConditioning, fit_conditioning, refuse_without_targets
from stancekit.features.counts import count_blocks
from stancekit.features.vectorizers import as_scikit_learn_has_it


class StanceFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn ships no types
    """From examples to the matrix that stancekit's models are fitted on.

    Mentions whose spans aren't given are looked up by name, as by a model.

    Parameters
    ----------
    blocks : sequence of Block or dict, optional
        By default those that suit the examples of `fit`, as `features: auto` in a config.
    conditioning : {"none", "token", "cross", "per_target", "shared_per_target"}, default="none"
        How columns depend on the target. `cross` and `per_target` have the same columns; rows of targets that were in
        `fit` have nothing in those that all targets share.
    sparse_output : bool, default=True
        A CSR matrix; False gives an array, which `set_output` needs for pandas and polars.

    Attributes
    ----------
    features_ : FittedFeatures
    conditioning_ : FittedConditioning or None
    gazetteer_ : Gazetteer
        The names of actors and targets that the examples of `fit` mark.
    feature_names_in_ : ndarray of str of shape (n_columns_in,)
        The columns of a data frame that `fit` was given; not there for rows of another kind.
    n_features_in_ : int
        Their number.

    Examples
    --------
    >>> blocks = [{"field": "text", "idf": False}, {"field": "target", "analyzer": "indicator", "idf": False}]
    >>> features = StanceFeatures(blocks, sparse_output=False)
    >>> features.fit_transform([{"text": "Oui, oui.", "target": "deal"}, {"text": "Non.", "target": "vote"}]).tolist()
    [[0.0, 1.0, 1.0, 0.0], [1.0, 0.0, 0.0, 1.0]]
    >>> features.get_feature_names_out().tolist()
    ['text:word:non', 'text:word:oui', 'target:indicator:deal', 'target:indicator:vote']
    """

    features_: FittedFeatures
    conditioning_: FittedConditioning | None
    gazetteer_: Gazetteer

    def __init__(
        self,
        blocks: Sequence[Block | dict[str, Any]] | None = None,
        conditioning: str = "none",
        sparse_output: bool = True,
    ) -> None:
        self.blocks = blocks
        self.conditioning = conditioning
        self.sparse_output = sparse_output

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002 # labels are not looked at
        """Learn terms, their weights and names from examples; see `stancekit.corpus.examples.as_columns`.

        Raises
        ------
        InputError
            If a parameter isn't allowed.
        DataError
            If `X` can't be read, no feature is left, or columns are to depend on the target and no example has one.
        """
        self._fit(X)
        return self

    def fit_transform(self, X: Any, y: Any = None) -> Any:  # noqa: ARG002 # as above
        """Fit on examples and return their features, of shape (n_examples, n_columns)."""
        return self._given_out(*self._fit(X))

    def _fit(self, X: Any) -> tuple[sparse.csr_array, Columns]:
        """Learn from examples; return the features of the blocks, and the examples with their spans."""
        asked = checked_features(self.blocks, self.conditioning)
        columns = as_columns(X)
        if not columns["text"]:
            raise DataError(Problem("there are no examples to learn features from"))
        refuse_without_targets(columns.get("target"), [asked.conditioning])
        note_columns(self, X)
        blocks = auto_blocks(link_by_name(columns)) if asked.are_auto else asked.blocks
        self.gazetteer_ = Gazetteer.from_examples(columns)
        linked = {**columns, **link_spans(columns, self.gazetteer_)}
        self.features_, matrix = fit_features(count_blocks(linked, blocks), blocks, np.arange(len(columns["text"])))
        self.conditioning_ = None
        if asked.conditioning != "none":
            self.conditioning_ = fit_conditioning(asked.conditioning, matrix, linked["target"])
        return matrix, linked

    def transform(self, X: Any) -> Any:
        """Return the features of examples, of shape (n_examples, n_columns)."""
        check_is_fitted(self)
        columns = as_columns(X)
        linked = {**columns, **link_spans(columns, self.gazetteer_)}
        return self._given_out(self.features_.transform(linked), linked)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:  # noqa: ARG002 # scikit-learn's
        """Return `field:analyzer:term` for every column, with ` @ target` behind where it is one target's own."""
        check_is_fitted(self)
        names = _distinct(self.features_.names)
        if self.conditioning_ is not None:
            names += self.conditioning_.names(names)
        return np.asarray(names, dtype=object)

    def _given_out(self, matrix: sparse.csr_array, examples: Columns) -> Any:
        if self.conditioning_ is not None:
            matrix = self.conditioning_.expand(matrix, examples["target"])
        return as_scikit_learn_has_it(matrix) if self.sparse_output else matrix.toarray()

    def __sklearn_tags__(self) -> Any:
        return takes_examples(super().__sklearn_tags__())


def checked_features(blocks: Sequence[Block | dict[str, Any]] | None, conditioning: str) -> Features:
    """Return parameters of an estimator as the features of a config.

    Raises
    ------
    InputError
    """
    with parameters_checked():
        own = {} if blocks is None else {"blocks": tuple(blocks)}
        return Features.model_validate({"conditioning": conditioning} | own)


def note_columns(estimator: Any, X: Any) -> None:
    """Set `feature_names_in_` and `n_features_in_` if X is a data frame, and forget those of an earlier fit if not.

    Later examples need not have the same columns: a label is not there, and actors and targets may be missing.
    """
    names = names_of_columns(X)
    for attribute in ("feature_names_in_", "n_features_in_"):
        estimator.__dict__.pop(attribute, None)
    if names is not None:
        estimator.feature_names_in_ = np.asarray(names, dtype=object)
        estimator.n_features_in_ = len(names)


def takes_examples(tags: Any) -> Any:
    """Return scikit-learn's tags of an estimator, saying that it takes rows of text and not of numbers."""
    tags.input_tags.two_d_array = False
    tags.input_tags.string = True
    tags.input_tags.dict = True
    return tags


def _distinct(names: Sequence[str]) -> list[str]:
    """Return names with a number behind those that an earlier block has, too; a data frame needs them distinct."""
    taken: dict[str, None] = {}
    for name in names:
        free, number = name, 1
        while free in taken:
            number += 1
            free = f"{name} ({number})"
        taken[free] = None
    return list(taken)
