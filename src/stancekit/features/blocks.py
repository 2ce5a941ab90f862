"""TF-IDF blocks: each is pruned, weighted and normalised on its own from its training rows, then stacked.

Weights follow scikit-learn's `TfidfVectorizer`: idf = ln((1 + n) / (1 + df)) + 1, n and df of the training rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stancekit.config.features import Block
from stancekit.corpus.examples import Columns
from stancekit.errors import DataError, Problem
from stancekit.features.counts import Counts, block_analyzer, count_known
from stancekit.features.fields import compute_field
from stancekit.features.kernels import load_for
from stancekit.features.vocabulary import Vocabulary, take_terms

if TYPE_CHECKING:
    from scipy import sparse
else:
    from stancekit.late import sparse

_EXAMPLES_AT_ONCE, _ROWS_AT_ONCE, _ENTRIES_AT_ONCE = 2**14, 2**13, 2**25


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
        """Return the weighted features of counts of shape (n_texts, n_terms); they share where its entries are."""
        data, ends = counts.data.astype(np.float64), counts.indptr
        for first in range(0, counts.shape[0], _ROWS_AT_ONCE):
            own = ends[first : first + _ROWS_AT_ONCE + 1]
            part = data[own[0] : own[-1]]
            if self.spec.sublinear:
                np.log(part, out=part)
                part += 1.0
            part *= self.idf[counts.indices[own[0] : own[-1]]]
            if self.spec.norm != "none":
                _normalise(part, np.diff(own), self.spec.norm)
            part *= self.spec.weight
        return sparse.csr_array((data, counts.indices, ends), shape=counts.shape)

    def count(self, texts: Sequence[str]) -> sparse.csr_array:
        """Count this block's terms in the block's field of new examples."""
        return count_known(texts, block_analyzer(self.spec), self._vocabulary, np.float64)

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
        return sparse.csr_array(sparse.vstack([own for _, own in self.transform_in_parts(examples)], format="csr"))

    def transform_in_parts(self, examples: Columns) -> Iterator[tuple[slice, sparse.csr_array]]:
        """Yield the features of some new examples after the other, so that those of all needn't fit into memory.

        Yields
        ------
        slice
            Which examples.
        csr_array of float64 of shape (n_examples, n_features)
        """
        fields = {field: compute_field(examples, field) for field in {block.spec.field for block in self.blocks}}
        for texts in fields.values():
            load_for(sum(map(len, texts)))
        for first in range(0, max(len(examples["text"]), 1), _EXAMPLES_AT_ONCE):
            rows = slice(first, first + _EXAMPLES_AT_ONCE)
            yield rows, self._stack([block.count(fields[block.spec.field][rows]) for block in self.blocks])

    def transform_counted(self, counted: Sequence[Counts], rows: Sequence[int] | NDArray[np.intp]) -> sparse.csr_array:
        """Return the features of rows of the corpus that the blocks were fitted on."""
        picked = [_pick(counts.matrix, rows, columns) for counts, columns in zip(counted, self.kept, strict=True)]
        return self._stack(picked)

    def _stack(self, counts: Sequence[sparse.csr_array]) -> sparse.csr_array:
        weighed = [block.weigh(own) for block, own in zip(self.blocks, counts, strict=True)]
        if len(weighed) == 1:
            return weighed[0]
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
        training = _rows(counts.matrix, rows)
        frequency = _document_frequency(training)
        columns = _prune(training, frequency, block)
        training = _columns(training, columns)
        idf = _idf(frequency[columns], len(rows)) if block.idf else np.ones(len(columns))
        fitted.append(FittedBlock(block, take_terms(counts.terms, columns), idf))
        kept.append(columns)
        matrices.append(training)
    if not any(len(columns) for columns in kept):
        hint = "Loosen min_df / max_df, or add a block whose field isn't empty"
        raise DataError(Problem("no feature is left: every block of the config is empty on this data", hint=hint))
    features = FittedFeatures(tuple(fitted), tuple(kept))
    return features, features._stack(matrices)


def _prune(training: sparse.csr_array, frequency: NDArray[np.int64], block: Block) -> NDArray[np.intp]:
    n = training.shape[0]
    lowest = block.min_df if isinstance(block.min_df, int) else block.min_df * n
    highest = block.max_df if isinstance(block.max_df, int) else block.max_df * n
    columns = np.flatnonzero((frequency >= max(lowest, 1)) & (frequency <= highest))
    if block.max_features is not None and len(columns) > block.max_features:
        total = np.asarray(training.sum(axis=0)).ravel()[columns]
        most_frequent = np.argsort(-total, kind="stable")[: block.max_features]
        columns = np.sort(columns[most_frequent])
    return columns


def _document_frequency(matrix: sparse.csr_array) -> NDArray[np.int64]:
    frequency = np.zeros(matrix.shape[1], dtype=np.int64)
    # np.bincount makes a copy of 64 bits each.
    for first in range(0, matrix.nnz, _ENTRIES_AT_ONCE):
        frequency += np.bincount(matrix.indices[first : first + _ENTRIES_AT_ONCE], minlength=len(frequency))
    return frequency


def _idf(frequency: NDArray[np.int64], n_rows: int) -> NDArray[np.float64]:
    return np.asarray(np.log((n_rows + 1.0) / (frequency.astype(np.float64) + 1.0)) + 1.0)


def _normalise(values: NDArray[np.float64], lengths: NDArray[np.integer[Any]], norm: str) -> None:
    """Bring rows, so long each, to a norm of one."""
    rows = np.repeat(np.arange(len(lengths)), lengths)
    totals = np.bincount(rows, values**2 if norm == "l2" else np.abs(values), minlength=len(lengths))
    totals = np.sqrt(totals) if norm == "l2" else totals
    totals[totals == 0.0] = 1.0
    values /= np.repeat(totals, lengths)


def _pick(
    matrix: sparse.csr_array, rows: Sequence[int] | NDArray[np.intp], columns: NDArray[np.intp]
) -> sparse.csr_array:
    return _columns(_rows(matrix, rows), columns)


def _rows(matrix: sparse.csr_array, rows: Sequence[int] | NDArray[np.intp]) -> sparse.csr_array:
    """Return rows of a matrix: itself if they are all of them."""
    all_of_them = len(rows) == matrix.shape[0] and np.array_equal(rows, np.arange(len(rows)))
    return matrix if all_of_them else sparse.csr_array(matrix[rows])


def _columns(matrix: sparse.csr_array, columns: NDArray[np.intp]) -> sparse.csr_array:
    """Return columns of a matrix, in order: itself if they are all of them."""
    return matrix if len(columns) == matrix.shape[1] else sparse.csr_array(matrix[:, columns])
