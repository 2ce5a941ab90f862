"""Counting n-grams: once for a whole corpus, whatever folds and settings come after."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

import numpy as np
from numpy.typing import DTypeLike

from stancekit.config.features import Block, BuiltInAnalyzer
from stancekit.corpus.examples import Columns
from stancekit.features.analyzers import SCIKIT_LEARN_TOKEN, TOKEN, Analyze, Analyzer
from stancekit.features.counting import count_all, count_vocabulary, tally
from stancekit.features.fields import compute_field
from stancekit.features.lexicons import LexiconFeatures, NegationMarker
from stancekit.features.lexicons.lexicon import lexicon_of
from stancekit.features.lexicons.negation import PREFIX
from stancekit.features.plugged import PluggedTokens
from stancekit.features.vocabulary import Vocabulary, take_terms
from stancekit.plugins import get

if TYPE_CHECKING:
    from scipy import sparse
else:
    from stancekit.late import sparse

_BETWEEN_SPACES = re.compile(r"\S+")
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


MakeCounts = Callable[[Sequence[str], Analyzer, DTypeLike], Counts]


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
        return tally(prepared, analyzer, known, dtype)
    return count_vocabulary(prepared, analyzer, known, dtype)


def count_blocks(examples: Columns, blocks: Sequence[Block], make: MakeCounts = count) -> list[Counts]:
    """Count what each block asks for, as seldom as possible.

    Blocks that differ only in pruning and weighting share one count. Those that differ in the lengths of their n-grams
    are parts of one count, if the lengths overlap or follow each other.

    Parameters
    ----------
    examples : mapping of lists
    blocks : sequence of Block
    make : callable, default=count
        What counts texts, or knows where their counts are kept.
    """
    fields: dict[str, list[str]] = {
        field: compute_field(examples, field) for field in dict.fromkeys(block.field for block in blocks)
    }
    ranges: dict[tuple[str, Analyzer], list[tuple[int, int]]] = {}
    for block in blocks:
        ranges.setdefault(_what_is_cut(block), []).append(block.ngrams)
    counted: dict[tuple[str, Analyzer], Counts] = {}
    for (field, analyzer), asked in ranges.items():
        for widest in _merged(asked):
            counts = make(fields[field], replace(analyzer, ngrams=widest), np.int32)
            for ngrams in dict.fromkeys(asked):
                if widest[0] <= ngrams[0] and ngrams[1] <= widest[1]:
                    own = replace(analyzer, ngrams=ngrams)
                    part = counts if ngrams == widest else _part(counts, own)
                    counted[field, own] = make(fields[field], own, np.int32) if part is None else part
    return [counted[block.field, block_analyzer(block)] for block in blocks]


def block_analyzer(block: Block) -> Analyzer:
    """Return the analyzer of a block; names stay as they are written."""
    lowercase = block.lowercase and block.analyzer != "indicator"
    if block.lexicon is not None:
        return Analyzer("word", (1, 1), lowercase, LexiconFeatures(lexicon_of(block.lexicon)))
    if block.analyzer not in get_args(BuiltInAnalyzer):
        tokens = PluggedTokens(get("analyzer", block.analyzer))
        return Analyzer("word", block.ngrams, lowercase, tokens, hashtags=block.hashtags)
    return Analyzer(block.analyzer, block.ngrams, lowercase, _tokens(block), _stop_words(block), block.hashtags)


def _tokens(block: Block) -> re.Pattern[str] | Analyze:
    # What a skeleton is made of stands between spaces.
    known = {"words": TOKEN if block.field != "skeleton" else _BETWEEN_SPACES, "sklearn": SCIKIT_LEARN_TOKEN}
    tokens = known.get(block.tokens) or re.compile(block.tokens)
    return NegationMarker(tokens) if block.negation == "mark" else tokens


def _stop_words(block: Block) -> frozenset[str]:
    if block.stop_words == "english":
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

        words = frozenset(ENGLISH_STOP_WORDS)
    else:
        words = frozenset(block.stop_words or ())
    return words | {PREFIX + word for word in words} if block.negation == "mark" else words


def _what_is_cut(block: Block) -> tuple[str, Analyzer]:
    return block.field, replace(block_analyzer(block), ngrams=(1, 1))


def _merged(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join ranges that overlap or follow each other; no length is counted that nobody asked for."""
    merged: list[tuple[int, int]] = []
    for shortest, longest in sorted(ranges):
        if merged and shortest <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(longest, merged[-1][1]))
        else:
            merged.append((shortest, longest))
    return merged


def _part(counts: Counts, analyzer: Analyzer) -> Counts | None:
    """Return the counts of the n-grams of an analyzer's lengths; None if it isn't known which these are."""
    orders = getattr(counts.terms, "orders", None)
    if orders is None:
        return None
    shortest, longest = analyzer.ngrams
    kept = (orders >= shortest) & (orders <= longest)
    if analyzer.kind == "char_wb":
        # A word that is shorter than the shortest n-gram is a term as a whole, with its two spaces.
        short = np.flatnonzero(orders < shortest)
        kept[short] = [len(term) > 2 and term[0] == term[-1] == " " for term in take_terms(counts.terms, short)]
    columns = np.flatnonzero(kept)
    return Counts(take_terms(counts.terms, columns), sparse.csr_array(counts.matrix[:, columns]))


def _as_analyzer(analyze: Analyzer | Analyze) -> Analyzer:
    if isinstance(analyze, Analyzer):
        return analyze
    return Analyzer("word", (1, 1), lowercase=False, tokens=analyze)
