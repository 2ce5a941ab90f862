"""Texts as arrays of small numbers, so that numpy can cut and sort them.

Characters are numbered by code point over the characters that occur, so one byte each is nearly always enough and the
order of numbers is the order of characters. Code points, not UTF-8: a lone surrogate is a character like any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.features.ngrams import Symbols, running_total

CODE_POINTS = 0x110000
_SEPARATOR = "\n"
_SLICE = 2**18
"""Characters that are tallied at once: numpy makes 64-bit copies of them."""
_WORD_CHARACTER = re.compile(r"\w")

Numbers = NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True)
class Alphabet:
    """The characters that occur, in order of their code points.

    Attributes
    ----------
    points : ndarray of uint32 of shape (n_characters,)
    """

    points: NDArray[np.uint32]

    @cached_property
    def is_space(self) -> NDArray[np.bool_]:
        r"""Say of each character if `str.split` and `\s` take it for white space."""
        return np.array([chr(point).isspace() for point in self.points.tolist()], dtype=np.bool_)

    @cached_property
    def is_word(self) -> NDArray[np.bool_]:
        r"""Say of each character if `\w` matches it."""
        matches = (_WORD_CHARACTER.match(chr(point)) for point in self.points.tolist())
        return np.array([match is not None for match in matches], dtype=np.bool_)

    @property
    def space(self) -> int:
        """The number of U+0020, which every alphabet has."""
        return int(np.searchsorted(self.points, ord(" ")))

    def decode(self, numbers: Numbers) -> str:
        """Return the text that numbers stand for."""
        return str(self.points[numbers].tobytes().decode("utf-32-le", "surrogatepass"))


@dataclass(frozen=True)
class Characters:
    """Texts as one array of numbers of an alphabet, each text between two separators.

    Attributes
    ----------
    alphabet : Alphabet
    numbers : ndarray of uint8, uint16 or uint32 of shape (n_characters + n_texts + 1,)
    begins : ndarray of int64 of shape (n_texts + 1,)
        Where each text begins, and one past the last separator; there is a separator right before each.
    """

    alphabet: Alphabet
    numbers: Numbers
    begins: NDArray[np.int64]

    def where(self, character_is: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Say of each position if its character is of a kind; no separator is."""
        mask = np.take(character_is, self.numbers)
        mask[self.begins - 1] = False
        return mask


@dataclass(frozen=True)
class Letters:
    """Units (texts, or words) as the letters of an alphabet, nothing in between.

    Attributes
    ----------
    alphabet : Alphabet
    numbers : ndarray of uint8, uint16 or uint32 of shape (n_letters,)
    bounds : ndarray of int64 of shape (n_units + 1,)
        Unit i has the letters `bounds[i]` to `bounds[i + 1]`.
    """

    alphabet: Alphabet
    numbers: Numbers
    bounds: NDArray[np.int64]

    def symbols(self) -> Symbols:
        """Return them as symbols, 1 the first letter of the alphabet."""
        return Symbols(self.numbers.astype(np.int32) + np.int32(1), self.bounds, len(self.alphabet.points))

    def symbols_in(self, alphabet: Alphabet) -> Symbols:
        """Return them as symbols of another alphabet; letters that it doesn't have share one that is beyond it."""
        unknown = len(alphabet.points) + 1
        found = np.searchsorted(alphabet.points, self.alphabet.points)
        there = np.append(alphabet.points, 0)[found] == self.alphabet.points
        codes = np.where(there & (found < len(alphabet.points)), found + 1, unknown).astype(np.int32)
        return Symbols(codes[self.numbers], self.bounds, unknown)


def single_spaced(texts: Sequence[str]) -> Letters:
    r"""Return texts in which `\s\s+` is one space; white space that stands alone is left as it is.

    Examples
    --------
    >>> letters = single_spaced(["a \tb\nc"])
    >>> letters.alphabet.decode(letters.numbers), letters.bounds.tolist()
    ('a b\nc', [0, 5])
    """
    characters = number_characters(texts)
    blank = characters.where(characters.alphabet.is_space)
    numbers, kept = characters.numbers, np.ones(len(blank), dtype=np.bool_)
    numbers[:-1][blank[:-1] & blank[1:]] = characters.alphabet.space
    kept[1:] = ~(blank[1:] & blank[:-1])
    kept[characters.begins - 1] = False
    return Letters(characters.alphabet, numbers[kept], running_total(kept)[characters.begins])


def code_points(text: str) -> NDArray[np.uint32]:
    """Return a text's code points.

    Examples
    --------
    >>> code_points("né").tolist()
    [110, 233]
    """
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def number_characters(texts: Sequence[str]) -> Characters:
    r"""Return texts as numbers of their own alphabet.

    Examples
    --------
    >>> characters = number_characters(["ba", ""])
    >>> characters.alphabet.decode(characters.numbers), characters.begins.tolist()
    ('\nba\n\n', [1, 4, 5])
    """
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    begins = np.ones(len(texts) + 1, dtype=np.int64)
    np.cumsum(lengths + 1, out=begins[1:])
    begins[1:] += 1
    points = code_points(_SEPARATOR.join(["", *texts, ""]))
    alphabet, table = _alphabet_of(points)
    return Characters(alphabet, np.take(table, points), begins)


def _alphabet_of(points: NDArray[np.uint32]) -> tuple[Alphabet, Numbers]:
    """Return the alphabet of code points, and the table of the number of each code point there is."""
    often = np.bincount([ord(" "), ord(_SEPARATOR)], minlength=CODE_POINTS)
    for begin in range(0, len(points), _SLICE):
        own = np.bincount(points[begin : begin + _SLICE])
        often[: len(own)] += own
    occurring = np.flatnonzero(often).astype(np.uint32)
    table = np.zeros(CODE_POINTS, dtype=np.min_scalar_type(len(occurring)))
    table[occurring] = np.arange(len(occurring), dtype=table.dtype)
    return Alphabet(occurring), table
