"""The counting itself: tokens, characters of texts, characters inside words; all terms, or those of a vocabulary.

Terms are found for whole corpora at once. Characters inside words are found in distinct words only; how often a text
holds them is then a product of matrices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike

from stancekit.features.alphabet import Letters, single_spaced
from stancekit.features.analyzers import Analyzer
from stancekit.features.matrices import add_up, multiply_out
from stancekit.features.ngrams import Symbols, find_known, find_ngrams
from stancekit.features.pieces import Pieces, number_lists, words_between_spaces
from stancekit.features.vocabulary import CharacterTerms, LazyTerms, TokenTerms, Vocabulary

if TYPE_CHECKING:
    from scipy import sparse
else:
    from stancekit.features.late import sparse

SHORTEST_PADDED = 3
"""A word of one letter between its two spaces."""

_NOT_AFTER_SPACE = re.compile("[\x00-\x20]")


def count_all(texts: Sequence[str], analyzer: Analyzer, dtype: DTypeLike) -> tuple[LazyTerms, sparse.csr_array]:
    """Return every term of prepared texts, in order of code points, and how often each text holds it."""
    if analyzer.kind == "char":
        letters = single_spaced(texts)
        found, terms = _find_in_letters(letters, analyzer)
        return terms, add_up(found, dtype)
    if analyzer.kind == "char_wb":
        words = words_between_spaces(texts)
        found, terms = _find_in_letters(words.padded(), analyzer)
        return terms, multiply_out(words.numbers, words.bounds, found, dtype)
    pieces, ngrams = _pieces(texts, analyzer)
    in_order = sorted(range(len(pieces.names)), key=pieces.names.__getitem__)
    codes = np.empty(len(in_order), dtype=np.int32)
    codes[in_order] = np.arange(1, len(in_order) + 1, dtype=np.int32)
    found = find_ngrams(Symbols(codes[pieces.numbers], pieces.bounds, len(in_order)), ngrams)
    tokens = TokenTerms.at(pieces, found.places, found.lengths, joined=ngrams != analyzer.ngrams)
    return tokens, add_up(found.units, dtype)


def count_vocabulary(texts: Sequence[str], analyzer: Analyzer, known: Vocabulary, dtype: DTypeLike) -> sparse.csr_array:
    """Return how often each of prepared texts holds each term of a vocabulary."""
    if analyzer.kind == "char":
        symbols = single_spaced(texts).symbols_in(known.letters.alphabet)
        return add_up(find_known(symbols, analyzer.ngrams, known.letters.symbols()), dtype)
    if analyzer.kind == "char_wb":
        words = words_between_spaces(texts)
        symbols = words.padded().symbols_in(known.letters.alphabet)
        found = find_known(
            symbols, analyzer.ngrams, known.letters.symbols(), short_units=analyzer.ngrams[0] > SHORTEST_PADDED
        )
        return multiply_out(words.numbers, words.bounds, found, dtype)
    pieces, ngrams = _pieces(texts, analyzer)
    numbers, terms = known.whole if ngrams == (1, 1) else known.tokens
    unknown = terms.largest + 1
    codes = np.array([numbers.get(name, unknown) for name in pieces.names], dtype=np.int32)
    return add_up(find_known(Symbols(codes[pieces.numbers], pieces.bounds, unknown), ngrams, terms), dtype)


def tally(terms_of_texts: Iterable[Iterable[Any]], known: Vocabulary, dtype: DTypeLike) -> sparse.csr_array:
    """Count terms of a vocabulary by looking each one up: for a few texts."""
    column_of = known.columns.get
    columns: list[int] = []
    values: list[int] = []
    ends = [0]
    for terms in terms_of_texts:
        own: dict[int, int] = {}
        for term in terms:
            column = column_of(term)
            if column is not None:
                own[column] = own.get(column, 0) + 1
        in_order = sorted(own)
        columns += in_order
        values += [own[column] for column in in_order]
        ends.append(len(columns))
    data = (np.array(values, dtype=dtype), np.array(columns, dtype=np.int32), np.array(ends, dtype=np.int32))
    return sparse.csr_array(data, shape=(len(ends) - 1, len(known)))


def _pieces(texts: Sequence[str], analyzer: Analyzer) -> tuple[Pieces, tuple[int, int]]:
    """Return tokens and the n-grams to make of them; where n-grams could be mistaken, n-grams as pieces.

    Tokens after a space in order of code points stay apart when they are joined, and in their order; others need not:
    `a b` and `c` have the same name as `a` and `b c`.
    """
    pieces = analyzer.cut_into_tokens(texts)
    ngrams = (1, 1) if analyzer.kind == "indicator" else analyzer.ngrams
    if ngrams[1] == 1 or not _NOT_AFTER_SPACE.search("".join(pieces.names)):
        return pieces, ngrams
    bounds = pieces.bounds.tolist()
    tokens = [pieces.names[number] for number in pieces.numbers.tolist()]
    return number_lists(analyzer.join(tokens[i:j]) for i, j in pairwise(bounds)), (1, 1)


def _find_in_letters(letters: Letters, analyzer: Analyzer) -> tuple[sparse.csr_array, LazyTerms]:
    found = find_ngrams(letters.symbols(), analyzer.ngrams, _short_words(analyzer))
    return found.units, CharacterTerms.at(letters, found.places, found.lengths)


def _short_words(analyzer: Analyzer) -> bool:
    """Say if a word can be shorter than the shortest n-gram, and counts as a whole all the same."""
    return analyzer.kind == "char_wb" and analyzer.ngrams[0] > SHORTEST_PADDED
