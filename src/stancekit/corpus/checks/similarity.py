"""Texts that are nearly the same: candidates by MinHash, each confirmed.

MinHash (Broder 1997) with locality-sensitive hashing in bands, over the set of a text's word pairs. Two texts at the
threshold are missed with a probability of about 1 in 2,400, (1 - 0.6³)³²; what is reported was compared in full.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

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
"""In larger buckets a text is compared with its neighbours only, other ones in every band."""
NEIGHBOURS = 2
PAIRS_AT_ONCE = 200_000

_WORD_OR_END = re.compile(r"\w+|\n")
TEXTS_AT_ONCE = 10_000
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
    return similar_pairs(texts)[0]


def similar_pairs(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return which texts are nearly the same, and how similar the two of each pair are; see `near_pairs`.

    Returns
    -------
    pairs : ndarray of int64 of shape (n_pairs, 2)
    similarity : ndarray of float of shape (n_pairs,)
        Jaccard similarity of their sets of word pairs: `THRESHOLD` to 1.

    Examples
    --------
    >>> similar_pairs(["a b c d e f g", "A b c d e f g!", "a b c d e f x"])[1].round(3).tolist()
    [1.0, 0.6, 0.6]
    """
    shingles, ends = _word_pairs(texts)
    filled = np.flatnonzero(np.diff(ends, prepend=0))
    if len(filled) < 2:
        return np.empty((0, 2), dtype=np.int64), np.empty(0)
    starts = np.concatenate([[0], ends[:-1]])[filled]
    candidates = _candidates(_signatures(shingles, starts))
    pairs, similarity = _confirmed(shingles, starts, candidates)
    return filled[pairs], similarity


def _word_pairs(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the codes of every text's word pairs, one text after the other, and where each text's end.

    The first word is paired with nothing before it and the last with nothing behind.
    """
    codes, lengths = _word_codes(texts)
    width = int(codes.max(initial=0)) + 1
    pairs = np.where(lengths > 0, lengths + 1, 0)
    ends = np.cumsum(pairs)
    padded = np.zeros(int(pairs.sum()) + 1, dtype=np.int64)
    shift = np.repeat(np.cumsum(lengths > 0), lengths)
    padded[np.arange(len(codes)) + shift] = codes
    return padded[:-1] * width + padded[1:], ends


def _word_codes(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return a number above zero for every word, the same for the same word, and how many words each text has."""
    import pyarrow as pa
    import pyarrow.compute as pc

    batches = [pa.array([], type=pa.binary())]
    for begin in range(0, len(texts), TEXTS_AT_ONCE):
        lines = (compose(text).casefold().replace("\n", " ") for text in texts[begin : begin + TEXTS_AT_ONCE])
        batches.append(_as_arrow(_WORD_OR_END.findall("\n".join([*lines, ""]))))
    encoded = pa.chunked_array(batches).dictionary_encode().combine_chunks()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64) + 1
    is_end = codes == pc.index(encoded.dictionary, b"\n").as_py() + 1
    ends = np.flatnonzero(is_end)
    return codes[~is_end], np.diff(ends, prepend=-1) - 1


def _as_arrow(words: list[str]) -> Any:
    import pyarrow as pa

    try:
        return pa.array(words, type=pa.string()).cast(pa.binary())
    except UnicodeEncodeError:
        # Half of a surrogate pair is no UTF-8.
        return pa.array([word.encode("utf-8", "surrogatepass") for word in words], type=pa.binary())


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
    size = signatures.shape[1]
    random = np.random.default_rng(0)
    bands = [_band_keys(signatures[first : first + ROWS]) for first in range(0, len(signatures), ROWS)]
    found, waiting = np.empty(0, dtype=np.int64), list[NDArray[np.int64]]()
    for keys, tie_keys in zip(bands, bands[1:] + bands[:1], strict=True):
        waiting += [one * size + other for one, other in _pairs_of_band(keys, tie_keys, random)]
        if sum(map(len, waiting)) > len(found):
            found, waiting = _distinct([found, *waiting]), []
    return np.stack(np.divmod(_distinct([found, *waiting]), size), axis=1)


def _distinct(codes: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return what np.unique does; that is many times slower where most codes are repeated millions of times."""
    ordered = np.sort(np.concatenate(codes))
    return ordered[np.diff(ordered, prepend=-1) > 0]


def _band_keys(signatures: NDArray[np.uint32]) -> NDArray[np.uint64]:
    keys = np.zeros(signatures.shape[1], dtype=np.uint64)
    for own in signatures:
        keys = (keys ^ own) * _MIX
    return keys


def _pairs_of_band(
    keys: NDArray[np.uint64], tie_keys: NDArray[np.uint64], random: np.random.Generator
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield pairs of one bucket, those of all buckets at once: first the neighbours, then those two apart, and so on.

    In a large bucket who agrees in another band as well stands together, and who stands beside whom among these is
    drawn anew for every band: training and test texts must meet.
    """
    shuffled = random.permutation(len(keys))
    members = shuffled[np.lexsort((tie_keys[shuffled], keys[shuffled]))]
    begins = np.flatnonzero(np.diff(keys[members], prepend=~keys[members[:1]]))
    sizes = np.diff(begins, append=len(members))
    behind = np.repeat(begins + sizes, sizes) - np.arange(len(members)) - 1
    reach = np.where(np.repeat(sizes, sizes) > ALL_PAIRS_UP_TO, np.minimum(behind, NEIGHBOURS), behind)
    for step in range(1, ALL_PAIRS_UP_TO):
        at = np.flatnonzero(reach >= step)
        if not len(at):
            return
        one, other = members[at], members[at + step]
        yield np.minimum(one, other), np.maximum(one, other)


def _confirmed(
    shingles: NDArray[np.int64], starts: NDArray[np.int64], candidates: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the candidates whose sets of shingles are really that similar, and their similarity."""
    # Most texts are in no candidate; what is done to their shingles would be for nothing.
    compared, numbers = np.unique(candidates, return_inverse=True)
    begins, lengths = starts[compared], np.diff(starts, append=len(shingles))[compared]
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    own = shingles[np.arange(bounds[-1]) + np.repeat(begins - bounds[:-1], lengths)]
    _, columns = np.unique(own, return_inverse=True)
    ones = np.ones(len(columns), dtype=np.int32)
    sets = sparse.csr_array((ones, columns, bounds), shape=(len(compared), int(columns.max(initial=0)) + 1))
    sets.sum_duplicates()
    sets.data[:] = 1
    sizes = np.diff(sets.indptr)
    keep, shares = [np.empty((0, 2), dtype=np.int64)], [np.empty(0)]
    numbered = numbers.reshape(candidates.shape)
    for begin in range(0, len(candidates), PAIRS_AT_ONCE):
        pairs = numbered[begin : begin + PAIRS_AT_ONCE]
        common = np.asarray(sets[pairs[:, 0]].multiply(sets[pairs[:, 1]]).sum(axis=1)).ravel()
        union = sizes[pairs[:, 0]] + sizes[pairs[:, 1]] - common
        similar = common >= THRESHOLD * union
        keep.append(candidates[begin : begin + PAIRS_AT_ONCE][similar])
        shares.append(common[similar] / union[similar])
    return np.concatenate(keep), np.concatenate(shares)
