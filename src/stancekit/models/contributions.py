"""What features add to the linear scores of examples, and where in the sentences they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from stancekit.config.features import Block
from stancekit.corpus.examples import Columns
from stancekit.features.analyzers import TOKEN, Analyzer
from stancekit.features.blocks import FittedFeatures
from stancekit.features.conditioning import APART
from stancekit.features.counts import block_analyzer
from stancekit.features.located import Locator, is_located
from stancekit.features.mentions import MarkedText, marked_texts
from stancekit.features.traced import Traced, is_traced, prepare_traced, trace_field
from stancekit.features.vocabulary import take_terms
from stancekit.models.linear import LinearModel
from stancekit.models.members import RuledModel

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

BETWEEN_WORDS = "punctuation and spaces"


def weights_for(linear: LinearModel | RuledModel, code: int, columns: Rows, coefficients: Array) -> Array:
    """Return what features count for a target, of shape (n_labels, n_columns): shared weights, copies, or both.

    Parameters
    ----------
    linear : LinearModel or RuledModel
    code : int
        The number of the target; -1 for one that is not known.
    columns : ndarray of int of shape (n_columns,)
        Features, in increasing order.
    coefficients : ndarray of shape (n_labels, n_columns of the model)
        Those of `linear`.
    """
    conditioning = linear.conditioning
    if conditioning is None or code < 0:
        return coefficients[:, columns]
    apart = conditioning.kind in APART
    weights = np.zeros((len(coefficients), len(columns))) if apart else coefficients[:, columns].copy()
    begin, end = conditioning.starts[code], conditioning.starts[code + 1]
    copied = conditioning.copied[begin:end]
    places = np.searchsorted(columns, copied)
    there = np.flatnonzero(np.append(columns, -1)[places] == copied)
    weights[:, places[there]] += coefficients[:, conditioning.n_features + begin + there]
    return weights


@dataclass(frozen=True)
class Contributions:
    """The features of instances, and what each adds to every label.

    Attributes
    ----------
    matrix : csr_array of shape (n_instances, n_features)
        Columns in order.
    added : ndarray of shape (n_values, n_labels)
        For each value of the matrix.
    of_targets : ndarray of shape (n_instances, n_labels)
        What conditioning adds for the target as such: its own intercept.
    """

    matrix: sparse.csr_array
    added: Array
    of_targets: Array


def contributions_of(
    linear: LinearModel | RuledModel, matrix: sparse.csr_array, targets: Sequence[str | None]
) -> Contributions:
    """Return what the features of instances add to their linear scores; the matrix's columns are put in order."""
    matrix.sort_indices()
    coefficients, conditioning = linear.coefficients, linear.conditioning
    codes = np.full(matrix.shape[0], -1) if conditioning is None else conditioning.codes(targets)
    columns, own = np.unique(matrix.indices, return_inverse=True)
    code_of_value = np.repeat(codes, np.diff(matrix.indptr))
    added = np.empty((len(matrix.data), len(coefficients)))
    of_targets = np.zeros((matrix.shape[0], len(coefficients)))
    for code in np.unique(codes):
        weights = weights_for(linear, int(code), columns, coefficients)
        values = np.flatnonzero(code_of_value == code)
        added[values] = weights.T[own[values]] * matrix.data[values, None]
        if conditioning is not None and (code >= 0 or conditioning.kind in APART):
            first = conditioning.n_features + len(conditioning.copied)
            number = code if code >= 0 else len(conditioning.targets)
            of_targets[codes == code] = coefficients[:, first + number]
    return Contributions(matrix, added, of_targets)


def spread(begins: Rows, ends: Rows, amounts: Array, takes_part: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Share amounts equally among the places of stretches.

    Parameters
    ----------
    begins, ends : ndarray of int of shape (n_stretches,)
    amounts : ndarray of shape (n_stretches, n_labels)
    takes_part : ndarray of bool of shape (n_places,)
        The others get nothing.

    Returns
    -------
    ndarray of shape (n_places, n_labels)
    ndarray of shape (n_labels,)
        The amounts of stretches without a place that takes part.

    Examples
    --------
    >>> amounts, takes_part = np.array([[4.0], [1.0]]), np.array([True, False, True])
    >>> shared, left = spread(np.array([0, 1]), np.array([3, 2]), amounts, takes_part)
    >>> shared.ravel().tolist(), left.tolist()
    ([2.0, 0.0, 2.0], [1.0])
    """
    before = np.concatenate([[0], np.cumsum(takes_part)])
    sizes = before[ends] - before[begins]
    somewhere = sizes > 0
    each = amounts[somewhere] / sizes[somewhere, None]
    steps = np.zeros((len(takes_part) + 1, amounts.shape[1]))
    np.add.at(steps, begins[somewhere], each)
    np.subtract.at(steps, ends[somewhere], each)
    shared = np.cumsum(steps, axis=0)[:-1] * takes_part[:, None]
    return shared, amounts[~somewhere].sum(axis=0)


@dataclass
class _Block:
    """A block with what is asked of it again and again.

    Attributes
    ----------
    begin, end : int
        Its columns.
    known : dict
        The columns of the terms that some instance has.
    """

    spec: Block
    name: str
    begin: int
    end: int
    known: Mapping[Any, int]

    @cached_property
    def analyzer(self) -> Analyzer:
        return block_analyzer(self.spec)

    @cached_property
    def is_in_sentence(self) -> bool:
        return is_traced(self.spec.field) and is_located(self.analyzer)

    @cached_property
    def locator(self) -> Locator:
        return Locator(self.analyzer, self.known)

    @property
    def part(self) -> str:
        """What its contributions that stand in no sentence are called."""
        if is_traced(self.spec.field):
            return self.name
        return f"{self.spec.field} indicator" if self.spec.analyzer == "indicator" else self.spec.field


class WordShares:
    """What the words of sentences, and what is not in them, add to each label.

    Parameters
    ----------
    examples : mapping of lists
        Instances, with their spans.
    features : FittedFeatures
    contributions : Contributions
    """

    def __init__(self, examples: Columns, features: FittedFeatures, contributions: Contributions) -> None:
        self._rows = list(marked_texts(examples))
        self._contributions = contributions
        self._blocks = _blocks(features, np.unique(contributions.matrix.indices))

    def of(self, row: int) -> tuple[Array, dict[str, Array]]:
        """Return what the characters of an instance's sentence add, of shape (n_characters, n_labels), and the rest."""
        own, views = self._contributions, _Views(self._rows[row])
        begin, end = own.matrix.indptr[row], own.matrix.indptr[row + 1]
        columns, added = own.matrix.indices[begin:end], own.added[begin:end]
        nothing = np.zeros(own.added.shape[1])
        elsewhere: dict[str, Array] = {BETWEEN_WORDS: nothing}
        placed: list[tuple[Traced, Array]] = []
        for block in self._blocks:
            first, last = np.searchsorted(columns, (block.begin, block.end))
            if first == last:
                continue
            left = added[first:last]
            if block.is_in_sentence:
                view, solid = views.of(block)
                of_view, nowhere, left = _place(block, view.text, solid, columns[first:last], left)
                placed.append((view, of_view))
                elsewhere[BETWEEN_WORDS] = elsewhere[BETWEEN_WORDS] + nowhere
            if len(left):
                elsewhere[block.part] = elsewhere.get(block.part, nothing) + left.sum(axis=0)
        begins, ends = (
            np.concatenate([np.empty(0, np.int64), *places])
            for places in ([view.begins for view, _ in placed], [view.ends for view, _ in placed])
        )
        amounts = np.concatenate([nothing[None, :][:0], *(of_view for _, of_view in placed)])
        characters, lost = spread(begins, ends, amounts, _solid(self._rows[row].text))
        elsewhere[BETWEEN_WORDS] = elsewhere[BETWEEN_WORDS] + lost
        return characters, elsewhere


class _Views:
    """The views of one sentence, each made once for all blocks that look at it."""

    def __init__(self, marked: MarkedText) -> None:
        self._marked = marked
        self._fields: dict[str, Traced] = {}
        self._prepared: dict[tuple[str, str, bool, bool], tuple[Traced, NDArray[np.bool_]]] = {}

    def of(self, block: _Block) -> tuple[Traced, NDArray[np.bool_]]:
        """Return a block's view as its analyzer cuts it, and which characters of it are no white space."""
        field, analyzer = block.spec.field, block.analyzer
        key = field, analyzer.hashtags, analyzer.lowercase, analyzer.kind == "char"
        if key not in self._prepared:
            if field not in self._fields:
                self._fields[field] = trace_field(self._marked, field)
            view = prepare_traced(analyzer, self._fields[field])
            self._prepared[key] = view, _solid(view.text)
        return self._prepared[key]


def _place(
    block: _Block, text: str, solid: NDArray[np.bool_], columns: Rows, added: Array
) -> tuple[Array, Array, Array]:
    """Return what the characters of a view add, what stands at none of them, and what is added by features not in it.

    Parameters
    ----------
    block : _Block
    text : str
        The view.
    solid : ndarray of bool of shape (len(text),)
    columns : ndarray of int of shape (n_values,)
        The block's features of the example, in order.
    added : ndarray of shape (n_values, n_labels)
    """
    found = block.locator.find(text)
    places = np.searchsorted(columns, found.columns)
    occurrences = np.bincount(places, found.shares, minlength=len(columns))
    amounts = added[places] * (found.shares / occurrences[places])[:, None]
    of_view, nowhere = spread(found.begins, found.ends, amounts, solid)
    return of_view, nowhere, added[occurrences == 0.0]


def _blocks(features: FittedFeatures, used: Rows) -> list[_Block]:
    blocks, begin = [], 0
    for block in features.blocks:
        end = begin + len(block.terms)
        own = used[(used >= begin) & (used < end)]
        terms = take_terms(block.terms, own - begin)
        known = dict(zip(terms, own.tolist(), strict=True))
        blocks.append(_Block(block.spec, block_name(block.spec), begin, end, known))
        begin = end
    return blocks


def block_name(spec: Block) -> str:
    """Return `field:analyzer`, as in `FittedFeatures.names`."""
    return f"{spec.field}:{spec.cut_by}"


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return where the words of a sentence begin and end: the tokens of the analyzer `word`.

    Examples
    --------
    >>> [("N’offrent"[begin:end]) for begin, end in word_spans("N’offrent")]
    ['N’', 'offrent']
    """
    view = trace_field(MarkedText(text, ()), "text")
    spans = [match.span() for match in TOKEN.finditer(view.text)]
    return [(int(view.begins[begin]), int(view.ends[end - 1])) for begin, end in spans]


def _solid(text: str) -> NDArray[np.bool_]:
    """Say which characters are no white space: that takes no part in what an n-gram says."""
    return ~np.fromiter(map(str.isspace, text), np.bool_, len(text))
