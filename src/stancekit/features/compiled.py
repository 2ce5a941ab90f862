"""Loops over symbols, compiled: what numpy does in many passes over large arrays is done in one.

numba takes half a second to import, so this module is imported by `kernels` only, and only where texts are large. What
comes out is what the numpy way makes, to the last entry.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from stancekit.features.compiling import kept

_MIX = np.uint64(0x9E3779B97F4A7C15)
_PRIME = np.uint64(0x100000001B3)
_SEED = np.uint64(0xCBF29CE484222325)
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_DIGIT_BITS = 11


@kept
def _mixed(value: Any) -> Any:
    """Spread a number over 64 bits."""
    value = (value ^ (value >> np.uint64(29))) * _MIX
    return value ^ (value >> _HALF)


@kept
def fill_slots(slots: Any, records: Any, used: int) -> None:
    """Put the records of runs into empty slots."""
    mask = np.uint64(len(slots) - 1)
    at = 1
    while at < used:
        slot = np.uint64(records[at + 2]) & mask
        while slots[slot]:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = (np.uint64(records[at + 3]) << _HALF) | np.uint64(at)
        at += 4 + records[at + 1]


@kept
def _find_runs(points: Any, place: int, end: int, inside: Any, shortest: int, runs: Any, codes: Any) -> int:
    """Write where runs of a text begin, how long they are, and a hash of each; return how many there are."""
    found = 0
    while place < end:
        if not inside[points[place]]:
            place += 1
            continue
        begin = place
        code = _SEED
        while place < end and inside[points[place]]:
            code = (code ^ np.uint64(points[place])) * _PRIME
            place += 1
        if place - begin >= shortest:
            runs[found, 0], runs[found, 1], codes[found] = begin, place - begin, _mixed(code)
            found += 1
    return found


@kept
def _known_number(points: Any, begin: int, length: int, code: Any, slots: Any, records: Any) -> Any:
    """Return the number of a run, 0 if it has none, and its slot or the empty one where it would be."""
    mask = np.uint64(len(slots) - 1)
    slot = code & mask
    while slots[slot]:
        if slots[slot] >> _HALF == code >> _HALF:
            at = np.int64(slots[slot] & _LOW)
            same = records[at + 1] == length
            for letter in range(length if same else 0):
                same = same and records[at + 4 + letter] == points[begin + letter]
            if same:
                return np.int64(records[at]), slot
        slot = (slot + np.uint64(1)) & mask
    return np.int64(0), slot


@kept
def number_runs(
    points: Any, bounds: Any, inside: Any, shortest: int, learn: bool, table: Any, numbers: Any, ends: Any, text: int
) -> Any:
    """Write the number of every run of characters of a kind and where each text's runs end, from a text on.

    Parameters
    ----------
    points : ndarray of uint8 or uint32
    bounds : ndarray of int64 of shape (n_texts + 1,)
    inside : ndarray of bool
        By character.
    shortest : int
        Runs with fewer characters don't count.
    learn : bool
        Whether a run that the table doesn't have gets the next number; else it is 0.
    table : slots, records, used, count
        Runs that are known. A record is the number of a run, its length, the halves of its hash and its characters; a
        slot is the upper half of the hash, and where the record is, never at 0.
    numbers : ndarray of int32
    ends : ndarray of int64 of shape (n_texts + 1,)
    text : int

    Returns
    -------
    int
        The text that comes next: one for which the table hasn't room, or n_texts.
    used, count : int
    """
    slots, records, used, count = table
    most = 1
    for own in range(len(bounds) - 1):
        most = max(most, bounds[own + 1] - bounds[own])
    runs, codes = np.empty((most, 2), dtype=np.int64), np.empty(most, dtype=np.uint64)
    filled = ends[text]
    while text < len(bounds) - 1:
        # Hashing first, then looking up: the processor waits for many slots at once.
        found = _find_runs(points, bounds[text], bounds[text + 1], inside, shortest, runs, codes)
        letters = bounds[text + 1] - bounds[text]
        if learn and (used + 4 * found + letters > len(records) or 2 * (count + found) > len(slots)):
            break
        for run in range(found):
            begin, length, code = runs[run, 0], runs[run, 1], codes[run]
            number, slot = _known_number(points, begin, length, code, slots, records)
            if number == 0 and learn:
                count += 1
                number = count
                records[used], records[used + 1] = number, length
                records[used + 2], records[used + 3] = code & _LOW, code >> _HALF
                for letter in range(length):
                    records[used + 4 + letter] = points[begin + letter]
                slots[slot] = (code >> _HALF << _HALF) | np.uint64(used)
                used += 4 + length
            numbers[filled] = number
            filled += 1
        text += 1
        ends[text] = filled
    return text, used, count


@kept
def spell_runs(records: Any, used: int, count: int) -> Any:
    """Return the characters of all runs of a table, one after the other, and where each ends."""
    letters = np.empty(used - 4 * count, dtype=records.dtype)
    ends = np.zeros(count + 1, dtype=np.int64)
    at, written = np.int64(1), np.int64(0)
    for number in range(count):
        length = np.int64(records[at + 1])
        letters[written : written + length] = records[at + 4 : at + 4 + length]
        at += 4 + length
        written += length
        ends[number + 1] = written
    return letters[:written], ends


@kept
def _slot_of(key: Any, size: Any) -> Any:
    """Return a slot of so many, fewer than 2**32."""
    return ((_mixed(key * _PRIME) >> _HALF) * size) >> _HALF


@kept
def hash_terms(codes: Any, bounds: Any, longest: int, bits: int, single: Any, table: Any) -> None:
    """Write the terms of one symbol to where it says, and longer ones into an empty table.

    In every slot of the table is a key, 0 where it is empty, and the term. A key is the symbols of a term, none of
    which is 0, the last one in the lowest bits: keys of terms of different lengths differ.
    """
    size = np.uint64(len(table))
    for term in range(len(bounds) - 1):
        begin, end = bounds[term], bounds[term + 1]
        if end - begin == 1:
            single[codes[begin]] = term
        if end - begin < 2 or end - begin > longest:
            continue
        key = np.uint64(0)
        for place in range(begin, end):
            key = (key << np.uint64(bits)) | np.uint64(codes[place])
        slot = _slot_of(key, size)
        while table[slot, 0]:
            slot = slot + np.uint64(1) if slot + np.uint64(1) < size else np.uint64(0)
        table[slot, 0] = key
        table[slot, 1] = np.uint64(term)


@kept
def look_up(codes: Any, bounds: Any, shortest: int, longest: int, bits: int, single: Any, table: Any) -> Any:
    """Return the terms that texts hold, in no order and as often as they occur, and where each text's end.

    Parameters
    ----------
    codes : ndarray of int32
        Symbols; 0 is one that no term has.
    bounds : ndarray of int64 of shape (n_texts + 1,)
    shortest, longest : int
    bits : int
    single, table : ndarray
        Of `hash_terms`.
    """
    size = np.uint64(len(table))
    terms = np.empty(len(codes) * (longest - shortest + 1), dtype=np.int32)
    ends = np.zeros(len(bounds), dtype=np.int64)
    keys = np.empty(len(codes) * (longest - max(shortest, 2) + 1) if longest > 1 else 0, dtype=np.uint64)
    found = 0
    for text in range(len(bounds) - 1):
        begin, end = bounds[text], bounds[text + 1]
        asked = 0
        for place in range(begin, end):
            key = np.uint64(codes[place])
            if key and shortest == 1 and single[key] >= 0:
                terms[found] = single[key]
                found += 1
            for after in range(place + 1, min(place + longest, end) if key else 0):
                if codes[after] == 0:
                    break
                key = (key << np.uint64(bits)) | np.uint64(codes[after])
                if after - place + 1 >= shortest:
                    keys[asked] = key
                    asked += 1
        for number in range(asked):
            key = keys[number]
            slot = _slot_of(key, size)
            while table[slot, 0] and table[slot, 0] != key:
                slot = slot + np.uint64(1) if slot + np.uint64(1) < size else np.uint64(0)
            if table[slot, 0]:
                terms[found] = np.int32(table[slot, 1])
                found += 1
        ends[text + 1] = found
    return terms[:found].copy(), ends


@kept
def gather_terms(pieces: Any, bounds: Any, terms: Any, term_bounds: Any) -> Any:
    """Return the terms of the pieces of texts, in no order, and where each text's end.

    Parameters
    ----------
    pieces : ndarray of int
    bounds : ndarray of int64 of shape (n_texts + 1,)
    terms : ndarray of int32
        Of every distinct piece.
    term_bounds : ndarray of shape (n_distinct + 1,)
    """
    size = 0
    for place in range(bounds[0], bounds[-1]):
        size += term_bounds[pieces[place] + 1] - term_bounds[pieces[place]]
    own, ends = np.empty(size, dtype=np.int32), np.zeros(len(bounds), dtype=np.int64)
    found = 0
    for text in range(len(bounds) - 1):
        for place in range(bounds[text], bounds[text + 1]):
            for at in range(term_bounds[pieces[place]], term_bounds[pieces[place] + 1]):
                if terms[at] >= 0:
                    own[found] = terms[at]
                    found += 1
        ends[text + 1] = found
    return own[:found], ends


@kept
def pad_rows(terms: Any, ends: Any, rows: Any, width: int, filler: int) -> Any:
    """Return some rows as an array of a width, filled up behind."""
    padded = np.empty((len(rows), width), dtype=np.int32)
    for number in range(len(rows)):
        begin, end = ends[rows[number]], ends[rows[number] + 1]
        for column in range(width):
            padded[number, column] = terms[begin + column] if begin + column < end else filler
    return padded


@kept
def put_back(padded: Any, terms: Any, ends: Any, rows: Any) -> None:
    """Write rows to where they were."""
    for number in range(len(rows)):
        begin, end = ends[rows[number]], ends[rows[number] + 1]
        for column in range(end - begin):
            terms[begin + column] = padded[number, column]


@kept
def tally_rows(terms: Any, ends: Any) -> Any:
    """Return how often each of the terms of a row is there, from rows in order, as the arrays of a CSR matrix."""
    indices, data = np.empty_like(terms), np.empty_like(terms)
    indptr = np.zeros(len(ends), dtype=np.int64)
    written = 0
    for row in range(len(ends) - 1):
        begin = written
        for place in range(ends[row], ends[row + 1]):
            if written > begin and indices[written - 1] == terms[place]:
                data[written - 1] += 1
            else:
                indices[written] = terms[place]
                data[written] = 1
                written += 1
        indptr[row + 1] = written
    return data[:written].copy(), indices[:written].copy(), indptr


@kept
def pack(codes: Any, bounds: Any, longest: int, bits: int, keys: Any) -> None:
    """Write the symbols that begin at each position, the first one in the highest bits, 0 beyond the end of a unit."""
    full = np.uint64(bits * (longest - 1))
    for unit in range(len(bounds) - 1):
        key = np.uint64(0)
        for place in range(bounds[unit + 1] - 1, bounds[unit] - 1, -1):
            key = (key >> np.uint64(bits)) | (np.uint64(codes[place]) << full)
            keys[place] = key


@kept
def order_keys(keys: Any, order: Any, next_keys: Any, next_order: Any) -> bool:
    """Put keys and positions in order, equal keys as they were; say if they are in the second pair of arrays now.

    A radix sort: so many bits at a time, the lowest first.
    """
    varying = np.uint64(0)
    for place in range(1, len(keys)):
        varying |= keys[place] ^ keys[0]
    digit = np.uint64((1 << _DIGIT_BITS) - 1)
    moved = False
    for shift in range(0, 64, _DIGIT_BITS):
        if not (varying >> np.uint64(shift)) & digit:
            continue
        ends = np.zeros((1 << _DIGIT_BITS) + 1, dtype=np.int64)
        for place in range(len(keys)):
            ends[((keys[place] >> np.uint64(shift)) & digit) + np.uint64(1)] += 1
        for value in range(1, len(ends)):
            ends[value] += ends[value - 1]
        for place in range(len(keys)):
            value = (keys[place] >> np.uint64(shift)) & digit
            target = ends[value]
            ends[value] += 1
            next_keys[target] = keys[place]
            next_order[target] = order[place]
        keys, next_keys = next_keys, keys
        order, next_order = next_order, order
        moved = not moved
    return moved


@kept
def count_groups(keys: Any, levels: int, bits: int) -> int:
    """Return how many terms of so many lengths begin at positions whose keys are in order."""
    count = 0
    for row in range(len(keys)):
        for level in range(levels):
            begun = keys[row] >> np.uint64((levels - 1 - level) * bits)
            ended = not begun & ((np.uint64(1) << np.uint64(bits)) - np.uint64(1))
            if not ended and (row == 0 or begun != keys[row - 1] >> np.uint64((levels - 1 - level) * bits)):
                count += 1
    return count


@kept
def find_terms(keys: Any, order: Any, shortest: int, bits: int, terms: Any, places: Any, lengths: Any) -> None:
    """Write the term of every length that begins at every position, and of each term where it is first, and its length.

    Parameters
    ----------
    keys, order : ndarray of shape (n_positions,)
        Of `order_keys`.
    shortest, bits : int
    terms : ndarray of int32 of shape (n_positions, n_lengths)
        -1 is left where there is none.
    places, lengths : ndarray of shape (n_terms,)
        See `count_groups`.
    """
    levels = terms.shape[1]
    current = np.full(levels, -1, dtype=np.int32)
    count = 0
    for row in range(len(keys)):
        for level in range(levels):
            begun = keys[row] >> np.uint64((levels - 1 - level) * bits)
            if not begun & ((np.uint64(1) << np.uint64(bits)) - np.uint64(1)):
                continue
            if row == 0 or begun != keys[row - 1] >> np.uint64((levels - 1 - level) * bits):
                places[count], lengths[count] = order[row], shortest + level
                current[level] = count
                count += 1
            terms[order[row], level] = current[level]
