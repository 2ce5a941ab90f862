"""Cutting texts into pieces: words, tokens, and the text between white space.

A corpus has far fewer distinct pieces than pieces. What costs time per piece is done once for each distinct one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from stancekit.features.alphabet import Alphabet, Characters, Letters, Numbers, number_characters
from stancekit.features.kernels import RunTable, are_worth_it, letters_of, no_spaces, word_characters
from stancekit.features.ngrams import running_total, stretches


@dataclass(frozen=True)
class Pieces:
    """The pieces of texts, in order, as numbers of distinct ones.

    Attributes
    ----------
    names : sequence of str
        The distinct pieces, in no particular order.
    numbers : ndarray of int32 of shape (n_pieces,)
        Which of `names` each piece is.
    bounds : ndarray of int64 of shape (n_texts + 1,)
        Text i has the pieces `bounds[i]` to `bounds[i + 1]`.
    """

    names: Sequence[str]
    numbers: NDArray[np.int32]
    bounds: NDArray[np.int64]

    def without(self, unwanted: Collection[str]) -> Pieces:
        """Return the pieces less those of some names."""
        if not unwanted:
            return self
        wanted = np.array([name not in unwanted for name in self.names], dtype=np.bool_)
        kept = wanted[self.numbers] if len(wanted) else np.zeros(0, dtype=np.bool_)
        return Pieces(self.names, self.numbers[kept], running_total(kept)[self.bounds])


@dataclass(frozen=True)
class DistinctRuns:
    """Runs of characters of a kind: which there are, and where.

    Attributes
    ----------
    alphabet : Alphabet
    letters : ndarray of the alphabet's numbers of shape (n_letters,)
        The distinct runs, one after the other.
    ends : ndarray of int64 of shape (n_distinct + 1,)
        Run i has the letters `ends[i]` to `ends[i + 1]`.
    numbers, bounds : see `Pieces`
    """

    alphabet: Alphabet
    letters: Numbers
    ends: NDArray[np.int64]
    numbers: NDArray[np.int32]
    bounds: NDArray[np.int64]

    def as_pieces(self) -> Pieces:
        """Return the runs as pieces with names."""
        text, ends = self.alphabet.decode(self.letters), self.ends.tolist()
        names = [text[begin:end] for begin, end in pairwise(ends)]
        return Pieces(names, self.numbers, self.bounds)

    def padded(self) -> Letters:
        """Return the distinct runs with a space before and after each."""
        n_distinct, lengths = len(self.ends) - 1, np.diff(self.ends)
        numbers = np.full(len(self.letters) + 2 * n_distinct, self.alphabet.space, dtype=self.letters.dtype)
        places = np.repeat(2 * np.arange(n_distinct) + 1, lengths)
        places += np.arange(len(self.letters))
        numbers[places] = self.letters
        return Letters(self.alphabet, numbers, self.ends + 2 * np.arange(n_distinct + 1))


def words_between_spaces(texts: Sequence[str]) -> DistinctRuns:
    """Cut texts at white space, as `str.split` does.

    Examples
    --------
    >>> words_between_spaces(["on  n'offre", "n'offre"]).as_pieces()
    Pieces(names=['on', "n'offre"], numbers=array([0, 1, 1], dtype=int32), bounds=array([0, 2, 3]))
    """
    if are_worth_it(sum(map(len, texts))):
        return _compiled_runs(texts, no_spaces(), shortest=1)
    characters = number_characters(texts)
    return _runs(characters, characters.where(~characters.alphabet.is_space), shortest=1)


def word_character_runs(texts: Sequence[str], shortest: int) -> Pieces:
    r"""Cut out the longest runs of `\w`; `shortest` 2 is what `\b\w\w+\b` finds."""
    if are_worth_it(sum(map(len, texts))):
        return _compiled_runs(texts, word_characters(), shortest).as_pieces()
    characters = number_characters(texts)
    return _runs(characters, characters.where(characters.alphabet.is_word), shortest).as_pieces()


def tokens_within_words(texts: Sequence[str], find: Callable[[str], Sequence[str]]) -> Pieces:
    """Find tokens by an expression that neither matches nor looks beyond white space; see `analyzers`.

    It is asked once for each distinct word.
    """
    words = words_between_spaces(texts).as_pieces()
    tokens = number_lists(map(find, words.names))
    places, ends = stretches(tokens.bounds[words.numbers], np.diff(tokens.bounds)[words.numbers])
    return Pieces(tokens.names, tokens.numbers[places], ends[words.bounds])


def tokens_of_texts(texts: Iterable[str], find: Callable[[str], Iterable[Any]]) -> Pieces:
    """Find tokens text by text."""
    return number_lists(map(find, texts))


def number_lists(lists: Iterable[Iterable[Any]]) -> Pieces:
    """Return the pieces of lists, each list a text."""
    found = [own if isinstance(own, list) else list(own) for own in lists]
    codes: dict[Any, int] = {}
    numbers = [codes.setdefault(piece, len(codes)) for piece in chain.from_iterable(found)]
    bounds = running_total(np.fromiter(map(len, found), dtype=np.int64, count=len(found)))
    return Pieces(list(codes), np.array(numbers, dtype=np.int32), bounds)


def _compiled_runs(texts: Sequence[str], inside: NDArray[np.bool_], shortest: int) -> DistinctRuns:
    table = RunTable()
    numbers, bounds = table.number_texts(texts, inside, shortest)
    points, ends = table.letters()
    alphabet, letters = letters_of(points)
    return DistinctRuns(alphabet, letters, ends, numbers - np.int32(1), bounds)


def _runs(characters: Characters, inside: NDArray[np.bool_], shortest: int) -> DistinctRuns:
    changes = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    starts, stops = changes[::2], changes[1::2]
    lengths = stops - starts
    if shortest == 2:
        inside[starts[lengths == 1]] = False
        starts, lengths = starts[lengths > 1], lengths[lengths > 1]
    letters = np.compress(inside, characters.numbers)
    bounds = np.searchsorted(starts, characters.begins).astype(np.int64)
    width = letters.dtype.itemsize
    buffers = [None, pa.py_buffer(running_total(lengths * width)), pa.py_buffer(letters)]
    encoded = pa.Array.from_buffers(pa.large_binary(), len(lengths), buffers).dictionary_encode()
    _, offsets, data = encoded.dictionary.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64, count=len(encoded.dictionary) + 1) // width
    distinct = np.frombuffer(data, dtype=letters.dtype) if data is not None else letters[:0]
    numbers = np.frombuffer(encoded.indices.buffers()[1], dtype=np.int32, count=len(lengths))
    return DistinctRuns(characters.alphabet, distinct[: ends[-1]], ends, numbers, bounds)
