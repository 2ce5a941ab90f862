"""The counting itself: tokens, characters of texts, characters inside words; all terms, or those of a vocabulary.

Terms are found for whole corpora at once. Characters inside words are found in distinct words only; how often a text
holds them is then a product of matrices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy import sparse

from stancekit.features.alphabet import Letters, single_spaced
from stancekit.features.analyzers import Analyzer
from stancekit.features.matrices import add_up, multiply_out, rows_of_units
from stancekit.features.ngrams import Symbols, find_known, find_ngrams
from stancekit.features.pieces import Pieces, number_lists, words_between_spaces
from stancekit.features.vocabulary import CharacterTerms, LazyTerms, TokenTerms, Vocabulary

_NOT_AFTER_SPACE = re.compile("[\x00-\x20]")


def count_all(texts: Sequence[str], analyzer: Analyzer, dtype: DTypeLike) -> tuple[LazyTerms, sparse.csr_array]:
    """Return every term of prepared texts, in order of code points, and how often each text holds it."""
    if analyzer.kind == "char":
        letters = single_spaced(texts)
        columns, terms = _find_in_letters(letters, analyzer.ngrams)
        return terms, add_up(rows_of_units(columns, letters.bounds, len(terms)), dtype)
    if analyzer.kind == "char_wb":
        words = words_between_spaces(texts)
        letters = words.padded()
        columns, terms = _find_in_letters(letters, analyzer.ngrams, short_units=True)
        of_words = rows_of_units(columns, letters.bounds, len(terms))
        return terms, multiply_out(words.numbers, words.bounds, of_words, dtype)
    pieces, ngrams = _pieces(texts, analyzer)
    columns, tokens = _find_in_pieces(pieces, ngrams)
    return tokens, add_up(rows_of_units(columns, pieces.bounds, len(tokens)), dtype)


def count_vocabulary(texts: Sequence[str], analyzer: Analyzer, known: Vocabulary, dtype: DTypeLike) -> sparse.csr_array:
    """Return how often each of prepared texts holds each term of a vocabulary."""
    if analyzer.kind == "char":
        letters = single_spaced(texts)
        columns = find_known(letters.symbols_in(known.alphabet), analyzer.ngrams, known.characters)
        return add_up(rows_of_units(columns, letters.bounds, len(known)), dtype)
    if analyzer.kind == "char_wb":
        words = words_between_spaces(texts)
        letters = words.padded()
        symbols = letters.symbols_in(known.alphabet)
        columns = find_known(symbols, analyzer.ngrams, known.characters, short_units=True)
        of_words = rows_of_units(columns, letters.bounds, len(known))
        return multiply_out(words.numbers, words.bounds, of_words, dtype)
    pieces, ngrams = _pieces(texts, analyzer)
    numbers, terms = known.whole if ngrams == (1, 1) else known.tokens
    unknown = terms.largest + 1
    codes = np.array([numbers.get(name, unknown) for name in pieces.names], dtype=np.int32)
    columns = find_known(Symbols(codes[pieces.numbers], pieces.bounds, unknown), ngrams, terms)
    return add_up(rows_of_units(columns, pieces.bounds, len(known)), dtype)


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
    return number_lists(analyzer.join(tokens[i:j]) for i, j in zip(bounds, bounds[1:], strict=False)), (1, 1)


def _find_in_letters(
    letters: Letters, ngrams: tuple[int, int], short_units: bool = False
) -> tuple[NDArray[np.int32], LazyTerms]:
    found = find_ngrams(letters.symbols(), ngrams, short_units)
    return found.columns, CharacterTerms(letters.alphabet, letters.numbers, found.places, found.lengths)


def _find_in_pieces(pieces: Pieces, ngrams: tuple[int, int]) -> tuple[NDArray[np.int32], LazyTerms]:
    in_order = sorted(range(len(pieces.names)), key=pieces.names.__getitem__)
    codes = np.empty(len(in_order), dtype=np.int32)
    codes[in_order] = np.arange(1, len(in_order) + 1, dtype=np.int32)
    found = find_ngrams(Symbols(codes[pieces.numbers], pieces.bounds, len(in_order)), ngrams)
    return found.columns, TokenTerms(pieces.names, pieces.numbers, found.places, found.lengths)
