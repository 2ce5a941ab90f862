"""Counting n-grams: once for a whole corpus, whatever folds and settings come after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from stancekit.config.schema import Block
from stancekit.corpus.examples import Columns
from stancekit.features.analyzers import Analyze, make_analyzer
from stancekit.features.fields import compute_field


@dataclass(frozen=True)
class Counts:
    """How often each n-gram occurs in each text.

    Attributes
    ----------
    terms : list of str of length n_terms
        In order of their code points.
    matrix : csr_array of int64 of shape (n_texts, n_terms)
    """

    terms: Sequence[str]
    matrix: sparse.csr_array


def count(texts: Sequence[str], analyze: Analyze) -> Counts:
    """Count the n-grams of texts, without pruning.

    Examples
    --------
    >>> counts = count(["a b a", "b"], make_analyzer("word", (1, 1), True))
    >>> list(counts.terms), counts.matrix.toarray().tolist()
    (['a', 'b'], [[2, 1], [0, 1]])
    """
    codes: dict[str, int] = {}
    matrix = _tally(texts, analyze, lambda term: codes.setdefault(term, len(codes)), lambda: len(codes))
    terms = sorted(codes)
    order = np.fromiter((codes[term] for term in terms), dtype=np.int64, count=len(terms))
    counts = sparse.csr_array(matrix[:, order])
    counts.sort_indices()
    return Counts(terms, counts)


def count_known(texts: Sequence[str], analyze: Analyze, vocabulary: Mapping[str, int]) -> sparse.csr_array:
    """Count the n-grams of texts that are in a vocabulary of {term: column}."""
    return _tally(texts, analyze, vocabulary.get, lambda: len(vocabulary))


def count_blocks(examples: Columns, blocks: Sequence[Block]) -> list[Counts]:
    """Count what each block asks for; blocks that differ only in pruning and weighting share one count."""
    fields: dict[str, list[str]] = {}
    counted: dict[tuple[str, str, tuple[int, int], bool], Counts] = {}
    for block in blocks:
        key = (block.field, block.analyzer, block.ngrams, block.lowercase)
        if key in counted:
            continue
        if block.field not in fields:
            fields[block.field] = compute_field(examples, block.field)
        counted[key] = count(fields[block.field], block_analyzer(block))
    return [counted[block.field, block.analyzer, block.ngrams, block.lowercase] for block in blocks]


def block_analyzer(block: Block) -> Analyze:
    """Return the analyzer of a block; names stay as they are written."""
    return make_analyzer(block.analyzer, block.ngrams, block.lowercase and block.analyzer != "indicator")


def _tally(
    texts: Sequence[str], analyze: Analyze, column_of: Callable[[str], int | None], width: Callable[[], int]
) -> sparse.csr_array:
    columns: list[int] = []
    values: list[int] = []
    ends = [0]
    for text in texts:
        own: dict[int, int] = {}
        for term in analyze(text):
            column = column_of(term)
            if column is not None:
                own[column] = own.get(column, 0) + 1
        columns += own.keys()
        values += own.values()
        ends.append(len(columns))
    data = (np.array(values, dtype=np.int64), np.array(columns, dtype=np.int32), np.array(ends, dtype=np.int32))
    matrix = sparse.csr_array(data, shape=(len(texts), width()))
    matrix.sort_indices()
    return matrix
