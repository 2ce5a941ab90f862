"""Which n-grams a long array of symbols holds, exactly: by sorting its positions, not by hashing.

Every position is written as the symbols that begin there, as many as the longest n-gram has, packed into 64-bit keys.
Once positions are in the order of their keys, equal n-grams of every length are neighbours: one sort serves all n.
Symbols are numbered in order of code points and 0 is "the text has ended", so the order of keys is that of terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy import sparse
else:
    from stancekit.late import sparse

KEY_BITS = 64
_DIGIT_BITS = 16

Integers = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Symbols:
    """Units (texts, or words) as one array of symbols.

    Attributes
    ----------
    codes : ndarray of shape (n_symbols,)
        From 1 to `largest`.
    bounds : ndarray of int64 of shape (n_units + 1,)
        Unit i has the symbols `bounds[i]` to `bounds[i + 1]`.
    largest : int
    """

    codes: Integers
    bounds: NDArray[np.int64]
    largest: int

    @cached_property
    def room(self) -> NDArray[np.int64]:
        """How many symbols its unit has from each position on."""
        return np.repeat(self.bounds[1:], np.diff(self.bounds)) - np.arange(len(self.codes))


@dataclass(frozen=True)
class Found:
    """The n-grams that were found.

    Attributes
    ----------
    units : csr_array of int32 of shape (n_terms, n_units)
        Which units hold each term, in order; a unit that holds it twice is there twice.
    places, lengths : ndarray of int64 of shape (n_terms,)
        Of each term, in order of code points: where it occurs, and its length.
    """

    units: sparse.csr_array
    places: NDArray[np.int64]
    lengths: NDArray[np.int64]


def find_ngrams(symbols: Symbols, ngrams: tuple[int, int], short_units: bool = False) -> Found:
    """Find every n-gram of symbols.

    Parameters
    ----------
    symbols : Symbols
    ngrams : (int, int)
        Shortest and longest.
    short_units : bool
        Count a unit that is shorter than the shortest n-gram as a term, as `char_wb` does; units must be distinct.

    Examples
    --------
    >>> found = find_ngrams(Symbols(np.array([2, 1, 2]), np.array([0, 3]), 2), (1, 2))
    >>> found.units.indptr.tolist(), found.places.tolist(), found.lengths.tolist()
    ([0, 1, 2, 4, 5], [1, 1, 2, 0], [1, 2, 1, 2])
    """
    lengths, bits = _lengths(ngrams, short_units), bits_of(symbols.largest)
    ordered = _sort(_keys(symbols, None, symbols.room, ngrams[1], bits), bits, ngrams[1])
    counted = [_is_counted(symbols, ordered.order, n, ngrams[0]) for n in lengths]
    first = np.empty((len(symbols.codes), len(lengths)), dtype=np.bool_)
    for level, n in enumerate(lengths):
        np.logical_and(ordered.begins_group(n), counted[level], out=first[:, level])
    rows, levels = np.divmod(np.flatnonzero(first.ravel()), len(lengths))
    entries = []
    for level, valid in enumerate(counted):
        terms = np.flatnonzero(levels == level).astype(np.int32)
        group = np.cumsum(first[:, level], dtype=np.int32)[valid] - 1
        entries.append((ordered.order[valid], terms[group]))
    units = _units_of_terms(entries, symbols, len(rows))
    return Found(units, ordered.order[rows], np.asarray(lengths, dtype=np.int64)[levels])


def find_known(
    symbols: Symbols, ngrams: tuple[int, int], known: Symbols, short_units: bool = False
) -> sparse.csr_array:
    """Find the n-grams of symbols that are among known ones: unit i of `known` is term i.

    An n-gram that fits into 64 bits is looked up in a hash table of the known ones; the number is the n-gram itself, so
    none is mistaken for another. Longer ones are sorted together with the known ones.

    Returns
    -------
    csr_array of int32 of shape (n_terms, n_units)
        See `Found`.
    """
    bits = bits_of(max(symbols.largest, known.largest))
    if ngrams[1] * bits > KEY_BITS:
        return _find_by_sorting(symbols, ngrams, known, short_units)
    return _look_up(symbols, ngrams, known, short_units, bits).tocsc().T


def _look_up(
    symbols: Symbols, ngrams: tuple[int, int], known: Symbols, short_units: bool, bits: int
) -> sparse.csr_array:
    """Return the known n-grams of units, of shape (n_units, n_terms), in no order and as often as they occur.

    What reaches beyond the end of its unit has a 0 in its key, and no known n-gram of that length has one.
    """
    lengths, room = _lengths(ngrams, short_units), np.diff(known.bounds)
    positions = np.arange(len(symbols.codes))
    found = np.empty((len(symbols.codes), len(lengths)), dtype=np.int32)
    for level, n in enumerate(lengths):
        terms = np.flatnonzero(room == n).astype(np.int32)
        known_keys = _keys(known, known.bounds[terms], room[terms], n, bits)[0]
        own_keys = _keys(symbols, None, symbols.room, n, bits)[0]
        found[:, level] = _index_in(own_keys, known_keys, terms)
        if n < ngrams[0]:
            found[~_is_counted(symbols, positions, n, ngrams[0]), level] = -1
    there = found >= 0
    ends = running_total(there.sum(axis=1))[symbols.bounds]
    own = found[there]
    indptr = ends.astype(index_type(len(own)))
    return sparse.csr_array(
        (np.ones(len(own), dtype=np.int32), own.astype(indptr.dtype), indptr),
        shape=(len(symbols.bounds) - 1, len(known.bounds) - 1),
    )


def _index_in(keys: NDArray[np.uint64], known: NDArray[np.uint64], terms: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the term of each key; -1 for a key that isn't known."""
    import pyarrow as pa
    import pyarrow.compute as pc

    places = pc.fill_null(pc.index_in(pa.array(keys), value_set=pa.array(known)), len(known))
    return np.asarray(np.append(terms, np.int32(-1))[places.to_numpy(zero_copy_only=False)])


def _find_by_sorting(
    symbols: Symbols, ngrams: tuple[int, int], known: Symbols, short_units: bool = False
) -> sparse.csr_array:
    """Return what `find_known` returns, for n-grams of any length."""
    lengths, bits = _lengths(ngrams, short_units), bits_of(max(symbols.largest, known.largest))
    room = np.diff(known.bounds)
    terms = np.flatnonzero((room > 0) & (room <= ngrams[1])).astype(np.int32)
    known_keys = _keys(known, known.bounds[terms], room[terms], ngrams[1], bits)
    own_keys = _keys(symbols, None, symbols.room, ngrams[1], bits)
    ordered = _sort([np.concatenate(pair) for pair in zip(known_keys, own_keys, strict=True)], bits, ngrams[1])
    is_known = ordered.order < len(terms)
    rows_of_known, rows_of_own = np.flatnonzero(is_known), np.flatnonzero(~is_known)
    positions = ordered.order[rows_of_own] - len(terms)
    known_terms = terms[ordered.order[rows_of_known]]
    known_lengths = room[known_terms]
    entries = []
    for n in lengths:
        group = np.cumsum(ordered.begins_group(n), dtype=np.int32)
        of_length = known_lengths == n
        term_of_group = np.full(len(group) + 1, -1, dtype=np.int32)
        term_of_group[group[rows_of_known[of_length]]] = known_terms[of_length]
        term_of_own = term_of_group[group[rows_of_own]]
        there = _is_counted(symbols, positions, n, ngrams[0]) & (term_of_own >= 0)
        entries.append((positions[there], term_of_own[there]))
    return _units_of_terms(entries, symbols, len(known.bounds) - 1)


def _units_of_terms(
    entries: list[tuple[NDArray[np.int64], NDArray[np.int32]]], symbols: Symbols, n_terms: int
) -> sparse.csr_array:
    """Put together where terms begin: of each length, the positions and their terms, equal terms side by side."""
    n_units = len(symbols.bounds) - 1
    unit_of = np.repeat(np.arange(n_units, dtype=np.int32), np.diff(symbols.bounds))
    sizes = np.zeros(n_terms, dtype=np.int64)
    for _, terms in entries:
        sizes += np.bincount(terms, minlength=n_terms)
    ends = running_total(sizes)
    units = np.empty(ends[-1], dtype=index_type(ends[-1]))
    for positions, terms in entries:
        starts = np.flatnonzero(np.diff(terms, prepend=-1))
        shift = np.repeat(ends[terms[starts]] - starts, np.diff(starts, append=len(terms)))
        units[np.arange(len(terms)) + shift] = unit_of[positions]
    ones = np.ones(len(units), dtype=np.int32)
    return sparse.csr_array((ones, units, ends.astype(units.dtype)), shape=(n_terms, n_units))


@dataclass(frozen=True)
class _Sorted:
    """Positions in order of what begins there.

    Attributes
    ----------
    order : ndarray of int64 of shape (n_positions,)
    keys : list of ndarray of uint64
        In that order.
    bits, per_key : int
        Bits of a symbol, symbols of a key.
    """

    order: NDArray[np.int64]
    keys: list[NDArray[np.uint64]]
    bits: int
    per_key: int

    def begins_group(self, n: int) -> NDArray[np.bool_]:
        """Say where the first n symbols are others than at the position before in the order."""
        begins = np.zeros(len(self.order), dtype=np.bool_)
        begins[:1] = True
        for number, key in enumerate(self.keys[: -(-n // self.per_key)]):
            left_out = max(0, (number + 1) * self.per_key - n) * self.bits
            begins[1:] |= (key[1:] ^ key[:-1]) >> np.uint64(left_out) != 0
        return begins


def _sort(keys: list[NDArray[np.uint64]], bits: int, longest: int) -> _Sorted:
    order = _radix_order(keys)
    return _Sorted(order, [key[order] for key in keys], bits, _symbols_of_a_key(bits, longest))


def _symbols_of_a_key(bits: int, longest: int) -> int:
    return min(KEY_BITS // bits, longest)


def bits_of(largest: int) -> int:
    """Return how many bits numbers up to the largest take."""
    return max(largest.bit_length(), 1)


def _keys(
    symbols: Symbols, positions: NDArray[np.int64] | None, room: NDArray[np.int64], longest: int, bits: int
) -> list[NDArray[np.uint64]]:
    """Pack the symbols that begin at positions (None: all), the first one in the highest bits of the first key."""
    per_key, size = _symbols_of_a_key(bits, longest), len(room)
    padded = np.concatenate([symbols.codes, np.zeros(longest, dtype=symbols.codes.dtype)])
    keys = []
    for begin in range(0, longest, per_key):
        key = np.zeros(size, dtype=np.uint64)
        for n in range(begin, begin + per_key):
            key <<= np.uint64(bits)
            if n < longest:
                following = padded[n : n + size] if positions is None else padded[positions + n]
                key |= np.where(room > n, following, 0).astype(np.uint64)
        keys.append(key)
    return keys


def _radix_order(keys: list[NDArray[np.uint64]]) -> NDArray[np.int64]:
    """Sort by 16 bits at a time, lowest first: linear in the number of positions, and stable."""
    order: NDArray[np.int64] | None = None
    for key in reversed(keys):
        varying = int(np.bitwise_or.reduce(key ^ key[:1])) if len(key) else 0
        for shift in range(0, KEY_BITS, _DIGIT_BITS):
            if varying >> shift & 0xFFFF:
                digits = (key >> np.uint64(shift)).astype(np.uint16)
                ranked = np.argsort(digits if order is None else digits[order], kind="stable")
                order = ranked if order is None else order[ranked]
    return np.arange(len(keys[0]), dtype=np.int64) if order is None else order


def _lengths(ngrams: tuple[int, int], short_units: bool) -> list[int]:
    return list(range(1 if short_units else ngrams[0], ngrams[1] + 1))


def _is_counted(symbols: Symbols, positions: NDArray[np.int64], n: int, shortest: int) -> NDArray[np.bool_]:
    """Say at which positions a term of length n begins; below the shortest only a whole unit is one."""
    if n >= shortest:
        return (symbols.room >= n)[positions]
    whole = np.zeros(len(symbols.codes), dtype=np.bool_)
    whole[symbols.bounds[:-1][np.diff(symbols.bounds) == n]] = True
    return whole[positions]


def index_type(size: int) -> type[np.signedinteger[Any]]:
    """Return what scipy's matrices of so many values are indexed with."""
    return np.int32 if size <= np.iinfo(np.int32).max else np.int64


def stretches(places: NDArray[np.int64], lengths: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of stretches of an array, one after the other, and the bounds of each among them.

    Examples
    --------
    >>> positions, bounds = stretches(np.array([5, 0]), np.array([2, 3]))
    >>> positions.tolist(), bounds.tolist()
    ([5, 6, 0, 1, 2], [0, 2, 5])
    """
    bounds = running_total(lengths)
    return np.arange(bounds[-1]) + np.repeat(places - bounds[:-1], lengths), bounds


def running_total(counts: NDArray[Any]) -> NDArray[np.int64]:
    """Return the running total, zero first.

    Examples
    --------
    >>> running_total(np.array([2, 0, 3])).tolist()
    [0, 2, 2, 5]
    """
    total = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=total[1:])
    return total
