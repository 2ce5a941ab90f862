"""What an explanation is: what each feature, and each word, adds to the scores of an example."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from stancekit.errors import InputError, Problem
from stancekit.features.blocks import FittedFeatures
from stancekit.features.vocabulary import take_terms
from stancekit.models.contributions import block_name

if TYPE_CHECKING:
    from rich.console import RenderableType

Array = NDArray[np.float64]
ByLabel = dict[str, float]
Ranked = tuple[str, str, float]
"""Block, term and weight of a feature."""

MIRROR = " (mirror)"
"""Behind the name of a block: a feature of the pair the other way round."""


class FeatureShare(NamedTuple):
    """A feature of an example: its block (`masked:word`), term, value, and what it adds to each label."""

    block: str
    term: str
    value: float
    contributions: ByLabel


class WordShare(NamedTuple):
    """A word of a sentence, `text[start:end]`, and what it adds to each label."""

    start: int
    end: int
    text: str
    contributions: ByLabel


@dataclass(frozen=True, eq=False)
class FeatureShares(Sequence[FeatureShare]):
    """The features of an example, strongest first; they are put into words when asked for.

    Attributes
    ----------
    features : FittedFeatures
    labels : tuple of str
    columns : ndarray of int of shape (n_shares,)
        From n_features on, columns are those of the mirror; below zero, they are counted in `others`.
    values : ndarray of shape (n_shares,)
    added : ndarray of shape (n_shares, n_labels)
    others : tuple of (str, str)
        Block and term of what is no feature of a block.
    """

    features: FittedFeatures
    labels: tuple[str, ...]
    columns: NDArray[np.intp]
    values: Array
    added: Array
    others: tuple[tuple[str, str], ...]

    def __len__(self) -> int:
        return len(self.columns)

    @overload
    def __getitem__(self, index: int) -> FeatureShare: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[FeatureShare]: ...
    def __getitem__(self, index: int | slice) -> FeatureShare | Sequence[FeatureShare]:
        rows = np.arange(len(self))[index]
        shares = self.take(np.atleast_1d(rows))
        return shares if isinstance(index, slice) else shares[0]

    def __iter__(self) -> Iterator[FeatureShare]:
        return iter(self.take(np.arange(len(self))))

    def take(self, rows: NDArray[np.intp]) -> list[FeatureShare]:
        """Return some of them."""
        own = self.columns[rows]
        width = sum(len(block.terms) for block in self.features.blocks)
        names: list[tuple[str, str]] = [("", "")] * len(rows)
        for place in np.flatnonzero(own < 0):
            names[place] = self.others[-1 - own[place]]
        for ending, first in (("", 0), (MIRROR, width)):
            for block in self.features.blocks:
                mine = np.flatnonzero((own >= first) & (own < first + len(block.terms)))
                name = block_name(block.spec) + ending
                for place, term in zip(mine, take_terms(block.terms, own[mine] - first), strict=True):
                    names[place] = name, term
                first += len(block.terms)
        shown = zip(names, self.values[rows].tolist(), self.added[rows].tolist(), strict=True)
        return [FeatureShare(*name, value, dict(zip(self.labels, added, strict=True))) for name, value, added in shown]


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why a model decided as it did about one example.

    Attributes
    ----------
    text : str
    actor, target : str or None
    labels : tuple of str
    predicted : str or list of str
        A list in a multilabel task.
    values : dict of str to float
        The model's decision values.
    scores : dict of str to float
        What is explained: for each label, `intercept` and the contributions of all `features` add up to it, and so do
        `intercept`, `words` and `elsewhere`. They are the decision values unless there is a `rule`.
    rule : str or None
        What makes decision values of scores, where that is no sum: `platt`, `isotonic`, `vote`.
    intercept : dict of str to float
    features : sequence of FeatureShare
        Strongest first. Of directed pairs those of the pair the other way round, too, as `masked:word (mirror)`.
    words : list of WordShare
        What an n-gram adds is shared equally among the characters it covers, white space left out; of a word n-gram
        first among its tokens. A mark of a mention stands for all of the mention.
    elsewhere : dict of str to dict of str to float
        What stands in no word: `punctuation and spaces`, `target indicator`, `skeleton`, `target by itself`.
    """

    text: str
    actor: str | None
    target: str | None
    labels: tuple[str, ...]
    predicted: str | list[str]
    values: ByLabel
    scores: ByLabel
    rule: str | None
    intercept: ByLabel
    features: FeatureShares
    words: list[WordShare]
    elsewhere: dict[str, ByLabel]

    def top(self, label: str | None = None, n: int = 10) -> list[FeatureShare]:
        """Return the features that add or take most for a label, strongest first; by default, over `contrast`.

        Raises
        ------
        InputError
            If the model doesn't know the label.
        """
        weights = self.features.added @ self.direction(label)
        return self.features.take(np.argsort(-np.abs(weights), kind="stable")[: max(n, 0)])

    def contrast(self, label: str | None = None) -> tuple[str, str | None]:
        """Return the label that is shown, and the one it is shown against.

        The predicted label against the runner-up; a label that is named, and in a multilabel task the one with the
        highest value, is shown by itself.
        """
        if label is not None:
            if label not in self.labels:
                raise InputError(Problem(f"the model has no label {label!r}", allowed=self.labels, given=label))
            return label, None
        ranked = sorted(self.labels, key=lambda own: -self.values[own])
        if isinstance(self.predicted, str) and len(ranked) > 1:
            return self.predicted, next(own for own in ranked if own != self.predicted)
        return ranked[0], None

    def direction(self, label: str | None = None) -> Array:
        """Return by what contributions to labels are multiplied to get those to `contrast`, of shape (n_labels,)."""
        shown, against = self.contrast(label)
        return np.array([float(own == shown) - float(own == against) for own in self.labels])

    def word_weights(self, label: str | None = None) -> list[float]:
        """Return what each word adds for `contrast`."""
        direction = self.direction(label).tolist()
        return [
            sum(d * word.contributions[own] for d, own in zip(direction, self.labels, strict=True))
            for word in self.words
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as plain data, for JSON."""
        rule = None if self.rule is None else {"score": self.scores, "rule": self.rule, "value": self.values}
        return {
            "text": self.text,
            "actor": self.actor,
            "target": self.target,
            "labels": list(self.labels),
            "predicted": self.predicted,
            "values": self.values,
            "rule": rule,
            "intercept": self.intercept,
            "features": [own._asdict() for own in self.features],
            "words": [own._asdict() for own in self.words],
            "elsewhere": self.elsewhere,
        }

    def to_html(self, label: str | None = None) -> str:
        """Return a piece of HTML: the sentence with its words shaded, and a table of what stands elsewhere."""
        from stancekit.models.explanation_shown import explanation_html

        return explanation_html(self, label)

    def _repr_html_(self) -> str:
        return self.to_html()

    def __rich__(self) -> RenderableType:
        """Return what a terminal shows."""
        from stancekit.models.explanation_shown import explanation_in_terminal

        return explanation_in_terminal(self)
