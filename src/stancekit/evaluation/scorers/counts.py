"""Precision, recall and F1 of one label, as the shared tasks define them: 0 where there is nothing to divide by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class LabelCounts:
    """How often a label is right, in gold, and predicted."""

    both: int
    gold: int
    predicted: int

    @property
    def precision(self) -> float:
        """The share of what was predicted that is right."""
        return self.both / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """The share of gold that was found."""
        return self.both / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        there = self.gold + self.predicted
        return 2 * self.both / there if there else 0.0

    def as_dict(self) -> dict[str, float]:
        """Return precision, recall and F1."""
        return {"precision": self.precision, "recall": self.recall, "f1": self.f1}


def count_label(label: str, gold: Sequence[str], predicted: Sequence[str]) -> LabelCounts:
    """Count a label.

    Examples
    --------
    >>> count_label("FAVOR", ["FAVOR", "FAVOR", "NONE"], ["FAVOR", "NONE", "NONE"]).recall
    0.5
    """
    both = sum(ours == theirs == label for ours, theirs in zip(gold, predicted, strict=True))
    return LabelCounts(both, sum(own == label for own in gold), sum(own == label for own in predicted))
