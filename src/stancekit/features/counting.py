"""The counting itself: tokens, characters of texts, characters inside words; all terms, or those of a vocabulary.

Terms are found for whole corpora at once. Characters inside words are found in distinct words only; how often a text
holds them is then a product of matrices. What is large goes through compiled loops (see `kernels`), to the same end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import DTypeLike, NDArray

from stancekit.features.alphabet import single_spaced
from stancekit.features.analyzers import SCIKIT_LEARN_TOKEN, Analyzer
from stancekit.features.kernels import (
    TermTable,
    are_worth_it,
    count_rows,
    find_terms,
    fit_into_keys,
    terms_at,
    terms_of_pieces,
    word_characters,
)
from stancekit.features.matrices import add_up, multiply_out
from stancekit.features.ngrams import KEY_BITS, Symbols, bits_of, find_known, find_ngrams
from stancekit.features.pieces import DistinctRuns, Pieces, number_lists, words_between_spaces
from stancekit.features.vocabulary import CharacterTerms, KnownTokens, LazyTerms, TokenTerms, Vocabulary

if TYPE_CHECKING:
    from scipy import sparse
else:
    from stancekit.late import sparse

SHORTEST_PADDED = 3
"""A word of one letter between its two spaces."""

MANY_TERMS = 2**17
_NOT_AFTER_SPACE = re.compile("[\x00-\x20]")


def count_all(texts: Sequence[str], analyzer: Analyzer, dtype: DTypeLike) -> tuple[LazyTerms, sparse.csr_array]:
    """Return every term of prepared texts, in order of code points, and how often each text holds it."""
    if analyzer.kind == "char":
        letters = single_spaced(texts)
        places, lengths, counts = _count_symbols(letters.symbols(), analyzer.ngrams, dtype)
        return CharacterTerms.at(letters, places, lengths), counts
    if analyzer.kind == "char_wb":
        return _count_in_words(words_between_spaces(texts), analyzer, dtype)
    pieces, ngrams = _pieces(texts, analyzer)
    in_order = sorted(range(len(pieces.names)), key=pieces.names.__getitem__)
    codes = np.empty(len(in_order), dtype=np.int32)
    codes[in_order] = np.arange(1, len(in_order) + 1, dtype=np.int32)
    symbols = Symbols(codes[pieces.numbers], pieces.bounds, len(in_order))
    places, lengths, counts = _count_symbols(symbols, ngrams, dtype)
    return TokenTerms.at(pieces, places, lengths, joined=ngrams != analyzer.ngrams), counts


def _count_symbols(
    symbols: Symbols, ngrams: tuple[int, int], dtype: DTypeLike
) -> tuple[NDArray[np.int64], NDArray[np.int64], sparse.csr_array]:
    """Return where each n-gram of texts occurs, its length, and how often each text holds it."""
    if are_worth_it(len(symbols.codes)) and fit_into_keys(symbols, ngrams[1]):
        terms, places, lengths = find_terms(symbols, ngrams)
        bounds = symbols.bounds
        counts = count_rows(
            lambda rows: terms_at(terms, bounds[rows.start : rows.stop + 1]), len(bounds) - 1, len(places), dtype
        )
        return places, lengths, counts
    found = find_ngrams(symbols, ngrams)
    return found.places, found.lengths, add_up(found.units, dtype)


def _count_in_words(
    words: DistinctRuns, analyzer: Analyzer, dtype: DTypeLike
) -> tuple[CharacterTerms, sparse.csr_array]:
    letters = words.padded()
    symbols, short = letters.symbols(), _short_words(analyzer)
    if are_worth_it(len(words.numbers)) and fit_into_keys(symbols, analyzer.ngrams[1]) and not short:
        terms, places, lengths = find_terms(symbols, analyzer.ngrams)
        counts = _count_words(words, terms.ravel(), symbols.bounds * terms.shape[1], len(places), dtype)
        return CharacterTerms.at(letters, places, lengths), counts
    found = find_ngrams(symbols, analyzer.ngrams, short)
    counts = multiply_out(words.numbers, words.bounds, found.units, dtype)
    return CharacterTerms.at(letters, found.places, found.lengths), counts


def _count_words(
    words: DistinctRuns, terms: NDArray[np.int32], term_bounds: NDArray[np.int64], n_terms: int, dtype: DTypeLike
) -> sparse.csr_array:
    """Return how often texts hold the terms that their words hold."""

    def find(rows: slice) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        return terms_of_pieces(words.numbers, words.bounds[rows.start : rows.stop + 1], terms, term_bounds)

    return count_rows(find, len(words.bounds) - 1, n_terms, dtype)


def count_vocabulary(texts: Sequence[str], analyzer: Analyzer, known: Vocabulary, dtype: DTypeLike) -> sparse.csr_array:
    """Return how often each of prepared texts holds each term of a vocabulary."""
    if analyzer.kind == "char":
        symbols = single_spaced(texts).symbols_in(known.letters.alphabet)
        table = _letter_table(known, analyzer, len(symbols.codes))
        if table is not None:
            return _count_codes(_known_only(symbols), symbols.bounds, analyzer.ngrams[0], table, len(known), dtype)
        return add_up(find_known(symbols, analyzer.ngrams, known.letters.symbols()), dtype)
    if analyzer.kind == "char_wb":
        words = words_between_spaces(texts)
        symbols, short = words.padded().symbols_in(known.letters.alphabet), _short_words(analyzer)
        table = _letter_table(known, analyzer, len(words.numbers))
        if table is not None and not short:
            found = table.find(_known_only(symbols), symbols.bounds, analyzer.ngrams[0])
            return _count_words(words, *found, len(known), dtype)
        units = find_known(symbols, analyzer.ngrams, known.letters.symbols(), short_units=short)
        return multiply_out(words.numbers, words.bounds, units, dtype)
    return _count_tokens(texts, analyzer, known, dtype)


def _count_tokens(texts: Sequence[str], analyzer: Analyzer, known: Vocabulary, dtype: DTypeLike) -> sparse.csr_array:
    compiled = are_worth_it(sum(map(len, texts)))
    if compiled and analyzer.tokens == SCIKIT_LEARN_TOKEN and not analyzer.stop_words and analyzer.kind == "word":
        tokens, ngrams = known.whole if analyzer.ngrams == (1, 1) else known.tokens, analyzer.ngrams
        table = _token_table(tokens, ngrams)
        if table is not None and tokens.runs is not None:
            codes, bounds = tokens.runs.number_texts(texts, word_characters(), 2, learn=False)
            return _count_codes(codes, bounds, ngrams[0], table, len(known), dtype)
    pieces, ngrams = _pieces(texts, analyzer)
    tokens = known.whole if ngrams == (1, 1) else known.tokens
    table = _token_table(tokens, ngrams) if compiled else None
    unknown = tokens.symbols.largest + 1 if table is None else 0
    codes = np.array([tokens.numbers.get(name, unknown) for name in pieces.names], dtype=np.int32)[pieces.numbers]
    if table is not None:
        return _count_codes(codes, pieces.bounds, ngrams[0], table, len(known), dtype)
    return add_up(find_known(Symbols(codes, pieces.bounds, unknown), ngrams, tokens.symbols), dtype)


def _count_codes(
    codes: NDArray[np.int32],
    bounds: NDArray[np.int64],
    shortest: int,
    table: TermTable,
    n_terms: int,
    dtype: DTypeLike,
) -> sparse.csr_array:
    def find(rows: slice) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        own = bounds[rows.start : rows.stop + 1]
        return table.find(codes[own[0] : own[-1]], own - own[0], shortest)

    return count_rows(find, len(bounds) - 1, n_terms, dtype)


def _token_table(tokens: KnownTokens, ngrams: tuple[int, int]) -> TermTable | None:
    longest = ngrams[1]
    if longest not in tokens.tables and fit_into_keys(tokens.symbols, longest):
        tokens.tables[longest] = TermTable.of(tokens.symbols, longest)
    return tokens.tables.get(longest)


def _letter_table(known: Vocabulary, analyzer: Analyzer, size: int) -> TermTable | None:
    longest = analyzer.ngrams[1]
    if not are_worth_it(size):
        return None
    if longest not in known.letter_tables:
        symbols = known.letters.symbols()
        if fit_into_keys(symbols, longest):
            known.letter_tables[longest] = TermTable.of(symbols, longest)
    return known.letter_tables.get(longest)


def _known_only(symbols: Symbols) -> NDArray[np.int32]:
    """Return symbols with 0 for the one that no term has."""
    return np.where(symbols.codes == symbols.largest, 0, symbols.codes).astype(np.int32)


def tally(texts: Sequence[str], analyzer: Analyzer, known: Vocabulary, dtype: DTypeLike) -> sparse.csr_array:
    """Count terms of a vocabulary by looking each one up: for a few texts."""
    rows = _columns_of_tokens(texts, analyzer, known)
    if rows is None:
        column_of = known.columns.get
        found = ([column_of(term) for term in analyzer.cut(text)] for text in texts)
        rows = [[column for column in own if column is not None] for own in found]
    columns: list[int] = []
    values: list[int] = []
    ends = [0]
    for terms in rows:
        own: dict[int, int] = {}
        for column in terms:
            own[column] = own.get(column, 0) + 1
        in_order = sorted(own)
        columns += in_order
        values += [own[column] for column in in_order]
        ends.append(len(columns))
    data = (np.array(values, dtype=dtype), np.array(columns, dtype=np.int32), np.array(ends, dtype=np.int32))
    return sparse.csr_array(data, shape=(len(ends) - 1, len(known)))


def _columns_of_tokens(texts: Sequence[str], analyzer: Analyzer, known: Vocabulary) -> list[list[int]] | None:
    """Return the columns of each text's n-grams of tokens; None where looking names up does as well, or is needed.

    A dict of millions of names takes seconds and a gigabyte to make: what is made here has the tokens only.
    """
    longest = analyzer.ngrams[1]
    if len(known) < MANY_TERMS or analyzer.kind != "word" or longest == 1:
        return None
    if longest * bits_of(known.tokens.symbols.largest) > KEY_BITS:
        return None
    cut = [analyzer.tokens_of(text) for text in texts]
    if any(_NOT_AFTER_SPACE.search("".join(tokens)) for tokens in cut):
        return None
    return [_columns(tokens, analyzer.ngrams, known.tokens) for tokens in cut]


def _columns(tokens: Sequence[str], ngrams: tuple[int, int], known: KnownTokens) -> list[int]:
    number_of, bits = known.numbers.get, np.uint64(bits_of(known.symbols.largest))
    codes = np.array([number_of(token, 0) for token in tokens], dtype=np.uint64)
    columns: list[int] = []
    for n in range(ngrams[0], min(ngrams[1], len(codes)) + 1):
        own = codes[: len(codes) - n + 1]
        for after in range(1, n):
            own = own << bits | codes[after : len(codes) - n + 1 + after]
        keys, terms = known.ordered(n)
        if len(keys):
            # A 0 is in no key of a term.
            places = np.searchsorted(keys, own)
            columns += terms.take(places[keys.take(places, mode="clip") == own]).tolist()
    return columns


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


def _short_words(analyzer: Analyzer) -> bool:
    """Say if a word can be shorter than the shortest n-gram, and counts as a whole all the same."""
    return analyzer.kind == "char_wb" and analyzer.ngrams[0] > SHORTEST_PADDED
