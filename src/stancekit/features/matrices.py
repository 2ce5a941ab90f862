"""From terms at positions to a matrix of counts: columns are put in order by transposing, which is linear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from stancekit.features.ngrams import index_type

if TYPE_CHECKING:
    from scipy import sparse
else:
    from stancekit.late import sparse

_TEXTS_AT_ONCE = 2**15
"""Texts whose words are multiplied out together: enough to be worth it, few enough to fit in memory."""


def add_up(texts_of_terms: sparse.csr_array, dtype: DTypeLike) -> sparse.csr_array:
    """Return counts of shape (n_texts, n_terms) from the texts that hold each term, in order."""
    counts = texts_of_terms.T.tocsr()
    counts.sum_duplicates()
    return counts.astype(dtype)


def multiply_out(
    words: NDArray[np.int32], bounds: NDArray[np.int64], words_of_terms: sparse.csr_array, dtype: DTypeLike
) -> sparse.csr_array:
    """Return how often texts hold the terms that their words hold.

    Parameters
    ----------
    words : ndarray of int32 of shape (n_words,)
        Which distinct word each word is.
    bounds : ndarray of int64 of shape (n_texts + 1,)
    words_of_terms : csr_array of shape (n_terms, n_distinct_words)
    dtype : data-type
    """
    n_texts, (width, n_distinct) = len(bounds) - 1, words_of_terms.shape
    blocks = []
    for begin in range(0, n_texts, _TEXTS_AT_ONCE):
        ends = bounds[begin : begin + _TEXTS_AT_ONCE + 1]
        own = words[ends[0] : ends[-1]]
        ones = np.ones(len(own), dtype=np.int32)
        texts = sparse.csr_array((ones, own, (ends - ends[0]).astype(np.int32)), shape=(len(ends) - 1, n_distinct))
        blocks.append((words_of_terms @ texts.tocsc().T).T.tocsr())
    return _stack(blocks, width, dtype)


def _stack(blocks: list[sparse.csr_array], width: int, dtype: DTypeLike) -> sparse.csr_array:
    """Put blocks of rows below each other; each is let go of when it was copied."""
    if len(blocks) == 1:
        return blocks[0].astype(dtype)
    size = sum(block.nnz for block in blocks)
    indices, data = np.empty(size, dtype=index_type(size)), np.empty(size, dtype=dtype)
    ends = [np.zeros(1, dtype=indices.dtype)]
    begin = 0
    for block in _taken_out(blocks):
        indices[begin : begin + block.nnz], data[begin : begin + block.nnz] = block.indices, block.data
        ends.append(block.indptr[1:].astype(indices.dtype) + indices.dtype.type(begin))
        begin += block.nnz
    indptr = np.concatenate(ends)
    return sparse.csr_array((data, indices, indptr), shape=(len(indptr) - 1, width))


def _taken_out(blocks: list[Any]) -> Any:
    blocks.reverse()
    while blocks:
        yield blocks.pop()
