"""Counting n-grams: once for a whole corpus, whatever folds and settings come after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike
from scipy import sparse

from stancekit.config.schema import Block
from stancekit.corpus.examples import Columns
from stancekit.features.analyzers import Analyze, Analyzer
from stancekit.features.counting import count_all, count_vocabulary, tally
from stancekit.features.fields import compute_field
from stancekit.features.vocabulary import Vocabulary

FEW_CHARACTERS = 2**13
"""Up to so many, looking terms up one by one is quicker than sorting them with those of the vocabulary."""


@dataclass(frozen=True)
class Counts:
    """How often each n-gram occurs in each text.

    Attributes
    ----------
    terms : sequence of str of length n_terms
        In order of their code points.
    matrix : csr_array of shape (n_texts, n_terms)
    """

    terms: Sequence[str]
    matrix: sparse.csr_array


def count(texts: Sequence[str], analyze: Analyzer | Analyze, dtype: DTypeLike = np.int64) -> Counts:
    """Count the n-grams of texts, without pruning.

    Parameters
    ----------
    texts : sequence of str
    analyze : Analyzer, or a callable that returns the terms of a text
    dtype : data-type, default=int64
        Of the counts.

    Examples
    --------
    >>> counts = count(["a b a", "b"], Analyzer("word"))
    >>> list(counts.terms), counts.matrix.toarray().tolist()
    (['a', 'b'], [[2, 1], [0, 1]])
    """
    analyzer = _as_analyzer(analyze)
    return Counts(*count_all(analyzer.prepare(texts), analyzer, dtype))


def count_known(
    texts: Sequence[str],
    analyze: Analyzer | Analyze,
    vocabulary: Vocabulary | Mapping[str, int],
    dtype: DTypeLike = np.int64,
) -> sparse.csr_array:
    """Count the n-grams of texts that are in a vocabulary, or in a mapping from terms to columns."""
    analyzer = _as_analyzer(analyze)
    known = vocabulary if isinstance(vocabulary, Vocabulary) else Vocabulary.of(vocabulary)
    prepared = analyzer.prepare(texts)
    if sum(map(len, prepared)) <= FEW_CHARACTERS:
        return tally(map(analyzer.cut, prepared), known, dtype)
    return count_vocabulary(prepared, analyzer, known, dtype)


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


def block_analyzer(block: Block) -> Analyzer:
    """Return the analyzer of a block; names stay as they are written."""
    return Analyzer(block.analyzer, block.ngrams, block.lowercase and block.analyzer != "indicator")


def _as_analyzer(analyze: Analyzer | Analyze) -> Analyzer:
    if isinstance(analyze, Analyzer):
        return analyze
    return Analyzer("word", (1, 1), lowercase=False, tokens=analyze)
