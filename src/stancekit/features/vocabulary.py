"""Terms: those of a corpus, spelled out only when asked for, and those of a model, ready to be looked for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from stancekit.features.alphabet import Alphabet, Numbers, code_points
from stancekit.features.ngrams import Symbols


class LazyTerms(Sequence[str]):
    """Terms that are known by where they occur; their names are made together, when the first one is asked for."""

    def __init__(self, places: NDArray[np.int64], lengths: NDArray[np.int64]) -> None:
        self.places = places
        self.lengths = lengths

    @abstractmethod
    def _spell_out(self) -> list[str]: ...

    @cached_property
    def names(self) -> NDArray[np.object_]:
        """All names, as an array that can be indexed by one."""
        found = np.empty(len(self.places), dtype=np.object_)
        found[:] = self._spell_out()
        return found

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        found: str | NDArray[np.object_] = self.names[index]
        return found.tolist() if isinstance(found, np.ndarray) else found


class CharacterTerms(LazyTerms):
    """Terms that are stretches of a text."""

    def __init__(
        self, alphabet: Alphabet, letters: Numbers, places: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> None:
        super().__init__(places, lengths)
        self._alphabet, self._letters = alphabet, letters

    def _spell_out(self) -> list[str]:
        text, ends = self._alphabet.decode(self._letters), self.places + self.lengths
        return [text[begin:end] for begin, end in zip(self.places.tolist(), ends.tolist(), strict=True)]


class TokenTerms(LazyTerms):
    """Terms that are tokens, or several with a space between."""

    def __init__(
        self,
        names: Sequence[Any],
        numbers: NDArray[np.int32],
        places: NDArray[np.int64],
        lengths: NDArray[np.int64],
    ) -> None:
        super().__init__(places, lengths)
        self._names, self._numbers = names, numbers

    def _spell_out(self) -> list[str]:
        tokens = np.empty(len(self._names), dtype=np.object_)
        tokens[:] = self._names
        found = np.empty(len(self.places), dtype=np.object_)
        for n in range(int(self.lengths.max(initial=0))):
            longer = np.flatnonzero(self.lengths > n)
            next_tokens = tokens[self._numbers[self.places[longer] + n]]
            found[longer] = next_tokens if n == 0 else found[longer] + " " + next_tokens
        return list(found)


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
    def alphabet(self) -> Alphabet:
        """The characters of all terms."""
        return Alphabet(np.unique(self._points))

    @cached_property
    def characters(self) -> Symbols:
        """Terms as characters of the alphabet, 1 the first one."""
        lengths = np.fromiter(map(len, self.terms), dtype=np.int64, count=len(self.terms))
        codes = np.searchsorted(self.alphabet.points, self._points) + 1
        return Symbols(codes.astype(np.int32), np.concatenate([[0], np.cumsum(lengths)]), len(self.alphabet.points))

    @cached_property
    def tokens(self) -> tuple[dict[Any, int], Symbols]:
        """The numbers of tokens, 1 the first one, and terms as such numbers; a space in a term divides tokens."""
        return _number_tokens([term.split(" ") for term in self.terms])

    @cached_property
    def whole(self) -> tuple[dict[Any, int], Symbols]:
        """As `tokens`, every term a single one."""
        return _number_tokens([[term] for term in self.terms])

    @cached_property
    def _points(self) -> NDArray[np.uint32]:
        return code_points("".join(self.terms))


def _number_tokens(lists: Sequence[Sequence[Any]]) -> tuple[dict[Any, int], Symbols]:
    numbers: dict[Any, int] = {}
    codes = [numbers.setdefault(token, len(numbers) + 1) for token in chain.from_iterable(lists)]
    bounds = np.cumsum([0, *map(len, lists)], dtype=np.int64)
    return numbers, Symbols(np.array(codes, dtype=np.int32), bounds, max(len(numbers), 1))
