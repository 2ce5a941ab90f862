"""TF-IDF blocks: each is pruned, weighted and normalised on its own from its training rows, then stacked.

Weights follow scikit-learn's `TfidfVectorizer`: idf = ln((1 + n) / (1 + df)) + 1, n and df of the training rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stancekit.config.features import Block
from stancekit.corpus.examples import Columns
from stancekit.errors import DataError, Problem
from stancekit.features.counts import Counts, block_analyzer, count_known
from stancekit.features.fields import compute_field
from stancekit.features.vocabulary import Vocabulary, take_terms

if TYPE_CHECKING:
    from scipy import sparse
else:
    from stancekit.features.late import sparse


@dataclass(frozen=True)
class FittedBlock:
    """A block and what it learned from the training rows.

    Attributes
    ----------
    spec : Block
    terms : sequence of str of length n_terms
        The n-grams kept.
    idf : ndarray of float64 of shape (n_terms,)
        Ones where the block doesn't use IDF.
    """

    spec: Block
    terms: Sequence[str]
    idf: NDArray[np.float64]

    def weigh(self, counts: sparse.csr_array) -> sparse.csr_array:
        """Return the weighted features of counts of shape (n_texts, n_terms)."""
        matrix = sparse.csr_array(counts, dtype=np.float64, copy=True)
        if self.spec.sublinear:
            matrix.data = np.log(matrix.data) + 1.0
        matrix.data *= self.idf[matrix.indices]
        if self.spec.norm != "none":
            _normalise(matrix, self.spec.norm)
        matrix.data *= self.spec.weight
        return matrix

    def count(self, examples: Columns) -> sparse.csr_array:
        """Count this block's terms in new examples."""
        return count_known(compute_field(examples, self.spec.field), block_analyzer(self.spec), self._vocabulary)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self.terms)


@dataclass(frozen=True)
class FittedFeatures:
    """All blocks of a model, side by side.

    Examples
    --------
    >>> from stancekit.features.counts import count_blocks
    >>> examples, blocks = {"text": ["oui", "non", "oui oui"]}, [Block(field="text", norm="none", idf=False)]
    >>> features, matrix = fit_features(count_blocks(examples, blocks), blocks, [0, 2])
    >>> features.names, matrix.toarray().tolist(), features.transform({"text": ["non oui"]}).toarray().tolist()
    (['text:word:oui'], [[1.0], [2.0]], [[1.0]])
    """

    blocks: tuple[FittedBlock, ...]
    kept: tuple[NDArray[np.intp], ...] = ()
    """Which columns of the corpus counts each block kept; empty in a model that was loaded."""

    @property
    def names(self) -> list[str]:
        """`field:analyzer:term` for every column, in order; of a lexicon, its name for the analyzer."""
        return [f"{block.spec.field}:{block.spec.cut_by}:{term}" for block in self.blocks for term in block.terms]

    def transform(self, examples: Columns) -> sparse.csr_array:
        """Return the features of new examples, of shape (n_examples, n_features)."""
        return self._stack([block.count(examples) for block in self.blocks])

    def transform_counted(self, counted: Sequence[Counts], rows: Sequence[int] | NDArray[np.intp]) -> sparse.csr_array:
        """Return the features of rows of the corpus that the blocks were fitted on."""
        picked = [_pick(counts.matrix, rows, columns) for counts, columns in zip(counted, self.kept, strict=True)]
        return self._stack(picked)

    def _stack(self, counts: Sequence[sparse.csr_array]) -> sparse.csr_array:
        weighed = [block.weigh(own) for block, own in zip(self.blocks, counts, strict=True)]
        return sparse.csr_array(sparse.hstack(weighed, format="csr"))


def fit_features(
    counted: Sequence[Counts], blocks: Sequence[Block], rows: Sequence[int] | NDArray[np.intp]
) -> tuple[FittedFeatures, sparse.csr_array]:
    """Fit blocks on the training rows of a counted corpus.

    Parameters
    ----------
    counted : sequence of Counts
        One for each block, of the whole corpus; see `count_blocks`.
    blocks : sequence of Block
    rows : sequence of int
        The training rows; no other row has any influence.

    Returns
    -------
    FittedFeatures
    csr_array of float64 of shape (len(rows), n_features)
        The features of the training rows.

    Raises
    ------
    DataError
        If no block has a term left.
    """
    fitted, kept, matrices = [], [], []
    for counts, block in zip(counted, blocks, strict=True):
        training = sparse.csr_array(counts.matrix[rows])
        columns = _prune(training, block)
        training = sparse.csr_array(training[:, columns])
        idf = _idf(training) if block.idf else np.ones(len(columns))
        fitted.append(FittedBlock(block, take_terms(counts.terms, columns), idf))
        kept.append(columns)
        matrices.append(training)
    if not any(len(columns) for columns in kept):
        hint = "Loosen min_df / max_df, or add a block whose field isn't empty"
        raise DataError(Problem("no feature is left: every block of the config is empty on this data", hint=hint))
    features = FittedFeatures(tuple(fitted), tuple(kept))
    return features, features._stack(matrices)


def _prune(training: sparse.csr_array, block: Block) -> NDArray[np.intp]:
    n = training.shape[0]
    frequency = _document_frequency(training)
    lowest = block.min_df if isinstance(block.min_df, int) else block.min_df * n
    highest = block.max_df if isinstance(block.max_df, int) else block.max_df * n
    columns = np.flatnonzero((frequency >= max(lowest, 1)) & (frequency <= highest))
    if block.max_features is not None and len(columns) > block.max_features:
        total = np.asarray(training.sum(axis=0)).ravel()[columns]
        most_frequent = np.argsort(-total, kind="stable")[: block.max_features]
        columns = np.sort(columns[most_frequent])
    return columns


def _document_frequency(matrix: sparse.csr_array) -> NDArray[np.int64]:
    return np.bincount(matrix.indices, minlength=matrix.shape[1])


def _idf(training: sparse.csr_array) -> NDArray[np.float64]:
    frequency = _document_frequency(training).astype(np.float64)
    return np.asarray(np.log((training.shape[0] + 1.0) / (frequency + 1.0)) + 1.0)


def _normalise(matrix: sparse.csr_array, norm: str) -> None:
    lengths = np.diff(matrix.indptr)
    rows = np.repeat(np.arange(len(lengths)), lengths)
    values = matrix.data**2 if norm == "l2" else np.abs(matrix.data)
    totals = np.bincount(rows, values, minlength=len(lengths))
    totals = np.sqrt(totals) if norm == "l2" else totals
    totals[totals == 0.0] = 1.0
    matrix.data /= np.repeat(totals, lengths)


def _pick(
    matrix: sparse.csr_array, rows: Sequence[int] | NDArray[np.intp], columns: NDArray[np.intp]
) -> sparse.csr_array:
    return sparse.csr_array(sparse.csr_array(matrix[rows])[:, columns])
