"""Texts that are nearly the same: candidates by MinHash, each confirmed.

MinHash (Broder 1997) with locality-sensitive hashing in bands, over the set of a text's word pairs. Two texts at the
threshold are missed with a probability of about 1 in 2,400, (1 - 0.6³)³²; what is reported was compared in full.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from stancekit.corpus.text import compose

THRESHOLD = 0.6
"""Jaccard similarity of the sets of word pairs from which on texts are nearly the same.

One word changed leaves 0.83 in a sentence of twenty words and 0.6 in one of seven.
"""

BANDS, ROWS = 32, 3
ALL_PAIRS_UP_TO = 30
"""In larger buckets a text is compared with the bucket's first text and with its neighbours only."""
NEIGHBOURS = 4
PAIRS_AT_ONCE = 200_000

_WORD = re.compile(r"\w+")
_MIX = np.uint64(0x9E3779B97F4A7C15)


def near_pairs(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return which texts are nearly the same.

    Parameters
    ----------
    texts : sequence of str of length n_texts

    Returns
    -------
    ndarray of int64 of shape (n_pairs, 2)
        Positions of two texts, the smaller first, in order. Case, accents' encoding and punctuation don't count; a text
        without words is like no other.

    Examples
    --------
    >>> near_pairs(["Le Mali rompt l'accord de 2014.", "La France part.", "le Mali rompt l’accord de 2014"]).tolist()
    [[0, 2]]
    """
    shingles, ends = _word_pairs(texts)
    filled = np.flatnonzero(np.diff(ends, prepend=0))
    if len(filled) < 2:
        return np.empty((0, 2), dtype=np.int64)
    starts = np.concatenate([[0], ends[:-1]])[filled]
    candidates = _candidates(_signatures(shingles, starts))
    return filled[_confirmed(shingles, starts, candidates)]


def _word_pairs(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the codes of every text's word pairs, one text after the other, and where each text's end.

    The first word is paired with nothing before it and the last with nothing behind.
    """
    import pyarrow as pa

    cut = [_WORD.findall(compose(text).casefold()) for text in texts]
    lengths = np.fromiter(map(len, cut), dtype=np.int64, count=len(cut))
    words = pa.array([word.encode("utf-8", "surrogatepass") for own in cut for word in own], type=pa.binary())
    codes = words.dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64) + 1
    width = np.int64(codes.max() + 1 if len(codes) else 1)
    pairs = np.where(lengths > 0, lengths + 1, 0)
    ends = np.cumsum(pairs)
    padded = np.zeros(int(pairs.sum()) + 1, dtype=np.int64)
    shift = np.repeat(np.cumsum(lengths > 0), lengths)
    padded[np.arange(len(codes)) + shift] = codes
    return padded[:-1] * width + padded[1:], ends


def _signatures(shingles: NDArray[np.int64], starts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Return the smallest of each of many hashes over a text's shingles, of shape (BANDS * ROWS, n_texts)."""
    mixed = shingles.astype(np.uint64) * _MIX
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MIX
    hashed = (mixed >> np.uint64(32)).astype(np.uint32)
    multipliers = np.random.default_rng(0).integers(0, 2**32, BANDS * ROWS, dtype=np.uint32) | np.uint32(1)
    return np.stack([np.minimum.reduceat(hashed * multiplier, starts) for multiplier in multipliers])


def _candidates(signatures: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return pairs of texts whose signatures agree in a whole band."""
    found = [np.empty((0, 2), dtype=np.int64)]
    for first in range(0, len(signatures), ROWS):
        keys = np.zeros(signatures.shape[1], dtype=np.uint64)
        for own in signatures[first : first + ROWS]:
            keys = (keys ^ own) * _MIX
        members = np.argsort(keys, kind="stable")
        edges = np.flatnonzero(np.diff(keys[members])) + 1
        starts, ends = np.append(0, edges), np.append(edges, len(members))
        shared = np.flatnonzero(ends - starts > 1)
        found += [_pairs_in(members[begin:end]) for begin, end in zip(starts[shared], ends[shared], strict=True)]
    return np.unique(np.concatenate(found), axis=0)


def _pairs_in(members: NDArray[np.int64]) -> NDArray[np.int64]:
    size = len(members)
    if size <= ALL_PAIRS_UP_TO:
        left, right = np.triu_indices(size, 1)
    else:
        steps = [np.arange(size - step) for step in range(1, NEIGHBOURS + 1)]
        left = np.concatenate([np.zeros(size - 1, dtype=np.int64), *steps])
        right = np.concatenate([np.arange(1, size), *(own + step for step, own in enumerate(steps, start=1))])
    return np.stack([members[left], members[right]], axis=1)


def _confirmed(
    shingles: NDArray[np.int64], starts: NDArray[np.int64], candidates: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the candidates whose sets of shingles are really that similar."""
    bounds = np.append(starts, len(shingles))
    _, columns = np.unique(shingles, return_inverse=True)
    ones = np.ones(len(columns), dtype=np.int32)
    sets = sparse.csr_array((ones, columns, bounds), shape=(len(starts), int(columns.max()) + 1))
    sets.sum_duplicates()
    sets.data[:] = 1
    sizes = np.diff(sets.indptr)
    keep = []
    for begin in range(0, len(candidates), PAIRS_AT_ONCE):
        pairs = candidates[begin : begin + PAIRS_AT_ONCE]
        common = np.asarray(sets[pairs[:, 0]].multiply(sets[pairs[:, 1]]).sum(axis=1)).ravel()
        union = sizes[pairs[:, 0]] + sizes[pairs[:, 1]] - common
        keep.append(pairs[common >= THRESHOLD * union])
    return np.concatenate(keep) if keep else np.empty((0, 2), dtype=np.int64)
