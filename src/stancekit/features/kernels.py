"""What compiled loops are given and when: texts that are large enough to be worth the import of numba.

Everything goes in batches of texts, so that what is worked on stays in the processor's caches.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from stancekit.features.alphabet import CODE_POINTS, Alphabet, code_points
from stancekit.features.ngrams import KEY_BITS, Symbols, bits_of, index_type, running_total

if TYPE_CHECKING:
    from scipy import sparse
else:
    from stancekit.late import sparse

ALWAYS_FROM, LOADED_FROM = 2**23, 2**17
"""Characters from which on it pays to import numba, and to use it if something else has imported it."""
CHARACTERS_AT_ONCE, TEXTS_AT_ONCE = 2**21, 2**13

Rows = tuple[NDArray[np.int32], NDArray[np.int64]]
"""The terms of texts, and where each text's end."""


def are_worth_it(characters: int) -> bool:
    """Say if texts of so many characters are to be worked on by compiled loops."""
    return characters >= (LOADED_FROM if are_loaded() else ALWAYS_FROM)


def are_loaded() -> bool:
    """Say if numba is imported already."""
    return "numba" in sys.modules


def load_for(characters: int) -> None:
    """Import compiled loops where they are worth it, for texts that will come in parts."""
    if are_worth_it(characters):
        import_module("stancekit.features.compiled")


@cache
def word_characters() -> NDArray[np.bool_]:
    r"""Say of every code point if `\w` matches it."""
    return _matching(r"\w+")


@cache
def no_spaces() -> NDArray[np.bool_]:
    r"""Say of every code point if `\s` doesn't match it."""
    return _matching(r"\S+")


def _matching(pattern: str) -> NDArray[np.bool_]:
    matching = np.zeros(CODE_POINTS, dtype=np.bool_)
    for match in re.finditer(pattern, "".join(map(chr, range(CODE_POINTS)))):
        matching[match.start() : match.end()] = True
    return matching


@dataclass
class RunTable:
    """Distinct runs of characters, numbered from 1 in the order in which they were first seen.

    `slots`, `records` and `used` are as `compiled.number_runs` describes them. They are numpy's: where there is much
    memory it asks for large pages, which makes looking up several times as fast.
    """

    slots: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(2**16, dtype=np.uint64))
    records: NDArray[np.uint32] = field(default_factory=lambda: np.empty(2**18, dtype=np.uint32))
    used: int = 1
    count: int = 0

    def number(
        self,
        points: NDArray[Any],
        bounds: NDArray[np.int64],
        inside: NDArray[np.bool_],
        shortest: int = 1,
        learn: bool = True,
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the number of every run of texts, and where each text's runs end; see `compiled.number_runs`."""
        from stancekit.features.compiled import number_runs

        numbers = np.empty(len(points) // (shortest + 1) + len(bounds), dtype=np.int32)
        ends = np.zeros(len(bounds), dtype=np.int64)
        text = 0
        while text < len(bounds) - 1:
            table = self.slots, self.records, self.used, self.count
            text, self.used, self.count = number_runs(
                points, bounds, inside, shortest, learn, table, numbers, ends, text
            )
            if text < len(bounds) - 1:
                self._make_room(int(bounds[text + 1] - bounds[text]))
        return numbers[: ends[-1]].copy(), ends

    def _make_room(self, letters: int) -> None:
        """Make room for a text of so many characters, which may be a run each."""
        from stancekit.features.compiled import fill_slots

        if 2 * (self.count + letters) > len(self.slots):
            size = 4 * max(len(self.slots), 2 ** bits_of(letters))
            self.slots = np.zeros(size, dtype=np.uint64)
            fill_slots(self.slots, self.records, self.used)
        if self.used + 5 * letters > len(self.records):
            larger = np.empty(2 * len(self.records) + 5 * letters, dtype=np.uint32)
            larger[: self.used] = self.records[: self.used]
            self.records = larger

    def number_texts(
        self, texts: Sequence[str], inside: NDArray[np.bool_], shortest: int, learn: bool = True
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the same for texts."""
        found, bounds = [np.empty(0, dtype=np.int32)], [np.zeros(1, dtype=np.int64)]
        for batch in _batches(texts):
            ends = running_total(np.fromiter(map(len, batch), dtype=np.int64, count=len(batch)))
            numbers, own = self.number(code_points("".join(batch)), ends, inside, shortest, learn)
            found.append(numbers)
            bounds.append(own[1:] + bounds[-1][-1])
        return np.concatenate(found), np.concatenate(bounds)

    def letters(self) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """Return the characters of all runs, and where each ends."""
        from stancekit.features.compiled import spell_runs

        letters, ends = spell_runs(self.records, self.used, self.count)
        return letters, ends


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    begin, size = 0, 0
    for place, text in enumerate(texts):
        size += len(text)
        if size >= CHARACTERS_AT_ONCE:
            yield texts[begin : place + 1]
            begin, size = place + 1, 0
    if begin < len(texts):
        yield texts[begin:]


def letters_of(points: NDArray[np.uint32]) -> tuple[Alphabet, NDArray[Any]]:
    """Return the alphabet of characters and of the space, and the characters as numbers of it."""
    there = np.zeros(CODE_POINTS, dtype=np.bool_)
    there[points] = True
    there[ord(" ")] = True
    occurring = np.flatnonzero(there).astype(np.uint32)
    table = np.zeros(CODE_POINTS, dtype=np.min_scalar_type(len(occurring)))
    table[occurring] = np.arange(len(occurring), dtype=table.dtype)
    return Alphabet(occurring), np.take(table, points)


def fit_into_keys(symbols: Symbols, longest: int) -> bool:
    """Say if the longest n-grams fit into keys, and positions into 32 bits."""
    return longest * bits_of(symbols.largest) <= KEY_BITS and len(symbols.codes) * longest < 2**31


def find_terms(symbols: Symbols, ngrams: tuple[int, int]) -> tuple[NDArray[np.int32], Any, Any]:
    """Return the term of every length at every position, and of each term where it occurs and its length.

    Returns
    -------
    ndarray of int32 of shape (n_symbols, n_lengths)
        -1 where the unit ends before the term would.
    places, lengths : ndarray of int64 of shape (n_terms,)
        In order of code points.
    """
    from stancekit.features import compiled

    shortest, longest = ngrams
    size, levels, bits = len(symbols.codes), longest - shortest + 1, bits_of(symbols.largest)
    keys, order = _in_order(symbols, longest, bits)
    count = compiled.count_groups(keys, levels, bits)
    terms = np.full((size, levels), -1, dtype=np.int32)
    places, lengths = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    compiled.find_terms(keys, order, shortest, bits, terms, places, lengths)
    return terms, places, lengths


def _in_order(symbols: Symbols, longest: int, bits: int) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    from stancekit.features.compiled import order_keys, pack

    size = len(symbols.codes)
    keys, next_keys = np.empty(size, dtype=np.uint64), np.empty(size, dtype=np.uint64)
    order, next_order = np.arange(size, dtype=np.int32), np.empty(size, dtype=np.int32)
    pack(symbols.codes, symbols.bounds, longest, bits, keys)
    moved = order_keys(keys, order, next_keys, next_order)
    return (next_keys, next_order) if moved else (keys, order)


@dataclass(frozen=True)
class TermTable:
    """Known terms by their symbols; see `compiled.hash_terms`."""

    longest: int
    bits: int
    single: NDArray[np.int32]
    table: NDArray[np.uint64]

    @classmethod
    def of(cls, known: Symbols, longest: int) -> TermTable:
        """Return the table of terms with up to so many symbols."""
        from stancekit.features.compiled import hash_terms

        bits = bits_of(known.largest)
        single = np.full(known.largest + 1, -1, dtype=np.int32)
        table = np.zeros((3 * len(known.bounds) // 2 + 1, 2), dtype=np.uint64)
        hash_terms(known.codes, known.bounds, longest, bits, single, table)
        return cls(longest, bits, single, table)

    def find(self, codes: NDArray[np.int32], bounds: NDArray[np.int64], shortest: int) -> Rows:
        """Return the terms of texts; a code that no term has is 0."""
        from stancekit.features.compiled import look_up

        terms, ends = look_up(codes, bounds, shortest, self.longest, self.bits, self.single, self.table)
        return terms, ends


def terms_at(terms: NDArray[np.int32], bounds: NDArray[np.int64]) -> Rows:
    """Return the terms of units from those of positions, of shape (n_symbols, n_lengths)."""
    own = terms[bounds[0] : bounds[-1]].ravel()
    there = own >= 0
    return own[there], running_total(there)[(bounds - bounds[0]) * terms.shape[1]]


def terms_of_pieces(
    pieces: NDArray[np.int32], bounds: NDArray[np.int64], terms: NDArray[np.int32], term_bounds: NDArray[np.int64]
) -> Rows:
    """Return the terms of texts from those of their distinct pieces; see `compiled.gather_terms`."""
    from stancekit.features.compiled import gather_terms

    own, ends = gather_terms(pieces, bounds, terms, term_bounds)
    return own, ends


def count_rows(find: Callable[[slice], Rows], n_texts: int, n_terms: int, dtype: DTypeLike) -> sparse.csr_array:
    """Return counts of shape (n_texts, n_terms) from the terms of texts, asked for some texts at a time."""
    from stancekit.features.compiled import tally_rows

    parts = []
    for begin in range(0, n_texts, TEXTS_AT_ONCE):
        terms, ends = find(slice(begin, begin + TEXTS_AT_ONCE))
        _sort_rows(terms, ends)
        data, indices, indptr = tally_rows(terms, ends)
        parts.append((data.astype(dtype, copy=False), indices, indptr))
    return _joined(parts, n_texts, n_terms, dtype)


def _sort_rows(terms: NDArray[np.int32], ends: NDArray[np.int64]) -> None:
    """Put the terms of each row in order: rows of about the same length together, as numpy sorts many at once best."""
    from stancekit.features.compiled import pad_rows, put_back

    widths = np.frexp(np.maximum(np.diff(ends) - 1, 0))[1]
    for power in np.flatnonzero(np.bincount(widths)).tolist():
        rows = np.flatnonzero(widths == power)
        padded = pad_rows(terms, ends, rows, 2**power, np.iinfo(np.int32).max)
        padded.sort(axis=1)
        put_back(padded, terms, ends, rows)


def _joined(parts: list[Any], n_texts: int, n_terms: int, dtype: DTypeLike) -> sparse.csr_array:
    """Put rows below each other; each part is let go of when it was copied."""
    size = sum(len(own[0]) for own in parts)
    data, indices = np.empty(size, dtype=dtype), np.empty(size, dtype=index_type(size))
    indptr = np.zeros(n_texts + 1, dtype=indices.dtype)
    parts.reverse()
    row = begin = 0
    while parts:
        own_data, own_indices, own_indptr = parts.pop()
        end = begin + len(own_data)
        data[begin:end], indices[begin:end] = own_data, own_indices
        indptr[row + 1 : row + len(own_indptr)] = own_indptr[1:] + begin
        row, begin = row + len(own_indptr) - 1, end
    return sparse.csr_array((data, indices, indptr), shape=(n_texts, n_terms))
