"""Which texts of training and test data are nearly the same: found once, for the checks and for a baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from stancekit.corpus.checks.similarity import similar_pairs


@dataclass(frozen=True)
class NearTexts:
    """The distinct texts of several parts, and which of them are nearly the same; compared when first asked for.

    Attributes
    ----------
    parts : tuple of sequences of str
        The text of every example: of training, then of the test set if there is one.

    Examples
    --------
    >>> near = NearTexts((["Le Mali rompt l'accord.", "Oui."], ["le Mali rompt l'accord"]))
    >>> near.pairs.tolist(), near.similarity.tolist()
    ([[0, 2], [2, 0]], [1.0, 1.0])
    """

    parts: tuple[Sequence[str], ...]

    @cached_property
    def texts(self) -> list[str]:
        """The distinct texts of all parts, in order of first appearance."""
        return list(self._number_of)

    @cached_property
    def _number_of(self) -> dict[str, int]:
        distinct = dict.fromkeys(text for part in self.parts for text in part)
        return {text: number for number, text in enumerate(distinct)}

    @cached_property
    def numbers(self) -> list[NDArray[np.int64]]:
        """For each part the number of every example's text in `texts`."""
        return [np.array([self._number_of[text] for text in part], dtype=np.int64) for part in self.parts]

    @cached_property
    def _compared(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        pairs, similarity = similar_pairs(self.texts)
        both = np.concatenate([pairs, pairs[:, ::-1]])
        order = np.lexsort(both.T[::-1])
        return both[order], np.concatenate([similarity, similarity])[order]

    @property
    def pairs(self) -> NDArray[np.int64]:
        """Pairs of numbers of texts that are nearly the same, each in both directions, in order."""
        return self._compared[0]

    @property
    def similarity(self) -> NDArray[np.float64]:
        """The Jaccard similarity of each of the pairs."""
        return self._compared[1]
