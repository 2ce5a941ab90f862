"""A baseline that only looks up: the label of the nearest copy among the training examples.

What it gets right without any learning is what leaks from training into scored data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from stancekit.config.schema import TaskKind
from stancekit.corpus.checks.near_texts import NearTexts
from stancekit.corpus.examples import Columns


@dataclass(frozen=True)
class Lookup:
    """Cases (a text with its actor and target) of all examples, and which of them are nearly the same.

    Only the numbers of texts and names are kept: no label is seen before `predict`.

    Attributes
    ----------
    near : NearTexts
        Of training texts and, if there is one, of the test set's.
    columns : sequence of mappings of lists
        The examples of each part, for their actors and targets.

    Examples
    --------
    >>> texts = ["Le Mali rompt l'accord.", "Oui.", "le Mali rompt l'accord !"]
    >>> lookup = Lookup(NearTexts((texts,)), [{"text": texts}])
    >>> labels = np.array([[True, False], [False, True], [False, True]])
    >>> trained_on = np.array([True, True, False])
    >>> lookup.predict(labels, trained_on, lookup.cases[0][2:], "stance").tolist()
    [[True, False]]
    """

    near: NearTexts
    columns: Sequence[Columns]

    @cached_property
    def _coded(self) -> tuple[list[NDArray[np.int64]], NDArray[np.int64], NDArray[np.int64]]:
        """Return the case of every example of each part; the text and the names of every case."""
        pairs: dict[tuple[str | None, str | None], int] = {}
        names = [
            pairs.setdefault(own, len(pairs))
            for part in self.columns
            for own in zip(_column(part, "actor"), _column(part, "target"), strict=True)
        ]
        texts = np.concatenate(self.near.numbers)
        distinct, cases = np.unique(texts * len(pairs) + np.array(names, dtype=np.int64), return_inverse=True)
        ends = np.cumsum([len(own) for own in self.near.numbers])[:-1]
        return np.split(cases, ends), distinct // max(1, len(pairs)), distinct % max(1, len(pairs))

    @property
    def cases(self) -> list[NDArray[np.int64]]:
        """For each part the number of every example's case."""
        return self._coded[0]

    @cached_property
    def _copies(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Return pairs of cases whose texts are nearly, not exactly, the same, in both directions; and how similar."""
        _, texts, names = self._coded
        # Cases stand in order of their text, so those of one text are a range.
        begins = np.searchsorted(texts, self.near.pairs)
        sizes = np.searchsorted(texts, self.near.pairs, side="right") - begins
        own = _ranges(begins[:, 0], sizes[:, 0])
        pair = np.repeat(np.arange(len(sizes)), sizes[:, 0])
        width = int(names.max(initial=0)) + 1
        keys = texts * width + names
        wanted = self.near.pairs[pair, 1] * width + names[own]
        found = np.searchsorted(keys, wanted)
        there = keys[np.minimum(found, len(keys) - 1)] == wanted
        return own[there], found[there], self.near.similarity[pair][there]

    def predict(
        self, labels: NDArray[np.bool_], trained_on: NDArray[np.bool_], asked: NDArray[np.int64], kind: TaskKind
    ) -> NDArray[np.bool_]:
        """Return what the nearest copies among the training examples were labelled; else the majority.

        Parameters
        ----------
        labels : ndarray of bool of shape (n_training_examples, n_labels)
            Of the first part; only those trained on are looked at.
        trained_on : ndarray of bool of shape (n_training_examples,)
        asked : ndarray of int of shape (n_asked,)
            The cases to predict; see `cases`.
        kind : str
            Of the task. Among the nearest copies the most frequent label wins, of equally frequent ones that which
            training has more of; of label sets, each label that more than half of them have.

        Returns
        -------
        ndarray of bool of shape (n_asked, n_labels)
        """
        _, texts, _ = self._coded
        votes, voters = np.zeros((len(texts), labels.shape[1])), np.zeros(len(texts))
        np.add.at(votes, self.cases[0][trained_on], labels[trained_on])
        np.add.at(voters, self.cases[0][trained_on], 1.0)
        own, partner, similarity = self._copies
        use = (voters[partner] > 0) & (voters[own] == 0)
        own, partner, similarity = own[use], partner[use], similarity[use]
        best = np.zeros(len(texts))
        np.maximum.at(best, own, similarity)
        nearest = similarity == best[own]
        near_votes, near_voters = np.zeros_like(votes), np.zeros_like(voters)
        np.add.at(near_votes, own[nearest], votes[partner[nearest]])
        np.add.at(near_voters, own[nearest], voters[partner[nearest]])
        total = labels[trained_on].sum(axis=0)
        votes, voters = (votes + near_votes)[asked], (voters + near_voters)[asked]
        votes[voters == 0], voters[voters == 0] = total, trained_on.sum()
        return most_frequent(votes, voters, total, kind)


def most_frequent(
    votes: NDArray[np.float64], voters: NDArray[np.float64], total: NDArray[np.int64], kind: TaskKind
) -> NDArray[np.bool_]:
    """Return the label with most votes in every row, or each label that more than half voted for.

    Parameters
    ----------
    votes : ndarray of shape (n_rows, n_labels)
    voters : ndarray of shape (n_rows,)
    total : ndarray of shape (n_labels,)
        Decides between labels with equally many votes; then the first one.
    kind : str
        Of the task.

    Examples
    --------
    >>> votes = np.array([[1.0, 2.0, 2.0], [0.0, 3.0, 1.0]])
    >>> most_frequent(votes, np.array([5.0, 4.0]), np.array([9, 1, 3]), "stance").astype(int).tolist()
    [[0, 0, 1], [0, 1, 0]]
    >>> most_frequent(votes, np.array([3.0, 6.0]), np.array([9, 1, 3]), "multilabel").astype(int).tolist()
    [[0, 1, 1], [0, 0, 0]]
    """
    if kind == "multilabel":
        return np.asarray(votes > voters[:, None] / 2)
    most = votes == votes.max(axis=1, keepdims=True)
    chosen = np.where(most, total, -1).argmax(axis=1)
    return np.asarray(chosen[:, None] == np.arange(votes.shape[1]))


def _column(part: Columns, name: str) -> Sequence[str | None]:
    return part.get(name) or [None] * len(part["text"])


def _ranges(begins: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers of all ranges, one after the other."""
    ends = np.cumsum(sizes)
    return np.asarray(np.arange(int(sizes.sum())) + np.repeat(begins - (ends - sizes), sizes))
