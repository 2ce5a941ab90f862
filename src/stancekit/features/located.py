"""Where the n-grams of a text are: what an analyzer counts, with places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit.features.analyzers import Analyzer
from stancekit.features.lexicons import LexiconFeatures, NegationMarker
from stancekit.features.lexicons.stream import Remembered

Span = tuple[int, int]
Token = tuple[Any, Sequence[Span]]
"""A token and its places: none where it stands for the text as a whole."""

_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class Located:
    """The pieces of the n-grams of a text: a word n-gram has one for each of its tokens.

    Attributes
    ----------
    columns : ndarray of int64 of shape (n_pieces,)
        Of which term each is a piece.
    begins, ends : ndarray of int64 of shape (n_pieces,)
        Where it stands in the text; empty for what stands nowhere.
    shares : ndarray of float64 of shape (n_pieces,)
        Its part of one occurrence of the term; those of a term add up to how often it occurs.
    """

    columns: NDArray[np.int64]
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    shares: NDArray[np.float64]


def is_located(analyzer: Analyzer) -> bool:
    """Tell whether it is known where an analyzer's tokens come from; of a function of somebody else's it isn't."""
    return analyzer.kind != "word" or isinstance(analyzer.tokens, (re.Pattern, NegationMarker, LexiconFeatures))


class Locator:
    """Finds the known n-grams of texts that were prepared; see `stancekit.features.traced.prepare_traced`.

    Parameters
    ----------
    analyzer : Analyzer
        One that `is_located`.
    known : mapping of terms to columns

    Examples
    --------
    >>> found = Locator(Analyzer("word", (1, 2)), {"non": 0, "non non": 1}).find("non, non")
    >>> list(zip(found.columns.tolist(), found.begins.tolist(), found.ends.tolist(), found.shares.tolist()))
    [(0, 0, 3, 1.0), (0, 5, 8, 1.0), (1, 0, 3, 0.5), (1, 5, 8, 0.5)]
    """

    def __init__(self, analyzer: Analyzer, known: Mapping[Any, int]) -> None:
        self._analyzer = analyzer
        self._known = known
        self._within = Remembered(self._find_within)

    def find(self, text: str) -> Located:
        """Return where the n-grams of a text are."""
        if self._analyzer.kind == "char_wb":
            # Words come again and again, and each has many n-grams.
            pieces = [
                (column, word.start() + begin, word.start() + end, 1.0)
                for word in _WORD.finditer(text)
                for column, begin, end in self._within[word[0]]
            ]
        else:
            pieces = [
                (column, begin, end, 1.0 / len(spans))
                for term, spans in _TOKENS[self._analyzer.kind](self._analyzer, text)
                if (column := self._known.get(term)) is not None
                for begin, end in spans
            ]
        columns, begins, ends = (np.fromiter((piece[i] for piece in pieces), np.int64, len(pieces)) for i in range(3))
        return Located(columns, begins, ends, np.fromiter((piece[3] for piece in pieces), np.float64, len(pieces)))

    def _find_within(self, word: str) -> list[tuple[int, int, int]]:
        """Return the known n-grams of a word and the spaces around it, which are made up and stand nowhere."""
        padded, size = f" {word} ", len(word)
        found = []
        for n in range(self._analyzer.ngrams[0], self._analyzer.ngrams[1] + 1):
            for i in range(max(len(padded) - n, 0) + 1):
                column = self._known.get(padded[i : i + n])
                if column is not None:
                    found.append((column, max(i - 1, 0), min(i - 1 + n, size)))
            if n >= len(padded):
                break
        return found


def _words(analyzer: Analyzer, text: str) -> Iterator[Token]:
    tokens = [token for token in _tokens(analyzer.tokens, text) if token[0] not in analyzer.stop_words]
    for n in range(analyzer.ngrams[0], min(analyzer.ngrams[1], len(tokens)) + 1):
        for i in range(len(tokens) - n + 1):
            own = tokens[i : i + n]
            if n == 1:
                yield own[0]
            else:
                yield " ".join(token for token, _ in own), [span for _, spans in own for span in spans]


def _tokens(tokens: Any, text: str) -> list[Token]:
    if isinstance(tokens, LexiconFeatures):
        return list(tokens.located(text))
    if isinstance(tokens, NegationMarker):
        return [(token, (span,)) for token, span in tokens.located(text)]
    group = min(tokens.groups, 1)
    # A group that took no part in the match is a token without letters, and stands nowhere.
    return [(match[group] or "", (match.span(group) if match[group] else (0, 0),)) for match in tokens.finditer(text)]


def _characters(analyzer: Analyzer, text: str) -> Iterator[Token]:
    shortest, longest = analyzer.ngrams
    for n in range(shortest, min(longest, len(text)) + 1):
        for i in range(len(text) - n + 1):
            yield text[i : i + n], ((i, i + n),)


def _whole(_: Analyzer, text: str) -> Iterator[Token]:
    if text:
        yield text, ((0, len(text)),)


_TOKENS: Mapping[str, Any] = {
    "word": _words,
    "char": _characters,
    "indicator": _whole,
}
