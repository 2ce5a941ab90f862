"""Terms: those of a corpus, spelled out only when asked for, and those of a model, ready to be looked for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain, pairwise
from typing import Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from stancekit.features.alphabet import CODE_POINTS, Alphabet, Letters, code_points
from stancekit.features.kernels import RunTable, TermTable, are_loaded, are_worth_it
from stancekit.features.ngrams import Symbols, bits_of, running_total, stretches
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
    def tokens(self) -> KnownTokens:
        """Terms as tokens; a space in a term divides tokens."""
        if isinstance(self.terms, TokenTerms) and _SPACE not in "".join(self.terms.tokens):
            return _tokens_of(self.terms)
        return _number_words(self.terms)

    @cached_property
    def whole(self) -> KnownTokens:
        """As `tokens`, every term a single one."""
        if isinstance(self.terms, TokenTerms) and (self.terms.lengths == 1).all():
            return _tokens_of(self.terms)
        return _number_tokens([[term] for term in self.terms])

    @cached_property
    def letter_tables(self) -> dict[int, TermTable]:
        """Tables of terms as letters, by the most letters that are looked for."""
        return {}


@dataclass(frozen=True)
class KnownTokens:
    """Terms as numbers of tokens, 1 the first one.

    Attributes
    ----------
    spell : callable
        Returns the distinct tokens, in the order of their numbers.
    symbols : Symbols
        Unit i is term i.
    """

    spell: Callable[[], Sequence[Any]]
    symbols: Symbols
    letters: Callable[[], tuple[NDArray[np.uint32], NDArray[np.int64]]] | None = None
    """Returns the code points of all tokens and where each ends, where that is less work than their names."""

    @cached_property
    def numbers(self) -> dict[Any, int]:
        """The number of each token."""
        return {token: number for number, token in enumerate(self.spell(), 1)}

    @cached_property
    def runs(self) -> RunTable | None:
        """The tokens as runs of characters, for compiled loops; None if one isn't any."""
        points, bounds = _letters_of(self.spell()) if self.letters is None else self.letters()
        if not (np.diff(bounds) > 0).all():
            return None
        table = RunTable()
        table.number(points, bounds, np.ones(CODE_POINTS, dtype=np.bool_))
        return table

    @cached_property
    def tables(self) -> dict[int, TermTable]:
        """Tables of terms, by the most tokens that are looked for."""
        return {}

    def ordered(self, n: int) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
        """Return the keys of terms of n tokens in order, and the terms; a key has the last token in its lowest bits."""
        if n not in self._ordered:
            symbols, bits = self.symbols, np.uint64(bits_of(self.symbols.largest))
            terms = np.flatnonzero(np.diff(symbols.bounds) == n).astype(np.int32)
            keys = np.zeros(len(terms), dtype=np.uint64)
            for place in range(n):
                keys = keys << bits | symbols.codes[symbols.bounds[terms] + place].astype(np.uint64)
            if not (keys[1:] >= keys[:-1]).all():
                order = np.argsort(keys)
                keys, terms = keys[order], terms[order]
            self._ordered[n] = keys, terms
        return self._ordered[n]

    @cached_property
    def _ordered(self) -> dict[int, tuple[NDArray[np.uint64], NDArray[np.int32]]]:
        return {}


def _tokens_of(terms: TokenTerms) -> KnownTokens:
    symbols = Symbols(terms.numbers + np.int32(1), terms.bounds, max(len(terms.tokens), 1))
    return KnownTokens(lambda: terms.tokens, symbols)


def _number_tokens(lists: Sequence[Sequence[Any]]) -> KnownTokens:
    numbers: dict[Any, int] = {}
    codes = [numbers.setdefault(token, len(numbers) + 1) for token in chain.from_iterable(lists)]
    bounds = np.cumsum([0, *map(len, lists)], dtype=np.int64)
    symbols = Symbols(np.array(codes, dtype=np.int32), bounds, max(len(numbers), 1))
    return KnownTokens(lambda: list(numbers), symbols)


def _number_words(terms: Sequence[str]) -> KnownTokens:
    """Return what `_number_tokens` makes of terms cut at spaces."""
    if isinstance(terms, StoredTerms):
        found = _number_stored(terms.array)
        if found is not None:
            return found
    try:
        names = terms.as_arrow() if isinstance(terms, LazyTerms) else pa.array(terms, pa.large_string())
        words = pc.split_pattern(names, pattern=_SPACE)
    except UnicodeEncodeError:
        # Half of a surrogate pair is no UTF-8.
        return _number_tokens([term.split(_SPACE) for term in terms])
    encoded = words.flatten().dictionary_encode()
    codes = np.frombuffer(encoded.indices.buffers()[1] or b"", dtype=np.int32)[: len(encoded)] + np.int32(1)
    offsets = words.offsets
    ends = np.frombuffer(offsets.buffers()[1], dtype=offsets.type.to_pandas_dtype())[offsets.offset :][: len(offsets)]
    bounds = ends.astype(np.int64)
    distinct = encoded.dictionary
    return KnownTokens(distinct.to_pylist, Symbols(codes, bounds - bounds[0], max(len(distinct), 1)))


def _number_stored(names: pa.LargeStringArray) -> KnownTokens | None:
    """Return what `_number_words` makes of many names, in compiled loops; None of few, or where a word is empty."""
    _, offsets, data = names.buffers()
    bounds = np.frombuffer(offsets, dtype=np.int64, count=names.offset + len(names) + 1)[names.offset :]
    size = int(bounds[-1] - bounds[0])
    if not are_loaded() or not are_worth_it(size):
        # A model is large; what it is asked may be one sentence.
        return None
    letters = np.frombuffer(data, dtype=np.uint8)[bounds[0] : bounds[-1]]
    inside = np.ones(2**8, dtype=np.bool_)
    inside[ord(_SPACE)] = False
    table = RunTable()
    codes, ends = table.number(letters, bounds - bounds[0], inside)
    spaces = np.count_nonzero(letters == ord(_SPACE))
    if len(codes) != len(names) + spaces or not (np.diff(ends) > 0).all():
        return None
    symbols = Symbols(codes, ends, max(table.count, 1))
    return KnownTokens(partial(_decoded, table), symbols, partial(_decoded_letters, table))


def _letters_of(tokens: Sequence[Any]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the code points of tokens, none of one that isn't text, and where each ends."""
    texts = [token if isinstance(token, str) else "" for token in tokens]
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    return code_points("".join(texts)), running_total(lengths)


def _decoded_letters(table: RunTable) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the code points of a table's runs, whose characters are bytes of UTF-8, and where each ends."""
    letters, ends = table.letters()
    begins_character = letters & np.uint32(0xC0) != 0x80
    return code_points(letters.astype(np.uint8).tobytes().decode()), running_total(begins_character)[ends]


def _decoded(table: RunTable) -> list[str]:
    """Return the runs of a table whose characters are bytes of UTF-8."""
    letters, ends = table.letters()
    data, bounds = letters.astype(np.uint8).tobytes(), ends.tolist()
    return [data[begin:end].decode() for begin, end in pairwise(bounds)]
