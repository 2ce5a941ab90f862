"""Terms: those of a corpus, spelled out only when asked for, and those of a model, ready to be looked for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from stancekit.features.alphabet import Alphabet, Letters, code_points
from stancekit.features.ngrams import Symbols, running_total, stretches
from stancekit.features.pieces import Pieces

_SPACE = " "
_SPELLED_AT_ONCE = 2**20


class LazyTerms(Sequence[str]):
    """Terms whose names are made together, when the first one is asked for."""

    @abstractmethod
    def take(self, columns: NDArray[np.intp]) -> LazyTerms:
        """Return some of the terms."""

    @abstractmethod
    def _spell_out(self) -> Sequence[str]: ...

    @cached_property
    def names(self) -> NDArray[np.object_]:
        """All names, as an array that can be indexed by one."""
        return term_names(self._spell_out())

    def as_arrow(self) -> pa.LargeStringArray:
        """Return all names as an Arrow array."""
        return pa.array(self._spell_out(), pa.large_string())

    @property
    def orders(self) -> NDArray[np.int64] | None:
        """The n of each n-gram; None if it isn't known."""
        return None

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        found: str | NDArray[np.object_] = self.names[index]
        return found.tolist() if isinstance(found, np.ndarray) else found

    def __iter__(self) -> Iterator[str]:
        return iter(self.names.tolist())


class StretchTerms(LazyTerms):
    """Terms as numbers, each a stretch of others.

    Attributes
    ----------
    bounds : ndarray of int64 of shape (n_terms + 1,)
        Term i is the letters or tokens `bounds[i]` to `bounds[i + 1]`.
    """

    bounds: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many letters or tokens each term has."""
        return np.diff(self.bounds)

    @property
    def orders(self) -> NDArray[np.int64] | None:
        """The n of each n-gram; None if it isn't known."""
        return self.lengths

    def __len__(self) -> int:
        return len(self.bounds) - 1


class CharacterTerms(StretchTerms):
    """Terms that are stretches of a text."""

    def __init__(self, letters: Letters) -> None:
        self.letters = letters
        self.bounds = letters.bounds

    @classmethod
    def at(cls, letters: Letters, places: NDArray[np.int64], lengths: NDArray[np.int64]) -> CharacterTerms:
        """Return the terms that are at places of letters."""
        positions, bounds = stretches(places, lengths)
        return cls(Letters(letters.alphabet, letters.numbers[positions], bounds))

    def take(self, columns: NDArray[np.intp]) -> CharacterTerms:
        """Return some of the terms."""
        return self.at(self.letters, self.bounds[columns], self.lengths[columns])

    def _spell_out(self) -> list[str]:
        text = self.letters.alphabet.decode(self.letters.numbers)
        return [text[begin:end] for begin, end in pairwise(self.bounds.tolist())]


class TokenTerms(StretchTerms):
    """Terms that are tokens, or several with a space between."""

    def __init__(
        self, tokens: Sequence[Any], numbers: NDArray[np.int32], bounds: NDArray[np.int64], joined: bool = False
    ) -> None:
        self.tokens = tokens
        self.numbers = numbers
        self.bounds = bounds
        self.joined = joined
        """Whether the tokens were n-grams already, of any length."""

    @classmethod
    def at(cls, pieces: Pieces, places: NDArray[np.int64], lengths: NDArray[np.int64], joined: bool) -> TokenTerms:
        """Return the terms that are at places of pieces."""
        positions, bounds = stretches(places, lengths)
        return cls(pieces.names, pieces.numbers[positions], bounds, joined)

    @property
    def orders(self) -> NDArray[np.int64] | None:
        """How many tokens each term has; None if that isn't known."""
        return None if self.joined else self.lengths

    def take(self, columns: NDArray[np.intp]) -> TokenTerms:
        """Return some of the terms."""
        positions, bounds = stretches(self.bounds[columns], self.lengths[columns])
        return TokenTerms(self.tokens, self.numbers[positions], bounds, self.joined)

    def _spell_out(self) -> list[str]:
        tokens = np.empty(len(self.tokens), dtype=np.object_)
        tokens[:] = self.tokens
        found = np.empty(len(self), dtype=np.object_)
        for n in range(int(self.lengths.max(initial=0))):
            longer = np.flatnonzero(self.lengths > n)
            following = tokens[self.numbers[self.bounds[longer] + n]]
            found[longer] = following if n == 0 else found[longer] + _SPACE + following
        return list(found.tolist())

    def as_arrow(self) -> pa.LargeStringArray:
        """Return all names as an Arrow array: no string of Python's is made of any."""
        tokens, lengths = pa.array(self.tokens, pa.large_string()), self.lengths
        words = []
        for n in range(int(lengths.max(initial=1))):
            longer = lengths > n
            numbers = np.zeros(len(self), dtype=np.int32)
            numbers[longer] = self.numbers[self.bounds[:-1][longer] + n]
            words.append(tokens.take(pa.array(numbers, mask=~longer)))
        if len(words) == 1:
            return words[0]
        return pc.binary_join_element_wise(*words, pa.scalar(_SPACE, pa.large_string()), null_handling="skip")


class StoredTerms(LazyTerms):
    """Terms of a model that was loaded.

    Attributes
    ----------
    array : pyarrow.LargeStringArray of length n_terms
    """

    def __init__(self, array: pa.LargeStringArray) -> None:
        self.array = array

    def take(self, columns: NDArray[np.intp]) -> StoredTerms:
        """Return some of the terms."""
        return StoredTerms(self.array.take(pa.array(columns, pa.int64())))

    def as_arrow(self) -> pa.LargeStringArray:
        """Return all names as an Arrow array."""
        return self.array

    def are_distinct(self) -> bool:
        """Say if no term is there twice."""
        in_order = pc.all(pc.less(self.array[:-1], self.array[1:]), min_count=0).as_py()
        return bool(in_order) or pc.count_distinct(self.array).as_py() == len(self)

    def _spell_out(self) -> list[str]:
        return list(self.array.to_pylist())

    def __len__(self) -> int:
        return len(self.array)


def take_terms(terms: Sequence[Any], columns: NDArray[np.intp]) -> Sequence[Any]:
    """Return the terms of some columns."""
    return terms.take(columns) if isinstance(terms, LazyTerms) else [terms[column] for column in columns.tolist()]


def in_arrow(terms: Sequence[str]) -> Iterator[pa.LargeStringArray]:
    """Yield names of terms as Arrow arrays, so many at once that memory for all of them isn't needed."""
    for begin in range(0, len(terms), _SPELLED_AT_ONCE):
        own = take_terms(terms, np.arange(begin, min(begin + _SPELLED_AT_ONCE, len(terms))))
        yield own.as_arrow() if isinstance(own, LazyTerms) else pa.array(own, pa.large_string())


def term_names(terms: Sequence[Any]) -> NDArray[np.object_]:
    """Return the names of terms as an array."""
    if isinstance(terms, LazyTerms):
        return terms.names
    names = np.empty(len(terms), dtype=np.object_)
    names[:] = terms
    return names


@dataclass(frozen=True)
class Vocabulary:
    """The terms that are counted in new texts.

    Attributes
    ----------
    terms : sequence of str
        Distinct, in the order of their columns.
    """

    terms: Sequence[Any]

    @classmethod
    def of(cls, columns: Mapping[Any, int]) -> Vocabulary:
        """Return the vocabulary of a mapping from terms to columns, from 0 on."""
        return cls(sorted(columns, key=columns.__getitem__))

    def __len__(self) -> int:
        return len(self.terms)

    @cached_property
    def columns(self) -> dict[Any, int]:
        """The column of each term."""
        return {term: column for column, term in enumerate(self.terms)}

    @cached_property
    def letters(self) -> Letters:
        """Terms as letters of the alphabet of all of them."""
        if isinstance(self.terms, CharacterTerms):
            return self.terms.letters
        lengths = np.fromiter(map(len, self.terms), dtype=np.int64, count=len(self.terms))
        points = code_points("".join(self.terms))
        alphabet = Alphabet(np.unique(points))
        return Letters(alphabet, np.searchsorted(alphabet.points, points).astype(np.uint32), running_total(lengths))

    @cached_property
    def tokens(self) -> tuple[dict[Any, int], Symbols]:
        """The numbers of tokens, 1 the first one, and terms as such numbers; a space in a term divides tokens."""
        if isinstance(self.terms, TokenTerms) and _SPACE not in "".join(self.terms.tokens):
            return _tokens_of(self.terms)
        return _number_words(self.terms)

    @cached_property
    def whole(self) -> tuple[dict[Any, int], Symbols]:
        """As `tokens`, every term a single one."""
        if isinstance(self.terms, TokenTerms) and (self.terms.lengths == 1).all():
            return _tokens_of(self.terms)
        return _number_tokens([[term] for term in self.terms])


def _tokens_of(terms: TokenTerms) -> tuple[dict[Any, int], Symbols]:
    numbers = {token: number for number, token in enumerate(terms.tokens, 1)}
    return numbers, Symbols(terms.numbers + np.int32(1), terms.bounds, max(len(numbers), 1))


def _number_tokens(lists: Sequence[Sequence[Any]]) -> tuple[dict[Any, int], Symbols]:
    numbers: dict[Any, int] = {}
    codes = [numbers.setdefault(token, len(numbers) + 1) for token in chain.from_iterable(lists)]
    bounds = np.cumsum([0, *map(len, lists)], dtype=np.int64)
    return numbers, Symbols(np.array(codes, dtype=np.int32), bounds, max(len(numbers), 1))


def _number_words(terms: Sequence[str]) -> tuple[dict[Any, int], Symbols]:
    """Return what `_number_tokens` makes of terms cut at spaces."""
    try:
        names = terms.as_arrow() if isinstance(terms, LazyTerms) else pa.array(terms, pa.large_string())
        words = pc.split_pattern(names, pattern=_SPACE)
    except UnicodeEncodeError:
        # Half of a surrogate pair is no UTF-8.
        return _number_tokens([term.split(_SPACE) for term in terms])
    encoded = words.flatten().dictionary_encode()
    numbers = {word: number for number, word in enumerate(encoded.dictionary.to_pylist(), 1)}
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32) + np.int32(1)
    bounds = words.offsets.to_numpy().astype(np.int64)
    return numbers, Symbols(codes, bounds, max(len(numbers), 1))
