"""From terms at positions to a matrix of counts: sorted by transposing twice, which is linear, not by sorting."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy import sparse

from stancekit.features.ngrams import Integers, running_total

_TEXTS_AT_ONCE = 2**15
"""Texts whose words are multiplied out together: enough to be worth it, few enough to fit in memory."""


def rows_of_units(columns: Integers, bounds: NDArray[np.int64], width: int) -> sparse.csr_array:
    """Return what each unit holds; a term that occurs twice in it is there twice.

    Parameters
    ----------
    columns : ndarray of int of shape (n_positions, n_lengths)
        Negative: no term.
    bounds : ndarray of int64 of shape (n_units + 1,)
        Unit i has the positions `bounds[i]` to `bounds[i + 1]`.
    width : int
        How many terms there are.
    """
    there = columns >= 0
    indices = columns[there]
    indptr = running_total(np.count_nonzero(there, axis=1))[bounds].astype(_index_type(len(indices)))
    ones = np.ones(len(indices), dtype=np.int32)
    return sparse.csr_array((ones, indices.astype(indptr.dtype, copy=False), indptr), shape=(len(bounds) - 1, width))


def add_up(rows: sparse.csr_array, dtype: DTypeLike) -> sparse.csr_array:
    """Return counts, columns in order, of rows in which terms stand as often as they occur."""
    counts = rows.tocsc().tocsr()
    counts.sum_duplicates()
    return counts.astype(dtype)


def multiply_out(
    words: NDArray[np.int32], bounds: NDArray[np.int64], terms_of_words: sparse.csr_array, dtype: DTypeLike
) -> sparse.csr_array:
    """Return how often texts hold the terms that their words hold.

    Parameters
    ----------
    words : ndarray of int32 of shape (n_words,)
        Which distinct word each word is.
    bounds : ndarray of int64 of shape (n_texts + 1,)
    terms_of_words : csr_array of shape (n_distinct_words, n_terms)
    dtype : data-type
    """
    n_texts, (n_distinct, width) = len(bounds) - 1, terms_of_words.shape
    words_of_terms = terms_of_words.tocsc().T
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
    indices, data = np.empty(size, dtype=_index_type(size)), np.empty(size, dtype=dtype)
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


def _index_type(size: int) -> type[np.signedinteger[Any]]:
    return np.int32 if size <= np.iinfo(np.int32).max else np.int64
